"""PARSE_URL and PARSE_IP, as far as their pages tell: https://docs.snowflake.com/en/sql-reference/functions/parse_url, parse_ip.

Refused at run time, by name: a URL with escapes, with a parameter twice or without a value, or with a host and nothing behind
it; an address of IPv6 or with a prefix. Of these no page says what becomes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.translate.functions.binaries import as_characters
from snowpact.local.translate.typed import Typed, call, refuse
from snowpact.model.types import OBJECT

if TYPE_CHECKING:
    from snowpact.local.translate.translator import Translator

_URL = r"^([A-Za-z][A-Za-z0-9+.-]*):(//([^/?#]*))?([^?#]*)(\?([^#]*))?(#(.*))?$"
"""RFC 3986's parts: scheme, authority, path, query, fragment."""

MACROS = [
    rf"_snow.url_part(x, n) AS regexp_extract(x, '{_URL}', n)",
    r"""_snow.url_parameters(q) AS to_json(map_from_entries(list_sort(list_transform(string_split(q, '&'),
        lambda p: {'k': split_part(p, '=', 1), 'v': p[strpos(p, '=') + 1:]}))))""",
    r"""_snow.url_clear(q) AS regexp_full_match(q, '[^+&=]+=[^+&]*(&[^+&=]+=[^+&]*)*')
        AND len(list_distinct(list_transform(string_split(q, '&'), lambda p: split_part(p, '=', 1)))) = len(string_split(q, '&'))""",
    r"""_snow.url_object(x) AS json_object(
        'fragment', nullif(_snow.url_part(x, 8), ''),
        'host', nullif(regexp_replace(_snow.url_part(x, 3), ':[0-9]+$', ''), ''),
        'parameters', CASE WHEN _snow.url_part(x, 6) <> '' THEN _snow.url_parameters(_snow.url_part(x, 6)) END,
        'path', CASE WHEN _snow.url_part(x, 2) = '' THEN _snow.url_part(x, 4) ELSE _snow.url_part(x, 4)[2:] END,
        'port', nullif(regexp_extract(_snow.url_part(x, 3), ':([0-9]+)$', 1), ''),
        'query', nullif(_snow.url_part(x, 6), ''),
        'scheme', _snow.url_part(x, 1))""",
    r"""_snow.parse_url(x, permissive) AS CASE WHEN x IS NULL THEN NULL
        WHEN NOT regexp_matches(x, '^[A-Za-z][A-Za-z0-9+.-]*:') THEN CASE WHEN permissive
            THEN json_object('error', 'scheme not specified')
            ELSE _snow.fail('SNOW:100139:22000:Error parsing URL: scheme not specified') END
        WHEN _snow.url_part(x, 1) = '' OR (_snow.url_part(x, 2) <> '' AND (_snow.url_part(x, 3) = '' OR _snow.url_part(x, 4) = ''))
            OR contains(x, '%') OR _snow.url_part(x, 5) = '?' OR _snow.url_part(x, 7) = '#' OR _snow.url_part(x, 3) LIKE '[%'
            OR (_snow.url_part(x, 6) <> '' AND NOT _snow.url_clear(_snow.url_part(x, 6)))
            THEN _snow.fail('SNOW:2:0A000:PARSE_URL of ''' || x || '''')
        ELSE _snow.url_object(x) END""",
    "_snow.ip_number(x) AS list_reduce(list_transform(string_split(x, '.'), lambda p: CAST(p AS BIGINT)), lambda a, b: a * 256 + b)",
    r"""_snow.is_ipv4(x) AS regexp_full_match(x,
        '((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])')""",
    r"""_snow.parse_inet(x) AS CASE WHEN x IS NULL THEN NULL
        WHEN NOT _snow.is_ipv4(x) THEN _snow.fail('SNOW:2:0A000:PARSE_IP of ''' || x || '''')
        ELSE json_object('family', 4, 'host', x, 'ip_fields', [_snow.ip_number(x), 0, 0, 0], 'ip_type', 'inet',
            'ipv4', _snow.ip_number(x), 'snowflake$type', 'ip_address') END""",
]


def _parse_url(translator: Translator, node: exp.Expression) -> Typed:
    permissive = node.args.get("permissive")
    if permissive is not None and permissive.name not in {"0", "1"}:
        refuse("PARSE_URL with a flag that is neither 0 nor 1")
    flag = exp.Boolean(this=permissive is not None and permissive.name == "1")
    return Typed(call("_snow.parse_url", as_characters(translator.value(node.this)).sql, flag), OBJECT)


def _parse_ip(translator: Translator, node: exp.Expression) -> Typed:
    kind = node.args.get("type")
    if node.args.get("permissive") is not None or not isinstance(kind, exp.Literal) or str(kind.this).upper() != "INET":
        refuse("PARSE_IP of anything but an INET address, or with a flag")
    return Typed(call("_snow.parse_inet", as_characters(translator.value(node.this)).sql), OBJECT)


RULES = {exp.ParseUrl: _parse_url, exp.ParseIp: _parse_ip}
