"""Snowflake itself, through snowflake-connector-python. The same code reaches the embedded engine's HTTP server."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from snowpact.model.catalog import Catalog
from snowpact.model.errors import SnowpactError, StatementError, TargetUnreachable
from snowpact.targets.connection import arguments, redacted
from snowpact.targets.context import go_back, may_move
from snowpact.targets.inspect import inspect_whole
from snowpact.targets.protocol import Context, Result

_STATEMENT_SECONDS = 900
"""How long an answer may take. A real account answers within 45 seconds that a statement is still running; the embedded
server answers when it is done, and a request given up too early would be sent again."""

_SESSION_GONE = range(390100, 390400)
"""Expired or refused sessions and tokens (snowflake-connector-python, network.py)."""
_CLIENT_SIDE = range(250000, 260000)
_QUERY_ID = re.compile(r"^\d{6} \(\w{5}\): (?:[0-9a-f]{8}-[0-9a-f-]{27}: )?")


class SnowflakeTarget:
    """An account, over one connection. Raises TargetUnreachable within seconds when nobody answers or lets us in."""

    kind = "snowflake"

    def __init__(self, name: str, settings: Mapping[str, Any], environment: Mapping[str, str] | None = None):
        import snowflake.connector as connector

        self.name = name
        self._errors = connector.errors
        logging.getLogger("snowflake.connector").addHandler(logging.NullHandler())  # its retries are no news for standard error
        known = set(connector.connection.DEFAULT_CONFIGURATION)
        self._arguments = arguments(settings, os.environ if environment is None else environment, known)
        self._connection = self._connect(connector)
        self._context: Context | None = None

    def _connect(self, connector: Any) -> Any:
        options = {"socket_timeout": self._arguments["login_timeout"], **self._arguments}
        try:
            connection = connector.connect(**options)
        except self._errors.Error as error:
            raise self._unreachable(error) from error
        except (OSError, TypeError, ValueError) as error:  # a key file that is missing, unreadable or no key
            raise self._unreachable(error) from error
        if "socket_timeout" not in self._arguments:
            connection._socket_timeout = _STATEMENT_SECONDS  # there is no public way to be impatient at login only
        return connection

    def execute(self, sql: str, params: Sequence[Any] = ()) -> Result:
        if may_move(sql):
            self._context = None
        cursor = self._connection.cursor()
        try:
            cursor.execute(sql, [_bound(value) for value in params] or None)
            columns = tuple(column.name for column in cursor.description or ())
            rows = tuple(tuple(row) for row in cursor.fetchall()) if columns else ()
            return Result(columns, rows, cursor.rowcount, cursor.sfqid)
        except self._errors.Error as error:
            raise self._failed(error) from error
        finally:
            cursor.close()

    def _failed(self, error: Any) -> SnowpactError:
        errno = error.errno if isinstance(error.errno, int) and error.errno > 0 else None
        gone = errno in _CLIENT_SIDE or errno in _SESSION_GONE or (errno is None and not isinstance(error, self._errors.ProgrammingError))
        if gone:
            return self._unreachable(error)
        state = error.sqlstate if error.sqlstate not in (None, "", "n/a") else None
        return StatementError(self._message(error), errno, state, error.sfqid)

    def _message(self, error: Any) -> str:
        text = getattr(error, "raw_msg", None) or getattr(error, "msg", None) or str(error) or type(error).__name__
        return redacted(_QUERY_ID.sub("", str(text)), self._arguments)

    def _unreachable(self, error: Any) -> TargetUnreachable:
        said = self._message(error).strip().rstrip(".")
        place = self._arguments.get("host") or self._arguments["account"]
        return TargetUnreachable(f"target {self.name!r} ({place}) can't be used: {said}. {_advice(getattr(error, 'errno', None), said)}")

    def context(self) -> Context:
        """Asked of the server once after each statement that may have moved the session: the connector does not follow CREATE DATABASE,
        nor DROP, nor a procedure."""
        if self._context is None:
            row = self.execute("SELECT CURRENT_ROLE(), CURRENT_WAREHOUSE(), CURRENT_DATABASE(), CURRENT_SCHEMA()").rows[0]
            self._context = Context(*row)
        return self._context

    def restore(self, context: Context) -> None:
        go_back(self.execute, self.context(), context)

    def inspect(self, databases: Iterable[str]) -> Catalog:
        return inspect_whole(self, databases).catalog

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> SnowflakeTarget:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def _bound(value: Any) -> Any:
    """The connector refuses a bare datetime: which of the three timestamps it is must be said."""
    if isinstance(value, datetime):
        return ("TIMESTAMP_NTZ" if value.tzinfo is None else "TIMESTAMP_TZ", value)
    return value


_ADVICE = (
    ("incorrect username or password", "Check the user and the password or token."),
    ("jwt token is invalid", "Check that the public key is set for that user, and the account's locator."),
    ("account must be specified", "Set `account` in the target's table or SNOWFLAKE_ACCOUNT."),
    ("user is empty", "Set `user` in the target's table or SNOWFLAKE_USER."),
    ("password is empty", "Set SNOWFLAKE_PASSWORD, or another authenticator."),
    ("certificate", "Check the network, and `protocol`: the embedded server speaks http."),
)


def _advice(errno: int | None, said: str) -> str:
    """What to look at, by what was said."""
    lower = said.lower()
    for words, advice in _ADVICE:
        if words in lower:
            return advice
    if errno in _SESSION_GONE:
        return "Sign in again: the session or token is refused or has expired."
    return "Check the account or host, the network and the credentials of that target."
