"""The rows of the ablation table, as recipes: what each changes of the one before, or of a row that it names."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from landmarq.training.config import AverageConfig, HeadConfig, TrainConfig

CatalogKind = Literal["photos", "crawl-raw", "crawl-cleaned", "crawl-true"]
Recogniser = Literal["one centroid", "several centroids", "one raw", "several raw", "neighbours"]


@dataclass(frozen=True)
class Row:
    """One row.

    Attributes:
        name: names it on the command line.
        words: what it is, in the table.
        config: its recipe; rows with one recipe and catalog share one training.
        trains: whether it trains, or only starts.
        catalog: the photos that train and make the gallery.
        recogniser: what names a photo; ``raw`` are vectors that are not normalised.
        without_landmarks: left out of training; the row measures how their photos find each other.
        without_source: source of everyday photos left out of training; the row measures specificity on it.
    """

    name: str
    words: str
    config: TrainConfig
    trains: bool = True
    catalog: CatalogKind = "photos"
    recogniser: Recogniser = "one centroid"
    without_landmarks: tuple[str, ...] = ()
    without_source: str = ""

    def recipe(self) -> dict[str, Any]:
        """Return what decides the training's outcome beside its photos; where the weights lie does not.

        Nor does the mean of the weights, which is taken of what was trained.
        """
        recipe = {**self.config.identity(), "stages": [dataclasses.asdict(stage) for stage in self.config.stages]}
        recipe["network"]["weights"] = Path(self.config.network.weights).name
        return {**recipe, "trains": self.trains}

    def asked(self) -> dict[str, Any]:
        """Return all that decides the row's figures beside the photos."""
        return {
            **dataclasses.asdict(self),
            "config": self.recipe(),
            "average": dataclasses.asdict(self.config.average),
        }


def table_rows(base: TrainConfig, *, landmarks: Sequence[str], sources: Sequence[str]) -> list[Row]:
    """Return all rows, in the order of the table.

    Args:
        base: the shared budget, with the curriculum's stages.
        landmarks: ids that train, sorted.
        sources: of everyday photos that train, sorted.
    """
    return [*_paper(base), *_rival_losses(base), *_shipped(base), *_left_out(base, landmarks, sources)]


def _paper(base: TrainConfig) -> list[Row]:
    """Boiarov & Tyantov, one part after the other."""
    whole = dataclasses.replace(base, stages=())
    alone = dataclasses.replace(whole, data=dataclasses.replace(base.data, train_roles=("train",)))
    center = dataclasses.replace(alone, head=_head(base, center_weight=5e-5))
    with_others = dataclasses.replace(whole, head=center.head)
    curriculum = dataclasses.replace(base, head=center.head)
    return [
        Row("frozen", "not trained, whitened, one centroid", whole, trains=False),
        Row("softmax", "softmax", alone),
        Row("center", "+ center loss", center),
        Row("non-landmark", "+ non-landmark class", with_others),
        Row("curriculum", "+ curriculum by region", curriculum),
        Row("several", "+ several centroids", curriculum, recogniser="several centroids"),
        Row("one-raw", "the same, raw vectors, one centroid", curriculum, recogniser="one raw"),
        Row("several-raw", "the same, raw vectors, several", curriculum, recogniser="several raw"),
        Row("crawl-raw", "the crawl as it is", curriculum, catalog="crawl-raw", recogniser="several centroids"),
        Row("crawl-cleaned", "the crawl, cleaned", curriculum, catalog="crawl-cleaned", recogniser="several centroids"),
        Row("crawl-true", "the crawl, true labels", curriculum, catalog="crawl-true", recogniser="several centroids"),
        Row("mean", "non-landmark class, mean instead of GeM", _pooled(with_others, p=1)),
    ]


def _rival_losses(base: TrainConfig) -> list[Row]:
    whole = dataclasses.replace(base, stages=())
    random = dataclasses.replace(base.network, weights="none", first_embedding="random")
    triplet, contrastive = _pairs(whole, "triplet"), _pairs(whole, "contrastive")
    return [
        Row("arcface", "ArcFace, non-landmark class", dataclasses.replace(whole, head=_head(base, kind="arcface"))),
        Row("triplet", "triplet, k-NN", triplet, recogniser="neighbours"),
        Row("triplet-untrained", "the same, not trained", triplet, trains=False, recogniser="neighbours"),
        Row(
            "triplet-random",
            "the same, random weights",
            dataclasses.replace(triplet, network=random),
            trains=False,
            recogniser="neighbours",
        ),
        Row("contrastive", "contrastive, k-NN", contrastive, recogniser="neighbours"),
    ]


def _shipped(base: TrainConfig) -> list[Row]:
    """The parts of the recipe ``starter``."""
    whole = dataclasses.replace(base, stages=())
    open_set = dataclasses.replace(whole, head=_open_set(base, distillation=0))
    distilled = dataclasses.replace(whole, head=_open_set(base, distillation=1))
    blended = dataclasses.replace(distilled, network=dataclasses.replace(base.network, blend=0.7))
    return [
        Row("openset", "one learned threshold in place of the class", open_set),
        Row("distillation", "+ distillation", distilled),
        Row("staged", "+ curriculum, several centroids", _staged(distilled, base), recogniser="several centroids"),
        Row(
            "shipped",
            "+ mean of the last two stages' weights and the start's",
            _averaged(_staged(distilled, base), stages=2),
            recogniser="several centroids",
        ),
        Row("blend", "distillation and blend, which is not shipped", blended),
    ]


def _left_out(base: TrainConfig, landmarks: Sequence[str], sources: Sequence[str]) -> list[Row]:
    whole = dataclasses.replace(base, stages=())
    paper = dataclasses.replace(whole, head=_head(base, center_weight=5e-5))
    shipped = _averaged(dataclasses.replace(whole, head=_open_set(base, distillation=1)), stages=1)
    twelve = tuple(landmarks[::5])
    words = f"{len(twelve)} landmarks left out"
    rows = [
        Row("unseen-frozen", f"{words}, not trained", whole, trains=False, without_landmarks=twelve),
        Row("unseen-paper", f"{words}, softmax + center + class", paper, without_landmarks=twelve),
        Row("unseen-shipped", f"{words}, as shipped, one stage", shipped, without_landmarks=twelve),
        Row(
            "unseen-half",
            "the same, half of its weights the start's",
            _of_start(shipped, 0.5),
            without_landmarks=twelve,
        ),
        Row("unseen-most", "the same, three quarters", _of_start(shipped, 0.75), without_landmarks=twelve),
    ]
    rows += [Row(f"source-{name}", f"source {name} left out", shipped, without_source=name) for name in sources]
    return rows


def _head(
    base: TrainConfig, *, kind: Literal["softmax", "arcface"] = "softmax", center_weight: float = 0.0
) -> HeadConfig:
    return dataclasses.replace(base.head, kind=kind, center_weight=center_weight)


def _open_set(base: TrainConfig, *, distillation: float) -> HeadConfig:
    return dataclasses.replace(
        base.head,
        kind="openset",
        margin=0.2,
        scale=24,
        one_vs_rest=1,
        first_rows="means",
        distillation=distillation,
    )


def _pairs(whole: TrainConfig, kind: Literal["triplet", "contrastive"]) -> TrainConfig:
    """Zhao's batches: four photos of each landmark, at most ten of each in all; other photos are nobody's pair.

    With ten photos a landmark an epoch is short: five times as many come to the other rows' number of photos.
    """
    sampling = dataclasses.replace(
        whole.sampling, photos_per_landmark=4, most_per_landmark=10, non_landmark_share=0.333
    )
    schedule = dataclasses.replace(whole.schedule, epochs=5 * whole.schedule.epochs)
    head = dataclasses.replace(whole.head, kind=kind, center_weight=0.0)
    return dataclasses.replace(whole, head=head, sampling=sampling, schedule=schedule)


def _pooled(config: TrainConfig, *, p: float) -> TrainConfig:
    return dataclasses.replace(config, network=dataclasses.replace(config.network, pooling_p=p))


def _averaged(config: TrainConfig, *, stages: int) -> TrainConfig:
    return dataclasses.replace(config, average=AverageConfig(start=0.25, stages=stages))


def _of_start(config: TrainConfig, share: float) -> TrainConfig:
    return dataclasses.replace(config, average=dataclasses.replace(config.average, start=share))


def _staged(config: TrainConfig, base: TrainConfig) -> TrainConfig:
    return dataclasses.replace(config, stages=base.stages)
