"""Google Landmarks v2 in its published layout (Weyand et al., CVPR 2020), as a catalog and a landmark table.

A folder with ``train.csv`` (``id,url,landmark_id``) and optionally ``train_clean.csv`` (``landmark_id,images``),
``train_attribution.csv`` (``id,url,author,license,title``), ``train_label_to_category.csv``
(``landmark_id,category``) and ``train_label_to_hierarchical.csv`` (``landmark_id,category,supercategory,
hierarchical_label,natural_or_human_made``).
Photos lie as ``a/b/c/abc….jpg`` beside the tables or under ``train/``, as the 500 ``images_000.tar`` … unpack; the test
photos under ``test/``, with ``recognition_solution_v2.1.csv`` (``id,landmarks,Usage``).
"""

from __future__ import annotations

import sys
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

from landmarq.catalog.rows import Catalog, CatalogRow
from landmarq.catalog.tables import _records
from landmarq.errors import CatalogError
from landmarq.types import Landmark

TRAIN = "train.csv"
CLEAN = "train_clean.csv"
ATTRIBUTION = "train_attribution.csv"
CATEGORY = "train_label_to_category.csv"
HIERARCHY = "train_label_to_hierarchical.csv"
TRAIN_FOLDER = "train"
SOLUTION = "recognition_solution_v2.1.csv"
IGNORED = "Ignored"
_ID_LENGTH = 16
_HEX = frozenset("0123456789abcdef")


def is_gldv2(folder: Path) -> bool:
    """Tell whether a folder holds the tables of Google Landmarks v2."""
    return (folder / TRAIN).is_file() or (folder / CLEAN).is_file()


def is_unpacked(folder: Path) -> bool:
    """Tell whether the training photos lie in their folders, beside the tables or under ``train/``."""
    return any((home / digit).is_dir() for home in (folder, folder / TRAIN_FOLDER) for digit in _HEX)


def gldv2_catalog(folder: Path, *, clean: bool = False) -> Catalog:
    """Read the training photos of Google Landmarks v2; each row's licence and author come along.

    Args:
        folder: the tables' folder.
        clean: the rows of ``train_clean.csv`` alone, the published cleaning.

    Raises:
        CatalogError: a table is missing or damaged, or an id is no id: it becomes part of a path.
    """
    attributions = _attributions(folder)
    under = f"{TRAIN_FOLDER}/" if (folder / TRAIN_FOLDER).is_dir() else ""
    rows = []
    for photo, landmark in _clean_rows(folder) if clean else _train_rows(folder):
        licence, author = attributions.get(photo, ("", ""))
        path = under + _photo_path(photo, folder)
        rows.append(CatalogRow(path, landmark, source="gldv2", licence=licence, author=author))
    if not rows:
        raise CatalogError(f"{folder} holds no rows of Google Landmarks v2")
    return Catalog(tuple(rows), folder)


def gldv2_test(folder: Path) -> Catalog:
    """Read the test photos of Google Landmarks v2; none where their solution is not there.

    ``role`` is the published usage, ``Public`` or ``Private``; ``landmark`` is the solution's text: ids between spaces,
    empty for a photo without landmark. Photos that the benchmark ignores are left out.

    Raises:
        CatalogError: the table is damaged.
    """
    if not (folder / SOLUTION).is_file():
        return Catalog((), folder)
    columns = ("id", "landmarks", "usage")
    rows = [
        CatalogRow(f"test/{_photo_path(row['id'], folder)}", row["landmarks"], role=row["usage"], source="gldv2-test")
        for _, row in _records(folder / SOLUTION, required=columns)
        if row["usage"] != IGNORED
    ]
    return Catalog(tuple(rows), folder)


def gldv2_landmarks(folder: Path) -> tuple[Landmark, ...]:
    """Read the landmarks: named as their Wikimedia category; the data set tells neither city nor place.

    Raises:
        CatalogError: a table is missing or damaged.
    """
    kinds = {}
    if (folder / HIERARCHY).is_file():
        columns = ("landmark_id", "hierarchical_label")
        kinds = {
            row["landmark_id"]: row["hierarchical_label"] for _, row in _records(folder / HIERARCHY, required=columns)
        }
    landmarks = {}
    for line, row in _records(folder / CATEGORY, required=("landmark_id", "category")):
        id_ = row["landmark_id"]
        if id_ in landmarks:
            raise CatalogError(f"{folder / CATEGORY}, line {line}: the id {id_!r} is used twice")
        landmarks[id_] = Landmark(id_, _name(row["category"]) or id_, "", "", "", None, category=kinds.get(id_, ""))
    return tuple(landmarks.values())


def _photo_path(photo: str, folder: Path) -> str:
    """Return where the photo of an id lies."""
    if len(photo) != _ID_LENGTH or not _HEX.issuperset(photo):
        raise CatalogError(f"{folder}: {photo[:40]!r} is not an id of Google Landmarks v2 (16 hex digits)")
    return f"{photo[0]}/{photo[1]}/{photo[2]}/{photo}.jpg"


def _train_rows(folder: Path) -> Iterator[tuple[str, str]]:
    for _, row in _records(folder / TRAIN, required=("id", "landmark_id")):
        yield row["id"], sys.intern(row["landmark_id"])


def _clean_rows(folder: Path) -> Iterator[tuple[str, str]]:
    for _, row in _records(folder / CLEAN, required=("landmark_id", "images")):
        for photo in row["images"].split():
            yield photo, row["landmark_id"]


def _attributions(folder: Path) -> dict[str, tuple[str, str]]:
    """Return (licence, author) by photo; empty where the table is not there."""
    if not (folder / ATTRIBUTION).is_file():
        return {}
    table = _records(folder / ATTRIBUTION, required=("id", "author", "license"))
    return {row["id"]: (sys.intern(row["license"]), sys.intern(row["author"])) for _, row in table}


def _name(category: str) -> str:
    """Return ``Eiffel Tower`` of ``http://commons.wikimedia.org/wiki/Category:Eiffel_Tower``."""
    return urllib.parse.unquote(category.rpartition("Category:")[2]).replace("_", " ").strip()
