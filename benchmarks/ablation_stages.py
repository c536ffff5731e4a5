"""The stages of a row, each in a folder named after what it was made from: train, export, embed, gallery."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from ablation_catalogs import TRAIN, TRAIN_NEGATIVE, World, written
from ablation_figures import Photos
from ablation_rows import Row
from landmarq import workspace
from landmarq.artifacts import fingerprint, read_json
from landmarq.catalog import Catalog, read_catalog
from landmarq.embed import VectorStore, catalog_vectors
from landmarq.gallery import GalleryConfig
from landmarq.pack import Pack, open_pack
from landmarq.runtime import read_model
from landmarq.training.checkpoint import Position
from landmarq.training.config import StageConfig, TrainConfig
from landmarq.training.curriculum import WHOLE, train
from landmarq.training.data import PhotoSet
from landmarq.training.export import export
from landmarq.training.plan import stage_photos
from landmarq.training.progress import Reporter, Silence
from landmarq.training.stage_folder import deliver, load_stage, stage_manifest
from landmarq.training.start import first_learner, needs_photos, settle, stage_seed
from landmarq.training.validate import run_network

CPU = torch.device("cpu")


@dataclass(frozen=True)
class Stages:
    """Makes what a row is measured on; what is there already is not made again.

    Attributes:
        world: the photos.
        out: folder of trainings, models and packs.
        frozen: the row whose network is not trained; a crawl is cleaned with it.
        reporter: who hears of the progress.
    """

    world: World
    out: Path
    frozen: Row
    reporter: Reporter

    def training(self, row: Row) -> Catalog:
        """Return the photos that train, and of which the gallery is made."""
        return self.world.training(
            row, model=lambda: self.exported(self.trained(self.frozen)), work=self.out / "cleaned"
        )

    def trained(self, row: Row) -> Path:
        """Return the folder of a row's last stage; rows of one recipe and catalog share it."""
        catalog = self.training(row)
        folder = self.out / "trainings" / fingerprint([row.recipe(), catalog.fingerprint])[:12]
        file = written(folder / "photos.csv", catalog)
        if not row.trains:
            return _not_trained(row.config, file, folder / "stage-1-not-trained")
        return train(file, row.config, out=folder, landmarks=self.world.table, reporter=self.reporter)

    def exported(self, stage: Path) -> Path:
        """Return the model folder of a stage."""
        key = str(read_json(stage / "manifest.json")["fingerprint"])[:12]
        model = self.out / "models" / f"{key}-{stage.name}"
        if not (model / "model.json").is_file():
            export(stage, out=model, name=key)
        return model

    def embedded(self, model: Path, *, split: str, everyday: bool) -> Photos:
        """Return the unit vectors of the photos that a row is measured with, as ``photos.csv`` labels them.

        These are the landmarks' that train and all that are measured; with ``everyday`` those of none that train too.
        """
        roles = (TRAIN, *([TRAIN_NEGATIVE] if everyday else []), *split_roles("val"), *split_roles(split))
        catalog = written(model / "photos.csv", self.world.photos.with_roles(*roles))
        workspace.embed(catalog, model=model, out=model / "vectors.sqlite")
        with VectorStore(model / "vectors.sqlite") as store:
            found = catalog_vectors(store, read_catalog(catalog), model=read_model(model)[0].fingerprint)
        return Photos(found.rows, found.vectors)

    def pack(self, row: Row, model: Path, config: GalleryConfig) -> Pack:
        """Return the pack of a row's training photos."""
        catalog = written(model / "gallery.csv", self.training(row))
        folder = self.out / "packs" / f"{row.name}-{config.max_diameter}"
        workspace.gallery(
            catalog,
            landmarks=self.world.table,
            vectors=model / "vectors.sqlite",
            model=model,
            roles=(TRAIN,),
            config=config,
            out=folder,
        )
        return open_pack(folder)


def split_roles(split: str) -> tuple[str, str, str]:
    """Return the roles of a split: its landmarks, everyday photos, and landmarks that nobody taught."""
    return split, f"{split}_negative", f"{split}_unknown"


def raw_vectors(stage: Path, photos: Photos) -> Photos:
    """Return the photos with the vectors as the network's batch norm gives them, not normalised."""
    trained = load_stage(stage)
    files = tuple(Path(row.path) for row in photos.rows)
    outputs = run_network(
        trained.learner, trained.config, PhotoSet(files, np.arange(len(files), dtype=np.int64)), device=CPU
    )
    read = outputs.labels.tolist()
    return Photos(tuple(photos.rows[at] for at in read), outputs.x.numpy())


def photos_passed(stage: Path) -> int:
    """Return how many photos were passed through the network while it trained, over all stages."""
    stages = [path for path in stage.parent.glob("stage-*") if (path / "stage.json").is_file() and not path.suffix]
    records = [read_json(path / "stage.json") for path in stages]
    # A mean of weights repeats the history of its last stage.
    return sum(each["photos"] for record in records if "average" not in record for each in record["history"])


@torch.no_grad()
def _not_trained(config: TrainConfig, catalog: Path, folder: Path) -> Path:
    """Deliver a stage as it starts."""
    photos = stage_photos(read_catalog(catalog), config, own=None, regions=None, before=(), reporter=Silence())
    manifest = stage_manifest(1, StageConfig(name=WHOLE, regions=(WHOLE,)), config, photos, None)
    if not manifest.is_done(folder):
        learner = first_learner(config, photos.classes, seed=stage_seed(config, 1), parent=None)
        if needs_photos(config, first=True):
            settle(learner, config, photos.train, known=0, first=True, device=CPU)
        deliver(folder, manifest, config, photos, learner, Position())
    return folder
