"""The difference of two texts as `diff -u` writes it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import unified_diff

from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred

# What reading a file takes from its lines.
_APART = deferred("(\r|\ufeff)")
_NO_NEWLINE = "\\ No newline at end of file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """What is to change in a file: its path, and the lines of a unified diff."""

    path: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The whole, as `git apply` takes it."""
        return "".join(f"{line}\n" for line in self.lines)

    def masked(self, told: Mapping[str, str]) -> "Patch":
        """The patch with lines of the files as they may be told."""
        head, body = self.lines[:2], self.lines[2:]
        parts = ((line[:1], _APART.split(line[1:])) for line in body)
        shown = (sign + "".join(told.get(piece, piece) for piece in pieces) for sign, pieces in parts)
        return replace(self, lines=(*head, *shown))


def patch(path: str, before: str, after: str) -> Patch:
    """What changes a file from one text to another."""
    compared = unified_diff(_lines(before), _lines(after), f"a/{path}", f"b/{path}", lineterm="")
    return Patch(path=path, lines=tuple(_split(compared)))


def _lines(text: str) -> list[str]:
    """The lines of a text; one without a newline ends with a note that says so."""
    lines = text.split("\n")
    last = lines.pop()
    return [*lines, f"{last}\n{_NO_NEWLINE}"] if last else lines


def _split(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield from line.split("\n")
