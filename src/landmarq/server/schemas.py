"""What the API answers, for OpenAPI and for clients. Every field carries an example."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

EXAMPLE_PHOTO = "4c1b0b5e9d2f7a86c3e01d94b7f2a5680c9e3d71f4b8a2650e7d9c13b5f8a042"
EXAMPLE_LANDMARK = "eiffel_tower"

_TAKEN = "Capture time in ISO 8601; without a zone unless the camera wrote one."


class Frozen(BaseModel):
    """A value that does not change and has no fields but these."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ProblemBody(BaseModel):
    """An error (RFC 9457)."""

    type: str = Field(examples=["about:blank"])
    title: str = Field(examples=["Too Many Requests"])
    status: int = Field(examples=[429])
    detail: str = Field(examples=["too many photos are waiting: ask again later"])


class LandmarkBody(Frozen):
    """A landmark that can be recognised, or that a person named."""

    id: str = Field(examples=[EXAMPLE_LANDMARK])
    name: str = Field(examples=["Eiffel Tower"])
    city: str = Field(examples=["Paris"])
    country: str = Field(examples=["France"])
    lat: float | None = Field(examples=[48.8584])
    lon: float | None = Field(examples=[2.2945])
    taught: bool = Field(default=False, description="Taught by a person from a few photos.", examples=[False])


class MatchBody(Frozen):
    """A landmark on a photo; ``similarity`` is null where a person named it."""

    id: str = Field(examples=[EXAMPLE_LANDMARK])
    name: str = Field(examples=["Eiffel Tower"])
    city: str = Field(examples=["Paris"])
    country: str = Field(examples=["France"])
    lat: float | None = Field(examples=[48.8584])
    lon: float | None = Field(examples=[2.2945])
    similarity: float | None = Field(examples=[0.713])


class BestBody(Frozen):
    """The candidate with the largest score, also when it was rejected."""

    id: str = Field(examples=[EXAMPLE_LANDMARK])
    similarity: float = Field(examples=[0.713])


class AnswerBody(Frozen):
    """What is on one uploaded photo; ``error`` alone where it can't be read."""

    name: str = Field(examples=["IMG_2041.jpg"])
    landmarks: list[MatchBody] | None = None
    score: float | None = Field(
        default=None, description="0 or more exactly when landmarks are reported.", examples=[0.183]
    )
    best: BestBody | None = None
    place_used: bool | None = Field(default=None, examples=[False])
    reason: str | None = Field(default=None, examples=["Eiffel Tower at 0.713, at least 0.530"])
    error: str | None = Field(default=None, examples=[None])


class AnswersBody(Frozen):
    """One answer a photo, in the order of the upload."""

    photos: list[AnswerBody]


EXAMPLE_ANSWERS = {
    "photos": [
        {
            "name": "IMG_2041.jpg",
            "landmarks": [
                {
                    "id": EXAMPLE_LANDMARK,
                    "name": "Eiffel Tower",
                    "city": "Paris",
                    "country": "France",
                    "lat": 48.8584,
                    "lon": 2.2945,
                    "similarity": 0.713,
                }
            ],
            "score": 0.183,
            "best": {"id": EXAMPLE_LANDMARK, "similarity": 0.713},
            "place_used": False,
            "reason": "Eiffel Tower at 0.713, at least 0.530; its reference photos agree (0.688)",
        },
        {
            "name": "IMG_2042.jpg",
            "landmarks": [],
            "score": -0.319,
            "best": {"id": EXAMPLE_LANDMARK, "similarity": 0.211},
            "place_used": False,
            "reason": "nothing is near enough: the nearest is Eiffel Tower at 0.211, below 0.530",
        },
        {"name": "notes.txt", "error": "not a photo"},
    ]
}


class LandmarksBody(Frozen):
    """All landmarks, by country, city and name."""

    landmarks: list[LandmarkBody]


class AlbumPhotoBody(Frozen):
    """A photo in an album."""

    id: str = Field(description="SHA-256 of the file.", examples=[EXAMPLE_PHOTO])
    name: str = Field(examples=["IMG_2041.jpg"])
    taken: str | None = Field(description=_TAKEN, examples=["2019-07-14T10:00:04"])
    similarity: float | None = Field(examples=[0.713])


class AlbumBody(Frozen):
    """The photos of one landmark."""

    id: str = Field(examples=[EXAMPLE_LANDMARK])
    name: str = Field(examples=["Eiffel Tower"])
    photos: list[AlbumPhotoBody]


class CityBody(Frozen):
    """The albums of one city."""

    city: str = Field(examples=["Paris"])
    country: str = Field(examples=["France"])
    landmarks: list[AlbumBody]


class AlbumsBody(Frozen):
    """All albums, as in albums.json, with ids in place of paths."""

    cities: list[CityBody]
    photos: int = Field(examples=[1204])
    unreadable: int = Field(examples=[3])


class PhotoBody(Frozen):
    """A photo of the library: its albums, and what the recogniser says."""

    id: str = Field(examples=[EXAMPLE_PHOTO])
    name: str = Field(examples=["IMG_2041.jpg"])
    width: int = Field(examples=[4032])
    height: int = Field(examples=[3024])
    taken: str | None = Field(description=_TAKEN, examples=["2019-07-14T10:00:04"])
    lat: float | None = Field(examples=[48.8579])
    lon: float | None = Field(examples=[2.2951])
    landmarks: list[MatchBody]
    corrected: dict[str, bool] = Field(
        description="What a person said: landmark id to whether it is shown.", examples=[{EXAMPLE_LANDMARK: True}]
    )
    recognised: AnswerBody | None


class BoxBody(Frozen):
    """A rectangle as shares of width and height."""

    left: float = Field(examples=[0.125])
    top: float = Field(examples=[0.0])
    right: float = Field(examples=[0.625])
    bottom: float = Field(examples=[0.875])


class ExplanationBody(Frozen):
    """Why a photo is near to a landmark: the cells sum to the similarity."""

    landmark: str = Field(examples=[EXAMPLE_LANDMARK])
    similarity: float = Field(description="In float32, also where the albums' is in bf16.", examples=[0.713])
    cells: list[list[float]] = Field(description="By row from the top.", examples=[[[0.011, 0.402], [-0.003, 0.303]]])
    box: BoxBody


class ExplanationsBody(Frozen):
    """One map a landmark."""

    explanations: list[ExplanationBody]


class HealthBody(Frozen):
    """Whether the server lives, and is ready."""

    status: Literal["ok"] = Field(examples=["ok"])


class Done(Frozen):
    """What was done, for ``undo``."""

    action: int = Field(examples=[17])


class Entering(Frozen):
    """A photo that would enter the album."""

    id: str = Field(examples=[EXAMPLE_PHOTO])
    name: str = Field(examples=["IMG_2041.jpg"])
    similarity: float = Field(examples=[0.871])


class Contested(Entering):
    """A photo in other landmarks' albums. Unless it is moved it stays there; one that teaches is then in both."""

    albums: list[str] = Field(
        description="Names of the albums that it is in, the nearest landmark's first.", examples=[["Eiffel Tower"]]
    )
    similarity_there: float | None = Field(
        description="To the nearest of them; null where a person named them.", examples=[0.566]
    )
    nearer: bool = Field(
        description="It looks more like the taught landmark, and no person said otherwise.", examples=[True]
    )
    teaches: bool = Field(description="It is one of the lesson's photos.", examples=[False])


class PreviewBody(Frozen):
    """What accepting would do; of long lists only the beginning is given."""

    preview: str = Field(description="For accept.", examples=["9f1c2ab34de56708"])
    landmark: LandmarkBody
    entering: list[Entering]
    count: int = Field(description="How many would be in the album.", examples=[12])
    contested: list[Contested]
    contested_count: int = Field(examples=[1])
    alike: str = Field(description="Name of the known landmark that it is most like.", examples=["Eiffel Tower"])
    alike_similarity: float | None = Field(examples=[0.402])


class Accepted(Frozen):
    """The landmark that is taught now, or is forgotten."""

    landmark: str = Field(examples=["taught_our_summer_house_1f0c9a2e"])


class ScanBody(Frozen):
    """How a scan stands."""

    state: Literal["idle", "running", "paused", "done", "failed"] = Field(examples=["running"])
    done: int = Field(examples=[320])
    total: int = Field(examples=[1204])
    rate: float = Field(description="Photos a second.", examples=[41.5])
    message: str = Field(examples=["320 of 1204 photos"])
