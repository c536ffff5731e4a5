"""What benchmarks are tested on."""

from __future__ import annotations

from pathlib import Path

import pytest

from measured_toys import Measured, write_measured


@pytest.fixture(scope="session")
def measured(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Measured:
    """A catalog of colour photos, a pack that knows three colours, and its model."""
    return write_measured(tmp_path_factory.mktemp("measured"), tiny_model)
