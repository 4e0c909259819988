"""Regular expressions: https://docs.snowflake.com/en/sql-reference/functions-regexp. DuckDB's engine is RE2.

REGEXP_LIKE and RLIKE match the whole subject, the others search. Parameters c, i, m, s, e are read where they are literals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.translate.coerce import INTEGER, TEXT, TRUTH, text
from snowpact.local.translate.functions.simple import as_text
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
    """All occurrences, or the n-th, from a position on: https://docs.snowflake.com/en/sql-reference/functions/regexp_replace."""
    position = _number(node.args.get("position"), 1, "REGEXP_REPLACE position")
    occurrence = _number(node.args.get("occurrence"), 0, "REGEXP_REPLACE occurrence")
    pattern, _ = _pattern(translator, node.expression, node.args.get("modifiers"))
    replacement = node.args.get("replacement")
    new = as_text(translator.value(replacement)).sql if replacement is not None else exp.Literal.string("")
    subject = as_text(translator.value(node.this)).sql
    if position == 1 and occurrence in (0, 1):
        return Typed(call("regexp_replace", subject, pattern, new, "" if occurrence == 1 else "g"), TEXT)
    if occurrence == 0:
        return Typed(call("_snow.regexp_replace_from", subject, call("_snow.floating", pattern), new, position), TEXT)
    return Typed(call("_snow.regexp_replace_one", subject, call("_snow.floating", pattern), new, position, occurrence), TEXT)


def _subject(translator: Translator, node: exp.Expression, pattern: exp.Expression, what: str) -> tuple[exp.Expression, exp.Expression]:
    """What is searched from the position on, and the pattern, which then may not look back."""
    position = _number(node.args.get("position"), 1, f"{what} position")
    subject = as_text(translator.value(node.this)).sql
    return (subject, pattern) if position == 1 else (call("substr", subject, position), call("_snow.floating", pattern))


def _substr(translator: Translator, node: exp.Expression) -> Typed:
    """The whole match, or a group: 1 by default with parameter e; NULL where nothing matches."""
    pattern, given = _pattern(translator, node.expression, node.args.get("parameters"))
    group = _number(node.args.get("group"), 0, "REGEXP_SUBSTR group")
    if "e" in given and group == 0:
        group = 1
    occurrence = _number(node.args.get("occurrence"), 1, "REGEXP_SUBSTR occurrence")
    found = call("regexp_extract_all", *_subject(translator, node, pattern, "REGEXP_SUBSTR"), group)
    return Typed(call("list_extract", found, occurrence), TEXT)


def _count(translator: Translator, node: exp.Expression) -> Typed:
    pattern, _ = _pattern(translator, node.expression, node.args.get("parameters"))
    return Typed(call("len", call("regexp_extract_all", *_subject(translator, node, pattern, "REGEXP_COUNT"))), INTEGER)


def _all(translator: Translator, node: exp.Expression) -> Typed:
    """REGEXP_SUBSTR_ALL: the matches from an occurrence on, as an array."""
    occurrence = _number(node.args.get("occurrence"), 1, "REGEXP_SUBSTR_ALL occurrence")
    pattern, given = _pattern(translator, node.expression, node.args.get("parameters"))
    group = _number(node.args.get("group"), 0, "REGEXP_SUBSTR_ALL group") or ("e" in given) * 1
    found = call("regexp_extract_all", *_subject(translator, node, pattern, "REGEXP_SUBSTR_ALL"), group)
    return Typed(call("to_json", found if occurrence == 1 else call("_snow.list_from", found, occurrence)), ARRAY)


def _instr(translator: Translator, node: exp.Expression) -> Typed:
    """Where the n-th match begins, or the character behind it; 0 without one."""
    if _number(node.args.get("group"), 0, "REGEXP_INSTR group") != 0:
        refuse("REGEXP_INSTR of a group")
    position, occurrence = (_number(node.args.get(part), 1, f"REGEXP_INSTR {part}") for part in ("position", "occurrence"))
    pattern, _ = _pattern(translator, node.expression, node.args.get("parameters"))
    behind = _number(node.args.get("option"), 0, "REGEXP_INSTR option")
    subject = as_text(translator.value(node.this)).sql
    wanted = pattern if position == 1 else call("_snow.floating", pattern)
    return Typed(call("_snow.regexp_instr", subject, wanted, position, occurrence, behind), INTEGER)


MACROS = [
    # text that is cut off in front of a match must be of no consequence for it
    r"""_snow.floating(p) AS CASE WHEN regexp_matches(p, '(^|[^\[])\^|\\[bBA]')
        THEN _snow.fail('SNOW:2:0A000:a regular expression that looks back, from a position on: ' || p) ELSE p END""",
    """_snow.regexp_found(x, p) AS CASE WHEN list_contains(regexp_extract_all(x, p), '')
        THEN _snow.fail('SNOW:2:0A000:the place of an empty match of ' || p) ELSE regexp_extract_all(x, p) END""",
    "_snow.lengths(l) AS CAST(coalesce(list_sum(list_transform(l, lambda t: length(t))), 0) AS BIGINT)",
    """_snow.regexp_start(x, p, n) AS CASE WHEN len(_snow.regexp_found(x, p)) < n THEN 0
        ELSE 1 + _snow.lengths(string_split_regex(x, p)[1:n]) + _snow.lengths(_snow.regexp_found(x, p)[1:n - 1]) END""",
    """_snow.regexp_instr(x, p, s, n, behind) AS CASE WHEN x IS NULL OR p IS NULL THEN NULL
        WHEN _snow.regexp_start(substr(x, s), p, n) = 0 THEN 0
        ELSE s - 1 + _snow.regexp_start(substr(x, s), p, n) + behind * length(_snow.regexp_found(substr(x, s), p)[n]) END""",
    "_snow.regexp_replace_from(x, p, r, s) AS left(x, s - 1) || regexp_replace(substr(x, s), p, r, 'g')",
    """_snow.regexp_replace_one(x, p, r, s, n) AS CASE WHEN r IS NULL THEN NULL
        WHEN _snow.regexp_start(substr(x, s), p, n) = 0 THEN x
        ELSE left(x, s + _snow.regexp_start(substr(x, s), p, n) - 2)
            || regexp_replace(substr(x, s - 1 + _snow.regexp_start(substr(x, s), p, n)), p, r) END""",
    "_snow.list_from(l, n) AS CASE WHEN l IS NOT NULL THEN l[n:] END",
]

RULES = {
    exp.RegexpExtractAll: _all,
    exp.RegexpInstr: _instr,
    exp.RegexpLike: _like,
    exp.RegexpReplace: _replace,
    exp.RegexpExtract: _substr,
    exp.RegexpCount: _count,
}
