"""multipart/form-data (RFC 7578) taken apart: the whole body is in memory, so its parts are found and not copied.

Our own, because the parsers at hand look at a photo in pieces, and spend more on that than its decoder on the photo.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

MAX_HEADER_BYTES = 4096
"""Of one part. A file's name has at most 255 bytes, and three times as many where they are escaped."""

_CONTENT_TYPE = re.compile(
    r'multipart/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))\s*(?:;|$)', re.I
)
_DISPOSITION = re.compile(r"content-disposition:\s*form-data\s*(;.*)", re.I)
_PARAMETER = re.compile(r';\s*([\w!#$%&\'*+.^`|~-]+)\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^\s;"]*))')
_ESCAPED = re.compile(r'\\([\\"])')


class MultipartError(ValueError):
    """The body is not what its header says, or has more parts than it may."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part: a field, or a file where ``file_name`` is not None."""

    name: str
    file_name: str | None
    data: memoryview


def boundary_of(content_type: str) -> bytes | None:
    """Return the boundary that a Content-Type header names; None where it is not multipart/form-data."""
    found = _CONTENT_TYPE.match(content_type.strip())
    return (found[1] or found[2]).encode("latin-1", "replace") if found else None


def parts_of(body: bytes | bytearray, boundary: bytes, *, max_files: int, max_fields: int) -> list[Part]:
    """Return the parts of a body, in their order; their data are views of it.

    Raises:
        MultipartError: it has no beginning or end, a part has no name, or there are too many.
    """
    view, delimiter = memoryview(body).toreadonly(), b"\r\n--" + boundary
    at = len(delimiter) - 2 if body.startswith(delimiter[2:]) else _end(body, delimiter, 0)
    parts: list[Part] = []
    left = {True: max_files, False: max_fields}
    while body[at : at + 2] != b"--":
        name, file_name, at = _header(body, at)
        end = body.find(delimiter, at)
        if end < 0:
            raise MultipartError("it breaks off")
        left[file_name is not None] -= 1
        if min(left.values()) < 0:
            raise MultipartError(f"it has more than {max_files} files or {max_fields} fields")
        parts.append(Part(name, file_name, view[at:end]))
        at = end + len(delimiter)
    return parts


def _end(body: bytes | bytearray, wanted: bytes, start: int) -> int:
    found = body.find(wanted, start)
    if found < 0:
        raise MultipartError("its boundary is not in it")
    return found + len(wanted)


def _header(body: bytes | bytearray, at: int) -> tuple[str, str | None, int]:
    """Return the name and the file name of the part whose delimiter ends at ``at``, and where its data begin."""
    end = body.find(b"\r\n\r\n", at, at + MAX_HEADER_BYTES)
    if end < 0:
        raise MultipartError("a part's header has no end")
    for line in bytes(body[at:end]).decode("utf-8", "replace").split("\r\n")[1:]:
        if found := _DISPOSITION.match(line):
            values = {name.lower(): _plain(quoted, bare) for name, quoted, bare in _PARAMETER.findall(found[1])}
            if "name" in values:
                return values["name"], _file_name(values), end + 4
    raise MultipartError("a part has no name")


def _plain(quoted: str, bare: str) -> str:
    return _ESCAPED.sub(r"\1", quoted) if quoted else bare


def _file_name(values: dict[str, str]) -> str | None:
    if "filename*" in values:  # RFC 5987: charset'language'escaped
        charset, _, rest = values["filename*"].partition("'")
        return unquote(rest.partition("'")[2], encoding="latin-1" if charset.lower() == "iso-8859-1" else "utf-8")
    return values.get("filename")
