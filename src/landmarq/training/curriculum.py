"""The whole training: stages by region, each from the one before, each in a folder that says what it is.

Boiarov & Tyantov, section 3.3: stage k trains on the regions 1 to k and all non-landmarks, starts from
stage k - 1, and begins the schedule anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from landmarq.catalog import Catalog, open_catalog, read_catalog, read_landmarks
from landmarq.errors import ConfigError, InputError
from landmarq.training.average import EMBEDDER, START_NAME, average_manifest, write_average
from landmarq.training.blend import blend
from landmarq.training.checkpoint import checkpoint_fingerprint, write_tensors
from landmarq.training.classes import Classes
from landmarq.training.config import StageConfig, TrainConfig
from landmarq.training.distributed import Group, process_group
from landmarq.training.engine import Engine
from landmarq.training.job import StageJob
from landmarq.training.learner import Learner
from landmarq.training.plan import StagePhotos, stage_photos
from landmarq.training.progress import Reporter, Silence
from landmarq.training.scenes import empty_classes, is_split, scenes_catalog
from landmarq.training.stage_folder import deliver, load_stage, set_aside, stage_manifest
from landmarq.training.start import first_learner, needs_photos, settle, stage_seed
from landmarq.training.teacher import teacher_vectors

WHOLE = "all"
"""Name of the only stage of a recipe without stages."""


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
        catalog: a catalog CSV, a folder with one folder of photos for each class, Google Landmarks v2, or shards.
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
    whole = read_photos(catalog, unpacked=out / "unpacked")
    regions = _regions(catalog, config, landmarks)
    with process_group(config.machine.device) as group:
        empty = empty_classes(catalog, whole)
        if empty and group.leads:
            reporter.say(f"no photos in the folder, left out: {', '.join(empty)}")
        done: list[Path] = []
        classes = Classes((), non_landmark=False)
        for number, stage in enumerate(_stages(config), start=1):
            previous = done[-1] if done else None
            photos = stage_photos(
                whole,
                config,
                own=_stage_catalog(whole, stage, previous),
                regions=_regions_until(config, stage, regions),
                before=classes.landmarks,
                reporter=reporter if group.leads else Silence(),
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
                reporter=reporter,
            )
            if not done and config.average.start:
                _keep_start(config.of_stage(stage), photos, folder=folder, group=group)
            classes = photos.classes
            done.append(folder)
        return _averaged(config, done, out=out, group=group, reporter=reporter)


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
    manifest = stage_manifest(number, stage, config, photos, previous)
    if manifest.is_done(folder):
        if group.leads:
            reporter.say(f"{stage.name}: done already, in {folder}")
        return
    if group.leads:
        set_aside(folder, manifest, reporter)
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
    if group.leads:
        reporter.say(_introduction(number, stage, config, photos))
        if not resumes and (needs_photos(config, first=previous is None) or config.head.distillation):
            reporter.say(f"{stage.name}: a first look at the photos that train; its first step comes after it")
    learner = _start(number, config, photos, previous=previous, group=group, resumes=resumes)
    teacher = (
        teacher_vectors(
            config,
            photos.train,
            folder=folder,
            fingerprint=manifest.fingerprint,
            previous=previous,
            device=group.device,
        )
        if config.head.distillation
        else None
    )
    engine = Engine(job, learner, group=group, reporter=reporter, teacher=teacher)
    delivered = engine.run()
    if config.network.blend and _is_last(stage, config):
        blend(delivered.embedder, config, photos.train, device=group.device)
    if group.leads:
        deliver(folder, manifest, config, photos, delivered, engine.position)
    group.wait()


def _keep_start(config: TrainConfig, photos: StagePhotos, *, folder: Path, group: Group) -> None:
    """Keep the first stage's weights before its first step; all that is random follows from the seed."""
    if not (folder / START_NAME).is_file():
        start = _start(1, config, photos, previous=None, group=group, resumes=False)
        if group.leads:
            weights = start.embedder.state_dict()
            write_tensors(folder / START_NAME, {f"{EMBEDDER}{name}": value for name, value in weights.items()})
    group.wait()


def _averaged(config: TrainConfig, stages: Sequence[Path], *, out: Path, group: Group, reporter: Reporter) -> Path:
    """Write the mean of the stages' weights, if the recipe asks for one, and return what the run delivers."""
    if not config.average.asked_for:
        return stages[-1]
    folder = out / f"stage-{len(stages) + 1}-average"
    manifest = average_manifest(config.average, stages=stages)
    if group.leads and not manifest.is_done(folder):
        write_average(folder, config.average, stages=stages)
        manifest.save(folder)
        reporter.say(f"average: the mean of {config.average.stages} stages, {config.average.start:.0%} of it the start")
    group.wait()
    return folder


def read_photos(path: Path, *, unpacked: Path) -> Catalog:
    """Read whatever holds the photos: see ``landmarq.catalog.open_catalog`` and ``landmarq.training.scenes``.

    Args:
        path: a CSV, a folder, or shards.
        unpacked: where the photos of shards are taken out to.
    """
    return scenes_catalog(path) if is_split(path) else open_catalog(path, unpacked=unpacked)


def _is_last(stage: StageConfig, config: TrainConfig) -> bool:
    return not config.stages or stage == config.stages[-1]


def _introduction(number: int, stage: StageConfig, config: TrainConfig, photos: StagePhotos) -> str:
    """Return what a stage is about to do, for whoever reads the log."""
    outside = photos.classes.non_landmark_index
    others = 0 if outside is None else int((photos.train.labels == outside).sum())
    return (
        f"{stage.name}: stage {number} of {max(1, len(config.stages))}; {len(photos.train) - others} photos of "
        f"{len(photos.classes.landmarks)} landmarks and {others} others train, {len(photos.validation)} validate; "
        f"epochs {config.schedule.epochs}, {config.augment.size} px"
    )


def _start(
    number: int, config: TrainConfig, photos: StagePhotos, *, previous: Path | None, group: Group, resumes: bool
) -> Learner:
    """Return the learner that a stage starts with; one that resumes takes its weights from the checkpoint."""
    seed = stage_seed(config, number)
    parent = load_stage(previous) if previous is not None else None
    learner = first_learner(
        config, photos.classes, seed=seed, parent=(parent.learner, parent.classes) if parent else None
    )
    if not resumes and needs_photos(config, first=parent is None):
        known = len(parent.classes.landmarks) if parent else 0
        settle(learner, config, photos.train, known=known, first=parent is None, device=group.device)
    return learner


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
