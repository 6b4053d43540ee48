"""Regular expressions as the engine takes them (Rust's regex, ECMA's classes), made into automata."""

from dataclasses import field

from plmctl.core.dataclass import dataclass

Spans = tuple[tuple[int, int], ...]
"""A set of characters: code points from and to, both in it, in order."""

_LAST = 0x10FFFF
_MOST_STATES = 1_500
_DIGIT: Spans = ((48, 57),)
_WORD: Spans = ((48, 57), (65, 90), (95, 95), (97, 122))
_BLANKS = (
    9,
    10,
    11,
    12,
    13,
    32,
    0xA0,
    0x1680,
    *range(0x2000, 0x200B),
    0x2028,
    0x2029,
    0x202F,
    0x205F,
    0x3000,
)
_SPACE: Spans = tuple((blank, blank) for blank in (*_BLANKS, 0xFEFF))
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v"}
_CLASSES = {"d": _DIGIT, "w": _WORD, "s": _SPACE}
_HEX_DIGITS = {"x": 2, "u": 4}


class TooHard(Exception):
    """A regular expression that is not compared: word boundaries, flags, Unicode classes, many states."""


def union(*sets: Spans) -> Spans:
    """The characters that are in one of the sets."""
    found: list[tuple[int, int]] = []
    for low, high in sorted(span for spans in sets for span in spans):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return tuple(found)


def complement(spans: Spans) -> Spans:
    """The characters that are not in the set; halves of a pair are none."""
    found, start = [], 0
    for low, high in (*union(spans, ((0xD800, 0xDFFF),)), (_LAST + 1, _LAST + 1)):
        if low > start:
            found.append((start, low - 1))
        start = high + 1
    return tuple(found)


ANY: Spans = complement(())
_NOT_LINE_END = complement(tuple((ord(end), ord(end)) for end in "\n\r\u2028\u2029"))


@dataclass(slots=True)
class Automaton:
    """A nondeterministic one that finds its pattern anywhere in a text.

    An edge takes a character of a set; a free edge takes none, and one that is `^` or `$` only stands there.
    """

    edges: list[list[tuple[Spans, int]]] = field(default_factory=list)
    free: list[list[tuple[str, int]]] = field(default_factory=list)
    start: int = 0
    end: int = 0

    def state(self) -> int:
        """A new state."""
        if len(self.edges) >= _MOST_STATES:
            raise TooHard
        self.edges.append([])
        self.free.append([])
        return len(self.edges) - 1

    def closed(self, states: frozenset[int], marks: str) -> frozenset[int]:
        """The states that free edges lead to, those with one of the marks too."""
        found, waiting = set(states), list(states)
        while waiting:
            for mark, target in self.free[waiting.pop()]:
                if target not in found and mark in marks:
                    found.add(target)
                    waiting.append(target)
        return frozenset(found)

    def first(self) -> frozenset[int]:
        """The states before the first character."""
        return self.closed(frozenset({self.start}), "^")

    def after(self, states: frozenset[int], character: int) -> frozenset[int]:
        """The states after a character."""
        targets = (
            target
            for state in states
            for spans, target in self.edges[state]
            if any(low <= character <= high for low, high in spans)
        )
        return self.closed(frozenset(targets), "")

    def is_found(self, states: frozenset[int], is_first: bool) -> bool:
        """Whether the pattern is in a text that ends here."""
        return self.end in self.closed(states, "^$" if is_first else "$")


def automaton(pattern: str) -> Automaton:
    """The automaton of a pattern that the engine takes; raises TooHard."""
    made = Automaton()
    made.start, made.end = made.state(), made.state()
    made.edges[made.start].append((ANY, made.start))
    made.edges[made.end].append((ANY, made.end))
    reader = _Reader(pattern, made)
    start, end = reader.alternatives()
    if reader.rest:
        raise TooHard
    made.free[made.start].append(("", start))
    made.free[end].append(("", made.end))
    return made


Piece = tuple[int, int]
"""Part of an automaton: its first state and its last."""


class _Reader:
    """Reads a pattern from left to right; a part that repeats is read again for each time."""

    def __init__(self, text: str, made: Automaton):
        self._text = text
        self._at = 0
        self._made = made

    @property
    def rest(self) -> str:
        """What is not read yet."""
        return self._text[self._at :]

    def _take(self, words: str) -> bool:
        if not self._text.startswith(words, self._at):
            return False
        self._at += len(words)
        return True

    def _next(self) -> str:
        if self._at >= len(self._text):
            raise TooHard
        self._at += 1
        return self._text[self._at - 1]

    def _edge(self, spans: Spans) -> Piece:
        start, end = self._made.state(), self._made.state()
        self._made.edges[start].append((spans, end))
        return start, end

    def _joined(self, source: int, target: int, mark: str = "") -> None:
        self._made.free[source].append((mark, target))

    def alternatives(self) -> Piece:
        start, end = self._made.state(), self._made.state()
        while True:
            first, last = self._sequence()
            self._joined(start, first)
            self._joined(last, end)
            if not self._take("|"):
                return start, end

    def _sequence(self) -> Piece:
        start = end = self._made.state()
        while self.rest and self.rest[0] not in "|)":
            first, last = self._repeated(self._at)
            self._joined(end, first)
            end = last
        return start, end

    def _repeated(self, begin: int) -> Piece:
        """A part, with all quantifiers after it."""
        piece = self._atom()
        while True:
            after_part = self._at
            low, high = self._quantifier()
            if (low, high) == (1, 1) and self._at == after_part:
                return piece
            copies = [piece]
            while len(copies) < max(low, high or 0):
                copies.append(self._copy(begin, after_part))
            piece = self._chain(copies, low, high)

    def _copy(self, begin: int, end: int) -> Piece:
        """The same part again, from its text, with the quantifiers that belong to it."""
        copy = _Reader(self._text[:end], self._made)
        copy._at = begin
        return copy._repeated(begin)

    def _quantifier(self) -> tuple[int, int | None]:
        for sign, least, most in (("*", 0, None), ("+", 1, None), ("?", 0, 1)):
            if self._take(sign):
                self._take("?")
                return least, most
        if self._take("{"):
            body = self._until("}")
            least_text, comma, most_text = body.partition(",")
            if not least_text.isdecimal() or (most_text and not most_text.isdecimal()):
                raise TooHard
            self._take("?")
            low = int(least_text)
            return low, int(most_text) if most_text else None if comma else low
        return 1, 1

    def _until(self, end: str) -> str:
        body, found, _ = self.rest.partition(end)
        if not found:
            raise TooHard
        self._at += len(body) + len(end)
        return body

    def _chain(self, copies: list[Piece], low: int, high: int | None) -> Piece:
        start = end = self._made.state()
        out = self._made.state()
        for index, (first, last) in enumerate(copies):
            if index >= low:
                self._joined(end, out)
            if high == 0:
                break
            self._joined(end, first)
            end = last
        self._joined(end, out)
        if high is None:
            self._joined(copies[-1][1], copies[-1][0])
        return start, out

    def _atom(self) -> Piece:
        character = self._next()
        match character:
            case "(":
                return self._group()
            case "[":
                return self._edge(self._class())
            case ".":
                return self._edge(_NOT_LINE_END)
            case "^" | "$":
                start, end = self._made.state(), self._made.state()
                self._joined(start, end, character)
                return start, end
            case "\\":
                return self._edge(self._escape())
            case "*" | "+" | "?" | "{":
                raise TooHard
            case _:
                return self._edge(((ord(character), ord(character)),))

    def _group(self) -> Piece:
        if self._take("?P<") or self._take("?<"):
            self._until(">")
        elif not self._take("?:") and self.rest.startswith("?"):
            raise TooHard
        piece = self.alternatives()
        if not self._take(")"):
            raise TooHard
        return piece

    def _escape(self) -> Spans:
        letter = self._next()
        if letter in _CLASSES:
            return _CLASSES[letter]
        if letter.lower() in _CLASSES:
            return complement(_CLASSES[letter.lower()])
        code = ord(_CONTROLS.get(letter, letter))
        if letter in _HEX_DIGITS:
            code = self._hexadecimal(_HEX_DIGITS[letter])
        elif letter.isalnum() and letter not in _CONTROLS:
            raise TooHard
        return ((code, code),)

    def _hexadecimal(self, count: int) -> int:
        digits = self._until("}") if self._take("{") else "".join(self._next() for _ in range(count))
        try:
            return int(digits, 16)
        except ValueError:
            raise TooHard from None

    def _class(self) -> Spans:
        is_negated, found, is_first = self._take("^"), [], True
        while is_first or not self._take("]"):
            found.append(self._range())
            is_first = False
        spans = union(*found)
        return complement(spans) if is_negated else spans

    def _range(self) -> Spans:
        low = self._member()
        rest = self.rest
        if not rest.startswith("-") or rest.startswith("-]"):
            return low
        self._take("-")
        high = self._member()
        if len(low) > 1 or len(high) > 1 or low[0][0] != low[0][1] or high[0][0] != high[0][1]:
            raise TooHard
        return ((low[0][0], high[0][1]),)

    def _member(self) -> Spans:
        character = self._next()
        if character == "\\":
            return self._escape()
        # Rust has sets inside sets, and operators between them.
        if character == "[" or (self.rest.startswith(character) and character in "&~-"):
            raise TooHard
        return ((ord(character), ord(character)),)
