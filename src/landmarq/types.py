"""Array types and the small values that every layer speaks of."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Vectors: TypeAlias = NDArray[np.float32]
"""Embeddings, shape (n, d), float32, each row of unit length."""

Pixels: TypeAlias = NDArray[np.uint8]
"""RGB pictures, shape (n, height, width, 3) or (height, width, 3), uint8, 0 to 255."""

Floats: TypeAlias = NDArray[np.floating[Any]]
"""Any array of real numbers; the docstring that uses it gives shape, unit and range."""

Ints: TypeAlias = NDArray[np.int64]
"""Indices or counts, int64."""

Flags: TypeAlias = NDArray[np.bool_]
"""Yes or no for each of n things, bool."""

TAUGHT = "taught"
"""Category of a landmark that a person taught from a few photos."""


@dataclass(frozen=True, slots=True)
class Place:
    """A point on the Earth: WGS 84 degrees, latitude -90 to 90, longitude -180 to 180."""

    lat: float
    lon: float

    def __post_init__(self) -> None:
        """Refuse what is not a point on the Earth."""
        if not (math.isfinite(self.lat) and math.isfinite(self.lon)):
            raise ValueError("latitude and longitude must be finite numbers")
        if not (-90 <= self.lat <= 90 and -180 <= self.lon <= 180):
            raise ValueError(f"no such place: latitude {self.lat}, longitude {self.lon}")


@dataclass(frozen=True, slots=True)
class Landmark:
    """One row of the landmark table; ``place`` is None where the table has none."""

    id: str
    name: str
    city: str
    country: str
    region: str
    place: Place | None
    wikidata: str = ""
    category: str = ""
