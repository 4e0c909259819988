"""Bodies read as far as they are static: what a block, a procedure in SQL or a text in EXECUTE IMMEDIATE does for certain is replayed;
what only may run (branches, loops, handlers, everything after a conditional RETURN) or is put together at run time is opaque.

https://docs.snowflake.com/en/developer-guide/snowflake-scripting/index
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields

from snowpact.model.catalog import Kind
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.names import Name, NameSyntaxError
from snowpact.replay.state import Opaque, Refused, State
from snowpact.sql.classify import Classified, classify
from snowpact.sql.cursor import Cursor
from snowpact.sql.scripting import nodes
from snowpact.sql.scripting.parser import parse_script
from snowpact.sql.statements.grant import parse_grant
from snowpact.sql.tokens import SqlInputError

HARMLESS = frozenset(
    {
        "SELECT", "VALUES", "WITH", "INSERT", "UPDATE", "DELETE", "MERGE", "TRUNCATE", "COPY", "SHOW", "DESCRIBE", "EXPLAIN", "LIST", "PUT",
        "GET", "REMOVE", "BEGIN", "COMMIT", "ROLLBACK", "SET", "UNSET", "COMMENT", "EXECUTE TASK",
    }
)  # fmt: skip
"""What shapes nothing, whether it runs or not."""

_RUNS = frozenset({"CALL", "EXECUTE IMMEDIATE", "BLOCK"})
_BRANCHES = (nodes.Choice, nodes.Loop, nodes.ForCounter, nodes.ForRows)
_ENDS = (nodes.Return, nodes.Raise)


@dataclass
class Reading:
    """One body. run replays a statement for certain; what can't be told is gathered in reasons and touches (None: anything)."""

    state: State
    run: Callable[[State, str], None]
    reasons: list[str] = field(default_factory=list)
    touches: list[Name] = field(default_factory=list)
    anything: bool = False
    certain: bool = True
    constants: dict[str, str] = field(default_factory=dict)

    def finish(self) -> None:
        """Raises Opaque for what was gathered."""
        if self.reasons:
            raise Opaque("; ".join(dict.fromkeys(self.reasons)), None if self.anything else self.touches)

    def body(self, text: str) -> None:
        """A procedure's body or an executed text: a block or one statement."""
        if classify(text).verb != "BLOCK":
            self.statement(text)
            return
        try:
            self._block(parse_script(text))
        except UnsupportedFeature as error:
            self._untold(f"{error.feature} is not read")

    def statement(self, text: str) -> None:
        if not self.certain:
            self._possible(text)
            return
        try:
            self.run(self.state, text)
        except Opaque as opaque:
            self._note(opaque.reason, opaque.touches)
        except Refused as refused:
            if not self.reasons:
                raise
            self._untold(f"a statement would be refused, unless what came before it makes it run: {refused}")

    def _note(self, reason: str, touches: Iterable[Name] | None) -> None:
        self.reasons.append(reason)
        if touches is None:
            self.anything = True
        else:
            self.touches += touches

    def _untold(self, reason: str) -> None:
        self._note(reason, None)

    # -- what runs for certain -----------------------------------------------------------------------------------------

    def _block(self, block: nodes.Block) -> bool:
        """Whether what follows the block is still reached."""
        for declared in block.declarations:
            self._node(declared)
        try:
            going = all(self._node(node) for node in block.body)
        except Refused as refused:
            if not block.handlers:
                raise
            self._untold(f"a statement would be refused and is handled: {refused}")
            going = True
        for handler in block.handlers:
            self._perhaps(handler)
        return going

    def _node(self, node: nodes.Node) -> bool:
        if isinstance(node, nodes.Block):
            return self._block(node)
        if isinstance(node, _BRANCHES):
            self._perhaps(node)
            self.certain = self.certain and not any(isinstance(inner, _ENDS) for inner in _within(node))
            return True
        if isinstance(node, nodes.Sql):
            self.statement(node.text)
            for name in node.into:
                self.constants.pop(name, None)
        elif isinstance(node, nodes.ExecuteImmediate):
            self._executed(node.statement)
        elif isinstance(node, nodes.Declare | nodes.Assign):
            self._assigned(node.name, node.value if isinstance(node.value, str) else None)
        elif isinstance(node, nodes.Return):
            self._expression(node.value)
        return not isinstance(node, _ENDS)

    def _executed(self, expression: str) -> None:
        """EXECUTE IMMEDIATE of a constant, or of a variable that holds one."""
        text = _constant(expression)
        if text is None:
            text = self.constants.get(expression.strip().removeprefix(":").strip().upper())
        if text is None:
            self._untold("a statement is put together as it runs")
        else:
            self.body(text)

    def _assigned(self, name: str, value: str | None) -> None:
        self.constants.pop(name, None)
        if value is None:
            return
        text = _constant(value)
        if text is not None and self.certain:
            self.constants[name] = text
        else:
            self._expression(value)

    def _expression(self, text: str | None) -> None:
        """A value may be the result of a statement: ``rs := (CALL p())``."""
        if text is None:
            return
        inner = Cursor(text).group_text() if text.startswith("(") and text.endswith(")") else text
        verb = classify(inner).verb
        if verb in _RUNS or verb in {"CREATE", "ALTER", "DROP"}:
            self.statement(inner)

    # -- what may run --------------------------------------------------------------------------------------------------

    def _perhaps(self, node: nodes.Node) -> None:
        for inner in _within(node):
            if isinstance(inner, nodes.Sql):
                self._possible(inner.text)
            elif isinstance(inner, nodes.ExecuteImmediate):
                text = _constant(inner.statement)
                if text is None:
                    self._untold("a statement is put together as it runs")
                else:
                    self._possible(text)
            elif isinstance(inner, nodes.Declare | nodes.Assign):
                self.constants.pop(inner.name, None)

    def _possible(self, text: str) -> None:
        """A statement that may run or not."""
        found = classify(text)
        if found.verb in HARMLESS:
            return
        if found.verb == "USE" or (found.verb == "CREATE" and found.kind in (Kind.DATABASE, Kind.SCHEMA)):
            self.state.lost = True  # where later names lie depends on whether it ran
        if found.verb != "USE" or found.kind in (Kind.DATABASE, Kind.SCHEMA):
            self._note(f"{found.verb} may run or not", self._named(found))

    def _named(self, found: Classified) -> tuple[Name, ...] | None:
        try:
            if found.verb in {"GRANT", "REVOKE"}:
                grant = parse_grant(found.text)
                return (self.state.name(grant.name, grant.kind),) if grant.name and isinstance(grant.kind, Kind) else ()
            if found.name is None or found.verb in _RUNS:
                return None
            return (self.state.name(found.name, found.kind if isinstance(found.kind, Kind) else Kind.TABLE),)
        except (Refused, Opaque, NameSyntaxError, SqlInputError):
            return None


def texts(body: str) -> list[str]:
    """The statements that stand in a body, whether they run or not; of a body that can't be read, none."""
    try:
        if classify(body).verb != "BLOCK":
            return [body]
        return [node.text for node in _within(parse_script(body)) if isinstance(node, nodes.Sql)]
    except (SqlInputError, UnsupportedFeature):
        return []


def _within(node: nodes.Node) -> Iterator[nodes.Node]:
    """Every node inside, itself first."""
    yield node
    for item in fields(node):
        value = getattr(node, item.name)
        for inner in value if isinstance(value, tuple) else ():
            if isinstance(inner, nodes.Node):
                yield from _within(inner)


def _constant(expression: str) -> str | None:
    cursor = Cursor(expression)
    if cursor.kind not in {"string", "dollar"} or len(cursor.tokens) != 1:
        return None
    return cursor.string()
