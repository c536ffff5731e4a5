"""New photos go through the network while others are read."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

from landmarq.embed import BATCH, Updater, VectorStore
from landmarq.errors import PhotoError
from landmarq.photos import Photo, PhotoReader, PhotoView, ReadLimits, list_photos
from landmarq.types import Pixels, Vectors
from toys import Painter, ToyNetwork

PATIENCE_S = 30


class CountingReader(PhotoReader):
    """Says when more photos than a batch were read."""

    def __init__(self) -> None:
        super().__init__(ReadLimits(workers=1))
        self.second_batch = threading.Event()

    def photos(self, paths: Iterable[Path], view: PhotoView) -> Iterator[tuple[Path, Photo | PhotoError]]:
        for number, found in enumerate(super().photos(paths, view)):
            if number >= BATCH:
                self.second_batch.set()
            yield found


class WaitingNetwork(ToyNetwork):
    """Finishes its first batch only when photos of the second one were read meanwhile."""

    def __init__(self, reader: CountingReader) -> None:
        super().__init__()
        self.overlapped: bool | None = None
        self._reader = reader

    def embed(self, pixels: Pixels) -> Vectors:
        if self.overlapped is None:
            self.overlapped = self._reader.second_batch.wait(PATIENCE_S)
        return super().embed(pixels)


def test_photos_are_read_while_the_network_computes(paint: Painter, tmp_path: Path) -> None:
    for number in range(BATCH + 3):
        paint(f"photos/{number:02}.png", f"#ff{number:02x}00")
    with CountingReader() as reader, VectorStore(tmp_path / "vectors.sqlite") as store:
        network = WaitingNetwork(reader)
        update = Updater(store, network, reader).run(list_photos([tmp_path / "photos"]))
    assert network.overlapped
    assert (update.opened, update.embedded) == (BATCH + 3, BATCH + 3)


def test_a_photo_that_lies_in_two_batches_is_embedded_once(paint: Painter, tmp_path: Path) -> None:
    for number in range(BATCH + 3):
        paint(f"photos/{number:02}.png", "#ff0000")
    with PhotoReader(ReadLimits(workers=1)) as reader, VectorStore(tmp_path / "vectors.sqlite") as store:
        network = ToyNetwork()
        update = Updater(store, network, reader).run(list_photos([tmp_path / "photos"]))
    assert (update.opened, update.embedded, network.embedded) == (BATCH + 3, 1, 1)
