"""A dog and a cat of simple shapes."""

from __future__ import annotations

import numpy as np

from demo.world.materials import paint, plaster
from demo.world.model import Model, solid
from demo.world.parts import ball, prism, tube

FURS = ("#8a5a34", "#d8b888", "#2e2825", "#c8c0b4", "#a86a3a")


def dog(rng: np.random.Generator) -> Model:
    """Return a dog standing along x, nose to +x, 0.6 m high."""
    fur, dark = plaster(str(rng.choice(FURS))), paint("#1a1614", 80)
    body = [
        ball(0.15, height=0.3).scaled(1.9, 1, 1).moved(-0.05, 0, 0.3),
        ball(0.15, height=0.32).scaled(1.2, 1, 1).moved(0.16, 0, 0.31),
    ]
    neck = tube([(0.25, 0, 0.5), (0.38, 0, 0.68)], [0.11, 0.08])
    head = [
        ball(0.11, height=0.2).scaled(1.15, 1, 1).moved(0.42, 0, 0.62),
        ball(0.06, height=0.1).scaled(1.8, 1, 1).moved(0.53, 0, 0.62),
    ]
    ears = [ball(0.045, height=0.17).moved(0.38, y, 0.62) for y in (-0.1, 0.1)]
    legs = [
        tube([(x, y, 0.35), (x + 0.02, y, 0.15), (x, y, 0.0)], [0.06, 0.04, 0.04])
        for x in (-0.24, 0.24)
        for y in (-0.08, 0.08)
    ]
    tail = tube([(-0.3, 0, 0.48), (-0.42, 0.02, 0.62), (-0.4, 0.04, 0.75)], [0.04, 0.03, 0.015])
    eyes = [ball(0.017, segments=8).moved(0.5, y, 0.73) for y in (-0.055, 0.055)]
    return solid(fur, *body, neck, *head, *ears, *legs, tail) + solid(
        dark, ball(0.03, segments=10).moved(0.63, 0, 0.65), *eyes
    )


def cat(rng: np.random.Generator) -> Model:
    """Return a cat sitting up, looking along +x, 0.4 m high."""
    fur, dark = plaster(str(rng.choice(FURS))), paint("#1c2a14", 90)
    body = [ball(0.12, height=0.26).scaled(1.15, 1, 1), ball(0.09, height=0.28).moved(0.05, 0, 0.08)]
    head = [ball(0.078, height=0.14).moved(0.1, 0, 0.28), ball(0.035, height=0.05).moved(0.165, 0, 0.3)]
    ears = [prism(4, 0.035, 0.07, top=0).moved(0.09, y, 0.395) for y in (-0.045, 0.045)]
    legs = [tube([(0.12, y, 0.2), (0.14, y, 0.02)], [0.03, 0.026]) for y in (-0.04, 0.04)]
    paws = [ball(0.03, height=0.04).scaled(1.5, 1, 1).moved(0.155, y) for y in (-0.04, 0.04)]
    tail = tube(
        [(-0.12, 0, 0.03), (-0.2, 0.1, 0.03), (-0.1, 0.2, 0.03), (0.02, 0.2, 0.035)], [0.028, 0.026, 0.024, 0.015]
    )
    eyes = [ball(0.014, segments=8).moved(0.163, y, 0.345) for y in (-0.032, 0.032)]
    return (
        solid(fur, *body, *head, *ears, *legs, *paws, tail)
        + solid(dark, *eyes)
        + solid(paint("#c88a80"), ball(0.012, segments=8).moved(0.197, 0, 0.325))
    )
