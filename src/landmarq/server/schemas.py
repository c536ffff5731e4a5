"""What the API speaks, for OpenAPI and for clients."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

_TAKEN = "Capture time in ISO 8601; without a zone unless the camera wrote one."


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ProblemBody(BaseModel):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str


class LandmarkBody(_Frozen):
    """A landmark that can be recognised, or that a person named."""

    id: str = Field(examples=["eiffel_tower"])
    name: str = Field(examples=["Eiffel Tower"])
    city: str = Field(examples=["Paris"])
    country: str = Field(examples=["France"])
    lat: float | None = Field(examples=[48.8584])
    lon: float | None = Field(examples=[2.2945])
    taught: bool = Field(default=False, description="Taught by a person from a few photos.")


class MatchBody(_Frozen):
    """A landmark on a photo; ``similarity`` is null where a person named it."""

    id: str = Field(examples=["eiffel_tower"])
    name: str = Field(examples=["Eiffel Tower"])
    city: str = Field(examples=["Paris"])
    country: str = Field(examples=["France"])
    lat: float | None = Field(examples=[48.8584])
    lon: float | None = Field(examples=[2.2945])
    similarity: float | None = Field(examples=[0.71])


class BestBody(_Frozen):
    """The candidate with the largest score, also when it was rejected."""

    id: str
    similarity: float


class AnswerBody(_Frozen):
    """What is on one uploaded photo; ``error`` alone where it can't be read."""

    name: str = Field(examples=["IMG_2041.jpg"])
    landmarks: list[MatchBody] | None = None
    score: float | None = Field(default=None, description="0 or more exactly when landmarks are reported.")
    best: BestBody | None = None
    place_used: bool | None = None
    reason: str | None = Field(default=None, examples=["Eiffel Tower at 0.713, at least 0.530"])
    error: str | None = None


class AnswersBody(_Frozen):
    """One answer a photo, in the order of the upload."""

    photos: list[AnswerBody]


class LandmarksBody(_Frozen):
    """All landmarks, by country, city and name."""

    landmarks: list[LandmarkBody]


class AlbumPhotoBody(_Frozen):
    """A photo in an album."""

    id: str = Field(description="SHA-256 of the file.")
    name: str
    taken: str | None = Field(description=_TAKEN)
    similarity: float | None


class AlbumBody(_Frozen):
    """The photos of one landmark."""

    id: str
    name: str
    photos: list[AlbumPhotoBody]


class CityBody(_Frozen):
    """The albums of one city."""

    city: str
    country: str
    landmarks: list[AlbumBody]


class AlbumsBody(_Frozen):
    """All albums, as in albums.json, with ids in place of paths."""

    cities: list[CityBody]
    photos: int
    unreadable: int


class PhotoBody(_Frozen):
    """A photo of the library: its albums, and what the recogniser says."""

    id: str
    name: str
    width: int
    height: int
    taken: str | None = Field(description=_TAKEN)
    lat: float | None
    lon: float | None
    landmarks: list[MatchBody]
    corrected: dict[str, bool] = Field(description="What a person said: landmark id to whether it is shown.")
    recognised: AnswerBody | None


class BoxBody(_Frozen):
    """A rectangle as shares of width and height."""

    left: float
    top: float
    right: float
    bottom: float


class ExplanationBody(_Frozen):
    """Why a photo is near to a landmark: the cells sum to the similarity."""

    landmark: str
    similarity: float
    cells: list[list[float]]
    box: BoxBody


class ExplanationsBody(_Frozen):
    """One map a landmark."""

    explanations: list[ExplanationBody]


class HealthBody(_Frozen):
    """Whether the server lives, and is ready."""

    status: Literal["ok"]


_NAME = Field(min_length=1, max_length=200)


class NotThis(_Frozen):
    """These photos do not show this landmark."""

    photos: list[str] = Field(min_length=1, max_length=5000)
    landmark: str = _NAME


class ItIs(_Frozen):
    """These photos show this landmark, and not that other one."""

    photos: list[str] = Field(min_length=1, max_length=5000)
    landmark: str = _NAME
    instead_of: str = Field(default="", max_length=200)


class Undo(_Frozen):
    """Take back an action."""

    action: int = Field(ge=1, le=2**62)


class Done(_Frozen):
    """What was done, for ``undo``."""

    action: int


class Teach(_Frozen):
    """A landmark of one's own and the photos that show it."""

    name: str = Field(min_length=1, max_length=120)
    photos: list[str] = Field(min_length=1, max_length=200)
    city: str = Field(default="", max_length=120)
    country: str = Field(default="", max_length=120)
    lat: float | None = Field(default=None, ge=-90, le=90)
    lon: float | None = Field(default=None, ge=-180, le=180)


class Entering(_Frozen):
    """A photo that would enter the album; ``stays_in`` names the album that it stays in instead."""

    id: str
    name: str
    similarity: float
    stays_in: str = ""


class PreviewBody(_Frozen):
    """What accepting would do."""

    preview: str
    landmark: LandmarkBody
    entering: list[Entering]
    contested: list[Entering]
    count: int
    shared: dict[str, int] = Field(
        description="Albums that photos of the lesson are in already, by name, and how many: they would be in both."
    )
    alike: str
    alike_similarity: float | None


class Accept(_Frozen):
    """Accept a preview."""

    preview: str = Field(min_length=1, max_length=64)


class Accepted(_Frozen):
    """The landmark that is taught now."""

    landmark: str


class Forget(_Frozen):
    """Forget a taught landmark."""

    landmark: str = _NAME


class ScanBody(_Frozen):
    """How a scan stands."""

    state: Literal["idle", "running", "paused", "done", "failed"]
    done: int
    total: int
    rate: float
    message: str
