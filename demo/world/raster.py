"""Drawing a scene into buffers: colour, normal, surface and depth of every pixel. The one door to pyvista.

VTK only fills triangles here; light is computed by ``shading`` from the buffers. VTK's own shadows and
ambient occlusion depend on the graphics driver and don't work together off screen.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import pyvista
from numpy.typing import NDArray
from vtkmodules.vtkCommonDataModel import vtkPlane

from demo.world.camera import Camera
from demo.world.materials import Material
from demo.world.mesh import Mesh
from demo.world.model import Scene

Picture = NDArray[np.float32]
FAR_M = 6000.0
_WATER_LEVEL = vtkPlane(origin=(0.0, 0.0, 0.02), normal=(0.0, 0.0, 1.0))


@dataclass(frozen=True, eq=False)
class Buffers:
    """What the camera sees, before light.

    Attributes:
        albedo: float32 (h, w, 3), linear RGB, 0..1.
        normal: float32 (h, w, 3), unit length, facing the camera.
        surface: uint8 (h, w, 3): gloss, glow, kind; see ``materials.Material``.
        depth: float32 (h, w), metres along the view axis; infinite where there is only sky.
    """

    albedo: Picture
    normal: Picture
    surface: NDArray[np.uint8]
    depth: Picture


@dataclass(frozen=True, eq=False)
class SunMap:
    """What the sun sees: a depth map from its direction.

    Attributes:
        depth: float32 (n, n), metres from the map's plane; infinite where the light meets nothing.
        origin: float32 (3,), middle of the map's plane.
        axes: float32 (3, 3), rows right, up, forward of the map.
        reach_m: half the map's side in metres.
    """

    depth: Picture
    origin: NDArray[np.float32]
    axes: NDArray[np.float32]
    reach_m: float


class Raster:
    """A scene on the graphics device, ready to be drawn from several sides. Close it after use."""

    def __init__(self, scene: Scene) -> None:
        """Load the scene."""
        self._scene = scene
        self._plotter = pyvista.Plotter(off_screen=True, lighting="none", window_size=[64, 64])
        self._plotter.disable_anti_aliasing()
        self._plotter.renderer.set_background("black")
        self._passes: dict[str, list[pyvista.Actor]] = {"albedo": [], "normal": [], "surface": []}
        for mesh, material in scene.model.by_material():
            self._add(mesh, material)

    def close(self) -> None:
        """Free the graphics device."""
        self._plotter.close()

    def view(self, camera: Camera, *, above_water: bool = False) -> Buffers:
        """Draw the scene as the camera sees it; ``above_water`` leaves out the water and all below it."""
        self._look(camera)
        self._clip(above_water)
        albedo = self._draw("albedo")
        depth = self._depth()
        raw_normal = self._draw("normal").astype(np.float32) / 127.5 - 1
        normal = raw_normal / np.maximum(np.linalg.norm(raw_normal, axis=-1, keepdims=True), 1e-6)
        away = np.einsum("hwc,hwc->hw", normal, camera.rays()) > 0.0
        normal[away] *= -1
        surface = self._draw("surface")
        self._clip(False)
        return Buffers(_linear(albedo), normal, surface, depth)

    def sun_map(self, to_sun: NDArray[np.float32], *, side: int) -> SunMap:
        """Draw the depth of the scene's shadow-casting part as seen from the sun, ``side`` pixels square."""
        reach = self._scene.reach_m
        aim = np.array([*self._scene.middle, reach * 0.15], dtype=np.float32)
        eye = aim + to_sun * reach * 4
        camera = Camera(tuple(eye.tolist()), tuple(aim.tolist()), 30.0, side, side, near_m=1.0)
        right, up, forward = camera.axes()
        self._look(camera)
        own = self._plotter.camera
        own.parallel_projection = True
        own.parallel_scale = reach
        own.clipping_range = (1.0, reach * 8)
        self._draw("albedo")
        z = self._plotter.get_image_depth(reset_camera_clipping_range=False)
        own.parallel_projection = False
        depth = np.where(np.isfinite(z), -z, np.inf).astype(np.float32)
        axes = np.stack([right, up, forward]).astype(np.float32)
        return SunMap(depth, eye.astype(np.float32), axes, reach)

    def _add(self, mesh: Mesh, material: Material) -> None:
        faces = np.column_stack([np.full(len(mesh.triangles), 3), mesh.triangles])
        body = pyvista.PolyData(mesh.points.astype(np.float32), faces)
        body.active_texture_coordinates = mesh.uv / np.array(material.tile_m)
        for name, tile in (("albedo", material.albedo), ("surface", material.surface)):
            texture = pyvista.Texture(np.ascontiguousarray(tile[::-1]))  # type: ignore[no-untyped-call]  # so in pyvista
            texture.repeat = True
            texture.mipmap = texture.interpolate = tile.shape[0] > 1
            texture.SetMaximumAnisotropicFiltering(1.0)  # more takes Mesa's software renderer minutes
            actor = self._actor(body)
            actor.texture = texture
            self._passes[name].append(actor)
        painted = body.copy()
        painted["normal"] = np.round((mesh.normals + 1) * 127.5).astype(np.uint8)
        self._passes["normal"].append(self._actor(painted))

    def _actor(self, body: pyvista.PolyData) -> pyvista.Actor:
        """Put a body on the stage, its colours as they are."""
        mapper = pyvista.DataSetMapper(body)
        if "normal" in body.array_names:
            mapper.SetScalarModeToUsePointFieldData()
            mapper.SelectColorArray("normal")
            mapper.SetColorModeToDirectScalars()
        actor = pyvista.Actor(mapper=mapper)
        actor.prop.lighting = False
        actor.prop.color = "white"  # textures are multiplied by it, and pyvista's own is light blue
        self._plotter.renderer.AddActor(actor)
        return actor

    def _look(self, camera: Camera) -> None:
        _, up, _ = camera.axes()
        self._plotter.window_size = [camera.width, camera.height]
        own = self._plotter.camera
        own.position, own.focal_point, own.up = camera.eye, camera.aim, up.tolist()
        own.view_angle = camera.fov_deg
        own.clipping_range = (camera.near_m, FAR_M)

    def _clip(self, above_water: bool) -> None:
        for actor in itertools.chain.from_iterable(self._passes.values()):
            actor.mapper.RemoveAllClippingPlanes()
            if above_water:
                actor.mapper.AddClippingPlane(_WATER_LEVEL)

    def _draw(self, name: str) -> NDArray[np.uint8]:
        for pass_name, actors in self._passes.items():
            for actor in actors:
                actor.visibility = pass_name == name
        self._plotter.render()
        return np.asarray(self._plotter.screenshot(return_img=True), dtype=np.uint8)

    def _depth(self) -> Picture:
        z = self._plotter.get_image_depth(reset_camera_clipping_range=False)
        depth = np.where(np.isfinite(z), -z, np.inf)
        depth[depth > 0.98 * FAR_M] = np.inf
        return depth.astype(np.float32)


def _linear(picture: NDArray[np.uint8]) -> Picture:
    """Undo the sRGB curve."""
    levels = np.arange(256) / 255.0
    table = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4).astype(np.float32)
    linear: Picture = table[picture]
    return linear
