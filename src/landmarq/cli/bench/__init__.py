"""``landmarq bench``: what recognising costs, beside others; each command a module of this package."""

from __future__ import annotations

from landmarq.cli.lazy import LazyGroup

# In the order of use, with what `landmarq bench --help` says of each.
_COMMANDS = {
    "floors": "Measure `albums` beside decoding and network alone.",
    "network": "Measure a model in every precision and runtime.",
    "backbones": "Measure what backbones cost.",
    "search": "Measure searching galleries of up to a million centroids.",
    "gallery": "Measure building a gallery of the paper's size.",
    "library": "Measure a large library: unchanged, and with a new pack.",
    "rivals": "Measure ours beside DELF, RootSIFT, triplet + k-NN and a frozen backbone.",
    "delf": "Train the rival DELF.",
}

command = LazyGroup(
    "bench",
    package="landmarq.cli.bench",
    listing=_COMMANDS,
    text="Measure what recognising costs, and how it stands beside other systems.",
)
