"""The server's life: bind to the loopback, tell the port, stop on a signal with the engine's file whole."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from typing import TYPE_CHECKING

import uvicorn

from snowpact.local.server.app import create_app
from snowpact.local.server.sessions import ClientSessions
from snowpact.model.errors import Held, InputError

if TYPE_CHECKING:
    from snowpact.local.engine import Engine

GRACE = 5.0
"""Seconds that running statements have to end once the server was told to stop; then they are cancelled."""

ANSWERED = 5
"""Seconds after that in which clients are told so."""

KEPT_ALIVE = 120
"""Seconds an idle connection stays open: more than clients keep one in their pools between two statements."""


def serve(
    engine: Engine, host: str = "127.0.0.1", port: int = 0, ready: Callable[[int], None] | None = None, grace: float = GRACE
) -> None:
    """Serve until SIGINT or SIGTERM. ``ready`` is told the port, which is a free one where 0 was asked for.

    Raises InputError for a host that is not this machine's loopback, Held for a port that is taken. The engine stays open.
    """
    listener = _listener(host, port)
    app = create_app(engine)
    shutdown = int(grace) + ANSWERED
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, lifespan="off", timeout_graceful_shutdown=shutdown, timeout_keep_alive=KEPT_ALIVE
    )
    server = _Server(config)
    with listener, _stopped_by_signals(server, app.state.clients, grace):
        if ready is not None:
            ready(listener.getsockname()[1])
        try:
            server.run(sockets=[listener])
        finally:
            app.state.clients.close()


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are ours: uvicorn would raise them again after its shutdown and end the process before the engine is closed."""
        yield


@contextmanager
def _stopped_by_signals(server: uvicorn.Server, clients: ClientSessions, grace: float) -> Iterator[None]:
    """Only a main thread may handle signals; elsewhere its owner stops the server. A second signal does not wait."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: object) -> None:
        cancel = threading.Timer(0 if server.should_exit else grace, clients.interrupt)
        cancel.daemon = True
        server.should_exit = True
        cancel.start()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _listener(host: str, port: int) -> socket.socket:
    address = "127.0.0.1" if host == "localhost" else host
    try:
        loopback = ip_address(address)
    except ValueError:
        raise InputError(f"{host} is no loopback address: the server has no passwords and listens on this machine alone") from None
    if not loopback.is_loopback:
        raise InputError(f"{host} is no loopback address: the server has no passwords and listens on this machine alone")
    family = socket.AF_INET6 if loopback.version == 6 else socket.AF_INET
    # asyncio turns Nagle's algorithm off only where the protocol is named: else each answer waits 40 ms for a delayed ACK
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address, port))
    except OSError as error:
        listener.close()
        raise Held(f"port {port} of {host} can't be used: {error.strerror}") from error
    return listener
