"""Bursts: photos of one album taken within seconds of each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from landmarq.albums.library import AlbumPhoto

MAX_GAP = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Burst:
    """Photos of one moment, by capture time; ``best`` shows the landmark best."""

    photos: tuple[tuple[AlbumPhoto, float | None], ...]

    @property
    def best(self) -> AlbumPhoto:
        """The photo with the largest similarity; one named by hand only where none was recognised."""
        return max(self.photos, key=lambda each: -2.0 if each[1] is None else each[1])[0]


def bursts(photos: Sequence[tuple[AlbumPhoto, float | None]], *, max_gap: timedelta = MAX_GAP) -> list[Burst]:
    """Group an album's photos, which come by capture time; one without a time is alone."""
    groups: list[list[tuple[AlbumPhoto, float | None]]] = []
    for each in photos:
        last = groups[-1][-1][0].stored.taken if groups else None
        taken = each[0].stored.taken
        if last and taken and taken.replace(tzinfo=None) - last.replace(tzinfo=None) <= max_gap:
            groups[-1].append(each)
        else:
            groups.append([each])
    return [Burst(tuple(group)) for group in groups]
