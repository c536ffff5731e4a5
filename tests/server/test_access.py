"""The pages in a real browser for everybody: screen readers, the keyboard, the dark."""

from __future__ import annotations

import re

import pytest

pytest.importorskip("axe_playwright_python", reason="needs axe-playwright-python")

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from browser_toys import SIZES, no_sideways_scroll, watched


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
        page.goto("/doubtful")
        page.get_by_role("button", name="No", exact=True).first.click()
        expect(page.locator(".question")).to_have_count(1)
        page.get_by_role("status").get_by_role("button", name="Undo").click()
        expect(page.locator(".question")).to_have_count(2)
        page.goto("/library")
        expect(page.get_by_text("undone")).to_be_visible()
        broken_rules(page)
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
