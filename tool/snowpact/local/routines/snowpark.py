"""The Session that a procedure's handler is given: snowflake-snowpark-python's own, on a connection of the real connector.

It lives in the worker. The connector's requests do not travel over HTTP but as questions over the pipe, where the engine answers them on
the caller's session as its server answers a client's. Frames of pandas take a way of their own: an account takes them from a stage.
"""

from __future__ import annotations

import atexit
import json
import os
from collections.abc import Callable
from functools import cache
from typing import Any

from snowpact.local.routines import bulk

Ask = Callable[[dict[str, Any]], dict[str, Any]]




def session(ask: Ask) -> Any:
    """A snowflake.snowpark.Session whose statements ``ask`` runs."""
    os.environ["SNOWFLAKE_DISABLE_PLATFORM_DETECTION"] = "true"  # a question to each cloud's metadata service, and a wait for the answer
    from snowflake.connector import SnowflakeConnection, connection, network
    from snowflake.snowpark import Session

    class Rest(network.SnowflakeRestful):
        """The connector's transport, over the pipe."""

        def fetch(self, method: str, full_url: str, headers: Any, data: str | None = None, **options: Any) -> dict[str, Any]:
            return ask({"path": full_url.removeprefix(self.server_url), "body": json.loads(data) if data else {}})

    over_http, connection.SnowflakeRestful = connection.SnowflakeRestful, Rest
    try:
        options = {"user": "SNOWPACT", "password": "-", "account": "snowpact", "host": "engine", "protocol": "http"}
        connected = SnowflakeConnection(**options, paramstyle="qmark")
    finally:
        connection.SnowflakeRestful = over_http
    _prepare(ask)
    return Session.builder.configs({"connection": connected}).create()


@cache
def _prepare(ask: Ask) -> None:
    """Once in a process."""
    from snowflake.snowpark import session as module

    module.write_pandas = _writer(ask)
    bulk.install(ask)


def end(made: Any) -> None:
    """Forget a session: the next procedure in this process has one of its own."""
    from snowflake.snowpark.session import _remove_session

    _remove_session(made)
    for kept in (made, made.connection):  # both would stay in memory, and ask an engine that is gone
        atexit.unregister(kept._close_at_exit)
    made.connection._rest = None


def outcome(value: Any) -> dict[str, Any]:
    """What a handler returned: a value, or the id of the query that a frame is."""
    run = getattr(value, "_execute_and_get_query_id", None)
    return {"value": value} if run is None else {"query_id": run()}


def _writer(ask: Ask) -> Callable[..., Any]:
    """In place of snowflake.connector.pandas_tools.write_pandas
    (https://docs.snowflake.com/en/developer-guide/python-connector/python-connector-api#write_pandas)."""

    def write_pandas(
        conn: Any,
        df: Any,
        table_name: str,
        database: str | None = None,
        schema: str | None = None,
        *,
        quote_identifiers: bool = True,
        auto_create_table: bool = False,
        overwrite: bool = False,
        create_temp_table: bool = False,
        table_type: str = "",
        **others: Any,
    ) -> tuple[bool, int, int, list[Any]]:
        import pyarrow

        answer = ask(
            {
                "frame": bulk.stream(pyarrow.Table.from_pandas(df, preserve_index=False)),
                "name": [part for part in (database, schema, table_name) if part],
                "quoted": quote_identifiers,
                "create": auto_create_table or create_temp_table,
                "overwrite": overwrite,
                "table_type": "temp" if create_temp_table else table_type,
            }
        )
        if "error" in answer:
            from snowflake.connector.errors import ProgrammingError

            raise ProgrammingError(**answer["error"])
        return True, 1, len(df), []

    return write_pandas
