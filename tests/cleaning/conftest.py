"""Fixtures of cleaning."""

from __future__ import annotations

import pytest

from cleaning_world import World, make_world


@pytest.fixture(scope="session")
def world() -> World:
    """A crawl of 8 landmarks with 30 rows each, a quarter of them wrong."""
    return make_world()
