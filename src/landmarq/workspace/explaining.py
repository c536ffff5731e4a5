"""Heat maps of recognised photos as files."""

from __future__ import annotations

import hashlib
from pathlib import Path

from landmarq.artifacts import atomic_write
from landmarq.explain import Explainer, Explanation, paint_over
from landmarq.explain.explainer import pack_centroids
from landmarq.photos import PhotoView, read_photo
from landmarq.photos.pictures import decode_jpeg, encode_jpeg
from landmarq.recognize import Recognition
from landmarq.runtime import Runtime, open_head, open_network
from landmarq.workspace.systems import System

_SHOWN_SIDE = 1024


def open_explainer(system: System, *, runtime: Runtime = "openvino") -> Explainer:
    """Open what explains a system's answers: its model once more, in float32.

    Raises:
        ModelError: the model carries no head.
    """
    network = open_network(system.model, runtime=runtime, precision="float32")
    return Explainer(network, open_head(system.model), pack_centroids(system.recognizer.packs))


class HeatMaps:
    """Writes heat maps to a folder, one JPEG a photo and landmark."""

    def __init__(self, system: System, folder: Path, *, runtime: Runtime = "openvino") -> None:
        """Open the explainer.

        Raises:
            ModelError: the model carries no head.
        """
        self._explainer = open_explainer(system, runtime=runtime)
        info = system.network.info.preprocessing
        # Explaining takes the very pixels that were embedded; showing takes a finer decode.
        self._embedded = PhotoView(info.size, info.filter)
        self._shown = PhotoView(32, thumbnail_side=_SHOWN_SIDE, at_least=_SHOWN_SIDE)
        self._folder = folder

    def write(self, path: Path, answer: Recognition) -> tuple[Explanation, ...]:
        """Write the heat map of each landmark that was recognised on a photo; for none, write nothing.

        Raises:
            StorageError: the folder can't be written.
        """
        if not answer.matches:
            return ()
        # The workers have just read this photo within their limits, so it may be read here.
        photo = read_photo(path, self._embedded)
        shown = decode_jpeg(read_photo(path, self._shown).thumbnail)
        found = self._explainer.explain(photo.pixels, [match.landmark.id for match in answer.matches])
        for explanation in found:
            with atomic_write(self._folder / _file_name(path, explanation.landmark)) as stream:
                stream.write(encode_jpeg(paint_over(shown, explanation.cells, box=explanation.box)))
        return found


def _file_name(path: Path, landmark: str) -> str:
    """Name a map after its photo; the digest tells apart photos of one name and ids with odd characters."""
    digest = hashlib.sha256(f"{path.absolute()}\n{landmark}".encode("utf-8", "surrogateescape")).hexdigest()[:8]
    plain = "".join(c if c.isalnum() and c.isascii() else "_" for c in landmark)[:60]
    return f"{path.stem[:80]}.{plain}.{digest}.jpg"
