"""Every DuckDB macro that translated queries call, in the order in which a store creates them (schema ``_snow`` exists)."""

from __future__ import annotations

from snowpact.local.translate import arithmetic, coerce, flatten, number_models
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
    coerce, casts, arithmetic, number_models, semistructured, arrays, aggregates, statistics, hashes, sketches, flatten, numbers, bits,
    binaries, strings, addresses, regex, dates, random, windows,
)  # fmt: skip

MACROS: list[str] = [f"CREATE OR REPLACE MACRO {body}" for module in _MODULES for body in module.MACROS]
