"""Ordinary houses, in the manner of each city. None of them is a landmark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from demo.world.materials import Material, brick, curtain, glass, paint, planks, plaster, roof, windows
from demo.world.model import Model, group, solid
from demo.world.parts import box, gable_ends, gable_roof, hip_roof, tube

BAY_M, STOREY_M = 3.0, 3.2


@dataclass(frozen=True)
class Style:
    """How a city builds.

    Attributes:
        walls: wall colours (sRGB) to choose from.
        roofs: roof colours.
        shutters: shutter colours; empty for none.
        frame: colour of window frames.
        shape: ``gable``, ``hip`` or ``flat``.
        brickwork: walls of brick instead of plaster.
        storeys: fewest and most storeys.
    """

    walls: tuple[str, ...]
    roofs: tuple[str, ...]
    shutters: tuple[str, ...] = ()
    frame: str = "#ece8de"
    shape: Literal["gable", "hip", "flat"] = "gable"
    brickwork: bool = False
    storeys: tuple[int, int] = (2, 4)


OLD_TOWN = Style(
    ("#dcc69c", "#cf9f82", "#d9cfbf", "#b9b48a", "#c98f74"), ("#8f4b36", "#7c4334"), ("#4d6a58", "#5d5548", "#48617a")
)
NORTH = Style(("#84564a", "#7a5046", "#9a7058", "#8c7a68"), ("#4a4e55", "#5a5048"), frame="#f0efe8", brickwork=True)
EAST = Style(("#d8cdb8", "#a88a6a", "#c8bca4"), ("#454b52", "#3d4448"), frame="#5a4636", shape="hip", storeys=(1, 2))
COAST = Style(
    ("#d98a7a", "#e0b860", "#7fb0b4", "#e8dcc8", "#a8c090", "#c07898"),
    ("#a85a40",),
    ("#ffffff", "#3a6a7a"),
    storeys=(1, 3),
    shape="hip",
)
DESERT = Style(("#c9a678", "#d8bc92", "#b8916a"), (), frame="#6a5640", shape="flat", storeys=(1, 3))
STEPPE = Style(("#d2b48a", "#c8a880", "#e0cfb0"), (), ("#5f8f9a",), frame="#7a6248", shape="flat", storeys=(1, 2))


def house(style: Style, rng: np.random.Generator, *, bays: int | None = None) -> Model:
    """Return a house whose front faces south (-y), its middle at the origin."""
    wide = BAY_M * (bays or int(rng.integers(2, 6)))
    deep = BAY_M * int(rng.integers(3, 5))
    high = STOREY_M * int(rng.integers(style.storeys[0], style.storeys[1] + 1))
    plain = _wall(style, rng)
    shutter = str(rng.choice(style.shutters)) if style.shutters and rng.random() < 0.7 else None
    tall = float(rng.choice([0.44, 0.5, 0.56]))
    model = solid(windows(plain, style.frame, shutter, (BAY_M, STOREY_M), tall, 0.32), box(wide, deep, high))
    model += _door(style, rng).moved(BAY_M * float(rng.integers(-1, 2)) / 2, -deep / 2 - 0.06)
    return model + _roof(style, plain, wide=wide, deep=deep, rng=rng).moved(z=high)


def street(style: Style, rng: np.random.Generator, *, length_m: float, width_m: float, gap_m: float = 0.4) -> Model:
    """Return two rows of houses along x, fronts facing each other across ``width_m`` of road."""
    rows = []
    for side in (0, 1):
        x = -length_m / 2
        while x < length_m / 2:
            bays = int(rng.integers(2, 6))
            wide = bays * BAY_M
            one = house(style, rng, bays=bays).moved(y=5.5)
            setback = width_m / 2 + rng.uniform(0, 0.6)
            rows.append(
                one.moved(0, setback).moved(x + wide / 2)
                if side == 0
                else one.moved(0, setback).turned(180).moved(x + wide / 2)
            )
            x += wide + gap_m * float(rng.choice([0.0, 1.0, 6.0]))
    return group(rows)


def office(rng: np.random.Generator, *, storeys: int) -> Model:
    """Return a plain modern block."""
    wide, deep = 8.0 * int(rng.integers(2, 5)), 8.0 * int(rng.integers(2, 4))
    tint = str(rng.choice(["#4f6470", "#5a6a62", "#6a6660", "#3f5568"]))
    body = solid(curtain(tint, str(rng.choice(["#c8ccd0", "#8a8478", "#e8e4dc"]))), box(wide, deep, storeys * 3.4))
    return body + solid(paint("#9a9a96"), box(wide * 0.5, deep * 0.5, 3).moved(z=storeys * 3.4))


def skyline(style: Style, rng: np.random.Generator, *, clear_m: float, reach_m: float, count: int) -> Model:
    """Return houses strewn around an open middle of radius ``clear_m``, out to ``reach_m``."""
    placed = []
    for _ in range(count):
        angle, away = rng.uniform(0, 360), float(np.sqrt(rng.uniform((clear_m + 12) ** 2, reach_m**2)))
        placed.append(house(style, rng).moved(y=away).turned(float(angle)))
    return group(placed)


def _wall(style: Style, rng: np.random.Generator) -> Material:
    colour = str(rng.choice(style.walls))
    return brick(colour) if style.brickwork else plaster(colour)


def _door(style: Style, rng: np.random.Generator) -> Model:
    leaf = planks(str(rng.choice(["#5a3a28", "#3a4a3a", "#6a4a30", "#40506a"])))
    return solid(paint(style.frame), box(1.5, 0.1, 2.5)) + solid(leaf, box(1.15, 0.2, 2.3))


def _roof(style: Style, wall: Material, *, wide: float, deep: float, rng: np.random.Generator) -> Model:
    if style.shape == "flat":
        rim = solid(wall, box(wide + 0.3, deep + 0.3, 0.7))
        hut = solid(wall, box(2.5, 2.5, 2.2).moved(rng.uniform(-2, 2), 1, 0.7))
        return rim + hut if rng.random() < 0.5 else rim
    tiles = roof(str(rng.choice(style.roofs)))
    rise = deep * rng.uniform(0.34, 0.5)
    if style.shape == "hip":
        return solid(tiles, hip_roof(wide, deep, rise * 0.75, eaves=0.9))
    model = solid(tiles, gable_roof(wide, deep, rise)) + solid(wall, gable_ends(wide, deep, rise))
    chimney = box(0.8, 0.8, 2.2).moved(rng.uniform(-wide / 3, wide / 3), deep * 0.2, rise * 0.5)
    return model + solid(brick("#8a5a48"), chimney)


def lamp_post() -> Model:
    """Return a street lamp, 4.5 m high."""
    pole = solid(paint("#2c302e", 40), tube([(0, 0, 0), (0, 0, 4.1)], [0.09, 0.05]))
    return (
        pole
        + solid(glass("#f4e8c8", 255), box(0.3, 0.3, 0.5).moved(z=4.1))
        + solid(paint("#2c302e"), hip_roof(0.3, 0.3, 0.2, eaves=0.08, ridge=0).moved(z=4.6))
    )
