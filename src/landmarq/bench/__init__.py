"""What recognising costs on this machine: measurements of the library, each beside the floor it can't go under."""

from landmarq.bench.machine import Machine, this_machine
from landmarq.bench.table import Table

__all__ = ["Machine", "Table", "this_machine"]
