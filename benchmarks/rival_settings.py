"""The settings of a rival, chosen on the ``val`` roles: one after another, the best is kept.

    python benchmarks/rival_settings.py PHOTOS rootsift --features features.sqlite -o runs/rivals/rootsift
    python benchmarks/rival_settings.py PHOTOS delf --model delf/ --features features.sqlite -o runs/rivals/delf
    python benchmarks/rival_settings.py PHOTOS triplet --model triplet/ --vectors vectors.sqlite -o runs/rivals/triplet

PHOTOS is a catalog; the rival searches among its photos of the role ``train``, all of them. A choice is as good as its
mean sensitivity at 99 and 99.9 % specificity, against everyday photos and against those and unknown landmarks. What
was tried stands in ``OUT.json``; the best in ``OUT.toml``, which ``landmarq bench rivals --config`` takes. Stopped, the
same command goes on: features and vectors are kept in their file, and what was tried is not tried again.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from landmarq import metrics
from landmarq.artifacts import fingerprint, read_json, write_json, write_text
from landmarq.catalog import Catalog, read_catalog
from landmarq.config import as_mapping, from_mapping
from landmarq.evaluation.labelled import labelled_photos
from landmarq.local_features import Describer, FeatureStore, RootSift
from landmarq.rivals.config import RivalsConfig
from landmarq.rivals.delf import Delf
from landmarq.rivals.local_search import LocalSearch, LocalSearchConfig
from landmarq.rivals.neighbours import Neighbours, NeighboursConfig
from landmarq.rivals.verdict import NOTHING, Verdict
from landmarq.runtime import Network, open_network
from landmarq.workspace.measuring import embedded
from landmarq.workspace.rivals import SEARCHED_TOGETHER, described

Axes = Mapping[str, Sequence[Any]]
Settings = LocalSearchConfig | NeighboursConfig
AXES: Mapping[str, Axes] = {
    "rootsift": {
        "neighbours": (20, 60),
        "points": (600, 300, 900),
        "ratio": (0.8, 0.9, 0.7),
        "decision": ("sum", "best"),
        "geometry.tolerance": (8.0, 16.0),
    },
    "delf": {
        "neighbours": (20, 10, 5, 60),
        "ratio": (0.9, 0.8, 1.0),
        "decision": ("sum", "best"),
        "points": (1000, 500),
        "geometry.tolerance": (12.0, 8.0, 20.0),
    },
    "triplet": {"k": (1, 3, 5, 10)},
}
"""What is tried of each setting, in this order; the first of each is where the search begins."""
SPECIFICITIES = (0.99, 0.999)


@dataclass(frozen=True)
class Photos:
    """What every choice is tried on.

    Attributes:
        pool: the photos that are searched among.
        asked: the photos asked about.
    """

    pool: Catalog
    asked: Catalog

    @classmethod
    def of_val(cls, catalog: Path, *, every: int) -> Photos:
        """Read a catalog; of the photos asked about every so manieth is taken.

        Raises:
            InputError: no such photos, or photos of one kind only.
        """
        everything = read_catalog(catalog)
        pool = everything.where(lambda row: row.role == RivalsConfig().pool_role and bool(row.landmark))
        val = labelled_photos(everything, split="val", known=pool.landmarks)
        val.need_both()
        return cls(pool, Catalog(val.catalog.rows[::every], val.catalog.root))

    def figures(self, verdicts: Mapping[str, Verdict]) -> dict[str, float]:
        """Return the sensitivities of a choice by its verdicts (by path), their mean as ``score``, and top-1."""
        truth, known = [row.landmark for row in self.asked.rows], frozenset(self.pool.landmarks)
        given = [verdicts.get(row.path, NOTHING) for row in self.asked.rows]
        scored = metrics.decisions(
            [verdict.score for verdict in given], [verdict.landmark for verdict in given], truth, known=known
        )
        everyday = scored.where(np.array([not landmark or landmark in known for landmark in truth]))
        reached = {
            f"{name}_{100 * wanted:g}": metrics.sensitivity_at_specificity(some, wanted).share
            for name, some in (("everyday", everyday), ("all", scored))
            for wanted in SPECIFICITIES
        }
        return {"score": sum(reached.values()) / len(reached), **reached, "top_1": metrics.top_1(scored).share}


@dataclass(frozen=True)
class Rival:
    """A system whose settings are chosen.

    Attributes:
        table: of the configuration of ``bench rivals``.
        start: its settings; what is not tried stays.
        made_by: fingerprint of what described the photos.
        answer: gives, with some settings, the verdict on each photo, by its path.
    """

    table: str
    start: Settings
    made_by: str
    answer: Callable[[Any], dict[str, Verdict]]


def climb(start: Mapping[str, Any], axes: Axes, score: Callable[[Mapping[str, Any]], float]) -> dict[str, Any]:
    """Try the values of each axis in turn, the others as they are best so far; return the best choice.

    Among equals the one that was tried first stays.
    """
    best = dict(start)
    reached = score(best)
    for name, values in axes.items():
        for value in values:
            if value == best[name]:
                continue
            other = {**best, name: value}
            found = score(other)
            if found > reached:
                best, reached = other, found
    return best


def by_local_features(photos: Photos, describer: Describer, features: Path) -> Callable[[Any], dict[str, Verdict]]:
    """Describe what the store does not hold yet; return what answers by a search."""
    with FeatureStore(features) as store:
        rows, database, _ = described(photos.pool, describer, store, told("database"))
        numbers, asked, _ = described(photos.asked, describer, store, told("photos"))

    def answer(config: LocalSearchConfig) -> dict[str, Verdict]:
        search = LocalSearch(database, [photos.pool.rows[row].landmark for row in rows], config)
        verdicts: list[Verdict] = []
        for at in range(0, len(asked), SEARCHED_TOGETHER):
            verdicts += search.verify(search.search(asked[at : at + SEARCHED_TOGETHER]))
        return dict(zip((photos.asked.rows[number].path for number in numbers), verdicts, strict=True))

    return answer


def by_vectors(photos: Photos, network: Network, vectors: Path) -> Callable[[Any], dict[str, Verdict]]:
    """Embed what the store does not hold yet; return what answers by the nearest photos."""
    pool = embedded(photos.pool, network, vectors, told("database"))
    asked = embedded(photos.asked, network, vectors, told("photos"))

    def answer(config: NeighboursConfig) -> dict[str, Verdict]:
        verdicts = Neighbours(pool.vectors, [row.landmark for row in pool.rows], config).verdicts(asked.vectors)
        return dict(zip((row.path for row in asked.rows), verdicts, strict=True))

    return answer


def told(what: str) -> Callable[[int, int], None]:
    """Return what prints now and then how far something is."""
    last = [time.monotonic()]

    def tell(done: int, total: int) -> None:
        if time.monotonic() - last[0] > 30 or done == total:
            last[0] = time.monotonic()
            print(f"{what}: {done} of {total}", flush=True)

    return tell


def with_choice(start: Settings, choice: Mapping[str, Any]) -> Settings:
    """Return settings with a choice in them; a dot in a name leads into a part."""
    values = as_mapping(start)
    for name, value in choice.items():
        *parts, last = name.split(".")
        part = values
        for each in parts:
            part = part[each]
        part[last] = value
    return from_mapping(type(start), values)


def as_toml(table: str, config: Settings) -> str:
    """Return settings, all of them, as a table of the configuration of ``bench rivals``."""
    lines: dict[str, list[str]] = {table: []}
    for name, value in as_mapping(config).items():
        if isinstance(value, dict):
            lines[f"{table}.{name}"] = [f"{key} = {json.dumps(each)}" for key, each in value.items()]
        else:
            lines[table].append(f"{name} = {json.dumps(value)}")
    return "\n\n".join("\n".join([f"[{each}]", *body]) for each, body in lines.items()) + "\n"


def rival(options: argparse.Namespace, photos: Photos) -> Rival:
    """Return the rival that was asked for, its photos described."""
    defaults = RivalsConfig()
    if options.system == "triplet":
        network = open_network(options.model)
        answer = by_vectors(photos, network, options.vectors)
        return Rival("triplet", defaults.triplet, network.info.fingerprint, answer)
    if options.system == "delf":
        delf = Delf.open(options.model, precision=options.precision)
        answer = by_local_features(photos, delf, options.features)
        return Rival("delf_search", defaults.delf_search, delf.fingerprint, answer)
    rootsift = RootSift()
    answer = by_local_features(photos, rootsift, options.features)
    return Rival("rootsift_search", defaults.rootsift_search, rootsift.fingerprint, answer)


def main() -> None:
    """Choose."""
    options = _options()
    photos = Photos.of_val(options.photos, every=options.every)
    chosen = rival(options, photos)
    file = options.out.with_name(f"{options.out.name}.json")
    tried: dict[str, Any] = read_json(file)["tried"] if file.is_file() else {}

    def score(choice: Mapping[str, Any]) -> float:
        config = with_choice(chosen.start, choice)
        parts = [chosen.made_by, as_mapping(config), photos.pool.fingerprint, photos.asked.fingerprint]
        key = fingerprint(parts)[:12]
        if key not in tried:
            begun = time.monotonic()
            found = photos.figures(chosen.answer(config))
            tried[key] = {"choice": dict(choice), **found, "seconds": time.monotonic() - begun}
            write_json(file, {"system": options.system, "photos": len(photos.asked), "tried": tried})
            print(json.dumps(tried[key]), flush=True)
        return float(tried[key]["score"])

    axes = AXES[options.system]
    best = climb({name: values[0] for name, values in axes.items()}, axes, score)
    write_text(
        options.out.with_name(f"{options.out.name}.toml"), as_toml(chosen.table, with_choice(chosen.start, best))
    )
    print(f"best: {json.dumps(best)}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path, help="the catalog")
    parser.add_argument("system", choices=tuple(AXES))
    parser.add_argument("--model", type=Path, help="folder of the rival's model; RootSIFT needs none")
    parser.add_argument("--precision", choices=("bf16", "float32"), default="bf16", help="of DELF: that of ours")
    parser.add_argument("--features", type=Path, default=Path("features.sqlite"), help="made or added to")
    parser.add_argument("--vectors", type=Path, default=Path("vectors.sqlite"), help="made or added to")
    parser.add_argument("--every", type=int, default=1, help="ask about every so manieth photo alone")
    parser.add_argument("-o", "--out", type=Path, required=True, help="OUT.json and OUT.toml are written")
    options = parser.parse_args()
    if options.system != "rootsift" and options.model is None:
        parser.error(f"{options.system} needs --model")
    return options


if __name__ == "__main__":
    main()
