"""A place in a list of tokens: what classify and the statement parsers read with.

``peek`` looks, ``accept`` takes if it is there, ``expect`` takes or raises. Every failure is a SqlInputError at the offset of the token
that was not expected, so that text is never dropped.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NoReturn

from snowpact.model.names import NameSyntaxError, fold
from snowpact.sql.literals import string_value
from snowpact.sql.tokens import SqlInputError, Token, significant

_OPEN, _CLOSE = {"(", "[", "{"}, {")", "]", "}"}
_words = lru_cache(maxsize=4096)(str.split)
"""Of a phrase: the grammar's own, so there are few."""


class Cursor:
    """Reads ``tokens`` of ``text``, comments left out, from index ``at``."""

    def __init__(self, text: str, tokens: list[Token] | None = None, at: int = 0):
        self.text = text
        self.tokens = significant(text) if tokens is None else tokens
        self.at = at

    @property
    def done(self) -> bool:
        return self.at >= len(self.tokens)

    @property
    def offset(self) -> int:
        """Where in the text the next token starts."""
        return self.tokens[self.at].start if not self.done else len(self.text)

    @property
    def kind(self) -> str:
        """The next token's kind; '' at the end."""
        return "" if self.done else self.tokens[self.at].kind

    def peek(self, ahead: int = 0) -> str:
        """The word or operator there, upper-case; '' for anything else and at the end."""
        index = self.at + ahead
        return self.tokens[index].word if index < len(self.tokens) else ""

    def at_phrase(self, phrase: str) -> bool:
        words = _words(phrase)
        return self.peek() == words[0] and all(self.peek(ahead) == words[ahead] for ahead in range(1, len(words)))

    def accept(self, *phrases: str) -> str:
        """Take the first of these phrases (words separated by a space) that comes next; '' where none does."""
        next_ = self.peek()
        for phrase in phrases:
            words = _words(phrase)
            if words[0] == next_ and (len(words) == 1 or self.at_phrase(phrase)):
                self.at += len(words)
                return phrase
        return ""

    def expect(self, *phrases: str) -> str:
        return self.accept(*phrases) or self.fail(f"expected {' or '.join(phrases)}")

    def take(self) -> Token:
        if self.done:
            self.fail("expected more")
        self.at += 1
        return self.tokens[self.at - 1]

    def fail(self, message: str) -> NoReturn:
        found = self.tokens[self.at].text if not self.done else "the end"
        raise SqlInputError(f"{message}, found {found[:40]}", self.offset)

    def finish(self) -> None:
        """Nothing may be left."""
        if not self.done:
            self.fail("expected the end of the statement")

    def identifier(self) -> str:
        """One identifier, in its stored form."""
        if self.kind not in {"word", "quoted"}:
            self.fail("expected an identifier")
        try:
            return fold(self.take().text)
        except NameSyntaxError as error:
            raise SqlInputError(str(error), self.tokens[self.at - 1].start) from error

    def name(self) -> str:
        """A dotted object name as written (``db."My Schema".t``, ``db..t``), without white space. Also ``IDENTIFIER('…')``, ``TABLE('…')``
        with a string or variable, a variable, and a stage."""
        if self.kind in {"variable", "stage"}:
            return self.take().text
        if self.peek() in {"IDENTIFIER", "TABLE"} and self.peek(1) == "(":
            start = self.at
            self.skip_group(1)
            return "".join(token.text for token in self.tokens[start : self.at])
        if self.kind not in {"word", "quoted"}:
            self.fail("expected a name")
        text = self.take().text
        while self.peek() == ".":
            text += self.take().text
            if self.peek() == ".":
                text += self.take().text
            if self.kind not in {"word", "quoted"}:
                self.fail("expected a name after the dot")
            text += self.take().text
        return text

    def string(self) -> str:
        """A string constant's value."""
        if self.kind not in {"string", "dollar"}:
            self.fail("expected a string")
        return string_value(self.take())

    def integer(self) -> int:
        sign = -1 if self.accept("-") else 1
        if self.kind != "number" or not self.tokens[self.at].text.isdigit():
            self.fail("expected an integer")
        return sign * int(self.take().text)

    def skip_group(self, ahead: int = 0) -> tuple[int, int]:
        """Over a bracketed group that opens ``ahead`` tokens from here; the indices of its two brackets."""
        opening = self.at + ahead
        depth = 0
        for index in range(opening, len(self.tokens)):
            word = self.tokens[index].word
            depth += (word in _OPEN) - (word in _CLOSE)
            if depth <= 0:
                self.at = index + 1
                return opening, index
        raise SqlInputError("a bracket is never closed", self.tokens[opening].start if opening < len(self.tokens) else self.offset)

    def group_text(self) -> str:
        """The text inside a parenthesised group, which is taken."""
        if self.peek() != "(":
            self.fail("expected (")
        opening, closing = self.skip_group()
        return self.text[self.tokens[opening].end : self.tokens[closing].start].strip()

    def until(self, *stops: str) -> str:
        """The text up to one of these words or operators outside brackets, or to the end; it is taken, the stop is not."""
        first = self.at
        while not self.done and self.peek() not in stops:
            word = self.peek()
            if word in _CLOSE:
                break
            if word in _OPEN:
                self.skip_group()
            else:
                self.at += 1
        if self.at == first:
            self.fail("expected an expression")
        return self.span(first)

    def span(self, first: int) -> str:
        """The text from the token of index ``first`` to the last one taken."""
        return self.text[self.tokens[first].start : self.tokens[self.at - 1].end]

    def rest(self) -> str:
        """The text from here to the last token; all of it is taken."""
        first, self.at = self.at, len(self.tokens)
        return self.span(first) if first < self.at else ""
