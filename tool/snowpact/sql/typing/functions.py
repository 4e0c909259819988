"""Scalar functions whose type needs no rule of its own: a table of names and families.

Where the page of a function states a type without precision or length (BOOLEAN, DATE, FLOAT, VARIANT, OBJECT, ARRAY), that
is exact. Text and numbers are of certainty family: their lengths and precisions are rarely documented.
"""

from __future__ import annotations

from sqlglot import exp

from snowpact.model.types import (
    ARRAY,
    BOOLEAN,
    DATE,
    FLOAT,
    MAX_PRECISION,
    OBJECT,
    VARIANT,
    Certainty,
    SnowflakeType,
    binary,
    number,
    timestamp,
    varchar,
)
from snowpact.sql.typing.typed import Typed, any_nullable, derived, exact, family, unknown

_EXACT: dict[SnowflakeType, str] = {
    BOOLEAN: "IS_OBJECT IS_VARCHAR IS_INTEGER IS_BOOLEAN IS_DATE IS_TIMESTAMP_NTZ Booland Boolor Xor Boolnot "
    "IS_ROLE_IN_SESSION IS_DATABASE_ROLE_IN_SESSION SYSTEM$STREAM_HAS_DATA",
    FLOAT: "Exp Ln Log Sin Cos Tan Asin Acos Atan Atan2 Sinh Cosh Tanh Cot Degrees Radians Cbrt Pi HAVERSINE ToDouble Skewness",
    VARIANT: "ParseJSON ToVariant",
    OBJECT: "Struct StarMap JSONObject AS_OBJECT ParseUrl ParseIp",
    ARRAY: "Array ArrayConstructCompact Split StrtokToArray AS_ARRAY",
    DATE: "AS_DATE",
}
_FAMILY: dict[SnowflakeType, str] = {
    varchar(): "Upper Lower Trim Substring Left Right Pad Replace Repeat Reverse Initcap SplitPart Strtok ConcatWs RegexpReplace "
    "RegexpExtract Translate MD5 SHA SHA2 Uuid Randstr ToChar Chr Stuff Space Base64Encode Hex Soundex ArrayToString Typeof JSONFormat "
    "CurrentUser CurrentRole CurrentDatabase CurrentSchema CurrentWarehouse CurrentAccount CurrentSession CurrentVersion LAST_QUERY_ID "
    "Dayname Monthname AS_VARCHAR AS_CHAR SYSTEM$TYPEOF CURRENT_REGION CURRENT_STATEMENT GET_DDL CheckJson Collate "
    "Base64DecodeString TryBase64DecodeString HexDecodeString TryHexDecodeString SoundexP123",
    number(): "Length StrPosition RegexpCount RegexpInstr Ascii ArraySize Levenshtein Sign Rand Seq1 Seq2 Seq4 Seq8 WidthBucket "
    "Factorial HASH HashAgg AS_INTEGER AS_NUMBER AS_DECIMAL "
    "MD5NumberLower64 MD5NumberUpper64 Getbit BitLength ByteLength RtrimmedLength "
    "BitmapBucketNumber BitmapBitPosition BitmapCount CONDITIONAL_TRUE_EVENT CONDITIONAL_CHANGE_EVENT ArrayPosition",
    binary(): "ToBinary SHA2Digest SHA1Digest MD5Digest Unhex TryHexDecodeBinary Base64DecodeBinary TryBase64DecodeBinary "
    "BitmapConstructAgg BitmapOrAgg",
    FLOAT: "PercentRank CumeDist Normal AS_DOUBLE Corr",
    VARIANT: "GetIgnoreCase StripNullValue",
    OBJECT: "ObjectInsert OBJECT_DELETE OBJECT_PICK TO_OBJECT",
    ARRAY: "ArrayDistinct ArrayCompact SortArray GenerateSeries ArrayFilter Transform ArrayAppend ArrayPrepend ArrayConcat ArraySlice "
    "ArrayIntersect ArrayRemoveAt ArrayReverse JSONKeys ToArray",
    SnowflakeType("TIME", precision=9): "TsOrDsToTime TimeFromParts",
    timestamp("NTZ"): "TO_TIMESTAMP TRY_TO_TIMESTAMP TO_TIMESTAMP_NTZ TRY_TO_TIMESTAMP_NTZ AS_TIMESTAMP_NTZ",
    timestamp("LTZ"): "TO_TIMESTAMP_LTZ TRY_TO_TIMESTAMP_LTZ",
    timestamp("TZ"): "TO_TIMESTAMP_TZ TRY_TO_TIMESTAMP_TZ",
}
_REASON = "the length or precision that the function returns is not documented"
_NOT_NULL = {"Uuid", "Rand", "Seq1", "Seq2", "Seq4", "Seq8", "Pi", "CurrentUser"}

TABLE: dict[str, tuple[SnowflakeType, bool]] = {
    **{name: (type_, False) for type_, names in _FAMILY.items() for name in names.split()},
    **{name: (type_, True) for type_, names in _EXACT.items() for name in names.split()},
}
"""By sqlglot's class name, or in capitals by Snowflake's own where sqlglot has no class; the type, and whether it is exact."""


def by_name(name: str, inputs: list[Typed]) -> Typed | None:
    """The table's answer for a function; None where it is not in it. Of DECFLOAT no page says what becomes of it."""
    if name not in TABLE:
        return None
    type_, sure = TABLE[name]
    if type_ == FLOAT and any(item.base not in {"NUMBER", "FLOAT"} for item in inputs):
        return unknown("a function of floating point over what may be DECFLOAT")
    return exact(type_, name not in _NOT_NULL) if sure else family(type_, _REASON, name not in _NOT_NULL)


def rounded(node: exp.Expression, typer) -> Typed:
    """ROUND and TRUNC: FLOAT stays FLOAT; a NUMBER has the constant scale asked for, and an undocumented precision.

    https://docs.snowflake.com/en/sql-reference/functions/round
    """
    inner = typer.of(node.this)
    if inner.base in {"FLOAT", "DECFLOAT"}:
        return exact(inner.type, inner.nullable)
    if not inner.is_number:
        return unknown(f"no rule for rounding {inner.base or 'an unknown type'}")
    digits = node.args.get("decimals")
    asked = int(digits.this) if isinstance(digits, exp.Literal) and not digits.is_string and digits.this.isdigit() else 0
    scale = min(asked, inner.type.scale or 0) if digits is not None else 0
    leading = (inner.type.precision or MAX_PRECISION) - (inner.type.scale or 0) + 1
    guess = number(max(1, min(MAX_PRECISION, leading + scale)), scale)
    return family(guess, inner.reason or "the precision of a rounded number is not documented", inner.nullable)


def same_number(node: exp.Expression, typer) -> Typed:
    """ABS, CEIL, FLOOR: FLOAT of FLOAT; of a NUMBER a NUMBER."""
    inner = typer.of(node.this)
    if inner.base in {"FLOAT", "DECFLOAT"}:
        return exact(inner.type, inner.nullable)
    if inner.is_number:
        return family(inner.type, inner.reason or _REASON, inner.nullable)
    return unknown(f"no rule for {type(node).__name__.upper()} of {inner.base or 'an unknown type'}")


def concatenated(node: exp.Expression, typer) -> Typed:
    """``||`` and CONCAT: the lengths add up (CONCAT('every', 'body') is VARCHAR(9): functions/system_typeof).

    That is documented for constants alone.
    """
    if isinstance(node, exp.DPipe):
        parts = [node]
        while isinstance(parts[-1].this, exp.DPipe):
            parts.append(parts[-1].this)
        operands = [parts[-1].this, *(part.expression for part in reversed(parts))]
    else:
        operands = list(node.expressions)
    inputs = [typer.of(operand) for operand in operands]
    nullable = any_nullable(inputs)
    if any(item.base == "BINARY" for item in inputs) or any(not item.base and not item.null for item in inputs):
        return unknown("a concatenation of what may be no text", nullable)
    unbounded = [item for item in inputs if item.base == "VARCHAR" and item.type.length is None]
    if unbounded:
        surest = [item for item in unbounded if item.certainty is Certainty.EXACT] or unbounded
        return derived(varchar(), surest[:1], nullable)
    lengths = [item.type.length for item in inputs if item.base == "VARCHAR"]
    if len(lengths) < len(inputs):
        return family(varchar(), "a concatenation with what is no text", nullable)
    guess = varchar(sum(lengths))
    constants = all(isinstance(operand, exp.Literal) for operand in operands)
    if constants:
        return exact(guess, nullable)
    return family(guess, "the length of a concatenation is documented for constants alone", nullable)


def to_number(node: exp.ToNumber, typer) -> Typed:
    precision, scale = (node.args.get(key) for key in ("precision", "scale"))
    digits = [int(item.this) for item in (precision, scale) if isinstance(item, exp.Literal) and item.this.isdigit()]
    guess = number(digits[0] if digits and 1 <= digits[0] <= 38 else 38, digits[1] if len(digits) > 1 and digits[1] <= 37 else 0)
    return family(guess, "the precision of TO_NUMBER was not confirmed")


def root(node: exp.Expression, typer) -> Typed:
    """DECFLOAT of DECFLOAT, else FLOAT (https://docs.snowflake.com/en/sql-reference/functions/sqrt, pow, square: sqlglot reads
    SQUARE(x) as POWER(x, 2))."""
    base, exponent = typer.of(node.this), typer.of(node.expression) if isinstance(node, exp.Pow) else exact(FLOAT, False)
    nullable = any_nullable((base, exponent))
    if "DECFLOAT" in {base.base, exponent.base}:
        return exact(SnowflakeType("DECFLOAT"), nullable)
    if {base.base, exponent.base} <= {"NUMBER", "FLOAT"}:
        return exact(FLOAT, nullable)
    if base.base and exponent.base:
        return family(FLOAT, "a power of what is no number", nullable)
    return unknown("FLOAT, or DECFLOAT if the argument is one", nullable)


def bits(node: exp.Expression, typer) -> Typed:
    """Integers of 128 bits, or of BINARY a BINARY: https://docs.snowflake.com/en/sql-reference/functions/bitshiftleft, bitand."""
    return family(number(), _REASON) if typer.of(node.this).is_number else unknown("bits of what may be BINARY")


def uniform(node: exp.Expression, typer) -> Typed:
    return unknown("UNIFORM gives FLOAT or NUMBER by its arguments")


_BITS = (exp.BitwiseAnd, exp.BitwiseOr, exp.BitwiseXor, exp.BitwiseNot, exp.BitwiseLeftShift, exp.BitwiseRightShift)
RULES = {
    exp.Round: rounded,
    exp.Trunc: rounded,
    **dict.fromkeys((exp.Abs, exp.Ceil, exp.Floor), same_number),
    **dict.fromkeys((exp.DPipe, exp.Concat), concatenated),
    exp.ToNumber: to_number,
    **dict.fromkeys((exp.Pow, exp.Sqrt), root),
    exp.Uniform: uniform,
    **dict.fromkeys(_BITS, bits),
}
