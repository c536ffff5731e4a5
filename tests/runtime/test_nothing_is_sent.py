"""No runtime speaks to anybody: a run opens no connection to another machine and leaves no trace in the home folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

_SCRIPT = """
import sys
from pathlib import Path
reached = []
def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "urllib.Request"):
        reached.append((event, arguments[1:] if event == "socket.connect" else arguments))
sys.addaudithook(watch)
import numpy as np
from landmarq.runtime import open_network
network = open_network(Path(sys.argv[1]), runtime=sys.argv[2])
network.embed(np.zeros((1, network.info.preprocessing.size, network.info.preprocessing.size, 3), np.uint8))
import threading
for thread in threading.enumerate():
    if thread is not threading.main_thread() and not thread.daemon:
        thread.join(10)
print(reached)
"""


@pytest.mark.parametrize("runtime", ["openvino", "onnxruntime"])
def test_a_network_is_run_in_silence(runtime: str, tiny_model: Path, tmp_path: Path) -> None:
    pytest.importorskip(runtime)
    environment = {**os.environ, "HOME": str(tmp_path), "USERPROFILE": str(tmp_path)}
    environment.pop("CI", None)  # there the runtimes are silent by themselves
    command = [sys.executable, "-c", _SCRIPT, str(tiny_model), runtime]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, env=environment)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"
    assert list(tmp_path.iterdir()) == []
