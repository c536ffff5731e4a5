"""The machine that figures were measured on: figures without it mean nothing."""

from __future__ import annotations

import importlib.metadata
import platform
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from landmarq.photos import cores

_TOLD = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16", "amx_int8", "asimd")
_PACKAGES = ("numpy", "openvino", "pillow", "onnxruntime", "torch", "faiss-cpu", "nncf")


@dataclass(frozen=True)
class Machine:
    """What ran.

    Attributes:
        processor: its name as the system tells it.
        cores: those that this process may use.
        instructions: the sets of vector instructions that matter here and that it has.
        system: operating system and Python.
        versions: of the packages that compute, those installed.
        date: UTC day of the measurement.
    """

    processor: str
    cores: int
    instructions: tuple[str, ...]
    system: str
    versions: dict[str, str]
    date: str

    def as_text(self) -> str:
        """Return one line for people."""
        instructions = ", ".join(self.instructions) or "no vector instructions told"
        return f"{self.processor}, {self.cores} cores ({instructions}); {self.system}; {self.date}"

    def as_json(self) -> dict[str, Any]:
        """Return JSON-able values."""
        return asdict(self)


def this_machine() -> Machine:
    """Describe the machine that this runs on."""
    told = _cpuinfo()
    flags = set(told.get("flags", told.get("Features", "")).split())
    versions = {}
    for name in _PACKAGES:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return Machine(
        processor=told.get("model name") or platform.processor() or platform.machine(),
        cores=cores(),
        instructions=tuple(each for each in _TOLD if each in flags),
        system=f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        versions=versions,
        date=f"{datetime.now(UTC):%Y-%m-%d}",
    )


def _cpuinfo() -> dict[str, str]:
    """Return what Linux says of the first processor; empty elsewhere."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").split("\n\n", maxsplit=1)[0].splitlines()
    except OSError:
        return {}
    pairs = (line.partition(":") for line in lines)
    return {name.strip(): value.strip() for name, _, value in pairs}
