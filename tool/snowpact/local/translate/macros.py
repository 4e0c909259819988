"""Every DuckDB macro that translated queries call, in the order in which a store creates them (schema ``_snow`` exists)."""

from __future__ import annotations

from snowpact.local.translate import arithmetic, coerce, flatten
from snowpact.local.translate.functions import arrays, casts, dates, hashes, numbers, random, regex, semistructured, strings

MACROS: list[str] = [
    f"CREATE OR REPLACE MACRO {body}"
    for module in (coerce, casts, arithmetic, semistructured, arrays, hashes, flatten, numbers, strings, regex, dates, random)
    for body in module.MACROS
]
