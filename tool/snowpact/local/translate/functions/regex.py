"""Regular expressions: https://docs.snowflake.com/en/sql-reference/functions-regexp. DuckDB's engine is RE2.

REGEXP_LIKE and RLIKE match the whole subject, the others search. Parameters c, i, m, s, e are read where they are literals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.translate.coerce import INTEGER, TEXT, TRUTH, text
from snowpact.local.translate.typed import Typed, call, refuse
from snowpact.model.types import ARRAY

if TYPE_CHECKING:
    from snowpact.local.translate.translator import Translator


def _number(node: exp.Expression | None, default: int, what: str) -> int:
    if node is None:
        return default
    if not isinstance(node, exp.Literal) or node.is_string:
        refuse(f"{what} that is no literal")
    return int(node.this)


def _pattern(translator: Translator, node: exp.Expression, parameters: exp.Expression | None) -> tuple[exp.Expression, str]:
    """The pattern with its flags in front, and the parameters as given."""
    if parameters is not None and not isinstance(parameters, exp.Literal):
        refuse("regular expression parameters that are no literal")
    given = parameters.this if parameters is not None else ""
    if set(given) - set("cimse"):
        refuse(f"regular expression parameters {given}")
    case = [letter for letter in given if letter in "ci"]
    flags = "".join(sorted(set(given) & set("ms"))) + ("i" if case and case[-1] == "i" else "")
    pattern = text(translator.value(node))
    if flags:
        pattern = exp.Paren(this=exp.DPipe(this=exp.Literal.string(f"(?{flags})"), expression=pattern))
    return pattern, given


def _like(translator: Translator, node: exp.Expression) -> Typed:
    pattern, _ = _pattern(translator, node.expression, node.args.get("flag"))
    return Typed(call("regexp_full_match", text(translator.value(node.this)), pattern), TRUTH)


def _replace(translator: Translator, node: exp.Expression) -> Typed:
    position = _number(node.args.get("position"), 1, "REGEXP_REPLACE position")
    occurrence = _number(node.args.get("occurrence"), 0, "REGEXP_REPLACE occurrence")
    if position != 1 or occurrence not in (0, 1):
        refuse("REGEXP_REPLACE with a position or occurrence")
    pattern, _ = _pattern(translator, node.expression, node.args.get("modifiers"))
    replacement = node.args.get("replacement")
    new = text(translator.value(replacement)) if replacement is not None else exp.Literal.string("")
    return Typed(call("regexp_replace", text(translator.value(node.this)), pattern, new, "" if occurrence == 1 else "g"), TEXT)


def _subject(translator: Translator, node: exp.Expression, what: str) -> exp.Expression:
    position = _number(node.args.get("position"), 1, f"{what} position")
    subject = text(translator.value(node.this))
    return subject if position == 1 else call("substr", subject, position)


def _substr(translator: Translator, node: exp.Expression) -> Typed:
    """The whole match, or a group: 1 by default with parameter e; NULL where nothing matches."""
    pattern, given = _pattern(translator, node.expression, node.args.get("parameters"))
    group = _number(node.args.get("group"), 0, "REGEXP_SUBSTR group")
    if "e" in given and group == 0:
        group = 1
    occurrence = _number(node.args.get("occurrence"), 1, "REGEXP_SUBSTR occurrence")
    found = call("regexp_extract_all", _subject(translator, node, "REGEXP_SUBSTR"), pattern, group)
    return Typed(call("list_extract", found, occurrence), TEXT)


def _count(translator: Translator, node: exp.Expression) -> Typed:
    pattern, _ = _pattern(translator, node.expression, node.args.get("parameters"))
    return Typed(call("len", call("regexp_extract_all", _subject(translator, node, "REGEXP_COUNT"), pattern)), INTEGER)


def _all(translator: Translator, node: exp.Expression) -> Typed:
    """REGEXP_SUBSTR_ALL: the matches as an array."""
    if node.args.get("occurrence") is not None and _number(node.args["occurrence"], 1, "REGEXP_SUBSTR_ALL occurrence") != 1:
        refuse("REGEXP_SUBSTR_ALL with an occurrence")
    pattern, given = _pattern(translator, node.expression, node.args.get("parameters"))
    group = _number(node.args.get("group"), 0, "REGEXP_SUBSTR_ALL group") or ("e" in given) * 1
    found = call("regexp_extract_all", _subject(translator, node, "REGEXP_SUBSTR_ALL"), pattern, group)
    return Typed(call("to_json", found), ARRAY)


def _instr(translator: Translator, node: exp.Expression) -> Typed:
    """Where the first match begins, or the character behind it; 0 without one."""
    if any(_number(node.args.get(part), default, f"REGEXP_INSTR {part}") != default for part, default in _FIRST.items()):
        refuse("REGEXP_INSTR of another occurrence, position or group")
    pattern, _ = _pattern(translator, node.expression, node.args.get("parameters"))
    behind = _number(node.args.get("option"), 0, "REGEXP_INSTR option")
    return Typed(call("_snow.regexp_instr", text(translator.value(node.this)), pattern, behind), INTEGER)


_FIRST = {"position": 1, "occurrence": 1, "group": 0}

MACROS = [
    """_snow.regexp_instr(x, p, behind) AS CASE WHEN NOT regexp_matches(x, p) THEN 0
        ELSE 1 + length(regexp_extract(x, '^((?s:.*?))(?:' || p || ')', 1)) + behind * length(regexp_extract(x, p)) END"""
]

RULES = {
    exp.RegexpExtractAll: _all,
    exp.RegexpInstr: _instr,
    exp.RegexpLike: _like,
    exp.RegexpReplace: _replace,
    exp.RegexpExtract: _substr,
    exp.RegexpCount: _count,
}
