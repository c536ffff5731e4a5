"""Fill docs/scale.md: what a billion photos cost, from the figures that `benchmarks/scale.py --json` measured.

    python benchmarks/scale.py --photos 1440 --json docs/figures/scale.json
    python benchmarks/scale_costs.py

What stands in the document between this script's marks is written by it and by nobody else: every figure there is
measured, or follows from measured ones and from the starter pack's gallery by the formula beside it. Of GPUs the
measured ones are other people's, named in docs/figures/gpu.json.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from landmarq.artifacts import read_json, write_text
from landmarq.bench import Machine
from landmarq.bulk import BulkConfig
from landmarq.gallery import Gallery, open_gallery
from landmarq.pack import GALLERY_FILE
from marked_pages import filled

ROOT = Path(__file__).parents[1]
DOCUMENT, FIGURES = ROOT / "docs" / "scale.md", ROOT / "docs" / "figures" / "scale.json"
CARDS = ROOT / "docs" / "figures" / "gpu.json"
"""What others measured of GPUs, with where they published it."""
PACK = ROOT / "src" / "landmarq" / "starter"

BILLION = 1e9
RATE = 10_000
"""Photos a second of the upload stream."""
LOAD = 0.7
"""Of the cores that the stream has: it is never even."""
CORES = 1000
GLDV2 = 4_132_914
"""Photos of Google Landmarks v2's train part."""
SIDE = 256
DECODE = "hash, EXIF, reduced-scale decoding, square"


class Costs:
    """What follows from the measured figures; a core-millisecond is one core busy for one millisecond."""

    def __init__(self, found: Mapping[str, Any]) -> None:
        """Take the figures of scale.py."""
        self.found = found
        self.cores = int(found["machine"]["cores"])
        self.decode = float(found["decode_ms"])
        self.network = found["network_ms"] * self.cores
        self.rest = float(found["rest_ms"])
        self.floor = self.decode + self.network + self.rest
        self.whole = 1000 * self.cores / found["photos_a_second"]

    def core_hours(self, photos: float, core_ms: float) -> float:
        """Return the core-hours of so many photos."""
        return photos * core_ms / 3.6e6


def measured(costs: Costs) -> str:
    """Return the table of what was measured, and on what."""
    found = costs.found
    floor = 1000 * costs.cores / costs.floor
    on = (
        f"{Machine(**found['machine']).as_text()}. The starter model in {found['precision']}, {found['photos']} photos "
        f"of {found['megapixels']} megapixels and {found['file_bytes'] / 1e6:.2f} MB.\n"
        "A core-millisecond is one core busy for one millisecond.\n"
    )
    stored = f"{found['vector_bytes']:,.0f} bytes a photo, filled at {found['vectors_a_second']:,.0f} photos a second"
    rows = [
        ("", "measured", "core-ms a photo"),
        ("---", "---:", "---:"),
        (f"decode ({DECODE}), one core", f"{costs.decode:.1f} ms", f"d = {costs.decode:.1f}"),
        ("network, all cores", f"{found['network_ms']:.1f} ms", f"n = {costs.network:.1f}"),
        ("decide (starter pack), tables, Parquet, one core", f"{costs.rest:.2f} ms", f"w = {costs.rest:.2f}"),
        ("floor: d + n + w", f"{floor:.1f} photos a second", f"{costs.floor:.1f}"),
        (
            f"`landmarq bulk` from end to end, after its start of {found['start_s']:.0f} s",
            *(f"{found['photos_a_second']:.1f} photos a second", f"c = {costs.whole:.1f}"),
        ),
        ("results, vectors of 512 float32 included", f"{found['result_bytes']:,.0f} bytes a photo", ""),
        ("file of vectors (SQLite)", stored, ""),
    ]
    share = (
        f"\nThe run is at {100 * costs.floor / costs.whole:.0f} % of its floor; "
        "the rest goes into handing photos from process to process."
    )
    return "\n".join([on, *_table(rows), share])


def derived(costs: Costs) -> str:
    """Return the table of what a billion photos and the stream cost."""
    found = costs.found
    size, results = found["file_bytes"], found["result_bytes"]
    partition = BulkConfig().partition_photos
    hours, busy = costs.core_hours(BILLION, costs.whole), RATE * costs.whole / 1000
    held = f"{partition * SIDE * SIDE * 3 / 1e6:.0f} MB each"
    rows = [
        ("", "formula", "10^9 photos", f"{RATE:,} photos a second"),
        ("---", "---", "---:", "---:"),
        (
            *("CPU", "photos x c / 3.6e6 core-hours; rate x c / 1000 cores", f"{_three(hours)} core-hours"),
            f"{busy:.0f} cores busy; {busy / LOAD:.0f} at {100 * LOAD:.0f} % load",
        ),
        (f"time on {CORES:,} such cores", "photos x c / 1000 / cores", f"{hours / CORES:.0f} hours", ""),
        (
            *("bytes read", f"photos x {size / 1e6:.2f} MB", f"{BILLION * size / 1e15:.1f} PB"),
            f"{RATE * size / 1e9:.0f} GB/s ({RATE * size * 8 / 1e9:.0f} Gbit/s)",
        ),
        (
            *("results", f"photos x {results:,.0f} B"),
            f"{BILLION * results / 1e12:.1f} TB in {BILLION / partition / 1e6:.2f} million files",
            f"{RATE * 86_400 * results / 1e12:.1f} TB a day",
        ),
        (
            *("report, by the machine that started the run", f"photos x {found['report_us']:.2f} us"),
            *(f"{BILLION * found['report_us'] / 60e6:.0f} minutes", ""),
        ),
        ("memory of partitions", f"{partition} x {SIDE} x {SIDE} x 3 B each, a few a worker", held, held),
    ]
    return "\n".join(_table(rows))


def gpu(costs: Costs, published: Mapping[str, Any]) -> str:
    """Return what a GPU would take over, from the rates that others published.

    Args:
        costs: what was measured here.
        published: contents of gpu.json.
    """
    side = published["side"]
    fewer = (side / SIDE) ** 2
    check = published["check"]
    seen, told = check["large"] / check["small"], (side / check["side"]) ** 2
    head = (
        "card",
        f"photos a second at {side} px, published",
        f"g, at {SIDE} px",
        "10^9 photos",
        f"cards for {RATE:,} a second at {100 * LOAD:.0f} % load",
        "cores that feed one",
        "Wide ResNet-50-2, 10^9 photos",
    )
    rows = [head, ("---", *["---:"] * (len(head) - 1))]
    for each in published["cards"]:
        rate, wide = each["densenet169"] * fewer, each["wide_resnet50_2"] * fewer
        hours, wide_hours = (f"{BILLION / each / 3600:.0f} GPU-hours" for each in (rate, wide))
        cards, feeding = RATE / rate / LOAD, rate * (costs.decode + costs.rest) / 1000
        stated = f"{each['densenet169']:,.0f}"
        rows.append((each["card"], stated, f"{rate:,.0f}", hours, f"{cards:.1f}", f"{feeding:.0f}", wide_hours))
    decoding = costs.core_hours(BILLION, costs.decode + costs.rest)
    scaling = (
        f"\nRates are taken to fall with the pixels: x ({side} / {SIDE})^2. In the same files {check['backbone']} at "
        f"{check['side']} px has {100 * seen:.1f} % of its rate at {side} px ({check['card']}), where the pixels say "
        f"{100 * told:.1f} %.\nWith a GPU decoding is nearly the whole bill of the processors: {_three(decoding)} "
        "core-hours at its floor."
    )
    return "\n".join([*_table(rows), scaling])


def index(gallery: Gallery, size: int) -> str:
    """Return what a worker holds of landmarks, by the starter pack's gallery; ``size`` of its file, bytes."""
    centroids, references = len(gallery.centroids) / gallery.size, len(gallery.references) / gallery.size
    mean = gallery.dimension * 4
    each = (centroids + references) * mean
    return (
        f"The starter pack has {len(gallery.centroids)} centroids and {len(gallery.references)} references for "
        f"{gallery.size} landmarks and {len(gallery.background):,} background vectors: {size / 1e6:.1f} MB.\n"
        f"With its {centroids:.1f} centroids and {references:.0f} references a landmark, 11,000 landmarks take "
        f"{_three(11_000 * each / 1e6)} MB and a million {1e6 * each / 1e9:.1f} GB.\n"
        "A pack of more than 64 MB is mapped into memory: all workers of a machine share one copy. Each holds the mean "
        f"of every landmark's references besides,\n{11_000 * mean / 1e6:.0f} MB and {1e6 * mean / 1e9:.1f} GB."
    )


def gldv2(costs: Costs) -> str:
    """Return what a catalog of the size of Google Landmarks v2 costs."""
    found = costs.found
    hours, minutes = costs.core_hours(GLDV2, costs.whole), GLDV2 / found["vectors_a_second"] / 60
    plan = found["plan_bytes"]
    return (
        f"{GLDV2 / 1e6:.2f} million photos in train: at most {hours:.0f} core-hours with these figures, since its "
        f"photos are smaller;\n{GLDV2 * found['result_bytes'] / 1e9:.1f} GB of results; a file of vectors of "
        f"{GLDV2 * found['vector_bytes'] / 1e9:.0f} GB, filled in {minutes:.0f} minutes.\n"
        f"The plan is made in {GLDV2 * found['plan_us'] / 60e6:.1f} minutes, by the command itself before anything "
        f"else, and names every file: {GLDV2 * plan / 1e6:.0f} MB. For a billion\nloose files it would be "
        f"{BILLION * plan / 1e9:.0f} GB, read by one machine: give `bulk` shards, which are one line each."
    )


def written(
    document: str, found: Mapping[str, Any], published: Mapping[str, Any], gallery: Gallery, *, size: int
) -> str:
    """Return the document with all parts as they should be.

    Args:
        document: text with the marks.
        found: figures of scale.py.
        published: contents of gpu.json.
        gallery: of the starter pack.
        size: of its file, bytes.
    """
    costs = Costs(found)
    parts = {
        "measured": measured(costs),
        "costs": derived(costs),
        "gpu": gpu(costs, published),
        "index": index(gallery, size),
        "gldv2": gldv2(costs),
    }
    for part, text in parts.items():
        document = filled(document, part, text, by="scale_costs.py")
    return document


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in rows]


def _three(value: float) -> str:
    """Return a number of at least 100 with three digits that count."""
    step = 10 ** max(0, len(str(int(value))) - 3)
    return f"{round(value / step) * step:,}"


def main() -> None:
    """Write the document."""
    path = PACK / GALLERY_FILE
    document, found, published = DOCUMENT.read_text(encoding="utf-8"), read_json(FIGURES), read_json(CARDS)
    text = written(document, found, published, open_gallery(path), size=path.stat().st_size)
    write_text(DOCUMENT, text)


if __name__ == "__main__":
    main()
