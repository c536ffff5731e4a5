"""Building blocks: boxes, prisms, turned bodies, arches, roofs, beams.

Every part stands on z = 0, centred on the origin; lengths in metres.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from demo.world.mesh import Floats, Mesh, flat, join, surface, unit

Corners = list[tuple[float, float, float]]


def box(x: float, y: float, z: float) -> Mesh:
    """Return a box; each side's surface coordinates start at its lower left corner."""
    a, b = x / 2, y / 2
    walls = [[(-a, -b), (a, -b)], [(a, -b), (a, b)], [(a, b), (-a, b)], [(-a, b), (-a, -b)]]
    sides: list[Corners] = [[(*left, 0), (*right, 0), (*right, z), (*left, z)] for left, right in walls]
    top: Corners = [(-a, -b, z), (a, -b, z), (a, b, z), (-a, b, z)]
    bottom: Corners = [(-a, b, 0), (a, b, 0), (a, -b, 0), (-a, -b, 0)]
    return flat([*sides, top, bottom])


def ring(radius: float, z: float, *, sides: int = 32, squash: float = 1.0, turn_deg: float = 0.0) -> Floats:
    """Return the (sides, 3) corners of a level polygon, counter-clockwise; ``squash`` shortens it along y."""
    angle = np.radians(turn_deg) + np.arange(sides) * 2 * np.pi / sides
    return np.stack([radius * np.cos(angle), radius * squash * np.sin(angle), np.full(sides, z)], axis=1)


def loft(rings: Sequence[ArrayLike] | Floats, *, lid: bool = True) -> Mesh:
    """Join rings of equally many corners, lowest first, by flat sides; ``lid`` closes the last ring."""
    corners = np.asarray(rings, dtype=np.float64)
    left, right = corners, np.roll(corners, -1, axis=1)
    sides = np.stack([left[:-1], right[:-1], right[1:], left[1:]], axis=2).reshape(-1, 4, 3)
    body = flat(sides)
    if not lid:
        return body
    top = corners[-1]
    middle = np.broadcast_to(top.mean(axis=0), top.shape)
    return join([body, flat(np.stack([top, np.roll(top, -1, axis=0), middle], axis=1), one_origin=True)])


def prism(sides: int, radius: float, height: float, *, top: float | None = None) -> Mesh:
    """Return an upright prism with a regular base; ``top`` is the upper radius (0: a spire).

    With four sides the corners point along the diagonals, so that the walls face along the axes.
    """
    upper = radius if top is None else top
    turn = 180 / sides
    return loft(
        [ring(radius, 0, sides=sides, turn_deg=turn), ring(upper, height, sides=sides, turn_deg=turn)], lid=upper > 0
    )


def lathe(profile: Sequence[tuple[float, float]], *, segments: int = 40, squash: float = 1.0) -> Mesh:
    """Turn a profile about the z axis.

    Args:
        profile: (radius, z) pairs in metres, from the bottom up; corners sharper than 40 degrees stay sharp.
        segments: sides of the turned body.
        squash: factor on y.
    """
    points = np.asarray(profile, dtype=np.float64)
    steps = unit(np.diff(points, axis=0))
    bends = np.einsum("ij,ij->i", steps[:-1], steps[1:]) < np.cos(np.radians(40))
    cuts = [0, *(int(i) + 1 for i in np.flatnonzero(bends)), len(points) - 1]
    angle = np.linspace(0, 2 * np.pi, segments + 1)
    turn = np.stack([np.cos(angle), squash * np.sin(angle)], axis=1)
    parts = []
    for first, last in itertools.pairwise(cuts):
        run = points[first : last + 1]
        grid = np.empty((len(run), segments + 1, 3))
        grid[..., :2] = run[:, None, :1] * turn[None]
        grid[..., 2] = run[:, 1:]
        length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(run, axis=0), axis=1))]) + points[first, 1]
        uv = np.stack(np.meshgrid(angle * points[:, 0].max(), length), axis=-1)
        parts.append(surface(grid, uv=uv))
    return join(parts)


def ball(radius: float, *, height: float | None = None, segments: int = 24) -> Mesh:
    """Return a sphere, or an ellipsoid of the given height, standing on z = 0."""
    half = radius if height is None else height / 2
    angle = np.linspace(-np.pi / 2, np.pi / 2, max(segments // 2, 6))
    return lathe(
        [(float(radius * max(np.cos(a), 0.0)), float(half + half * np.sin(a))) for a in angle], segments=segments
    )


def dome(radius: float, height: float, *, pointed: float = 0.0, segments: int = 48) -> Mesh:
    """Return a half ellipsoid; ``pointed`` (0 to 1) draws its crown up to a tip."""
    angle = np.linspace(0, np.pi / 2, 18)
    lift = pointed * height * 0.35 * (angle / (np.pi / 2)) ** 6
    return lathe(
        [
            (float(radius * max(np.cos(a), 0.0)), float(height * np.sin(a) + up))
            for a, up in zip(angle, lift, strict=True)
        ],
        segments=segments,
    )


def onion(radius: float, height: float) -> Mesh:
    """Return an onion dome with a tip: its widest radius lies at a quarter of the height."""
    shape = [
        (0.72, 0),
        (0.9, 0.1),
        (1, 0.24),
        (0.93, 0.38),
        (0.7, 0.52),
        (0.4, 0.64),
        (0.2, 0.74),
        (0.08, 0.86),
        (0, 1),
    ]
    return lathe([(radius * r, height * z) for r, z in shape], segments=36)


def gable_roof(x: float, y: float, z: float, *, eaves: float = 0.4) -> Mesh:
    """Return a roof whose ridge runs along x, ``eaves`` wider than the x-y box under it; without its gables."""
    a, b = x / 2 + eaves, y / 2 + eaves
    drop = z * eaves / (y / 2)
    return flat(
        [
            [(-a, -b, -drop), (a, -b, -drop), (a, 0, z), (-a, 0, z)],
            [(a, b, -drop), (-a, b, -drop), (-a, 0, z), (a, 0, z)],
            [(-a, -b, -drop - 0.15), (-a, 0, z - 0.15), (a, 0, z - 0.15), (a, -b, -drop - 0.15)],
            [(-a, 0, z - 0.15), (-a, b, -drop - 0.15), (a, b, -drop - 0.15), (a, 0, z - 0.15)],
        ]
    )


def gable_ends(x: float, y: float, z: float) -> Mesh:
    """Return the two triangles of wall under a gable roof over an x-y box."""
    a, b = x / 2, y / 2
    east: Corners = [(a, -b, 0), (a, b, 0), (a, 0, z)]
    west: Corners = [(-a, b, 0), (-a, -b, 0), (-a, 0, z)]
    return flat([east, west])


def hip_roof(x: float, y: float, z: float, *, eaves: float = 0.5, ridge: float = 0.4) -> Mesh:
    """Return a roof sloping to all four sides; ``ridge`` is the ridge's share of the length along x."""
    a, b, r = x / 2 + eaves, y / 2 + eaves, ridge * x / 2
    sides: list[Corners] = [
        [(-a, -b, 0), (a, -b, 0), (r, 0, z), (-r, 0, z)],
        [(a, b, 0), (-a, b, 0), (-r, 0, z), (r, 0, z)],
        [(a, -b, 0), (a, b, 0), (r, 0, z), (r, 0, z)],
        [(-a, b, 0), (-a, -b, 0), (-r, 0, z), (-r, 0, z)],
        [(-a, b, 0), (a, b, 0), (a, -b, 0), (-a, -b, 0)],
    ]
    return flat(sides)


def arch_curve(width: float, height: float, *, pointed: bool = False, steps: int = 10) -> Floats:
    """Return the (n, 2) x-z line of an arch's head, left to right; ``height`` is its crown's.

    The head rises over the last half width (round) or 0.87 widths (pointed) below the crown.
    """
    half = width / 2
    if pointed:
        angle = np.linspace(np.pi, np.pi * 2 / 3, steps // 2 + 1)
        left = np.stack([half + width * np.cos(angle), width * np.sin(angle)], axis=1)
        curve = np.concatenate([left, left[-2::-1] * [-1, 1]])
    else:
        angle = np.linspace(np.pi, 0, steps + 1)
        curve = np.stack([half * np.cos(angle), half * np.sin(angle)], axis=1)
    curve[:, 1] += height - curve[:, 1].max()
    return curve


def arch_panel(width: float, height: float, *, pointed: bool = False) -> Mesh:
    """Return a flat arched shape at y = 0 that faces south (-y): a window pane, a door."""
    head = arch_curve(width, height, pointed=pointed)
    outline = np.concatenate([[[-width / 2, 0]], head, [[width / 2, 0]]])[::-1]
    middle = np.array([0, height / 2])
    following = np.roll(outline, -1, axis=0)
    corners = np.stack([outline, following, np.broadcast_to(middle, outline.shape)], axis=1)
    return flat(_south(corners)[:, ::-1], one_origin=True)


def disc(radius: float, *, sides: int = 24) -> Mesh:
    """Return a round pane at y = 0 that faces south, its middle at the origin."""
    edge = ring(radius, 0, sides=sides)[:, :2]
    corners = np.stack([edge, np.roll(edge, -1, axis=0), np.zeros_like(edge)], axis=1)
    return flat(_south(corners), one_origin=True)


def arch_wall(
    *, width: float, height: float, depth: float, opening: float, crown: float, pointed: bool = False
) -> Mesh:
    """Return a wall along x with one arched opening through it, ``opening`` wide and ``crown`` high."""
    head = arch_curve(opening, crown, pointed=pointed)
    a, h = width / 2, opening / 2
    strips = [[left, right, (right[0], height), (left[0], height)] for left, right in itertools.pairwise(head)]
    piers = [[(-a, 0), (-h, 0), (-h, height), (-a, height)], [(h, 0), (a, 0), (a, height), (h, height)]]
    front = _south(np.asarray([*strips, *piers], dtype=np.float64))
    south, north = front - [0, depth / 2, 0], front[:, ::-1] + [0, depth / 2, 0]
    inner = np.concatenate([[[-h, 0]], head, [[h, 0]]])
    reveal = [_through(left, right, depth) for left, right in itertools.pairwise(inner)]
    outer = np.array([(a, 0), (a, height), (-a, height), (-a, 0)])
    rim = [_through(left, right, depth) for left, right in itertools.pairwise(outer)]
    return join([flat([*south, *north], one_origin=True), flat(reveal), flat(rim)])


def _south(corners: Floats) -> Floats:
    """Lift x-z corners (..., 2) into the plane y = 0."""
    return np.stack([corners[..., 0], np.zeros(corners.shape[:-1]), corners[..., 1]], axis=-1)


def _through(left: Floats, right: Floats, depth: float) -> list[tuple[float, float, float]]:
    """Return the quad that runs from the wall's front edge left-right to its back edge."""
    d = depth / 2
    return [(left[0], -d, left[1]), (left[0], d, left[1]), (right[0], d, right[1]), (right[0], -d, right[1])]


def beam(start: Sequence[float], end: Sequence[float], width: float, *, sides: int = 4) -> Mesh:
    """Return a straight bar between two points."""
    return tube([start, end], width / 2, sides=sides)


def tube(path: ArrayLike, radius: float | ArrayLike, *, sides: int = 8) -> Mesh:
    """Return a bar along a path (n, 3); ``radius`` in metres, one for all points or one each."""
    points = np.asarray(path, dtype=np.float64)
    along = unit(np.gradient(points, axis=0))
    aside = np.where(np.abs(along[:, 2:]) > 0.95, [1.0, 0.0, 0.0], [0.0, 0.0, 1.0])
    right = unit(np.cross(along, aside))
    up = np.cross(right, along)
    angle = np.pi / sides + np.linspace(0, 2 * np.pi, sides + 1)
    spoke = right[:, None] * np.cos(angle)[None, :, None] + up[:, None] * np.sin(angle)[None, :, None]
    sizes = np.broadcast_to(np.asarray(radius, dtype=np.float64), (len(points),))
    grid = points[:, None] + spoke * sizes[:, None, None]
    if sides <= 6:
        return loft(grid[:, -1:0:-1])
    return surface(grid[:, ::-1])
