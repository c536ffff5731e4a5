"""What a taught landmark finds: landmarks that no pack knows, each taught from a few of its photos, again and again.

    python benchmarks/teaching.py ../shared/photos/photos.csv --split val -o albums-of-val

A library is made of all photos of the split, with their GPS; then each landmark that no pack knows is taught from a few
of its photos, drawn anew, as ``landmarq teach --preview`` does, and what would enter its album is counted.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from landmarq.albums import Lesson, Library, preview
from landmarq.catalog import read_catalog
from landmarq.recognize import Recognizer
from landmarq.types import Ints
from landmarq.workspace import albums, open_system


@dataclass(frozen=True)
class Found:
    """What entered the album of a landmark, all draws together.

    Attributes:
        own: photos of it that did not teach, (2, 2) int64: rows without and with GPS, columns entered and all.
        wrong: photos without it that entered.
    """

    own: Ints
    wrong: int


def taught(
    library: Library,
    recognizer: Recognizer,
    shows: Mapping[int, str],
    landmark: str,
    *,
    photos: int,
    draws: int,
    rng: np.random.Generator,
) -> Found:
    """Teach a landmark from some of its photos, several times.

    Args:
        library: of all photos.
        recognizer: that does not know it.
        shows: the landmark on each photo, by its content; empty for none.
        landmark: its id.
        photos: how many teach.
        draws: how many times.
        rng: draws them.
    """
    mine = sorted(content for content, shown in shows.items() if shown == landmark)
    placed = {content: photo.place is not None for content, photo in library.store.photos(mine).items()}
    own, wrong = np.zeros((2, 2), np.int64), 0
    for _ in range(draws):
        lesson = Lesson(landmark, tuple(rng.choice(mine, photos, replace=False).tolist()))
        entering = {content for content, _ in preview(library, lesson, recognizer).entering}
        for content in set(mine) - set(lesson.photos):
            own[int(placed[content])] += (content in entering, 1)
        wrong += len(entering - set(mine))
    return Found(own, wrong)


def measured(options: argparse.Namespace) -> dict[str, Found]:
    """Make the library, and teach every landmark of its photos that no pack knows."""
    catalog = read_catalog(options.catalog)
    rows = [row for row in catalog.rows if row.role.removesuffix("_negative").removesuffix("_unknown") == options.split]
    files = {catalog.file(row).absolute(): row.landmark for row in rows}
    albums(list(files), out=options.out, packs=options.pack, model=options.model)
    recognizer = open_system(options.pack, model=options.model).recognizer
    unknown = {row.landmark for row in rows} - {"", *(each.id for each in recognizer.landmarks)}
    rng = np.random.default_rng(0)
    with Library(options.out) as library:
        read = {Path(path.decode()): file.content for path, file in library.store.files().items()}
        shows = {content: files[path] for path, content in read.items() if content is not None}
        return {
            landmark: taught(library, recognizer, shows, landmark, photos=options.photos, draws=options.draws, rng=rng)
            for landmark in sorted(unknown)
        }


def main() -> None:
    """Print a line for each landmark, and one for all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("catalog", type=Path)
    parser.add_argument("--split", default="val")
    parser.add_argument("--pack", type=Path, action="append", default=[])
    parser.add_argument("--model", type=Path)
    parser.add_argument("--photos", type=int, default=5, help="that teach")
    parser.add_argument("--draws", type=int, default=20, help="of them")
    parser.add_argument("-o", "--out", type=Path, required=True, help="the library, made where it is not there")
    options = parser.parse_args()
    found = measured(options)
    own = np.sum([each.own for each in found.values()], axis=0)
    for name, each in [*found.items(), ("together", Found(own, sum(each.wrong for each in found.values())))]:
        without, placed = (
            f"{100 * hits / max(1, of):.1f} % of {of // options.draws}" for hits, of in each.own.tolist()
        )
        print(f"{name}: with GPS {placed}, without {without}; wrong, all {options.draws} draws together: {each.wrong}")


if __name__ == "__main__":
    main()
