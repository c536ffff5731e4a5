r"""The tables of cleaning: the crawl with its truth, and crawls with other noise, mixed from photos that train.

    python benchmarks/cleaning_crawls.py PHOTOS --model models/start -o runs/crawls

PHOTOS is a folder with ``crawl.csv``, ``landmarks.csv``, ``references.csv`` and, for the truth, ``photos.csv``.
``crawls.md`` holds the crawl as it is, with fewer references, with one row a photo, judged in two groups; then mixed
crawls, each with references and wrong labels of its own (``--seed``); then what stated errors are worth.
``crawl/scores.md`` has the crawl region by region, ``crawl/curve.svg`` its precision over recall. No photo is embedded
twice; stopped, the same command goes on.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cleaning_photos import Cleaned, Photos, Row
from landmarq.cleaning import CleanConfig, Outcome
from landmarq.errors import LandmarqError

HEAD = (
    "| crawl | rows | wrong | right kept | wrong removed | mean | best mean by one threshold "
    "| the paper's rule at its best threshold | named rightly |\n|---|---|---|---|---|---|---|---|---|\n"
)
ERRORS = (0.01, 0.02, 0.03, 0.05)


@dataclass(frozen=True)
class Noise:
    """Wrong rows of a mixed crawl.

    Attributes:
        name: what is told of it.
        wrong: share of the rows.
        everyday: of the wrong rows, the share that shows no landmark.
        twice: whether a mislabelled photo also stands under its true name.
        uneven: whether landmarks have between none and twice as many wrong rows.
        references: of each landmark.
    """

    name: str
    wrong: float = 0.28
    everyday: float = 0.31
    twice: bool = True
    uneven: bool = False
    references: int = 5


NOISES = (
    Noise("also under the true name, 5 % wrong", wrong=0.05),
    Noise("also under the true name, 10 % wrong", wrong=0.1),
    Noise("also under the true name, 28 % wrong"),
    Noise("also under the true name, 45 % wrong", wrong=0.45),
    Noise("also under the true name, 28 % wrong, uneven", uneven=True),
    Noise("also under the true name, 28 % wrong, one reference", references=1),
    Noise("under one name, 10 % wrong", wrong=0.1, twice=False),
    Noise("under one name, 28 % wrong", twice=False),
    Noise("under one name, 45 % wrong", wrong=0.45, twice=False),
    Noise("under one name, 28 % wrong, uneven", twice=False, uneven=True),
    Noise("under one name, 28 % wrong, three references", twice=False, references=3),
    Noise("everyday photos alone, 20 % wrong", wrong=0.2, everyday=1.0, twice=False),
    Noise("other landmarks alone, 20 % wrong", wrong=0.2, everyday=0.0, twice=False),
)


def mixed(photos: Photos, noise: Noise, rng: np.random.Generator) -> tuple[list[Row], list[Row]]:
    """Return the rows of a crawl with known noise, and its references.

    A mislabelled photo stands under another landmark of its region, an everyday photo under any.
    """
    by_landmark: dict[str, list[str]] = {}
    for path, landmark in photos.training:
        by_landmark.setdefault(landmark, []).append(path)
    everyday = list(rng.permutation(by_landmark.pop("", [])))
    references: list[Row] = []
    right: list[Row] = []
    for landmark, paths in sorted(by_landmark.items()):
        order = [str(path) for path in rng.permutation(paths)]
        references += [(path, landmark) for path in order[: noise.references]]
        right += [(path, landmark) for path in order[noise.references :]]
    # Of m rows under one name a share is wrong; rows under two names add the wrong ones.
    rows = len(right) / (1 - noise.wrong * (1 if noise.twice else noise.everyday))
    unlike = min(int(rows * noise.wrong * noise.everyday), len(everyday))
    share = {landmark: rng.uniform(0, 2) if noise.uneven else 1.0 for landmark in by_landmark}
    weight = np.array([share[landmark] for _, landmark in right])
    weight /= weight.sum()
    chosen = rng.choice(len(right), int(rows * noise.wrong * (1 - noise.everyday)), replace=False, p=weight)
    moved = [(right[at][0], _other(photos, right[at][1], sorted(by_landmark), rng)) for at in chosen]
    strange = [
        (str(path), right[at][1]) for path, at in zip(everyday, rng.choice(len(right), unlike, p=weight), strict=False)
    ]
    left = right if noise.twice else [row for at, row in enumerate(right) if at not in set(chosen.tolist())]
    return sorted({*left, *moved, *strange}), references


def _other(photos: Photos, landmark: str, landmarks: list[str], rng: np.random.Generator) -> str:
    near = [each for each in landmarks if each != landmark and photos.region[each] == photos.region[landmark]]
    return str(rng.choice(near or [each for each in landmarks if each != landmark]))


def one_each(rows: list[Row], rng: np.random.Generator) -> list[Row]:
    """Return one row of each photo, chosen at random."""
    named: dict[str, list[str]] = {}
    for path, landmark in rows:
        named.setdefault(path, []).append(landmark)
    return [(path, str(rng.choice(landmarks))) for path, landmarks in named.items()]


def crawls(photos: Photos, model: Path, seed: int) -> Iterator[tuple[str, Cleaned]]:
    """Clean the crawl in its ways, and mixed ones; yield what each is and its scores."""
    rng = np.random.default_rng(seed)
    rows, references = photos.crawl, photos.references
    first = list({landmark: (path, landmark) for path, landmark in reversed(references)}.values())
    half = -(-len({landmark for _, landmark in references}) // 2)
    yield "the crawl", photos.clean("crawl", rows, references, model)
    yield "one reference a landmark", photos.clean("crawl-one-reference", rows, first, model)
    yield "one row a photo, at random", photos.clean("crawl-one-row", one_each(rows, rng), references, model)
    groups = CleanConfig(together=1, group=half)
    yield "judged in two groups", photos.clean("crawl-groups", rows, references, model, groups)
    own = CleanConfig(per_landmark=True)
    yield "a threshold for each landmark", photos.clean("crawl-per-landmark", rows, references, model, own)
    for at, noise in enumerate(NOISES):
        made, picked = mixed(photos, noise, np.random.default_rng((seed, at)))
        yield noise.name, photos.clean(f"mixed-{at:02}", made, picked, model)


def line(name: str, cleaned: Cleaned, truth: dict[str, str]) -> str:
    """Return the line of a crawl."""
    ours, paper = cleaned.of()[:2]
    moved = cleaned.decided(Outcome.RELABELLED)
    rightly = sum(truth[row["path"]] == row["landmark"] for row in moved)
    shares = (ours.right_kept, ours.wrong_removed, ours.balance, ours.best_balance)
    rows = ours.right + ours.wrong
    cells = (
        *(name, rows, f"{ours.wrong / rows:.0%}", *(f"{share:.1%}" for share in shares)),
        *(f"{paper.right_kept:.1%} / {paper.wrong_removed:.1%}", f"{rightly} of {len(moved)}"),
    )
    return f"| {' | '.join(map(str, cells))} |\n".replace("%", " %").replace("  %", " %")


def stated(photos: Photos, model: Path, seed: int) -> str:
    """Return a table of stated errors and what they were worth, on the crawl and on one under one name."""
    noise = NOISES[7]
    made = mixed(photos, noise, np.random.default_rng((seed, 7)))
    text = f"| stated error | of the wrong rows stayed: the crawl | {noise.name} |\n|---|---|---|\n"
    for error in ERRORS:
        found = []
        for name, (rows, references) in (("crawl", (photos.crawl, photos.references)), ("mixed-07", made)):
            folder = f"{name}-error-{error:.0%}".removesuffix("%")
            score = photos.clean(folder, rows, references, model, CleanConfig(error=error)).of()[0]
            found.append(f"{1 - score.wrong_removed:.1%} ({score.right_kept:.1%} of the right kept)")
        text += f"| {error:.0%} | {' | '.join(found)} |\n".replace("%", " %")
    return text


def main() -> None:
    """Clean all, and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("-o", "--out", type=Path, required=True)
    options = parser.parse_args()
    photos = Photos(options.photos, options.out)
    try:
        truth = dict(photos.truth)
        text = HEAD
        for name, cleaned in crawls(photos, options.model, options.seed):
            made = line(name, cleaned, truth)
            print(made, end="", file=sys.stderr, flush=True)
            text += made
        photos.write("crawls.md", f"{text}\n{stated(photos, options.model, options.seed)}")
    except LandmarqError as error:
        sys.exit(f"cleaning_crawls: {error}")


if __name__ == "__main__":
    main()
