"""Commands of plmctl, wherever the project's files show one to a reader."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.house.sources import sources
from tests.programs import REPOSITORY

PAGES = ("*.md", "docs/*.md", "example-registry/**/*.md", "examples/**/*.md", "plmctl/starter/**/*.md")
_TEXTS = (
    ".pre-commit-hooks.yaml",
    "example-registry/demo",
    "example-registry/**/*.yaml",
    "plmctl/starter/**/*",
    "schemas/*.json",
)
_QUOTED = re.compile(r"(?P<quote>[`'\"])plmctl (?P<rest>(?:(?!(?P=quote))[^\n])+)(?P=quote)")
_FENCE = re.compile(r"^```\w*\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_TYPED = re.compile(r"^(?:\$ |next: )?plmctl (?P<rest>.+)$", re.MULTILINE)
_RUN = re.compile(r"^\s*(?:run|refused|entry:) plmctl (?P<rest>.+)$", re.MULTILINE)
_EXAMPLE = re.compile(r"^  plmctl (?P<rest>.+)$", re.MULTILINE)
_END = re.compile(r"\s(?:&&|\|\|?|;|#|\d?>)|\s{3,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A command that is shown to a reader, without the word plmctl, and where."""

    place: str
    command: str


def pages() -> tuple[Path, ...]:
    """The Markdown files of the project that are for readers, sorted."""
    return tuple(sorted({path for pattern in PAGES for path in REPOSITORY.glob(pattern)}))


def mentions() -> Iterator[Mention]:
    """Every command in Markdown, scripts, manifests, schemas, and the strings of the program."""
    for path in pages():
        text = path.read_text(encoding="utf-8")
        blocks = (block["body"] for block in _FENCE.finditer(text))
        yield from _found(path, _QUOTED, _FENCE.sub("", text))
        for body in blocks:
            yield from _found(path, _TYPED, body)
    for path in sorted({path for pattern in _TEXTS for path in REPOSITORY.glob(pattern)}):
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            yield from (*_found(path, _QUOTED, text), *_found(path, _RUN, text))
    for source in sources("plmctl"):
        for literal in _literals(source.tree):
            path = REPOSITORY / source.path
            yield from (*_found(path, _QUOTED, literal), *_found(path, _EXAMPLE, literal))


def _found(path: Path, pattern: re.Pattern[str], text: str) -> Iterator[Mention]:
    for match in pattern.finditer(text):
        command = _END.split(match["rest"], maxsplit=1)[0].strip()
        yield Mention(place=path.relative_to(REPOSITORY).as_posix(), command=command)


def _literals(tree: ast.Module) -> Iterator[str]:
    """The strings of a file; what an f-string fills in is a word."""
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)):
                yield text
            case ast.JoinedStr(values=parts):
                yield "".join(str(p.value) if isinstance(p, ast.Constant) else "word" for p in parts)
