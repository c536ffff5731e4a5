"""Places that photos come from and results go to: anything that fsspec opens, a plain path among them."""

from __future__ import annotations

import posixpath
from pathlib import Path
from typing import Any

from landmarq.errors import InputError, PhotoError
from landmarq.photos.decode import MAX_FILE_BYTES, read_bytes


def is_local(location: str) -> bool:
    """Tell whether a location is a path of this machine."""
    return "://" not in location and "::" not in location


def open_location(location: str) -> tuple[Any, str]:
    """Return the fsspec file system of a location and the path in it.

    Raises:
        InputError: the protocol is unknown, its package is not installed, or the place can't be reached.
    """
    import fsspec

    try:
        system, path = fsspec.core.url_to_fs(location)
    except (ValueError, ImportError, OSError) as error:
        raise InputError(f"{location} can't be opened: {one_line(error)}") from None
    return system, str(path)


def url_in(system: Any, path: str, location: str) -> str:
    """Return the URL of a path found in the file system of a location, chained as that one is."""
    _, chain, rest = location.partition("::")
    return f"{system.unstrip_protocol(path)}{chain}{rest}"


def fetch(location: str) -> bytes:
    """Return the bytes of one photo.

    Raises:
        PhotoError: the photo is not there or may not be read.
        InputError: its whole place can't be reached: what was there may come back.
    """
    if is_local(location):
        return _fetch_file(Path(location))
    system, path = open_location(location)
    web = "http" in system.protocol
    try:
        # A web server may not know a size, and what else it says of a file it says only when that is read.
        if not web and (system.info(path)["size"] or 0) > MAX_FILE_BYTES:
            raise PhotoError("the file is larger than a photo is", reason="too-large")
        data: bytes = system.cat_file(path, 0, MAX_FILE_BYTES + 1) if web else system.cat_file(path)
        if len(data) > MAX_FILE_BYTES:
            raise PhotoError("the file is larger than a photo is", reason="too-large")
    except PhotoError:
        raise
    except PermissionError:
        raise PhotoError("may not be read (permission)", reason="permission") from None
    except FileNotFoundError:
        # Web servers have no folders: a file that is not there is no sign of a place that is gone.
        folder = posixpath.dirname(path)  # as every file system of fsspec writes paths, on Windows too
        if not web and not _is_there(system, folder):
            raise InputError(f"{_folder(location)} is not there any more") from None
        raise PhotoError("there is no such file", reason="missing") from None
    except Exception as error:  # noqa: BLE001 - each file system has errors of its own
        status = getattr(error, "status", 0)  # of an answer by HTTP
        if isinstance(status, int) and 400 <= status < 500:
            raise PhotoError(f"the server refuses it ({status})", reason="missing") from None
        raise InputError(f"{location} can't be reached: {one_line(error)}") from None
    return data


def _fetch_file(path: Path) -> bytes:
    try:
        return read_bytes(path)
    except PhotoError as error:
        if error.reason == "missing" and not path.parent.is_dir():
            raise InputError(f"{path.parent} is not there any more") from None
        raise


def _is_there(system: Any, folder: str) -> bool:
    try:
        return bool(system.exists(folder))
    except Exception:  # noqa: BLE001 - as above: whatever it says, it is not there
        return False


def _folder(location: str) -> str:
    first, chain, rest = location.partition("::")
    return first.rpartition("/")[0] + chain + rest


def one_line(error: BaseException) -> str:
    """Return the first line of what an error says, or its name where it says nothing."""
    return (str(error).splitlines() or [""])[0][:160] or type(error).__name__
