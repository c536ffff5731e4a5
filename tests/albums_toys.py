"""What the tests of the main job share: a library that is made again and again."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from landmarq.albums import AlbumsReport, Library, make_albums
from landmarq.gallery import build_gallery
from landmarq.pack import Pack, PackInfo, Thresholds
from landmarq.photos import PhotoReader
from landmarq.recognize import Recognizer, Rule
from toys import LANDMARKS, ToyNetwork, colour_vector

COLOURS = {"red_tower": (255, 0, 0), "green_dome": (0, 128, 0), "blue_bridge": (0, 0, 255)}


def toy_pack(network: ToyNetwork, eta: float = 0.95) -> Pack:
    ids = [landmark.id for landmark in LANDMARKS]
    vectors = {id_: colour_vector(*COLOURS[id_])[None] for id_ in ids}
    gallery = build_gallery(ids, photos=vectors, references=vectors, background=np.empty((0, 3), np.float32))
    sets = dict.fromkeys(("strict", "normal", "loose"), Thresholds(eta, eta - 0.3, eta))
    return Pack(PackInfo("toy", network.info.fingerprint, sets), LANDMARKS, gallery)


class Runs:
    """Runs the main job on one library again and again."""

    def __init__(self, out: Path, reader: PhotoReader) -> None:
        self.out, self.reader, self.network = out, reader, ToyNetwork()

    def __call__(
        self, *roots: Path, eta: float = 0.95, rule: Rule | None = None, excludes: tuple[str, ...] = ()
    ) -> AlbumsReport:
        recognizer = Recognizer([toy_pack(self.network, eta)], rule)
        with Library(self.out) as library:
            return make_albums(
                library, roots, network=self.network, recognizer=recognizer, reader=self.reader, excludes=excludes
            )

    def albums(self) -> dict[str, list[str]]:
        """Return the file names in each album of albums.json."""
        value = json.loads((self.out / "albums.json").read_text())
        landmarks = [landmark for city in value["cities"] for landmark in city["landmarks"]]
        return {each["id"]: [Path(photo["path"]).name for photo in each["photos"]] for each in landmarks}
