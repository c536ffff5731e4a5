"""Measuring as library calls: folders in, reports out."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from landmarq.albums import ALBUMS_JSON
from landmarq.catalog import Catalog, CatalogRow, read_catalog, read_landmarks
from landmarq.embed import CatalogVectors, Progress, VectorStore
from landmarq.errors import InputError
from landmarq.evaluation.albums import AlbumsScore, score_albums
from landmarq.evaluation.answers import read_answers
from landmarq.evaluation.embedding import embed_catalog, recognize_photos
from landmarq.evaluation.gldv2 import recognition_gap, retrieval_map, version_of
from landmarq.evaluation.labelled import align, labelled_photos
from landmarq.evaluation.landmark_images import embed_images
from landmarq.evaluation.offline import OfflineConfig, evaluate
from landmarq.evaluation.report import (
    BenchmarkReport,
    OfflineReport,
    RevisitedReport,
    offline_report,
    write_benchmark,
    write_report,
    write_retrieval,
    write_revisited,
)
from landmarq.evaluation.retrieval import LabelledVectors, RetrievalConfig, RetrievalReport, evaluate_retrieval
from landmarq.evaluation.revisited import adapted, read_ground_truth, score_revisited
from landmarq.evaluation.shards import stream_vectors
from landmarq.photos import PhotoReader, list_photos
from landmarq.recognize import Recognizer, Rule
from landmarq.runtime import Network, Runtime, open_network
from landmarq.types import Landmark
from landmarq.workspace.systems import open_system

VECTORS_FILE = "vectors.sqlite"
LANDMARKS_FILE = "landmarks.csv"


def all_switches(rule: Rule) -> tuple[Rule, ...]:
    """Return a rule with and without the place and the reference check: four settings."""
    return tuple(
        dataclasses.replace(rule, use_place=place, use_references=references)
        for place in (True, False)
        for references in (True, False)
    )


def score_answers(
    catalog: Path,
    recognitions: Sequence[Path],
    *,
    out: Path,
    split: str = "",
    landmarks: Path | None = None,
    known: Path | None = None,
    config: OfflineConfig | None = None,
) -> OfflineReport:
    """Measure systems by their answers, files in the format of ``recognize --json``, and write the report."""
    everything, config = read_catalog(catalog), config or OfflineConfig()
    photos = labelled_photos(
        everything,
        split=split,
        landmarks=catalog_table(catalog, landmarks),
        known=[landmark.id for landmark in read_landmarks(known)] if known else None,
    )
    systems = [
        evaluate(photos, align(photos, read_answers(path), catalog=everything), name=path.stem, config=config)
        for path in recognitions
    ]
    report = offline_report(photos, systems, split=split, config=config)
    write_report(report, out, catalog=everything)
    return report


def albums(library: Path, catalog: Path, *, split: str = "", landmarks: Path | None = None) -> AlbumsScore:
    """Measure the albums of a library's folder against a catalog."""
    truth = read_catalog(catalog)
    chosen = labelled_photos(truth, split=split).catalog
    roles = list(dict.fromkeys(row.role for row in chosen.rows))
    return score_albums(library / ALBUMS_JSON, truth, roles=roles, landmarks=catalog_table(catalog, landmarks))


def offline(
    catalog: Path,
    *,
    out: Path,
    rules: Sequence[Rule],
    packs: Sequence[Path] = (),
    model: Path | None = None,
    runtime: Runtime = "openvino",
    vectors: Path | None = None,
    split: str = "",
    landmarks: Path | None = None,
    config: OfflineConfig | None = None,
    progress: Progress | None = None,
) -> OfflineReport:
    """Measure packs on the photos of a catalog, once for each rule, and write the report."""
    system = open_system(packs, model=model, runtime=runtime)
    everything, config = read_catalog(catalog), config or OfflineConfig()
    taught = system.recognizer.landmarks
    photos = labelled_photos(
        everything,
        split=split,
        landmarks=(*taught, *catalog_table(catalog, landmarks)),
        known=[landmark.id for landmark in taught],
    )
    photos.need_both()
    found = embedded(photos.catalog, system.network, vectors or out / VECTORS_FILE, progress)
    name = " + ".join(pack.info.name for pack in system.packs)
    systems = []
    for rule in rules:
        answers = recognize_photos(found, Recognizer(system.packs, rule))
        systems.append(
            evaluate(
                photos,
                align(photos, answers, catalog=photos.catalog),
                name=f"{name}, {_switches(rule)}",
                config=config,
            )
        )
    report = offline_report(photos, systems, split=split, config=config)
    write_report(report, out, catalog=everything)
    return report


def retrieval(
    catalog: Path,
    *,
    model: Path,
    out: Path,
    pool: str,
    split: str = "",
    runtime: Runtime = "openvino",
    vectors: Path | None = None,
    config: RetrievalConfig | None = None,
    progress: Progress | None = None,
) -> RetrievalReport:
    """Search the landmark photos of a split among those of the role ``pool``, and write the report."""
    everything, network = read_catalog(catalog), open_network(model, runtime=runtime)
    store = vectors or out / VECTORS_FILE

    def landmark_photos(rows: Catalog) -> LabelledVectors:
        shown = rows.where(lambda row: bool(row.landmark))
        if not len(shown):
            raise InputError(f"{catalog} has no landmark photos to search for, or none of the role {pool!r} to find")
        found = embedded(shown, network, store, progress)
        return LabelledVectors(found.rows, found.vectors)

    queries = landmark_photos(labelled_photos(everything, split=split).catalog)
    report = evaluate_retrieval(queries, landmark_photos(everything.with_roles(pool)), config or RetrievalConfig())
    write_retrieval(report, out, catalog=everything)
    return report


def revisited(
    truth: Path,
    images: Path,
    *,
    model: Path,
    out: Path,
    crops: bool = True,
    moves: Path | None = None,
    distractors: Sequence[Path] = (),
    runtime: Runtime = "openvino",
    vectors: Path | None = None,
    progress: Progress | None = None,
) -> RevisitedReport:
    """Measure a network on revisited Oxford or Paris, and write the report."""
    ground = read_ground_truth(truth)
    ground = adapted(ground, moves) if moves else ground
    network = open_network(model, runtime=runtime)
    with VectorStore(vectors or out / VECTORS_FILE) as store, PhotoReader() as reader:
        queries, database = embed_images(
            ground, images, crops=crops, store=store, network=network, reader=reader, progress=progress
        )
    figures = score_revisited(
        ground,
        queries=queries,
        database=database,
        distractors=lambda: stream_vectors(
            distractors, model=network.info.fingerprint, dimension=network.info.dimension
        ),
    )
    report = RevisitedReport(
        truth.name, network.info.name, crops, moves is not None, tuple(each.name for each in distractors), figures
    )
    write_revisited(report, out)
    return report


def gldv2(
    task: Literal["recognition", "retrieval"], solution: Path, predictions: Path, *, version: str = "", out: Path
) -> BenchmarkReport:
    """Measure predictions on Google Landmarks v2, and write the report."""
    measure = recognition_gap if task == "recognition" else retrieval_map
    figures = measure(solution, predictions, version=version or version_of(solution))
    report = BenchmarkReport(task, solution.name, predictions.name, figures)
    write_benchmark(report, out)
    return report


def embedded(catalog: Catalog, network: Network, vectors: Path, progress: Progress | None) -> CatalogVectors:
    """Embed a catalog's photos into a file of vectors, made or added to."""
    with VectorStore(vectors) as store, PhotoReader() as reader:
        return embed_catalog(catalog, store=store, network=network, reader=reader, progress=progress)


def library_catalog(folder: Path) -> Catalog:
    """Return a folder of photos as a catalog without labels."""
    rows = tuple(CatalogRow(str(file.path), "") for file in list_photos([folder]))
    if not rows:
        raise InputError(f"{folder} holds no photos")
    return Catalog(rows, folder)


def catalog_table(catalog: Path, landmarks: Path | None) -> tuple[Landmark, ...]:
    """Return the landmark table that was named, or the one beside the catalog."""
    beside = catalog.parent / LANDMARKS_FILE
    if landmarks is None and not beside.is_file():
        return ()
    return read_landmarks(landmarks or beside)


def _switches(rule: Rule) -> str:
    used: Mapping[str, bool] = {"GPS": rule.use_place, "references": rule.use_references}
    return " and ".join(f"{'with' if on else 'no'} {name}" for name, on in used.items())
