"""``landmarq bench``: what recognising costs, beside others; each command a module of this package."""

from __future__ import annotations

from landmarq.cli.lazy import LazyGroup

# In the order of use, with what `landmarq bench --help` says of each.
_COMMANDS = {
    "rivals": "Measure ours beside DELF, RootSIFT, triplet + k-NN and a frozen backbone.",
    "delf": "Train the rival DELF.",
}

command = LazyGroup(
    "bench",
    package="landmarq.cli.bench",
    listing=_COMMANDS,
    text="Measure what recognising costs, and how it stands beside other systems.",
)
