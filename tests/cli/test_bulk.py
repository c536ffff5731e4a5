"""``landmarq bulk``: mistakes are one line, told before Ray starts. Whole runs are in ``tests/bulk/test_ray.py``."""

from __future__ import annotations

from pathlib import Path

import pytest

from bulk_toys import landmarq


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["nowhere", "--only-vectors", "--model", "MODEL"], "there is nothing at nowhere"),
        ([".", "--only-vectors"], "vectors alone are made with a model: name it with --model, and no pack"),
        (
            [".", "--worker-gpus", "0.5"],
            "OpenVINO computes on processors here: GPUs for workers go with --runtime onnxruntime",
        ),
        ([".", "--partition", "40"], "a partition has a multiple of 32 photos, not 40"),
    ],
)
def test_mistakes_are_one_line(words: list[str], line: str, tiny_model: Path, tmp_path: Path) -> None:
    words = [str(tiny_model) if word == "MODEL" else word for word in words]
    done = landmarq("bulk", *words, "-o", tmp_path / "out", expect=2)
    assert done.stderr == f"landmarq: {line}\n"
    assert not (tmp_path / "out").exists()
