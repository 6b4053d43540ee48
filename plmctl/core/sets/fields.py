"""An object for constraints on objects: its fields are searched for one by one."""

from collections.abc import Callable, Iterator
from itertools import count, product

from plmctl.core.canonical import canonical_json
from plmctl.core.sets.branch import Leaf
from plmctl.core.sets.items import Find, Nodes
from plmctl.core.sets.literal import Choice, Fields, Found, Lack, Node, Required, choice
from plmctl.core.sets.numbers import sizes
from plmctl.core.value import Value
from plmctl.core.verdict import Instance

_LARGEST = 2_000


def fields(leaf: Leaf, find: Find, spend: Callable[[int], None]) -> Found:
    """An object that all constraints of the leaf hold of."""
    return _Search(leaf, find, spend).found()


class _Search:
    """The search for one object."""

    def __init__(self, leaf: Leaf, find: Find, spend: Callable[[int], None]):
        self._find, self._spend = find, spend
        self._low, self._high = sizes(leaf)
        self._wanted = [what for sign, what in leaf if sign and isinstance(what, Fields)]
        self._broken = [what for sign, what in leaf if not sign and isinstance(what, Fields)]
        self._present = [what.name for sign, what in leaf if sign and isinstance(what, Required)]
        self._absent = {what.name for sign, what in leaf if not sign and isinstance(what, Required)}
        self._refused = [
            value
            for sign, what in leaf
            if isinstance(what, Choice) and not sign
            for value in what.values
            if isinstance(value, dict)
        ]
        named = (name for what in (*self._wanted, *self._broken) for name, _ in what.named)
        self._names = dict.fromkeys((*self._present, *named, *sorted(self._absent)))
        self._by_name = [(dict(what.named), what.rest) for what in self._wanted]

    def found(self) -> Found:
        if self._high is not None and self._high < self._low:
            return Lack.NONE
        if max(self._low, len(self._present)) > _LARGEST:
            return Lack.UNKNOWN
        lack = Lack.NONE
        for places in self._places():
            found = self._with(places)
            if isinstance(found, Instance):
                return found
            lack = Lack.UNKNOWN if found is Lack.UNKNOWN else lack
        return lack

    def _places(self) -> Iterator[tuple[str, ...]]:
        """Which field may be wrong for each constraint that must not hold."""
        # Fields without a name in any schema are alike: one for each constraint is enough.
        others = self._others(len(self._broken))
        names = [name for name in (*self._names, *others) if name not in self._absent]
        per_constraint = [[name for name in names if what.at(name).literals] for what in self._broken]
        for places in product(*per_constraint):
            self._spend(1 + len(places))
            yield places

    def _others(self, wanted: int) -> list[str]:
        """Names that no schema has."""
        taken = {*self._names, *(name for value in self._refused for name in value)}
        names = (f"other{number}" if number > 1 else "other" for number in count(1))
        found: list[str] = []
        while len(found) < wanted:
            name = next(names)
            if name not in taken:
                found.append(name)
        return found

    def _inside(self, name: str) -> Nodes:
        return tuple(dict.fromkeys(named.get(name, rest) for named, rest in self._by_name))

    def _with(self, places: tuple[str, ...]) -> Found:
        broken: dict[str, list[Node]] = {}
        for place, what in zip(places, self._broken, strict=True):
            broken.setdefault(place, []).append(what.at(place))
        names = dict.fromkeys((*self._present, *places))
        self._spend(len(names))
        if self._absent & names.keys() or (self._high is not None and len(names) > self._high):
            return Lack.NONE
        values: dict[str, Value] = {}
        lack = Lack.NONE
        for name in names:
            found = self._find(self._inside(name), tuple(broken.get(name, ())))
            if found is Lack.NONE:
                return Lack.NONE
            if isinstance(found, Instance):
                values[name] = found.value
            else:
                lack = Lack.UNKNOWN
        return lack if lack is Lack.UNKNOWN else self._filled(values, broken)

    def _filled(self, values: dict[str, Value], broken: dict[str, list[Node]]) -> Found:
        """The object with as many more fields as it must have."""
        lack = Lack.NONE
        for name in self._more(values):
            if len(values) >= self._low:
                break
            self._spend(1)
            found = self._find(self._inside(name), ())
            if isinstance(found, Instance):
                values[name] = found.value
            else:
                lack = Lack.UNKNOWN if found is Lack.UNKNOWN else lack
        if len(values) < self._low:
            return lack
        return self._other(values, broken) if self._is_refused(values) else Instance(values)

    def _more(self, values: dict[str, Value]) -> Iterator[str]:
        """Optional fields, those without a name in any schema last."""
        yield from (name for name in self._names if name not in values and name not in self._absent)
        # Such fields may be called alike in the object already.
        others = self._others(self._low + len(values) + 1)
        yield from (name for name in others if name not in values)

    def _is_refused(self, value: Value) -> bool:
        key = canonical_json(value)
        return any(canonical_json(one) == key for one in self._refused)

    def _other(self, values: dict[str, Value], broken: dict[str, list[Node]]) -> Found:
        """Another object than those that are refused: with one more field, or another value in one."""
        if self._high is None or len(values) < self._high:
            for name in self._more(values):
                found = self._find(self._inside(name), ())
                if isinstance(found, Instance) and not self._is_refused({**values, name: found.value}):
                    return Instance({**values, name: found.value})
        for name in values:
            taken = Node((choice([one[name] for one in self._refused if name in one]),))
            found = self._find(self._inside(name), (*broken.get(name, ()), taken))
            if isinstance(found, Instance):
                return Instance({**values, name: found.value})
        return Lack.NONE if not values and self._high == 0 else Lack.UNKNOWN
