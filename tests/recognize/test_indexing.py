"""A recogniser with an index answers as one without, and several packs keep their numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("faiss", reason="the extra search is not installed")

from landmarq.errors import MissingExtraError
from landmarq.gallery import GalleryConfig, build_gallery
from landmarq.pack import Pack, PackInfo, Thresholds
from landmarq.recognize import Recognition, Recognizer
from landmarq.recognize.indexing import indexed_parts
from landmarq.types import Landmark, Place, Vectors
from toys import unit_vectors

CITY = Place(48.85, 2.35)


def large_pack(name: str, landmarks: int, seed: int) -> Pack:
    """Return a pack of landmarks with two views each; the first stands in the city."""
    rng = np.random.default_rng(seed)
    table = tuple(
        Landmark(f"{name}{n}", f"{name} {n}", "Paris", "France", "europe", None if n else CITY)
        for n in range(landmarks)
    )
    photos = {each.id: np.repeat(unit_vectors(rng, 2, 48), 3, axis=0) for each in table}
    gallery = build_gallery(
        [each.id for each in table],
        photos=photos,
        references={each.id: photos[each.id][::3] for each in table[::2]},
        background=unit_vectors(rng, 5, 48),
        config=GalleryConfig(min_share=0.2),
    )
    sets = dict.fromkeys(("strict", "normal", "loose"), Thresholds(0.6, 0.5, 0.3))
    return Pack(PackInfo(name, "m", sets), table, gallery)


def photos_of(packs: list[Pack], count: int) -> Vectors:
    rng = np.random.default_rng(9)
    centroids = np.concatenate([pack.gallery.centroids for pack in packs])
    vectors = centroids[rng.integers(0, len(centroids), count)] + 0.6 * unit_vectors(rng, count, 48)
    photos: Vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return photos


def ids(answers: list[Recognition]) -> list[list[str]]:
    return [[match.landmark.id for match in answer.matches] for answer in answers]


def test_large_packs_answer_through_their_indexes_as_they_do_exactly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("landmarq.recognize.indexing.EXACT_UP_TO", 100)
    packs = [large_pack("a", 300, 1), large_pack("small", 20, 2), large_pack("b", 200, 3)]
    photos = photos_of(packs, 400)
    places = [CITY if number % 5 == 0 else None for number in range(400)]
    plain, indexed = Recognizer(packs), Recognizer(packs, index_folder=tmp_path)
    assert len(list(tmp_path.glob("*.faiss"))) == 2
    expected, found = plain.recognize(photos, places), indexed.recognize(photos, places)
    same = [one == other for one, other in zip(ids(expected), ids(found), strict=True)]
    assert np.mean(same) >= 0.99
    assert sum(len(each) for each in ids(expected)) > 200
    for one, other, alike in zip(expected, found, same, strict=True):
        if alike and one.matches:
            assert other.score == pytest.approx(one.score, abs=1e-5)
    assert plain.fingerprint != indexed.fingerprint


def test_without_the_extra_all_is_compared_exactly_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def missing(*_: object, **__: object) -> None:
        raise MissingExtraError(what="This", extra="search")

    monkeypatch.setattr("landmarq.recognize.indexing.EXACT_UP_TO", 10)
    monkeypatch.setattr("landmarq.recognize.indexing.cached_index", missing)
    pack = large_pack("a", 20, 1)
    photos = photos_of([pack], 20)
    expected = Recognizer([pack]).recognize(photos, [None] * 20)
    assert ids(Recognizer([pack], index_folder=tmp_path).recognize(photos, [None] * 20)) == ids(expected)
    assert "landmarq[search]" in caplog.text


def test_an_index_that_finds_too_few_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("landmarq.recognize.indexing.EXACT_UP_TO", 100)
    pack = large_pack("a", 300, 1)
    (part,) = indexed_parts([pack.gallery], tmp_path)
    monkeypatch.setattr("landmarq.recognize.indexing.LEAST_RECALL", part.index.recall + 0.001)
    assert indexed_parts([pack.gallery], tmp_path) == ()
    assert "600 centroids are compared one by one: an index finds too few" in caplog.text
