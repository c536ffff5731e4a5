"""Light: sun with soft shadows, sky light with ambient occlusion, gloss, water, lamps, fog.

The formulas are the usual ones of deferred shading: Lambert's cosine law, Schlick's approximation of
Fresnel reflection, Blinn's highlight, exponential fog.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from demo.world.camera import Camera
from demo.world.materials import FOLIAGE, GROUND, WATER
from demo.world.noise import fractal, sample
from demo.world.raster import Buffers, Picture, SunMap
from demo.world.sky import sky
from demo.world.weather import Weather

_LAMP = np.array([1.0, 0.72, 0.38], dtype=np.float32)  # incandescent light, linear RGB


def shade(
    buffers: Buffers,
    camera: Camera,
    *,
    weather: Weather,
    sun_map: SunMap,
    rng: np.random.Generator,
    mirror: Picture | None = None,
) -> Picture:
    """Return the lit picture, linear RGB float32 (h, w, 3), before exposure.

    Args:
        buffers: what the camera sees.
        camera: where it stands.
        weather: the light.
        sun_map: what the sun sees.
        rng: jitters the sampling of soft shadows and occlusion.
        mirror: the picture of the mirrored camera, which water reflects; None where there is no water.
    """
    rays = camera.rays()
    view = rays / np.linalg.norm(rays, axis=-1, keepdims=True)
    hit = np.isfinite(buffers.depth)
    depth = np.where(hit, buffers.depth, 0.0)
    where = np.asarray(camera.eye, dtype=np.float32) + rays * depth[..., None]
    albedo = _weathered(buffers, where, weather)
    normal = _rippled(buffers, where, weather)
    shadow = _sunlight(sun_map, where, normal, softness_m=0.12 + 1.2 * weather.overcast, rng=rng)
    occlusion = _occlusion(buffers, camera, rng=rng)
    lit = _diffuse(buffers, albedo, normal, weather=weather, sunlight=shadow, occlusion=occlusion)
    lit = _glossy(lit, buffers, normal, view=view, weather=weather, sunlight=shadow, mirror=mirror)
    lit = lit + _lamps(buffers, albedo, weather)
    lit = _foggy(lit, depth * np.linalg.norm(rays, axis=-1), weather)
    lit[~hit] = sky(view[~hit], weather)
    return lit


def _weathered(buffers: Buffers, where: Picture, weather: Weather) -> Picture:
    """Return the albedo with patches on the ground, stains on walls, wetness and snow."""
    kind, up = buffers.surface[..., 2], buffers.normal[..., 2]
    tile = fractal(41, slope=0.5)
    patches = sample(tile, where[..., 0] / 61, where[..., 1] / 61) - 0.5
    patches += 0.6 * (sample(tile, where[..., 0] / 9.3, where[..., 1] / 9.3) - 0.5)
    stains = sample(tile, (where[..., 0] + where[..., 1]) / 17, where[..., 2] / 31) - 0.5
    tone = np.where(np.abs(kind.astype(int) - GROUND) < 20, 1 + 0.7 * patches, 1 + 0.2 * stains)
    albedo = buffers.albedo * np.clip(tone, 0.5, 1.5)[..., None] * (1 - 0.35 * weather.rain)
    if weather.snow:
        covered = np.clip((up - 0.45 + 0.8 * patches) / 0.25, 0, 1) * weather.snow * (kind < WATER - 40)
        albedo = albedo * (1 - covered[..., None]) + np.float32(0.82) * covered[..., None]
    weathered: Picture = albedo.astype(np.float32)
    return weathered


def _rippled(buffers: Buffers, where: Picture, weather: Weather) -> Picture:
    """Return the normals with waves on water."""
    water = buffers.surface[..., 2] > WATER - 40
    if not water.any():
        return buffers.normal
    tile = fractal(43, slope=0.8)
    x, y = where[..., 0][water], where[..., 1][water]
    near = 1 / (1 + np.hypot(x, y) / 150)
    wave = np.stack([sample(tile, x / 23, y / 7), sample(tile, x / 19 + 0.3, y / 6 + 0.7), np.full_like(x, 0.5)], -1)
    normal = buffers.normal.copy()
    normal[water] = np.array([0, 0, 1], np.float32) + (0.08 + 0.1 * weather.rain) * near[:, None] * (wave - 0.5)
    return normal


def _sunlight(
    sun_map: SunMap, where: Picture, normal: Picture, *, softness_m: float, rng: np.random.Generator, taps: int = 6
) -> NDArray[np.float32]:
    """Return the share of the sun's disc that each pixel sees, (h, w) in 0..1 (percentage-closer filtering)."""
    side = len(sun_map.depth)
    texel = 2 * sun_map.reach_m / side
    local = (where + normal * (1.5 * texel) - sun_map.origin) @ sun_map.axes.T
    turn = rng.uniform(0, 2 * np.pi, where.shape[:2]).astype(np.float32)
    light = np.zeros(where.shape[:2], dtype=np.float32)
    for tap in range(taps):
        radius = max(softness_m, 0.9 * texel) * np.sqrt((tap + 0.5) / taps)
        angle = turn + tap * 2.4
        column = (local[..., 0] + radius * np.cos(angle) + sun_map.reach_m) / texel
        row = (sun_map.reach_m - local[..., 1] - radius * np.sin(angle)) / texel
        inside = (column >= 0) & (column < side) & (row >= 0) & (row < side)
        i, j = np.where(inside, row, 0).astype(np.int32), np.where(inside, column, 0).astype(np.int32)
        light += ~(inside & (sun_map.depth[i, j] < local[..., 2] - texel))
    return light / np.float32(taps)


def _occlusion(buffers: Buffers, camera: Camera, *, rng: np.random.Generator, taps: int = 12) -> NDArray[np.float32]:
    """Return how open each pixel is to the sky, (h, w) in 0..1, judged from its neighbours on the screen.

    McGuire et al., "The Alchemy screen-space ambient obscurance algorithm" (HPG 2011), equation 10, at half size.
    """
    depth = np.minimum(buffers.depth[::2, ::2], 1e5)
    where = camera.rays()[::2, ::2] * depth[..., None]
    normal = buffers.normal[::2, ::2]
    high, wide = depth.shape
    rows, columns = np.mgrid[0:high, 0:wide]
    reach_m = np.clip(0.06 * depth, 0.05, 3.5)
    reach_px = reach_m / depth * high / (2 * np.tan(np.radians(camera.fov_deg / 2)))
    turn = rng.uniform(0, 2 * np.pi, depth.shape)
    total = np.zeros(depth.shape, dtype=np.float32)
    for tap in range(taps):
        angle, share = turn + tap * 2.4, (tap + 0.5) / taps
        i = np.clip(rows + share * reach_px * np.sin(angle), 0, high - 1).astype(np.int32)
        j = np.clip(columns + share * reach_px * np.cos(angle), 0, wide - 1).astype(np.int32)
        way = where[i, j] - where
        above = np.einsum("hwc,hwc->hw", way, normal) - 0.002 * depth
        total += np.maximum(above, 0) / (np.einsum("hwc,hwc->hw", way, way) + 0.02 * reach_m**2) * reach_m
    open_sky = np.clip(1 - 1.5 * total / taps, 0.12, 1.0)
    smooth = ndimage.uniform_filter(open_sky, 4)
    return np.repeat(np.repeat(smooth, 2, axis=0), 2, axis=1)[: len(buffers.depth), : buffers.depth.shape[1]].astype(
        np.float32
    )


def _diffuse(
    buffers: Buffers,
    albedo: Picture,
    normal: Picture,
    *,
    weather: Weather,
    sunlight: NDArray[np.float32],
    occlusion: NDArray[np.float32],
) -> Picture:
    cosine = normal @ weather.to_sun
    leafy = np.abs(buffers.surface[..., 2].astype(int) - FOLIAGE) < 20
    # Leaves let light through: their shaded side is half bright.
    direct = np.where(leafy, np.clip(0.35 + 0.65 * cosine, 0.12, 1), np.clip(cosine, 0, 1)) * sunlight
    upward = (0.5 + 0.5 * normal[..., 2])[..., None]
    above = 0.75 * weather.zenith + 0.45 * weather.horizon
    ground = 0.16 * (weather.sun * max(float(weather.to_sun[2]), 0.1) + above)
    ambient = (above * upward + ground * (1 - upward)) * occlusion[..., None]
    lit: Picture = albedo * (direct[..., None] * weather.sun * (0.6 + 0.4 * occlusion[..., None]) + ambient)
    return lit


def _glossy(
    lit: Picture,
    buffers: Buffers,
    normal: Picture,
    *,
    view: Picture,
    weather: Weather,
    sunlight: NDArray[np.float32],
    mirror: Picture | None,
) -> Picture:
    """Add what shiny surfaces reflect: the sky, the sun's highlight, on water the mirrored world."""
    gloss = buffers.surface[..., 0].astype(np.float32) / 255
    gloss = np.maximum(gloss, weather.rain * np.clip(normal[..., 2], 0, 1) * 0.35)
    shiny = (gloss > 0.03) & np.isfinite(buffers.depth)
    gloss, out, toward = gloss[shiny], normal[shiny], view[shiny]
    water = buffers.surface[shiny, 2] > WATER - 40
    facing = np.clip(-np.einsum("nc,nc->n", toward, out), 0, 1)
    onward = toward + 2 * facing[:, None] * out
    reflected = np.where(onward[:, 2:] < 0, 0.35 * weather.horizon, sky(onward, weather))
    if mirror is not None:
        reflected = np.where(water[:, None], _disturbed(mirror, normal)[shiny], reflected)
    # Waves tilt toward and away: water reflects more than Schlick's formula for its mean normal.
    schlick = np.where(water, 0.12 + 0.88 * (1 - facing) ** 3, 0.04 + 0.3 * gloss + 0.96 * (1 - facing) ** 5)
    half = weather.to_sun - toward
    half = half / np.maximum(np.linalg.norm(half, axis=-1, keepdims=True), 1e-6)
    bright = np.clip(np.einsum("nc,nc->n", half, out), 0, 1) ** (20 + 300 * gloss**2)
    highlight = 1.5 * gloss**2 * bright * sunlight[shiny]
    share = np.clip(gloss * schlick, 0, 1)[:, None]
    result = lit.copy()
    result[shiny] = lit[shiny] * (1 - share) + reflected * share + highlight[:, None] * weather.sun
    return result


def _disturbed(mirror: Picture, normal: Picture) -> Picture:
    """Return the mirrored picture, each pixel moved as the wave under it tilts."""
    high, wide = mirror.shape[:2]
    rows, columns = np.mgrid[0:high, 0:wide]
    i = np.clip(rows + normal[..., 1] * high * 0.9, 0, high - 1).astype(np.int32)
    j = np.clip(columns + normal[..., 0] * wide * 0.35, 0, wide - 1).astype(np.int32)
    moved: Picture = mirror[i, j]
    return moved


def _lamps(buffers: Buffers, albedo: Picture, weather: Weather) -> Picture:
    """Return the light of lamps, lit windows and floodlights."""
    glow = buffers.surface[..., 1].astype(np.float32) / 255
    lamp = np.clip((glow - 0.5) * 2, 0, 1)[..., None] * _LAMP * 0.55
    flood = np.where(glow < 0.5, glow * 2, 0)[..., None] * albedo * _LAMP * (0.75 + 0.25 * buffers.normal[..., 2:])
    light: Picture = (weather.night * (lamp + 0.8 * flood)).astype(np.float32)
    return light


def _foggy(lit: Picture, distance: NDArray[np.float32], weather: Weather) -> Picture:
    clear = np.exp(-((distance / weather.fog_m) ** 1.2))[..., None]
    haze = 0.85 * weather.horizon + 0.15 * weather.zenith
    foggy: Picture = (lit * clear + haze * (1 - clear)).astype(np.float32)
    return foggy
