"""A text for lengths, patterns and values that it must not be: a search through the product of automata."""

from collections.abc import Callable, Iterable, Iterator

from plmctl.core.dataclass import dataclass
from plmctl.core.sets.branch import Leaf
from plmctl.core.sets.literal import Choice, Found, Lack, Pattern
from plmctl.core.sets.numbers import sizes
from plmctl.core.sets.pattern import ANY, Automaton, Spans, TooHard, automaton
from plmctl.core.verdict import Instance

_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ -_.,:;/@"
_LONGEST = 200_000
# Each has to be made into an automaton, and all of them run side by side.
_MOST_PATTERNS = 16

State = tuple[tuple[frozenset[int], ...], str | None]
"""Where each automaton is; what was read while it may still become a refused text, None after that."""


def text(leaf: Leaf, spend: Callable[[int], None]) -> Found:
    """A text that all constraints of the leaf hold of."""
    low, high = sizes(leaf)
    if high is not None and high < low:
        return Lack.NONE
    if low > _LONGEST:
        return Lack.UNKNOWN
    unwanted = (value for s, what in leaf if isinstance(what, Choice) and not s for value in what.values)
    refused = frozenset(value for value in unwanted if isinstance(value, str))
    patterns = [(sign, what.text) for sign, what in leaf if isinstance(what, Pattern)]
    if not patterns:
        spend(low)
        return _plain(low, high, refused)
    if len(patterns) > _MOST_PATTERNS:
        return Lack.UNKNOWN
    try:
        machines = tuple((sign, automaton(pattern)) for sign, pattern in patterns)
    except TooHard:
        return Lack.UNKNOWN
    return _Product(machines, refused, spend).shortest(low, high)


def _plain(low: int, high: int | None, refused: frozenset[str]) -> Found:
    """A text without patterns: one letter is enough, and the last one another where a text is refused."""
    # A text that can be read is the better example; the empty one comes last.
    lengths = [length for length in (max(low, 1), low) if high is None or length <= high]
    for length in lengths:
        for letter in _different(len(refused)) if length else ("",):
            found = "a" * (length - 1) + letter
            if found not in refused:
                return Instance(found)
    return Lack.NONE


def _different(count: int) -> Iterator[str]:
    """More characters than the count."""
    yield from _LETTERS
    yield from (chr(0x4E00 + index) for index in range(count))


@dataclass(frozen=True, slots=True)
class _Product:
    """Automata that run side by side; each must find its pattern, or must not."""

    machines: tuple[tuple[bool, Automaton], ...]
    refused: frozenset[str]
    spend: Callable[[int], None]

    def shortest(self, low: int, high: int | None) -> Found:
        """The first of the shortest texts of these lengths."""
        alphabet = tuple(self._alphabet())
        self.spend(sum(len(word) ** 2 for word in self.refused) // 8)
        prefixes = {word[:length] for word in self.refused for length in range(len(word) + 1)}
        layer: dict[State, str] = {(tuple(m.first() for _, m in self.machines), "" if prefixes else None): ""}
        seen: set[State] = set()
        for length in range(high + 1 if high is not None else _LONGEST):
            if length >= low:
                found = next((word for state, word in layer.items() if self._is_right(state, length)), None)
                if found is not None:
                    return Instance(found)
                layer = {state: word for state, word in layer.items() if state not in seen}
                seen.update(layer)
            if not layer:
                return Lack.NONE
            layer = self._next(layer, alphabet, prefixes)
        return Lack.NONE if high is not None else Lack.UNKNOWN

    def _next(self, layer: dict[State, str], alphabet: Iterable[str], prefixes: set[str]) -> dict[State, str]:
        following: dict[State, str] = {}
        for (states, read), word in layer.items():
            for letter in alphabet:
                self.spend(1 + sum(len(one) for one in states) // 4 + len(word) // 256)
                after = tuple(
                    m.after(one, ord(letter)) for (_, m), one in zip(self.machines, states, strict=True)
                )
                now = None if read is None else read + letter
                following.setdefault((after, now if now in prefixes else None), word + letter)
        return following

    def _is_right(self, state: State, length: int) -> bool:
        states, read = state
        if read in self.refused:
            return False
        return all(
            m.is_found(one, length == 0) is wanted
            for (wanted, m), one in zip(self.machines, states, strict=True)
        )

    def _alphabet(self) -> Iterator[str]:
        """A character of each kind that some automaton tells from the others."""
        sets = {spans for _, m in self.machines for edges in m.edges for spans, _ in edges}
        sets |= {((ord(c), ord(c)),) for word in self.refused for c in word} | {ANY}
        known: set[frozenset[Spans]] = set()
        for character in self._samples(sets):
            self.spend(len(sets) // 8)
            kind = frozenset(s for s in sets if any(low <= character <= high for low, high in s))
            if kind and kind not in known:
                known.add(kind)
                yield chr(character)

    def _samples(self, sets: Iterable[Spans]) -> Iterator[int]:
        yield from (ord(letter) for letter in _LETTERS)
        edges = {edge for spans in sets for low, high in spans for edge in (low, high + 1)}
        yield from sorted(edge for edge in edges if edge <= ANY[-1][1])
