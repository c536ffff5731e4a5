"""How strict taught landmarks are: as the packs in use, now and after these have changed, and no stricter."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from landmarq.albums import Lesson, Library, accept, load_taught, make_albums, preview, taught_packs
from landmarq.errors import PackError
from landmarq.gallery import build_gallery
from landmarq.pack import Pack, PackInfo, Thresholds, open_pack
from landmarq.photos import PhotoReader, ReadLimits
from landmarq.recognize import Recognizer
from toys import LANDMARKS, Painter, ToyNetwork, colour_vector

COLOURS = {
    **{f"yellow {number}": f"#f0{0xEC + number:02x}10" for number in range(4)},
    **{f"violet {number}": f"#60{number:02x}f0" for number in range(3)},
    "orange": "#f04010",
    "lime": "#40f010",
}


def recognizer(eta: float, *, rho: float = -2.0) -> Recognizer:
    """One red landmark, and a blue photo as background."""
    gallery = build_gallery(
        [LANDMARKS[0].id],
        photos={LANDMARKS[0].id: colour_vector(255, 0, 0)[None]},
        references={},
        background=colour_vector(0, 0, 255)[None],
    )
    sets = dict.fromkeys(("strict", "normal", "loose"), Thresholds(eta, eta, rho))
    return Recognizer([Pack(PackInfo("toy", ToyNetwork().info.fingerprint, sets), LANDMARKS[:1], gallery)])


@pytest.fixture
def library(paint: Painter, tmp_path: Path) -> Iterator[Library]:
    for name, colour in COLOURS.items():
        paint(f"photos/{name}.png", colour)
    with Library(tmp_path / "out") as opened, PhotoReader(ReadLimits(workers=1)) as reader:
        folder = tmp_path / "photos"
        make_albums(opened, [folder], network=ToyNetwork(), recognizer=recognizer(0.9), reader=reader)
        yield opened


def lesson(library: Library, *names: str) -> Lesson:
    known = {Path(path.decode()).stem: file.content for path, file in library.store.files().items()}
    return Lesson(names[0], tuple(known[name] or 0 for name in names))


def teach(library: Library, at: Recognizer, *names: str) -> Recognizer:
    return accept(library, preview(library, lesson(library, *names), at), at)


YELLOWS, VIOLETS = ("yellow 0", "yellow 1", "yellow 2"), ("violet 0", "violet 1", "violet 2")


def test_taught_landmarks_become_as_strict_as_packs_that_come_later(library: Library) -> None:
    teach(library, recognizer(0.9), *YELLOWS)
    for eta in (0.97, 0.8):
        [pack] = taught_packs(library, recognizer(eta))
        assert pack.thresholds("normal").eta == pytest.approx(eta)
        [folder] = (library.folder / "taught").iterdir()
        assert open_pack(folder).info == pack.info  # so it is when it is taken along


def test_one_near_the_background_makes_no_other_one_stricter(library: Library) -> None:
    both = teach(library, teach(library, recognizer(0.5), *VIOLETS), *YELLOWS)
    violet, yellow = (pack.thresholds("normal") for pack in both.packs[1:])
    assert violet.eta > 0.8  # 0.02 above its similarity to the blue photo
    assert (yellow.eta, yellow.eta_place) == pytest.approx((0.5, 0.5))


def test_stricter_ones_are_never_below_looser_ones(library: Library) -> None:
    [pack] = recognizer(0.5).packs
    sets = {"strict": Thresholds(0.85, 0.4, 0), "normal": Thresholds(0.6, 0.35, 0), "loose": Thresholds(0.5, 0.3, 0)}
    at = Recognizer([dataclasses.replace(pack, info=dataclasses.replace(pack.info, thresholds=sets))])
    taught = preview(library, lesson(library, *VIOLETS), at).pack
    loose, normal, strict = (taught.thresholds(each) for each in ("loose", "normal", "strict"))
    assert loose.eta == normal.eta > 0.6  # held up by the blue photo
    assert loose.eta <= normal.eta <= strict.eta
    assert loose.eta_place <= normal.eta_place <= strict.eta_place


def test_what_is_seen_from_different_sides_enters_though_its_references_differ(library: Library) -> None:
    at = recognizer(0.8, rho=0.8)  # as a pack asks whose landmarks have many references
    seen = preview(library, lesson(library, "yellow 0", "orange", "lime"), at)
    references, yellow = seen.pack.gallery.references, colour_vector(0xF0, 0xEF, 0x10)
    assert float((references @ yellow).mean()) < 0.8
    assert {f"yellow {number}.png" for number in range(4)} <= {
        Path(library.paths(content)[0]).name for content, _ in seen.entering
    }


def test_a_pack_taught_elsewhere_is_as_strict_as_the_packs_here(library: Library, tmp_path: Path) -> None:
    preview(library, lesson(library, *YELLOWS), recognizer(0.6)).pack.save(tmp_path / "shared")
    extended = load_taught(library, tmp_path / "shared", recognizer(0.95))
    assert extended.packs[-1].thresholds("normal").eta == pytest.approx(0.95)
    [kept] = taught_packs(library, recognizer(0.95))
    assert kept.info == extended.packs[-1].info


def test_a_pack_with_vectors_of_another_length_is_refused(
    library: Library, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    pack = preview(library, lesson(library, *YELLOWS), recognizer(0.9)).pack
    longer = np.eye(4, dtype=np.float32)[:1]
    gallery = build_gallery(
        [pack.landmarks[0].id], photos={}, references={pack.landmarks[0].id: longer}, background=longer[:0]
    )
    damaged = dataclasses.replace(pack, gallery=gallery)
    damaged.save(tmp_path / "damaged")
    with pytest.raises(PackError, match="damaged"):
        load_taught(library, tmp_path / "damaged", recognizer(0.9))
    damaged.save(library.folder / "taught" / "damaged")
    assert taught_packs(library, recognizer(0.9)) == ()
    assert "left out" in caplog.text
