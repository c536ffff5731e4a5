"""The settings of the rivals with local features, chosen on the ``val`` roles: one after another, the best is kept.

    python benchmarks/rival_settings.py PHOTOS rootsift --features features.sqlite -o runs/rivals/rootsift
    python benchmarks/rival_settings.py PHOTOS delf --delf delf/ --features features.sqlite -o runs/rivals/delf

PHOTOS is a catalog; the rival searches among its photos of the role ``train``, all of them. A choice is as good as its
mean sensitivity at 99 and 99.9 % specificity, against everyday photos and against those and unknown landmarks. What
was tried stands in ``OUT.json``; the best in ``OUT.toml``, which ``landmarq bench rivals --config`` takes. Stopped, the
same command goes on: features are kept in their file, and what was tried is not tried again.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from landmarq import metrics
from landmarq.artifacts import fingerprint, read_json, write_json, write_text
from landmarq.catalog import read_catalog
from landmarq.config import as_mapping, from_mapping
from landmarq.evaluation.labelled import LabelledPhotos, labelled_photos
from landmarq.local_features import Describer, FeatureStore, LocalFeatures, RootSift
from landmarq.rivals.config import RivalsConfig
from landmarq.rivals.delf import Delf
from landmarq.rivals.local_search import LocalSearch, LocalSearchConfig
from landmarq.workspace.rivals import SEARCHED_TOGETHER, described

Axes = Mapping[str, Sequence[Any]]
AXES: Mapping[str, Axes] = {
    "rootsift": {
        "neighbours": (20, 60),
        "points": (300, 600),
        "ratio": (0.9, 0.8),
        "decision": ("sum", "best"),
        "geometry.tolerance": (8.0, 16.0),
    },
    "delf": {
        "neighbours": (5, 20, 60),
        "ratio": (1.0, 0.9),
        "decision": ("best", "sum"),
        "points": (1000, 500),
        "geometry.tolerance": (20.0, 12.0, 32.0),
    },
}
"""What is tried of each setting, in this order; the first of each is where the search begins."""
SPECIFICITIES = (0.99, 0.999)


@dataclass(frozen=True)
class Asked:
    """A database and the photos that are asked about, described.

    Attributes:
        database: features of each photo of the database.
        landmarks: on each of them.
        features: of the photos asked about, those that can be read.
        truth: landmark on each of these, empty for none.
        known: landmarks of the database.
    """

    database: Sequence[LocalFeatures]
    landmarks: Sequence[str]
    features: Sequence[LocalFeatures]
    truth: Sequence[str]
    known: frozenset[str]


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


def figures(asked: Asked, config: LocalSearchConfig) -> dict[str, float]:
    """Return the sensitivities of a choice, their mean as ``score``, top-1, and the seconds a photo."""
    search = LocalSearch(asked.database, asked.landmarks, config)
    begun = time.monotonic()
    verdicts = []
    for at in range(0, len(asked.features), SEARCHED_TOGETHER):
        verdicts += search.verify(search.search(asked.features[at : at + SEARCHED_TOGETHER]))
    seconds = (time.monotonic() - begun) / len(asked.features)
    scored = metrics.decisions(
        [verdict.score for verdict in verdicts],
        [verdict.landmark for verdict in verdicts],
        asked.truth,
        known=asked.known,
    )
    everyday = scored.where(np.array([not landmark or landmark in asked.known for landmark in asked.truth]))
    reached = {
        f"{name}_{100 * wanted:g}": metrics.sensitivity_at_specificity(some, wanted).share
        for name, some in (("everyday", everyday), ("all", scored))
        for wanted in SPECIFICITIES
    }
    top_1 = metrics.top_1(scored).share
    return {"score": sum(reached.values()) / len(reached), **reached, "top_1": top_1, "seconds_a_photo": seconds}


def described_photos(
    photos: LabelledPhotos, catalog: Path, describer: Describer, features: Path, *, every: int
) -> Asked:
    """Describe what the store does not hold yet: the database whole, and every so manieth photo asked about."""
    everything = read_catalog(catalog)
    pool = everything.where(lambda row: row.role == RivalsConfig().pool_role and row.landmark in photos.known)
    chosen = {row.path for row in photos.catalog.rows[::every]}
    asked = photos.catalog.where(lambda row: row.path in chosen)
    with FeatureStore(features) as store:
        rows, database, _ = described(pool, describer, store, told("database"))
        numbers, found, _ = described(asked, describer, store, told("photos"))
    truth = [asked.rows[number].landmark for number in numbers]
    return Asked(database, [pool.rows[row].landmark for row in rows], found, truth, photos.known)


def told(what: str) -> Callable[[int, int], None]:
    """Return what prints now and then how far something is."""
    last = [time.monotonic()]

    def tell(done: int, total: int) -> None:
        if time.monotonic() - last[0] > 30 or done == total:
            last[0] = time.monotonic()
            print(f"{what}: {done} of {total}", flush=True)

    return tell


def search_config(start: LocalSearchConfig, choice: Mapping[str, Any]) -> LocalSearchConfig:
    """Return a search with a choice in it; a dot in a name leads into a part."""
    values = as_mapping(start)
    for name, value in choice.items():
        *parts, last = name.split(".")
        part = values
        for each in parts:
            part = part[each]
        part[last] = value
    return from_mapping(LocalSearchConfig, values)


def as_toml(system: str, config: LocalSearchConfig) -> str:
    """Return the search's settings, all of them, as a configuration of ``bench rivals``."""
    lines: dict[str, list[str]] = {f"{system}_search": []}
    for name, value in as_mapping(config).items():
        if isinstance(value, dict):
            lines[f"{system}_search.{name}"] = [f"{key} = {json.dumps(each)}" for key, each in value.items()]
        else:
            lines[f"{system}_search"].append(f"{name} = {json.dumps(value)}")
    return "\n\n".join("\n".join([f"[{table}]", *body]) for table, body in lines.items()) + "\n"


def main() -> None:
    """Choose."""
    options = _options()
    defaults = RivalsConfig()
    describer: Describer
    if options.system == "delf":
        describer, start = Delf.open(options.delf, precision=options.precision), defaults.delf_search
    else:
        describer, start = RootSift(), defaults.rootsift_search
    everything = read_catalog(options.photos)
    known = everything.with_roles(defaults.pool_role).landmarks
    photos = labelled_photos(everything, split="val", known=known)
    photos.need_both()
    asked = described_photos(photos, options.photos, describer, options.features, every=options.every)
    out: Path = options.out
    file = out.with_name(f"{out.name}.json")
    tried: dict[str, Any] = read_json(file)["tried"] if file.is_file() else {}

    def score(choice: Mapping[str, Any]) -> float:
        config = search_config(start, choice)
        parts = [describer.fingerprint, as_mapping(config), photos.catalog.fingerprint, options.every]
        key = fingerprint(parts)[:12]
        if key not in tried:
            tried[key] = {"choice": dict(choice), **figures(asked, config)}
            write_json(file, {"system": options.system, "photos": len(asked.features), "tried": tried})
            print(json.dumps(tried[key]), flush=True)
        return float(tried[key]["score"])

    axes = AXES[options.system]
    best = climb({name: values[0] for name, values in axes.items()}, axes, score)
    write_text(out.with_name(f"{out.name}.toml"), as_toml(options.system, search_config(start, best)))
    print(f"best: {json.dumps(best)}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path, help="the catalog")
    parser.add_argument("system", choices=tuple(AXES))
    parser.add_argument("--delf", type=Path, help="folder that `landmarq bench delf` wrote")
    precisions: tuple[Literal["bf16", "float32"], ...] = ("bf16", "float32")
    parser.add_argument("--precision", choices=precisions, default="bf16", help="of DELF; that of ours")
    parser.add_argument("--features", type=Path, required=True, help="file of local features, made or added to")
    parser.add_argument("--every", type=int, default=1, help="ask about every so manieth photo alone")
    parser.add_argument("-o", "--out", type=Path, required=True, help="OUT.json and OUT.toml are written")
    options = parser.parse_args()
    if options.system == "delf" and options.delf is None:
        parser.error("delf needs --delf")
    return options


if __name__ == "__main__":
    main()
