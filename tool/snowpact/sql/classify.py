"""What a statement is, by its first tokens: verb, kind of object, name, modifiers.

On tokens only: sqlglot turns much of Snowflake's DDL into opaque commands and reads ``CREATE OR ALTER`` as
``CREATE OR REPLACE``. Whatever can be tokenized is classified; what no rule knows has the verb ``UNKNOWN`` or a name of
None, and it is for the caller to refuse that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from snowpact.model.catalog import Kind
from snowpact.sql.cursor import Cursor
from snowpact.sql.kinds import ACCOUNT_WIDE, take_kind, take_listed_kind
from snowpact.sql.split import starts_transaction
from snowpact.sql.tokens import SqlInputError, Token


@dataclass(frozen=True, slots=True)
class Classified:
    """``name`` is as written (``Name.parse`` completes it), None where the statement names no single object.

    verb: CREATE, ALTER, DROP, UNDROP, SELECT, VALUES, INSERT, UPDATE, DELETE, MERGE, TRUNCATE, COPY, PUT, GET, LIST, REMOVE,
    SHOW, DESCRIBE, USE, SET, UNSET, GRANT, REVOKE, COMMENT, CALL, EXPLAIN, EXECUTE IMMEDIATE, EXECUTE TASK (and other EXECUTE
    forms), BEGIN (a transaction), COMMIT, ROLLBACK, BLOCK (a scripting block), or UNKNOWN.
    kind: a Kind, or Snowflake's words for a kind that the model lacks.
    modifiers: or_replace, or_alter, if_exists, if_not_exists, temporary, transient, local, global, volatile, secure, recursive,
    force, overwrite, all, first, terse, column, flow (statements joined by ``->>``).
    next: the index in ``tokens`` of the first one after the name; a family's parser goes on there.
    """

    text: str
    verb: str
    kind: Kind | str | None = None
    name: str | None = None
    modifiers: frozenset[str] = frozenset()
    tokens: list[Token] = field(default_factory=list, repr=False)
    next: int = 0

    def cursor(self) -> Cursor:
        """A cursor right after the name."""
        return Cursor(self.text, self.tokens, self.next)

    @property
    def name_end(self) -> int:
        """The offset in ``text`` right after the name."""
        return self.tokens[self.next - 1].end if self.next else 0


@lru_cache(maxsize=8)
def classify(text: str) -> Classified:
    """Classify one statement. Raises SqlInputError only for what can't be tokenized.

    The last few are remembered: who dispatches a statement by its kind asks first, and that kind's parser asks again.
    """
    cursor = Cursor(text)
    reader = _Reader(cursor)
    try:
        reader.read()
    except SqlInputError:
        # the verb is certain, the rest does not follow its grammar: no name rather than a wrong one
        reader.name = None
    if any(token.word == "->>" for token in cursor.tokens):
        reader.modifiers.add("flow")
    return Classified(text, reader.verb, reader.kind, reader.name, frozenset(reader.modifiers), cursor.tokens, cursor.at)


_CREATE_MODIFIERS = {
    "OR REPLACE": "or_replace",
    "OR ALTER": "or_alter",
    "SCOPED TEMPORARY": "temporary",
    "TEMPORARY": "temporary",
    "TEMP": "temporary",
    "TRANSIENT": "transient",
    "VOLATILE": "volatile",
    "LOCAL": "local",
    "GLOBAL": "global",
    "SECURE": "secure",
    "RECURSIVE": "recursive",
    "FORCE": "force",
}


class _Reader:
    """Reads the head of a statement; one method for each shape a verb's head may have."""

    def __init__(self, cursor: Cursor):
        self.cursor = cursor
        self.verb = "UNKNOWN"
        self.kind: Kind | str | None = None
        self.name: str | None = None
        self.modifiers: set[str] = set()

    def read(self) -> None:
        while self.cursor.accept("("):
            pass
        word = self.cursor.peek()
        self.verb, read = _VERBS.get(word, ("UNKNOWN", _Reader.nothing))
        if word:
            self.cursor.at += 1
        read(self)

    def nothing(self) -> None:
        """A verb without an object."""

    def _modifier(self, phrase: str, modifier: str | None = None) -> bool:
        if not self.cursor.accept(phrase):
            return False
        self.modifiers.add(modifier or phrase.lower().replace(" ", "_"))
        return True

    def _exists(self) -> None:
        self._modifier("IF NOT EXISTS")
        self._modifier("IF EXISTS")

    def create(self) -> None:
        while any(self._modifier(phrase, modifier) for phrase, modifier in _CREATE_MODIFIERS.items()):
            pass
        self.kind = take_kind(self.cursor)
        if self.kind is None:
            return
        self._exists()
        self.name = self.cursor.name()
        self._exists()  # Snowpark writes CREATE TABLE t IF NOT EXISTS

    def on_object(self) -> None:
        """ALTER, DROP, UNDROP, DESCRIBE: kind, IF EXISTS, name."""
        if self.verb == "DESCRIBE" and self.cursor.accept("RESULT"):
            if not self.cursor.done and self.cursor.peek() != ".":  # else it is a table of that name
                self.kind = "RESULT"
                return
            self.cursor.at -= 1
        self.kind = take_kind(self.cursor)
        if self.kind is None:
            if self.verb == "DESCRIBE" and not self.cursor.done:  # DESCRIBE t
                self.kind, self.name = Kind.TABLE, self.cursor.name()
            return
        self._exists()
        if self.kind in ACCOUNT_WIDE and self.cursor.peek() in {"", "SET", "UNSET"}:
            return
        self.name = self.cursor.name()
        self._exists()

    def show(self) -> None:
        self._modifier("TERSE")
        self.kind = take_listed_kind(self.cursor)

    def use(self) -> None:
        if self.cursor.accept("SECONDARY ROLES"):
            self.kind = "SECONDARY ROLES"
            return
        if self.cursor.at + 1 >= len(self.cursor.tokens):  # the word DATABASE may be left out
            self.kind = Kind.DATABASE
        elif self.cursor.peek(1) == ".":
            self.kind = Kind.SCHEMA
        else:
            self.kind = take_kind(self.cursor)
        if self.kind is not None:
            self.name = self.cursor.name()

    def insert(self) -> None:
        self.kind = Kind.TABLE
        self._modifier("OVERWRITE")
        if self._modifier("ALL") or self._modifier("FIRST"):
            return
        self.cursor.expect("INTO")
        self.cursor.accept("TABLE")
        self.name = self.cursor.name()

    def into(self) -> None:
        """MERGE INTO t, COPY INTO t, @stage or 's3://…', COPY FILES INTO @stage."""
        self.cursor.accept("FILES")
        self.cursor.expect("INTO")
        self.kind = {"stage": Kind.STAGE, "string": "LOCATION"}.get(self.cursor.kind, Kind.TABLE)
        if self.kind != "LOCATION":
            self.name = self.cursor.name()

    def table(self) -> None:
        self.kind = Kind.TABLE
        self.cursor.accept("FROM")
        self.name = self.cursor.name()

    def truncate(self) -> None:
        self.kind = Kind.MATERIALIZED_VIEW if self.cursor.accept("MATERIALIZED VIEW") else Kind.TABLE
        self.cursor.accept("TABLE")
        self._exists()
        self.name = self.cursor.name()

    def stage(self) -> None:
        """LIST @stage, REMOVE @stage, GET @stage …; PUT has its file first."""
        self.kind = Kind.STAGE
        if self.verb == "PUT":
            self.cursor.take()
        if self.cursor.kind == "stage":
            self.name = self.cursor.name()

    def variable(self) -> None:
        if self.cursor.peek() != "(":
            self.name = self.cursor.name()

    def comment(self) -> None:
        self._exists()
        self.cursor.expect("ON")
        if self._modifier("COLUMN"):
            self.kind = "COLUMN"
        else:
            self.kind = take_kind(self.cursor)
        if self.kind is not None:
            self._exists()
            self.name = self.cursor.name()

    def call(self) -> None:
        self.kind = Kind.PROCEDURE
        self.name = self.cursor.name()

    def execute(self) -> None:
        if self.cursor.accept("IMMEDIATE"):
            self.verb = "EXECUTE IMMEDIATE"
            return
        self.kind = take_kind(self.cursor)
        self.verb = f"EXECUTE {self.kind.value if isinstance(self.kind, Kind) else self.kind}" if self.kind else "UNKNOWN"
        if self.kind is not None and self.cursor.kind in {"word", "quoted"}:
            self.name = self.cursor.name()

    def begin(self) -> None:
        if not starts_transaction(self.cursor.tokens, self.cursor.at - 1):
            self.verb = "BLOCK"

    def start(self) -> None:
        self.verb = "BEGIN" if self.cursor.accept("TRANSACTION") else "UNKNOWN"

    def explain(self) -> None:
        self.cursor.accept("USING TABULAR", "USING JSON", "USING TEXT")

    def with_(self) -> None:
        """The verb after the common table expressions: the first one outside brackets."""
        if self.cursor.peek(1) == "AS" and self.cursor.peek(2) == "PROCEDURE":
            self.verb = "CALL"
            calls = [index for index, token in enumerate(self.cursor.tokens) if token.word == "CALL"]
            self.cursor.at = calls[-1] + 1 if calls else len(self.cursor.tokens)
            self.call()
            return
        while not self.cursor.done:
            word = self.cursor.peek()
            if word in {"(", "["}:
                previous = self.cursor.tokens[self.cursor.at - 1].word
                if previous == ")":  # WITH a AS (…) (SELECT …)
                    self.verb = "SELECT"
                    return
                self.cursor.skip_group()
            elif word in _AFTER_WITH:
                self.read()
                return
            else:
                self.cursor.at += 1
        self.verb = "UNKNOWN"


_AFTER_WITH = {"SELECT", "VALUES", "INSERT", "UPDATE", "DELETE", "MERGE", "CALL"}

_VERBS: dict[str, tuple[str, Callable[[_Reader], None]]] = {
    "CREATE": ("CREATE", _Reader.create),
    "ALTER": ("ALTER", _Reader.on_object),
    "DROP": ("DROP", _Reader.on_object),
    "UNDROP": ("UNDROP", _Reader.on_object),
    "DESCRIBE": ("DESCRIBE", _Reader.on_object),
    "DESC": ("DESCRIBE", _Reader.on_object),
    "SELECT": ("SELECT", _Reader.nothing),
    "VALUES": ("VALUES", _Reader.nothing),
    "TABLE": ("SELECT", _Reader.nothing),
    "WITH": ("WITH", _Reader.with_),
    "INSERT": ("INSERT", _Reader.insert),
    "UPDATE": ("UPDATE", _Reader.table),
    "DELETE": ("DELETE", _Reader.table),
    "MERGE": ("MERGE", _Reader.into),
    "COPY": ("COPY", _Reader.into),
    "TRUNCATE": ("TRUNCATE", _Reader.truncate),
    "PUT": ("PUT", _Reader.stage),
    "GET": ("GET", _Reader.stage),
    "LIST": ("LIST", _Reader.stage),
    "LS": ("LIST", _Reader.stage),
    "REMOVE": ("REMOVE", _Reader.stage),
    "RM": ("REMOVE", _Reader.stage),
    "SHOW": ("SHOW", _Reader.show),
    "USE": ("USE", _Reader.use),
    "SET": ("SET", _Reader.variable),
    "UNSET": ("UNSET", _Reader.variable),
    "GRANT": ("GRANT", _Reader.nothing),
    "REVOKE": ("REVOKE", _Reader.nothing),
    "COMMENT": ("COMMENT", _Reader.comment),
    "CALL": ("CALL", _Reader.call),
    "EXECUTE": ("EXECUTE", _Reader.execute),
    "EXPLAIN": ("EXPLAIN", _Reader.explain),
    "BEGIN": ("BEGIN", _Reader.begin),
    "START": ("START", _Reader.start),
    "DECLARE": ("BLOCK", _Reader.nothing),
    "COMMIT": ("COMMIT", _Reader.nothing),
    "ROLLBACK": ("ROLLBACK", _Reader.nothing),
}
