from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest

from landmarq.catalog import read_catalog, read_landmarks
from landmarq.evaluation import plots
from landmarq.evaluation.answers import Answer
from landmarq.evaluation.figures import SystemReport
from landmarq.evaluation.labelled import LabelledPhotos, labelled_photos
from landmarq.evaluation.offline import OfflineConfig, evaluate
from landmarq.evaluation.report import offline_report, write_report

CONFIG = OfflineConfig(resamples=10)


@pytest.fixture
def labelled(photos_folder: Path) -> LabelledPhotos:
    return labelled_photos(
        read_catalog(photos_folder / "photos.csv"), landmarks=read_landmarks(photos_folder / "landmarks.csv")
    )


@pytest.fixture
def system(labelled: LabelledPhotos) -> SystemReport:
    answers = [
        Answer(row.path, 0.1 * i - 0.35, "eiffel", ("eiffel",) if 0.1 * i >= 0.35 else (), reason="<script>alert(1)")
        for i, row in enumerate(labelled.catalog.rows)
    ]
    return evaluate(labelled, answers, name="toy & co", config=CONFIG)


def test_json_holds_every_figure_and_the_page_stands_alone(
    labelled: LabelledPhotos, system: SystemReport, tmp_path: Path
) -> None:
    report = offline_report(labelled, [system, replace(system, name="rival")], split="test", config=CONFIG)
    write_report(report, tmp_path / "out", catalog=labelled.catalog)
    values = json.loads((tmp_path / "out" / "report.json").read_text())
    assert (values["kind"], values["schema"], values["known_landmarks"]) == ("landmarq-offline-report", 1, 2)
    assert [each["name"] for each in values["systems"]] == ["toy & co", "rival"]
    assert values["systems"][0]["sensitivity"]["total"] == 4
    assert values["catalog"] == labelled.catalog.fingerprint

    page = (tmp_path / "out" / "report.html").read_text()
    assert "<script" not in page, "a reason is text"
    assert "toy &amp; co" in page
    assert "Colosseum &lt;i&gt;" in page
    assert page.count("data:image/svg+xml") == 3
    # Mistakes on a, b, c (missed), d (wrong name), e, f, g, h (false alarms), for two systems; g has no picture.
    assert page.count("data:image/jpeg") == 2 * 7
    assert page.count("no picture") == 2
    assert "http" not in page, "no network is needed"


def test_the_same_figures_give_the_same_bytes(labelled: LabelledPhotos, system: SystemReport, tmp_path: Path) -> None:
    report = offline_report(labelled, [system], split="test", config=CONFIG)
    for folder in ("one", "two"):
        write_report(report, tmp_path / folder, catalog=labelled.catalog)
    for name in ("report.json", "report.html"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_plots_are_svg_pictures(system: SystemReport) -> None:
    for svg in (
        plots.roc_svg([system]),
        plots.precision_recall_svg([system]),
        plots.album_precision_svg([system], 0.01),
        plots.bars_svg(["easy", "hard"], {"mAP": [0.5, 0.25], "mP@1": [1, 0]}, unit="share"),
    ):
        assert ET.fromstring(svg).tag == "{http://www.w3.org/2000/svg}svg"
