"""The verb ``clean``: a noisy crawl in, its rows kept, dropped, relabelled or unsure out."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from landmarq import cleaning
from landmarq.artifacts import Manifest, file_fingerprint, fingerprint, read_json, write_json, write_text
from landmarq.catalog import Catalog, each_record, open_catalog, read_landmarks, read_references
from landmarq.cleaning import Claims, CleanConfig, Decisions, Evidence, Outcome, Reason
from landmarq.cleaning.answers import Answers, follow
from landmarq.cleaning.score import CleaningScore, scores_table
from landmarq.cleaning.tables import write_decisions
from landmarq.config import as_mapping
from landmarq.embed import Progress, Updater, VectorStore, catalog_files
from landmarq.photos import PhotoReader, ReadLimits
from landmarq.runtime import Network, Runtime, open_network, read_model
from landmarq.types import Landmark
from landmarq.workspace.clean_rows import DecidedRows
from landmarq.workspace.clean_scores import Measured, read_truth
from landmarq.workspace.judging import ANSWERS_NAME, judge
from landmarq.workspace.looks import Looks

VECTORS_NAME = "vectors.sqlite"
SUMMARY_NAME = "summary.json"
CURVE_NAME = "curve.svg"
SCORES_NAME = "scores.md"
UNPACKED_NAME = "photos"
_SCHEMA = 2
_COLUMNS = ("path", "landmark", "role", "lat", "lon", "source", "licence", "author")


@dataclass(frozen=True)
class CleanReport:
    """What one run of ``clean`` did.

    Attributes:
        kept, dropped, relabelled, unsure: rows of each file.
        estimated_wrong: estimated share of wrong rows among the kept ones, 0 to 1.
        estimated_lost: estimated share of the right rows that are not kept, 0 to 1.
        embedded: photos that went through the network in this run.
        problems: one line each.
        scores: of this rule, the paper's and the nearest reference, if the truth was given: all rows, then by region.
    """

    kept: int
    dropped: int
    relabelled: int
    unsure: int
    estimated_wrong: float
    estimated_lost: float
    embedded: int = 0
    problems: tuple[str, ...] = ()
    scores: tuple[CleaningScore, ...] = field(default=())


def clean(
    catalog: Path,
    *,
    landmarks: Path,
    references: Path,
    model: Path,
    out: Path,
    vectors: Path | None = None,
    truth: Path | None = None,
    config: CleanConfig | None = None,
    absolute: bool = False,
    runtime: Runtime = "openvino",
    limits: ReadLimits | None = None,
    progress: Progress | None = None,
) -> CleanReport:
    """Clean a crawl: decide for every row of a catalog whether its photo shows its landmark.

    Photos that were embedded before are not opened again; a run with the same inputs does nothing.

    Args:
        catalog: CSV, folder, or shards; see ``landmarq.catalog.open_catalog``.
        landmarks: landmark table.
        references: CSV of the photos that a person picked.
        model: folder of the network: that of the stage before.
        out: folder of the four CSV files; ``answers.csv`` there, of the picking page, is followed.
        vectors: file of vectors; default: in ``out``.
        truth: CSV ``path,landmark`` of what the photos show, for measuring alone.
        config: how rows are judged.
        absolute: write absolute paths: relative ones are those of the catalog, and start from its folder.
        runtime: what runs the network.
        limits: what one photo may cost.
        progress: called with (done, to do): photos embedded, landmarks judged, photos looked at.

    Raises:
        CatalogError: a file is missing or has a bad row, or no reference can be used.
        ModelError: the model can't be used.
    """
    config = config or CleanConfig()
    said = out / ANSWERS_NAME
    files = {"catalog": catalog, "landmarks": landmarks, "references": references, "truth": truth, "answers": said}
    # Read first: a mistake in a table is told before anything is embedded.
    crawl, picked = open_catalog(catalog, unpacked=out / UNPACKED_NAME), read_references(references)
    table, answers = read_landmarks(landmarks), Answers(said)
    inputs = {name: file_fingerprint(path) for name, path in files.items() if path and path.is_file()}
    if catalog.is_dir():
        inputs["catalog"] = crawl.fingerprint
    manifest = Manifest(
        "clean",
        _SCHEMA,
        {**as_mapping(config), "absolute": absolute},
        {**inputs, "model": read_model(model)[0].fingerprint, "files": _state(crawl, picked)},
    )
    if manifest.is_done(out):
        return _read_summary(out)
    with VectorStore(vectors or out / VECTORS_NAME) as store, PhotoReader(limits) as reader:
        job = _Job(crawl, picked, table, answers, config, store, reader, open_network(model, runtime=runtime))
        report = job.run(catalog, out, truth=truth, absolute=absolute, progress=progress)
    write_json(out / SUMMARY_NAME, dataclasses.asdict(report))
    manifest.save(out)
    return report


@dataclass(frozen=True)
class _Job:
    crawl: Catalog
    references: Catalog
    landmarks: Sequence[Landmark]
    answers: Answers
    config: CleanConfig
    store: VectorStore
    reader: PhotoReader
    network: Network

    def run(
        self, catalog: Path, out: Path, *, truth: Path | None, absolute: bool, progress: Progress | None
    ) -> CleanReport:
        """Embed what is new, judge, and write."""
        files = {file.path: file for rows in (self.crawl, self.references) for file in catalog_files(rows)}
        update = Updater(self.store, self.network, self.reader).run(files.values(), forget=False, progress=progress)
        judged = judge(
            self.store,
            self.crawl,
            landmarks=self.landmarks,
            references=self.references,
            answers=self.answers,
            model=self.network.info.fingerprint,
            config=self.config,
            progress=progress,
        )
        opened, evidence, claims = judged.crawl, judged.evidence, judged.crawl.claims
        near = cleaning.reference_similarity(claims)
        looks = Looks(self.store, self.reader, self.crawl, opened, progress)
        if self.config.rule == "regression":
            # NaN, where a place is unknown, is not far.
            single = cleaning.decide(claims, evidence, self.config, far=opened.distance_m > self.config.far_m)
            if self.config.drawings_aside:
                single = cleaning.set_drawings_aside(single, looks.drawn(single), claims.label)
        else:
            asked = near.mean if self.config.rule == "mean" else near.nearest
            single = cleaning.decide_plain(claims, asked, threshold=self.config.keep_above)
        single = follow(single, judged.answered, judged.shown, claims.label)
        decisions = cleaning.without_duplicates(
            claims,
            single,
            self.config,
            confirm=partial(looks.same, bits=self.config.duplicate_bits),
            pixels=opened.pixels,
        )
        told = DecidedRows(self.crawl, opened, evidence, decisions, near, absolute)
        records = _records(catalog, self.crawl)
        columns = list(next(_records(catalog, self.crawl)))
        counts = write_decisions(out, (told.row(at, record) for at, record in enumerate(records)), columns=columns)
        scores: tuple[CleaningScore, ...] = ()
        if truth:
            region = {landmark.id: landmark.region for landmark in self.landmarks}
            measured = Measured(opened, read_truth(truth, self.crawl, opened), [region[id_] for id_ in opened.ids])
            scores, curve = measured.scores(evidence, decisions, near)
            write_text(out / CURVE_NAME, curve)
            write_text(out / SCORES_NAME, scores_table(scores))
        wrong, lost = _estimates(claims, evidence, decisions)
        return CleanReport(
            **{str(outcome): count for outcome, count in counts.items()},
            estimated_wrong=wrong,
            estimated_lost=lost,
            embedded=update.embedded,
            problems=opened.problems,
            scores=scores,
        )


def _records(path: Path, catalog: Catalog) -> Iterator[dict[str, str]]:
    """Yield the catalog's rows with all the columns of their source, one at a time."""
    if path.is_file() and path.suffix.lower() != ".tar":
        yield from each_record(path)
        return
    for row in catalog.rows:
        place = (row.place.lat, row.place.lon) if row.place else ("", "")
        values = (row.path, row.landmark, row.role, *map(str, place), row.source, row.licence, row.author)
        yield dict(zip(_COLUMNS, values, strict=True))


def _state(*catalogs: Catalog) -> str:
    """Return a fingerprint of the photos' sizes and times: a changed photo is judged anew."""
    files = (file for catalog in catalogs for file in catalog_files(catalog))
    return fingerprint([[str(file.path), file.size, file.mtime_ns] for file in files])


def _estimates(claims: Claims, evidence: Evidence, decisions: Decisions) -> tuple[float, float]:
    """Return the estimated share of wrong rows among the kept, and of right rows among the lost."""
    asked = claims.label >= 0
    probability = evidence.of(claims.photo, claims.label)
    # A dropped duplicate is not lost: its picture stays.
    twin = (decisions.reason == Reason.SAME_FILE) | (decisions.reason == Reason.SAME_PICTURE)
    kept = asked & ((decisions.outcome == Outcome.KEPT) | twin)
    lost = probability[asked & ~kept].sum() / max(1e-9, probability[asked].sum())
    return float(1 - probability[kept].mean()) if kept.any() else 0.0, float(lost)


def _read_summary(out: Path) -> CleanReport:
    values = read_json(out / SUMMARY_NAME)
    scores = tuple(CleaningScore(**each) for each in values["scores"])
    return CleanReport(**{**values, "scores": scores, "problems": tuple(values["problems"]), "embedded": 0})
