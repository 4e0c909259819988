"""Every DuckDB macro that translated queries call, in the order in which a store creates them (schema ``_snow`` exists)."""

from __future__ import annotations

from snowpact.local.translate import arithmetic, coerce, flatten, number_models, zones
from snowpact.local.translate.functions import (
    addresses,
    aggregates,
    arrays,
    binaries,
    bits,
    casts,
    dates,
    hashes,
    numbers,
    random,
    regex,
    semistructured,
    sketches,
    statistics,
    strings,
    windows,
)  # fmt: skip

_MODULES = (
    zones, coerce, casts, arithmetic, number_models, semistructured, arrays, aggregates, statistics, hashes, sketches, flatten, numbers,
    bits, binaries, strings, addresses, regex, dates, random, windows,
)  # fmt: skip

# An error of ours, as a cast that fails: DuckDB's error() has a side effect, so that nothing with it may be referred to by its alias
# in the same SELECT, be folded, or stand in TRY. The value, NULL of no type, suits every other branch of a CASE
_FAIL = "_snow.fail(message) AS list_extract([NULL], CAST(message AS INTEGER))"

MACROS: list[str] = [f"CREATE OR REPLACE MACRO {body}" for body in (_FAIL, *(body for module in _MODULES for body in module.MACROS))]
