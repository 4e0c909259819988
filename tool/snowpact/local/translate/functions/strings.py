"""String functions: https://docs.snowflake.com/en/sql-reference/functions-string."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.translate.coerce import INTEGER, TEXT, TRUTH, text
from snowpact.local.translate.functions.binaries import as_characters
from snowpact.local.translate.functions.simple import as_message, as_whole, simple, translated
from snowpact.local.translate.typed import NULL, Typed, call, cast
from snowpact.model.types import ARRAY, SnowflakeType, number

if TYPE_CHECKING:
    from snowpact.local.translate.translator import Rule, Translator

MACROS = [
    # A start of 0 is 1; one before the beginning gives ''; a negative length gives ''
    "_snow.substr2(x, s) AS CASE WHEN s < -length(x) THEN '' ELSE substr(x, CASE WHEN s = 0 THEN 1 ELSE s END) END",
    """_snow.substr3(x, s, n) AS CASE WHEN s < -length(x) THEN ''
        ELSE substr(x, CASE WHEN s = 0 THEN 1 ELSE s END, CASE WHEN n < 0 THEN 0 ELSE n END) END""",
    "_snow.left_of(x, n) AS left(x, CASE WHEN n < 0 THEN 0 ELSE n END)",
    "_snow.right_of(x, n) AS CASE WHEN n <= 0 AND x IS NOT NULL THEN '' ELSE right(x, n) END",
    "_snow.split(x, d) AS CASE WHEN x IS NULL OR d IS NULL THEN NULL WHEN d = '' THEN to_json([x]) ELSE to_json(string_split(x, d)) END",
    """_snow.split_part(x, d, n) AS CASE WHEN d = '' THEN CASE WHEN n IN (0, 1, -1) THEN x ELSE '' END
        ELSE split_part(x, d, CASE WHEN n = 0 THEN 1 ELSE n END) END""",
    # STRTOK: any character of d separates, empty tokens do not count; NULL past the end
    """_snow.tokens(x, d) AS list_filter(string_split(translate(x, d, repeat(d[1], length(d))), d[1]), lambda t: t <> '')""",
    """_snow.strtok(x, d, n) AS CASE WHEN n < 1 THEN NULL
        WHEN d = '' THEN CASE WHEN n = 1 THEN nullif(x, '') END ELSE _snow.tokens(x, d)[n] END""",
    "_snow.position(x, y, s) AS CASE WHEN instr(substr(x, s), y) = 0 THEN 0 ELSE instr(substr(x, s), y) + s - 1 END",
    """_snow.lpad(x, n, p) AS CASE WHEN n <= 0 AND x IS NOT NULL AND p IS NOT NULL THEN ''
        WHEN p = '' THEN left(x, n) ELSE lpad(x, CAST(n AS INTEGER), p) END""",
    """_snow.rpad(x, n, p) AS CASE WHEN n <= 0 AND x IS NOT NULL AND p IS NOT NULL THEN ''
        WHEN p = '' THEN left(x, n) ELSE rpad(x, CAST(n AS INTEGER), p) END""",
    # what a place outside the text, or a negative length, does is on no page
    """_snow.insert(x, s, n, y) AS CASE WHEN s < 1 OR s > length(x) + 1 OR n < 0
        THEN _snow.fail('SNOW:2:0A000:INSERT outside the text') ELSE left(x, s - 1) || y || substr(x, s + n) END""",
    # INITCAP: a word starts after any character of the delimiters (the default list of the documentation)
    """_snow.initcap(x, d) AS array_to_string(list_transform(string_split(x, ''),
        lambda c, i: CASE WHEN i = 1 OR contains(d, substr(x, i - 1, 1)) THEN upper(c) ELSE lower(c) END), '')""",
    "_snow.ascii(x) AS CASE WHEN x = '' THEN 0 ELSE ascii(x) END",
    "_snow.unicode(x) AS CASE WHEN x = '' THEN 0 ELSE unicode(x) END",
    # SOUNDEX: H and W do not part equal codes, vowels do
    """_snow.soundex_codes(x) AS regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
        translate(x, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', '01230120022455012623010202'),
        '1+', '1', 'g'), '2+', '2', 'g'), '3+', '3', 'g'), '4+', '4', 'g'), '5+', '5', 'g'), '6+', '6', 'g')""",
    "_snow.soundex_letters(x) AS regexp_replace(upper(x), '[^A-Z]', '', 'g')",
    "_snow.soundex_rest(x) AS regexp_replace(x[2:], '[HW]', '', 'g')",
    """_snow.soundex_word(x, codes) AS CASE WHEN x = '' THEN '' ELSE left(rpad(x[1] || replace(codes, '0', ''), 4, '0'), 4) END""",
    """_snow.soundex(x) AS _snow.soundex_word(_snow.soundex_letters(x), _snow.soundex_codes(
        _snow.soundex_letters(x)[1] || _snow.soundex_rest(_snow.soundex_letters(x)))[2:])""",
    # the variant in which a second letter of the first one's code counts
    """_snow.soundex_p123(x) AS _snow.soundex_word(_snow.soundex_letters(x),
        _snow.soundex_codes(_snow.soundex_rest(_snow.soundex_letters(x))))""",
    # DuckDB's levenshtein compares bytes: each character becomes one of its own
    "_snow.characters(x) AS list_transform(range(1, length(x) + 1), lambda i: substr(x, i, 1))",
    "_snow.alphabet(x, y) AS list_distinct(_snow.characters(x || y))",
    """_snow.recoded(x, letters) AS CASE WHEN len(letters) > 126
        THEN _snow.fail('SNOW:2:0A000:EDITDISTANCE of more than 126 different characters')
        ELSE array_to_string(list_transform(_snow.characters(x), lambda c: chr(CAST(list_position(letters, c) AS INTEGER))), '') END""",
    """_snow.edit_distance(x, y) AS CASE WHEN strlen(x) = length(x) AND strlen(y) = length(y) THEN levenshtein(x, y)
        ELSE levenshtein(_snow.recoded(x, _snow.alphabet(x, y)), _snow.recoded(y, _snow.alphabet(x, y))) END""",
    "_snow.edit_distance_up_to(x, y, n) AS least(_snow.edit_distance(x, y), n)",
    # only spaces go; of other white space at the end the page says nothing
    r"""_snow.rtrimmed_length(x) AS CASE WHEN regexp_matches(rtrim(x, ' '), '[\t\n\r\v\f]$')
        THEN _snow.fail('SNOW:2:0A000:RTRIMMED_LENGTH of text that ends in white space other than spaces')
        ELSE length(rtrim(x, ' ')) END""",
    # MD5_NUMBER_*64: the digest read as a big-endian number; DuckDB's own md5_number_* read it the other way round
    "_snow.md5_half(x, s) AS CAST(CAST('0x' || substr(md5(x), s, 16) AS UBIGINT) AS DECIMAL(20,0))",
    # RANDSTR: letters and digits
    """_snow.randstr(n) AS array_to_string(list_transform(range(CAST(n AS BIGINT)),
        lambda i: substr('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
            1 + CAST(floor(random() * 62) AS BIGINT), 1)), '')""",
]


def _length(translator: Translator, node: exp.Expression) -> Typed:
    value = translator.value(node.this)
    if value.base == "BINARY":
        return Typed(call("octet_length", value.sql), INTEGER)
    return Typed(call("length", as_characters(value).sql), INTEGER)


def _trim(translator: Translator, node: exp.Expression) -> Typed:
    """Without characters, spaces alone are removed."""
    duck = {"LEADING": "ltrim", "TRAILING": "rtrim"}.get(str(node.args.get("position") or "").upper(), "trim")
    characters = node.args.get("expression")
    given = as_characters(translator.value(characters)).sql if characters is not None else exp.Literal.string(" ")
    return Typed(call(duck, as_characters(translator.value(node.this)).sql, given), TEXT)


def _concat_ws(translator: Translator, node: exp.Expression) -> Typed:
    """NULL if any argument is: https://docs.snowflake.com/en/sql-reference/functions/concat_ws."""
    separator, *parts = translator.values(node.expressions)
    if any(value.base == "NULL" for value in (separator, *parts)):
        return Typed(exp.Null(), NULL)
    result = text(parts[0])
    for part in parts[1:]:
        joined = exp.DPipe(this=result, expression=text(separator).copy())
        result = exp.Paren(this=exp.DPipe(this=exp.Paren(this=joined), expression=text(part)))
    if len(parts) == 1:
        result = exp.Case(ifs=[exp.If(this=exp.Not(this=exp.Is(this=text(separator), expression=exp.Null())), true=result)])
    return Typed(result, TEXT)


def _pad(translator: Translator, node: exp.Expression) -> Typed:
    fill = node.args.get("fill_pattern")
    name = "_snow.lpad" if node.args.get("is_left") else "_snow.rpad"
    pattern = as_characters(translator.value(fill)).sql if fill is not None else exp.Literal.string(" ")
    return Typed(call(name, as_characters(translator.value(node.this)).sql, as_whole(translator.value(node.expression)).sql, pattern), TEXT)


def _position(translator: Translator, node: exp.Expression) -> Typed:
    start = node.args.get("position")
    values = [as_characters(translator.value(node.args[part])).sql for part in ("this", "substr")]
    if start is None:
        return Typed(call("instr", *values), INTEGER)
    return Typed(call("_snow.position", *values, as_whole(translator.value(start)).sql), INTEGER)


def _substring(translator: Translator, node: exp.Expression) -> Typed:
    values = translated(translator, node, as_characters, as_whole, as_whole)
    return Typed(call(f"_snow.substr{len(values)}", *(value.sql for value in values)), TEXT)


def _chr(translator: Translator, node: exp.Expression) -> Typed:
    return Typed(call("chr", cast(as_whole(translator.value(node.expressions[0])).sql, "INTEGER")), TEXT)


def _md5_half(start: int) -> Rule:
    """https://docs.snowflake.com/en/sql-reference/functions/md5_number_lower64: an unsigned integer of 64 bits."""

    def rule(translator: Translator, node: exp.Expression) -> Typed:
        return Typed(call("_snow.md5_half", as_message(translator.value(node.this)).sql, start), number(20, 0))

    return rule


def _edit_distance(translator: Translator, node: exp.Expression) -> Typed:
    """Characters inserted, left out or replaced, at most the third argument: https://docs.snowflake.com/en/sql-reference/functions/editdistance."""
    sides = [as_characters(translator.value(side)).sql for side in (node.this, node.expression)]
    most = node.args.get("max_dist")
    if most is None:
        return Typed(call("_snow.edit_distance", *sides), INTEGER)
    return Typed(call("_snow.edit_distance_up_to", *sides, as_whole(translator.value(most)).sql), INTEGER)


def _string(duck: str, result: SnowflakeType = TEXT, **bounds: int) -> Rule:
    return simple(duck, result, as_characters, **bounds)


RULES = {
    exp.Length: _length,
    exp.Upper: _string("upper"),
    exp.Lower: _string("lower"),
    exp.Initcap: _string("_snow.initcap"),
    exp.Trim: _trim,
    exp.ConcatWs: _concat_ws,
    exp.Substring: _substring,
    exp.Left: simple("_snow.left_of", TEXT, as_characters, as_whole),
    exp.Right: simple("_snow.right_of", TEXT, as_characters, as_whole),
    exp.Replace: _string("replace"),
    exp.Split: _string("_snow.split", ARRAY),
    exp.SplitPart: simple("_snow.split_part", TEXT, as_characters, as_characters, as_whole),
    exp.Strtok: simple("_snow.strtok", TEXT, as_characters, as_characters, as_whole),
    exp.StrtokToArray: simple("_snow.strtok_array", ARRAY, as_characters),
    exp.StrPosition: _position,
    exp.Contains: _string("contains", TRUTH),
    exp.StartsWith: _string("starts_with", TRUTH),
    exp.EndsWith: _string("ends_with", TRUTH),
    exp.Pad: _pad,
    exp.Repeat: simple("repeat", TEXT, as_characters, as_whole),
    exp.Reverse: _string("reverse"),
    exp.Space: lambda translator, node: Typed(call("repeat", " ", as_whole(translator.value(node.this)).sql), TEXT),
    exp.Translate: _string("translate"),
    exp.Ascii: _string("_snow.ascii", INTEGER),
    exp.Unicode: _string("_snow.unicode", INTEGER),
    exp.Chr: _chr,
    exp.Stuff: simple("_snow.insert", TEXT, as_characters, as_whole, as_whole, as_characters),
    exp.MD5: simple("md5", TEXT, as_message, most=1),
    exp.MD5NumberUpper64: _md5_half(1),
    exp.MD5NumberLower64: _md5_half(17),
    exp.SHA: simple("sha1", TEXT, as_message, most=1),
    exp.Soundex: _string("_snow.soundex", most=1),
    exp.SoundexP123: _string("_snow.soundex_p123", most=1),
    exp.Levenshtein: _edit_distance,
    exp.RtrimmedLength: _string("_snow.rtrimmed_length", INTEGER, most=1),
}
MACROS.append("_snow.strtok_array(x, d) AS to_json(CASE WHEN d = '' THEN [x] ELSE _snow.tokens(x, d) END)")
