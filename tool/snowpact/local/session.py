"""A session: its context, its variables, its transaction, and the one way in: ``execute``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import duckdb
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from snowpact.local import flow, transactions
from snowpact.local.errors import compilation, missing, syntax_error, translated
from snowpact.local.governance import access, shares
from snowpact.local.governance.requirements import check
from snowpact.local.objects import Record
from snowpact.local.querylog import QueryLog
from snowpact.local.registry import handler_of
from snowpact.local.result import Already, EngineResult
from snowpact.local.scope import Scope
from snowpact.local.settings import Settings
from snowpact.local.stopping import Stop
from snowpact.local.streams import offsets
from snowpact.local.substitute import SetOn, substitute
from snowpact.model.catalog import Key, Kind
from snowpact.model.errors import SnowpactError, StatementError
from snowpact.model.names import Name, NameSyntaxError
from snowpact.sql.classify import Classified, classify
from snowpact.sql.dialect import SNOWFLAKE
from snowpact.sql.split import split
from snowpact.sql.tokens import SqlInputError, locate, significant
from snowpact.sql.typing.guard import require_bounded

if TYPE_CHECKING:
    from snowpact.local.alerts.history import AlertRun
    from snowpact.local.engine import Engine
    from snowpact.local.relation import Query
    from snowpact.local.tasks.running import Running

OPAQUE = {Kind.PROCEDURE, Kind.FUNCTION, Kind.TASK, Kind.ALERT, Kind.DATA_METRIC_FUNCTION}
"""What carries a body: its ``$name`` and ``?`` are not the session's."""

RUNS_OTHERS = {"CALL", "BLOCK", "EXECUTE IMMEDIATE"}


class Session:
    """One connection. ``database`` and ``schema`` are stored names or None; ``parameters`` what they are set to.

    asked: how often a query asked for its context, so that nobody keeps what depends on it.

    task, alert: the run of one that it carries out; on_commit: called before each commit, to write what is to commit with it.
    """

    def __init__(self, engine: Engine, id_: int, role: str | None = None):
        self.engine = engine
        self.id = id_
        self.user = access.SYSTEM_USER
        self.secondary_roles = "NONE"
        self.asked = 0
        self.role = role or "ACCOUNTADMIN"
        self.warehouse: str | None = None
        self.database: str | None = None
        self.schema: str | None = None
        self.variables: dict[str, Any] = {}
        self.set_on: dict[str, SetOn] = {}
        self.parameters = Settings(self)
        self.temporary: dict[Key, Record] = {}
        self.temporary_version = 0
        self.scripts: list[str] = []
        self.moves_files = True  # PUT and GET may touch this process's files; a server's clients move theirs themselves
        self.view_cache: dict[int, tuple[tuple[int, int], Record, exp.Expression]] = {}
        self.query_cache: dict[str, tuple[tuple[Any, ...], Query]] = {}
        self.called: dict[str, None] = {}  # what metadata functions answered, the latest last: names of temporary tables
        self.now = engine.clock.now()
        self.task: Running | None = None
        self.alert: AlertRun | None = None
        self.on_commit: Callable[[], None] | None = None
        self.queries = QueryLog(engine.history)
        self.stop = Stop(self)
        self.statement: str | None = None
        self.rules: tuple[Callable[[Classified], None], ...] = ()  # what a procedure that runs may not do: each raises
        self.last_result: EngineResult | None = None
        self.duck: duckdb.DuckDBPyConnection = engine.store.connection.cursor()
        seed = engine.clock.seed()
        if seed is not None:
            self.duck.execute(f"SELECT setseed({seed})")
        self.transaction = transactions.Transaction(self)
        self.reads = offsets.Reads()

    # -- statements -------------------------------------------------------------------------------------------------

    def execute(self, sql: str, params: Sequence[Any] = (), query_id: str | None = None) -> EngineResult:
        """Run one statement; ``?`` or ``:1`` bind params. Raises StatementError in Snowflake's words, and nothing else."""
        query_id, self.now = query_id or self.engine.query_id(), self.engine.clock.now()
        with self.engine.history.recorded(self, query_id, sql) as ran:
            if self.statement is not None:  # one of a procedure's
                return ran.answered(self._execute(sql, params, query_id))
            with self.stop.watched():
                return ran.answered(self._execute(sql, params, query_id))

    def _execute(self, sql: str, params: Sequence[Any], query_id: str) -> EngineResult:
        since, around = len(self.queries), self.statement
        self.statement = sql
        try:
            self.stop.check()
            self.parameters.tell()
            statements = split(sql)
            if len(statements) != 1:
                raise _count_error(len(statements))
            result = replace(self._run(statements[0].text, params), query_id=query_id)
        except StatementError as error:
            error.query_id = query_id
            raise
        except duckdb.Error as error:
            failure = translated(error)
            failure.query_id = query_id
            raise failure from error
        except SqlInputError as error:
            raise _at(error, sql) from error
        except SqlglotError as error:
            raise _unparsed(error, sql) from error
        except NameSyntaxError as error:
            raise compilation(str(error), 1003, "42000") from error
        except RecursionError as error:
            raise compilation("the statement is nested too deeply", 1109, "42601") from error  # number [M]
        except SnowpactError:
            raise
        except Exception as error:  # a fault of ours: an error of the statement all the same, never a traceback
            text = f"SQL execution internal error:\n{type(error).__name__}: {error}"
            raise StatementError(text, 603, "XX000", query_id) from error
        finally:
            self.queries.ended(query_id, since)
            self.statement = around
            if around is None:
                self.transaction.release()
        self.queries.remember(result)
        self.last_result = result
        return result

    @property
    def last_query_id(self) -> str | None:
        """LAST_QUERY_ID(): the statement before the one that runs."""
        return self.queries.place(-1)

    def execute_script(self, sql: str) -> list[EngineResult]:
        """Run several statements; the first failure stops."""
        try:
            statements = split(sql)
        except SqlInputError as error:
            raise _at(error, sql) from error
        return [self.execute(statement.text) for statement in statements]

    def _run(self, text: str, params: Sequence[Any]) -> EngineResult:
        statement = classify(text)
        if statement.kind not in OPAQUE or statement.verb != "CREATE":
            replaced = substitute(text, self.variables, params) if statement.verb != "BLOCK" else text
            if replaced != text:
                statement = classify(replaced)
            if "flow" in statement.modifiers and statement.verb != "BLOCK" and statement.kind not in OPAQUE:
                return flow.run(self, statement.text)
        for rule in self.rules:
            rule(statement)
        with self.transaction.guard(whole=statement.verb not in RUNS_OTHERS), offsets.statement(self, statement):
            try:
                check(self, statement)
                result: EngineResult = handler_of(statement)(self, statement)
            except Already as already:
                result = already.result
        return replace(result, statement_type=_type_of(statement)) if result.statement_type == "UNKNOWN" else result

    def parse(self, sql: str) -> exp.Expression:
        """The syntax tree of a query or DML statement."""
        require_bounded(significant(sql))
        try:
            tree = sqlglot.parse_one(sql, dialect=SNOWFLAKE)
        except RecursionError:
            raise
        except Exception as error:  # the compiled parser also fails with a TypeError on text that it misreads
            raise _unparsed(error, sql) from error
        for table in tree.find_all(exp.Table):
            if table.args.get("catalog") and not table.args.get("db"):  # db..t
                table.set("db", exp.to_identifier("PUBLIC", quoted=True))
        return tree

    # -- names ------------------------------------------------------------------------------------------------------

    @property
    def scope(self) -> Scope:
        return Scope(self, self.database, self.schema)

    def complete(self, name: Name, scope: Scope | None = None, parts: int = 3) -> Name:
        """The name with all its parts, from the scope's (or the session's) database and schema."""
        database, schema = (scope.database, scope.schema) if scope else (self.database, self.schema)
        given = name.parts
        if len(given) >= parts:
            return name
        if len(given) < 2 and parts == 3:
            if database is None:
                raise _no_current("database", 90105)
            if schema is None:
                raise _no_current("schema", 90106)
            return Name((database, schema, *given))
        if database is None:
            raise _no_current("database", 90105)
        return Name((database, *given))

    def name(self, text: str | None, parts: int = 3) -> Name:
        """The full name of what a statement calls ``text``; parts: 1 for account objects, 2 for schemas."""
        if text is None:
            raise compilation("the statement names no object", 1003, "42000")
        found = Name.parse(text)
        if len(found.parts) > parts:
            raise missing(found)
        return self.complete(found, parts=parts)

    def find(self, domain: str | Kind, name: Name) -> Record | None:
        """The object of that full name: the session's temporary one first, since it hides the permanent one."""
        key = (domain.domain if isinstance(domain, Kind) else domain, name)
        if len(name.parts) > 1 and name.parts[0] in self.engine.state.imported:
            return shares.found(self.engine.state, key)
        return self.temporary.get(key) or self.engine.state.by_key.get(key)

    def require(self, kind: Kind, name: Name) -> Record:
        """The same; raises "does not exist or not authorized"."""
        found = self.find(kind, name)
        if found is None:
            raise missing(name, _LABELS.get(kind, str(kind).title()))
        return found

    def routine(self, kind: Kind, name: Name, arguments: int, scope: Scope | None = None) -> Record | None:
        """The function or procedure of that name that takes so many arguments. Its name's last part is ``F(NUMBER, VARCHAR)``;
        ``extra['required']`` is how many arguments have no default."""
        try:
            full = self.complete(name, scope)
        except StatementError:
            return None
        for record in self.engine.state:
            item = record.object
            if item.kind is kind and item.name.parent == full.parent and item.name.name.split("(")[0] == full.name:
                most = len(item.property("arguments", ()))
                if record.extra.get("required", most) <= arguments <= most:
                    return record
        return None

    def remember(self, records: Iterable[Record]) -> None:
        """Take over temporary objects after a commit."""
        for record in records:
            self.temporary_version += 1
            self.temporary = {key: kept for key, kept in self.temporary.items() if kept.id != record.id}
            if record.dropped_on is None:
                self.temporary[record.key] = record

    # -- what the translator asks for -----------------------------------------------------------------------------------

    def information_schema(self, database: str, view: str) -> exp.Expression:
        from snowpact.local import metadata

        return metadata.relation(self, database, view)

    def context_value(self, function: str) -> Any:
        return _CONTEXT[function](self)

    # -- transaction ------------------------------------------------------------------------------------------------

    @property
    def autocommit(self) -> bool:
        return bool(self.parameters["AUTOCOMMIT"])

    def commit(self) -> None:
        self.transaction.commit()

    def in_duckdb_transaction(self) -> bool:
        """Whether DuckDB still has a transaction open; its own COMMIT may have ended it by failing."""
        try:
            self.duck.execute("BEGIN TRANSACTION")
        except duckdb.TransactionException:
            return True
        self.duck.execute("ROLLBACK")
        return False

    def close(self) -> None:
        """End the session: what is not committed is lost, temporary objects go."""
        if self not in self.engine.sessions:
            return
        self.engine.sessions.remove(self)
        self.transaction.rollback()
        with self.engine.lock.held(self):
            for record in self.temporary.values():
                self.duck.execute(f'DROP VIEW IF EXISTS _data."{record.relation}"')
                self.duck.execute(f"DROP TABLE IF EXISTS {record.table}")
        self.duck.close()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


_LABELS = {Kind.TABLE: "Table", Kind.VIEW: "View", Kind.DATABASE: "Database", Kind.SCHEMA: "Schema"}

_CONTEXT = {
    "CURRENT_TIMESTAMP": lambda session: session.now,
    "CURRENT_DATE": lambda session: session.now.astimezone(ZoneInfo(session.parameters.zone)).date(),
    "CURRENT_ROLE": lambda session: session.role,
    "CURRENT_WAREHOUSE": lambda session: session.warehouse,
    "CURRENT_USER": lambda session: session.user,
    "CURRENT_SESSION": lambda session: str(session.id),
    "CURRENT_ACCOUNT": lambda session: "SNOWPACT",
    "CURRENT_ACCOUNT_NAME": lambda session: "SNOWPACT",
    "CURRENT_ORGANIZATION_NAME": lambda session: "SNOWPACT",
    "CURRENT_REGION": lambda session: "LOCAL",
    "CURRENT_VERSION": lambda session: "10.0.0 snowpact",
    "CURRENT_IP_ADDRESS": lambda session: "127.0.0.1",
    "CURRENT_ROLE_TYPE": lambda session: "ROLE",
    "CURRENT_CLIENT": lambda session: "snowpact",
    "ROLES_IN_SESSION": access.active,
    "CURRENT_AVAILABLE_ROLES": access.available_text,
    "CURRENT_SECONDARY_ROLES": access.secondary_text,
    "CURRENT_TRANSACTION": lambda session: session.transaction.id,
    "CURRENT_STATEMENT": lambda session: session.statement,
}


def _no_current(what: str, errno: int) -> StatementError:
    return StatementError(
        f"Cannot perform operation. This session does not have a current {what}. Call 'USE {what.upper()}', or use a qualified name.",
        errno,
        "22000",
    )


def _count_error(count: int) -> StatementError:
    if count == 0:
        return compilation("Empty SQL statement.", 900, "42601")
    return StatementError(f"Actual statement count {count} did not match the desired statement count 1.", 8, "0A000")


def _unparsed(error: Exception, sql: str) -> StatementError:
    """The parser's first complaint, with its place."""
    found = (getattr(error, "errors", None) or [{}])[0]
    return syntax_error(found.get("highlight") or sql[:20], found.get("line") or 1, found.get("col") or 0)


def _at(error: SqlInputError, sql: str) -> StatementError:
    line, char = locate(sql, min(error.offset, len(sql)))
    failure = syntax_error(re.split(r"\s", sql[error.offset : error.offset + 40] or "<EOF>")[0], line, char - 1)
    failure.message += f"\n{error.message}"
    return failure


def _type_of(statement: Classified) -> str:
    kind = statement.kind.value if isinstance(statement.kind, Kind) else statement.kind
    if statement.verb in {"CREATE", "ALTER", "DROP", "UNDROP", "TRUNCATE"} and kind:
        return f"{statement.verb}_{kind.replace(' ', '_')}"
    return statement.verb.replace(" ", "_")
