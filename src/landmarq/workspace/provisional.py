"""Thresholds for a pack that nobody has calibrated yet: from its own background."""

from __future__ import annotations

import numpy as np

from landmarq.gallery import Gallery
from landmarq.pack import STRICTNESSES, Strictness, Thresholds

_QUANTILES: dict[Strictness, float] = {"strict": 1.0, "normal": 0.999, "loose": 0.99}
_WITHOUT_BACKGROUND = 0.6
_PLACE_BONUS = 0.1


def provisional_thresholds(gallery: Gallery) -> dict[str, Thresholds]:
    """Return thresholds that (nearly) all background photos of a gallery would miss.

    It is a guess: the background is what the network was trained against, so strangers come nearer than it
    does. ``landmarq calibrate`` replaces it by thresholds from photos that were held back.
    """
    found = {}
    for strictness in STRICTNESSES:
        eta = _WITHOUT_BACKGROUND
        if len(gallery.background):
            nearest = (gallery.background @ gallery.centroids.T).max(axis=1)
            eta = float(np.quantile(nearest, _QUANTILES[strictness])) + 0.02
        found[str(strictness)] = Thresholds(eta=eta, eta_place=eta - _PLACE_BONUS, rho=eta - _PLACE_BONUS)
    return found
