"""Whether some schemas accept a value that others refuse: the value, or that there is none."""

from collections.abc import Iterable

from plmctl.core.sets.branch import Leaf, leaves
from plmctl.core.sets.fields import fields
from plmctl.core.sets.holds import holds
from plmctl.core.sets.items import Nodes, items
from plmctl.core.sets.literal import TYPES, Choice, Found, Lack, Literal, Node, Pattern, Types, type_of
from plmctl.core.sets.numbers import number
from plmctl.core.sets.texts import text
from plmctl.core.value import Value
from plmctl.core.verdict import Instance

_BUDGET = 100_000
# To compile a pattern for the engine costs as much as so many constraints.
_HARD = 20
_TEXTS = (
    "",
    " ",
    "-",
    "a",
    "A",
    "0",
    "a b",
    "a-b",
    "a.b",
    "a_b",
    "a@b.c",
    "2027-01-01",
    "1.0.0",
    "é",
    "https://a.b/c",
)
"""Tried where a pattern is hard."""


class _Spent(Exception):
    """The search has cost what it may cost."""


class Search:
    """Searches that share a budget: what hostile schemas make expensive stays unknown."""

    def __init__(self, texts: Iterable[str]):
        self._texts = texts
        self._left = _BUDGET
        self._known: dict[tuple[frozenset[Node], frozenset[Node]], Found] = {}

    @property
    def is_spent(self) -> bool:
        """Whether nothing more is found out."""
        return self._left < 0

    def difference(self, inside: Node, outside: Node) -> Found:
        """A value that the one accepts and the other refuses."""
        try:
            return self._value((inside,), (outside,))
        except _Spent:
            return Lack.UNKNOWN

    def _spend(self, cost: int) -> None:
        self._left -= cost
        if self._left < 0:
            raise _Spent

    def _value(self, inside: Nodes, outside: Nodes) -> Found:
        key = frozenset(inside), frozenset(outside)
        if key[0] & key[1]:
            return Lack.NONE
        if key not in self._known:
            self._known[key] = self._of_any_type(inside, outside)
        return self._known[key]

    def _of_any_type(self, inside: Nodes, outside: Nodes) -> Found:
        formulas = (*((True, node) for node in inside), *((False, node) for node in outside))
        lack = Lack.NONE
        for kind in _kinds(inside):
            for leaf in leaves(kind, formulas, self._spend):
                found = self._of_leaf(kind, leaf)
                if isinstance(found, Instance):
                    return found
                lack = Lack.UNKNOWN if found is Lack.UNKNOWN else lack
        return lack

    def _of_leaf(self, kind: str, leaf: Leaf) -> Found:
        constraints = tuple((sign, what) for sign, what in leaf if not isinstance(what, Node))
        chosen = next((what for sign, what in constraints if sign and isinstance(what, Choice)), None)
        if chosen is not None:
            return self._among([v for v in chosen.values if type_of(v) == kind], constraints)
        match kind:
            case "string":
                found = text(leaf, self._spend)
                return self._tried(constraints) if found is Lack.UNKNOWN else found
            case "number":
                return number(leaf)
            case "array":
                return items(leaf, self._value, self._spend)
            case "object":
                return fields(leaf, self._value, self._spend)
            case _:
                return self._among([None] if kind == "null" else [True, False], constraints)

    def _among(self, values: list[Value], constraints: tuple[tuple[bool, Literal], ...]) -> Found:
        for value in values:
            self._spend(sum(_HARD if isinstance(what, Pattern) else 1 for _, what in constraints))
            if all(holds(what, value) is sign for sign, what in constraints):
                return Instance(value)
        return Lack.NONE

    def _tried(self, constraints: tuple[tuple[bool, Literal], ...]) -> Found:
        found = self._among([*self._texts, *_TEXTS], constraints)
        return found if isinstance(found, Instance) else Lack.UNKNOWN


def _kinds(inside: Nodes) -> list[str]:
    """The types that a value can be of: a quick look before alternatives are taken apart."""
    stated = [what.names for node in inside for what in node.literals if isinstance(what, Types)]
    return [kind for kind in TYPES if all(_has(names, kind) for names in stated)]


def _has(names: frozenset[str], kind: str) -> bool:
    return kind in names or (kind == "number" and "integer" in names)
