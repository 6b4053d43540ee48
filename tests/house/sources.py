"""The project's own Python files, as the tests about the house see them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.programs import REPOSITORY


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One Python file: its path from the repository's top, its text, its syntax tree."""

    path: str
    text: str
    tree: ast.Module


def sources(*folders: str) -> tuple[Source, ...]:
    """Every Python file below the folders, sorted by path."""
    found = (path for folder in folders for path in (REPOSITORY / folder).rglob("*.py"))
    return tuple(_source(path) for path in sorted(found))


def imported(source: Source) -> Iterator[tuple[int, str]]:
    """Line and full name of everything that a file imports, wherever in the file."""
    for node in ast.walk(source.tree):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, alias.name) for alias in names)
            case ast.ImportFrom(module=str(module), names=names):
                yield from ((node.lineno, f"{module}.{alias.name}") for alias in names)


@cache
def _source(path: Path) -> Source:
    text = path.read_text(encoding="utf-8")
    return Source(path=path.relative_to(REPOSITORY).as_posix(), text=text, tree=ast.parse(text))
