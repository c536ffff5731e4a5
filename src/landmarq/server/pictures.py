"""Pictures of the library for pages: previews and heat maps, never the original bytes with their EXIF."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from landmarq.embed import StoredPhoto
from landmarq.errors import PhotoError
from landmarq.explain import Explainer, Explanation, heat_layer
from landmarq.pack import Pack
from landmarq.photos import Photo, PhotoReader, PhotoView
from landmarq.photos.pictures import encode_png
from landmarq.runtime import Network
from landmarq.server.desk import Desk, DeskThread
from landmarq.server.problems import Problem

PREVIEW_SIDE = 1600
_LAYER_SIDE = 480
_KEPT_BYTES = 512 * 2**20


class Pictures:
    """Reads photos again to show them."""

    def __init__(
        self, desk: DeskThread, network: Network, reader: PhotoReader, open_explainer: Callable[[], Explainer] | None
    ) -> None:
        """Remember what pictures are made with; the explainer is opened when it is first needed."""
        self._desk, self._reader, self._open_explainer = desk, reader, open_explainer
        info = network.info.preprocessing
        # Explaining takes the very pixels that were embedded; showing takes a finer decode.
        self._embedded = PhotoView(info.size, info.filter)
        self._shown = PhotoView(32, thumbnail_side=PREVIEW_SIDE, at_least=PREVIEW_SIDE)
        self._threads = ThreadPoolExecutor(2, "landmarq-pictures")
        self._explaining = ThreadPoolExecutor(1, "landmarq-explain")
        self._explainer: Explainer | None = None

    @property
    def can_explain(self) -> bool:
        """Whether heat maps can be drawn."""
        return self._open_explainer is not None

    async def preview(self, sha256: str) -> bytes:
        """Return the JPEG of a photo at the size of a screen, upright, without EXIF.

        Raises:
            Problem: 404, there is no such photo, or its file is gone, changed, or leads out of the library.
        """
        return (await self._read(sha256, self._shown)).thumbnail

    async def explanations(self, sha256: str, landmarks: Sequence[str]) -> tuple[Explanation, ...]:
        """Return why a photo is near to some landmarks.

        Raises:
            Problem: 404, no such photo or landmark, or no heat maps here.
        """
        if self._open_explainer is None:
            raise Problem(404, "this server draws no heat maps")
        photo = await self._read(sha256, self._embedded)
        packs = await self._desk.do(lambda desk: desk.recognizer.packs)
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._explaining, self._explain, photo, landmarks, packs)
        except KeyError:
            raise Problem(404, "no pack knows this landmark") from None

    async def layer(self, sha256: str, landmark: str) -> bytes:
        """Return the heat map of a landmark as a PNG to lay over the photo."""
        [explanation] = await self.explanations(sha256, [landmark])
        stored = await self._desk.do(lambda desk: desk.photo(sha256))
        scale = _LAYER_SIDE / max(stored.width, stored.height, 1)
        width, height = (max(1, round(side * scale)) for side in (stored.width, stored.height))
        return encode_png(heat_layer(explanation.cells, width=width, height=height))

    def close(self) -> None:
        """Let what runs end."""
        self._threads.shutdown(cancel_futures=True)
        self._explaining.shutdown(cancel_futures=True)

    def _explain(self, photo: Photo, landmarks: Sequence[str], packs: Sequence[Pack]) -> tuple[Explanation, ...]:
        if self._explainer is None and self._open_explainer:
            self._explainer = self._open_explainer()
        if self._explainer is None:
            raise Problem(404, "this server draws no heat maps")
        self._explainer.add(packs)  # one may have been taught since
        return self._explainer.explain(photo.pixels, landmarks)

    async def _read(self, sha256: str, view: PhotoView) -> Photo:
        stored, paths = await self._desk.do(lambda desk: _files(desk, sha256))
        loop = asyncio.get_running_loop()
        for path in paths:
            data = await loop.run_in_executor(self._threads, read_inside, path)
            if data is None:
                continue
            try:
                photo = await loop.run_in_executor(self._threads, self._reader.read, data, path.path, view)
            except PhotoError:
                continue
            if photo.content == stored.sha256:
                return photo
        raise Problem(404, "the photo's file is gone or was changed: scan the library again")


@dataclass(frozen=True, slots=True)
class LibraryFile:
    """A file of the library and the folders that it must lie in."""

    path: Path
    roots: tuple[Path, ...]


def library_files(desk: Desk, content: int) -> list[LibraryFile]:
    """Return the files that hold a content."""
    roots = tuple(desk.library.roots()[0])
    rows = desk.library.store.db.execute("select path from files where content = ? order by path", (content,))
    return [LibraryFile(Path(os.fsdecode(row[0])), roots) for row in rows]


def read_inside(file: LibraryFile) -> bytes | None:
    """Return a file's bytes; None where it is gone, too large, or a link that leads out of the library."""
    try:
        real = file.path.resolve(strict=True)
        if not any(real.is_relative_to(root.resolve()) for root in file.roots):
            return None
        if not real.is_file() or real.stat().st_size > _KEPT_BYTES:
            return None
        return real.read_bytes()
    except (OSError, RuntimeError):  # RuntimeError: links in a circle
        return None


def _files(desk: Desk, sha256: str) -> tuple[StoredPhoto, list[LibraryFile]]:
    stored = desk.photo(sha256)
    return stored, library_files(desk, stored.content)
