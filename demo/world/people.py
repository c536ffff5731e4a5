"""People of simple shapes, life size."""

from __future__ import annotations

import numpy as np

from demo.world.materials import Material, cloth, paint
from demo.world.model import Model, solid
from demo.world.parts import ball, lathe, tube

SKINS = ("#e8bfa0", "#d9a882", "#b98560", "#8a5a3c", "#5f3d2a")
HAIRS = ("#2a1d14", "#4a3020", "#7a5030", "#b08a4a", "#8a8784", "#1a1a1c")
CLOTHES = ("#b03a30", "#2f5a8a", "#e0d8c8", "#3a6a4a", "#d8a030", "#40384a", "#c8788a", "#5a8a9a", "#f0f0ec", "#28303a")


def person(rng: np.random.Generator, *, height_m: float | None = None, waving: bool = False) -> Model:
    """Return a person standing at the origin, facing south (-y).

    Args:
        rng: decides looks and posture.
        height_m: body height; by default drawn, children among them.
        waving: one arm up.
    """
    tall = height_m or float(rng.choice([rng.normal(1.7, 0.08), rng.uniform(1.05, 1.4)], p=[0.85, 0.15]))
    body = _trunk(rng) + _head(rng) + _arms(rng, waving=waving)
    return body.scaled(tall / 1.7)


def _cloth(rng: np.random.Generator) -> Material:
    colours = rng.choice(CLOTHES, 2, replace=False)
    if rng.random() < 0.2:
        return cloth((str(colours[0]), str(colours[1])), 0.12)
    return paint(str(colours[0]), 4)


def _trunk(rng: np.random.Generator) -> Model:
    stride = rng.uniform(0.02, 0.16)
    trousers, top, shoe = _cloth(rng), _cloth(rng), paint("#2a2624", 30)
    chest = lathe(
        [(0.15, 0.82), (0.165, 0.9), (0.15, 1.05), (0.18, 1.25), (0.2, 1.36), (0.15, 1.44), (0.06, 1.48)],
        segments=18,
        squash=0.62,
    )
    model = solid(top, chest)
    if rng.random() < 0.25:
        skirt = lathe([(0.3, 0.42), (0.24, 0.65), (0.16, 0.92)], segments=18, squash=0.8)
        model += solid(trousers, skirt)
    for side in (-1, 1):
        foot = (side * 0.11, side * stride, 0.05)
        leg = tube([foot, (side * 0.1, side * stride * 0.4 - 0.03, 0.48), (side * 0.08, 0, 0.9)], [0.055, 0.075, 0.1])
        model += solid(trousers, leg)
        model += solid(shoe, ball(0.06, height=0.1).scaled(1, 2.2, 1).moved(foot[0], foot[1] - 0.05, 0))
    if rng.random() < 0.25:
        model += solid(_cloth(rng), ball(0.17, height=0.45).scaled(1, 0.7, 1).moved(0, 0.17, 0.98))  # a backpack
    return model


def _head(rng: np.random.Generator) -> Model:
    skin, hair = paint(str(rng.choice(SKINS)), 18), paint(str(rng.choice(HAIRS)), 25)
    neck = tube([(0, 0, 1.42), (0, 0, 1.55)], 0.055)
    model = solid(skin, ball(0.095, height=0.245).scaled(1, 1.1, 1).moved(z=1.48), neck)
    model += solid(skin, ball(0.018, height=0.045, segments=8).moved(0, -0.105, 1.575))
    model += solid(hair, ball(0.107, height=0.2).scaled(1, 1.1, 1).moved(0, 0.022, 1.565))
    if rng.random() < 0.3:
        model += solid(hair, ball(0.1, height=0.34).scaled(1, 0.6, 1).moved(0, 0.065, 1.38))
    eyes = [ball(0.013, segments=8).moved(side * 0.038, -0.094, 1.6) for side in (-1, 1)]
    model += solid(paint("#1c1614", 60), *eyes)
    model += solid(
        paint("#9a4a40", 10), ball(0.028, height=0.012, segments=8).scaled(1, 0.4, 1).moved(0, -0.096, 1.538)
    )
    if rng.random() < 0.3:
        colour = paint(str(rng.choice(CLOTHES)), 8)
        brim = lathe(
            [(0.0, 0.0), (0.18, 0.0), (0.18, 0.012), (0.11, 0.02), (0.105, 0.09), (0.07, 0.12), (0.0, 0.125)],
            segments=18,
        )
        model += solid(colour, brim.moved(0, 0.01, 1.675))
    return model


def _arms(rng: np.random.Generator, *, waving: bool) -> Model:
    sleeve, skin = _cloth(rng), paint(str(rng.choice(SKINS)), 18)
    model = Model()
    for side in (-1, 1):
        swing = rng.uniform(-0.2, 0.2)
        shoulder = np.array([side * 0.2, 0, 1.38])
        to_elbow, to_hand = (side * 0.07, -swing * 0.4, -0.28), (side * 0.06, -swing - 0.08, -0.52)
        if waving and side == 1:
            to_elbow, to_hand = (0.22, -0.05, 0.1), (0.26, -0.08, 0.4)
        elbow, hand = np.add(shoulder, to_elbow), np.add(shoulder, to_hand)
        model += solid(sleeve, tube([shoulder, (shoulder + elbow) / 2, elbow], [0.06, 0.052, 0.045]))
        model += solid(skin, tube([elbow, hand], [0.04, 0.032]), ball(0.045, height=0.11).moved(*hand - [0, 0, 0.07]))
    return model
