"""The whole training: stages by region, each from the one before, each in a folder that says what it is.

Boiarov & Tyantov, section 3.3: stage k trains on the regions 1 to k and all non-landmarks, starts from
stage k - 1, and begins the schedule anew.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from landmarq.artifacts import Manifest, file_fingerprint, read_json, write_json
from landmarq.catalog import Catalog, read_catalog, read_landmarks
from landmarq.config import as_mapping, from_mapping
from landmarq.errors import ArtifactError, ConfigError, InputError
from landmarq.training.checkpoint import (
    Position,
    checkpoint_fingerprint,
    read_tensors,
    remove_checkpoint,
    write_tensors,
)
from landmarq.training.classes import Classes
from landmarq.training.config import StageConfig, TrainConfig
from landmarq.training.distributed import Group, process_group
from landmarq.training.engine import Engine, StageJob
from landmarq.training.learner import Learner, build_learner
from landmarq.training.plan import StagePhotos, stage_photos
from landmarq.training.progress import Reporter, Silence
from landmarq.training.start import WEIGHTS_NAME, first_learner, last_stage, needs_photos, settle

SCHEMA = 1
STAGE_NAME = "stage.json"
WHOLE = "all"
"""Name of the only stage of a recipe without stages."""


@dataclass(frozen=True)
class Trained:
    """A finished stage.

    Attributes:
        folder: where it lies.
        config: its recipe.
        classes: its classes, in the order of the classifier's rows.
        learner: the network, ready for inference.
        record: ``stage.json``: history, figures, origin.
    """

    folder: Path
    config: TrainConfig
    classes: Classes
    learner: Learner
    record: dict[str, Any]


def train(
    catalog: Path,
    config: TrainConfig,
    *,
    out: Path,
    landmarks: Path | None = None,
    reporter: Reporter | None = None,
) -> Path:
    """Train all stages of a recipe; finished ones are left as they are, one under way goes on.

    Args:
        catalog: a catalog CSV, or a folder with one folder of photos for each class.
        config: the recipe.
        out: the run's folder; each stage has a folder in it.
        landmarks: the landmark table, for the regions of the stages; None: ``landmarks.csv`` beside the catalog.
        reporter: who is told of the progress.

    Returns:
        The folder of the last stage.

    Raises:
        InputError: a file is missing or makes no sense.
        ConfigError: a region that no landmark has; a loss that is not a number.
        StorageError: no space; the last checkpoint stays.
    """
    reporter = reporter or Silence()
    whole = read_photos(catalog)
    regions = _regions(catalog, config, landmarks)
    with process_group(config.machine.device) as group:
        listener = reporter if group.leads else Silence()
        previous: Path | None = None
        classes = Classes((), non_landmark=False)
        for number, stage in enumerate(_stages(config), start=1):
            photos = stage_photos(
                whole,
                config,
                own=_stage_catalog(whole, stage, previous),
                regions=_regions_until(config, stage, regions),
                before=classes.landmarks,
                reporter=listener,
            )
            folder = out / f"stage-{number}-{stage.name}"
            run_stage(
                number,
                stage,
                config.of_stage(stage),
                photos=photos,
                folder=folder,
                previous=previous,
                group=group,
                reporter=listener,
            )
            classes, previous = photos.classes, folder
        return previous or out


def run_stage(
    number: int,
    stage: StageConfig,
    config: TrainConfig,
    *,
    photos: StagePhotos,
    folder: Path,
    previous: Path | None,
    group: Group,
    reporter: Reporter,
) -> None:
    """Train one stage into its folder, unless it is done."""
    manifest = _manifest(number, stage, config, photos, previous)
    if manifest.is_done(folder):
        reporter.say(f"{stage.name}: done already, in {folder}")
        return
    if group.leads:
        _set_aside(folder, manifest, reporter)
    group.wait()
    job = StageJob(
        name=stage.name,
        number=number,
        config=config,
        classes=photos.classes,
        train=photos.train,
        validation=photos.validation,
        folder=folder,
        board=folder.parent / "tensorboard" / folder.name,
        fingerprint=manifest.fingerprint,
    )
    resumes = checkpoint_fingerprint(folder) is not None
    learner = _start(number, config, photos, previous=previous, group=group, resumes=resumes)
    engine = Engine(job, learner, group=group, reporter=reporter)
    delivered = engine.run()
    if group.leads:
        _deliver(folder, manifest, config, photos, delivered, engine.position)
    group.wait()


def load_stage(folder: Path) -> Trained:
    """Read a finished stage back, or the last finished one of a run.

    Raises:
        InputError: nothing there is finished.
        ArtifactError: it is damaged.
    """
    folder = last_stage(folder)
    record = read_json(folder / STAGE_NAME)
    try:
        config = from_mapping(TrainConfig, record["config"], origin=str(folder / STAGE_NAME))
        classes = Classes(tuple(record["landmarks"]), bool(record["non_landmark"]))
    except (KeyError, TypeError) as error:
        raise ArtifactError(f"{folder / STAGE_NAME} is damaged: {error}") from None
    # Its weights are on disk: none are fetched.
    bare = dataclasses.replace(config, network=dataclasses.replace(config.network, weights="none"))
    learner = build_learner(bare, classes)
    try:
        learner.load_state_dict(read_tensors(folder / WEIGHTS_NAME))
    except RuntimeError as error:
        raise ArtifactError(f"{folder / WEIGHTS_NAME} is damaged: {str(error).splitlines()[0]}") from None
    return Trained(folder, config, classes, learner.eval(), record)


def read_photos(path: Path) -> Catalog:
    """Read a catalog CSV, or a folder of folders (``landmarq.training.scenes``)."""
    if path.is_dir():
        # Imported here: only a folder needs it.
        from landmarq.training.scenes import scenes_catalog

        return scenes_catalog(path)
    return read_catalog(path)


def _start(
    number: int, config: TrainConfig, photos: StagePhotos, *, previous: Path | None, group: Group, resumes: bool
) -> Learner:
    """Return the learner that a stage starts with; one that resumes takes its weights from the checkpoint."""
    seed = config.seed + 1_000_003 * number
    parent = load_stage(previous) if previous is not None else None
    learner = first_learner(
        config, photos.classes, seed=seed, parent=(parent.learner, parent.classes) if parent else None
    )
    if not resumes and needs_photos(config, first=parent is None):
        known = len(parent.classes.landmarks) if parent else 0
        settle(learner, config, photos.train, known=known, first=parent is None, device=group.device)
    return learner


def _deliver(
    folder: Path, manifest: Manifest, config: TrainConfig, photos: StagePhotos, learner: Learner, position: Position
) -> None:
    write_tensors(folder / WEIGHTS_NAME, learner.state_dict())
    write_json(
        folder / STAGE_NAME,
        {
            "schema": SCHEMA,
            "config": as_mapping(config),
            "landmarks": list(photos.classes.landmarks),
            "non_landmark": photos.classes.non_landmark,
            "photos": len(photos.train),
            "validation_photos": len(photos.validation),
            "history": [dataclasses.asdict(record) for record in position.history],
        },
    )
    manifest.save(folder)
    remove_checkpoint(folder)


def _set_aside(folder: Path, manifest: Manifest, reporter: Reporter) -> None:
    """Move what another recipe or catalog made of this stage out of the way; hours of work are never deleted."""
    begun = checkpoint_fingerprint(folder)
    if begun == manifest.fingerprint or (begun is None and not (folder / WEIGHTS_NAME).exists()):
        return
    number = 1
    while (aside := folder.with_name(f"{folder.name}.{number}.old")).exists():
        number += 1
    folder.rename(aside)
    reporter.say(f"{folder.name} was made with another recipe or catalog: moved to {aside}, training anew")


def _manifest(
    number: int, stage: StageConfig, config: TrainConfig, photos: StagePhotos, previous: Path | None
) -> Manifest:
    inputs = {"train": photos.train_fingerprint, "validation": photos.validation_fingerprint}
    weights = config.network.weights
    if previous is not None:
        inputs["previous"] = str(read_json(previous / "manifest.json").get("fingerprint"))
    elif weights not in ("hub", "none"):
        path = Path(weights)
        if not path.exists():
            raise InputError(f"no such weights: {weights} (network.weights in the configuration)")
        inputs["weights"] = file_fingerprint(path if path.is_file() else last_stage(path) / WEIGHTS_NAME)
    identity = config.identity()
    identity["network"]["weights"] = weights if weights in ("hub", "none") else "file"
    identity["stage"] = {"number": number, "regions": list(stage.regions)}
    return Manifest(stage="train", schema=SCHEMA, config=identity, inputs=inputs)


def _stages(config: TrainConfig) -> Sequence[StageConfig]:
    return config.stages or (StageConfig(name=WHOLE, regions=(WHOLE,)),)


def _regions(catalog: Path, config: TrainConfig, landmarks: Path | None) -> dict[str, str]:
    """Return the region of each landmark of the table; empty where the recipe has no stages."""
    if not config.stages:
        return {}
    table = landmarks or (catalog if catalog.is_dir() else catalog.parent) / "landmarks.csv"
    if not table.exists():
        raise InputError(f"the recipe has stages by region, and {table} is missing: name the table with --landmarks")
    regions = {landmark.id: landmark.region for landmark in read_landmarks(table)}
    known = sorted(set(regions.values()))
    for stage in config.stages:
        for region in stage.regions:
            if region not in known:
                raise ConfigError(
                    f"stage {stage.name} names the region {region!r}, which no landmark of {table} has; "
                    f"its regions are {', '.join(known)}"
                )
    return regions


def _regions_until(config: TrainConfig, stage: StageConfig, regions: dict[str, str]) -> dict[str, str] | None:
    """Return the landmarks of the table that train up to this stage; None: all of the catalog's."""
    if not config.stages:
        return None
    so_far = {region for each in config.stages[: config.stages.index(stage) + 1] for region in each.regions}
    return {landmark: region for landmark, region in regions.items() if region in so_far}


def _stage_catalog(whole: Catalog, stage: StageConfig, previous: Path | None) -> Catalog | None:
    """Return the stage's own catalog, if it has one."""
    if not stage.catalog:
        return None
    path = Path(stage.catalog)
    if not path.exists():
        before = (
            f"clean the catalog with the model of {previous} (landmarq export, then landmarq clean)" if previous else ""
        )
        raise InputError(f"stage {stage.name} wants its catalog {path}: {before or 'write it'}, then run this again")
    own = read_catalog(path)
    # What `landmarq clean` writes keeps the paths' text, which is relative to the catalog that was cleaned.
    if not own.file(own.rows[0]).exists():
        own = Catalog(own.rows, whole.root)
    return own
