"""Whether a statement's effect is seen afterwards, by what a client would ask: SHOW, DESCRIBE, counts, context functions.

``watch`` before a statement, ``seen`` after it. A statement whose effect can't be asked for is not seen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from snowpact.local.result import EngineResult
from snowpact.local.session import Session
from snowpact.model.catalog import CatalogObject, Kind
from snowpact.model.errors import SnowpactError
from snowpact.model.names import Name, fold
from snowpact.sql.classify import Classified
from snowpact.sql.kinds import _plural
from snowpact.sql.statements.grant import parse_grant

_ATTACHED = {"METRIC": "DATA_METRIC_FUNCTION_REFERENCES", "POLICY": "POLICY_REFERENCES"}
DEPTHS = {"DATABASE": 1, "WAREHOUSE": 1, "ROLE": 1, "USER": 1, "SHARE": 1, "SCHEMA": 2, "DATABASE ROLE": 2}


@dataclass
class Watched:
    """What was there before: the object's description and the table's rows, as far as the statement names one."""

    session: Session
    statement: Classified
    name: Name | None = None
    item: CatalogObject | None = None
    rows: int | None = None
    attached: int | None = None

    @property
    def kind(self) -> str:
        return str(getattr(self.statement.kind, "value", self.statement.kind or ""))

    def described(self) -> CatalogObject | None:
        record = self.session.find(Kind(self.kind), self.name) if self.name and self.kind in Kind._value2member_map_ else None
        return record.object if record else None

    def counted(self) -> int | None:
        if self.name is None or self.kind != "TABLE":
            return None
        try:
            return self.session.execute(f"SELECT COUNT(*) FROM {self.name.sql}").rows[0][0]
        except SnowpactError:
            return None


    def attachments(self) -> int | None:
        """How many metrics or policies are on the table, where the statement is about them."""
        words = {token.word for token in self.statement.tokens}
        listing = next((listing for word, listing in _ATTACHED.items() if word in words), None)
        if self.name is None or listing is None:
            return None
        database = self.name.parts[0]
        asked = f"REF_ENTITY_NAME => '{self.name.sql}', REF_ENTITY_DOMAIN => 'TABLE'"
        function = f'"{database}".INFORMATION_SCHEMA.{listing}'
        try:
            return self.session.execute(f"SELECT COUNT(*) FROM TABLE({function}({asked}))").rows[0][0]
        except SnowpactError:
            return None


def watch(session: Session, statement: Classified) -> Watched:
    found = Watched(session, statement)
    if statement.name is not None and not statement.name.startswith(("@", "$")):
        try:
            found.name = session.name(statement.name, DEPTHS.get(found.kind, 3))
        except (SnowpactError, ValueError):
            return found
    found.item, found.rows, found.attached = found.described(), found.counted(), found.attachments()
    return found


def seen(watched: Watched, result: EngineResult) -> bool:
    rule = _RULES.get(watched.statement.verb)
    return rule(watched, result) if rule else bool(result.columns)


def _listed(watched: Watched) -> bool:
    """Whether SHOW lists an object of that name."""
    if watched.name is None:
        return bool(watched.statement.name)
    last = watched.name.name.split("(")[0]
    text = last.replace("'", "''").replace("_", "\\\\_")
    shown = watched.session.execute(f"SHOW {_plural(watched.kind)} LIKE '{text}'" + ("" if watched.kind in _ACCOUNT else " IN ACCOUNT"))
    at = [column.name for column in shown.columns].index("name")
    return any(row[at] == last for row in shown.rows)


_ACCOUNT = {"DATABASE", "WAREHOUSE", "ROLE", "USER", "SHARE"}


def _created(watched: Watched, result: EngineResult) -> bool:
    return _listed(watched)


def _dropped(watched: Watched, result: EngineResult) -> bool:
    return watched.described() is None


def _altered(watched: Watched, result: EngineResult) -> bool:
    """Its description is another one, or it says already what was to be set; what was renamed or swapped is gone from its name."""
    if watched.kind in {"SESSION", "ACCOUNT"}:
        return bool(result.columns)
    after = watched.described()
    if watched.attached is not None and watched.attachments() != watched.attached:
        return True
    words = {token.word for token in watched.statement.tokens}
    return after != watched.item or after is None or bool(words & {"REFRESH", "RESUME", "SUSPEND", "SET", "UNSET"})


def _inserted(watched: Watched, result: EngineResult) -> bool:
    if watched.rows is None:
        return bool(result.columns)
    overwrites = "overwrite" in watched.statement.modifiers
    return watched.counted() == (0 if overwrites else watched.rows) + (result.rowcount or 0)


def _deleted(watched: Watched, result: EngineResult) -> bool:
    return watched.rows is None or watched.counted() == watched.rows - (result.rowcount or 0)


def _truncated(watched: Watched, result: EngineResult) -> bool:
    return watched.counted() in (0, None)


def _copied(watched: Watched, result: EngineResult) -> bool:
    if watched.kind == "TABLE" and watched.rows is not None:
        return watched.counted() == watched.rows + (result.rowcount if len(result.columns) > 1 else 0)
    return bool(result.columns)


def _used(watched: Watched, result: EngineResult) -> bool:
    if watched.kind not in {"DATABASE", "SCHEMA", "WAREHOUSE", "ROLE"}:
        return True
    current = watched.session.execute(f"SELECT CURRENT_{watched.kind}()").rows[0][0]
    if watched.name is None:
        return current is not None
    return current == watched.name.name or fold(str(current).strip('"')) == watched.name.name


def _set(watched: Watched, result: EngineResult) -> bool:
    return watched.statement.name is None or fold(watched.statement.name) in watched.session.variables


def _granted(watched: Watched, result: EngineResult) -> bool:
    grant = parse_grant(watched.statement.text)
    future = "FUTURE " if grant.scope == "future" else ""
    listed = watched.session.execute(f"SHOW {future}GRANTS TO {grant.grantee_kind} {grant.grantee}")
    at = [column.name for column in listed.columns].index("privilege")
    held = {str(row[at]) for row in listed.rows}
    if grant.scope == "all" or "ALL" in grant.privileges:  # of all that there is, which may be nothing
        return True
    wanted = set(grant.privileges)
    return not (wanted & held) or grant.option if grant.revoke else wanted <= held


def _always(watched: Watched, result: EngineResult) -> bool:
    return True


_RULES: dict[str, Callable[[Watched, EngineResult], Any]] = {
    "CREATE": _created,
    "DROP": _dropped,
    "UNDROP": _created,
    "ALTER": _altered,
    "INSERT": _inserted,
    "DELETE": _deleted,
    "TRUNCATE": _truncated,
    "COPY": _copied,
    "USE": _used,
    "SET": _set,
    "GRANT": _granted,
    "REVOKE": _granted,
    "UNSET": _always,
    "BEGIN": _always,
    "COMMIT": _always,
    "ROLLBACK": _always,
}
