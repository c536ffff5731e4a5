"""The pages in a real browser, of a real server; nothing may be asked of anyone else."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="needs playwright")

from playwright.sync_api import Browser, Page, expect, sync_playwright

from landmarq.server.service import Parts
from server_toys import serving
from toys import Painter

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs the browser chromium")

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


@pytest.fixture(params=list(SIZES))
def page(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page that fails the test on a foreign request, an error of a script, or a breach of the policy."""
    width, height = SIZES[request.param]
    context = browser.new_context(viewport={"width": width, "height": height}, base_url=address)
    context.set_default_timeout(20_000)
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("request", lambda asked: None if asked.url.startswith((address, "data:")) else wrong.append(asked.url))
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda said: wrong.append(said.text) if "Security Policy" in said.text else None)
    yield opened
    context.close()
    assert wrong == []


def no_sideways_scroll(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


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
    page.get_by_role("link", name="Red Tower").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Red Tower")
    # Two photos of one moment are one picture until it is opened.
    expect(page.locator("#photos li:visible")).to_have_count(2)
    page.get_by_role("button", name="1 more photos of this moment").click()
    expect(page.locator("#photos li:visible")).to_have_count(3)
    no_sideways_scroll(page)
    page.get_by_role("link", name="14 July 2019").first.click()
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
    page.locator("#photos a").click()
    page.get_by_role("button", name="Not this").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("No landmark")
    expect(page.get_by_role("status")).to_contain_text("Not Green Dome")
    page.get_by_role("status").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Green Dome")


def test_it_is_something_else_by_keyboard(page: Page) -> None:
    page.goto("/landmarks/green_dome")
    page.locator("#photos a").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="It is …").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_label("Landmark or city").fill("sydney")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Blue Bridge")
    expect(page.get_by_text("You said so")).to_be_visible()


def test_several_photos_at_once(page: Page) -> None:
    page.goto("/landmarks/red_tower")
    page.get_by_role("button", name="Select").click()
    for box in page.get_by_role("checkbox").all()[:2]:
        box.check()
    expect(page.get_by_text("2 selected")).to_be_visible()
    page.get_by_role("button", name="Not Red Tower").click()
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
    page.get_by_role("button", name="Teach it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Yellow House")
    expect(page.locator("#photos li:visible")).to_have_count(4)
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Forget this landmark").click()
    expect(page.get_by_text("None yet.")).to_be_visible()


def test_scan_progress_is_live(page: Page, paint: Painter) -> None:
    for number in range(40):
        paint(f"photos/more/{number}.png", "#f5050a", size=(50 + number, 40))
    page.goto("/library")
    expect(page.get_by_text("Not running")).to_be_visible()
    page.get_by_role("button", name="Scan now").click()
    expect(page.locator("#scan-words")).to_contain_text("Done:", timeout=60_000)
    page.goto("/landmarks/red_tower")
    expect(page.get_by_text("43 photos")).to_be_visible()


def test_doubtful_photos_are_answered_by_keyboard(page: Page) -> None:
    page.goto("/doubtful")
    questions = page.locator(".question")
    # The towers look alike: one question for the three of them.
    expect(questions).to_have_count(2)
    expect(questions.first.locator("strong")).to_have_text("Blue Bridge")
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
    page.goto("/landmarks/green_dome")
    (photos / "dome.jpg").unlink()
    page.locator("#photos a").click()
    expect(page.get_by_role("alert")).to_contain_text("can't be shown")


def test_every_control_has_a_name(page: Page) -> None:
    page.goto("/landmarks/red_tower")
    first = page.locator("#photos a").first.get_attribute("href")
    for address in ("/", "/landmarks/red_tower", first or "", "/doubtful", "/teach", "/library"):
        page.goto(address)
        nameless = page.evaluate(
            """[...document.querySelectorAll("a, button, input, img:not([alt])")].filter((each) =>
                 !each.closest("[hidden]") && !(each.textContent.trim() || each.ariaLabel || each.alt ||
                 each.labels?.length || each.querySelector("img[alt]:not([alt=''])"))).map((each) => each.outerHTML)"""
        )
        assert nameless == []
        assert page.locator("h1").count() >= 1
        assert page.evaluate("document.documentElement.lang") == "en"
