"""From light to a photo as people take them: exposure, white balance, lens, film curve, grain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Picture = NDArray[np.float32]


@dataclass(frozen=True)
class Film:
    """How one photo was taken.

    Attributes:
        exposure: stops over (or under) what the meter says.
        warmth: white balance: above 0 redder, below 0 bluer; -1 to 1.
        vignette: how much darker the corners are, 0 to 1.
        grain: standard deviation of the noise in levels of 255.
        blur_px: softness of the picture in pixels of the finished photo.
        focus_m: distance that is sharp, or None where everything is.
        aperture: how fast sharpness is lost away from ``focus_m``, pixels.
    """

    exposure: float = 0.0
    warmth: float = 0.0
    vignette: float = 0.2
    grain: float = 1.5
    blur_px: float = 0.3
    focus_m: float | None = None
    aperture: float = 0.0


def develop(light: Picture, depth: Picture, *, film: Film, night: float, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return the photo, uint8 (h, w, 3) sRGB, at half the size of the light it is made from.

    Args:
        light: linear RGB (2h, 2w, 3).
        depth: (2h, 2w) metres.
        film: how the photo was taken.
        night: 0 by day to 1: a meter leaves night scenes dark.
        rng: for the grain.
    """
    sharp = _defocused(light, depth, film)
    # Averaging after the curve, as eyes do, keeps bright edges smooth.
    exposed = sharp * _meter(sharp, night) * 2.0**film.exposure
    exposed = exposed * np.array([1 + 0.12 * film.warmth, 1, 1 - 0.14 * film.warmth], dtype=np.float32)
    curved = _film_curve(_vignetted(exposed, film.vignette))
    high, wide = curved.shape[0] // 2, curved.shape[1] // 2
    small = curved.reshape(high, 2, wide, 2, 3).mean(axis=(1, 3))
    small = ndimage.gaussian_filter(small, (film.blur_px, film.blur_px, 0))
    encoded = 255 * np.where(small <= 0.0031308, 12.92 * small, 1.055 * np.maximum(small, 1e-6) ** (1 / 2.4) - 0.055)
    noise = rng.standard_normal((high, wide, 1))
    noisy = encoded + film.grain * ndimage.gaussian_filter(noise, (0.6, 0.6, 0)) * 1.6
    photo: NDArray[np.uint8] = np.clip(np.round(noisy), 0, 255).astype(np.uint8)
    return photo


def _meter(light: Picture, night: float) -> float:
    """Return the factor that brings the brightness, weighed toward the picture's middle, to 18 % grey."""
    luminance = np.maximum(light @ np.array([0.2126, 0.7152, 0.0722], dtype=np.float32), 1e-3)
    high, wide = luminance.shape
    y, x = np.linspace(-1, 1, high)[:, None], np.linspace(-1, 1, wide)[None]
    middle = float(np.exp(np.average(np.log(luminance), weights=np.exp(-1.5 * (x**2 + y**2)))))
    return float(np.clip((0.19 - 0.1 * night) / middle, 0.3, 3.0 + 3.0 * night))


def _film_curve(light: Picture) -> Picture:
    """Compress highlights: Narkowicz's fit of the ACES film curve, on slightly greyed colours as it deepens them."""
    grey = (light @ np.array([0.2126, 0.7152, 0.0722], dtype=np.float32))[..., None]
    light = 0.8 * light + 0.2 * grey
    curve: Picture = np.clip(light * (2.51 * light + 0.03) / (light * (2.43 * light + 0.59) + 0.14), 0, 1)
    return curve


def _vignetted(light: Picture, strength: float) -> Picture:
    high, wide = light.shape[:2]
    y, x = np.linspace(-1, 1, high)[:, None], np.linspace(-1, 1, wide)[None]
    shaded: Picture = (light * (1 - strength * ((x**2 + y**2) / 2) ** 1.5)[..., None]).astype(np.float32)
    return shaded


def _defocused(light: Picture, depth: Picture, film: Film) -> Picture:
    """Blend a few blurred copies by how far out of focus each pixel is."""
    if film.focus_m is None or film.aperture <= 0:
        return light
    blur = np.minimum(film.aperture * np.abs(1 - film.focus_m / np.minimum(depth, 1e4)), 14.0)
    blur = ndimage.gaussian_filter(blur, 2)
    levels = [0.0, 2.0, 5.0, 9.0, 14.0]
    copies = [light] + [ndimage.gaussian_filter(light, (level, level, 0)) for level in levels[1:]]
    result = np.zeros_like(light)
    for index, copy in enumerate(copies):
        weight = np.interp(blur, levels, [float(index == other) for other in range(len(levels))])
        result += copy * weight[..., None].astype(np.float32)
    return result
