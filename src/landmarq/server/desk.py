"""The one thread that owns the library, and what it knows by heart of it."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from landmarq.albums import (
    Album,
    AlbumPhoto,
    City,
    Library,
    Preview,
    album_tree,
    taught_packs,
    write_site,
)
from landmarq.embed import StoredPhoto
from landmarq.recognize import Match, Recognition, Recognizer
from landmarq.server.problems import Problem
from landmarq.types import Landmark

ResultT = TypeVar("ResultT")

_PREVIEWS = 8


class Desk:
    """A library at work; only its own thread may touch it.

    Attributes:
        library: the open library.
        base: the recogniser without what was taught.
        recognizer: with what was taught.
    """

    def __init__(self, folder: Path, base: Recognizer) -> None:
        """Open the library and bring its decisions up to date.

        Raises:
            LibraryError: another program holds it.
        """
        self.library = Library(folder)
        self.base = base
        self.recognizer = base
        self._tree: tuple[object, list[City]] | None = None
        self._unlooked: tuple[object, int] | None = None
        self._previews: OrderedDict[str, Preview] = OrderedDict()
        self.refresh()

    def refresh(self) -> None:
        """Decide what is undecided: after a scan, or with packs that are new to the library."""
        self.recognizer = self.base.with_packs(taught_packs(self.library, self.base))
        self.library.decide(self.recognizer)

    def landmarks(self) -> dict[str, Landmark]:
        """Return every landmark that an album may be of, by id."""
        return self.library.known_landmarks(self.recognizer)

    def cities(self) -> list[City]:
        """Return the albums as they are now."""
        state = self._state()
        if self._tree is None or self._tree[0] != state:
            self._tree = (state, album_tree(self.library.album_photos(), self.landmarks()))
        return self._tree[1]

    def unlooked(self) -> int:
        """Return how many photos have no vector of the model in use: with a new one all, until they are scanned."""
        query = (
            "select count(*) from contents where exists (select 1 from files where content = contents.id) "
            "and not exists (select 1 from vectors where content = contents.id and model = ?)"
        )
        state, store = self._state(), self.library.store
        if self._unlooked is None or self._unlooked[0] != state:
            found = store.db.execute(query, (store.model(self.recognizer.model),)).fetchone()
            self._unlooked = (state, int(found[0]))
        return self._unlooked[1]

    def album(self, landmark: str) -> tuple[City, Album]:
        """Return the album of a landmark.

        Raises:
            Problem: 404, there is none.
        """
        for city in self.cities():
            for album in city.albums:
                if album.landmark.id == landmark:
                    return city, album
        raise Problem(404, "there is no album of this landmark")

    def photo(self, sha256: str) -> StoredPhoto:
        """Return a photo of the library by its id.

        Raises:
            Problem: 404, there is none, or no file holds it any more.
        """
        content = self._content(sha256)
        if content is None:
            raise Problem(404, "there is no such photo")
        return self.library.store.photos([content])[content]

    def has(self, sha256: str) -> bool:
        """Tell whether a file of the library holds the photo of this id."""
        return self._content(sha256) is not None

    def _state(self) -> object:
        """Return what changes whenever the library does: by other connections the first number, by ours the second."""
        db = self.library.store.db
        return db.execute("pragma data_version").fetchone()[0], db.total_changes, id(self.recognizer)

    def _content(self, sha256: str) -> int | None:
        try:
            content = self.library.store.content_of(sha256) if len(sha256) == 64 else None
        except ValueError:  # not hex
            return None
        return content if content is not None and self.library.paths(content) else None

    def name(self, content: int) -> str:
        """Return the file name of a photo: not where it lies."""
        return Path(self.library.paths(content)[0]).name

    def album_photo(self, content: int) -> AlbumPhoto | None:
        """Return a photo as its albums show it; None where it is in none."""
        for album in (album for city in self.cities() for album in city.albums):
            for photo, _ in album.photos:
                if photo.stored.content == content:
                    return photo
        return None

    def recognition(self, photo: StoredPhoto) -> Recognition | None:
        """Return what the recogniser says of a photo, without corrections; None where it has no vector."""
        store = self.library.store
        try:
            vectors = store.vectors([photo.content], model=store.model(self.recognizer.model))
        except KeyError:
            return None
        return self.recognizer.recognize(vectors, [photo.place])[0]

    def runner_up(self, photo: StoredPhoto) -> Match | None:
        """Return the nearest landmark beside those on a photo and its best candidate; None where there is none."""
        answer = self.recognition(photo)
        if answer is None:
            return None
        vectors = self.library.store.vectors([photo.content], model=self.library.store.model(self.recognizer.model))
        taken = {match.landmark.id for match in answer.matches} | ({answer.best.landmark.id} if answer.best else set())
        nearest = self.recognizer.nearest(vectors[0], photo.place, count=len(taken) + 1)
        return next((match for match in nearest if match.landmark.id not in taken), None)

    def keep_preview(self, preview: Preview) -> str:
        """Keep a preview until it is accepted, or others have pushed it out; return its number."""
        number = secrets.token_hex(8)
        self._previews[number] = preview
        for old in list(itertools.islice(self._previews, max(0, len(self._previews) - _PREVIEWS))):
            del self._previews[old]
        return number

    def take_preview(self, number: str) -> Preview:
        """Return a kept preview, once.

        Raises:
            Problem: 409, it is not kept any more.
        """
        if number not in self._previews:
            raise Problem(409, "this preview is gone: look at it again first")
        return self._previews.pop(number)

    def write_site(self) -> None:
        """Bring the pages on the disk up to date with what was corrected."""
        write_site(self.library, self.cities())


class DeskThread:
    """Runs calls on the desk's thread, one after the other."""

    def __init__(self, folder: Path, base: Recognizer) -> None:
        """Remember the library; ``open`` opens it."""
        self._folder, self._base = folder, base
        self._executor = ThreadPoolExecutor(1, "landmarq-library")
        self._desk: Desk | None = None

    async def open(self) -> None:
        """Open the library on its thread.

        Raises:
            LibraryError: another program holds it.
        """

        def opened() -> None:
            self._desk = Desk(self._folder, self._base)

        await asyncio.get_running_loop().run_in_executor(self._executor, opened)

    @property
    def is_open(self) -> bool:
        """Whether the library can answer."""
        return self._desk is not None

    @property
    def recognizer(self) -> Recognizer | None:
        """The recogniser with what was taught; None until the library is open."""
        return self._desk.recognizer if self._desk else None

    async def do(self, call: Callable[[Desk], ResultT]) -> ResultT:
        """Run ``call`` on the desk and return its result; what it raises is raised here."""
        desk = self._desk
        if desk is None:
            raise Problem(503, "the library is being opened", retry_after_s=2)
        return await asyncio.get_running_loop().run_in_executor(self._executor, call, desk)

    async def close(self) -> None:
        """Finish what runs, write the pages on the disk, and close the library."""
        if self._desk:
            await self.do(Desk.write_site)
            await self.do(lambda desk: desk.library.close())
            self._desk = None
        self._executor.shutdown()
