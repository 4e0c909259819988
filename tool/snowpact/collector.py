"""How often Python's garbage collector looks at what there is.

A catalog is many small objects that live as long as the work on them. By Python's own thresholds all of them are looked at again and
again, in vain: that took a fifth of a check of 10,000 scripts, and ever more of a larger one.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

THRESHOLDS = (200_000, 50, 100)
"""What syntax trees leave behind is still collected: it is young."""


def seldom() -> None:
    """From now on, for a program whose only work this is."""
    gc.set_threshold(*THRESHOLDS)


@contextmanager
def seldom_during() -> Iterator[None]:
    """While the block or the decorated function runs, in whatever program."""
    before = gc.get_threshold()
    seldom()
    try:
        yield
    finally:
        gc.set_threshold(*before)
