"""`landmarq serve` as a command: a process of its own, on a real tiny network."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx2
import numpy as np
import pytest
from click.testing import CliRunner

from landmarq.cli.serve import command
from landmarq.errors import InputError
from landmarq.gallery import build_gallery
from landmarq.pack import Pack, PackInfo, Thresholds
from landmarq.runtime import read_model
from toys import LANDMARKS


@pytest.fixture
def pack(tiny_model: Path, tmp_path: Path) -> Path:
    """A pack that knows the red tower, by any vector."""
    ids = [LANDMARKS[0].id]
    vector = np.eye(1, 8, dtype=np.float32)
    gallery = build_gallery(ids, photos={ids[0]: vector}, references={}, background=np.empty((0, 8), np.float32))
    sets = dict.fromkeys(("strict", "normal", "loose"), Thresholds(0.9, 0.9, 0.9))
    Pack(PackInfo("base", read_model(tiny_model)[0].fingerprint, sets), LANDMARKS[:1], gallery).save(tmp_path / "pack")
    return tmp_path / "pack"


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_open_to_others_it_makes_up_a_token_and_says_so(pack: Path, tiny_model: Path, tmp_path: Path) -> None:
    words = ["serve", str(tmp_path / "new library"), "--host", "0.0.0.0", "--port", "0"]
    command = [sys.executable, "-m", "landmarq", *words, "--pack", str(pack), "--model", str(tiny_model)]
    environment = {name: value for name, value in os.environ.items() if name != "LANDMARQ_TOKEN"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        try:
            address, token = said.removeprefix("Open ").strip().split("?token=")
            assert len(token) >= 32
            address = address.replace("0.0.0.0", "127.0.0.1")
            assert httpx2.get(f"{address}v1/landmarks").status_code == 401
            assert httpx2.get(f"{address}readyz").status_code == 200
            asked = httpx2.get(f"{address}v1/landmarks", headers={"Authorization": f"Bearer {token}"})
            assert [each["id"] for each in asked.json()["landmarks"]] == ["red_tower"]
            with httpx2.Client(base_url=address, follow_redirects=True) as browser:
                page = browser.get(f"/?token={token}", headers={"Accept": "text/html"})
                assert (page.status_code, str(page.url)) == (200, address)  # the token has become a cookie
                assert "This library has no photos yet" in page.text
        finally:
            process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Others on the network can reach this server; they need its token." in errors
    assert "an empty one is made" in errors


def test_bounds_that_bound_nothing_are_one_line() -> None:
    for words in (["--max-queue", "0"], ["--port", "70000"]):
        failed = CliRunner().invoke(command, ["library", *words])
        assert isinstance(failed.exception, InputError)
        assert "bounds are larger than 0" in str(failed.exception)
