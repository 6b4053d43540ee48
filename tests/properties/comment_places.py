"""The pointer of each comment in a text in the canonical layout, found by PyYAML's nodes and by columns."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import yaml

from plmctl.core.value import Pointer

_COMMENT = re.compile(r"# c[0-9]+;.*")


class Place(NamedTuple):
    """Where a key or a dash stands: line and column, from 0."""

    line: int
    column: int
    pointer: Pointer


def comment_places(text: str) -> list[tuple[Pointer, str]]:
    """The comments that the tests write, `# c1;`, each with its pointer."""
    lines = text.split("\n")
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    entries = sorted(_entries(root, (), lines), key=lambda place: place[:2])
    found = []
    for number, line in enumerate(lines):
        for comment in _COMMENT.finditer(line):
            is_alone = not line[: comment.start()].strip()
            pointer = (
                _alone(number, comment.start(), entries, lines)
                if is_alone
                else _behind(number, comment.start(), entries)
            )
            found.append((pointer, comment[0].rstrip()))
    return found


def _behind(line: int, column: int, entries: list[Place]) -> Pointer:
    """The last entry that begins before a place on its line."""
    return [entry for entry in entries if entry.line == line and entry.column < column][-1].pointer


def _alone(line: int, column: int, entries: list[Place], lines: list[str]) -> Pointer:
    before = [entry for entry in entries if entry.line < line]
    after = [entry for entry in entries if entry.line > line]
    if not before:
        return () if "" in lines[line : after[0].line] else after[0].pointer
    # The first entry of the next line with one is further right where that line begins with more dashes.
    if after and after[0].column >= column:
        return after[0].pointer
    last = before[-1].pointer
    around = (last[:length] for length in range(len(last)))
    columns = {entry.pointer[:-1]: entry.column for entry in before}
    return next(pointer for pointer in around if columns[pointer] == column)


def _entries(node: yaml.Node | None, pointer: Pointer, lines: list[str]) -> Iterator[Place]:
    """Each key and each dash that is not in brackets."""
    if isinstance(node, yaml.MappingNode) and not node.flow_style:
        for key, value in node.value:
            child = (*pointer, key.value)
            yield Place(key.start_mark.line, key.start_mark.column, child)
            yield from _entries(value, child, lines)
    elif isinstance(node, yaml.SequenceNode) and not node.flow_style:
        line, column = node.start_mark.line, node.start_mark.column
        for index, item in enumerate(node.value):
            child = (*pointer, index)
            yield Place(line, column, child)
            yield from _entries(item, child, lines)
            # What belongs to an item stands further right than its dash.
            line = next((n for n in range(line + 1, len(lines)) if lines[n][: column + 1].strip() == "-"), -1)
