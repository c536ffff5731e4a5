"""docs/results.md is what its script makes of the figures, and the script makes what it should of figures by hand."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from landmarq.artifacts import read_json

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
AGAIN = "run benchmarks/results.py"


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module("results")


def share(hits: int, total: int) -> dict[str, float]:
    return {"hits": hits, "total": total, "share": hits / total, "low": 0.5, "high": 1.0}


def report(hits: int) -> dict[str, Any]:
    """A report of 100 positives in which every share is the same."""
    bars = [
        {"negatives": negatives, "specificity": specificity, "sensitivity": share(hits, 100)}
        for negatives in ("non-landmarks", "unknown landmarks", "all")
        for specificity in (0.99, 0.999)
    ]
    groups = [{"by": "training photos", "name": "rare (under 40)", "at_specificity": bars}]
    names = ("with GPS and with references", "no GPS and with references", "no GPS and no references")
    systems = [
        {
            "name": f"pack, {name}",
            "positives": 100,
            "negatives": 50,
            "top_1": share(hits, 100),
            "at_specificity": bars,
            "landmark_groups": groups,
        }
        for name in names
    ]
    return {"model": "0123456789abcdef0", "measured": "2026-11-26", "split": "test", "systems": systems}


def ablations(left: int) -> dict[str, Any]:
    def row(name: str, **figures: Any) -> dict[str, Any]:
        command = f"python benchmarks/ablations.py PHOTOS -o ablations --row {name}"
        day = "2026-11-27" if name == "source-b" else "2026-11-26"
        told = {"row": name, "words": name, "command": command, "photos_passed": 9, "measured": day}
        return {**told, "figures": {"test": figures}}

    sources = [
        row(f"source-{name}", left_out_source=share(left, 100), other_sources=share(99, 100)) for name in ("a", "b")
    ]
    unseen = [row("unseen-frozen", unseen_1nn=share(80, 100)), row("unseen-shipped", unseen_1nn=share(81, 100))]
    ranks = [share(hits, 4) for hits in (1, 2)]
    near = row("triplet", top1=share(1, 4), top_k=ranks, chance_top_k=[0.25, 0.5])
    config = {
        "seed": 0,
        "network": {"backbone": "densenet169", "frozen_blocks": 3},
        "augment": {"size": 128, "inference_size": 160},
        "schedule": {"epochs": 3},
    }
    return {"budget": {"config": config}, "rows": [near, *unseen, *sources]}


def test_targets_are_reached_or_missed_by_how_much(script: ModuleType) -> None:
    table = script.targets(report(92), report(60), ablations(98)).splitlines()
    assert (
        "| the same, everyday photos + unknown landmarks | 92.0 (50.0-100.0) | 60.0 (50.0-100.0) | 92 | reached |"
        in table
    )
    assert (
        "| the same, with the reference check | 92.0 (50.0-100.0) | 60.0 (50.0-100.0) | 95 | missed by 3.0 points |"
        in table
    )
    assert table[-2].startswith("| nearest photo right, landmarks never trained on")
    assert table[-2].endswith("| above frozen | reached |")
    assert "2 together, `test`) | 98.0 (" in table[-1]
    assert table[-1].endswith("within 1 point | reached |")
    assert "falls by 2.0 points" in script.targets(report(92), None, ablations(97)).splitlines()[-1]


def test_a_frozen_backbone_of_other_photos_is_refused(script: ModuleType) -> None:
    with pytest.raises(SystemExit, match="measured on val"):
        script.targets(report(92), {**report(60), "split": "val"}, None)


def test_ablations_tell_their_command_budget_and_intervals(script: ModuleType, tmp_path: Path) -> None:
    text = script.ablation_tables(ablations(98))
    assert text.startswith("    python benchmarks/ablations.py PHOTOS -o ablations --row ROW\n")
    assert "densenet169, 128 px in training and 160 px" in text
    assert "Measured 2026-11-26 to 2026-11-27." in text
    assert "| triplet | triplet | test | 9 | 25.0 (50.0-100.0) |  |" in text
    for table in text.split("\n\n"):
        lines = [line for line in table.splitlines() if line.startswith("|")]
        assert len({line.count("|") for line in lines}) <= 1, "a line has as many cells as the head"
        assert not lines or set(lines[1]) == set("|-")
    assert text.splitlines()[-1] == "| 2 | 50.0 (50.0-100.0) | 50.0 |"
    assert script.draw_top_k(ablations(98)["rows"], tmp_path / "top_k.png")
    assert (tmp_path / "top_k.png").read_bytes().startswith(b"\x89PNG")
    assert script.ablation_tables(None) == "No row was measured yet."


def test_retrieval_tells_top_k_and_votes_of_the_cards_own_photos(script: ModuleType, tmp_path: Path) -> None:
    told = {
        "queries": 100, "left_out": 9, "pool": 3068, "landmarks": 57, "shown": [{"path": "photos/secret.jpg"}],
        "top_k": [{"k": k, "found": share(90 + k, 100)} for k in range(1, 11)],
        "votes": [{"k": 5, "right": share(95, 100)}],
    }  # fmt: skip
    (tmp_path / "report.json").write_text(json.dumps(told))
    kept = script.trimmed_retrieval(tmp_path / "report.json")
    assert "secret" not in str(kept), "no names of photos"
    text = script.retrieval(kept, report(92))
    assert text.startswith(
        "100 photos of the role `test`, 57 landmarks, each searched among the 3,068 of the role `train`"
    )
    assert text.splitlines()[-2:] == ["| top-10 | 100.0 (50.0-100.0) |", "| 5-NN | 95.0 (50.0-100.0) |"]
    with pytest.raises(SystemExit, match="not with the 100 of the card"):
        script.retrieval({**kept, "queries": 391}, report(92))


def looked(found: int) -> dict[str, Any]:
    bars = {f"{negatives}, {at} %": [found, 12] for negatives in ("non-landmarks", "all") for at in (99, 99.9)}
    passed = {"non-landmark": [1, 20], "unknown landmark": [2, 5]}
    return {
        "found": [found, 12], "wrong name": 3, "frequent": [found - 4, 8], "rare": [4, 4], "passed": passed, "at": bars,
    }  # fmt: skip


def test_a_second_look_is_told_in_counts(script: ModuleType) -> None:
    told = {
        "split": "val", "model": "0123456789abcdef0", "packs": ["one"], "references": 9, "photos": 37, "looked": 7,
        "ms": 12.4, "few": {"points": 8, "photos": 5, "of": 10}, "machine": "a machine",
        "without": looked(10), "with": looked(11),
    }  # fmt: skip
    text = script.second_look(told)
    for line in (
        "| found, frequent landmarks (of 8) | 6 | 7 |",
        "| found, rare landmarks (of 4) | 4 | 4 |",
        "| wrong name | 3 | 3 |",
        "| unknown landmarks that pass (of 5) | 2 | 2 |",
        "| found at a specificity of 99.9 %, all (of 12) | 10 | 11 |",
    ):
        assert line in text.splitlines()
    assert "at 7 of the 37 photos, 12 ms each" in text
    assert "Of the 10 photos that are found rightly without it, 5 share no more than 8 points" in text
    assert script.second_look(None) == "Not measured yet."


def test_the_page_is_what_the_script_makes_of_its_figures(script: ModuleType) -> None:
    page = script.PAGE.read_text(encoding="utf-8")
    assert page == script.written(page), AGAIN
    for file in (script.FROZEN, script.ABLATIONS, script.SECOND_LOOK, script.RETRIEVAL):
        assert not file.exists() or "photos/" not in file.read_text(encoding="utf-8"), "no names of photos"
    model = read_json(script.ROOT / "src/landmarq/starter/model/model.json")
    assert read_json(script.STARTER)["model"] == model["fingerprint"]
