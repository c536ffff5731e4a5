"""A catalog embedded by a bulk run, then cleaned: nothing is embedded again, and the decisions stay the same."""

from __future__ import annotations

import csv
import tarfile
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bulk_toys import landmarq, through
from landmarq import workspace
from landmarq.bulk import Output
from landmarq.bulk.sources import find_sources
from landmarq.bulk.vectors import import_vectors
from landmarq.catalog import write_landmarks
from landmarq.embed import VectorStore
from landmarq.workspace import CleanReport
from landmarq.workspace.bulk import open_engine
from toys import LANDMARKS

COLOURS = ((220, 30, 30), (30, 220, 30), (30, 30, 220))
TABLES = ("kept", "dropped", "relabelled", "unsure")


@pytest.fixture
def crawl(tmp_path: Path) -> Path:
    """Twelve photos of each of three landmarks, one of them under a wrong name; the first three are its references."""
    rows, references = [["path", "landmark"]], [["path", "landmark"]]
    for number, (landmark, colour) in enumerate(zip(LANDMARKS, COLOURS, strict=True)):
        for at in range(12):
            name = f"photos/{landmark.id}{at:02}.png"
            blocks = np.random.default_rng(100 * number + at).integers(-25, 26, (12, 12, 1)) + np.array(colour)
            (tmp_path / "photos").mkdir(exist_ok=True)
            Image.fromarray(np.clip(blocks, 0, 255).astype(np.uint8)).resize((48, 48)).save(tmp_path / name)
            rows.append([name, LANDMARKS[(number + (at == 11)) % 3].id])
            references += [[name, landmark.id]] if at < 3 else []
    for table, lines in (("crawl", rows), ("references", references)):
        with (tmp_path / f"{table}.csv").open("w", newline="") as stream:
            csv.writer(stream).writerows(lines)
    write_landmarks(tmp_path / "landmarks.csv", LANDMARKS)
    return tmp_path


def bulk_vectors(location: Path, model: Path, vectors: Path) -> None:
    """Embed a location through the stages of a bulk run, into a file of vectors."""
    opener = partial(open_engine, model=model, only_vectors=True)
    output = Output(str(vectors.with_suffix("")))
    told = through(find_sources(str(location), files_each=32), opener, output)
    assert not any(row["problem"] or row["model_error"] or row["storage_error"] for row in told)
    with VectorStore(vectors) as store:
        import_vectors(output, store, model=opener().fingerprint)


def clean(crawl: Path, catalog: str, model: Path, out: Path, vectors: Path | None = None) -> CleanReport:
    """Clean a catalog of the folder."""
    landmarks, references = crawl / "landmarks.csv", crawl / "references.csv"
    return workspace.clean(
        crawl / catalog, landmarks=landmarks, references=references, model=model, out=out, vectors=vectors
    )


def decided(out: Path, *, names: bool = False) -> dict[str, list[str]]:
    """Return the lines of each table; with ``names`` the photos' names alone."""
    lines = {table: sorted((out / f"{table}.csv").read_text().splitlines()[1:]) for table in TABLES}
    if not names:
        return lines
    return {table: sorted(Path(line.split(",")[0]).name for line in each) for table, each in lines.items()}


def test_a_catalog_is_cleaned_from_the_vectors_of_a_bulk_run(crawl: Path, tiny_model: Path) -> None:
    alone = clean(crawl, "crawl.csv", tiny_model, crawl / "alone")
    bulk_vectors(crawl / "crawl.csv", tiny_model, crawl / "vectors.sqlite")
    report = clean(crawl, "crawl.csv", tiny_model, crawl / "out", crawl / "vectors.sqlite")
    assert (alone.embedded, report.embedded) == (36, 0)
    assert 30 <= report.kept < 36
    assert decided(crawl / "out") == decided(crawl / "alone")


def test_shards_are_cleaned_from_the_vectors_of_a_bulk_run(crawl: Path, tiny_model: Path) -> None:
    with (crawl / "crawl.csv").open(newline="") as stream, tarfile.open(crawl / "shard.tar", "w") as shard:
        for row in csv.DictReader(stream):
            photo = crawl / row["path"]
            label = photo.with_suffix(".cls")
            label.write_text(row["landmark"])
            shard.add(photo, photo.name)
            shard.add(label, label.name)
    clean(crawl, "crawl.csv", tiny_model, crawl / "alone")
    bulk_vectors(crawl / "shard.tar", tiny_model, crawl / "vectors.sqlite")
    report = clean(crawl, "shard.tar", tiny_model, crawl / "out", crawl / "vectors.sqlite")
    assert report.embedded == 0
    assert decided(crawl / "out", names=True) == decided(crawl / "alone", names=True)


@pytest.mark.slow
def test_the_commands_of_the_documentation(crawl: Path, tiny_model: Path) -> None:
    vectors = ("--model", tiny_model, "--vectors", crawl / "vectors.sqlite")
    landmarq("bulk", crawl / "crawl.csv", "--only-vectors", "--partition", 32, "-o", crawl / "embedded", *vectors)
    tables = ("--landmarks", crawl / "landmarks.csv", "--references", crawl / "references.csv")
    done = landmarq("clean", crawl / "crawl.csv", *tables, *vectors, "--absolute", "-o", crawl / "cleaned")
    assert "; 0 photos embedded." in done.stdout
    kept = landmarq("gallery", crawl / "cleaned/kept.csv", *tables, *vectors, "-o", crawl / "pack")
    assert "3 landmarks" in kept.stdout
