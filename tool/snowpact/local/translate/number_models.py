"""Numbers printed and read by a format model: https://docs.snowflake.com/en/sql-reference/sql-format-models.

A model is a literal, read when the statement is translated. What its page leaves open is refused: exponents (``EE``), ``TM``, ``FX``,
``_``, literals inside the number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlglot import exp

from snowpact.local.translate.coerce import convert, text
from snowpact.local.translate.typed import Typed, call, case, cast, duck_type, refuse
from snowpact.model.types import MAX_PRECISION, number

MACROS = [
    # the digits of x, a decimal, as n of them, or # for each where they do not suffice; of what was below nought and is rounded to it, the
    # sign is not documented
    """_snow.model_digits(v, x, n) AS CASE WHEN v < 0 AND x = 0
        THEN _snow.fail('SNOW:2:0A000:TO_CHAR of a negative number that is rounded to 0')
        WHEN length(ltrim(replace(CAST(abs(x) AS VARCHAR), '.', ''), '0')) > n THEN repeat('#', n)
        ELSE lpad(ltrim(replace(CAST(abs(x) AS VARCHAR), '.', ''), '0'), n, '0') END""",
    """_snow.grouped(d, t) AS array_to_string(list_transform(range(1, length(t) + 1), lambda i: CASE WHEN substr(t, i, 1) = ',' THEN ','
        ELSE substr(d, length(replace(substr(t, 1, i), ',', '')), 1) END), '')""",
    # head: digits and separators that go where they lead with noughts; kept: the decimal places that are always printed; spare: those for
    # which at least a space is
    """_snow.model_body(d, head, tail, point, kept, places, spare) AS ltrim(_snow.grouped(d, head), '0,')
        || _snow.grouped(substr(d, length(replace(head, ',', '')) + 1), tail) || point
        || substr(d, length(d) - places + 1, kept) || rtrim(substr(d, length(d) - places + 1 + kept), '0')
        || repeat(' ', spare - length(rtrim(substr(d, length(d) - places + 1 + kept), '0')))""",
    # -12.391 is -1.2391E1
    r"""_snow.scientific(t) AS CASE WHEN regexp_full_match(t, '-?[0.]+') THEN '0E0' ELSE regexp_extract(t, '^-')
        || regexp_replace(regexp_replace(regexp_replace(replace(t, '.', ''), '^-?0*', ''), '0+$', ''), '^(.)(.)', '\1.\2')
        || 'E' || CASE WHEN regexp_matches(t, '^-?0\.') THEN -1 - length(regexp_extract(t, '\.(0*)', 1))
            ELSE length(regexp_extract(t, '\d+')) - 1 END END""",
    """_snow.hexadecimal(n, places) AS CASE WHEN n < 0 AND -n > 8 * power(16, places - 1) OR n >= power(16, places)
        THEN repeat('#', places) WHEN n < 0 THEN right(to_hex(n), places) ELSE lpad(to_hex(n), places, '0') END""",
    """_snow.modelled(x, pattern) AS CASE WHEN x IS NOT NULL AND NOT regexp_full_match(x, pattern)
        THEN _snow.fail('SNOW:100140:22007:Can''t parse ''' || x || ''' as number with the given format')
        ELSE _snow.try_modelled(x, pattern) END""",  # number and text [M]
    """_snow.try_modelled(x, pattern) AS CASE WHEN regexp_full_match(x, pattern)
        THEN CASE WHEN contains(x, '-') THEN '-' ELSE '' END || regexp_replace(x, '[^0-9.]', '', 'g') END""",
]

_FIXED = re.compile(
    r'(?P<fill>FM)?(?P<before>(?:"(?:[^"]|"")*"|[;:=/()-])*)(?P<front>S|MI)?(?P<dollar>\$)?(?P<blank>B)?(?P<dollar2>\$)?'
    r'(?P<whole>[09](?:[09,G]*[09])?)?(?:(?P<point>[.D])(?P<places>[09]*))?(?P<back>S|MI)?(?P<percent>%)?(?P<after>(?:"(?:[^"]|"")*"|[;:=/()-])*)',
    re.IGNORECASE,
)
_MINIMAL = re.compile(r'(?P<before>(?:"(?:[^"]|"")*")*)(?P<kind>TM9|TME)(?P<percent>%)?(?P<after>(?:"(?:[^"]|"")*")*)', re.IGNORECASE)
_HEX = re.compile(r'(?P<before>(?:"(?:[^"]|"")*")*)(?P<sign>S)?(?P<digits>0+X+)(?P<after>(?:"(?:[^"]|"")*")*)', re.IGNORECASE)
_LITERAL = re.compile(r'"((?:[^"]|"")*)"|(.)')


@dataclass(frozen=True)
class Fixed:
    """A fixed-position model. whole: 0, 9 and commas; places: 0 and 9; sign: S or MI, before or behind, or neither."""

    compact: bool
    before: str
    sign: str
    behind: bool
    dollar: str
    blank: bool
    whole: str
    point: str
    places: str
    percent: bool
    after: str

    @property
    def head(self) -> str:
        """What goes where it is noughts alone: up to the first 0, else all but the last digit, or that too with B."""
        if "0" in self.whole:
            return self.whole[: self.whole.index("0")]
        return self.whole if self.blank else self.whole[:-1]

    @property
    def digits(self) -> int:
        return len(self.whole.replace(",", "")) + len(self.places)

    @property
    def kept(self) -> int:
        return self.places.rindex("0") + 1 if "0" in self.places else 0


def _written(literals: str) -> str:
    return "".join(quoted.replace('""', '"') if quoted else bare for quoted, bare in _LITERAL.findall(literals))


def _fixed(model: str) -> Fixed:
    found = _FIXED.fullmatch(model)
    whole = (found["whole"] or "").upper().replace("G", ",") if found else ""
    if found is None or not (whole or found["places"]) or (found["front"] and found["back"]) or (found["dollar"] and found["dollar2"]):
        refuse(f"the numeric format {model}")
    sign = (found["front"] or found["back"] or "").upper()
    return Fixed(
        bool(found["fill"]), _written(found["before"]), sign, bool(found["back"]), found["dollar"] or found["dollar2"] or "",
        bool(found["blank"]), whole, "." if found["point"] else "", found["places"] or "", bool(found["percent"]), _written(found["after"]),
    )  # fmt: skip


def printed(value: Typed, model: str) -> exp.Expression:
    """TO_CHAR(value, model) of a NUMBER or FLOAT."""
    minimal, hexadecimal = _MINIMAL.fullmatch(model), _HEX.fullmatch(model)
    if minimal:
        return _minimal(value, minimal)
    return _hexadecimal(value, hexadecimal) if hexadecimal else _positioned(value, _fixed(model))


def _positioned(value: Typed, model: Fixed) -> exp.Expression:
    value = _percent(value) if model.percent else value
    rounded = convert(value, number(MAX_PRECISION, len(model.places))).sql
    digits = call("_snow.model_digits", value.sql, cast(rounded, duck_type(number(MAX_PRECISION, len(model.places)))), model.digits)
    head, places = model.head, len(model.places)
    spare = 0 if model.compact else places - model.kept
    body = call("_snow.model_body", digits, head, model.whole[len(head) :], model.point, model.kept, places, spare)
    minus = exp.LT(this=exp.Paren(this=value.sql.copy()), expression=exp.Literal.number(0))
    plus = {"S": "+", "MI": "" if model.compact else " "}.get(model.sign, "")
    sign = case([(minus, exp.Literal.string("-"))], exp.Literal.string(plus))
    width = len(model.dollar) + len(model.whole) + len(model.point) + places
    aside = model.behind or model.sign == "MI"
    parts = [exp.Literal.string(model.dollar), body] if aside else [sign, exp.Literal.string(model.dollar), body]
    number_: exp.Expression = call("concat", *parts)
    if not model.compact:
        number_ = call("lpad", number_, width if aside else width + 1, " ")
    around = [number_, sign] if model.behind else [sign, number_] if aside else [number_]
    signed = [exp.Literal.string(model.before), *around, exp.Literal.string("%" if model.percent else ""), exp.Literal.string(model.after)]
    return case([(exp.Not(this=exp.Is(this=exp.Paren(this=value.sql.copy()), expression=exp.Null())), call("concat", *signed))])


def _percent(value: Typed) -> Typed:
    if value.base != "NUMBER" or value.type is None or (value.type.scale or 0) < 2:
        refuse("the format element % of a number without two decimal places")
    hundred = exp.Mul(this=exp.Paren(this=value.sql), expression=cast(exp.Literal.number(100), "DECIMAL(3,0)"))
    to = number(MAX_PRECISION, (value.type.scale or 0) - 2)
    return Typed(cast(exp.Paren(this=hundred), duck_type(to)), to)


def _minimal(value: Typed, model: re.Match[str]) -> exp.Expression:
    value = _percent(value) if model["percent"] else value
    if value.base != "NUMBER" or model["kind"][0] == "t":
        refuse(f"the format element {model['kind']} of a {value.base}")
    plain = text(value)
    shown = plain if model["kind"].upper() == "TM9" else call("_snow.scientific", plain)
    ends = exp.Literal.string(_written(model["before"])), exp.Literal.string(("%" if model["percent"] else "") + _written(model["after"]))
    return exp.DPipe(this=exp.DPipe(this=ends[0], expression=exp.Paren(this=shown)), expression=ends[1])


def _hexadecimal(value: Typed, model: re.Match[str]) -> exp.Expression:
    """Without its decimal places; below nought without a sign its complement."""
    digits = model["digits"]
    if len(digits) > 15 or len(set(digits.lstrip("0"))) > 1:
        refuse(f"the numeric format {digits}")
    whole = cast(call("trunc", value.sql), "BIGINT")
    shown = call("_snow.hexadecimal", call("abs", whole) if model["sign"] else whole, len(digits))
    shown = call("lower", shown) if digits[-1] == "x" else shown
    minus = exp.LT(this=exp.Paren(this=value.sql.copy()), expression=exp.Literal.number(0))
    sign = case([(minus, exp.Literal.string("-"))], exp.Literal.string("+")) if model["sign"] else exp.Literal.string("")
    ends = exp.Literal.string(_written(model["before"])), exp.Literal.string(_written(model["after"]))
    signed = exp.DPipe(this=exp.DPipe(this=ends[0], expression=exp.Paren(this=sign)), expression=exp.Paren(this=shown))
    return exp.DPipe(this=signed, expression=ends[1])


def pattern(model: str) -> str:
    """What a model reads, as a regular expression; one of several models parted by ``|``."""
    return r"\s*(?:" + "|".join(_reads(_fixed(one)) for one in model.split("|")) + r")\s*"


def _reads(model: Fixed) -> str:
    if model.before or model.after or model.percent or model.compact:
        refuse("TO_NUMBER with a format that has literals, % or FM")
    sign = {"": "-?", "S": "[+-]", "MI": "[+-]?"}[model.sign]
    whole = "|".join(_wholes(model.whole, model.blank)) or ""
    places = len(model.places)
    point = rf"\.\d{{{model.kept},{places}}}" if model.kept else rf"(?:\.\d{{0,{places}}})?" if model.point else ""
    number_ = re.escape(model.dollar) + f"(?:{whole})" + point
    return f"{number_} *{sign}" if model.behind else f"{sign} *{number_}"


def _wholes(whole: str, blank: bool) -> list[str]:
    """Digits with their separators or without; as many as there are places, at least those from the first 0 on."""
    bare = whole.replace(",", "")
    least = len(bare) - bare.index("0") if "0" in bare else 0 if blank or not bare else 1
    ways = [rf"\d{{{least},{len(bare)}}}"]
    groups = [len(group) for group in whole.split(",")]
    for start, first in enumerate(groups[:-1]):
        rest = groups[start + 1 :]
        low = max(least - sum(rest), 1)
        if low <= first:
            ways.append(rf"\d{{{low},{first}}}" + "".join(rf",\d{{{group}}}" for group in rest))
    return ways
