"""Context functions: https://docs.snowflake.com/en/sql-reference/functions-context. The scope knows the values."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.translate.coerce import TEXT
from snowpact.local.translate.functions.binaries import as_characters
from snowpact.local.translate.typed import Typed, call, cast, refuse
from snowpact.model.names import Name
from snowpact.model.types import BOOLEAN, DATE, SnowflakeType, timestamp

if TYPE_CHECKING:
    from snowpact.local.translate.translator import Rule, Translator

_NAMES = {
    exp.CurrentUser: "CURRENT_USER",
    exp.CurrentRole: "CURRENT_ROLE",
    exp.CurrentWarehouse: "CURRENT_WAREHOUSE",
    exp.CurrentDatabase: "CURRENT_DATABASE",
    exp.CurrentSchema: "CURRENT_SCHEMA",
    exp.CurrentAccount: "CURRENT_ACCOUNT",
    exp.CurrentRegion: "CURRENT_REGION",
    exp.CurrentSession: "CURRENT_SESSION",
    exp.CurrentTransaction: "CURRENT_TRANSACTION",
    exp.CurrentVersion: "CURRENT_VERSION",
    exp.CurrentAccountName: "CURRENT_ACCOUNT_NAME",
    exp.CurrentAvailableRoles: "CURRENT_AVAILABLE_ROLES",
    exp.CurrentSecondaryRoles: "CURRENT_SECONDARY_ROLES",
    exp.CurrentClient: "CURRENT_CLIENT",
    exp.CurrentIpAddress: "CURRENT_IP_ADDRESS",
    exp.CurrentRoleType: "CURRENT_ROLE_TYPE",
    exp.CurrentOrganizationName: "CURRENT_ORGANIZATION_NAME",
}


def _text(name: str) -> Rule:
    def rule(translator: Translator, node: exp.Expression) -> Typed:
        try:
            value = translator.scope.context(name)
        except KeyError:
            refuse(f"function {name}")
        return Typed(cast(exp.Null(), "VARCHAR") if value is None else exp.Literal.string(str(value)), TEXT)

    return rule


def now(translator: Translator) -> exp.Expression:
    """The statement's time as TIMESTAMPTZ: the scope's, which may be simulated, or DuckDB's."""
    try:
        value = translator.scope.context("CURRENT_TIMESTAMP")
    except KeyError:
        value = None
    if not isinstance(value, datetime):
        return call("now")
    moment = value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f+00:00")
    return cast(exp.Literal.string(moment), "TIMESTAMPTZ")


def _date(translator: Translator, node: exp.Expression) -> Typed:
    """The day alone, in the session's time zone: a query that asks for no more is the same all day long."""
    try:
        value = translator.scope.context("CURRENT_DATE")
    except KeyError:
        value = None
    day = exp.Literal.string(value.isoformat()) if isinstance(value, date) else cast(now(translator), "TIMESTAMP")
    return Typed(cast(day, "DATE"), DATE)


def _timestamp(translator: Translator, node: exp.Expression) -> Typed:
    if isinstance(node, exp.CurrentTimestamp) and node.args.get("sysdate"):
        return Typed(call("timezone", "UTC", now(translator)), timestamp("NTZ"))  # in UTC, whatever the session's zone
    return Typed(now(translator), timestamp("LTZ"))


def _stream_has_data(translator: Translator, node: exp.Expression) -> Typed:
    """https://docs.snowflake.com/en/sql-reference/functions/system_stream_has_data"""
    name = node.expressions[0] if len(node.expressions) == 1 else None
    if not isinstance(name, exp.Literal) or not name.is_string:
        refuse("SYSTEM$STREAM_HAS_DATA of something that is no constant")
    return Typed(translator.scope.has_data(name.this), BOOLEAN)


def _pipe_status(translator: Translator, node: exp.Expression) -> Typed:
    """https://docs.snowflake.com/en/sql-reference/functions/system_pipe_status"""
    name = node.expressions[0] if len(node.expressions) == 1 else None
    if not isinstance(name, exp.Literal) or not name.is_string:
        refuse("SYSTEM$PIPE_STATUS of something that is no constant")
    return Typed(exp.Literal.string(translator.scope.pipe_status(name.this)), TEXT)


def _get_ddl(translator: Translator, node: exp.Expression) -> Typed:
    """https://docs.snowflake.com/en/sql-reference/functions/get_ddl"""
    texts, flag = node.expressions[:2], node.expressions[2:]
    if len(texts) != 2 or not all(isinstance(item, exp.Literal) and item.is_string for item in texts):
        refuse("GET_DDL of something that is no constant")
    if len(flag) > 1 or not all(isinstance(item, exp.Boolean) for item in flag):
        refuse("GET_DDL with a flag that is no literal")
    return Typed(exp.Literal.string(translator.scope.ddl_text(texts[0].this, texts[1].this, bool(flag and flag[0].this))), TEXT)


def _of_task(name: str) -> Rule:
    """What a running task may ask: a function of nothing or of one constant."""

    def rule(translator: Translator, node: exp.Expression) -> Typed:
        given = node.expressions
        if len(given) > 1 or not all(isinstance(item, exp.Literal) and item.is_string for item in given):
            refuse(f"{name} of something that is no constant")
        value = translator.scope.of_task(name, given[0].this if given else None)
        return Typed(cast(exp.Null(), "VARCHAR") if value is None else exp.Literal.string(value), TEXT)

    return rule


def _role_in_session(translator: Translator, node: exp.Expression) -> Typed:
    """https://docs.snowflake.com/en/sql-reference/functions/is_role_in_session: a role's name as it is stored, or a column of names."""
    if len(node.expressions) != 1:
        refuse("IS_ROLE_IN_SESSION with anything but one argument")
    roles = sorted(Name.parse(role).name for role in translator.scope.context("ROLES_IN_SESSION") if len(Name.parse(role).parts) == 1)
    given = translator.value(node.expressions[0])
    return Typed(exp.In(this=given.sql, expressions=[exp.Literal.string(role) for role in roles]), BOOLEAN)


def _database_role_in_session(translator: Translator, node: exp.Expression) -> Typed:
    """A role of the current database, by its name alone: https://docs.snowflake.com/en/sql-reference/functions/is_database_role_in_session"""
    if len(node.expressions) != 1:
        refuse("IS_DATABASE_ROLE_IN_SESSION with anything but one argument")
    database = translator.scope.context("CURRENT_DATABASE")
    names = [Name.parse(role).parts for role in translator.scope.context("ROLES_IN_SESSION")]
    roles = sorted(parts[1] for parts in names if len(parts) == 2 and parts[0] == database)
    given = as_characters(translator.value(node.expressions[0])).sql
    if not roles:
        return Typed(exp.Case(ifs=[exp.If(this=exp.Not(this=exp.Is(this=given, expression=exp.Null())), true=exp.false())]), BOOLEAN)
    return Typed(exp.In(this=given, expressions=[exp.Literal.string(role) for role in roles]), BOOLEAN)


def _get_tag(translator: Translator, node: exp.Expression) -> Typed:
    """https://docs.snowflake.com/en/sql-reference/functions/system_get_tag"""
    if len(node.expressions) != 3 or not all(isinstance(item, exp.Literal) and item.is_string for item in node.expressions):
        refuse("SYSTEM$GET_TAG of anything but three constants")
    value = translator.scope.tag(*(item.this for item in node.expressions))
    return Typed(cast(exp.Null(), "VARCHAR") if value is None else exp.Literal.string(value), TEXT)


def _guarded_tag(column: bool):
    """https://docs.snowflake.com/en/sql-reference/functions/system_get_tag_on_current_column, system_get_tag_on_current_table"""

    def rule(translator: Translator, node: exp.Expression) -> Typed:
        if len(node.expressions) != 1 or not (isinstance(node.expressions[0], exp.Literal) and node.expressions[0].is_string):
            refuse(f"{node.name.upper()} of anything but a constant")
        value = translator.scope.guarded_tag(node.expressions[0].this, column)
        return Typed(cast(exp.Null(), "VARCHAR") if value is None else exp.Literal.string(value), TEXT)

    return rule


_OF_STAGES = (
    "BUILD_SCOPED_FILE_URL", "BUILD_STAGE_FILE_URL", "GET_PRESIGNED_URL", "GET_STAGE_LOCATION", "GET_RELATIVE_PATH", "GET_ABSOLUTE_PATH",
)  # fmt: skip
"""Functions of ``@stage``, which the parser takes for a session variable."""


def _refused(translator: Translator, node: exp.Expression) -> Typed:
    refuse(f"function {node.name.upper()}")


RULES = {
    exp.CurrentTimestamp: _timestamp,
    exp.Localtimestamp: _timestamp,
    exp.CurrentDate: _date,
    exp.CurrentTime: lambda translator, node: Typed(cast(cast(now(translator), "TIMESTAMP"), "TIME"), SnowflakeType("TIME", precision=9)),
    exp.Localtime: lambda translator, node: Typed(cast(cast(now(translator), "TIMESTAMP"), "TIME"), SnowflakeType("TIME", precision=9)),
    **{class_: _text(name) for class_, name in _NAMES.items()},
}

NAMED = {
    "IS_ROLE_IN_SESSION": _role_in_session,
    "IS_DATABASE_ROLE_IN_SESSION": _database_role_in_session,
    "SYSTEM$GET_TAG": _get_tag,
    "SYSTEM$GET_TAG_ON_CURRENT_COLUMN": _guarded_tag(True),
    "SYSTEM$GET_TAG_ON_CURRENT_TABLE": _guarded_tag(False),
    "SYSTEM$PIPE_STATUS": _pipe_status,
    **dict.fromkeys(_OF_STAGES, _refused),
} | {
    name: _text(name)
    for name in (
        "CURRENT_ROLE",
        "CURRENT_WAREHOUSE",
        "CURRENT_DATABASE",
        "CURRENT_SCHEMA",
        "CURRENT_USER",
        "INVOKER_ROLE",
    )
} | {
    name: _of_task(name)
    for name in ("SYSTEM$GET_PREDECESSOR_RETURN_VALUE", "SYSTEM$GET_TASK_GRAPH_CONFIG", "SYSTEM$TASK_RUNTIME_INFO")
} | {"GET_DDL": _get_ddl, "SYSTEM$STREAM_HAS_DATA": _stream_has_data, "SYSTEM$STREAM_GET_TABLE_TIMESTAMP": _refused}
