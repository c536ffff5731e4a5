"""The command line: each verb a thin skin over one library call."""

from landmarq.cli.main import main

__all__ = ["main"]
