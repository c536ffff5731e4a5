"""Calibration as a library call: a pack and labelled photos in, the pack with other thresholds out."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from landmarq.catalog import Catalog, read_catalog
from landmarq.embed import Progress
from landmarq.errors import InputError
from landmarq.evaluation.calibrating import CalibratedSet, CalibrationConfig, Calibrator, goals_at
from landmarq.evaluation.labelled import labelled_photos
from landmarq.evaluation.thresholds import Goal
from landmarq.metrics import AdjustedCount
from landmarq.pack import STRICTNESSES, Pack, Strictness, Thresholds
from landmarq.runtime import Runtime
from landmarq.workspace.measuring import embedded, library_catalog
from landmarq.workspace.systems import open_system

VAL = "val"


@dataclass(frozen=True)
class CalibrationReport:
    """What one run of ``calibrate`` set.

    Attributes:
        sets: the sets of thresholds that were written, by strictness.
        offset: rho - eta.
        rate: how the landmark rate was estimated; None where it was given.
        photos, unread: photos that were used, and that can't be read.
    """

    sets: dict[Strictness, CalibratedSet]
    offset: float
    rate: AdjustedCount | None
    photos: int
    unread: int


def calibrate(
    catalog: Path,
    *,
    pack: Path,
    out: Path,
    vectors: Path,
    model: Path | None = None,
    runtime: Runtime = "openvino",
    split: str = "",
    precision: float | None = None,
    rate: float | Path = 0.01,
    strictness: Strictness = "strict",
    config: CalibrationConfig | None = None,
    progress: Progress | None = None,
) -> CalibrationReport:
    """Set a pack's thresholds from labelled photos that its model was not trained on.

    Args:
        catalog: photos of the pack's landmarks, of other landmarks, and of none.
        pack: the pack.
        out: folder of the calibrated pack; may be ``pack`` itself.
        vectors: file of vectors, made or added to.
        model: folder of the model; None for the pack's own.
        runtime: what runs the network.
        split: as in ``labelled_photos``; empty takes ``val`` where the catalog has it.
        precision: album precision to promise for one set; None sets all three as far as can be estimated.
        rate: landmark rate of the libraries, or a folder of photos to estimate it on.
        strictness: the set that a promise is made for.
        config: how thresholds are chosen.
        progress: called as photos are embedded.

    Raises:
        InputError: the photos can't show the wanted precision; the message says how many it takes.
    """
    config = config or CalibrationConfig()
    if precision is not None and not isinstance(rate, Path):
        Goal(precision, rate)  # a mistake is better told before the photos are read
    system = open_system([pack], model=model, runtime=runtime)
    opened = system.packs[0]
    everything = read_catalog(catalog)
    split = split or (VAL if any(row.role == VAL for row in everything.rows) else "")
    chosen = labelled_photos(everything, split=split, known=[landmark.id for landmark in opened.landmarks])
    chosen.need_both()
    photos = embedded(chosen.catalog, system.network, vectors, progress)
    calibrator = Calibrator(opened, photos, config)
    counted = None
    if isinstance(rate, Path):
        counted = calibrator.library_rate(embedded(library_catalog(rate), system.network, vectors, progress))
        rate = _usable(counted)
    sets: dict[Strictness, CalibratedSet]
    if precision is None:
        sets = calibrator.best(goals_at(rate, config.precisions))
    else:
        sets = {strictness: calibrator.promised(Goal(precision, rate))}
    report = CalibrationReport(sets, calibrator.offset, counted, len(photos.rows), len(photos.unread))
    _calibrated(opened, report, provenance=_provenance(chosen.catalog, split, config, counted)).save(out)
    return report


def _usable(counted: AdjustedCount) -> float:
    if not 0 < counted.rate < 1:
        interval = counted.interval()
        raise InputError(
            f"this library's landmark rate can't be told from 0: {interval.low:.2%} to {interval.high:.2%}; "
            "give one, such as --rate 0.01"
        )
    return counted.rate


def _calibrated(pack: Pack, report: CalibrationReport, *, provenance: dict[str, Any]) -> Pack:
    """Return the pack with its new sets; sets that were not calibrated are kept from standing out of order."""
    thresholds = {each: pack.thresholds(each) for each in STRICTNESSES}
    thresholds |= {strictness: each.thresholds for strictness, each in report.sets.items()}
    ordered: dict[str, Thresholds] = {}
    for each in STRICTNESSES:
        before = thresholds[each]
        if each in report.sets or not ordered:
            ordered[each] = before
            continue
        ceiling = next(reversed(ordered.values()))
        ordered[each] = Thresholds(
            min(before.eta, ceiling.eta), min(before.eta_place, ceiling.eta_place), min(before.rho, ceiling.rho)
        )
    kept = pack.info.calibration.get("sets", {})
    calibration = {
        "kind": "calibrated",
        **provenance,
        "offset": report.offset,
        "sets": {**kept, **{name: dataclasses.asdict(each) for name, each in report.sets.items()}},
    }
    return dataclasses.replace(pack, info=dataclasses.replace(pack.info, thresholds=ordered, calibration=calibration))


def _provenance(
    photos: Catalog, split: str, config: CalibrationConfig, counted: AdjustedCount | None
) -> dict[str, Any]:
    found: dict[str, Any] = {
        "photos": photos.fingerprint,
        "split": split,
        "roles": {role: sum(row.role == role for row in photos.rows) for role in sorted({r.role for r in photos.rows})},
        "config": dataclasses.asdict(config),
    }
    if counted is not None:
        interval = counted.interval()
        found["library_rate"] = {"rate": counted.rate, "low": interval.low, "high": interval.high}
    return found
