"""What a person's page, or a program, tells the server to do. Every field carries an example."""

from __future__ import annotations

from pydantic import Field

from landmarq.server.schemas import EXAMPLE_LANDMARK, EXAMPLE_PHOTO, Frozen

_LANDMARK = Field(min_length=1, max_length=200, examples=[EXAMPLE_LANDMARK])
_PHOTOS = Field(min_length=1, max_length=5000, description="Ids of photos.", examples=[[EXAMPLE_PHOTO]])


class NotThis(Frozen):
    """These photos do not show this landmark."""

    photos: list[str] = _PHOTOS
    landmark: str = _LANDMARK


class ItIs(Frozen):
    """These photos show this landmark, and not that other one."""

    photos: list[str] = _PHOTOS
    landmark: str = _LANDMARK
    instead_of: str = Field(default="", max_length=200, examples=["tokyo_tower"])


class Undo(Frozen):
    """Take back an action."""

    action: int = Field(ge=1, le=2**62, examples=[17])


class Teach(Frozen):
    """A landmark of one's own and the photos that show it."""

    name: str = Field(min_length=1, max_length=120, examples=["Our summer house"])
    photos: list[str] = Field(min_length=1, max_length=200, description="Three or more.", examples=[[EXAMPLE_PHOTO]])
    city: str = Field(default="", max_length=120, examples=["Bern"])
    country: str = Field(default="", max_length=120, examples=["Switzerland"])
    lat: float | None = Field(default=None, ge=-90, le=90, examples=[46.948])
    lon: float | None = Field(default=None, ge=-180, le=180, examples=[7.447])


class Accept(Frozen):
    """Accept a preview; contested photos named in ``move`` leave the other albums for the new one."""

    preview: str = Field(min_length=1, max_length=64, examples=["9f1c2ab34de56708"])
    move: list[str] = Field(default=[], max_length=5000, description="Ids of photos.", examples=[[EXAMPLE_PHOTO]])


class Forget(Frozen):
    """Forget a taught landmark."""

    landmark: str = Field(min_length=1, max_length=200, examples=["taught_our_summer_house_1f0c9a2e"])
