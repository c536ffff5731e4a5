"""Settings and fixtures of all tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("landmarq", derandomize=True, deadline=None, max_examples=60, database=None)
settings.load_profile("landmarq")


@pytest.fixture(scope="session")
def real_photos() -> Path:
    """The folder of real photos, which is not part of the project; tests that need it are skipped without it."""
    beside = Path(__file__).parents[2] / "shared" / "photos"
    folder = Path(os.environ.get("LANDMARQ_PHOTOS", beside))
    if not (folder / "photos.csv").is_file():
        pytest.skip("needs the real photos: set LANDMARQ_PHOTOS to their folder")
    return folder
