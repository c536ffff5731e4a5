"""Fill the recipe and the figures of docs/model-card.md, from the shipped model and a report of ``landmarq evaluate``.

    landmarq evaluate offline photos.csv --split test -o evaluation
    python benchmarks/model_card.py evaluation/report.json

The figures alone, without names of photos, are kept in docs/figures/starter.json. Without a report the card is
written again from that file. What stands in the card between its marks is written by this script and by nobody else.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from landmarq.artifacts import file_fingerprint, fingerprint, read_json, write_json, write_text
from marked_pages import filled

ROOT = Path(__file__).parents[1]
CARD, FIGURES = ROOT / "docs" / "model-card.md", ROOT / "docs" / "figures" / "starter.json"
STARTER = ROOT / "src" / "landmarq" / "starter"
MODEL = STARTER / "model"
PACK = ("gallery.safetensors", "landmarks.csv", "pack.json")
KEPT = ("name", "photos", "positives", "negatives", "top_1", "sensitivity", "mistaken", "specificity", "albums")


def trimmed(path: Path, *, model: str, pack: str = "") -> dict[str, Any]:
    """Return what of a report is kept: shares and their intervals, the day, and which model and pack they are of."""
    report, day = read_json(path), datetime.fromtimestamp(path.stat().st_mtime, UTC)
    systems = [
        {
            **{key: system[key] for key in KEPT},
            "at_specificity": system["at_specificity"],
            "landmark_groups": [
                {key: each[key] for key in ("by", "name", "sensitivity", *_further(each["by"]))}
                for each in system["landmark_groups"]
                if each["by"] in ("training photos", "region")
            ],
        }
        for system in report["systems"]
    ]
    split = report["split"] or "test"
    return {"model": model, "pack": pack, "measured": f"{day:%Y-%m-%d}", "split": split, "systems": systems}


def pack_fingerprint() -> str:
    """Return what tells the shipped pack from others: gallery, table and thresholds."""
    return fingerprint([file_fingerprint(STARTER / name) for name in PACK])


def _further(by: str) -> tuple[str, ...]:
    """Return what of a group is kept beside its sensitivity as shipped: docs/results.md asks it of rare landmarks."""
    return ("at_specificity",) if by == "training photos" else ()


def recipe(model: Mapping[str, Any]) -> str:
    """Return the recipe as the model's own file tells it."""
    training = model["training"]
    config = training["config"]
    # "stage-4-asia": what ships is the fourth stage's, whatever the recipe goes on with.
    shipped = int(training["stage"].split("-")[1])
    stages = ", ".join(
        f"{stage['name']} ({stage['epochs'] or config['schedule']['epochs']} epochs"
        + (f" at {stage['size']} px)" if stage.get("size") else ")")
        for stage in training["stages"][:shipped]
    )
    size = (MODEL / "model.onnx").stat().st_size / 1e6
    pack = sum((STARTER / name).stat().st_size for name in PACK) / 1e6
    lines = [
        f"| model | `{model['fingerprint'][:16]}`, {size:.1f} MB; pack {pack:.1f} MB |",
        f"| arithmetic | {_arithmetic(training.get('quantised'))} |",
        f"| network | {config['network']['backbone']}, {model['preprocessing']['size']} px, GeM p = "
        f"{model['pooling']['p']:.2f}, {model['dimension']} numbers |",
        f"| loss | {config['head']['kind']}, margin {config['head']['margin']}, scale {config['head']['scale']:g}, "
        f"one-against-rest {config['head']['one_vs_rest']:g}, distillation {config['head']['distillation']:g}, "
        f"blend {config['network'].get('blend', 0):g} |",
        f"| stages | {stages or config['schedule']['epochs']} |",
        f"| training square | {config['augment']['size']} px in the last stage |",
        f"| optimiser | {config['optimiser']['kind']}, rates {config['optimiser']['backbone_rate']:g}, "
        f"{config['optimiser']['embedding_rate']:g}, {config['optimiser']['classifier_rate']:g}; batch "
        f"{config['sampling']['batch']}; mean of the weights {config['ema']:g} |",
        *([f"| weights delivered | {_delivered(training['average'])} |"] if "average" in training else []),
        f"| seed | {training['seed']} |",
        f"| photos in the last stage | {training['photos']} |",
        f"| cosine of the float model to torch | float32 {training['export']['cosine_float32']:.6f}, "
        f"bf16 {_number(training['export'])} |",
    ]
    return "\n".join(["| | |", "|---|---|", *lines])


def _delivered(average: Mapping[str, Any]) -> str:
    return f"mean of {', '.join(average['stages'])}; {average['start']:.0%} of it the starting network"


def figures(kept: Mapping[str, Any]) -> str:
    """Return the tables of figures, in per cent with intervals at 95 %."""
    names = [system["name"].partition(", ")[2] for system in kept["systems"]]
    rows: list[tuple[str, list[str]]] = [
        ("top-1", [_shown(system["top_1"]) for system in kept["systems"]]),
        ("sensitivity, as shipped", [_shown(system["sensitivity"]) for system in kept["systems"]]),
        ("wrong name, as shipped", [_shown(system["mistaken"]) for system in kept["systems"]]),
        ("specificity, as shipped", [_shown(system["specificity"]) for system in kept["systems"]]),
    ]
    for at, album in enumerate(kept["systems"][0]["albums"]):
        label = f"precision of the albums at a landmark rate of {100 * album['rate']:g} %, as shipped"
        rows.append((label, [_precision(system["albums"][at]) for system in kept["systems"]]))
    for at, bar in enumerate(kept["systems"][0]["at_specificity"]):
        label = f"sensitivity at {100 * bar['specificity']:g} %, {bar['negatives']} ({bar['n_negatives']})"
        rows.append((label, [_shown(system["at_specificity"][at]["sensitivity"]) for system in kept["systems"]]))
    for at, group in enumerate(kept["systems"][0]["landmark_groups"]):
        shares = [system["landmark_groups"][at]["sensitivity"] for system in kept["systems"]]
        rows.append(
            (f"sensitivity, as shipped, {group['name']} ({shares[0]['total']})", [_shown(each) for each in shares])
        )
    first = kept["systems"][0]
    head = (
        f"Roles `{kept['split']}`, `{kept['split']}_negative`, `{kept['split']}_unknown`: {first['positives']} photos "
        f"of known landmarks, {first['negatives']} others. Model `{kept['model'][:16]}`, {kept['measured']}.\n"
    )
    if kept["split"] == "val":
        head += "These photos chose stages and thresholds: on others expect a little less.\n"
    table = [f"| | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
    return "\n".join([head, *table, *(f"| {label} | {' | '.join(cells)} |" for label, cells in rows)])


def written(card: str, model: Mapping[str, Any], kept: Mapping[str, Any]) -> str:
    """Return the card with both parts as they should be."""
    card = filled(card, "recipe", recipe(model), by="model_card.py")
    return filled(card, "figures", figures(kept), by="model_card.py")


def _shown(figure: Mapping[str, float]) -> str:
    return f"{100 * figure['share']:.1f} ({100 * figure['low']:.1f}-{100 * figure['high']:.1f})"


def _precision(album: Mapping[str, Any]) -> str:
    """Return an album precision with its interval; it has no value where nothing was accepted."""
    return "nothing accepted" if album["value"] is None else _shown({**album, "share": album["value"]})


def _arithmetic(quantised: Mapping[str, Any] | None) -> str:
    if quantised is None:
        return "floating point"
    return (
        f"int8, pooling and head in floating point; quantised from `{quantised['from'][:16]}` with the ranges that "
        f"{quantised['seen']} training photos gave"
    )


def _number(export: Mapping[str, float | None]) -> str:
    value = export["cosine_bf16"]
    return "not measured" if value is None else f"{value:.6f}"


def main() -> None:
    """Write the card."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("report", type=Path, nargs="?", help="report.json of the shipped pack")
    options = parser.parse_args()
    model = read_json(MODEL / "model.json")
    if options.report:
        write_json(FIGURES, trimmed(options.report, model=model["fingerprint"], pack=pack_fingerprint()))
    kept = read_json(FIGURES)
    if (kept["model"], kept["pack"]) != (model["fingerprint"], pack_fingerprint()):
        raise SystemExit("docs/figures/starter.json is of another model or pack: evaluate what ships, name its report")
    write_text(CARD, written(CARD.read_text(encoding="utf-8"), model, kept))


if __name__ == "__main__":
    main()
