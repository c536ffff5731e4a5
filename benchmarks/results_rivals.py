"""The tables of the rivals in docs/results.md, from reports of ``landmarq bench rivals`` and what was tried before.

    python benchmarks/results_rivals.py --report rivals/val/report.json --report rivals/test/report.json \
        --tried settings-delf.json --tried settings-rootsift.json --tried settings-triplet.json

The figures alone are kept in docs/figures/rivals.json; without options the page is written again from that file. What
stands in it between this script's marks is written by it and by nobody else.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from landmarq.artifacts import read_json, write_json, write_text
from marked_pages import filled

ROOT = Path(__file__).parents[1]
PAGE, KEPT = ROOT / "docs" / "results.md", ROOT / "docs" / "figures" / "rivals.json"
SHOWN = (("non-landmarks", 0.99), ("non-landmarks", 0.999), ("all", 0.99), ("all", 0.999))
WORDS = {"non-landmarks": "everyday", "all": "everyday + unknown"}
RARITIES = ("frequent", "rare")
STAGES = {"decode_ms": "decode", "network_ms": "network", "search_ms": "search", "verification_ms": "verification"}
CHANCE = 0.05
"""A difference with a larger p is called chance."""
PAPERS_RATIO = 15
"""How many times faster than DELF the paper says its method is, on a CPU."""
SYSTEMS = {"rootsift": "RootSIFT + RANSAC", "delf": "DELF", "triplet": "triplet + k-NN"}
"""The name in a report of each system that ``rival_settings.py`` chooses for."""
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
            **{key: each[key] for key in ("name", "settings", "bytes_a_photo", "cost", "times_ours", "beside_ours")},
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
    for each in kept["tried"]:
        _check_chosen(each, kept["reports"])
    parts = [part for report in kept["reports"] for part in _of_report(report)]
    parts.append(_settings(kept["reports"][0]["standings"]))
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
    yield from _beside_ours(standings)
    for rarity in RARITIES:
        found = [[_bar(each["rarities"].get(rarity, ()), *bar) for bar in SHOWN] for each in standings]
        photos = found[0][0]["total"] if found[0][0] else 0
        yield f"Of {rarity} landmarks ({photos} photos):"
        yield _table(
            ["", *bars],
            [[each["name"], *map(_shown, row)] for each, row in zip(standings, found, strict=True)],
        )
    if ours["cost"]:
        yield from _cost(report)


def _beside_ours(standings: Sequence[Standing]) -> Iterator[str]:
    """Yield who finds what the other does not, and whether ours, as it ships, is behind a rival anywhere."""
    ours, rivals = standings[0], [each for each in standings if not each["name"].startswith("ours")]
    pairs = {(each["name"], bar): _bar(each["beside_ours"], *bar) for each in rivals for bar in SHOWN}
    yield (
        f"Photos that only {ours['name']} finds : photos that only the rival finds, each at its own threshold; "
        "in brackets p of McNemar's exact test:"
    )
    yield _table(
        ["", *(f"{WORDS[negatives]}, {100 * specificity:g} %" for negatives, specificity in SHOWN)],
        [[each["name"], *(_pair(pairs[each["name"], bar]) for bar in SHOWN)] for each in rivals],
    )
    behind = {key: pair for key, pair in pairs.items() if pair and pair["only_other"] > pair["only_ours"]}
    if not behind:
        yield f"No rival is more sensitive than {ours['name']}, in any of the four columns."
        return
    told = [
        f"{name} ({WORDS[negatives]}, {100 * specificity:g} %: {pair['only_other'] - pair['only_ours']} of "
        f"{ours['positives']} photos more, p = {pair['p_value']:.2g})"
        for (name, (negatives, specificity)), pair in behind.items()
    ]
    chance = all(pair["p_value"] > CHANCE for pair in behind.values())
    yield (
        f"More sensitive than {ours['name']}: {'; '.join(told)}. "
        f"{'In none of these columns is that more than chance explains' if chance else 'Not all of that is chance'}."
    )


def _cost(report: Mapping[str, Any]) -> Iterator[str]:
    photos, ours = report["timed_photos"], report["standings"][0]
    yield f"Milliseconds a photo, all cores at work, on {photos} photos; bytes for each photo of the database:"
    yield _table(
        ["", *STAGES.values(), "together", "times ours", "bytes", "times ours"],
        [
            [
                each["name"],
                *(f"{each['cost'][stage]:.1f}" for stage in STAGES),
                f"{sum(each['cost'].values()):.1f}",
                f"{each['times_ours']:.1f}",
                f"{each['bytes_a_photo']:,.0f}",
                f"{each['bytes_a_photo'] / ours['bytes_a_photo']:.3g}",
            ]
            for each in report["standings"]
        ],
    )
    for each in report["standings"]:
        if each["name"] == "DELF":
            ratio = each["times_ours"]
            verdict = "reached" if ratio >= PAPERS_RATIO else "missed"
            yield f"DELF takes {ratio:.1f} times as long as ours; the paper's mark of {PAPERS_RATIO} is {verdict}."


def _settings(standings: Sequence[Standing]) -> str:
    """Return what each system was run with."""
    rows = [
        [each["name"], ", ".join(f"{name} {_plain(value)}" for name, value in _flat(each["settings"]))]
        for each in standings
    ]
    return f"What each was run with:\n\n{_table(['', 'settings'], rows)}"


def _flat(settings: Mapping[str, Any], part: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the settings with the names of ``rival_settings.py``: a dot leads into a part."""
    for name, value in settings.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{part}{name}.")
        else:
            yield f"{part}{name}", value


def _plain(value: Any) -> str:
    return " ".join(f"{each:.3g}" for each in value) if isinstance(value, list) else str(value)


def _check_chosen(tried: Mapping[str, Any], reports: Sequence[Mapping[str, Any]]) -> None:
    """Refuse a report of a rival that was not run with the best of what was tried."""
    best = max(each["score"] for each in tried["tried"].values())
    choices = [each["choice"] for each in tried["tried"].values() if each["score"] == best]
    for report in reports:
        for each in report["standings"]:
            ran = dict(_flat(each["settings"]))
            if each["name"] == SYSTEMS[tried["system"]] and not any(
                choice.items() <= ran.items() for choice in choices
            ):
                raise SystemExit(f"{each['name']} was not run with the best of what was tried: {choices[0]}")


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


def _bar(bars: Sequence[Mapping[str, Any]], negatives: str, specificity: float) -> Mapping[str, Any] | None:
    """Return what stands at one wanted specificity: a figure, or two systems photo by photo."""
    for bar in bars:
        if (bar["negatives"], bar["specificity"]) == (negatives, specificity):
            found: Mapping[str, Any] = bar.get("sensitivity", bar)
            return found
    return None


def _pair(pair: Mapping[str, Any] | None) -> str:
    return f"{pair['only_ours']} : {pair['only_other']} ({pair['p_value']:.2g})" if pair else "–"


def _shown(figure: Mapping[str, float] | None) -> str:
    return f"{_percent(figure)} ({100 * figure['low']:.1f}–{100 * figure['high']:.1f})" if figure else "–"


def _percent(figure: Mapping[str, float]) -> str:
    return f"{100 * figure['share']:.1f} %"


def _table(head: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *body))


def written(page: str) -> str:
    """Return docs/results.md as its figures make it."""
    text = tables(read_json(KEPT) if KEPT.exists() else None)
    return filled(page, "rivals", text, by="results_rivals.py")


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
