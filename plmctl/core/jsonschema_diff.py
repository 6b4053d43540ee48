"""Two JSON Schemas compared by what they accept."""

from collections import deque

from plmctl.core.instance import between
from plmctl.core.sets.compiled import Compiler, Incomparable
from plmctl.core.sets.literal import Found, Lack, Node
from plmctl.core.sets.search import Search
from plmctl.core.value import Value
from plmctl.core.verdict import SAME, UNKNOWN, Instance, Verdict


def compared(old: Value, new: Value) -> Verdict:
    """What becomes of the set of accepted values; values that show it are confirmed by the engine."""
    return Comparison().verdict(old, new)


class Comparison:
    """Comparisons that share a budget, as those of all fields of one schema do."""

    def __init__(self) -> None:
        self._compiler = Compiler()
        self._search = Search(self._compiler.texts)
        self._wholes: deque[tuple[Value, Node]] = deque(maxlen=2)

    def verdict(self, old: Value, new: Value) -> Verdict:
        """What becomes of the set of accepted values."""
        return self.of_part(old, new, old, new)

    def of_part(self, old: Value, new: Value, old_part: Value, new_part: Value) -> Verdict:
        """The same as far as only a part of each schema is looked at, which accepts more than the whole."""
        if self._search.is_spent:
            return UNKNOWN
        try:
            older, newer = self._node(old), self._node(new)
            older_part = older if old_part is old else self._compiler.node(old_part)
            newer_part = newer if new_part is new else self._compiler.node(new_part)
        except Incomparable:
            return UNKNOWN
        narrowed = self._confirmed(self._search.difference(older, newer_part), old, new)
        widened = self._confirmed(self._search.difference(newer, older_part), new, old)
        if narrowed is Lack.NONE and widened is Lack.NONE:
            return SAME
        return Verdict(
            refused=narrowed if isinstance(narrowed, Instance) else None,
            accepted=widened if isinstance(widened, Instance) else None,
            is_narrowed=narrowed is not Lack.NONE,
            is_widened=widened is not Lack.NONE,
        )

    def _node(self, schema: Value) -> Node:
        # One part after another is asked for of the same two schemas.
        known = next((node for whole, node in self._wholes if whole is schema), None)
        if known is None:
            known = self._compiler.node(schema)
            self._wholes.append((schema, known))
        return known

    def _confirmed(self, found: Found, inside: Value, outside: Value) -> Found:
        """What was found, if the engine says the same of it."""
        if isinstance(found, Instance) and not between(inside, outside)(found.value):
            return Lack.UNKNOWN
        return found
