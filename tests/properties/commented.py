"""The same value in YAML with comments in every position, each at a pointer that is known here."""

import json
import re
from collections import Counter
from dataclasses import dataclass
from random import Random

from plmctl.core.scalar import resolved
from plmctl.core.value import Pointer, Value

_WORDS = re.compile(r"\S+( \S+)+")
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_/.-]*")
_UNWRITABLE = re.compile("[\u2028\u2029\ufeff]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")

BEFORE, AFTER, HEADER, FLOW = "before the first key", "after the last key", "on a block header", "in a flow"
KEEPS_SPACES = "|2+"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A document, its comments by pointer, and how often what is hard is in it."""

    text: str
    comments: list[tuple[Pointer, str]]
    cases: Counter[str]


def commented(value: dict[str, Value], chance: Random) -> Written:
    """A YAML document that means the value, laid out and commented by chance."""
    writing = _Writing(chance)
    text = writing.document(value)
    return Written(text=text, comments=writing.comments, cases=writing.cases)


def _escaped(found: re.Match[str]) -> str:
    return f"\\U{ord(found[0]):08x}"


def _quoted(text: str) -> str:
    return _UNWRITABLE.sub(_escaped, json.dumps(text, ensure_ascii=False))


class _Writing:
    def __init__(self, chance: Random):
        self._chance = chance
        self.comments: list[tuple[Pointer, str]] = []
        self.cases: Counter[str] = Counter()

    def document(self, value: dict[str, Value]) -> str:
        lines = ["---"] if self._is(0.1) else []
        if self._is(0.4):
            self.cases[BEFORE] += 1
            lines += [self._comment(()), ""]
        lines += self._mapping(value, (), 0, is_shuffled=True)
        if self._is(0.4):
            self.cases[AFTER] += 1
            lines += [*self._blank(), self._comment(())]
        return "".join(f"{line}\n" for line in lines)

    def _is(self, share: float) -> bool:
        return self._chance.random() < share

    def _comment(self, pointer: Pointer) -> str:
        tail = self._chance.choice(("", " why", ': "not a text', " - {a: [b", " 😀 é", "#", " | >"))
        text = f"# c{len(self.comments)};{tail}"
        self.comments.append((pointer, text))
        return text

    def _blank(self) -> list[str]:
        return self._chance.choice(([], [], [], [""], ["", " "]))

    def _space(self) -> str:
        return self._chance.choice((" ", "  ", "\t"))

    def _behind(self, pointer: Pointer, share: float = 0.12) -> str:
        return f"{self._space()}{self._comment(pointer)}" if self._is(share) else ""

    def _mapping(
        self, value: dict[str, Value], pointer: Pointer, indent: int, *, is_shuffled: bool
    ) -> list[str]:
        keys = self._chance.sample(list(value), len(value)) if is_shuffled else list(value)
        lines: list[str] = []
        for key in keys:
            child = (*pointer, key)
            lines += self._above(child, indent, is_first=not lines and not pointer)
            lines += self._entry(f"{self._key(key)}:", value[key], child, indent)
        return lines + (self._below(pointer, indent) if pointer else [])

    def _sequence(self, value: list[Value], pointer: Pointer, indent: int, *, is_own: bool) -> list[str]:
        lines: list[str] = []
        for index, item in enumerate(value):
            child = (*pointer, index)
            lines += self._above(child, indent) + self._entry("-", item, child, indent)
        return lines + (self._below(pointer, indent) if is_own else [])

    def _above(self, pointer: Pointer, indent: int, *, is_first: bool = False) -> list[str]:
        if is_first and self._is(0.5):
            # Below a blank line it would not be the key's.
            self.cases[BEFORE] += 1
            return [self._comment(pointer)]
        if is_first or not self._is(0.12):
            return self._blank() if self._is(0.1) and not is_first else []
        margin = " " * self._chance.choice((indent, indent, indent, 0))
        return [*self._blank(), f"{margin}{self._comment(pointer)}", *self._blank()]

    def _below(self, pointer: Pointer, indent: int) -> list[str]:
        return [f"{' ' * indent}{self._comment(pointer)}"] if self._is(0.08) else []

    def _entry(self, head: str, value: Value, pointer: Pointer, indent: int) -> list[str]:
        margin = " " * indent
        if isinstance(value, dict | list):
            if not value or self._is(0.3):
                text = self._flow(value, pointer, f"\n{margin}   ")
                return f"{margin}{head} {text}{self._behind(pointer)}".split("\n")
            return self._collection(head, value, pointer, indent)
        if isinstance(value, str):
            block = self._block(value, pointer, indent) if self._is(0.6) else None
            if block:
                return [f"{margin}{head} {block[0]}", *block[1:]]
        return f"{margin}{head} {self._scalar(value, margin)}{self._behind(pointer)}".split("\n")

    def _collection(
        self, head: str, value: dict[str, Value] | list[Value], pointer: Pointer, indent: int
    ) -> list[str]:
        least = 0 if isinstance(value, list) and head != "-" else 1
        inner = indent + self._chance.choice((least, 2, 2, 4))
        # A tab behind a dash is no space to libyaml.
        behind = f" {self._comment(pointer)}" if self._is(0.12) else ""
        margin = " " * indent
        if isinstance(value, dict):
            lines = self._mapping(value, pointer, inner, is_shuffled=True)
        else:
            lines = self._sequence(value, pointer, inner, is_own=inner > indent)
        has_room = head == "-" and not behind and inner > indent + 1
        if has_room and not re.match(r" *(#|$)", lines[0]) and self._is(0.8):
            return [f"{margin}-{lines[0][indent + 1 :]}", *lines[1:]]
        return [f"{margin}{head}{behind}", *lines]

    def _flow(self, value: Value, pointer: Pointer, newline: str) -> str:
        if not isinstance(value, dict | list):
            return self._scalar(value, newline[1:])
        is_commented = self._is(0.2)
        brackets = "{}" if isinstance(value, dict) else "[]"
        parts = [brackets[0] + (self._flow_comment(pointer, newline) if is_commented else "")]
        members: list[tuple[str | int, Value]] = (
            list(value.items()) if isinstance(value, dict) else list(enumerate(value))
        )
        for number, (step, member) in enumerate(members, start=1):
            child = (*pointer, step)
            if is_commented and self._is(0.3):
                parts.append(f"{newline}{self._flow_line(child)}{newline}")
            text = self._flow(member, child, newline)
            parts.append(f"{self._key(step)}: {text}" if isinstance(step, str) else text)
            is_last = number == len(members)
            comment = self._flow_comment(child, newline) if is_commented else ""
            after = "," + self._chance.choice((" ", " ", "" if comment else newline)) if not is_last else ""
            parts.append(f"{comment}{after}" if self._is(0.5) else f"{after.rstrip(' ')}{comment} ")
        if is_commented and self._is(0.3):
            parts.append(f"{newline}{self._flow_line(pointer)}{newline}")
        return "".join(parts) + brackets[1]

    def _flow_line(self, pointer: Pointer) -> str:
        self.cases[FLOW] += 1
        return self._comment(pointer)

    def _flow_comment(self, pointer: Pointer, newline: str) -> str:
        """A comment behind something, and the line that it ends."""
        return f" {self._flow_line(pointer)}{newline}" if self._is(0.3) else ""

    def _key(self, key: str) -> str:
        is_plain = _PLAIN.fullmatch(key) and resolved(key) == key
        return key if is_plain and self._is(0.8) else _quoted(key)

    def _block(self, text: str, pointer: Pointer, indent: int) -> list[str] | None:
        """The header and the lines of a block scalar; None where the text cannot be one."""
        if not text.strip("\n\t ") or _UNWRITABLE.search(text):
            return None
        is_folded = _WORDS.fullmatch(text) is not None and self._is(0.5)
        step = self._chance.choice((1, 2, 2, 2, 4))
        newlines = len(text) - len(text.rstrip("\n"))
        hint = str(step) if text.lstrip("\n")[0] in " \t" else ""
        header = f"{'>' if is_folded else '|'}{hint}{'+' if newlines > 1 else '' if newlines else '-'}"
        lines = self._wrapped(text) if is_folded else text.removesuffix("\n").split("\n")
        self.cases[header] += 1
        behind = self._behind(pointer, 0.3)
        self.cases[HEADER] += bool(behind)
        margin = " " * (indent + step)
        blank = [""] if newlines < 2 and self._is(0.2) else []
        return [header + behind, *(f"{margin}{line}" if line else "" for line in lines), *blank]

    def _wrapped(self, text: str) -> list[str]:
        lines = [""]
        for word in text.split(" "):
            if lines[-1] and self._is(0.3):
                lines.append("")
            lines[-1] += f" {word}" if lines[-1] else word
        return lines

    def _scalar(self, value: Value, margin: str) -> str:
        if isinstance(value, str):
            return self._chance.choice(self._strings(value, margin))
        if value is None or isinstance(value, bool):
            word = json.dumps(value)
            return self._chance.choice((word, word.capitalize(), word.upper()))
        number = json.dumps(value)
        return self._chance.choice((number, f"+{number}") if not number.startswith("-") else (number,))

    def _strings(self, text: str, margin: str) -> list[str]:
        double = _quoted(text)
        ways = [double, _NOT_ASCII.sub(_escaped, double)]
        if text.isprintable():
            ways.append("'" + text.replace("'", "''") + "'")
        if _PLAIN.fullmatch(text) and resolved(text) == text:
            ways.append(text)
        if _WORDS.fullmatch(text) and "\\" not in double:
            ways.append(double.replace(" ", f"\n{margin} ", 1))
        return ways
