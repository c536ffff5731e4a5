"""The typed client, a real server process, and what happens when it is killed or told to stop."""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from landmarq.albums import Library
from landmarq.errors import LibraryError, StorageError
from landmarq.server.client import Client, ServerError
from landmarq.server.config import ServeConfig
from landmarq.server.running import serve
from landmarq.server.service import Parts
from landmarq.types import Place

PROGRAM = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
if __name__ == "__main__":
    from landmarq.photos import PhotoReader, ReadLimits
    from landmarq.server.config import ServeConfig
    from landmarq.server.running import serve
    from landmarq.server.service import Parts
    from server_toys import toy_explainer, toy_recognizer
    from toys import ToyNetwork
    with PhotoReader(ReadLimits(workers=1)) as reader:
        parts = Parts(Path(sys.argv[1]), ToyNetwork(), toy_recognizer(), reader, toy_explainer)
        serve(parts, ServeConfig(port=0, max_queue=4), ready=lambda address: print(address, flush=True))
"""


class Process:
    """A server in a process of its own."""

    def __init__(self, library: Path, folder: Path) -> None:
        program = folder / "program.py"
        program.write_text(PROGRAM)
        tests = str(Path(__file__).parents[1])
        self.process = subprocess.Popen(
            [sys.executable, str(program), str(library), tests], stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().strip().rstrip("/")

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)


@pytest.fixture
def server(library: Path, tmp_path: Path) -> Iterator[Process]:
    process = Process(library, tmp_path)
    yield process
    if process.process.poll() is None:
        process.process.kill()
        process.process.wait()
    if process.process.stdout:
        process.process.stdout.close()


def jpeg(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(out, "JPEG")
    return out.getvalue()


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_client_server_stop_and_kill(server: Process, library: Path, photos: Path) -> None:
    with Client(server.address) as client:
        [tower] = client.recognize([photos / "tower 1.jpg"])
        assert tower.landmarks is not None
        assert (tower.name, tower.landmarks[0].name) == ("tower 1.jpg", "Red Tower")
        [sea] = client.recognize([("sea.jpg", jpeg("red"))], place=Place(0, 0))
        assert sea.landmarks == []
        assert {each.id for each in client.landmarks()} == {"red_tower", "green_dome", "blue_bridge"}
        album = client.albums().cities[1].landmarks[0]
        assert album.name == "Red Tower"
        assert client.photo(album.photos[0].id).landmarks[0].city == "Rome"
        with pytest.raises(ServerError, match="no such photo") as missing:
            client.photo("0" * 64)
        assert missing.value.status == 404
        _killed_amid_corrections(server, album.photos[0].id, library)
    with pytest.raises(ServerError, match="can't be reached"), Client(server.address) as client:
        client.landmarks()


def _killed_amid_corrections(server: Process, photo: str, library: Path) -> None:
    """Correct as fast as it goes while the server is killed: all that was answered is there afterwards."""
    import httpx2

    answered: list[int] = []

    def correct() -> None:
        with httpx2.Client(base_url=server.address) as http:
            while True:
                try:
                    answer = http.post("/v1/corrections/not-this", json={"photos": [photo], "landmark": "red_tower"})
                except httpx2.HTTPError:
                    return
                answered.append(answer.json()["action"])

    clients = [threading.Thread(target=correct) for _ in range(3)]
    for each in clients:
        each.start()
    while len(answered) < 30 and any(each.is_alive() for each in clients):
        pass
    server.end(signal.SIGKILL)
    for each in clients:
        each.join()
    with Library(library) as opened:
        kept = {action.id for action in opened.corrections.actions(limit=100_000)}
    assert len(answered) >= 30
    assert set(answered) <= kept


def test_taken_libraries_and_ports_are_one_line(parts: Parts, server: Process) -> None:
    def never(_address: str) -> None:
        raise AssertionError("it must not start")

    with pytest.raises(LibraryError, match="another landmarq"):
        serve(parts, ServeConfig(port=0), ready=never)
    server.process.kill()
    server.process.wait()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(StorageError, match=f"can't listen on 127.0.0.1:{port}"):
            serve(parts, ServeConfig(port=port), ready=never)


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_stopping_finishes_what_runs_and_lets_watchers_go(server: Process) -> None:
    import httpx2

    answers: list[int] = []

    def ask() -> None:
        with Client(server.address, patience_s=0) as client:
            answers.append(len(client.recognize([(f"{n}.jpg", jpeg("red")) for n in range(4)])))

    with httpx2.stream("GET", f"{server.address}/v1/scan/events", timeout=60) as events:
        assert "event: scan" in next(events.iter_text())
        asking = threading.Thread(target=ask)
        asking.start()
        # The first photo takes the start of a process: there is time to see that all of them are being worked on.
        while "landmarq_waiting_photos 4.0" not in httpx2.get(f"{server.address}/metrics", timeout=60).text:
            assert asking.is_alive()
        assert server.end(signal.SIGTERM) == 0
    asking.join()
    assert answers == [4]
