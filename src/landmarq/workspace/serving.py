"""``serve`` as a library call."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from landmarq.photos import PhotoReader, ReadLimits
from landmarq.runtime import Runtime
from landmarq.server import ServeConfig, require_web
from landmarq.workspace.explaining import open_explainer
from landmarq.workspace.systems import System


def serve(
    system: System,
    library: Path,
    config: ServeConfig,
    *,
    ready: Callable[[str], None],
    limits: ReadLimits | None = None,
    runtime: Runtime = "openvino",
) -> None:
    """Serve a library's albums and the HTTP API until the process is told to end.

    Raises:
        MissingExtraError: the web stack is not installed.
        LibraryError: another program holds the library.
        StorageError: the port is taken.
    """
    require_web()
    # Here: the web stack is an extra.
    from landmarq.server.running import serve as run
    from landmarq.server.service import Parts

    with PhotoReader(limits) as reader:
        parts = Parts(
            library=library,
            network=system.network,
            recognizer=system.recognizer,
            reader=reader,
            open_explainer=lambda: open_explainer(system, runtime=runtime),
        )
        run(parts, config, ready=ready)
