"""The alternatives that schemas leave open, taken apart until only constraints of one JSON type are left."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations

from plmctl.core.sets.literal import AnyOf, Choice, Formula, Node, OneOf, Types, type_of

Alternative = tuple[Formula, ...]
Leaf = tuple[Formula, ...]
"""Constraints of one type, which hold together or not at all."""


def leaves(kind: str, formulas: Iterable[Formula], spend: Callable[[int], None]) -> Iterator[Leaf]:
    """Every way to make the formulas true with a value of one type; together they are all such values."""
    return _Branch(kind, spend).leaves(tuple(formulas), {}, ())


class _Branch:
    """What is left to be decided for one type."""

    def __init__(self, kind: str, spend: Callable[[int], None]):
        self._kind = kind
        self._spend = spend

    def leaves(
        self, formulas: Alternative, known: dict[Formula, None], open_: tuple[tuple[Alternative, ...], ...]
    ) -> Iterator[Leaf]:
        known, waiting = dict(known), list(open_)
        self._spend(1 + len(known) + len(formulas))
        agenda: list[Formula] = list(formulas)
        while agenda or waiting:
            if not self._taken_in(deque(agenda), known, waiting):
                return
            agenda = []
            waiting = [left for one in waiting if (left := self._left(one, known)) != ((),)]
            if any(not one for one in waiting):
                return
            single = next((one for one in waiting if len(one) == 1), None)
            if single is None and waiting:
                yield from self._branches(waiting, known)
                return
            if single is not None:
                waiting.remove(single)
                agenda = list(single[0])
        yield tuple(known)

    def _branches(self, waiting: list[tuple[Alternative, ...]], known: dict[Formula, None]) -> Iterator[Leaf]:
        smallest = min(waiting, key=len)
        others = tuple(one for one in waiting if one is not smallest)
        for alternative in smallest:
            yield from self.leaves(alternative, known, others)

    def _taken_in(
        self, agenda: deque[Formula], known: dict[Formula, None], waiting: list[tuple[Alternative, ...]]
    ) -> bool:
        """Makes formulas known, and what they come to; False when they cannot hold together."""
        while agenda:
            sign, what = formula = agenda.popleft()
            truth = self._truth(formula)
            if truth is False or (not sign, what) in known:
                return False
            if truth or formula in known:
                continue
            known[formula] = None
            parts = _parts(formula)
            self._spend(len(parts))
            agenda.extend(parts)
            if alternatives := _alternatives(formula):
                self._spend(sum(len(one) for one in alternatives))
                waiting.append(alternatives)
        return True

    def _left(
        self, alternatives: tuple[Alternative, ...], known: dict[Formula, None]
    ) -> tuple[Alternative, ...]:
        """The alternatives that can still hold; the empty one alone where one of them holds already."""
        left: list[Alternative] = []
        for alternative in alternatives:
            undecided = tuple(f for f in alternative if f not in known and self._truth(f) is not True)
            if not undecided:
                return ((),)
            if all(
                (not sign, what) not in known and self._truth((sign, what)) is None
                for sign, what in undecided
            ):
                left.append(undecided)
        return tuple(left)

    def _truth(self, formula: Formula) -> bool | None:
        """Whether a formula holds for each value of the type, or for none."""
        sign, what = formula
        match what:
            case Node(literals):
                return sign if not literals else None
            case Types(names):
                if self._kind == "number" and "integer" in names:
                    return None
                return (self._kind in names) is sign
            case Choice(_, values):
                return None if any(type_of(value) == self._kind for value in values) else not sign
            case AnyOf() | OneOf():
                return None
            case _:
                return None if what.type == self._kind else sign


def _parts(formula: Formula) -> Alternative:
    """What has to hold besides."""
    match formula:
        case (True, Node(literals)):
            return tuple((True, literal) for literal in literals)
        case (False, AnyOf(nodes)):
            return tuple((False, node) for node in nodes)
        case _:
            return ()


def _alternatives(formula: Formula) -> tuple[Alternative, ...]:
    """Of which one has to hold."""
    match formula:
        case (False, Node(literals)):
            return tuple(((False, literal),) for literal in literals)
        case (True, AnyOf(nodes)):
            return tuple(((True, node),) for node in nodes)
        case (True, OneOf(nodes)):
            return tuple(_only(index, nodes) for index in range(len(nodes)))
        case (False, OneOf(nodes)):
            two = tuple(((True, one), (True, other)) for one, other in combinations(nodes, 2))
            return (tuple((False, node) for node in nodes), *two)
        case _:
            return ()


def _only(index: int, nodes: tuple[Node, ...]) -> Alternative:
    return tuple((position == index, node) for position, node in enumerate(nodes))
