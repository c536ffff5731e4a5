"""What the tests in a real browser share: a page that fails its test on any foreign request."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator

import pytest

pytest.importorskip("playwright", reason="needs playwright")

from playwright.sync_api import Browser, Locator, Page, expect

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

PATIENCE_MS = 20_000  # as much as a busy machine takes
expect.set_options(timeout=PATIENCE_MS)

SIZES = {"desktop": (1280, 860), "phone": (390, 844)}


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


def no_sideways_scroll(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def follow(page: Page, link: Locator) -> None:
    """Follow a link, and wait until the scripts of the page that it leads to have run."""
    with page.expect_navigation():
        link.click()
