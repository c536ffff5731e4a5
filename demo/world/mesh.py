"""A triangle mesh with normals and surface coordinates, the value that all geometry is made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Axis = Literal["x", "y", "z"]


@dataclass(frozen=True, eq=False)
class Mesh:
    """Triangles in space; x is east, y is north, z is up.

    Attributes:
        points: float64 (n, 3), metres.
        normals: float64 (n, 3), unit length, pointing out of the body.
        uv: float64 (n, 2), metres along the surface; a material's texture repeats over them.
        triangles: int64 (m, 3), indices into the points.
    """

    points: Floats
    normals: Floats
    uv: Floats
    triangles: Ints

    def moved(self, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> Mesh:
        """Return the mesh shifted by metres."""
        return Mesh(self.points + np.array([x, y, z]), self.normals, self.uv, self.triangles)

    def turned(self, degrees: float, axis: Axis = "z") -> Mesh:
        """Return the mesh turned about an axis through the origin, counter-clockwise seen against the axis."""
        matrix = rotation(degrees, axis)
        return Mesh(self.points @ matrix.T, self.normals @ matrix.T, self.uv, self.triangles)

    def scaled(self, x: float, y: float, z: float) -> Mesh:
        """Return the mesh stretched along the axes; a negative factor mirrors it."""
        factors = np.array([x, y, z])
        normals = self.normals / factors
        return Mesh(self.points * factors, unit(normals), self.uv, self.triangles)


def rotation(degrees: float, axis: Axis = "z") -> Floats:
    """Return the (3, 3) matrix that turns column vectors about an axis."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    if axis == "x":
        return np.array([[1, 0, 0], [0, c, -s], [0, s, c]])
    if axis == "y":
        return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])


def unit(vectors: ArrayLike) -> Floats:
    """Return vectors (..., 3) scaled to length one; a zero vector stays zero."""
    array = np.asarray(vectors, dtype=np.float64)
    scaled: Floats = array / np.maximum(np.linalg.norm(array, axis=-1, keepdims=True), 1e-12)
    return scaled


def join(meshes: Iterable[Mesh]) -> Mesh:
    """Return one mesh that holds all of them."""
    parts = list(meshes)
    starts = np.cumsum([0] + [len(part.points) for part in parts[:-1]])
    return Mesh(
        np.concatenate([part.points for part in parts]),
        np.concatenate([part.normals for part in parts]),
        np.concatenate([part.uv for part in parts]),
        np.concatenate([part.triangles + start for part, start in zip(parts, starts, strict=True)]),
    )


def flat(corners: ArrayLike, *, one_origin: bool = False) -> Mesh:
    """Make planar convex polygons, each with its own normal.

    Args:
        corners: (k, c, 3) metres: k polygons of c corners, counter-clockwise seen from outside. Neighbouring
            corners may coincide.
        one_origin: measure the surface coordinates from the origin of space, so that a texture runs on over
            polygons in one plane; otherwise from each polygon's first corner.
    """
    polygons = np.asarray(corners, dtype=np.float64)
    count, sides, _ = polygons.shape
    # Newell's sum: twice the area vector, right also where two corners coincide.
    normals = unit(np.cross(polygons, np.roll(polygons, -1, axis=1)).sum(axis=1))
    level = np.abs(normals[:, 2]) > 0.999
    right = unit(np.where(level[:, None], [1.0, 0.0, 0.0], np.cross([0.0, 0.0, 1.0], normals)))
    up = np.cross(normals, right)
    local = polygons if one_origin else polygons - polygons[:, :1]
    uv = np.stack([np.einsum("kcx,kx->kc", local, axis) for axis in (right, up)], axis=-1)
    fan = np.array([[0, i, i + 1] for i in range(1, sides - 1)])
    triangles = (fan[None] + sides * np.arange(count)[:, None, None]).reshape(-1, 3)
    return Mesh(polygons.reshape(-1, 3), np.repeat(normals, sides, axis=0), uv.reshape(-1, 2), triangles)


def surface(grid: ArrayLike, *, uv: ArrayLike | None = None) -> Mesh:
    """Make a smooth surface from a grid of points.

    Args:
        grid: (rows, columns, 3) metres. The outside is where (along a row) x (up the rows) points.
        uv: (rows, columns, 2) metres; by default the lengths along the middle row and the middle column.
    """
    points = np.asarray(grid, dtype=np.float64)
    rows, columns, _ = points.shape
    along, upward = np.gradient(points, axis=1), np.gradient(points, axis=0)
    if np.allclose(points[:, 0], points[:, -1]):  # a closed ring: no seam
        seam = (points[:, 1] - points[:, -2]) / 2
        along[:, 0] = along[:, -1] = seam
    normals = np.cross(along, upward)
    _mend_poles(normals)
    if uv is None:
        across = np.linalg.norm(np.diff(points[rows // 2], axis=0, prepend=points[rows // 2, :1]), axis=1)
        height = np.linalg.norm(np.diff(points[:, columns // 2], axis=0, prepend=points[:1, columns // 2]), axis=1)
        uv = np.stack(np.meshgrid(np.cumsum(across), np.cumsum(height)), axis=-1)
    index = np.arange(rows * columns).reshape(rows, columns)
    a, b, c, d = index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]
    triangles = np.concatenate([np.stack([a, b, c], -1).reshape(-1, 3), np.stack([a, c, d], -1).reshape(-1, 3)])
    flat_uv = np.asarray(uv, dtype=np.float64).reshape(-1, 2)
    return Mesh(points.reshape(-1, 3), unit(normals).reshape(-1, 3), flat_uv, triangles)


def _mend_poles(normals: Floats) -> None:
    """Where a row shrinks to a point there is no tangent: take the neighbouring row's mean normal."""
    for pole, neighbour in ((0, 1), (-1, -2)):
        if np.linalg.norm(normals[pole], axis=-1).max() < 1e-9:
            normals[pole] = normals[neighbour].mean(axis=0)
