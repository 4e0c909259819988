"""Cut a script into statements.

A ``;`` ends a statement unless it stands inside a Snowflake Scripting block. So the splitter follows blocks, and only
blocks: a stack of what is open, no recursion. Where a keyword opens something depends on whether a statement (of the
script or of a block) starts there: ``IF`` does at the start of one, not in ``DROP TABLE IF EXISTS``; ``CASE`` is an
expression elsewhere; ``BEGIN;`` starts a transaction, ``BEGIN SELECT`` a block.
https://docs.snowflake.com/en/developer-guide/snowflake-scripting/blocks
"""

from __future__ import annotations

from dataclasses import dataclass

from snowpact.sql.tokens import SqlInputError, Token, significant


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement: ``text`` is ``script[start:end]``, from its first token to its last, without the ``;``.

    line and char are 1-based and those of its first token. lead: the comments in front of it, without
    what still stands on the line where the statement before ends.
    """

    text: str
    start: int
    end: int
    line: int
    char: int
    lead: str = ""


def split(text: str) -> list[Statement]:
    """The statements of a script, in order. Comments between statements belong to none; ``;;`` yields nothing.

    Raises SqlInputError for what can't be tokenized and for a block that is never closed.
    """
    tokens = significant(text)
    statements: list[Statement] = []
    line, line_start, seen, before = 1, 0, 0, 0
    for first, last in _Splitter(tokens).ranges():
        start, end = tokens[first].start, tokens[last].end
        line += text.count("\n", seen, start)
        line_start = max(line_start, text.rfind("\n", seen, start) + 1)
        lead = text[before:start].partition("\n")[2] if before else text[:start]
        statements.append(Statement(text[start:end], start, end, line, start - line_start + 1, lead))
        seen, before = start, end
    return statements


def starts_transaction(tokens: list[Token], at: int) -> bool:
    """Whether the BEGIN at ``tokens[at]`` starts a transaction rather than a block.

    ``BEGIN [ { WORK | TRANSACTION } ] [ NAME <name> ]`` (https://docs.snowflake.com/en/sql-reference/sql/begin).
    """
    words = [token.word or "name" for token in tokens[at + 1 : at + 4]] + [";"] * 3
    if words[0] in {"WORK", "TRANSACTION"}:
        words = words[1:]
        return words[0] == ";" or words[0] == "NAME"
    return words[0] == ";" or (words[0] == "NAME" and words[1] not in {":=", ";"} and words[2] == ";")


_BODY_MARK = {"TASK": {"AS"}, "PROCEDURE": {"AS"}, "FUNCTION": {"AS"}, "ALERT": {"THEN", "ACTION"}}
"""The word before the body of what may carry a block without ``$$``."""

_MODIFIERS = {"OR", "REPLACE", "ALTER", "SECURE", "TEMPORARY", "TEMP", "AGGREGATE", "DATA", "METRIC"}
_BLOCKS = {"BEGIN", "DECLARE"}
_COMPOUND = {"IF", "CASE", "FOR", "WHILE", "LOOP", "REPEAT"}
_HEADER_ENDS = {"DO", "LOOP"}
_NO_KEYWORD_AFTER = {".", ":", "AS", "END"}
"""After these, CASE or END is a name (``t.end``, ``v:case``, ``AS end``) or closes (``END CASE``)."""


class _Splitter:
    """Follows the open blocks. ``stack`` holds (what is open, index of its token); CASE expressions are ``case``."""

    def __init__(self, tokens: list[Token]):
        self.tokens = tokens
        self.stack: list[tuple[str, int]] = []
        self.fresh = True
        """Whether a statement starts at the next token."""
        self.body = False
        """Whether the next token is the first of the body of a routine, task or alert."""
        self.until = False
        """Whether the condition of an UNTIL is being read: END follows it without a ``;``."""
        self.marks: set[str] = set()
        """Words that introduce a body in the current statement; cleared once one was met."""
        self.depth = 0

    def ranges(self) -> list[tuple[int, int]]:
        """The first and last token index of each statement."""
        found: list[tuple[int, int]] = []
        first: int | None = None
        for index, token in enumerate(self.tokens):
            if token.word == ";" and not self.stack:
                if first is not None:
                    found.append((first, index - 1))
                first = None
                self._start()
                continue
            if first is None:
                first = index
            self._read(index, token.word)
        if self.stack:
            what, at = self.stack[0]
            raise SqlInputError(f"a {what.upper()} block is never closed by its END", self.tokens[at].start)
        if first is not None:
            found.append((first, len(self.tokens) - 1))
        return found

    def _word(self, index: int) -> str:
        return self.tokens[index].word if 0 <= index < len(self.tokens) else ""

    @property
    def top(self) -> str:
        return self.stack[-1][0] if self.stack else ""

    def _start(self) -> None:
        """A statement starts at the next token. What was an open CASE expression was none: no ``;`` can be inside."""
        while self.top == "case":
            self.stack.pop()
        self.fresh, self.body, self.until, self.depth, self.marks = True, False, False, 0, set()

    def _read(self, index: int, word: str) -> None:
        fresh, self.fresh = self.fresh, False
        if word == ";":
            self._start()
        elif fresh and self._opens(index, word):
            pass
        elif word in {"(", ")"}:
            self.depth += 1 if word == "(" else -1
        elif word in self.marks and self.depth == 0 and (self._word(index - 1), word) != ("EXECUTE", "AS"):
            self._body(index, word)
        elif self.stack:
            self._inside(index, word)

    def _opens(self, index: int, word: str) -> bool:
        """A statement's first word: whether it opens a block or a compound statement."""
        self.marks = self._body_marks(index, word)
        if word == "BEGIN" and not starts_transaction(self.tokens, index):
            if self.top == "DECLARE" and not self.body:
                self.stack.pop()
            self._push("BEGIN", index)
        elif word == "DECLARE":
            self._push("DECLARE", index)
        elif self.stack and word in _COMPOUND:
            self.stack.append((word, index))
            self.fresh = word in {"LOOP", "REPEAT"}
        elif self.stack and word == "END":
            self.stack.pop()
        else:
            self.until = self.top == "REPEAT" and word == "UNTIL"
            self.fresh = word == "ELSE"
            return word in {"UNTIL", "ELSE"}
        return True

    def _push(self, what: str, index: int) -> None:
        self.stack.append((what, index))
        self._start()

    def _body(self, index: int, word: str) -> None:
        """The mark before a body; a block there opens, anything else is an ordinary statement or a string."""
        if self._word(index + 1) == "PROCEDURE":  # WITH p AS PROCEDURE (…) … AS BEGIN … END CALL p()
            return
        self.marks = set()
        self.fresh = self.body = self._word(index + 1) in _BLOCKS

    def _inside(self, index: int, word: str) -> None:
        """A word in the middle of a statement of a block."""
        named = self._word(index - 1) in _NO_KEYWORD_AFTER
        if word == "CASE" and not named:
            self.stack.append(("case", index))
        elif word == "END" and not named and (self.top == "case" or self.until):
            self.until = self.until and self.top == "case"
            self.stack.pop()
        elif self.top != "case" and not named:
            self.fresh = word in {"THEN", "ELSE"} or (word in _HEADER_ENDS and self.top in {"FOR", "WHILE"})

    def _body_marks(self, index: int, word: str) -> set[str]:
        if word == "EXECUTE" and self._word(index + 1) == "IMMEDIATE":
            return {"IMMEDIATE"}
        if word == "WITH" and self._word(index + 2) == "AS" and self._word(index + 3) == "PROCEDURE":
            return {"AS"}
        if self.top == "DECLARE" and self._word(index + 1) == "PROCEDURE":
            return {"AS"}
        if word in {"CREATE", "ALTER"}:
            index += 1
            while self._word(index) in _MODIFIERS:
                index += 1
            return _BODY_MARK.get(self._word(index), set())
        return set()
