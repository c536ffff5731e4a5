"""Training the recogniser: network, losses, engine, curriculum, and export to a model folder.

This package is the one door to torch, timm and the loss library. Importing it costs nothing of that:
call ``require_torch`` first, then import the module that is wanted.
"""

from __future__ import annotations

import importlib.util

from landmarq.errors import MissingExtraError

_NEEDED = ("torch", "torchvision", "timm", "pytorch_metric_learning", "tensorboard", "onnxscript")


def require_torch(what: str) -> None:
    """Check, without importing them, that the libraries of the ``train`` extra are installed.

    Args:
        what: what the person asked for, the beginning of the error's sentence.

    Raises:
        MissingExtraError: one of them is missing.
    """
    if any(importlib.util.find_spec(name) is None for name in _NEEDED):
        raise MissingExtraError(what=what, extra="train")
