"""The page for picking references and for borderline photos, opened from files: catalog, landmark table, model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from landmarq.catalog import Catalog, open_catalog, read_landmarks, read_references
from landmarq.cleaning import CleanConfig
from landmarq.cleaning.answers import Answers
from landmarq.cleaning.borderline import borderline
from landmarq.cleaning.picking import propose
from landmarq.embed import Progress, Updater, VectorStore, catalog_files, catalog_vectors
from landmarq.errors import CatalogError
from landmarq.photos import PhotoReader, PhotoView, ReadLimits
from landmarq.runtime import Network, Runtime, open_network
from landmarq.server import ServeConfig, require_web
from landmarq.types import Landmark
from landmarq.workspace.judging import ANSWERS_NAME, judge

if TYPE_CHECKING:
    from landmarq.server.borderline import Question, Questions
    from landmarq.server.picking import Proposal

_THUMBNAIL_SIDE = 480
_MOST_QUESTIONS = 100
_SHOWN_REFERENCES = 5
_RIVALS = 4


def pick(
    catalog: Path,
    *,
    landmarks: Path,
    references: Path,
    model: Path,
    out: Path,
    vectors: Path,
    ready: Callable[[str], None],
    config: ServeConfig | None = None,
    runtime: Runtime = "openvino",
    limits: ReadLimits | None = None,
    progress: Progress | None = None,
) -> None:
    """Serve the page on which a person picks references and answers for borderline photos.

    References go to ``references``, answers to ``answers.csv`` in ``out``, both at every keystroke. Paths in
    ``references`` are absolute: the file may lie anywhere. References that it holds already stay.

    Raises:
        MissingExtraError: the web stack is not installed.
        CatalogError: a table is missing or has a bad row.
    """
    require_web()
    # Here: the web stack is an extra.
    from landmarq.server.borderline import Judging
    from landmarq.server.picking import Picked, picking_app, serve_picking

    rows, table = open_catalog(catalog, unpacked=vectors.parent / "photos"), read_landmarks(landmarks)
    before = read_references(references) if references.is_file() else None
    kept = [(str(before.file(row).absolute()), row.landmark) for row in before.rows] if before else []
    with PhotoReader(limits) as reader:
        asker = Asker(
            rows, table, references, Answers(out / ANSWERS_NAME), vectors, reader, open_network(model, runtime=runtime)
        )
        proposals = asker.proposals(before, progress=progress)
        picked = Picked(references, kept)

        def thumbnail(file: Path) -> bytes:
            # The square's side decides at what scale a photo is decoded.
            view = PhotoView(_THUMBNAIL_SIDE, thumbnail_side=_THUMBNAIL_SIDE)
            return reader.read(file.read_bytes(), file, view).thumbnail

        config = config or ServeConfig()
        judging = Judging(asker.questions, picked.rows)
        app = picking_app(proposals, picked, thumbnail=thumbnail, borderline=(judging, asker.answers), config=config)
        serve_picking(app, config, ready=ready)


@dataclass(frozen=True)
class Asker:
    """Makes what the pages ask."""

    catalog: Catalog
    landmarks: Sequence[Landmark]
    references: Path
    answers: Answers
    vectors: Path
    reader: PhotoReader
    network: Network

    def proposals(self, before: Catalog | None, *, progress: Progress | None) -> list[Proposal]:
        """Embed what is new, references from elsewhere too, and propose references for each landmark."""
        from landmarq.server.picking import Proposal

        catalogs = (self.catalog, before) if before else (self.catalog,)
        files = {file.path: file for each in catalogs for file in catalog_files(each)}
        with VectorStore(self.vectors) as store:
            Updater(store, self.network, self.reader).run(files.values(), forget=False, progress=progress)
            found = catalog_vectors(store, self.catalog, model=self.network.info.fingerprint)
        claimed = np.array([row.landmark for row in found.rows])
        proposals = []
        for landmark in self.landmarks:
            ours = np.flatnonzero(claimed == landmark.id)
            shown = tuple(self.catalog.file(found.rows[ours[at]]).absolute() for at in propose(found.vectors[ours]))
            if shown:
                proposals.append(Proposal(landmark.id, landmark.name, tuple(map(str, shown)), shown))
        return proposals

    def questions(self) -> Questions:
        """Judge the crawl by the references as they are now, and ask about the most informative rows.

        Raises:
            CatalogError: there are no references yet.
        """
        from landmarq.server.borderline import Questions

        if not self.references.is_file():
            raise CatalogError("pick references first: the other photos are judged by them")
        references, config = read_references(self.references), CleanConfig()
        # Opened here: a connection belongs to its thread.
        with VectorStore(self.vectors) as store:
            judged = judge(
                store,
                self.catalog,
                landmarks=self.landmarks,
                references=references,
                answers=self.answers,
                model=self.network.info.fingerprint,
                config=config,
            )
        claims, crawl, evidence = judged.crawl.claims, judged.crawl, judged.evidence
        probability = evidence.of(claims.photo, claims.label)
        number = {landmark.id: at for at, landmark in enumerate(self.landmarks)}
        sure: dict[str, list[Path]] = {}
        for row in references.rows:
            sure.setdefault(row.landmark, []).append(references.file(row).absolute())

        def question(judged_row: int) -> Question:
            from landmarq.server.borderline import Question

            row, photo = self.catalog.rows[crawl.rows[judged_row]], claims.photo[judged_row]
            order = np.argsort(-evidence.probability[photo])
            likely = [crawl.ids[at] for at in evidence.landmark[photo][order] if at >= 0]
            return Question(
                path=row.path,
                landmark=row.landmark,
                file=self.catalog.file(row).absolute(),
                probability=float(probability[judged_row]),
                rivals=tuple(number[id_] for id_ in likely if id_ != row.landmark)[:_RIVALS],
                references=tuple(sure.get(row.landmark, [])[:_SHOWN_REFERENCES]),
            )

        asked = borderline(claims, evidence, most=_MOST_QUESTIONS, without=judged.answered)
        names = tuple((landmark.id, landmark.name) for landmark in self.landmarks)
        return Questions(tuple(map(question, asked.tolist())), names)
