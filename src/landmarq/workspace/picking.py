"""The page for picking references, opened from files: catalog, landmark table, model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from landmarq.catalog import open_catalog, read_landmarks, read_references
from landmarq.cleaning.picking import propose
from landmarq.embed import Progress, Updater, VectorStore, catalog_files, catalog_vectors
from landmarq.photos import PhotoReader, PhotoView, ReadLimits
from landmarq.runtime import Runtime, open_network
from landmarq.server import ServeConfig, require_web

_THUMBNAIL_SIDE = 480


def pick(
    catalog: Path,
    *,
    landmarks: Path,
    references: Path,
    model: Path,
    vectors: Path,
    ready: Callable[[str], None],
    config: ServeConfig | None = None,
    runtime: Runtime = "openvino",
    limits: ReadLimits | None = None,
    progress: Progress | None = None,
) -> None:
    """Serve the page on which a person picks references; they go to ``references`` at every keystroke.

    Paths in ``references`` are absolute: the file may lie anywhere. References that it holds already stay.

    Raises:
        MissingExtraError: the web stack is not installed.
        CatalogError: a table is missing or has a bad row.
    """
    require_web()
    # Here: the web stack is an extra.
    from landmarq.server.picking import Picked, Proposal, picking_app, serve_picking

    rows, table = open_catalog(catalog, unpacked=vectors.parent / "photos"), read_landmarks(landmarks)
    before = read_references(references) if references.is_file() else None
    kept = [(str(before.file(row).absolute()), row.landmark) for row in before.rows] if before else []
    with PhotoReader(limits) as reader:
        with VectorStore(vectors) as store:
            network = open_network(model, runtime=runtime)
            Updater(store, network, reader).run(catalog_files(rows), forget=False, progress=progress)
            found = catalog_vectors(store, rows, model=network.info.fingerprint)
        claimed = np.array([row.landmark for row in found.rows])
        proposals = []
        for landmark in table:
            ours = np.flatnonzero(claimed == landmark.id)
            files = tuple(rows.file(found.rows[ours[at]]).absolute() for at in propose(found.vectors[ours]))
            if files:
                proposals.append(Proposal(landmark.id, landmark.name, tuple(map(str, files)), files))

        def thumbnail(file: Path) -> bytes:
            # The square's side decides at what scale a photo is decoded.
            view = PhotoView(_THUMBNAIL_SIDE, thumbnail_side=_THUMBNAIL_SIDE, preview_side=_THUMBNAIL_SIDE)
            return reader.read(file.read_bytes(), file, view).thumbnail

        config = config or ServeConfig()
        app = picking_app(proposals, Picked(references, kept), thumbnail=thumbnail, config=config)
        serve_picking(app, config, ready=ready)
