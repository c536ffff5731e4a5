"""The pages in a real browser, of a real server; nothing may be asked of anyone else."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

pytest.importorskip("playwright", reason="needs playwright")

from playwright.sync_api import Browser, Page, expect

from browser_toys import SIZES, follow, no_sideways_scroll, watched
from landmarq.embed import BATCH
from landmarq.pack import Thresholds
from landmarq.recognize import Recognizer
from landmarq.server.service import Parts
from server_toys import GatedNetwork, serving
from toys import Painter


@pytest.fixture(params=list(SIZES))
def page(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A watched page, as wide as a desktop's and a phone's."""
    with watched(browser, address, request.param) as opened:
        yield opened


def test_from_the_cities_to_a_photo_and_why(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Landmarks in your photos")
    expect(page.get_by_role("heading", level=2).filter(visible=True)).to_have_count(3)
    no_sideways_scroll(page)
    page.get_by_label("Search landmarks and cities").fill("rôme")
    expect(page.locator("[data-city]:visible")).to_have_count(1)
    page.get_by_label("Search landmarks and cities").fill("atlantis")
    expect(page.get_by_text("Nothing found")).to_be_visible()
    page.get_by_label("Search landmarks and cities").fill("tower")
    follow(page, page.get_by_role("link", name="Red Tower"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Red Tower")
    # Two photos of one moment are one picture until it is opened.
    expect(page.locator("#photos li:visible")).to_have_count(2)
    page.get_by_role("button", name="1 more photo of this moment").click()
    expect(page.locator("#photos li:visible")).to_have_count(3)
    no_sideways_scroll(page)
    follow(page, page.get_by_role("link", name="14 Jul").first)
    expect(page.get_by_role("heading", level=1)).to_have_text("Red Tower")
    expect(page.get_by_text("similarity 1.00")).to_be_visible()
    expect(page.get_by_text("Runner-up")).to_be_visible()
    page.get_by_role("button", name="Why?").click()
    expect(page.get_by_role("img", name="Heat map")).to_be_visible()
    box = page.locator("#box").bounding_box()
    assert box is not None
    assert box["width"] > 20
    assert page.evaluate("document.querySelector('#heat').naturalWidth") > 100
    page.keyboard.press("w")
    expect(page.locator("#heat")).to_be_hidden()
    no_sideways_scroll(page)


def test_two_landmarks_on_one_photo_have_a_map_each(browser: Browser, parts: Parts, photos: Path) -> None:
    both = Image.new("RGB", (200, 160), "red")
    both.paste("blue", (100, 0, 200, 160))
    both.save(photos / "both.png")
    loose = loosened(parts.recognizer, eta=0.3)
    with serving(dataclasses.replace(parts, recognizer=loose)) as address, watched(browser, address, "phone") as page:
        page.goto("/library")
        page.get_by_role("button", name="Scan now").click()
        the_scan_is_done(page)
        page.goto("/landmarks/blue_bridge")
        follow(page, page.get_by_role("link", name="both.png"))
        expect(page.get_by_role("heading", level=1)).to_have_text(["Red Tower", "Blue Bridge"])
        shares = {"Red Tower": (0.0, 0.5), "Blue Bridge": (0.5, 1.0)}
        frame, maps = page.locator(".frame").bounding_box(), set()
        assert frame is not None
        for name, wanted in shares.items():
            page.get_by_role("region", name=name).get_by_role("button", name="Why?").click()
            expect(page.get_by_role("img", name=f"Heat map: what makes this {name}")).to_be_visible()
            box = page.locator("#box").bounding_box()
            assert box is not None
            edges = (box["x"] - frame["x"], box["x"] + box["width"] - frame["x"])
            assert [each / frame["width"] for each in edges] == pytest.approx(wanted, abs=0.02)
            maps.add(page.locator("#heat").get_attribute("src"))
        assert len(maps) == 2


def test_not_this_and_undo(page: Page) -> None:
    page.goto("/landmarks/green_dome")
    follow(page, page.locator("#photos a"))
    page.get_by_role("button", name="Not this").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("No landmark")
    expect(page.get_by_role("status")).to_contain_text("Not Green Dome")
    page.get_by_role("status").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Green Dome")


def test_it_is_something_else_by_keyboard(page: Page) -> None:
    page.goto("/landmarks/green_dome")
    page.locator("#photos a").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.get_by_role("button", name="It is …").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_label("Landmark or city").fill("sÿdney")
    expect(page.get_by_role("dialog").get_by_role("listitem")).to_have_count(1)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Blue Bridge")
    expect(page.get_by_text("You said so")).to_be_visible()


def test_several_photos_at_once(page: Page) -> None:
    page.goto("/landmarks/red_tower")
    page.get_by_role("button", name="Select").click()
    first = page.get_by_role("checkbox").first
    first.check()  # of two photos that are one picture: both
    expect(page.get_by_text("2 selected")).to_be_visible()
    page.get_by_role("button", name="1 more photo of this moment").click()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(2)
    first.uncheck()  # now they are two pictures
    expect(page.get_by_text("1 selected")).to_be_visible()
    first.check()
    follow(page, page.get_by_role("button", name="Not Red Tower"))
    expect(page.locator("#photos li:visible")).to_have_count(1)
    page.get_by_role("button", name="Select").click()
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="It is …").click()
    page.get_by_label("Landmark or city").fill("bridge")
    page.get_by_role("button", name="Blue Bridge").click()
    expect(page.get_by_role("status")).to_contain_text("1 moved to Blue Bridge")
    page.goto("/landmarks/blue_bridge")
    expect(page.locator("#photos li:visible")).to_have_count(2)


def test_teach_a_landmark(page: Page) -> None:
    page.goto("/teach")
    expect(page.get_by_role("button", name="Show what would enter")).to_be_disabled()
    for box in page.get_by_role("checkbox", name="yellow").all()[:3]:
        box.check()
    page.get_by_label("Name").fill("Yellow House")
    page.get_by_role("button", name="Show what would enter").click()
    expect(page.get_by_text("4 photos would be in the album “Yellow House”")).to_be_visible()
    expect(page.locator("#preview-entering li")).to_have_count(4)
    no_sideways_scroll(page)
    follow(page, page.get_by_role("button", name="Teach it"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Yellow House")
    expect(page.locator("#photos li:visible")).to_have_count(4)
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Forget this landmark").click()
    expect(page.get_by_text("None yet.")).to_be_visible()


def loosened(recognizer: Recognizer, *, eta: float) -> Recognizer:
    """Return the toy's recogniser with a lower threshold."""
    [pack] = recognizer.packs
    sets = dict.fromkeys(("strict", "normal", "loose"), Thresholds(eta, eta, -2))
    return Recognizer([dataclasses.replace(pack, info=dataclasses.replace(pack.info, thresholds=sets))])


def the_scan_is_done(page: Page) -> None:
    """Wait for the end of a scan, and for the page that counts anew then."""
    expect(page.get_by_role("status")).to_contain_text("The scan is done", timeout=60_000)
    expect(page.locator("#scan-words")).to_contain_text("Done:")


def test_photos_that_teach_are_kept_from_page_to_page_and_can_be_left_out(page: Page) -> None:
    page.goto("/teach")
    for box in page.get_by_role("checkbox", name="yellow").all()[:3]:
        box.check()
    with page.expect_navigation():
        page.get_by_role("link", name="more like this").first.click(force=True)
    chosen = page.get_by_role("list", name="Selected photos").get_by_role("button")
    expect(chosen).to_have_count(4)  # the three, and the one whose likes are shown
    for left in (3, 2):
        chosen.first.click()
        expect(chosen).to_have_count(left)
    expect(page.get_by_text("2 of 3 photos selected")).to_be_visible()
    expect(page.get_by_role("button", name="Show what would enter")).to_be_disabled()


def test_a_taught_landmark_takes_from_a_known_one_what_a_person_lets_it(page: Page) -> None:
    page.goto("/teach")
    for box in page.get_by_role("checkbox", name="tower").all():
        box.check()
    page.get_by_label("Name").fill("My Tower")
    page.get_by_role("button", name="Show what would enter").click()
    expect(page.get_by_role("heading", name="3 photos in other albums")).to_be_visible()
    moves = page.get_by_role("checkbox", name="from Red Tower")
    expect(moves).to_have_count(3)
    for box in moves.all():
        box.uncheck()
    expect(page.get_by_role("button", name="Teach it", exact=True)).to_be_visible()
    moves.first.check()
    page.get_by_role("button", name="Teach it and move 1 photo").click()
    expect(page.get_by_role("status")).to_contain_text("Taught, and 1 photo moved")
    expect(page.get_by_text("3 photos")).to_be_visible()
    page.goto("/landmarks/red_tower")
    expect(page.get_by_text("2 photos")).to_be_visible()
    page.goto("/library")
    said = page.get_by_role("listitem").filter(has_text="1 photo: it is My Tower, not Red Tower")
    said.get_by_role("button", name="Undo").click()
    expect(said.get_by_text("undone")).to_be_visible()
    page.goto("/landmarks/red_tower")
    expect(page.get_by_text("3 photos")).to_be_visible()


def test_scan_progress_is_live(page: Page, paint: Painter) -> None:
    for number in range(40):
        paint(f"photos/more/{number}.png", "#f5050a", size=(50 + number, 40))
    page.goto("/library")
    expect(page.get_by_text("Not running")).to_be_visible()
    page.get_by_role("button", name="Scan now").click()
    the_scan_is_done(page)
    page.goto("/landmarks/red_tower")
    expect(page.get_by_text("43 photos")).to_be_visible()


def test_doubtful_photos_are_answered_by_keyboard(page: Page) -> None:
    page.goto("/doubtful")
    questions = page.locator(".question")
    # The towers look alike: one question for the three of them.
    expect(questions).to_have_count(2)
    expect(questions.first.locator("strong")).to_have_text("Blue Bridge")
    expect(questions.first.get_by_role("img", name="To compare")).to_have_count(0)  # it is the only one of the bridge
    expect(questions.last.get_by_role("img", name="To compare: Red Tower")).to_have_count(1)
    page.keyboard.press("s")
    expect(questions.first.locator("strong")).to_have_text("Red Tower")
    page.keyboard.press("y")
    expect(questions).to_have_count(1)
    page.keyboard.press("n")
    expect(page.get_by_text("Nothing in doubt")).to_be_visible()
    page.goto("/")
    expect(page.get_by_role("link", name="Red Tower")).to_be_visible()
    expect(page.get_by_role("link", name="Blue Bridge")).to_have_count(0)


def test_states_without_anything(page: Page, photos: Path) -> None:
    page.goto("/landmarks/nowhere")
    expect(page.get_by_role("heading", level=1)).to_have_text("Not Found")
    page.goto("/library")
    page.get_by_text("Which files").click()
    expect(page.get_by_text("broken.jpg")).to_be_visible()
    page.goto("/landmarks/green_dome")
    (photos / "dome.jpg").unlink()
    page.locator("#photos a").click()
    expect(page.get_by_role("alert")).to_contain_text("can't be shown")


def test_a_scan_can_be_paused_and_gone_on_with(browser: Browser, parts: Parts, paint: Painter) -> None:
    network = GatedNetwork()
    network.gate.set()
    for number in range(70):
        paint(f"photos/many/{number}.png", "#f5050a", size=(50 + number, 40))
    with serving(dataclasses.replace(parts, network=network)) as address, watched(browser, address, "phone") as page:
        page.goto("/library")
        network.gate.clear()
        page.get_by_role("button", name="Scan now").click()
        expect(page.locator("#scan-dot")).to_be_visible()
        page.get_by_role("button", name="Pause").click()
        expect(page.get_by_role("button", name="Pausing …")).to_be_disabled()
        time.sleep(1)  # the button says so before the server has heard of it
        network.gate.set()
        expect(page.locator("#scan-words")).to_contain_text("Paused; it goes on where it stopped")
        done = int(page.locator("#scan-progress").get_attribute("value") or "0")
        assert done < 70  # a busy machine may not have begun with the first one
        expect(page.locator("#scan-dot")).to_be_hidden()
        page.get_by_role("button", name="Go on").click()
        the_scan_is_done(page)
        assert network.embedded <= 70 + BATCH  # what it was at when it was paused is done again, no more
        page.goto("/landmarks/red_tower")
        expect(page.get_by_text("73 photos")).to_be_visible()


def test_a_server_that_is_gone_is_said(browser: Browser, parts: Parts) -> None:
    with serving(parts) as address, watched(browser, address, "phone") as page:
        page.goto("/doubtful")
        page.route("**/v1/**", lambda route: route.abort())
        page.get_by_role("button", name="Yes").first.click()
        expect(page.get_by_role("status")).to_contain_text("can't be reached")
        expect(page.locator(".question")).to_have_count(2)  # the question stays
