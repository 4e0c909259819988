"""The embedded engine over HTTP, in the protocol that Snowflake's own clients speak. ``serve`` is the way in."""

from __future__ import annotations

__all__ = ["create_app", "serve"]


def __getattr__(name: str) -> object:
    """Load starlette and uvicorn on first use."""
    if name == "serve":
        from snowpact.local.server.serving import serve

        return serve
    if name == "create_app":
        from snowpact.local.server.app import create_app

        return create_app
    raise AttributeError(name)
