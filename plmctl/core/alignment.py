"""Which parts of two sequences belong together: little is left over, and in few stretches."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from itertools import pairwise

Pairs = list[tuple[int, int]]
"""Positions in the older and the newer sequence that belong together, rising on both sides."""

# What one more stretch costs, in characters: a small word that is the same by chance does not split a change.
STRETCH = 2
# Steps of a comparison take 1 us each. Past the budget of a text, what is left is compared at its ends alone.
BUDGET = 600_000
_LARGEST = 300_000
# How often parts that both have once are looked for between others; texts can be made that never end it.
_DEPTH = 8
_MATCHED, _GONE, _COME = 0, 1, 2


class Aligner:
    """Alignments within a budget of steps, so that no text keeps a reader waiting."""

    def __init__(self, budget: int = BUDGET):
        self._left = budget

    def pairs(self, old: Sequence[Hashable], new: Sequence[Hashable], depth: int = _DEPTH) -> Pairs:
        """The pairs of equal parts that leave the fewest characters over, a stretch counted as STRETCH.

        A part's characters are its length as text.
        """
        head, tail = _common_ends(old, new)
        found = [(k, k) for k in range(head)]
        inner = self._inner(old[head : len(old) - tail], new[head : len(new) - tail], depth)
        found.extend((head + i, head + j) for i, j in inner)
        found.extend((len(old) - k, len(new) - k) for k in range(tail, 0, -1))
        return found

    def _inner(self, old: Sequence[Hashable], new: Sequence[Hashable], depth: int) -> Pairs:
        before, after = _blocks(old, frozenset(new)), _blocks(new, frozenset(old))
        steps = len(before) * len(after)
        if steps > min(_LARGEST, self._left):
            return self._divided(old, new, depth - 1) if depth else []
        self._left -= steps
        sides = _Side(old, before), _Side(new, after)
        return [(before[i][0], after[j][0]) for i, j in _cheapest(*sides)]

    def _divided(self, old: Sequence[Hashable], new: Sequence[Hashable], depth: int) -> Pairs:
        """The same for long sequences: parts that both have once hold them together."""
        anchors = _anchors(old, new)
        if not anchors:
            return []
        found: Pairs = []
        ends = [(-1, -1), *anchors, (len(old), len(new))]
        for (i, j), (k, m) in pairwise(ends):
            found.extend((i + 1 + p, j + 1 + q) for p, q in self.pairs(old[i + 1 : k], new[j + 1 : m], depth))
            found.append((k, m))
        return found[:-1]


def _common_ends(old: Sequence[Hashable], new: Sequence[Hashable]) -> tuple[int, int]:
    most = min(len(old), len(new))
    head = next((k for k in range(most) if old[k] != new[k]), most)
    most -= head
    tail = next((k for k in range(most) if old[-1 - k] != new[-1 - k]), most)
    return head, tail


def _blocks(parts: Sequence[Hashable], others: frozenset[Hashable]) -> list[tuple[int, int]]:
    """Ranges of parts: one that the other side has is alone, those that it lacks are together."""
    found: list[tuple[int, int]] = []
    is_open = False
    for index, part in enumerate(parts):
        is_lacked = part not in others
        if is_lacked and is_open:
            found[-1] = (found[-1][0], index + 1)
        else:
            found.append((index, index + 1))
        is_open = is_lacked
    return found


class _Side:
    """One side of a comparison: what may match, and the characters that each block leaves over."""

    def __init__(self, parts: Sequence[Hashable], blocks: list[tuple[int, int]]):
        self.parts = [parts[start] for start, _ in blocks]
        self.costs = [sum(_size(part) for part in parts[start:end]) for start, end in blocks]


def _size(part: Hashable) -> int:
    return sum(map(len, part)) if isinstance(part, tuple) else len(str(part))


def _cheapest(old: _Side, new: _Side) -> Iterator[tuple[int, int]]:
    """Gotoh's alignment with affine gaps (1982): a run of parts costs STRETCH and its characters."""
    return reversed(list(_traced(_table(old, new), len(old.parts), len(new.parts))))


def _table(old: _Side, new: _Side) -> tuple[list[bytearray], int]:
    """For every place and state the state before it, in two bits each; and the cheapest last state."""
    far = 1 << 60
    matched, gone, come = [0], [far], [far]
    for cost in new.costs:
        matched.append(far)
        gone.append(far)
        come.append(min(come[-1], matched[-2] + STRETCH) + cost)
    rows = [bytearray([_COME << 4] * (len(matched)))]
    rows[0][1:2] = bytes([_MATCHED << 4] * min(len(new.parts), 1))
    for part, cost in zip(old.parts, old.costs, strict=True):
        matched, gone, come, row = _next_row(part, cost, new, (matched, gone, come))
        rows.append(row)
    last = (matched[-1], gone[-1], come[-1])
    return rows, last.index(min(last))


def _next_row(
    part: Hashable, cost: int, new: _Side, above: tuple[list[int], list[int], list[int]]
) -> tuple[list[int], list[int], list[int], bytearray]:
    far = 1 << 60
    before_matched, before_gone, before_come = above
    matched, gone, come = [far], [min(before_matched[0] + STRETCH, before_gone[0]) + cost], [far]
    row = bytearray(len(new.parts) + 1)
    row[0] = (_GONE if before_gone[0] < before_matched[0] + STRETCH else _MATCHED) << 2
    for j, (other, added) in enumerate(zip(new.parts, new.costs, strict=True), 1):
        opened, kept = before_matched[j] + STRETCH, before_gone[j]
        bits = 0
        if kept <= opened:
            gone.append(kept + cost)
            bits = _GONE << 2
        else:
            gone.append(opened + cost)
        if part == other:
            x, y, z = before_matched[j - 1], before_gone[j - 1], before_come[j - 1]
            best = min(x, y, z)
            matched.append(best)
            bits |= _MATCHED if x == best else _GONE if y == best else _COME
        else:
            matched.append(far)
        x, y, z = matched[j - 1] + STRETCH, gone[j - 1] + STRETCH, come[j - 1]
        best = min(x, y, z)
        come.append(best + added)
        row[j] = bits | (_COME if z == best else _MATCHED if x == best else _GONE) << 4
    return matched, gone, come, row


def _traced(table: tuple[list[bytearray], int], i: int, j: int) -> Iterator[tuple[int, int]]:
    rows, state = table
    while i or j:
        bits = rows[i][j]
        if state == _MATCHED:
            i, j, state = i - 1, j - 1, bits & 3
            yield i, j
        elif state == _GONE:
            i, state = i - 1, bits >> 2 & 3
        else:
            j, state = j - 1, bits >> 4 & 3


def _anchors(old: Sequence[Hashable], new: Sequence[Hashable]) -> Pairs:
    """The longest rising chain of parts that stand once on each side (patience sorting)."""
    counts = Counter(old), Counter(new)
    places = {part: j for j, part in enumerate(new)}
    unique = [(i, places[p]) for i, p in enumerate(old) if counts[0][p] == 1 == counts[1][p]]
    tops: list[int] = []
    piles: list[tuple[int, int]] = []
    links: dict[tuple[int, int], tuple[int, int] | None] = {}
    for pair in unique:
        pile = bisect_left(tops, pair[1])
        links[pair] = piles[pile - 1] if pile else None
        tops[pile : pile + 1] = [pair[1]]
        piles[pile : pile + 1] = [pair]
    chain: Pairs = []
    at = piles[-1] if piles else None
    while at is not None:
        chain.append(at)
        at = links[at]
    return chain[::-1]
