"""Ours and its rivals on the same photos, as one library call: folders in, a report out."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from landmarq.catalog import Catalog, read_catalog
from landmarq.errors import InputError, PhotoError
from landmarq.evaluation.answers import Answer
from landmarq.evaluation.embedding import recognize_photos
from landmarq.evaluation.labelled import LabelledPhotos, align, labelled_photos
from landmarq.evaluation.offline import OfflineConfig, evaluate
from landmarq.evaluation.scored import score
from landmarq.local_features import Describer, FeatureStore, LocalFeatures, RootSift, describe_files, with_short_side
from landmarq.photos import PhotoView, read_photo, read_rgb
from landmarq.recognize import Recognizer, Rule
from landmarq.rivals.config import RivalsConfig
from landmarq.rivals.delf import Delf
from landmarq.rivals.local_search import LocalSearch, LocalSearchConfig
from landmarq.rivals.neighbours import Neighbours, NeighboursConfig
from landmarq.rivals.standing import RivalsReport, Standing, as_answers, beside, write_rivals
from landmarq.rivals.timing import Stages, measure
from landmarq.runtime import Network, Runtime, open_network
from landmarq.types import Pixels
from landmarq.workspace.measuring import VECTORS_FILE, catalog_table, embedded
from landmarq.workspace.systems import System, open_system

FEATURES_FILE = "features.sqlite"
SEARCHED_TOGETHER = 16
Bar = Callable[[str], Callable[[int, int], None] | None]
"""Gives, for the name of some work, what is to be called with (done, total)."""


@dataclass(frozen=True)
class RivalModels:
    """Folders of the models that some rivals need; a rival whose folder is None is left out.

    Attributes:
        frozen: a model folder, its backbone not trained.
        triplet: a model folder, trained with the triplet loss.
        delf: what ``landmarq bench delf`` wrote.
        rootsift: whether RootSIFT, which needs none, takes part.
    """

    frozen: Path | None = None
    triplet: Path | None = None
    delf: Path | None = None
    rootsift: bool = True


@dataclass(frozen=True)
class _Contender:
    name: str
    settings: Mapping[str, Any]
    bytes_a_photo: float
    answers: tuple[Answer, ...]
    stages: Stages


@dataclass(frozen=True)
class _Bench:
    """What all contenders are given."""

    photos: LabelledPhotos
    pool: Catalog
    vectors: Path
    features: Path
    config: RivalsConfig
    bar: Bar


def bench_rivals(
    catalog: Path,
    *,
    out: Path,
    packs: Sequence[Path] = (),
    model: Path | None = None,
    models: RivalModels | None = None,
    split: str = "",
    runtime: Runtime = "openvino",
    vectors: Path | None = None,
    features: Path | None = None,
    landmarks: Path | None = None,
    config: RivalsConfig | None = None,
    machine: str = "",
    bar: Bar | None = None,
) -> RivalsReport:
    """Measure ours and its rivals on the photos of a split, and write the report.

    Vectors and local features are kept in files and made once; what a run finds there it does not make again.
    ``machine`` is what the report says of where it was measured.

    Raises:
        InputError: the catalog has no photos of the split, photos of one kind only, or none to search among.
        MissingExtraError: OpenCV or FAISS is not installed.
    """
    models, config = models or RivalModels(), config or RivalsConfig()
    system = open_system(packs, model=model, rule=Rule(use_place=False), runtime=runtime)
    everything, taught = read_catalog(catalog), system.recognizer.landmarks
    known = [landmark.id for landmark in taught]
    photos = labelled_photos(
        everything, split=split, landmarks=(*taught, *catalog_table(catalog, landmarks)), known=known
    )
    pool = everything.where(lambda row: row.role == config.pool_role and row.landmark in photos.known)
    photos.need_both()
    if not len(pool):
        raise InputError(f"{catalog} has no photos of known landmarks of the role {config.pool_role!r} to search among")
    bench = _Bench(
        photos, pool, vectors or out / VECTORS_FILE, features or out / FEATURES_FILE, config, bar or (lambda _: None)
    )
    contenders = [_ours(bench, system, references=True), _ours(bench, system, references=False)]
    contenders += _with_vectors(bench, models, runtime)
    contenders += _with_local_features(bench, models, system.network)
    report = RivalsReport(
        catalog=photos.catalog.fingerprint,
        split=split or "test",
        database=len(pool),
        timed_photos=config.timed_photos,
        machine="; ".join(filter(None, [machine, system.network.runtime, system.network.precision])),
        standings=_standings(bench, contenders),
    )
    write_rivals(report, out)
    return report


def _standings(bench: _Bench, contenders: Sequence[_Contender]) -> tuple[Standing, ...]:
    # Spread over the catalog, so that all kinds of photos are among them.
    files = bench.photos.catalog.files()
    chosen = files[:: max(1, len(files) // max(1, bench.config.timed_photos))][: bench.config.timed_photos]
    costs = measure([each.stages for each in contenders], chosen, bench.bar("Timing")) if chosen else []
    offline = OfflineConfig()
    reports = [evaluate(bench.photos, each.answers, name=each.name, config=offline) for each in contenders]
    scored = [score(bench.photos, each.answers) for each in contenders]
    return tuple(
        Standing(
            each.name,
            each.settings,
            each.bytes_a_photo,
            costs[number] if costs else None,
            costs[number].total_ms / costs[0].total_ms if costs else None,
            reports[number],
            beside(scored[0], reports[0], scored[number], reports[number]) if number else (),
        )
        for number, each in enumerate(contenders)
    )


def _ours(bench: _Bench, system: System, *, references: bool) -> _Contender:
    rule = dataclasses.replace(system.recognizer.rule, use_references=references)
    recognizer = Recognizer(system.packs, rule)
    found = embedded(bench.photos.catalog, system.network, bench.vectors, bench.bar("Embedding"))
    kept = sum(
        array.nbytes
        for pack in system.packs
        for array in (pack.gallery.centroids, pack.gallery.background, *([pack.gallery.references] * references))
    )
    return _Contender(
        name=f"ours, {'with' if references else 'no'} reference check",
        settings={"pack": " + ".join(pack.info.name for pack in system.packs), "model": system.network.info.name},
        bytes_a_photo=kept / len(bench.pool),
        answers=align(bench.photos, recognize_photos(found, recognizer), catalog=bench.photos.catalog),
        stages=Stages(
            _squashed(system.network),
            _embedder(system.network),
            lambda vectors: recognizer.recognize(np.stack(vectors), [None] * len(vectors)),
        ),
    )


def _with_vectors(bench: _Bench, models: RivalModels, runtime: Runtime) -> list[_Contender]:
    chosen = (
        ("frozen backbone + nearest neighbour", models.frozen, bench.config.frozen),
        ("triplet + k-NN", models.triplet, bench.config.triplet),
    )
    return [
        _neighbours(bench, name, open_network(folder, runtime=runtime), config)
        for name, folder, config in chosen
        if folder
    ]


def _neighbours(bench: _Bench, name: str, network: Network, config: NeighboursConfig) -> _Contender:
    pool = embedded(bench.pool, network, bench.vectors, bench.bar(f"Database of {name}"))
    found = embedded(bench.photos.catalog, network, bench.vectors, bench.bar(f"Photos for {name}"))
    rival = Neighbours(pool.vectors, [row.landmark for row in pool.rows], config)
    verdicts = dict(zip((row.path for row in found.rows), rival.verdicts(found.vectors), strict=True))
    return _Contender(
        name=name,
        settings={"model": network.info.name, **dataclasses.asdict(config)},
        bytes_a_photo=rival.bytes_a_photo,
        answers=as_answers(bench.photos, verdicts, {row.path: why for row, why in found.unread}),
        stages=Stages(_squashed(network), _embedder(network), lambda vectors: rival.verdicts(np.stack(vectors))),
    )


def _with_local_features(bench: _Bench, models: RivalModels, network: Network) -> list[_Contender]:
    config, found = bench.config, []
    if models.rootsift:
        found.append(_local(bench, "RootSIFT + RANSAC", RootSift(config.rootsift), config.rootsift_search))
    if models.delf:
        # In the precision that ours runs in.
        delf = Delf.open(models.delf, precision=network.precision, config=config.delf)
        found.append(_local(bench, "DELF", delf, config.delf_search))
    return found


def _local(bench: _Bench, name: str, describer: RootSift | Delf, config: LocalSearchConfig) -> _Contender:
    pool = _at_most(bench.pool, config.photos_a_landmark)
    with FeatureStore(bench.features) as store:
        rows, database = described(pool, describer, store, bench.bar(f"Database of {name}"))[:2]
        search = LocalSearch(database, [pool.rows[row].landmark for row in rows], config)
        asked, features, errors = described(bench.photos.catalog, describer, store, bench.bar(f"Photos for {name}"))
    progress, verdicts = bench.bar(f"Searching for {name}"), []
    for start in range(0, len(features), SEARCHED_TOGETHER):
        verdicts += search.verify(search.search(features[start : start + SEARCHED_TOGETHER]))
        if progress:
            progress(len(verdicts), len(features))
    by_path = {bench.photos.catalog.rows[row].path: verdict for row, verdict in zip(asked, verdicts, strict=True)}
    return _Contender(
        name=name,
        settings={**dataclasses.asdict(describer.config), **dataclasses.asdict(config)},
        bytes_a_photo=search.bytes_a_photo,
        answers=as_answers(bench.photos, by_path, errors),
        stages=Stages(
            lambda path: with_short_side(read_rgb(path, at_least=describer.at_least), describer.at_least),
            describer.describe,
            search.search,
            search.verify,
        ),
    )


def _at_most(pool: Catalog, photos_a_landmark: int) -> Catalog:
    if not photos_a_landmark:
        return pool
    seen: Counter[str] = Counter()
    kept = []
    for row in pool.rows:
        seen[row.landmark] += 1
        if seen[row.landmark] <= photos_a_landmark:
            kept.append(row)
    return Catalog(tuple(kept), pool.root)


def described(
    catalog: Catalog, describer: Describer, store: FeatureStore, progress: Callable[[int, int], None] | None
) -> tuple[list[int], list[LocalFeatures], dict[str, str]]:
    """Return the numbers of the rows that can be read, their features, and by path why others can't."""
    contents = describe_files(catalog.files(), describer, store=store, progress=progress)
    rows = [number for number, content in enumerate(contents) if not isinstance(content, PhotoError)]
    errors = {
        row.path: str(content)
        for row, content in zip(catalog.rows, contents, strict=True)
        if isinstance(content, PhotoError)
    }
    if not rows:
        raise InputError(f"none of the {len(catalog)} photos can be read, such as {catalog.file(catalog.rows[0])}")
    features = [store.get(describer.fingerprint, str(contents[row])) for row in rows]
    return rows, features, errors


def _squashed(network: Network) -> Callable[[Path], Pixels]:
    view = PhotoView(network.info.preprocessing.size, network.info.preprocessing.filter)
    return lambda path: read_photo(path, view).pixels


def _embedder(network: Network) -> Callable[[Sequence[Pixels]], Sequence[Any]]:
    return lambda photos: list(network.embed(np.stack(photos)))
