"""Pickles of strangers, read without trusting them: plain containers and arrays of numbers, nothing else.

The ground truth of the revisited benchmarks comes as a pickle, and a pickle is a program. Before it runs, every
instruction is looked at: only those that build numbers, text, lists, tuples, dicts and numpy arrays pass. Then
``find_class`` answers with stand-ins of ours, so that none of numpy's own unpickling code meets the file either.
"""

from __future__ import annotations

import collections
import io
import pickle
import pickletools
from pathlib import Path
from typing import Any

import numpy as np

from landmarq.errors import InputError

MAX_BYTES = 4 * 2**20
"""The official files have under 1 MB."""
MAX_TUPLES = 20_000
"""Tuples are hashed by recursion in C: this many, one inside the other, still fit its stack."""
MAX_BUILT = 4_000
MAX_VALUES = 20_000
"""Arrays, and numbers in one: one byte string could serve for many arrays and fill memory."""

_INSTRUCTIONS = """
    PROTO FRAME STOP MARK POP POP_MARK PUT BINPUT LONG_BINPUT GET BINGET LONG_BINGET MEMOIZE
    NONE NEWTRUE NEWFALSE INT BININT BININT1 BININT2 LONG LONG1 LONG4 FLOAT BINFLOAT
    STRING BINSTRING SHORT_BINSTRING UNICODE SHORT_BINUNICODE BINUNICODE BINBYTES SHORT_BINBYTES
    EMPTY_LIST LIST APPEND APPENDS EMPTY_TUPLE TUPLE TUPLE1 TUPLE2 TUPLE3 EMPTY_DICT DICT SETITEM SETITEMS
    GLOBAL STACK_GLOBAL REDUCE BUILD
"""
_PLAIN = frozenset(_INSTRUCTIONS.split())


def read_plain_pickle(path: Path) -> Any:
    """Return what a pickle holds, if it is plain.

    Raises:
        InputError: no such file, too large, damaged, or anything but plain containers and arrays of numbers.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(f"{path} is too large to be a ground truth")
        data = path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"no such file: {path}") from None
    except OSError as error:
        raise InputError(f"{path} can't be read: {error.strerror}") from None
    try:
        _check_instructions(data)
        return _PlainUnpickler(io.BytesIO(data), encoding="latin1").load()
    except _NotPlainError as error:
        raise InputError(f"{path} is refused: {error}; a ground truth holds only lists, texts and numbers") from None
    # A damaged pickle can raise nearly anything from the machine that reads it.
    except Exception as error:  # noqa: BLE001
        raise InputError(f"{path} is not a ground truth: damaged ({type(error).__name__})") from None


class _NotPlainError(Exception):
    """The pickle would do more than hold data."""


def _check_instructions(data: bytes) -> None:
    """Refuse instructions beyond ``_PLAIN``, huge memo slots (memory is taken up to each) and too many of some."""
    used: collections.Counter[str] = collections.Counter()
    for instruction, argument, _ in pickletools.genops(data):
        name = instruction.name
        if name not in _PLAIN:
            raise _NotPlainError(f"it uses {name}")
        if name.endswith("PUT") and int(argument or 0) > len(data):
            raise _NotPlainError("it takes more memory than it has bytes")
        used[name.rstrip("123")] += 1
    if used["TUPLE"] > MAX_TUPLES or used["BUILD"] + used["REDUCE"] > MAX_BUILT:
        raise _NotPlainError("it is nested too deeply or holds too many arrays")


class _PlainUnpickler(pickle.Unpickler):
    """Builds plain values; every global is refused but the few that numpy arrays of numbers are made with."""

    def find_class(self, module: str, name: str) -> Any:
        """Return our stand-in for one of numpy's; nothing else is ever found."""
        stand_in = _STAND_INS.get((module.replace("numpy._core", "numpy.core"), name))
        if stand_in is None:
            raise _NotPlainError(f"it wants {module}.{name}")
        return stand_in


_NDARRAY = object()
"""Stands for the type ``numpy.ndarray``, which the pickle of an array names and nobody calls."""

# Each stand-in has a __setstate__, so that a pickle can't set attributes of the class itself.


class _DType:
    """Stands for a dtype: one kind of number, in one byte order."""

    def __init__(self, code: str, *_: object) -> None:
        if not isinstance(code, str) or code[:1] not in set("biuf"):
            raise _NotPlainError("an array holds something but numbers")
        self.dtype = np.dtype(code)

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        """Take the byte order; fields, shapes and objects have no place in an array of numbers."""
        if any(each is not None for each in state[2:5]):
            raise _NotPlainError("an array holds something but numbers")
        self.dtype = self.dtype.newbyteorder(state[1])

    def values(self, raw: bytes | str, count: int) -> list[Any]:
        """Return the ``count`` numbers in ``raw``; Python 2 wrote bytes as text."""
        if count > MAX_VALUES:
            raise _NotPlainError("an array is too large")
        values = np.frombuffer(raw.encode("latin1") if isinstance(raw, str) else raw, self.dtype)
        if len(values) != count:
            raise ValueError("an array is cut off")
        found: list[Any] = values.tolist()
        return found


class _Array(list[Any]):
    """Stands for an array until its state comes; then it is the flat list of its numbers."""

    def __init__(self, *_: object) -> None:
        super().__init__()

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        """Take (version, shape, dtype, is_fortran, raw) of a flat array."""
        _, shape, dtype, _, raw = state
        if not isinstance(dtype, _DType) or len(shape) != 1:
            raise _NotPlainError("an array is not a flat list of numbers")
        self[:] = dtype.values(raw, shape[0])


class _Scalar:
    """Stands for a single number of numpy's; making one gives the plain number."""

    def __new__(cls, dtype: _DType, raw: bytes | str) -> Any:
        return dtype.values(raw, 1)[0]

    def __setstate__(self, _: object) -> None:
        """Never called: there are no instances."""


class _Bytes:
    """Stands for the two calls that Python 3 writes bytes as in Python 2's protocols; gives the bytes."""

    def __new__(cls, text: str = "", codec: str = "latin1") -> Any:
        if codec != "latin1":
            raise _NotPlainError("its bytes are written in an unusual way")
        return text.encode("latin1")

    def __setstate__(self, _: object) -> None:
        """Never called: there are no instances."""


_STAND_INS = {
    ("numpy", "ndarray"): _NDARRAY,
    ("numpy", "dtype"): _DType,
    ("numpy.core.multiarray", "_reconstruct"): _Array,
    ("numpy.core.multiarray", "scalar"): _Scalar,
    ("_codecs", "encode"): _Bytes,
    ("__builtin__", "bytes"): _Bytes,
}
