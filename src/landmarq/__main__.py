"""``python -m landmarq``."""

from landmarq.cli.main import main

main()
