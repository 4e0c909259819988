"""A contract's version: SemVer's order (https://semver.org/spec/v2.0.0.html, 11)."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """Ordered as SemVer orders; what follows a ``+`` counts for nothing."""

    major: int
    minor: int
    patch: int
    rank: tuple[tuple[int, int, str], ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, text: str) -> Version:
        """Raises ValueError for what is no version."""
        core, _, pre = text.partition("+")[0].partition("-")
        major, minor, patch = (int(part) for part in core.split("."))
        return cls(major, minor, patch, _rank(pre))


def _rank(pre: str) -> tuple[tuple[int, int, str], ...]:
    """A version without a pre-release comes after all that have one; numbers before words; the longer after the shorter."""
    if not pre:
        return ((2, 0, ""),)
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in pre.split("."))
