"""Light and weather: the sun's height and colour, clouds, fog, snow, rain, night."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Colour = NDArray[np.float32]

# Clear sky by the sun's height (degrees): zenith, horizon and sun colour, linear RGB, by eye from photographs.
_HEIGHTS = (-10.0, -4.0, 2.0, 10.0, 25.0, 60.0)
_ZENITH = (
    (0.008, 0.012, 0.035),
    (0.04, 0.08, 0.22),
    (0.12, 0.2, 0.4),
    (0.16, 0.3, 0.6),
    (0.14, 0.31, 0.7),
    (0.11, 0.28, 0.72),
)
_HORIZON = (
    (0.03, 0.035, 0.06),
    (0.55, 0.3, 0.24),
    (1.0, 0.6, 0.35),
    (0.9, 0.75, 0.58),
    (0.66, 0.76, 0.88),
    (0.6, 0.74, 0.92),
)
_SUN = ((0, 0, 0), (0.02, 0.008, 0.004), (1.1, 0.45, 0.16), (2.4, 1.5, 0.85), (3.1, 2.6, 2.05), (3.5, 3.2, 2.8))


@dataclass(frozen=True)
class Weather:
    """The light of one moment.

    Attributes:
        sun_height_deg: height of the sun over the horizon; below 0 it is dusk, below -8 night.
        sun_bearing_deg: where the sun stands, clockwise from north.
        overcast: 0 clear to 1 closed cloud: the sun dims, the light comes from everywhere.
        clouds: share of the sky that single clouds cover.
        fog_m: distance at which two thirds of the light are lost.
        snow: 0 to 1, how white level surfaces are.
        rain: 0 to 1, how wet they are, and streaks in the air.
        drift: moves the clouds, so that no two skies are alike.
    """

    sun_height_deg: float = 40.0
    sun_bearing_deg: float = 200.0
    overcast: float = 0.0
    clouds: float = 0.35
    fog_m: float = 6000.0
    snow: float = 0.0
    rain: float = 0.0
    drift: float = 0.0

    @property
    def to_sun(self) -> NDArray[np.float32]:
        """Unit vector (3,) to the sun, never below 3 degrees, so that shadows stay finite."""
        height, bearing = np.radians(max(self.sun_height_deg, 3.0)), np.radians(self.sun_bearing_deg)
        level = np.cos(height)
        return np.array([level * np.sin(bearing), level * np.cos(bearing), np.sin(height)], dtype=np.float32)

    @property
    def sun(self) -> Colour:
        """The sun's light, linear RGB, with the clouds' shade taken off."""
        return self._at(_SUN) * np.float32((1 - self.overcast) ** 1.5)

    @property
    def zenith(self) -> Colour:
        """Colour of the sky overhead, linear RGB."""
        return self._greyed(self._at(_ZENITH), 1.25)

    @property
    def horizon(self) -> Colour:
        """Colour of the sky low down, and of fog."""
        return self._greyed(self._at(_HORIZON), 1.6)

    @property
    def night(self) -> float:
        """How much lamps show: 0 by day to 1 in the dark."""
        return float(np.clip((3.0 - self.sun_height_deg) / 8.0, 0.0, 1.0))

    def _greyed(self, colour: Colour, brightness: float) -> Colour:
        grey = (0.25 * self._at(_ZENITH) + 0.55 * self._at(_HORIZON)).mean() * brightness
        grey = grey * np.array([0.97, 1.0, 1.05], dtype=np.float32)
        mixed: Colour = (colour * (1 - self.overcast) + grey * self.overcast).astype(np.float32)
        return mixed

    def _at(self, table: tuple[tuple[float, float, float], ...]) -> Colour:
        columns = np.asarray(table, dtype=np.float64).T
        return np.array([np.interp(self.sun_height_deg, _HEIGHTS, column) for column in columns], dtype=np.float32)
