"""From decisions to albums: cities, in them landmarks, in them photos."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from landmarq.albums.library import AlbumPhoto
from landmarq.types import Landmark


@dataclass(frozen=True, slots=True)
class Album:
    """The photos of one landmark, by capture time; those without one last."""

    landmark: Landmark
    photos: tuple[tuple[AlbumPhoto, float | None], ...]

    @property
    def cover(self) -> AlbumPhoto:
        """The photo that shows the landmark best."""
        return max(self.photos, key=lambda each: (each[1] is not None, each[0].score or 0.0, each[1] or 0.0))[0]

    @property
    def dates(self) -> tuple[datetime, datetime] | None:
        """First and last capture time as cameras wrote them, or None where no photo has one."""
        times = [photo.stored.taken.replace(tzinfo=None) for photo, _ in self.photos if photo.stored.taken]
        return (min(times), max(times)) if times else None


@dataclass(frozen=True, slots=True)
class City:
    """The albums of one city, by the name of the landmark."""

    city: str
    country: str
    albums: tuple[Album, ...]

    @property
    def photos(self) -> int:
        """Number of photos, each counted once, whichever landmarks are on it."""
        return len({photo.stored.content for album in self.albums for photo, _ in album.photos})


def album_tree(photos: Iterable[AlbumPhoto], landmarks: Mapping[str, Landmark]) -> list[City]:
    """Sort photos into albums; cities, landmarks and photos come in an order that does not depend on the run."""
    found: dict[str, list[tuple[AlbumPhoto, float | None]]] = {}
    for photo in photos:
        for matched, similarity in photo.matches:
            found.setdefault(matched, []).append((photo, similarity))
    cities: dict[tuple[str, str], list[Album]] = {}
    for id_, members in found.items():
        landmark = landmarks[id_]
        album = Album(landmark, tuple(sorted(members, key=lambda each: _moment(each[0]))))
        cities.setdefault((landmark.country, landmark.city), []).append(album)
    return [
        City(city, country, tuple(sorted(albums, key=lambda album: (_plain(album.landmark.name), album.landmark.id))))
        for (country, city), albums in sorted(cities.items(), key=lambda each: (_plain(each[0][1]), each[0]))
    ]


def albums_json(cities: Sequence[City], *, photos: int, failures: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Return the value of ``albums.json``: every file is listed, also where several hold one photo."""
    return {
        "cities": [
            {
                "city": city.city,
                "country": city.country,
                "landmarks": [
                    {
                        "id": album.landmark.id,
                        "name": album.landmark.name,
                        "photos": [
                            {"path": path, "taken": _taken(photo), "similarity": similarity and round(similarity, 4)}
                            for photo, similarity in album.photos
                            for path in photo.paths
                        ],
                    }
                    for album in city.albums
                ],
            }
            for city in cities
        ],
        "photos": photos,
        "unreadable": len(failures),
        "problems": [{"path": path, "error": error} for path, error in failures],
    }


def _taken(photo: AlbumPhoto) -> str | None:
    return photo.stored.taken.isoformat() if photo.stored.taken else None


def _moment(photo: AlbumPhoto) -> tuple[bool, str, str]:
    taken = photo.stored.taken
    return (taken is None, taken.replace(tzinfo=None).isoformat() if taken else "", photo.paths[0])


def _plain(name: str) -> str:
    """Return a name without accents and case, for sorting."""
    return "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).casefold()
