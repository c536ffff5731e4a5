"""Every error that landmarq raises on purpose.

The message is one line for the person who reads it: what is wrong, and what to do. The command line
prints it and exits with code 2; the server answers it as problem+json.

    LandmarqError
    ├── InputError             a folder, photo list or CSV that the caller named
    │   ├── CatalogError       a row or column of a catalog, landmark table or reference list
    │   └── PhotoError         one photo that can't be read; a run reports it and goes on
    ├── ConfigError            an unknown key or a value out of range in a configuration
    ├── ArtifactError          a file that landmarq wrote (or a stranger did) and that can't be trusted
    │   ├── ModelError         a model folder
    │   └── PackError          a pack folder, or a pack made for another model
    ├── LibraryError           a photo library that is in use, or newer than this version
    ├── StorageError           no space, no permission
    └── MissingExtraError      an optional dependency; the message names the install line
"""

from __future__ import annotations


class LandmarqError(Exception):
    """Base of every error that a caller can do something about."""


class InputError(LandmarqError):
    """Something that the caller named does not exist or does not make sense."""


class CatalogError(InputError):
    """A catalog, landmark table or reference list has a bad column or row."""


class PhotoError(InputError):
    """One photo can't be read.

    Attributes:
        reason: a short stable word for counting: ``missing``, ``damaged``, ``too-large``, ``timeout``,
            ``crashed``, ``memory``, ``unsupported``, ``heic``, ``raw``, ``video``, ``permission``, ``disk``.
    """

    def __init__(self, message: str, *, reason: str) -> None:
        """Keep the sentence for a person and the word for counters."""
        super().__init__(message)
        self.reason = reason

    def __reduce__(self) -> tuple[object, ...]:
        """Survive the trip back from a worker process (keyword-only arguments need this)."""
        return _photo_error, (str(self), self.reason)


def _photo_error(message: str, reason: str) -> PhotoError:
    return PhotoError(message, reason=reason)


class ConfigError(LandmarqError):
    """A configuration has an unknown key, a wrong type or a value out of range."""


class ArtifactError(LandmarqError):
    """A file or folder that should describe itself is damaged, too new, or not what it says."""


class ModelError(ArtifactError):
    """A model folder can't be used."""


class PackError(ArtifactError):
    """A pack can't be used, or not with this model."""


class LibraryError(LandmarqError):
    """A photo library can't be opened now: in use, or written by a newer version."""


class StorageError(LandmarqError):
    """The disk is full, or a folder may not be written."""


class MissingExtraError(LandmarqError):
    """An optional dependency is not installed."""

    def __init__(self, *, what: str, extra: str) -> None:
        """Name what was wanted and the line that installs it."""
        super().__init__(f"{what} needs an extra: pip install 'landmarq[{extra}]'")
        self.extra = extra
