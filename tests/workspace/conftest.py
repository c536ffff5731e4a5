"""What measuring and cleaning are tested on."""

from __future__ import annotations

from pathlib import Path

import pytest

from cleaning_case import COLOURS, Case, paint_picture, write_csv
from landmarq.catalog import write_landmarks
from measured_toys import Measured, write_measured
from toys import LANDMARKS


@pytest.fixture(scope="session")
def measured(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Measured:
    """A catalog of colour photos, a pack that knows three colours, and its model."""
    return write_measured(tmp_path_factory.mktemp("measured"), tiny_model)


@pytest.fixture
def case(tmp_path: Path, tiny_model: Path) -> Case:
    """Ten photos and three references of each landmark; one row names another landmark, one file is doubled."""
    rows, references = [["path", "landmark", "licence", "camera"]], [["path", "landmark"]]
    for number, (id_, colour) in enumerate(COLOURS.items()):
        for at in range(13):
            name = f"photos/{id_}{at}.png"
            paint_picture(tmp_path / name, colour, 100 * number + at)
            (rows if at < 10 else references).append([name, id_, "CC0", "box"] if at < 10 else [name, id_])
    paint_picture(tmp_path / "photos/wrong.png", COLOURS["blue_bridge"], 999)
    rows.append(["photos/wrong.png", "red_tower", "CC-BY", "phone"])
    paint_picture(tmp_path / "photos/larger.png", COLOURS["red_tower"], 0, side=96)
    rows.append(["photos/larger.png", "red_tower", "CC0", "box"])
    rows.append(rows[12])
    write_csv(tmp_path / "crawl.csv", rows)
    write_csv(tmp_path / "references.csv", references)
    write_landmarks(tmp_path / "landmarks.csv", LANDMARKS)
    return Case(tmp_path, tiny_model)
