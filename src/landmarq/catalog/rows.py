"""A catalog: photos with what is said of them, checked once and then trusted."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

from landmarq.artifacts import fingerprint
from landmarq.types import Place


@dataclass(frozen=True, slots=True)
class CatalogRow:
    """One photo of a catalog.

    Attributes:
        path: the text of the input, kept as it was written; ``Catalog.file`` resolves it.
        landmark: id of the landmark on it; empty for a non-landmark photo.
        role: what the row is for (``train``, ``val_negative`` ...); empty where the catalog does not say.
        place: where the photo was taken, or None.
        source: where the photo came from (an archive, a site, a camera), for grouping; may be empty.
        licence: licence of the photo, carried to a pack's attributions; may be empty.
        author: author of the photo, likewise.
    """

    path: str
    landmark: str
    role: str = ""
    place: Place | None = None
    source: str = ""
    licence: str = ""
    author: str = ""


@dataclass(frozen=True)
class Catalog:
    """Rows in the order of their source, and the folder that relative paths start from."""

    rows: tuple[CatalogRow, ...]
    root: Path

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.rows)

    def file(self, row: CatalogRow) -> Path:
        """Return where the row's photo lies; a Windows path in a CSV is understood everywhere."""
        text = row.path
        if "\\" in text and not (self.root / text).exists():
            text = PureWindowsPath(text).as_posix()
        return self.root / text

    def files(self) -> list[Path]:
        """Return the file of every row, in order."""
        return [self.file(row) for row in self.rows]

    @functools.cached_property
    def landmarks(self) -> tuple[str, ...]:
        """Ids of all landmarks that some row shows, sorted."""
        return tuple(sorted({row.landmark for row in self.rows if row.landmark}))

    def where(self, wanted: Callable[[CatalogRow], bool]) -> Catalog:
        """Return the catalog of the rows for which ``wanted`` holds."""
        return Catalog(tuple(row for row in self.rows if wanted(row)), self.root)

    def with_roles(self, *roles: str) -> Catalog:
        """Return the rows of these roles."""
        return self.where(lambda row: row.role in roles)

    @functools.cached_property
    def fingerprint(self) -> str:
        """SHA-256 over all rows; the root is left out, so that a moved catalog stays the same."""
        return fingerprint([dataclasses.asdict(row) for row in self.rows])
