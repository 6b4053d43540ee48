"""A number for constraints on numbers, exactly: with fractions, as decimals are written."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import islice
from math import ceil, floor, gcd, lcm

from plmctl.core.canonical import LARGEST_INTEGER, canonical_json
from plmctl.core.dataclass import dataclass
from plmctl.core.sets.branch import Leaf
from plmctl.core.sets.literal import Choice, Found, Lack, Least, Most, Multiple, Types, fraction
from plmctl.core.verdict import Instance

_MOST_TRIED = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """From where to where, None for no end; an open end is not in it."""

    low: Fraction | None = None
    high: Fraction | None = None
    is_low_open: bool = False
    is_high_open: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether there is no number in it."""
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and (self.is_low_open or self.is_high_open))

    def has(self, number: Fraction) -> bool:
        """Whether a number is in it."""
        is_above = self.low is None or self.low < number or (self.low == number and not self.is_low_open)
        is_below = self.high is None or number < self.high or (self.high == number and not self.is_high_open)
        return is_above and is_below

    def steps(self, step: Fraction) -> range | None:
        """The whole numbers k for which k times the step is in it; None where there is no end to them."""
        if self.low is None or self.high is None:
            return None
        first, last = ceil(self.low / step), floor(self.high / step)
        first += self.is_low_open and first * step == self.low
        last -= self.is_high_open and last * step == self.high
        return range(first, last + 1)


def interval(leaf: Leaf) -> Interval:
    """What bounds leave open, of numbers or of sizes."""
    lows, highs = [], []
    for sign, what in leaf:
        match sign, what:
            case (True, Least(_, limit, is_open)):
                lows.append((limit, is_open))
            case (False, Most(_, limit, is_open)):
                lows.append((limit, not is_open))
            case (True, Most(_, limit, is_open)):
                highs.append((limit, not is_open))
            case (False, Least(_, limit, is_open)):
                highs.append((limit, is_open))
    # The tighter of two equal bounds is the open one: true is more than false, and for highs it is turned.
    low, is_low_open = max(lows, default=(None, False))
    high, is_closed = min(highs, default=(None, True))
    return Interval(low=low, high=high, is_low_open=is_low_open, is_high_open=not is_closed)


def sizes(leaf: Leaf) -> tuple[int, int | None]:
    """The smallest and the largest size that bounds leave open; the largest is None for no end."""
    bounds = interval(leaf)
    low = 0 if bounds.low is None else floor(bounds.low) + 1 if bounds.is_low_open else ceil(bounds.low)
    if bounds.high is None:
        return max(0, low), None
    high = ceil(bounds.high) - 1 if bounds.is_high_open else floor(bounds.high)
    return max(0, low), high


def number(leaf: Leaf) -> Found:
    """A number that all constraints of the leaf hold of."""
    space, wanted, unwanted = interval(leaf), _steps(leaf, wanted=True), _steps(leaf, wanted=False)
    refused = {key for sign, what in leaf if isinstance(what, Choice) and not sign for key in what.keys}
    if space.is_empty:
        return Lack.NONE
    if not wanted:
        return _anywhere(space, unwanted, refused)
    step = Fraction(lcm(*(s.numerator for s in wanted)), gcd(*(s.denominator for s in wanted)))
    return _on_grid(space, step, unwanted, refused)


def _steps(leaf: Leaf, *, wanted: bool) -> list[Fraction]:
    """The steps whose multiples the number is, or is not, among."""
    steps = (
        what.step if isinstance(what, Multiple) else Fraction(1)
        for sign, what in leaf
        if sign is wanted and isinstance(what, Multiple | Types)
    )
    return list(steps)


def _on_grid(space: Interval, step: Fraction, unwanted: list[Fraction], refused: set[bytes]) -> Found:
    if any((step / other).denominator == 1 for other in unwanted):
        return Lack.NONE
    places = space.steps(step)
    found = _first(islice(_grid(space, step, places), _MOST_TRIED), unwanted, refused)
    is_whole = places is not None and len(places) <= _MOST_TRIED
    return found if is_whole or isinstance(found, Instance) else Lack.UNKNOWN


def _grid(space: Interval, step: Fraction, places: range | None) -> Iterator[Fraction]:
    if places is not None:
        yield from (k * step for k in places)
    elif space.low is not None:
        first = ceil(space.low / step)
        yield from (k * step for k in range(first, first + _MOST_TRIED) if space.has(k * step))
    elif space.high is not None:
        first = floor(space.high / step)
        yield from (k * step for k in range(first, first - _MOST_TRIED, -1) if space.has(k * step))
    else:
        yield from (k * step for k in range(_MOST_TRIED))


def _anywhere(space: Interval, unwanted: list[Fraction], refused: set[bytes]) -> Found:
    found = _first((n for n in _points(space) if space.has(n)), unwanted, refused)
    is_whole = space.low is not None and space.low == space.high
    return found if is_whole or isinstance(found, Instance) else Lack.UNKNOWN


def _points(space: Interval) -> Iterator[Fraction]:
    """The ends, then what is near them with ever more decimals."""
    ends = [end for end in (space.low, space.high) if end is not None] or [Fraction(0)]
    yield from ends
    for digits in range(12):
        grain = Fraction(1, 10**digits)
        for end in ends:
            first = floor(end / grain)
            # The nearest first, above before below.
            for away in range(14):
                yield from ((first + away) * grain, (first - away) * grain)
    yield from (end * scale for end in ends for scale in (2, Fraction(1, 2), -1))
    yield sum(ends, Fraction(0)) / len(ends)


def _first(numbers: Iterable[Fraction], unwanted: list[Fraction], refused: set[bytes]) -> Found:
    lack = Lack.NONE
    for number in numbers:
        if any((number / step).denominator == 1 for step in unwanted):
            continue
        written = _written(number)
        if written is None:
            lack = Lack.UNKNOWN
        elif canonical_json(written) not in refused:
            return Instance(written)
    return lack


def _written(number: Fraction) -> int | float | None:
    """The number in JSON; None where no double is written like it."""
    if number.denominator == 1 and abs(number) <= LARGEST_INTEGER:
        return int(number)
    try:
        nearest = float(number)
    except OverflowError:
        return None
    return nearest if fraction(nearest) == number else None
