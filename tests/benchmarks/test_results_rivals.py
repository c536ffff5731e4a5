"""The rivals' part of docs/results.md is what its script makes of the figures; the script, of figures by hand."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from landmarq.artifacts import read_json
from landmarq.config import as_mapping
from landmarq.rivals.config import RivalsConfig

RARITIES = ("frequent", "rare")
SCRIPT = Path(__file__).parents[2] / "benchmarks" / "results_rivals.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("results_rivals", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def share(hits: int) -> dict[str, float]:
    return {"hits": hits, "total": 100, "share": hits / 100, "low": 0.0, "high": 1.0}


def standing(name: str, hits: int, ms: float, *, p_value: float = 0.5) -> dict[str, Any]:
    """Return a system that finds so many of 100 at every specificity, and two fewer of rare landmarks."""

    def bars(found: int) -> list[dict[str, Any]]:
        return [
            {"negatives": negatives, "specificity": specificity, "sensitivity": share(found)}
            for negatives in ("non-landmarks", "unknown landmarks", "all")
            for specificity in (0.99, 0.999)
        ]

    groups = [
        {"by": "training photos", "name": "frequent (40 or more)", "at_specificity": bars(hits)},
        {"by": "training photos", "name": "rare (under 40)", "at_specificity": bars(hits - 2)},
        {"by": "city", "name": "frequent", "at_specificity": bars(0)},
    ]
    return {
        "name": name,
        "settings": {"model": name, "k": 3, "geometry": {"tolerance": 20}, "scales": [0.25, 2.0]},
        "bytes_a_photo": 1234.5,
        "cost": {"decode_ms": 1.0, "network_ms": ms - 1, "search_ms": 0.0, "verification_ms": 0.0},
        "times_ours": ms / 10,
        "beside_ours": [
            {"negatives": negatives, "specificity": at, "only_ours": 5, "only_other": hits - 85, "p_value": p_value}
            for negatives in ("non-landmarks", "unknown landmarks", "all")
            for at in (0.99, 0.999)
        ],
        "report": {
            "positives": 100,
            "negatives": 50,
            "top_1": share(hits),
            "at_specificity": bars(hits),
            "landmark_groups": groups,
            "mistakes": [{"path": "photos/secret.jpg"}],
        },
    }


def report(ratio: float) -> dict[str, Any]:
    standings = [standing("ours", 90, 10), standing("DELF", 80, 10 * ratio)]
    return {"split": "val", "database": 3068, "timed_photos": 8, "machine": "a machine", "standings": standings}


@pytest.mark.parametrize(("ratio", "verdict"), [(15.0, "reached"), (14.9, "missed")])
def test_a_report_becomes_three_tables(script: ModuleType, ratio: float, verdict: str) -> None:
    kept = script.trimmed(report(ratio))
    assert "secret" not in str(kept), "no names of photos"
    text = script.tables({"reports": [kept], "tried": []})
    assert "100 photos of known landmarks, 50 others; 3,068 photos in the database. a machine." in text
    assert "| DELF |" + " 80.0 % (0.0–100.0) |" * 4 + " 80.0 % |\n" in text + "\n"
    frequent, rare = (text.partition(f"Of {name} landmarks (100 photos):")[2].split("\n\n")[1] for name in RARITIES)
    assert frequent.splitlines()[-1] == "| DELF |" + " 80.0 % (0.0–100.0) |" * 4, "at 99 and 99.9 %"
    assert rare.splitlines()[-1] == "| DELF |" + " 78.0 % (0.0–100.0) |" * 4
    assert f"| ours | 1.0 | 9.0 | 0.0 | 0.0 | 10.0 | 1.0 | {1234.5:,.0f} | 1 |" in text
    assert f"DELF takes {ratio:.1f} times as long as ours; the paper's mark of 15 is {verdict}." in text
    assert "No rival is more sensitive than ours, in any of the four columns." in text
    assert text.endswith("| DELF | model DELF, k 3, geometry.tolerance 20, scales 0.25 2 |")


@pytest.mark.parametrize(("p_value", "verdict"), [(0.5, "In none of these columns"), (0.01, "Not all of that")])
def test_a_rival_that_finds_more_is_named_with_where(script: ModuleType, p_value: float, verdict: str) -> None:
    standings = [standing("ours", 90, 10), standing("DELF", 91, 150, p_value=p_value)]
    text = script.tables({"reports": [script.trimmed({**report(15.0), "standings": standings})], "tried": []})
    assert f"| DELF | 5 : 6 ({p_value:.2g}) |" in text
    told = f"1 of 100 photos more, p = {p_value:.2g}"
    assert f"More sensitive than ours: DELF (everyday, 99 %: {told}); DELF (everyday, 99.9 %: {told})" in text
    assert verdict in text


def test_what_was_not_timed_has_no_table_of_cost(script: ModuleType) -> None:
    kept = script.trimmed(report(1.0))
    for each in kept["standings"]:
        each["cost"] = each["times_ours"] = None
    assert "Milliseconds" not in script.tables({"reports": [kept], "tried": []})


def test_the_best_of_what_was_tried_stands_first_and_is_what_was_run(script: ModuleType) -> None:
    def of_two(best: int, other: int) -> dict[str, Any]:
        tried = {
            str(k): {
                "choice": {"k": k, "geometry.tolerance": 20.0},
                "score": score,
                **dict.fromkeys(script.TRIED, score),
            }
            for k, score in ((other, 0.5), (best, 0.75))
        }
        kept = [{"system": "delf", "photos": 9, "tried": tried}]
        return {"reports": [script.trimmed(report(15.0))], "tried": kept}

    text = script.tables(of_two(3, 1))
    assert text.splitlines()[-2:] == ["| 3 | 20.0 |" + " 75.0 |" * 5, "| 1 | 20.0 |" + " 50.0 |" * 5]
    with pytest.raises(SystemExit, match="DELF was not run with the best"):
        script.tables(of_two(1, 3))


def test_the_rivals_of_a_run_are_those_that_settings_are_chosen_for(script: ModuleType) -> None:
    source = (SCRIPT.parents[1] / "src" / "landmarq" / "workspace" / "rivals.py").read_text(encoding="utf-8")
    assert all(f'"{name}"' in source for name in script.SYSTEMS.values())


def test_what_was_run_are_the_defaults(script: ModuleType) -> None:
    """``landmarq bench rivals`` says of itself that its defaults are the best on val."""
    parts = as_mapping(RivalsConfig())
    of_system = {"RootSIFT + RANSAC": "rootsift_search", "DELF": "delf_search", "triplet + k-NN": "triplet"}
    kept = read_json(script.KEPT)["reports"] if script.KEPT.exists() else []
    for each in (standing for report in kept for standing in report["standings"]):
        defaults = dict(script._flat(parts[of_system[each["name"]]])) if each["name"] in of_system else {}
        assert defaults.items() <= dict(script._flat(each["settings"])).items(), each["name"]


def test_the_page_is_what_the_script_makes_of_its_figures(script: ModuleType) -> None:
    page = script.PAGE.read_text(encoding="utf-8")
    assert page == script.written(page), "run benchmarks/results_rivals.py"
    assert not script.KEPT.exists() or "photos/" not in script.KEPT.read_text(encoding="utf-8"), "no names of photos"
    assert script.tables(None) == "No run was measured yet."
    with pytest.raises(SystemExit, match="no marks"):
        script.written("# Results\n")
