"""Documents of YAML as text, drawn by chance: every style, every form of a number, and what nearly is one.

A document is the same for the same seed. Most are YAML that everybody reads; some hold what our reader
refuses, and one in twelve was damaged at one place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from tests.properties.yaml_scalars import ESCAPES, NUMBERS, WORDS

_Item = TypeVar("_Item")
_PLAIN: Mapping[str, Sequence[str]] = {**NUMBERS, **WORDS}
# Not representable, and so refused.
_RARE = ("long digits", "beyond", "not finite")
_OFTEN = tuple(name for name in _PLAIN if name not in _RARE)
_SAFE_ESCAPES = ("simple escape", "hexadecimal escape", "unicode escape", "astral escape", "separator escape")
_SPECIAL: Sequence[str] = (
    *" \t\n:-?,[]{}#&*!|>'\"%@`~\\\u2028\u0085\ufeff\x00\r0a",
    ": ",
    "- ",
    " #",
    "{{",
    "---\n",
    "<<: ",
)
_DIGITS = "0123456789+-._eExXoObBaAfF:"
_DEEPEST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A document, and the names of what is hard in it."""

    data: bytes
    cases: frozenset[str]


def document(seed: int) -> Drawn:
    """The document of a seed."""
    drawing = _Drawing(Random(seed))
    data = drawing.whole()
    return Drawn(data=data, cases=frozenset(drawing.cases))


class _Drawing:
    """One document while it is written; `indent` is always that of the block which holds what is written."""

    def __init__(self, chance: Random):
        self.chance = chance
        self.cases: set[str] = set()

    def whole(self) -> bytes:
        text = self._around(self._block(0, 0))
        if self._once_in(12):
            text = self._damaged(text)
        if self._once_in(10):
            name, end = self._pick((("CRLF", "\r\n"), ("CR", "\r")))
            self.cases.add(name)
            text = text.replace("\r", "").replace("\n", end)
        if self._once_in(60, "byte order mark"):
            text = f"\ufeff{text}"
        return text.encode("utf-8", "surrogatepass")

    def _around(self, text: str) -> str:
        """A value, with what may stand before and after it."""
        if self._once_in(8, "document start"):
            text = self._pick(("---\n", "--- # c\n", "---   \n", "%YAML 1.2\n---\n", "# c\n\n---\n")) + text
        elif self._once_in(8, "comment before"):
            text = self._pick(("# c\n", "\n\n", "  # c\n\n", "#\n", "#c\n# d\n")) + text
        if self._once_in(12, "document end"):
            text += self._pick(("...\n", "... # c\n", "...\n# c\n"))
        elif self._once_in(10, "no final newline"):
            text = text.rstrip("\n")
        if self._once_in(100, "second document"):
            text += self._pick(("---\nb: 1\n", "...\n---\nb\n"))
        if self._once_in(100, "directive"):
            text = self._pick(("%YAML 1.1\n---\n", "%TAG ! tag:x,2000:\n---\n", "%OWN a\n---\n")) + text
        return text

    def _damaged(self, text: str) -> str:
        """A text with something more, less or else at one place."""
        self.cases.add("damaged")
        at = self.chance.randrange(len(text) + 1)
        return text[:at] + self._pick(("", *_SPECIAL)) + text[at + self.chance.randrange(2) :]

    def _block(self, indent: int, depth: int) -> str:
        """The lines of a value that begins a line."""
        kind = self.chance.randrange(10)
        if depth < _DEEPEST and kind < 5:
            return self._mapping(indent, depth)
        if depth < _DEEPEST and kind < 8:
            return self._sequence(indent, depth)
        return " " * indent + self._flat(indent, depth).lstrip(" ")

    def _mapping(self, indent: int, depth: int) -> str:
        lines: list[str] = []
        keys: list[str] = []
        for _ in range(self.chance.randint(1, 3)):
            key = self._key(indent, keys)
            keys.append(key)
            if self._once_in(15, "explicit key"):
                lines.append(f"{' ' * indent}?{self._gap()}{key}{self._tail()}")
                lines.append(f"{' ' * indent}:{self._after(indent, depth)}" if self._often() else "")
            else:
                blank = self._pick((" ", "  ", "\t")) if self._once_in(60, "blank before colon") else ""
                lines.append(f"{' ' * indent}{key}{blank}:{self._after(indent, depth)}")
            lines.append(self._between(indent))
        return "".join(lines)

    def _key(self, indent: int, keys: Sequence[str]) -> str:
        if keys and self._once_in(60, "key twice"):
            return self._pick(keys)
        if self._once_in(150, "merge key"):
            return "<<"
        if self._once_in(40, "odd key"):
            return self._one_line(indent)
        if self._once_in(150, "complex key"):
            return self._pick(("[a]", "{a: b}", "? a", "- a", "|\n  a\n"))
        key = self._pick(
            ("a", "b", "c", "long_key", "k-1", "\u00e9", "e\u0301", "x y", "a.b", "null1")
        ) + str(len(keys))
        quote = self._pick(("", "", "", "'", '"'))
        return f"{quote}{key}{quote}"

    def _sequence(self, indent: int, depth: int) -> str:
        lines = []
        for _ in range(self.chance.randint(1, 3)):
            if depth < _DEEPEST and self._once_in(5, "compact"):
                gap = " " * self.chance.randint(1, 3)
                below = self._block(indent + 1 + len(gap), depth + 1)
                lines.append(f"{' ' * indent}-{gap}{below.lstrip(' ')}")
            else:
                lines.append(f"{' ' * indent}-{self._after(indent, depth)}")
            lines.append(self._between(indent))
        return "".join(lines)

    def _after(self, indent: int, depth: int) -> str:
        """What stands after the colon of a key, or the dash of an item."""
        if depth >= _DEEPEST or self.chance.randrange(4):
            return self._flat(indent + 1, depth)
        if self._once_in(8, "same indent"):
            return f"{self._tail()}{self._sequence(indent, depth + 1)}"
        below = self._block(indent + self.chance.randint(1, 4), depth + 1)
        return f"{self._tail()}{self._between(indent)}{below}"

    def _flat(self, indent: int, depth: int) -> str:
        """A value that begins on this line, with the end of its last line."""
        if self._once_in(80):
            self.cases.add("property")
            word = self._pick(("&a x", "*a", "!!str 1", "!own x", "&a", "! 1", "!!int '1'", "&a [b]"))
            return f" {word}{self._tail()}"
        kind = self.chance.randrange(12)
        if kind < 2:
            return f"{self._gap()}{self._block_scalar(indent)}"
        if kind < 4:
            return f"{self._gap()}{self._flow(indent, depth)}{self._tail()}"
        if kind == 4:
            self.cases.add("nothing")
            return self._tail()
        if kind == 5 and self._once_in(2, "on the next line"):
            return f"{self._tail()}{' ' * (indent + 1)}{self._one_line(indent)}{self._tail()}"
        return f"{self._gap()}{self._scalar(indent)}{self._tail()}"

    def _scalar(self, indent: int) -> str:
        kind = self.chance.randrange(10)
        if kind < 6:
            return self._one_line(indent)
        self.cases.add("several lines")
        lines = [self._one_word() for _ in range(self.chance.randint(2, 4))]
        quote = self._pick(("", "'", '"'))
        breaks = (self._line_break(indent, quote) for _ in lines)
        text = "".join(f"{line}{end}" for line, end in zip(lines, breaks, strict=True))
        text = text if quote and self._often() else text.rstrip(" \t\n\\")
        return f"{quote}{text}{quote}"

    def _line_break(self, indent: int, quote: str) -> str:
        blanks = self._blank(("", "", " ")) + "\n"
        empty = self._pick(("", "", "\n", "  \n\n", self._blank("  ") + "\n"))
        margin = " " * self.chance.randint(indent, indent + 3) + self._blank(("", ""))
        escape = "\\" if quote == '"' and self._once_in(3, "escaped line break") else ""
        return f"{escape}{blanks if not escape else chr(10)}{empty}{margin}"

    def _one_word(self) -> str:
        return self._pick(("one", "two words", "3", "a:b", "x#y", "true", "\u00e9", "-a", "0x1F"))

    def _one_line(self, indent: int) -> str:
        kind = self.chance.randrange(10)
        if kind < 5:
            return self._plain()
        if kind == 5:
            self.cases.add("digits by chance")
            return "".join(self.chance.choices(_DIGITS, k=self.chance.randint(1, 8)))
        if kind < 8:
            self.cases.add("single quotes")
            return "'" + self._inside().replace("'", "''") + "'"
        self.cases.add("double quotes")
        return '"' + self._escaped() + '"'

    def _plain(self) -> str:
        name = self._pick(_RARE if self._once_in(30) else _OFTEN)
        self.cases.add(name)
        return self._pick(_PLAIN[name])

    def _inside(self) -> str:
        return self._pick(
            ("", " ", "  a ", "it's", "{{x}}", "a: b", "- a", "#", "\t", "\\n", self._plain(), "\u4f60")
        )

    def _escaped(self) -> str:
        parts = [self._inside().replace("\\", "\\\\").replace('"', '\\"')]
        for _ in range(self.chance.randint(0, 3)):
            name = self._pick(tuple(ESCAPES) if self._once_in(12) else _SAFE_ESCAPES)
            self.cases.add(name)
            parts.append(self._pick(ESCAPES[name]) + self._pick(("", "a", " ")))
        return "".join(parts)

    def _block_scalar(self, indent: int) -> str:
        style = self._pick("|>")
        self.cases.add({"|": "literal", ">": "folded"}[style])
        margin = max(indent, 1) + self.chance.randint(0, 3)
        says = ""
        lines = [self._line_of_block() for _ in range(self.chance.randint(0, 5))]
        if self._once_in(4, "indentation indicator"):
            says = str(self.chance.randint(1, 4))
            # Relative to the block that holds it, one less than the least that is inside it.
            margin = max(indent - 1, 0) + int(says)
        chomp = self._pick(("", "", "+", "-"))
        if chomp:
            self.cases.add({"+": "keep", "-": "strip"}[chomp])
        head = self._pick((f"{style}{says}{chomp}", f"{style}{chomp}{says}"))
        body = "".join(f"{' ' * margin}{line}\n" if line else self._blank_line(margin) for line in lines)
        return f"{head}{self._tail()}{body}{self._pick(('', '', chr(10), chr(10) * 2))}"

    def _line_of_block(self) -> str:
        return self._pick(
            (
                "text",
                "",
                "",
                "  more",
                "\ttab",
                "# no comment",
                "{{x}}",
                "a: b",
                "- a",
                "trailing  ",
                "\u00e9 '\"",
            )
        )

    def _blank_line(self, margin: int) -> str:
        return self._pick(
            ("\n", "\n", " " * margin + "\n", " " * (margin - 1) + "\n", " " * (margin + 2) + "\n")
        )

    def _flow(self, indent: int, depth: int) -> str:
        is_list = self._often()
        self.cases.add("flow list" if is_list else "flow mapping")
        items = []
        for number in range(self.chance.randint(0, 3)):
            value = self._in_flow(indent, depth)
            if not is_list or self._once_in(8, "pair in list"):
                value = self._pair(number, value)
            items.append(f"{self._space(indent)}{value}{self._space(indent)}")
        comma = "," if items and self._once_in(6, "final comma") else ""
        inside = ",".join(items) + comma
        return f"[{inside}]" if is_list else f"{{{inside}}}"

    def _pair(self, number: int, value: str) -> str:
        key = self._pick(("a", "b", "'c'", '"d"', "x y"))
        if key[0] not in "'\"":
            key += str(number)
        if self._once_in(12, "question mark in flow"):
            return f"? {key} : {value}"
        if self._once_in(12, "key alone in flow"):
            return key
        if key[0] in "'\"" and self._once_in(3, "colon at once"):
            return f"{key}:{value}"
        return f"{key}: {value}"

    def _in_flow(self, indent: int, depth: int) -> str:
        if depth < _DEEPEST and self._once_in(4):
            return self._flow(indent, depth + 1)
        return self._scalar(indent) if self._once_in(5) else self._one_line(indent)

    def _space(self, indent: int) -> str:
        if self._once_in(8, "line break in flow"):
            return self._pick(("", " # c")) + "\n" + " " * (indent + self.chance.randint(0, 3))
        return self._blank(("", "", " ", "  "))

    def _gap(self) -> str:
        return self._blank((" ", " ", "   "))

    def _tail(self) -> str:
        """The end of a line."""
        if self._once_in(10, "comment after"):
            return self._blank((" ", "  ")) + self._pick(("# c", "#", "# c: d", "#'")) + "\n"
        return self._blank(("", "", "", "", " ")) + "\n"

    def _between(self, indent: int) -> str:
        """What may stand between two entries."""
        if self.chance.randrange(8):
            return ""
        return self._pick(
            (
                "\n",
                "# c\n",
                f"{' ' * indent}# c\n",
                "\n\n",
                "   \n",
                "     # c\n",
                self._blank("  ") + "# c\n",
            )
        )

    def _blank(self, usual: Sequence[str]) -> str:
        """Blanks; sometimes a tab, which ruamel.yaml refuses in many places where YAML takes it."""
        return self._pick(("\t", " \t")) if self._once_in(250, "tab") else self._pick(usual)

    def _once_in(self, of: int, name: str = "") -> bool:
        """True so often; then something hard of this name is written."""
        is_so = self.chance.randrange(of) == 0
        if is_so and name:
            self.cases.add(name)
        return is_so

    def _often(self) -> bool:
        return self.chance.randrange(2) == 0

    def _pick(self, items: Sequence[_Item]) -> _Item:
        return self.chance.choice(items)
