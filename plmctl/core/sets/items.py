"""A list for constraints on lists: its items are searched for one by one."""

from collections.abc import Callable, Iterator
from itertools import product

from plmctl.core.canonical import canonical_json
from plmctl.core.dataclass import dataclass
from plmctl.core.sets.branch import Leaf
from plmctl.core.sets.literal import Choice, Found, Items, Lack, Node, Unique, choice
from plmctl.core.sets.numbers import sizes
from plmctl.core.value import Value
from plmctl.core.verdict import Instance

Nodes = tuple[Node, ...]
Find = Callable[[Nodes, Nodes], Found]
"""Searches for a value that some schemas accept and others refuse."""

_LONGEST = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slot:
    """What the item at one position must be, and must not."""

    inside: Nodes
    outside: Nodes = ()

    @property
    def key(self) -> tuple[frozenset[Node], frozenset[Node]]:
        """Slots with one key take the same values."""
        return frozenset(self.inside), frozenset(self.outside)


def items(leaf: Leaf, find: Find, spend: Callable[[int], None]) -> Found:
    """A list that all constraints of the leaf hold of."""
    return _Search(leaf, find, spend).found()


class _Search:
    """The search for one list."""

    def __init__(self, leaf: Leaf, find: Find, spend: Callable[[int], None]):
        self._find, self._spend = find, spend
        self._low, self._high = sizes(leaf)
        self._wanted = [what for sign, what in leaf if sign and isinstance(what, Items)]
        self._broken = [what for sign, what in leaf if not sign and isinstance(what, Items)]
        self._is_unique = any(sign and isinstance(what, Unique) for sign, what in leaf)
        self._has_twins = any(not sign and isinstance(what, Unique) for sign, what in leaf)
        self._refused = [
            value
            for sign, what in leaf
            if isinstance(what, Choice) and not sign
            for value in what.values
            if isinstance(value, list)
        ]

    def found(self) -> Found:
        if self._high is not None and self._high < self._low:
            return Lack.NONE
        if self._low > _LONGEST:
            return Lack.UNKNOWN
        lack = Lack.NONE
        for breaks in self._places():
            found = self._with(breaks)
            if isinstance(found, Instance):
                return found
            lack = Lack.UNKNOWN if found is Lack.UNKNOWN else lack
        return lack

    def _places(self) -> Iterator[tuple[int, ...]]:
        """Where an item may be wrong for each constraint that must not hold, then which two are equal."""
        # Positions after all of `first` are alike: one for each constraint is enough, and two for twins.
        longest = max((len(what.first) for what in (*self._wanted, *self._broken)), default=0)
        spots = range(longest + len(self._broken) + 2 * self._has_twins)
        per_constraint = [[i for i in spots if what.at(i).literals] for what in self._broken]
        twins = [spots, spots] if self._has_twins else []
        for places in product(*per_constraint, *twins):
            self._spend(1 + len(places))
            if not twins or places[-2] < places[-1]:
                yield places

    def _with(self, places: tuple[int, ...]) -> Found:
        length = max((self._low, *(place + 1 for place in places)))
        if self._high is not None and length > self._high:
            return Lack.NONE
        twins = places[-2:] if self._has_twins else ()
        found = self._filled(self._slots(length, places), twins)
        if not isinstance(found, Instance) or not self._is_refused(found.value):
            return found
        return self._other(length, places, twins)

    def _slots(self, length: int, places: tuple[int, ...]) -> list[_Slot]:
        self._spend(length)
        broken: dict[int, list[Node]] = {}
        for place, what in zip(places, self._broken, strict=False):
            broken.setdefault(place, []).append(what.at(place))
        return [
            _Slot(
                inside=tuple(dict.fromkeys(what.at(index) for what in self._wanted)),
                outside=tuple(dict.fromkeys(broken.get(index, []))),
            )
            for index in range(length)
        ]

    def _filled(self, slots: list[_Slot], twins: tuple[int, ...]) -> Found:
        if twins:
            first, second = (slots[place] for place in twins)
            both = _Slot(inside=first.inside + second.inside, outside=first.outside + second.outside)
            slots = [both if index in twins else slot for index, slot in enumerate(slots)]
        values: list[Value] = []
        lack = Lack.NONE
        for slot in slots:
            found = self._find(slot.inside, slot.outside)
            if found is Lack.NONE:
                return Lack.NONE
            if isinstance(found, Instance):
                values.append(found.value)
            else:
                lack = Lack.UNKNOWN
        if lack is Lack.UNKNOWN:
            return lack
        return self._all_different(slots) if self._is_unique else Instance(values)

    def _all_different(self, slots: list[_Slot]) -> Found:
        # Those with least to choose from first would be better; the given order does for what people write.
        values: list[Value] = []
        for slot in slots:
            taken = (Node((choice(values),)),) if values else ()
            found = self._find(slot.inside, (*slot.outside, *taken))
            if not isinstance(found, Instance):
                is_sure = found is Lack.NONE and len({one.key for one in slots}) == 1
                return Lack.NONE if is_sure else Lack.UNKNOWN
            values.append(found.value)
        return Instance(values)

    def _is_refused(self, value: Value) -> bool:
        key = canonical_json(value)
        return any(canonical_json(one) == key for one in self._refused)

    def _other(self, length: int, places: tuple[int, ...], twins: tuple[int, ...]) -> Found:
        """Another list than those that are refused: with another item somewhere, or longer."""
        longest = length + len(self._refused)
        longest = longest if self._high is None else min(longest, self._high)
        for size in range(length, longest + 1):
            for slots in self._variants(size, places):
                found = self._filled(slots, twins)
                if isinstance(found, Instance) and not self._is_refused(found.value):
                    return found
        return Lack.NONE if self._high == 0 else Lack.UNKNOWN

    def _variants(self, length: int, places: tuple[int, ...]) -> Iterator[list[_Slot]]:
        """The slots, then once for each with what refused lists have there ruled out."""
        slots = self._slots(length, places)
        yield slots
        for index in range(length):
            taken = [one[index] for one in self._refused if len(one) > index]
            other = _Slot(inside=slots[index].inside, outside=(*slots[index].outside, Node((choice(taken),))))
            yield [*slots[:index], other, *slots[index + 1 :]]
