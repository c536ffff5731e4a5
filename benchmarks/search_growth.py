"""Plot how deciding on a photo grows with the gallery, from the figures of `landmarq bench search --json FILE`.

python benchmarks/search_growth.py search.json -o docs/images/search.png
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt


def main() -> None:
    """Draw one line for each way and size of batch."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("figures", type=Path, nargs="+")
    parser.add_argument("-o", "--out", type=Path, required=True)
    options = parser.parse_args()
    found: dict[tuple[int, str], dict[str, float]] = {}
    for file in options.figures:
        for row in json.loads(file.read_text())["tables"][0]["rows"]:
            found.setdefault((row["centroids"], row["way"]), row)
    batches = [name for name in next(iter(found.values())) if name.startswith("photos/s")]
    figure, axes = plt.subplots(figsize=(6, 3.6), dpi=80)
    for way, colour in (("exact", "#b3402e"), ("index", "#2e6fb3"), ("place", "#3c8c46")):
        rows = [found[key] for key in sorted(found) if key[1] == way]
        for batch, line in zip(batches, ("--", "-"), strict=False):
            axes.plot(
                [row["centroids"] for row in rows],
                [1000 / row[batch] for row in rows],
                linestyle=line,
                marker="o",
                color=colour,
                label=f"{way}, {batch.removeprefix('photos/s, ')}",
            )
    axes.set(xscale="log", yscale="log", xlabel="centroids", ylabel="milliseconds a photo")
    axes.grid(alpha=0.3)
    axes.legend(fontsize=8)
    figure.tight_layout()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(options.out)


if __name__ == "__main__":
    main()
