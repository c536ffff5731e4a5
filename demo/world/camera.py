"""The camera: where it stands, where it looks, and the rays of its pixels."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from demo.world.mesh import unit


@dataclass(frozen=True)
class Camera:
    """A pinhole camera.

    Attributes:
        eye: position (x, y, z) in metres.
        aim: the point in the picture's middle, metres.
        fov_deg: field of view over the picture's height.
        roll_deg: how far the camera is held askew, clockwise.
        width: picture width in pixels.
        height: picture height in pixels.
        near_m: nothing nearer is drawn.
    """

    eye: tuple[float, float, float]
    aim: tuple[float, float, float]
    fov_deg: float
    width: int
    height: int
    roll_deg: float = 0.0
    near_m: float = 0.4

    def axes(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Return the unit vectors right, up and forward, each (3,)."""
        forward = unit(np.subtract(self.aim, self.eye))
        right = unit(np.cross(forward, [0.0, 0.0, 1.0]))
        up = np.cross(right, forward)
        angle = np.radians(self.roll_deg)
        tilted = np.cos(angle) * up + np.sin(angle) * right
        return np.cross(forward, tilted), tilted, forward

    def rays(self) -> NDArray[np.float32]:
        """Return float32 (height, width, 3) directions scaled so that depth x ray is the way from the eye."""
        right, up, forward = self.axes()
        half = np.tan(np.radians(self.fov_deg / 2))
        y = (1 - 2 * (np.arange(self.height) + 0.5) / self.height) * half
        x = (2 * (np.arange(self.width) + 0.5) / self.width - 1) * half * self.width / self.height
        rays: NDArray[np.float32] = (forward + x[None, :, None] * right + y[:, None, None] * up).astype(np.float32)
        return rays

    def mirrored(self, level_m: float = 0.0) -> Camera:
        """Return the camera as a still water surface at height ``level_m`` sees it; its picture is upside down."""
        (x, y, z), (ax, ay, az) = self.eye, self.aim
        return replace(self, eye=(x, y, 2 * level_m - z), aim=(ax, ay, 2 * level_m - az), roll_deg=-self.roll_deg)

    def sharper(self, factor: int) -> Camera:
        """Return the camera with ``factor`` times the pixels a side."""
        return replace(self, width=self.width * factor, height=self.height * factor)
