"""A stage's folder: what it was made from, what it delivers, and how it is read back.

``manifest.json`` (written last: the sign that it is done), ``stage.json`` (recipe, classes, history),
``model.safetensors`` (all weights, float32); while it trains, a checkpoint instead.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from landmarq.artifacts import Manifest, file_fingerprint, read_json, write_json
from landmarq.config import as_mapping, from_mapping
from landmarq.errors import ArtifactError, InputError
from landmarq.training.checkpoint import (
    Position,
    checkpoint_fingerprint,
    read_tensors,
    remove_checkpoint,
    write_tensors,
)
from landmarq.training.classes import Classes
from landmarq.training.config import StageConfig, TrainConfig
from landmarq.training.learner import Learner, build_learner
from landmarq.training.plan import StagePhotos
from landmarq.training.progress import Reporter
from landmarq.training.start import WEIGHTS_NAME, last_stage

SCHEMA = 1
STAGE_NAME = "stage.json"


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


def deliver(
    folder: Path, manifest: Manifest, config: TrainConfig, photos: StagePhotos, learner: Learner, position: Position
) -> None:
    """Write what a stage delivers; its manifest last, then its checkpoint goes.

    Raises:
        StorageError: no space; the checkpoint stays, and the same command needs but to write again.
    """
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


def set_aside(folder: Path, manifest: Manifest, reporter: Reporter) -> None:
    """Move what another recipe or catalog made of this stage out of the way; hours of work are never deleted."""
    begun = checkpoint_fingerprint(folder)
    if begun == manifest.fingerprint or (begun is None and not (folder / WEIGHTS_NAME).exists()):
        return
    number = 1
    while (aside := folder.with_name(f"{folder.name}.{number}.old")).exists():
        number += 1
    folder.rename(aside)
    reporter.say(f"{folder.name} was made with another recipe or catalog: moved to {aside}, training anew")


def stage_manifest(
    number: int, stage: StageConfig, config: TrainConfig, photos: StagePhotos, previous: Path | None
) -> Manifest:
    """Return what decides a stage's outcome.

    Raises:
        InputError: the starting weights are missing.
    """
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
