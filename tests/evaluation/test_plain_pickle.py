from __future__ import annotations

import os
import pickle
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from landmarq.errors import InputError
from landmarq.evaluation.plain_pickle import read_plain_pickle

PLAIN: dict[str, Any] = {
    "imlist": ["a", "b", "ü"],
    "gnd": [{"bbx": [1.5, 2.0, 3.25, 400.0], "easy": [1, 2], "hard": [], "junk": [70_000, -1, 2**40]}],
    "more": (None, True, False, b"bytes", (), ((1,), 2)),
}


def written(folder: Path, data: bytes) -> Path:
    path = folder / "gnd.pkl"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("protocol", [0, 1, 2, 3, 4, 5])
def test_plain_containers_come_back_in_every_protocol(tmp_path: Path, protocol: int) -> None:
    assert read_plain_pickle(written(tmp_path, pickle.dumps(PLAIN, protocol))) == PLAIN


@pytest.mark.parametrize("protocol", [2, 3, 4])
@pytest.mark.parametrize("dtype", ["i8", "i4", ">i4", "u1", "f8", "f4", "?"])
def test_arrays_of_numbers_come_back_as_lists(tmp_path: Path, protocol: int, dtype: str) -> None:
    array = np.array([0, 1, 1, 0], dtype)
    value = {"array": array, "number": np.dtype("f8").type(2.5), "empty": array[:0]}
    got = read_plain_pickle(written(tmp_path, pickle.dumps(value, protocol)))
    assert got == {"array": array.tolist(), "number": 2.5, "empty": []}


def test_arrays_that_python_2_wrote(tmp_path: Path) -> None:
    # Python 2 wrote raw bytes and codes as its str: SHORT_BINSTRING in protocol 2.
    raw = np.array([3, 250], "<i2").tobytes()
    data = (
        b"\x80\x02cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\nK\x00\x85U\x01btR"
        b"(K\x01K\x02\x85cnumpy\ndtype\n(U\x02i2K\x00K\x01tR(K\x03U\x01<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89"
        b"U" + bytes([len(raw)]) + raw + b"tb."
    )
    assert read_plain_pickle(written(tmp_path, data)) == [3, 250]


class Attack:
    def __init__(self, *call: Any) -> None:
        self.call = call

    def __reduce__(self) -> tuple[Any, ...]:
        return self.call[0], self.call[1:]


@pytest.mark.parametrize("protocol", [0, 2, 4])
@pytest.mark.parametrize(
    "call",
    [(os.mkdir, "hit"), (eval, "open('hit', 'w')"), (exec, "open('hit', 'w')"), (getattr, [], "append")],
    ids=["mkdir", "eval", "exec", "getattr"],
)
def test_code_is_refused_and_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, protocol: int, call: tuple[Any, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="is refused: it wants"):
        read_plain_pickle(written(tmp_path, pickle.dumps([Attack(*call)], protocol)))
    assert not (tmp_path / "hit").exists()


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (np.array([{}], object), "something but numbers"),
        (np.array([(1, 2.0)], [("a", "i4"), ("b", "f8")]), "something but numbers"),
        (np.array(["text"]), "something but numbers"),
        (np.zeros((2, 2)), "flat list of numbers"),
        (np.zeros(20_001), "too large"),
        ({1, 2}, "it uses EMPTY_SET"),
        (bytearray(b"x"), "it uses|it wants"),
        (Path, "it wants pathlib"),
    ],
)
def test_all_but_lists_texts_and_numbers_is_refused(tmp_path: Path, value: Any, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        read_plain_pickle(written(tmp_path, pickle.dumps(value, 4)))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x80\x02Nr\xff\xff\xff\x7f.", "more memory"),  # a memo slot for which 16 GB would be taken
        (b"\x80\x05\x96" + struct.pack("<Q", 2**40) + b".", "damaged"),  # BYTEARRAY8 of a terabyte
        (b"\x80\x04)" + b"\x85" * 20_001 + b".", "nested too deeply"),
        (b"\x80\x02" + b"cnumpy\ndtype\n(U\x02i2tR0" * 4_001 + b"N.", "too many arrays"),
        (b"\x80\x02cnumpy\nndarray\n)R.", "damaged"),  # calling the type itself
        (b"\x80\x02cnumpy\ndtype\n}U\x01vNsb.", "damaged"),  # setting attributes of a stand-in's class
        (b"", "damaged"),
        (b"\xff\xd8\xff\xe0", "damaged"),
        (pickle.dumps(PLAIN)[:-20], "damaged"),
        (b"\x80\x02cnumpy.core.multiarray\nscalar\n(cnumpy\ndtype\n(U\x02f8tRU\x03abctR.", "damaged"),
    ],
)
def test_hostile_and_damaged_files_give_one_clear_line(tmp_path: Path, data: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_plain_pickle(written(tmp_path, data))


def test_tuples_up_to_the_bound_can_be_keys(tmp_path: Path) -> None:
    deep = b"\x80\x04})" + b"\x85" * 19_999 + b"Ns."
    assert len(read_plain_pickle(written(tmp_path, deep))) == 1


def test_missing_and_huge_files(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_plain_pickle(tmp_path / "none.pkl")
    with pytest.raises(InputError, match="can't be read"):
        read_plain_pickle(tmp_path)
    path = tmp_path / "huge.pkl"
    with path.open("wb") as stream:
        stream.truncate(5 * 2**20)
    with pytest.raises(InputError, match="too large"):
        read_plain_pickle(path)
