"""How the recipe's classes refuse a value."""

from __future__ import annotations


def check(condition: bool, message: str) -> None:
    """Raise a ``ValueError``, which the reader of the file turns into a ``ConfigError``, unless ``condition`` holds."""
    if not condition:
        raise ValueError(message)
