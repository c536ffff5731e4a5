"""One network for several threads: requests and a scan take turns."""

from __future__ import annotations

import threading

from landmarq.runtime import Network
from landmarq.types import Floats, Pixels, Vectors


class LockedNetwork:
    """A network that only one thread uses at a time; a turn is one batch."""

    def __init__(self, network: Network) -> None:
        """Wrap a network; nobody else may use it from now on."""
        self.info, self.precision = network.info, network.precision
        self.runtime, self.device = network.runtime, network.device
        self._network = network
        self._turn = threading.Lock()

    def embed(self, pixels: Pixels) -> Vectors:
        """Return the embeddings, as ``Network.embed`` does."""
        with self._turn:
            return self._network.embed(pixels)

    def features(self, pixels: Pixels) -> Floats:
        """Return the feature maps, as ``Network.features`` does."""
        with self._turn:
            return self._network.features(pixels)
