"""What names mean where a statement, or a view's query, stands: the translator asks, the session answers.

Inside a view, names resolve in the view's own database and schema and the session's are ignored
(https://docs.snowflake.com/en/sql-reference/sql/create-view#usage-notes).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from snowpact.local.governance import access
from snowpact.local.governance.held import owner
from snowpact.local.governance.policies import protected
from snowpact.local.objects import Record
from snowpact.model.catalog import CatalogObject, Column, Kind
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.names import Name

if TYPE_CHECKING:
    from snowpact.local.session import Session
    from snowpact.local.translate.seam import Given

def _view_columns(name: Name) -> CatalogObject | None:
    """A view of INFORMATION_SCHEMA with its columns."""
    from snowpact.local.information_schema import VIEWS

    view = VIEWS.get(name.name)
    return None if view is None else CatalogObject(Kind.VIEW, name, tuple(Column(field.name, field.type) for field in view.fields))


NESTING = 20
"""Views over views: https://docs.snowflake.com/en/sql-reference/sql/create-view."""


_NOT_TOLD = {"CURRENT_ROLE", "CURRENT_USER", "INVOKER_ROLE", "ROLES_IN_SESSION"}


def stored(identifier: exp.Identifier) -> str:
    """An identifier's stored name."""
    return identifier.this if identifier.args.get("quoted") else identifier.this.upper()


@dataclass(frozen=True)
class Scope:
    """The names that a query may use. ``database`` and ``schema`` complete unqualified names.

    owner: the role with whose rights a view's or function's query runs; None for the session's own. invoker: in a policy's body, the
    owner of the view that the protected table is read through. shared: below a database
    made from a share, where nobody's role or name is told (https://docs.snowflake.com/en/user-guide/data-sharing-secure-views).
    guarded: in a policy's body, the relation that it protects and the column that it masks.
    laterals: FLATTEN stays a lateral join, as what follows changes through a query needs it (``dynamic/terms.py``).
    """

    session: Session
    database: str | None
    schema: str | None
    depth: int = 0
    owner: str | None = field(default=None, kw_only=True)
    invoker: str | None = field(default=None, kw_only=True)
    shared: bool = field(default=False, kw_only=True)
    guarded: tuple[Record, str | None] | None = field(default=None, kw_only=True)
    laterals: bool = field(default=False, kw_only=True)

    def name_of(self, table: exp.Table) -> Name:
        """The full name of a table expression. Raises Snowflake's 090105 / 090106 without a current database or schema."""
        parts = [stored(part) if isinstance(part, exp.Identifier) else part.name for part in table.parts]
        return self.session.complete(Name(tuple(parts)), self)

    def resolve(self, table: exp.Table) -> exp.Expression:
        """What to put into FROM for a Snowflake table, view or dynamic table: a DuckDB table or a subquery, without an alias.

        Its columns have Snowflake's names, encoded. The caller gives it the table's alias, or else the last part of its name, since
        columns are qualified by it. Raises 002003 for what does not exist.
        """
        name = self.name_of(table)
        if name.schema == "INFORMATION_SCHEMA":
            return self.information_schema(name.parts[0], name.name)
        if name.parts[:2] == ("SNOWFLAKE", "LOCAL"):
            from snowpact.local import table_functions

            return table_functions.local_view(self, name.name)
        if name.parts[:2] == ("SNOWFLAKE", "ACCOUNT_USAGE"):
            from snowpact.local import account_usage

            return account_usage.relation(self, name.name)
        record = self.session.find("TABLE", name)
        if record is not None:
            self.require(record, "SELECT")
            if "imported" in record.extra:
                return self.from_share(record)
            return protected(self, record, self.relation(record))
        from snowpact.local.streams import reading

        return reading.relation(self, table)

    @property
    def roles(self) -> access.Roles:
        """The roles whose privileges count here."""
        return access.active(self.session) if self.owner is None else self.session.engine.state.hierarchy.inherited(self.owner)

    def require(self, record: Record, privilege: str) -> None:
        """Raise where the roles here may not use an object."""
        access.require(self.session, record, privilege, roles=self.roles)

    def from_share(self, record: Record) -> exp.Expression:
        """The same for an object that a share brought: the provider's own, read with its owner's rights."""
        original = self.session.engine.state.by_id[record.id]
        scope = Scope(self.session, self.database, self.schema, self.depth, owner=owner(original), shared=True, laterals=self.laterals)
        return protected(scope, original, scope.relation(original))

    def relation(self, record: Record) -> exp.Expression:
        """The same for a record."""
        if record.object.kind in (Kind.VIEW, Kind.MATERIALIZED_VIEW):
            from snowpact.local.views import expand

            return expand(self, record)
        return exp.Table(this=exp.to_identifier(record.relation, quoted=True), db=exp.to_identifier("_data"))

    def inside(self, record: Record) -> Scope:
        """The scope of a view's own query."""
        database, schema = record.name.parts[:2]
        return Scope(self.session, database, schema, self.depth + 1, owner=owner(record), shared=self.shared, laterals=self.laterals)

    def followed(self, record: Record) -> Scope:
        """That of a dynamic table's query, whose changes are followed."""
        return replace(self.inside(record), laterals=True)

    def staged(self, location: str, format_name: str | None, pattern: str | None, width: int) -> tuple[exp.Expression, Any]:
        """The DuckDB relation of staged files and its columns: ``stages/reading.py``."""
        from snowpact.local.stages import reading

        return reading.staged(self.session, location, format_name, pattern, width)

    def directory(self, location: str) -> tuple[exp.Expression, Any]:
        """The DuckDB relation of ``DIRECTORY(@stage)`` and its columns."""
        from snowpact.local.stages import directory

        return directory.relation(self.session, location)

    def tag(self, tag: str, name: str, domain: str) -> str | None:
        """The value of a tag on an object, inherited or its own."""
        from snowpact.local.governance.references import tag_of

        self.session.asked += 1
        return tag_of(self.session, tag, name, domain)

    def guarded_tag(self, tag: str, column: bool) -> str | None:
        """The value of a tag on the column, or the relation, that the policy of this body protects. Raises outside a policy."""
        from snowpact.local.governance.references import guarded_tag

        self.session.asked += 1
        return guarded_tag(self, tag, column)

    def pipe_status(self, pipe: str) -> str:
        """SYSTEM$PIPE_STATUS."""
        from snowpact.local.stages import pipes

        self.session.asked += 1
        return pipes.status(self.session, pipe)

    def has_data(self, stream: str) -> exp.Expression:
        """Whether a stream has data, as a DuckDB condition."""
        from snowpact.local.streams import reading

        return reading.has_data(self, stream)

    def ddl_text(self, kind: str, name: str, qualified: bool) -> str:
        """GET_DDL."""
        from snowpact.local.ddl_text import ddl_of

        return ddl_of(self.session, kind, name, qualified)

    def of_task(self, function: str, argument: str | None) -> str | None:
        """What the running task is told by SYSTEM$TASK_RUNTIME_INFO and its kin."""
        from snowpact.local.tasks.running import ANSWERS

        return ANSWERS[function](self.session, argument)

    def of_alert(self, function: str) -> exp.Expression:
        """What the running alert is told by the functions of SNOWFLAKE.ALERT."""
        from snowpact.local.alerts.run import told

        if function not in ("SCHEDULED_TIME", "LAST_SUCCESSFUL_SCHEDULED_TIME"):
            raise UnsupportedFeature(f"function SNOWFLAKE.ALERT.{function}")
        self.session.asked += 1
        moment = told(self.session, function)
        return exp.cast(exp.Literal.string(moment.astimezone(UTC).isoformat(sep=" ")), exp.DataType.build("TIMESTAMPTZ"))

    def variable(self, name: str) -> Any:
        """A session variable's value; KeyError where it is not set."""
        return self.session.variables[name]

    def metric(self, name: tuple[str, ...], call: exp.Expression) -> exp.Expression:
        """The query that answers ``metric(SELECT …, …)``, not translated yet."""
        from snowpact.local.quality import metrics

        return metrics.called(self, name, call)

    def native(self, name: str) -> None:
        """DuckDB knows that function of ``natives`` from now on."""
        store = self.session.engine.store
        store.natives.require(name, store.connection)

    def routine(self, name: Name, given: Given) -> Any:
        """The scalar user-defined function of that (possibly unqualified) name that takes such arguments; None where there is none."""
        from snowpact.local import sequences
        from snowpact.local.routines import functions

        return sequences.call_of(name) or functions.scalar(self, name, given)

    def table_function(self, call: exp.Expression) -> tuple[exp.Expression, Any]:
        """The DuckDB relation of ``TABLE(call)`` and its columns."""
        from snowpact.local import querylog, table_functions
        from snowpact.local.routines import functions

        if querylog.is_scan(call):
            return querylog.scan(self.session, call)
        function = table_functions.elsewhere(call)
        if function is not None:
            return table_functions.of_account(self, call, function)
        if table_functions.of_information_schema(self, call):
            return table_functions.relation(self, call)
        return functions.table(self, call)

    def information_schema(self, database: str, view: str) -> exp.Expression:
        """A relation with the rows of an INFORMATION_SCHEMA view."""
        return self.session.information_schema(database, view)

    def query_id(self, place: int) -> str | None:
        """The id of a statement that the session ran; None where there is none."""
        return self.session.queries.place(place)

    def context(self, function: str) -> Any:
        """The value of a context function (``CURRENT_ROLE``, ``CURRENT_SCHEMA`` …); KeyError for an unknown one."""
        self.session.asked += 1
        if self.shared and function in _NOT_TOLD:
            return frozenset() if function == "ROLES_IN_SESSION" else None
        own = {"CURRENT_DATABASE": self.database, "CURRENT_SCHEMA": self.schema, "INVOKER_ROLE": self.invoker or self.session.role}
        return own[function] if function in own else self.session.context_value(function)

    def lookup(self, name: Name) -> CatalogObject | None:
        """An object by (possibly partial) name: what ``sql.typing.output_columns`` asks. A function is asked for by its argument types
        (``F(NUMBER)`` as the last part) and then by its bare name, which answers where only one function bears it."""
        full = self.session.complete(name, self)
        if full.schema == "INFORMATION_SCHEMA":
            return _view_columns(full)
        if full.parts[:2] == ("SNOWFLAKE", "LOCAL"):
            from snowpact.local import table_functions

            return table_functions.local_columns(full)
        if full.parts[:2] == ("SNOWFLAKE", "ACCOUNT_USAGE"):
            from snowpact.local import account_usage

            return account_usage.columns(full)
        stream = self.session.find(Kind.STREAM, full)
        record = self.session.find("TABLE", full) or stream or self.session.find(Kind.FUNCTION, full) or self._only_function(full)
        if record is not None and record is stream:
            from snowpact.local.streams import reading

            return reading.columns_of(self.session, stream)
        return record.object if record else None

    def _only_function(self, name: Name) -> Record | None:
        found = [
            record
            for record in self.session.engine.state
            if record.object.kind is Kind.FUNCTION and record.name.parent == name.parent and record.name.name.partition("(")[0] == name.name
        ]
        return found[0] if len(found) == 1 else None
