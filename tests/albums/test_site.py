"""The pages of the albums as they are opened from the disk, in a real browser: on a phone and on a desktop."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="needs playwright")

from playwright.sync_api import Browser, Page

from browser_toys import no_sideways_scroll, watched
from landmarq.albums import Library, make_albums
from landmarq.gallery import build_gallery
from landmarq.pack import Pack, PackInfo, Thresholds
from landmarq.photos import PhotoReader, ReadLimits
from landmarq.recognize import Recognizer
from toys import LANDMARKS, Painter, ToyNetwork, colour_vector

PORTRAIT, WIDE = (90, 160), (320, 120)


@pytest.fixture
def site(paint: Painter, tmp_path: Path) -> Path:
    """Albums of one landmark: upright photos, wide ones, and one that browsers can't show."""
    for number in range(5):
        size = WIDE if number == 2 else PORTRAIT
        paint(f"photos/tower {number}.jpg", f"#ff000{number}", size=size, taken=f"2024:09:1{number} 10:00:00")
    paint("photos/tower.tiff", "#ff0100")
    network, red = ToyNetwork(), colour_vector(255, 0, 0)[None]
    gallery = build_gallery(["red_tower"], photos={"red_tower": red}, references={}, background=red[:0])
    sets = dict.fromkeys(("strict", "normal", "loose"), Thresholds(0.95, 0.9, -2))
    pack = Pack(PackInfo("toy", network.info.fingerprint, sets), LANDMARKS[:1], gallery)
    with PhotoReader(ReadLimits(workers=1)) as reader, Library(tmp_path / "albums") as library:
        make_albums(library, [tmp_path / "photos"], network=network, recognizer=Recognizer([pack]), reader=reader)
    return tmp_path / "albums"


def all_pictures_shown(page: Page) -> None:
    page.evaluate("document.querySelectorAll('img').forEach(each => each.loading = 'eager')")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("[...document.images].every(each => each.complete && each.naturalWidth > 0)")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_the_pages_work_from_the_disk(browser: Browser, site: Path, size: str, dark: bool) -> None:
    with watched(browser, f"{site.as_uri()}/", size, dark=dark) as page:
        page.goto("index.html")
        assert page.get_by_role("heading", name="Rome").is_visible()
        no_sideways_scroll(page)
        all_pictures_shown(page)
        card = page.get_by_role("link", name="Red Tower")
        assert "6 photos · Sep 2024" in card.inner_text().replace("\n", " ")
        assert card.locator("img").count() == 1
        card.click()
        assert page.get_by_role("heading", name="Red Tower").is_visible()
        assert page.locator("figure").count() == 6
        no_sideways_scroll(page)
        all_pictures_shown(page)
        inside = """figures => figures.every(each => {
            const picture = each.getBoundingClientRect(), date = each.querySelector('figcaption')
            if (!date) return true
            const { left, right, top, bottom } = date.getBoundingClientRect()
            return left >= picture.left && right <= picture.right && top >= picture.top && bottom <= picture.bottom
        })"""
        assert page.locator("figcaption").count() == 5
        assert page.locator("figure").evaluate_all(inside)
        page.get_by_role("link", name="All albums").click()
        assert page.get_by_role("heading", name="Rome").is_visible()
