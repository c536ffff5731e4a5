"""``landmarq bench``: what recognising costs, beside others; each command a module of this package."""

from __future__ import annotations

from landmarq.cli.lazy import LazyGroup

# In the order of use, with what `landmarq bench --help` says of each.
_COMMANDS: dict[str, str] = {}

command = LazyGroup(
    "bench",
    package="landmarq.cli.bench",
    listing=_COMMANDS,
    text="Measure what recognising costs, and how it stands beside other systems.",
)
