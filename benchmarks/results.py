"""The tables of targets, second look and ablations in docs/results.md, from reports and tables.

    python benchmarks/results.py --frozen evaluation-frozen/report.json --ablations runs/ablations/table.json \
        --second-look second_look.json

The shipped model's figures are those of the model card (benchmarks/model_card.py), in docs/figures/starter.json. What
the options name is kept beside them, without names of photos: frozen.json, second_look.json, ablations.json. Without
options the page is written again from these files. What stands in it between this script's marks is written by it and
by nobody else.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ablation_markdown import draw_top_k, shown, tables
from landmarq import metrics
from landmarq.artifacts import read_json, write_json, write_text
from marked_pages import filled
from model_card import FIGURES as STARTER
from model_card import MODEL, ROOT, trimmed

PAGE, KEPT = ROOT / "docs" / "results.md", ROOT / "docs" / "figures"
FROZEN, ABLATIONS = KEPT / "frozen.json", KEPT / "ablations.json"
RETRIEVAL, SECOND_LOOK = KEPT / "retrieval.json", KEPT / "second_look.json"
TOP_K = ROOT / "docs" / "images" / "top_k.png"

Figure = Mapping[str, float]
System = Mapping[str, Any]
ALONE = "no GPS and no references"


@dataclass(frozen=True)
class Target:
    """One figure of a pack that has a goal.

    Attributes:
        words: what it is.
        switches: the setting of the report that has it.
        read: takes it from there.
        wanted: the goal, in per cent.
    """

    words: str
    switches: str
    read: Callable[[System], Figure]
    wanted: float


def _at(negatives: str, specificity: float) -> Callable[[System], Figure]:
    return lambda system: _bar(system["at_specificity"], negatives, specificity)


def _rare(negatives: str) -> Callable[[System], Figure]:
    def read(system: System) -> Figure:
        group = next(each for each in system["landmark_groups"] if each["name"].startswith("rare"))
        return _bar(group["at_specificity"], negatives, 0.99)

    return read


def _bar(bars: Sequence[Mapping[str, Any]], negatives: str, specificity: float) -> Figure:
    found: Figure = next(
        bar["sensitivity"] for bar in bars if (bar["negatives"], bar["specificity"]) == (negatives, specificity)
    )
    return found


TARGETS = (
    Target("top-1 over the 57 landmarks, no GPS", ALONE, lambda system: system["top_1"], 97),
    Target("sensitivity at 99 %, everyday photos, no GPS, no reference check", ALONE, _at("non-landmarks", 0.99), 97),
    Target("the same, everyday photos + unknown landmarks", ALONE, _at("all", 0.99), 92),
    Target("the same, with the reference check", "no GPS and with references", _at("all", 0.99), 95),
    Target("and with GPS where a photo has it", "with GPS and with references", _at("all", 0.99), 95),
    Target("at 99.9 %, everyday + unknown, no GPS, no reference check", ALONE, _at("all", 0.999), 80),
    Target("rare landmarks, at 99 %, everyday photos", ALONE, _rare("non-landmarks"), 85),
    Target("rare landmarks, at 99 %, everyday + unknown", ALONE, _rare("all"), 85),
)


def targets(starter: Mapping[str, Any], frozen: Mapping[str, Any] | None, ablations: Mapping[str, Any] | None) -> str:
    """Return the table of targets: ours, the frozen backbone, the goal, and whether it is reached."""
    split = starter["split"]
    if frozen and frozen["split"] != split:
        raise SystemExit(f"the frozen backbone was measured on {frozen['split']}, the starter model on {split}")
    first = starter["systems"][0]
    head = (
        f"Roles `{split}`, `{split}_negative`, `{split}_unknown`: {first['positives']} photos of known landmarks, "
        f"{first['negatives']} others. Model `{starter['model'][:16]}`, {starter['measured']}. In per cent, intervals "
        "at 95 %."
    )
    if split == "val":
        head += " These photos chose stages and thresholds: on others expect a little less."
    rows = ["| | shipped | frozen backbone, one centroid | to reach | |", "|---|---|---|---|---|"]
    for target in TARGETS:
        ours = target.read(_system(starter, target.switches))
        other = shown(target.read(_system(frozen, target.switches))) if frozen else "–"
        rows.append(
            f"| {target.words} | {shown(ours)} | {other} | {target.wanted:g} | {_verdict(ours, target.wanted)} |"
        )
    rows += _left_out(ablations) if ablations else []
    return "\n".join([head, "", *rows])


def _system(report: Mapping[str, Any], switches: str) -> System:
    found: System = next(each for each in report["systems"] if each["name"].partition(", ")[2] == switches)
    return found


def _verdict(ours: Figure, wanted: float) -> str:
    short = wanted - 100 * ours["share"]
    return "reached" if short <= 0 else f"missed by {short:.1f} points"


def _left_out(ablations: Mapping[str, Any]) -> Iterator[str]:
    """Yield the two rows on what was left out of training, from the ablations."""
    rows = {row["row"]: row["figures"] for row in ablations["rows"]}
    split = _split(ablations)
    seen = [rows.get(name, {}).get(split, {}).get("unseen_1nn") for name in ("unseen-shipped", "unseen-frozen")]
    if all(seen):
        better = seen[0]["hits"] > seen[1]["hits"]
        half = rows.get("unseen-half", {}).get(split, {}).get("unseen_1nn")
        also = f"; with half of the weights the start's {shown(half)}" if half else ""
        yield (
            f"| nearest photo right, landmarks never trained on (rows `unseen-*`, at the ablations' budget, `{split}`) "
            f"| {shown(seen[0])} | "
            f"{shown(seen[1])} | above frozen | {'reached' if better else 'missed'}{also} |"
        )
    asked = [figures[split] for name, figures in rows.items() if name.startswith("source-") and split in figures]
    if asked:
        left, others = (_pooled([each[name] for each in asked]) for name in ("left_out_source", "other_sources"))
        fall = round(100 * (others["share"] - left["share"]), 6)
        yield (
            f"| specificity on a source left out of training (rows `source-*`, at the ablations' budget, {len(asked)} "
            f"together, `{split}`) | "
            f"{shown(left)}, the others {shown(others)} | – | within 1 point | "
            f"{'reached' if fall <= 1 else f'falls by {fall:.1f} points'} |"
        )


def _split(ablations: Mapping[str, Any]) -> str:
    """Return ``test`` where every row has been measured on it, else ``val``."""
    return "test" if all("test" in row["figures"] for row in ablations["rows"]) else "val"


def _pooled(figures: Sequence[Figure]) -> Figure:
    share = metrics.Proportion(sum(int(each["hits"]) for each in figures), sum(int(each["total"]) for each in figures))
    interval = share.wilson()
    return {"share": share.share, "low": interval.low, "high": interval.high}


def retrieval(told: Mapping[str, Any] | None, starter: Mapping[str, Any]) -> str:
    """Return top-k and the k-NN recogniser of the shipped model, on the photos that its other figures are of."""
    if not told:
        return "Not measured yet."
    positives = starter["systems"][0]["positives"]
    if told["queries"] != positives:
        raise SystemExit(f"retrieval was measured with {told['queries']} photos, not with the {positives} of the card")
    found = {each["k"]: each["found"] for each in told["top_k"]}
    votes = [(f"{each['k']}-NN", each["right"]) for each in told["votes"]]
    shown_k = [(f"top-{k}", found[k]) for k in (1, 2, 3, 5, 10, 20) if k in found]
    return "\n".join(
        [
            f"{told['queries']} photos of the role `{starter['split']}`, {told['landmarks']} landmarks, each searched "
            f"among the {told['pool']:,} of the role `train`. Model `{told['model'][:16]}`, {told['measured']}. In per "
            "cent.\n",
            "| | right |\n|---|---|",
            *(f"| {name} | {shown(figure)} |" for name, figure in (*shown_k, *votes)),
        ]
    )


def trimmed_retrieval(path: Path) -> dict[str, Any]:
    """Return what is kept of a report of ``landmarq evaluate retrieval`` with the shipped model."""
    report, day = read_json(path), datetime.fromtimestamp(path.stat().st_mtime, UTC)
    kept = {name: report[name] for name in ("queries", "pool", "landmarks", "top_k", "votes")}
    model = read_json(MODEL / "model.json")["fingerprint"]
    return {"model": model, "measured": f"{day:%Y-%m-%d}", **kept}


def second_look(told: Mapping[str, Any] | None) -> str:
    """Return what a second look buys (benchmarks/second_look.py), as counts without and with it."""
    if not told:
        return "Not measured yet."
    without, with_ = told["without"], told["with"]
    lines = [
        (f"found, {name} landmarks", without[name], with_[name])
        for name in ("frequent", "rare")
        if name in told["with"]
    ]
    lines += [(f"{name}s that pass", passed, with_["passed"][name]) for name, passed in without["passed"].items()]
    for bar, found in without["at"].items():
        negatives, _, specificity = bar.rpartition(", ")
        lines.append((f"found at a specificity of {specificity}, {negatives}", found, with_["at"][bar]))
    rows = [f"| {words} (of {first[1]}) | {first[0]} | {second[0]} |" for words, first, second in lines]
    rows.insert(2, f"| wrong name | {without['wrong name']} | {with_['wrong name']} |")
    few = told["few"]
    return "\n".join(
        [
            f"Roles `{told['split']}`, `{told['split']}_negative`, `{told['split']}_unknown`, model "
            f"`{told['model'][:16]}`, pack {' + '.join(told['packs'])}, {told['references']} reference photos, no GPS, "
            f"the pack's own thresholds. {told['machine']}.\n",
            "| | without | with |\n|---|---|---|",
            *rows,
            f"\nIt looks again at {told['looked']} of the {told['photos']} photos, {told['ms']:.0f} ms each, decoding "
            f"included. Of the {few['of']} photos that are found rightly without it, {few['photos']} share no more "
            f"than {few['points']} points, what chance reaches, with any reference photo.",
        ]
    )


def ablation_tables(ablations: Mapping[str, Any] | None) -> str:
    """Return the ablations' tables with their command and budget, and the picture of top-k."""
    if not ablations or not ablations["rows"]:
        return "No row was measured yet."
    config = ablations["budget"]["config"]
    command = ablations["rows"][0]["command"].partition(" --row ")[0]
    budget = (
        f"The budget of each row: {config['network']['backbone']}, {config['augment']['size']} px in training and "
        f"{config['augment']['inference_size']} px when it recognises, {config['schedule']['epochs']} epochs (with "
        f"a curriculum stages of fewer; triplet and contrastive {5 * config['schedule']['epochs']} of at most ten "
        f"photos a landmark: about as many photos passed), the first {config['network']['frozen_blocks']} stages of "
        f"the backbone frozen, seed {config['seed']}. In per "
        f"cent, intervals at 95 %. Measured {' to '.join(_days(ablations['rows']))}."
    )
    parts = [f"    {command} --row ROW", budget, *tables(ablations["rows"])]
    if any("top_k" in figures for row in ablations["rows"] for figures in row["figures"].values()):
        picture = f"![Top-k for k from 1 to 20 with intervals: trained, untrained, random weights](images/{TOP_K.name})"
        parts.insert(-1, f"Top-k, the share of photos with their landmark among the k nearest:\n\n{picture}")
    return "\n\n".join(parts)


def _days(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the first and the last day on which rows were measured; one, if they are the same."""
    days = sorted({row["measured"] for row in rows})
    return [days[0], *days[1:][-1:]]


def written(page: str) -> str:
    """Return docs/results.md as its figures make it."""
    files = (STARTER, FROZEN, ABLATIONS, SECOND_LOOK, RETRIEVAL)
    starter, frozen, ablations, looked, searched = (read_json(file) if file.exists() else None for file in files)
    if starter is None:
        raise SystemExit(f"{STARTER} is missing: benchmarks/model_card.py writes it")
    page = filled(page, "targets", targets(starter, frozen, ablations), by="results.py")
    page = filled(page, "retrieval", retrieval(searched, starter), by="results.py")
    page = filled(page, "second look", second_look(looked), by="results.py")
    return filled(page, "ablations", ablation_tables(ablations), by="results.py")


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--frozen", type=Path, help="report.json of the frozen backbone's pack")
    parser.add_argument("--ablations", type=Path, help="table.json of the ablations")
    parser.add_argument("--retrieval", type=Path, help="report.json of the shipped model")
    parser.add_argument("--second-look", type=Path, help="what second_look.py wrote")
    options = parser.parse_args()
    if options.frozen:
        write_json(FROZEN, trimmed(options.frozen, model="not trained"))
    if options.retrieval:
        write_json(RETRIEVAL, trimmed_retrieval(options.retrieval))
    if options.second_look:
        write_json(SECOND_LOOK, read_json(options.second_look))
    if options.ablations:
        kept = read_json(options.ablations)
        write_json(ABLATIONS, kept)
        draw_top_k(kept["rows"], TOP_K)
    write_text(PAGE, written(PAGE.read_text(encoding="utf-8")))


if __name__ == "__main__":
    main()
