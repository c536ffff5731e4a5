"""The pages in a real browser, of a real server; nothing may be asked of anyone else."""

from __future__ import annotations

import contextlib
import dataclasses
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="needs playwright")

pytest.importorskip("axe_playwright_python", reason="needs axe-playwright-python")

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from landmarq.embed import BATCH
from landmarq.server.service import Parts
from server_toys import GatedNetwork, serving
from toys import Painter

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs the browser chromium")

PATIENCE_MS = 20_000  # as much as a busy machine takes
expect.set_options(timeout=PATIENCE_MS)

SIZES = {"desktop": (1280, 860), "phone": (390, 844)}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield opened
        opened.close()


@pytest.fixture
def address(parts: Parts) -> Iterator[str]:
    """A server in a thread, on a port of its own."""
    with serving(parts) as opened:
        yield opened


@contextlib.contextmanager
def watched(browser: Browser, address: str, size: str, *, dark: bool = False) -> Iterator[Page]:
    """Open a page that fails the test on a foreign request, an error of a script, or a breach of the policy."""
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, base_url=address, color_scheme="dark" if dark else "light"
    )
    context.set_default_timeout(PATIENCE_MS)
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("request", lambda asked: None if asked.url.startswith((address, "data:")) else wrong.append(asked.url))
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda said: wrong.append(said.text) if "Security Policy" in said.text else None)
    yield opened
    context.close()
    assert wrong == []


@pytest.fixture(params=list(SIZES))
def page(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A watched page, as wide as a desktop's and a phone's."""
    with watched(browser, address, request.param) as opened:
        yield opened


def no_sideways_scroll(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def follow(page: Page, link: Locator) -> None:
    """Follow a link, and wait until the scripts of the page that it leads to have run."""
    with page.expect_navigation():
        link.click()


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
    follow(page, page.get_by_role("link", name="14 July 2019").first)
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


def all_pages(page: Page) -> list[str]:
    page.goto("/landmarks/red_tower")
    first = page.locator("#photos a").first.get_attribute("href") or ""
    return ["/", "/landmarks/red_tower", first, "/doubtful", "/teach", "/library", "/nowhere"]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", list(SIZES))
def test_nothing_keeps_anyone_out(browser: Browser, address: str, size: str, dark: bool) -> None:
    """Names for screen readers, contrast, landmarks of the page, order of headings: the rules of axe-core."""
    with watched(browser, address, size, dark=dark) as page:
        for at in all_pages(page):
            page.goto(at)
            assert page.locator("[onerror]").count() == 0  # a file's name is text, whatever is in it
            broken_rules(page)
            no_sideways_scroll(page)
        page.goto("/landmarks/red_tower")
        page.get_by_role("button", name="Select").click()
        page.get_by_role("checkbox").first.check()
        broken_rules(page)
        page.get_by_role("button", name="It is …").click()
        broken_rules(page)
        page.goto("/teach")
        for box in page.get_by_role("checkbox", name="tower").all():
            box.check()
        page.get_by_label("Name").fill("My Tower")
        page.get_by_role("button", name="Show what would enter").click()
        expect(page.locator("#preview-contested li")).to_have_count(3)
        broken_rules(page)


def broken_rules(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [(page.url, each["id"], each["nodes"][0]["html"]) for each in found] == []


def test_dark_mode_is_dark(browser: Browser, address: str) -> None:
    def ground(dark: bool) -> int:
        with watched(browser, address, "desktop", dark=dark) as page:
            page.goto("/")
            colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
            return sum(map(int, re.findall(r"\d+", colour)))

    assert ground(dark=True) < 120
    assert ground(dark=False) > 600


CONTROLS = "a[href]:not([tabindex='-1']), button:not(:disabled), input:not([type=checkbox])"
FOCUSED = """(controls) => {
    const each = document.activeElement;
    if (!each.matches(controls)) return null;
    const { outlineStyle, boxShadow } = getComputedStyle(each);
    if (outlineStyle === "none" && boxShadow === "none") throw new Error("no focus is seen on " + each.outerHTML);
    return [...document.querySelectorAll("*")].indexOf(each);
}"""
"""Returns which control has the focus; null where none has."""


def test_the_keyboard_reaches_everything(browser: Browser, address: str) -> None:
    """Every control of a page comes in the order of Tab, visibly, and Enter on the first skips to the content."""
    with watched(browser, address, "desktop") as page:
        for at in all_pages(page):
            page.goto(at)
            page.keyboard.press("Tab")
            expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
            wanted = page.evaluate(
                f"[...document.querySelectorAll(`{CONTROLS}`)].filter(e => e.checkVisibility()).length"
            )
            reached = set()
            for _ in range(3 * wanted + 20):
                reached.add(page.evaluate(FOCUSED, CONTROLS))
                page.keyboard.press("Tab")
            assert len(reached - {None}) >= wanted, at
        page.goto("/")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("#content")).to_be_focused()
        page.keyboard.press("/")
        expect(page.get_by_label("Search landmarks and cities")).to_be_focused()


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
