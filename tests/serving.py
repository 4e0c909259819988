"""A server on an engine, in a thread of the tests' own process."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from snowpact.local.engine import Engine
from snowpact.local.server import create_app


@contextmanager
def serving(engine: Engine) -> Iterator[int]:
    """The port that it listens on; it ends with the block."""
    app = create_app(engine)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join(10)
    app.state.clients.close()
