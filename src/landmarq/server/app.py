"""The app: its parts put together."""

from __future__ import annotations

import contextlib
import importlib.metadata
from collections.abc import AsyncIterator
from typing import Any

from fastapi import FastAPI

from landmarq.server import actions, api, browse, exports, media, schemas
from landmarq.server.batching import Batcher
from landmarq.server.config import ServeConfig
from landmarq.server.desk import DeskThread
from landmarq.server.guard import Guard
from landmarq.server.locked import LockedNetwork
from landmarq.server.pictures import Pictures
from landmarq.server.problems import answer_problems
from landmarq.server.receiving import Uploads
from landmarq.server.scanning import Scanner
from landmarq.server.service import Parts, Service

_ABOUT = """Names the landmarks on photos, and keeps a library's albums. Nothing leaves this machine.

Errors are problem+json (RFC 9457). A full queue answers 429 with Retry-After."""


class _App(FastAPI):
    """An app whose description knows what a problem looks like, and who is let in."""

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI description."""
        if not self.openapi_schema:
            parts = super().openapi()["components"]
            parts["schemas"]["ProblemBody"] = schemas.ProblemBody.model_json_schema()
            token = {"type": "http", "scheme": "bearer", "description": "Asked for beyond loopback."}
            parts["securitySchemes"] = {"token": token}
            super().openapi()["security"] = [{}, {"token": []}]
        return super().openapi()


def create_app(parts: Parts, config: ServeConfig | None = None) -> FastAPI:
    """Return the app of a library; it opens the library when it starts and closes it when it ends."""
    config = config or ServeConfig()
    service = _service(parts, config)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await service.desk.open()
        service.batcher.start()
        try:
            yield
        finally:
            await service.scanner.close()
            await service.batcher.stop()
            service.pictures.close()
            await service.desk.close()

    app = _App(
        title="landmarq",
        version=importlib.metadata.version("landmarq"),
        description=_ABOUT,
        lifespan=lifespan,
        # What the door answers, whatever is behind it.
        responses=api.problems(400, 401, 403, 408, 413),
        generate_unique_id_function=lambda route: route.name,
        # Their pages would load scripts from the network.
        docs_url=None,
        redoc_url=None,
        swagger_ui_oauth2_redirect_url=None,
    )
    app.state.service = service
    answer_problems(app)
    for router in (api.router, actions.router, exports.router, media.router, browse.router):
        app.include_router(router)
    app.add_middleware(Guard, config=config, answered=service.batcher.metrics.count_request)
    return app


def _service(parts: Parts, config: ServeConfig) -> Service:
    network = LockedNetwork(parts.network)
    desk = DeskThread(parts.library, parts.recognizer)
    batcher = Batcher(network, parts.reader, config, recognizer=lambda: desk.recognizer)
    return Service(
        config=config,
        uploads=Uploads(config, refused=batcher.metrics.refused.inc),
        desk=desk,
        batcher=batcher,
        scanner=Scanner(desk, network, parts.recognizer, parts.reader),
        pictures=Pictures(desk, network, parts.reader, parts.open_explainer),
    )
