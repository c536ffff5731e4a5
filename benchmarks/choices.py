"""How a pack's gallery is built, and how its background counts: each setting measured on photos held back for choices.

Two tables. The first varies the clusters' largest diameter (2: all photos of a landmark are one cluster) and the share
of its photos that makes a cluster valid (1: the paper's 50 photos, or all where there are fewer); the second, on the
gallery as it is built by default, the weight of the background and how many of its vectors are averaged. The last two
columns compare with the defaults: photos that a setting finds and the default does not, and the other way round, at
99 % and at 99.9 %; and the difference of the mean with its 95 % interval (photos resampled, the same ones for both),
which holds 0 where these photos do not tell the two apart. Run:

    python benchmarks/choices.py ../shared/photos/photos.csv --landmarks ../shared/photos/landmarks.csv \
        --references ../shared/photos/references.csv --model src/landmarq/starter/model --vectors vectors.sqlite \
        --document docs/gallery.md
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from landmarq import metrics
from landmarq.catalog import Catalog, read_catalog, read_landmarks, read_references
from landmarq.embed import CatalogVectors, by_landmark
from landmarq.evaluation.calibrating import CalibrationConfig
from landmarq.evaluation.labelled import labelled_photos
from landmarq.evaluation.probing import places_beside_landmarks, scores_by_look, scores_with_place
from landmarq.gallery import Gallery, GalleryConfig, build_gallery
from landmarq.pack import Background, Pack, PackInfo
from landmarq.runtime import open_network
from landmarq.types import Landmark, Vectors
from landmarq.workspace.measuring import embedded
from landmarq.workspace.provisional import provisional_thresholds
from marked_pages import filled

DIAMETERS = (0.1, 0.15, 0.2, 0.3, 0.5, 0.8, 2.0)
SHARES = (0.05, 0.1, 1.0)
WEIGHTS = (0.25, 0.5, 1.0)
NEAREST = (1, 10, 50)
RESAMPLES = 500
CALIBRATION = CalibrationConfig()


@dataclass(frozen=True)
class World:
    """The photos: those that galleries are built of, and those that settings are judged on."""

    model: str
    landmarks: tuple[Landmark, ...]
    training: dict[str, Vectors]
    references: dict[str, Vectors]
    judged: CatalogVectors

    def gallery(self, config: GalleryConfig) -> Gallery:
        """Build the gallery as ``landmarq gallery`` does."""
        return build_gallery(
            [each.id for each in self.landmarks],
            photos=self.training,
            references=self.references,
            background=self.training[""],
            config=config,
        )

    def pack(self, gallery: Gallery, background: Background) -> Pack:
        """Put a gallery into a pack."""
        info = PackInfo("choice", self.model, provisional_thresholds(gallery), background)
        return Pack(info, self.landmarks, gallery)


@dataclass(frozen=True)
class Judged:
    """The scores of one setting: without a place, with the reference check that suits it best, and with one."""

    by_look: metrics.Decisions
    with_place: metrics.Decisions

    @property
    def figure(self) -> float:
        """What settings are compared by: the mean sensitivity without a place, as calibration chooses by."""
        return mean_sensitivity(self.by_look)

    def cells(self) -> list[str]:
        """Return the figures of a table's row."""
        shares = [metrics.sensitivity_at_specificity(self.by_look, at).share for at in (0.99, 0.999)]
        placed = metrics.sensitivity_at_specificity(self.with_place, 0.99).share
        return [f"{share:.1%}" for share in (metrics.top_1(self.by_look).share, *shares, placed, self.figure)]


def mean_sensitivity(decisions: metrics.Decisions) -> float:
    """Return the mean sensitivity at the specificities of ``landmarq calibrate``."""
    at = CALIBRATION.offset_specificities
    return float(np.mean([metrics.sensitivity_at_specificity(decisions, each).share for each in at]))


def judge(world: World, pack: Pack) -> Judged:
    """Score the photos with a pack; of the reference checks the one that is best for it, as calibration does."""
    looks = [scores_by_look(pack, world.judged, offset=offset) for offset in sorted(CALIBRATION.offsets)]
    placed = scores_with_place(pack, *places_beside_landmarks(world.judged, pack, np.random.default_rng(0)))
    return Judged(max(looks, key=mean_sensitivity), placed)


def difference(one: Judged, default: Judged) -> str:
    """Return by how many points a setting differs from the default one, with its 95 % interval."""
    rng, differences = np.random.default_rng(0), []
    kinds = [np.flatnonzero(default.by_look.positive), np.flatnonzero(~default.by_look.positive)]
    for _ in range(RESAMPLES):
        chosen = np.concatenate([rng.choice(kind, len(kind)) for kind in kinds])
        first, second = (
            mean_sensitivity(metrics.Decisions(each.scores[chosen], each.right[chosen], each.positive[chosen]))
            for each in (one.by_look, default.by_look)
        )
        differences.append(100 * (first - second))
    low, high = np.quantile(differences, [0.025, 0.975])
    return f"{100 * (one.figure - default.figure):+.1f} ({low:+.1f} to {high:+.1f})"


def photos_apart(one: Judged, default: Judged) -> str:
    """Return how many photos a setting finds more and how many less than the default one, at 99 % and at 99.9 %."""
    texts = []
    for at in (0.99, 0.999):
        first, second = (
            each.right & (each.scores >= metrics.threshold_at_specificity(each, at))
            for each in (one.by_look, default.by_look)
        )
        test = metrics.mcnemar(first, second)
        texts.append(f"+{test.only_first} -{test.only_second}")
    return ", ".join(texts)


def beside(one: Judged, default: Judged) -> list[str]:
    """Return the last two cells of a row."""
    return [photos_apart(one, default), difference(one, default)]


def galleries(world: World) -> list[list[str]]:
    """Return the rows of the first table."""
    standard = GalleryConfig()
    configs = [replace(standard, max_diameter=each) for each in DIAMETERS]
    configs += [replace(standard, min_share=each) for each in SHARES]
    default = judge(world, world.pack(world.gallery(standard), Background()))
    rows = []
    for config in configs:
        gallery = world.gallery(config)
        judged = judge(world, world.pack(gallery, Background()))
        several = f"{gallery.share_with_several_centroids:.0%}"
        names = [f"{config.max_diameter:g}", f"{config.min_share:g}", str(len(gallery.centroids)), several]
        rows.append([*names, *judged.cells(), *(["-", "default"] if config == standard else beside(judged, default))])
    return rows


def backgrounds(world: World) -> list[list[str]]:
    """Return the rows of the second table."""
    gallery, standard = world.gallery(GalleryConfig()), Background()
    default = judge(world, world.pack(gallery, standard))
    rows = [["0", "-", *default.cells(), "-", "default"]]
    for weight in WEIGHTS:
        for nearest in NEAREST:
            judged = judge(world, world.pack(gallery, Background(weight, nearest)))
            rows.append([f"{weight:g}", str(nearest), *judged.cells(), *beside(judged, default)])
    return rows


def table(names: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    figures = ["top-1", "at 99 %", "at 99.9 %", "with a place, at 99 %", "mean"]
    figures += ["photos more and less", "mean beside the default, points"]
    lines = [[*names, *figures], ["---"] * (len(names) + len(figures)), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def open_world(options: argparse.Namespace) -> World:
    """Embed what is not embedded yet, and sort it."""
    photos, references = read_catalog(options.catalog), read_references(options.references)
    network = open_network(options.model)

    def read(rows: Catalog) -> CatalogVectors:
        return embedded(rows, network, options.vectors, None)

    training = by_landmark(read(photos.with_roles("train", "train_negative")))
    judged = labelled_photos(photos, split=options.split).catalog
    table = tuple(each for each in read_landmarks(options.landmarks) if each.id in training)
    return World(network.info.fingerprint, table, training, by_landmark(read(references)), read(judged))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("catalog", type=Path, help="photos with the roles train, train_negative and those of --split")
    parser.add_argument("--landmarks", type=Path, required=True)
    parser.add_argument("--references", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--vectors", type=Path, required=True, help="file of vectors, made or added to")
    parser.add_argument("--split", default="val")
    parser.add_argument("--document", type=Path, help="put the tables between the marks of this file too")
    options = parser.parse_args()
    world = open_world(options)
    known = {each.id for each in world.landmarks}
    positives = sum(row.landmark in known for row in world.judged.rows)
    text = "\n\n".join(
        [
            f"{positives} photos of {len(known)} landmarks and {len(world.judged.rows) - positives} others "
            f"(`{options.split}*`), model `{world.model[:16]}`.",
            table(["max_diameter", "min_share", "centroids", "landmarks with several"], galleries(world)),
            table(["background weight", "nearest"], backgrounds(world)),
        ]
    )
    print(text)
    if options.document:
        before = options.document.read_text(encoding="utf-8")
        after = filled(before, "choices", text, by="choices.py")
        options.document.write_text(after, encoding="utf-8")


if __name__ == "__main__":
    main()
