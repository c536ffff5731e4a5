"""The albums in a browser, and the HTTP API. Needs the extra ``serve``."""

from __future__ import annotations

from landmarq.errors import MissingExtraError
from landmarq.server.config import ServeConfig

__all__ = ["ServeConfig", "require_web"]


def require_web() -> None:
    """Say how to install the web stack where it is missing.

    Raises:
        MissingExtraError: it is.
    """
    try:
        import fastapi  # noqa: F401
        import prometheus_client  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError:
        raise MissingExtraError(what="Serving albums", extra="serve") from None
