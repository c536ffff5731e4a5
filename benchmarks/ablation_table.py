"""The rows measured one by one, and the table of those that are done."""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ablation_catalogs import TRAIN, World
from ablation_figures import (
    Guesses,
    Photos,
    by_centroids,
    by_neighbour,
    by_raw_centroids,
    chance_top_k,
    recognition,
    specificity_elsewhere,
    top_k,
)
from ablation_markdown import tables
from ablation_rows import Row
from ablation_stages import Stages, photos_passed, raw_vectors, split_roles
from landmarq.artifacts import fingerprint, read_json, write_json
from landmarq.catalog import Catalog
from landmarq.cleaning import CleanConfig
from landmarq.config import as_mapping
from landmarq.errors import ArtifactError
from landmarq.evaluation.figures import Figure
from landmarq.gallery import GalleryConfig
from landmarq.training.config import TrainConfig

ONE, SEVERAL = GalleryConfig(max_diameter=2), GalleryConfig()


def gallery_of(row: Row) -> GalleryConfig:
    """Return how a row's centroids are made."""
    return ONE if row.recogniser in ("one centroid", "one raw") else SEVERAL


def identity(row: Row, world: World) -> str:
    """Return a fingerprint of all that decides a row's figures; a change of any of it does the row again."""
    rules: list[Any] = [as_mapping(gallery_of(row))] if row.recogniser != "neighbours" else []
    rules += [as_mapping(CleanConfig())] if row.catalog == "crawl-cleaned" else []
    return fingerprint([row.asked(), world.photos.fingerprint, *rules])


def measure(row: Row, stages: Stages, *, split: str) -> dict[str, Any]:
    """Do a row on one split: train, export, embed, gallery, score."""
    stage = stages.trained(row)
    model = stages.exported(stage)
    photos = stages.embedded(model, split=split, everyday=bool(row.without_source))
    if row.without_landmarks:
        return {"unseen_1nn": unseen(row, photos, split=split)}
    training, known = stages.training(row), frozenset(stages.training(row).landmarks)
    queries = photos.roles(*split_roles(split))
    extra: dict[str, Any] = {}
    if row.recogniser == "neighbours":
        pool = labelled(photos, training)
        guesses = by_neighbour(queries, pool)
        asked = queries.of([each.landmark in known for each in queries.rows])
        extra = {"top_k": top_k(asked, pool), "chance_top_k": chance_top_k(asked.rows, pool.rows)}
    elif row.recogniser in ("one raw", "several raw"):
        pool, queries = raw_vectors(stage, labelled(photos, training)), raw_vectors(stage, queries)
        guesses = by_raw_centroids(queries, pool, gallery_of(row))
    else:
        pack = stages.pack(row, model, gallery_of(row))
        landmarks = [each.id for each in pack.landmarks]
        guesses = by_centroids(queries, pack.gallery, landmarks)
        if row.without_source:
            everyday = photos.of([not each.landmark for each in photos.rows])
            extra = other_source(everyday, by_centroids(everyday, pack.gallery, landmarks), row, split, known)
    counted = stages.world.photos.with_roles(TRAIN).rows
    return {**recognition(queries, guesses, split=split, known=known, training=counted), **extra}


def labelled(photos: Photos, training: Catalog) -> Photos:
    """Return the landmark photos that train, under the landmarks that the row was told: a crawl's may be wrong."""
    told = {row.path: row for row in training.rows if row.landmark}
    chosen = photos.of([each.path in told for each in photos.rows])
    return Photos(tuple(told[each.path] for each in chosen.rows), chosen.vectors)


def unseen(row: Row, photos: Photos, *, split: str) -> Figure:
    """Return how often the nearest photo shows the same of the landmarks left out of training, among their photos."""
    mine = photos.of([each.landmark in row.without_landmarks for each in photos.rows])
    pool = mine.roles(TRAIN, "val")
    return top_k(pool if split == "val" else mine.roles(split), pool)[0]


def other_source(everyday: Photos, guesses: Guesses, row: Row, split: str, known: frozenset[str]) -> dict[str, Figure]:
    """Return the specificity on the source left out, and on the others, where ``val`` without it sets 99 %."""
    own = [each.source == row.without_source for each in everyday.rows]
    # Photos of the source never trained: in development all of them but the test's are asked.
    roles = ("train_negative", "val_negative") if split == "val" else (f"{split}_negative",)

    def part(wanted: list[bool]) -> tuple[Photos, Guesses]:
        names = tuple(name for name, want in zip(guesses.landmarks, wanted, strict=True) if want)
        return everyday.of(wanted), Guesses(names, guesses.scores[wanted])

    setting = part([each.role == "val_negative" and not mine for each, mine in zip(everyday.rows, own, strict=True)])
    asked = part([each.role in roles and mine for each, mine in zip(everyday.rows, own, strict=True)])
    others = part(
        [each.role == f"{split}_negative" and not mine for each, mine in zip(everyday.rows, own, strict=True)]
    )
    return {
        "left_out_source": specificity_elsewhere(setting, asked, known=known),
        "other_sources": specificity_elsewhere(setting, others, known=known),
    }


def done(file: Path, wanted: str) -> dict[str, Any]:
    """Return what is kept of a row; nothing if it was made with another recipe or other rules."""
    try:
        kept = read_json(file)
    except ArtifactError:
        return {}
    return kept if kept.get("identity") == wanted else {}


def run(rows: list[Row], stages: Stages, *, final: bool, command: str) -> None:
    """Do the rows that are not done, and write each row's file and the table after each."""
    for row in rows:
        file = stages.out / "rows" / f"{row.name}.json"
        wanted = identity(row, stages.world)
        kept = done(file, wanted) or {"identity": wanted, "row": row.name, "words": row.words, "figures": {}}
        for split in ("val", "test") if final else ("val",):
            if split in kept["figures"]:
                continue
            begun = time.monotonic()
            found = measure(row, stages, split=split)
            kept["figures"][split] = json.loads(json.dumps(found, default=dataclasses.asdict))
            kept["command"], kept["measured"] = f"{command} --row {row.name}", f"{datetime.now(UTC):%Y-%m-%d}"
            kept["photos_passed"] = photos_passed(stages.trained(row)) if row.trains else 0
            kept[f"minutes_{split}"] = round((time.monotonic() - begun) / 60, 2)
            write_json(file, kept)
            print(f"{row.name}: {split} {summary(kept['figures'][split])}", flush=True)


def summary(figures: Mapping[str, Any]) -> str:
    """Return the shares of a row in one line."""
    shares = {name: figure["share"] for name, figure in figures.items() if isinstance(figure, dict)}
    return "  ".join(f"{name} {share:.1%}" for name, share in shares.items())


def write_table(rows: list[Row], world: World, out: Path, config: TrainConfig) -> None:
    """Write all rows that are done as one JSON, and as lines of markdown; rows of another budget are not among them."""
    found = (done(out / "rows" / f"{row.name}.json", identity(row, world)) for row in rows)
    kept = [row for row in found if row]
    budget = {"epochs": config.schedule.epochs, "size": config.augment.size, "config": config.identity()}
    budget["config"]["network"]["weights"] = Path(config.network.weights).name
    write_json(out / "table.json", {"budget": budget, "rows": kept})
    (out / "table.md").write_text("\n\n".join(tables(kept)) + "\n", encoding="utf-8")
