"""A model: meshes with their materials, put together and placed as one thing; and a scene of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from demo.world.materials import Material
from demo.world.mesh import Axis, Mesh, join


@dataclass(frozen=True, eq=False)
class Model:
    """Solids that belong together.

    Attributes:
        solids: (mesh, material) pairs.
    """

    solids: tuple[tuple[Mesh, Material], ...] = ()

    def __add__(self, other: Model) -> Model:
        """Return both models as one."""
        return Model(self.solids + other.solids)

    def moved(self, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> Model:
        """Return the model shifted by metres."""
        return Model(tuple((mesh.moved(x, y, z), material) for mesh, material in self.solids))

    def turned(self, degrees: float, axis: Axis = "z") -> Model:
        """Return the model turned about an axis through the origin."""
        return Model(tuple((mesh.turned(degrees, axis), material) for mesh, material in self.solids))

    def scaled(self, factor: float) -> Model:
        """Return the model at another size, its textures with it."""
        return Model(tuple((mesh.scaled(factor, factor, factor), material) for mesh, material in self.solids))

    def by_material(self) -> list[tuple[Mesh, Material]]:
        """Return one joined mesh for each material, in the order of first use."""
        groups: dict[int, tuple[Material, list[Mesh]]] = {}
        for mesh, material in self.solids:
            groups.setdefault(id(material), (material, []))[1].append(mesh)
        return [(join(meshes), material) for material, meshes in groups.values()]


def solid(material: Material, *meshes: Mesh) -> Model:
    """Return a model of meshes that share a material."""
    return Model(tuple((mesh, material) for mesh in meshes))


def group(models: Iterable[Model]) -> Model:
    """Return all models as one."""
    return Model(tuple(pair for model in models for pair in model.solids))


@dataclass(frozen=True, eq=False)
class Scene:
    """Everything before the camera.

    Attributes:
        model: all solids.
        middle: (x, y) around which shadows are cast, metres.
        reach_m: radius of the part that casts shadows.
    """

    model: Model
    middle: tuple[float, float] = (0.0, 0.0)
    reach_m: float = 120.0
