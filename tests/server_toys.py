"""What the tests of the server share: a recogniser and an explainer on colours."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from PIL import Image

from landmarq.explain import Explainer
from landmarq.explain.explainer import pack_centroids
from landmarq.gallery import build_gallery
from landmarq.pack import Pack, PackInfo, ReferencePicture, Thresholds, write_picture
from landmarq.recognize import Recognizer
from landmarq.server.app import create_app
from landmarq.server.config import ServeConfig
from landmarq.server.running import settings
from landmarq.server.service import Parts
from landmarq.types import Pixels, Vectors
from toys import LANDMARKS, ToyNetwork, colour_vector

COLOURS = {"red_tower": (255, 0, 0), "green_dome": (0, 128, 0), "blue_bridge": (0, 0, 255)}
EVIL = "<img src=x onerror=alert(1)>.png"

Serve = Callable[..., Any]
ServeParts = Callable[..., Any]


class GatedNetwork(ToyNetwork):
    """Waits at each batch until it is let through, and remembers how many photos each had."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()
        self.batches: list[int] = []

    def embed(self, pixels: Pixels) -> Vectors:
        """Note the batch, wait, and answer."""
        self.batches.append(len(pixels))
        assert self.gate.wait(30)
        return super().embed(pixels)


def toy_recognizer() -> Recognizer:
    ids = [landmark.id for landmark in LANDMARKS]
    vectors = {id_: colour_vector(*COLOURS[id_])[None] for id_ in ids}
    gallery = build_gallery(ids, photos=vectors, references={}, background=np.empty((0, 3), np.float32))
    sets = dict.fromkeys(("strict", "normal", "loose"), Thresholds(0.96, 0.9, 0.9))
    return Recognizer([Pack(PackInfo("toy", ToyNetwork().info.fingerprint, sets), LANDMARKS, gallery)])


def small_jpeg(colour: str, *, size: tuple[int, int] = (64, 48)) -> bytes:
    """Return a photo of one colour."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG", quality=95)
    return out.getvalue()


@contextlib.contextmanager
def running(app: FastAPI, config: ServeConfig) -> Iterator[str]:
    """Run an app in a thread, on a port of its own, as ``landmarq`` does; give the address."""
    server = uvicorn.Server(settings(app, config))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@contextlib.contextmanager
def serving(parts: Parts, **options: Any) -> Iterator[str]:
    """Serve the albums as ``landmarq serve`` does; give the address."""
    config = ServeConfig(port=0, **options)
    app = create_app(parts, config)
    with running(app, config) as address:
        try:
            yield address
        finally:
            app.state.service.scanner.let_go()


def pictured_pack(folder: Path) -> Pack:
    """Return the toy's pack with three references of the tower, two of them with a licensed picture."""
    [pack] = toy_recognizer().packs
    towers = np.stack([colour_vector(240, 60, 60), colour_vector(250, 30, 30), colour_vector(255, 5, 5)])
    gallery = dataclasses.replace(pack.gallery, references=towers, reference_owner=np.zeros(3, np.int64))
    pictures = tuple(
        write_picture(folder, ReferencePicture(row, "red_tower", "CC BY 4.0", "Ann <b>", folder), b"picture %d" % row)
        for row in (0, 2)
    )
    return dataclasses.replace(pack, gallery=gallery, pictures=pictures)


def toy_explainer() -> Explainer:
    head = np.eye(3, dtype=np.float32), np.full(3, -127.5, np.float32)
    return Explainer(ToyNetwork(), head, pack_centroids(toy_recognizer().packs))


def albums(client: TestClient) -> dict[str, list[str]]:
    value = client.get("/v1/albums").json()
    landmarks = [landmark for city in value["cities"] for landmark in city["landmarks"]]
    return {each["name"]: [photo["name"] for photo in each["photos"]] for each in landmarks}


def album_ids(client: TestClient) -> dict[str, str]:
    value = client.get("/v1/albums").json()
    landmarks = [landmark for city in value["cities"] for landmark in city["landmarks"]]
    return {photo["name"]: photo["id"] for landmark in landmarks for photo in landmark["photos"]}


def yellow_ids(client: TestClient) -> list[str]:
    """Ids of the yellow houses, which are in no album: from the page that one teaches on."""
    found = re.findall(r'value="([0-9a-f]{64})"[^>]*aria-label="yellow', client.get("/teach").text)
    assert len(found) == 4
    return found
