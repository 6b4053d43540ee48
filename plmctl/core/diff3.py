"""Two sequences against the one that both come from: what each changed, and where both did."""

from collections.abc import Hashable, Iterator, Sequence
from difflib import SequenceMatcher

from plmctl.core.dataclass import dataclass

# Comparing takes as long as the product of what is left when the same ends are gone.
_LARGEST = 250_000

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A stretch of three sequences, as the start and the exclusive end in each; `is_same`: in all three."""

    base: Span
    ours: Span
    theirs: Span
    is_same: bool


def regions(
    base: Sequence[Hashable], ours: Sequence[Hashable], theirs: Sequence[Hashable]
) -> Iterator[Region]:
    """Three sequences whole, in order: what is the same in all, and between that what somebody changed."""
    at = (0, 0, 0)
    for b, o, t, size in (*_common(same_runs(base, ours), same_runs(base, theirs)), _end(base, ours, theirs)):
        if (b, o, t) != at:
            yield Region(base=(at[0], b), ours=(at[1], o), theirs=(at[2], t), is_same=False)
        at = (b + size, o + size, t + size)
        if size:
            yield Region(base=(b, at[0]), ours=(o, at[1]), theirs=(t, at[2]), is_same=True)


def same_runs(old: Sequence[Hashable], new: Sequence[Hashable]) -> tuple[tuple[int, int, int], ...]:
    """Stretches that two sequences share: where they begin in each, and how long they are."""
    shorter = min(len(old), len(new))
    head = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    tail = next((n for n in range(shorter - head) if old[-n - 1] != new[-n - 1]), shorter - head)
    middle = old[head : len(old) - tail], new[head : len(new) - tail]
    found = [(0, 0, head)]
    if len(middle[0]) * len(middle[1]) <= _LARGEST:
        blocks = SequenceMatcher(None, *middle, autojunk=False).get_matching_blocks()
        found += [(head + block.a, head + block.b, block.size) for block in blocks]
    found.append((len(old) - tail, len(new) - tail, tail))
    return tuple(run for run in found if run[2])


def _end(*sequences: Sequence[Hashable]) -> tuple[int, int, int, int]:
    base, ours, theirs = sequences
    return len(base), len(ours), len(theirs), 0


def _common(
    ours: Sequence[tuple[int, int, int]], theirs: Sequence[tuple[int, int, int]]
) -> Iterator[tuple[int, int, int, int]]:
    """Where both still have the base: its start, theirs in each, and the length."""
    mine, other = iter(ours), iter(theirs)
    one, two = next(mine, None), next(other, None)
    while one is not None and two is not None:
        start, end = max(one[0], two[0]), min(one[0] + one[2], two[0] + two[2])
        if start < end:
            yield start, one[1] + start - one[0], two[1] + start - two[0], end - start
        if one[0] + one[2] <= two[0] + two[2]:
            one = next(mine, None)
        else:
            two = next(other, None)
