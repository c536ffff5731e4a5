"""What a way to run a network costs in accuracy: sensitivity at 99 % specificity, a gallery of its own each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from landmarq import metrics
from landmarq.bench.networks import Variant
from landmarq.bench.table import Cell, Table
from landmarq.catalog import read_catalog
from landmarq.embed import CatalogVectors, by_landmark
from landmarq.errors import InputError
from landmarq.evaluation.labelled import labelled_photos
from landmarq.gallery import build_gallery
from landmarq.runtime import Network
from landmarq.types import Floats, Vectors
from landmarq.workspace.measuring import embedded

SPECIFICITY = 0.99

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Accuracy:
    """Sensitivity at 99 % specificity, by similarity alone: places and references are left out.

    Attributes:
        everyday: against photos without a landmark; None where there are none.
        every: against these and photos of landmarks that the gallery does not have.
        n_everyday, n_every: photos of the two kinds.
        cosine: smallest and mean cosine with the first variant's vectors of the same photos.
        n_photos: how many photos cosines are of.
    """

    everyday: metrics.Proportion | None
    every: metrics.Proportion
    n_everyday: int
    n_every: int
    cosine: tuple[float, float]
    n_photos: int


def accuracies(
    variants: Sequence[Variant], catalog: Path, *, vectors: Path, split: str = "val", progress: Progress | None = None
) -> dict[str, Accuracy]:
    """Return the accuracy of each variant that runs the model's own weights, by name.

    Each embeds the landmark photos of the role ``train`` for its gallery, and the photos of the split. A photo's score
    is its largest similarity to a centroid.

    Args:
        variants: ways to run one model.
        catalog: CSV with roles.
        vectors: folder of the files of vectors, one for each runtime and precision, as ``landmarq embed`` writes them;
            what is there is not embedded again.
        split: ``val`` takes val, val_negative and val_unknown.
        progress: called with (photos done, photos), for each variant anew.

    Raises:
        InputError: the catalog lacks photos of one of the kinds.
    """
    everything = read_catalog(catalog)
    taught = everything.where(lambda row: row.role == "train" and bool(row.landmark))
    if not len(taught):
        raise InputError(f"{catalog} has no landmark photos of the role train: there is nothing to make a gallery of")
    tested = labelled_photos(everything, split=split, known={row.landmark for row in taught.rows})
    tested.need_both()
    found: dict[str, Accuracy] = {}
    first: dict[str, Vectors] = {}
    for variant in variants:
        if variant.network is not None:
            file = vectors / _file_name(variant.network)
            parts = [embedded(each, variant.network, file, progress) for each in (taught, tested.catalog)]
            own = {content: row for each in parts for content, row in zip(each.contents, each.vectors, strict=True)}
            first = first or own
            cosines = np.array([np.dot(row, first[content]) for content, row in own.items() if content in first])
            found[variant.name] = _accuracy(by_landmark(parts[0]), parts[1], cosines)
    return found


def with_accuracies(table: Table, found: Mapping[str, Accuracy]) -> Table:
    """Return a table of variants, their names in the first column, with their accuracies beside them."""
    columns = ("everyday, 99 %", "everyday + unknown, 99 %")
    rows = tuple((*row, *_cells(found.get(str(row[0])))) for row in table.rows)
    some = next(iter(found.values()))
    note = (
        f"Sensitivity at 99 % specificity against {some.n_everyday} everyday photos, and against {some.n_every} with "
        "those of unknown landmarks: nearest centroid, no places, no references, a gallery of its own each. Cosines "
        f"are of {some.n_photos:,} photos."
    )
    return Table(table.title, (*table.columns, *columns), rows, (*table.notes, note))


def _cells(accuracy: Accuracy | None) -> tuple[Cell, Cell]:
    if accuracy is None:
        return None, None
    return _share(accuracy.everyday) if accuracy.everyday else None, _share(accuracy.every)


def _share(share: metrics.Proportion) -> str:
    return f"{share.share:.1%} ({share.hits} of {share.total})"


def _file_name(network: Network) -> str:
    return f"{network.runtime.split()[0]}-{network.precision}.sqlite"


def _accuracy(photos: dict[str, Vectors], tested: CatalogVectors, cosines: Floats) -> Accuracy:
    landmarks = sorted(photos)
    none = np.empty((0, tested.vectors.shape[1]), np.float32)
    gallery = build_gallery(landmarks, photos=photos, references={}, background=none)
    similarity = tested.vectors @ gallery.centroids.T
    best = gallery.centroid_owner[similarity.argmax(axis=1)]
    truth = [row.landmark for row in tested.rows]
    every = metrics.decisions(
        similarity.max(axis=1).astype(float).tolist(),
        [landmarks[number] for number in best],
        truth,
        known=frozenset(landmarks),
    )
    kept = every.positive | np.array([not each for each in truth])
    everyday = metrics.Decisions(every.scores[kept], every.right[kept], every.positive[kept])
    return Accuracy(
        metrics.sensitivity_at_specificity(everyday, SPECIFICITY) if everyday.n_negatives else None,
        metrics.sensitivity_at_specificity(every, SPECIFICITY),
        everyday.n_negatives,
        every.n_negatives,
        (float(cosines.min()), float(cosines.mean())),
        len(cosines),
    )
