"""Forms taken apart: what clients send comes out as it went in, and nothing that they send does harm."""

from __future__ import annotations

import re

import httpx2
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from landmarq.server.multipart import MAX_HEADER_BYTES, MultipartError, Part, boundary_of, parts_of

BOUNDARY = b"fence"
NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)
# Data made of the pieces that a parser could take for something else.
DATA = st.lists(
    st.sampled_from([b"\r\n", b"--", b"fenc", b"\r", b"\n", b"-", b"\0", b"\xff\xd8"]) | st.binary(max_size=9)
)


def part(data: bytes, disposition: bytes = b'name="photo"; filename="a.jpg"') -> bytes:
    return b"--fence\r\nContent-Disposition: form-data; " + disposition + b"\r\n\r\n" + data + b"\r\n"


def parsed(body: bytes, *, max_files: int = 9, max_fields: int = 9) -> list[tuple[str, str | None, bytes]]:
    parts: list[Part] = parts_of(body, BOUNDARY, max_files=max_files, max_fields=max_fields)
    return [(each.name, each.file_name, bytes(each.data)) for each in parts]


@given(st.lists(st.tuples(NAMES, DATA), max_size=5), NAMES.filter(bool))
def test_what_a_client_encodes_comes_out_as_it_went_in(photos: list[tuple[str, list[bytes]]], place: str) -> None:
    files = [("photo", (name, b"".join(pieces))) for name, pieces in photos]
    request = httpx2.Request("POST", "http://localhost", files=[*files, ("last", ("x", b"x"))], data={"lat": place})
    boundary = boundary_of(request.headers["content-type"])
    assert boundary is not None
    body = request.read()
    parts = parts_of(body, boundary, max_files=9, max_fields=9)
    found = [(each.file_name, bytes(each.data)) for each in parts if each.name == "photo"]
    # Clients escape the quote in a name as browsers do; and a file without a name is a field to them.
    assert found == [(name.replace('"', "%22") if name else None, b"".join(pieces)) for name, pieces in photos]
    assert [bytes(each.data).decode() for each in parts if each.name == "lat"] == [place]


@given(DATA)
@example([b"\r\n--fenc"])
@example([b"\r\n-", b"-"])
def test_data_may_hold_all_but_the_boundary(pieces: list[bytes]) -> None:
    data = b"".join(pieces)
    assert parsed(part(data) + part(b"", b"name=empty") + b"--fence--\r\n") == [
        ("photo", "a.jpg", data),
        ("empty", None, b""),
    ]


@given(st.lists(st.sampled_from([b"--fence", b"\r\n", b"--", b'form-data; name="a"', b"Content-Disposition: ", b"x"])))
@example([b"--fence", b"--"])
@example([])
def test_rubbish_is_refused_or_read_but_never_an_accident(pieces: list[bytes]) -> None:
    try:
        found = parsed(b"".join(pieces))
    except MultipartError:
        return
    assert len(found) <= 9


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        (b'filename="a b.jpg"; name="photo"', "a b.jpg"),
        (b'name=photo; filename=""', ""),
        (b'name="photo"; filename="say \\"cheese\\".jpg"', 'say "cheese".jpg'),
        (b'name="photo"; filename="C:\\dir\\a.jpg"', r"C:\dir\a.jpg"),
        (b'name="photo"; filename="; name=evil; x="', "; name=evil; x="),
        ('name="photo"; filename="Łódź 写真.jpg"'.encode(), "Łódź 写真.jpg"),
        (b'name="photo"; filename="x"; filename*=UTF-8\'\'na%C3%AFve.jpg', "naïve.jpg"),
        (b"name=\"photo\"; filename*=iso-8859-1'en'na%EFve.jpg", "naïve.jpg"),
        (b'name="photo"; filename*=rubbish', ""),
        (b'name="photo"; filename="broken\xff.jpg"', "broken\ufffd.jpg"),
    ],
)
def test_names_of_files(disposition: bytes, name: str) -> None:
    assert parsed(part(b"1", disposition) + b"--fence--") == [("photo", name, b"1")]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "boundary is not in it"),
        (b"rubbish", "boundary is not in it"),
        (part(b"1"), "breaks off"),
        (part(b"1")[:-2], "breaks off"),
        (b"--fence\r\n\r\nno header\r\n--fence--", "no name"),
        (part(b"1", b"filename=a") + b"--fence--", "no name"),
        (part(b"1", b"name=" + b"a" * MAX_HEADER_BYTES) + b"--fence--", "header has no end"),
        (part(b"1") * 3 + b"--fence--", "more than 2 files"),
        (part(b"1", b"name=a") * 2 + b"--fence--", "or 1 fields"),
    ],
)
def test_bad_bodies_are_refused(body: bytes, words: str) -> None:
    with pytest.raises(MultipartError, match=words):
        parsed(body, max_files=2, max_fields=1)


def test_what_surrounds_the_parts_is_left_aside() -> None:
    body = b"a preamble\r\n" + part(b"1").replace(b"--fence\r\n", b"--fence \t\r\n") + b"--fence--\r\nan epilogue"
    assert parsed(body) == [("photo", "a.jpg", b"1")]


@pytest.mark.parametrize(
    ("header", "boundary"),
    [
        ("multipart/form-data; boundary=abc", b"abc"),
        ('Multipart/Form-Data; charset=utf-8; Boundary="a b;c"', b"a b;c"),
        ("multipart/form-data", None),
        ("multipart/form-data; boundary=", None),
        ("multipart/form-data; boundary=" + "x" * 71, None),
        ("multipart/mixed; boundary=abc", None),
        ("application/json", None),
        ("", None),
    ],
)
def test_the_boundary_comes_from_the_header(header: str, boundary: bytes | None) -> None:
    assert boundary_of(header) == boundary


def test_data_are_views_and_not_copies() -> None:
    body = bytearray(part(bytes(10**6)) + b"--fence--")
    [found] = parts_of(body, BOUNDARY, max_files=1, max_fields=0)
    assert found.data.obj is body
    assert found.data.readonly
    assert re.fullmatch(rb"\0*", found.data)
