"""The tables of the rivals in docs/results.md, from reports of ``landmarq bench rivals`` and what was tried before.

    python benchmarks/results_rivals.py --report rivals/val/report.json --report rivals/test/report.json \
        --tried settings-delf.json --tried settings-rootsift.json --tried settings-triplet.json

The figures alone are kept in docs/figures/rivals.json; without options the page is written again from that file. What
stands in it between this script's marks is written by it and by nobody else.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from landmarq.artifacts import read_json, write_json, write_text

ROOT = Path(__file__).parents[1]
PAGE, KEPT = ROOT / "docs" / "results.md", ROOT / "docs" / "figures" / "rivals.json"
MARK = re.compile(r"(<!-- rivals: by benchmarks/results_rivals.py -->\n).*?(<!-- end -->)", re.DOTALL)
SHOWN = (("non-landmarks", 0.99), ("non-landmarks", 0.999), ("all", 0.99), ("all", 0.999))
WORDS = {"non-landmarks": "everyday", "all": "everyday + unknown"}
RARITIES = ("frequent", "rare")
STAGES = {"decode_ms": "decode", "network_ms": "network", "search_ms": "search", "verification_ms": "verification"}
PAPERS_RATIO = 15
"""How many times faster than DELF the paper says its method is, on a CPU."""
TRIED = {
    "everyday_99": "everyday, 99 %",
    "everyday_99.9": "everyday, 99.9 %",
    "all_99": "+ unknown, 99 %",
    "all_99.9": "+ unknown, 99.9 %",
    "top_1": "top-1",
}

Standing = Mapping[str, Any]


def trimmed(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a report is kept: shares and their intervals, cost and settings."""
    standings = [
        {
            **{key: each[key] for key in ("name", "settings", "bytes_a_photo", "cost", "times_ours")},
            **{key: each["report"][key] for key in ("positives", "negatives", "top_1", "at_specificity")},
            "rarities": {
                group["name"].partition(" ")[0]: group["at_specificity"]
                for group in each["report"]["landmark_groups"]
                if group["by"] == "training photos"
            },
        }
        for each in report["standings"]
    ]
    return {**{key: report[key] for key in ("split", "database", "timed_photos", "machine")}, "standings": standings}


def tables(kept: Mapping[str, Any] | None) -> str:
    """Return the rivals' part of the page."""
    if not kept or not kept["reports"]:
        return "No run was measured yet."
    parts = [part for report in kept["reports"] for part in _of_report(report)]
    return "\n\n".join([*parts, *(_of_choice(each) for each in kept["tried"])])


def _of_report(report: Mapping[str, Any]) -> Iterator[str]:
    split, standings = report["split"], report["standings"]
    ours = standings[0]
    yield (
        f"**Roles `{split}`, `{split}_negative`, `{split}_unknown`**: {ours['positives']} photos of known landmarks, "
        f"{ours['negatives']} others; {report['database']:,} photos in the database. {report['machine']}."
    )
    bars = [f"{WORDS[negatives]}, {100 * specificity:g} %" for negatives, specificity in SHOWN]
    yield _table(
        ["", *bars, "top-1"],
        [
            [each["name"], *(_shown(_bar(each["at_specificity"], *bar)) for bar in SHOWN), _percent(each["top_1"])]
            for each in standings
        ],
    )
    yield "Of frequent and of rare landmarks, at 99 %:"
    at = [(rarity, negatives) for rarity in RARITIES for negatives in WORDS]
    yield _table(
        ["", *(f"{rarity}, {WORDS[negatives]}" for rarity, negatives in at)],
        [
            [
                each["name"],
                *(_shown(_bar(each["rarities"].get(rarity, ()), negatives, 0.99)) for rarity, negatives in at),
            ]
            for each in standings
        ],
    )
    if ours["cost"]:
        yield from _cost(report)


def _cost(report: Mapping[str, Any]) -> Iterator[str]:
    photos = report["timed_photos"]
    yield f"Milliseconds a photo, all cores at work, on {photos} photos; bytes for each photo of the database:"
    yield _table(
        ["", *STAGES.values(), "together", "times ours", "bytes"],
        [
            [
                each["name"],
                *(f"{each['cost'][stage]:.1f}" for stage in STAGES),
                f"{sum(each['cost'].values()):.1f}",
                f"{each['times_ours']:.1f}",
                f"{each['bytes_a_photo']:,.0f}",
            ]
            for each in report["standings"]
        ],
    )
    for each in report["standings"]:
        if each["name"] == "DELF":
            ratio = each["times_ours"]
            verdict = "reached" if ratio >= PAPERS_RATIO else "missed"
            yield f"DELF takes {ratio:.1f} times as long as ours; the paper's mark of {PAPERS_RATIO} is {verdict}."


def _of_choice(tried: Mapping[str, Any]) -> str:
    """Return what was tried of a rival's settings, the best first."""
    rows = sorted(tried["tried"].values(), key=lambda each: -each["score"])
    names = list(rows[0]["choice"])
    table = _table(
        [*(name.rpartition(".")[2] for name in names), *TRIED.values()],
        [
            [*(str(each["choice"][name]) for name in names), *(f"{100 * each[key]:.1f}" for key in TRIED)]
            for each in rows
        ],
    )
    return (
        f"Settings of {tried['system']} that were tried, on {tried['photos']} photos of `val*`, the chosen one first; "
        f"in per cent:\n\n{table}"
    )


def _bar(bars: Sequence[Mapping[str, Any]], negatives: str, specificity: float) -> Mapping[str, float] | None:
    for bar in bars:
        if (bar["negatives"], bar["specificity"]) == (negatives, specificity):
            found: Mapping[str, float] = bar["sensitivity"]
            return found
    return None


def _shown(figure: Mapping[str, float] | None) -> str:
    return f"{_percent(figure)} ({100 * figure['low']:.1f}–{100 * figure['high']:.1f})" if figure else "–"


def _percent(figure: Mapping[str, float]) -> str:
    return f"{100 * figure['share']:.1f} %"


def _table(head: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *body))


def written(page: str) -> str:
    """Return docs/results.md as its figures make it."""
    if not MARK.search(page):
        raise SystemExit(f"{PAGE} has no marks for the rivals")
    text = tables(read_json(KEPT) if KEPT.exists() else None)
    return MARK.sub(lambda found: f"{found[1]}{text}\n{found[2]}", page)


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--report", type=Path, action="append", default=[], help="report.json of a split; repeatable")
    parser.add_argument("--tried", type=Path, action="append", default=[], help="what was tried; repeatable")
    options = parser.parse_args()
    if options.report:
        reports = [trimmed(read_json(path)) for path in options.report]
        write_json(KEPT, {"reports": reports, "tried": [read_json(path) for path in options.tried]})
    write_text(PAGE, written(PAGE.read_text(encoding="utf-8")))


if __name__ == "__main__":
    main()
