"""What a `.dvcignore` leaves out of data, exactly as DVC decides it."""

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import cache, cached_property, lru_cache
from importlib import import_module
from itertools import groupby
from typing import Any

from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.finding import PlmctlError

FILE_NAME = ".dvcignore"
LIMIT = 64 * 1024
"""Bytes that a `.dvcignore` may have: to understand each line takes time."""

# What DVC leaves out everywhere (dvc/ignore.py, DvcIgnoreFilter).
DEFAULTS = (".hg/", ".git/", ".git", ".dvc/")

KEPT_OUT = frozenset([".hg", ".git", ".dvc"])
"""Names of what belongs to Git, Mercurial and DVC themselves: no data."""

# pathspec marks the slash after a folder with a group, of which a pattern may have only one.
_MARKED = "(?P<ps_d>"
_BRACKETS = deferred(r"\\.|\[\^?\]?[^\]]*\]", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """Consecutive patterns of one kind: those that leave out and those that do not, of folders or of both."""

    leaves_out: bool
    is_of_folders: bool
    matches: Callable[[str], object]


@dataclass(frozen=True, kw_only=True)
class Ignoring:
    """The patterns that hold in one folder, as if all stood in the file at the top; the last one wins."""

    patterns: tuple[str, ...] = DEFAULTS

    def having(self, folder: str, lines: Iterable[str], source: str) -> "Ignoring":
        """The same with the lines of a file in a folder, a path below the top. Raises PlmctlError."""
        stated = [line for line in map(str.strip, lines) if line and not line.startswith("#")]
        valid = [line for line in stated if _expression(line, source) is not None]
        # What a pattern is called after it was moved to the top is a pattern again, whatever it says.
        moved = [_moved(line, folder) for line in valid] if folder else valid
        valid = [line for line in moved if _expression(line, source) is not None]
        return Ignoring(patterns=(*self.patterns, *valid)) if valid else self

    def leaves_out(self, path: str, *, is_folder: bool) -> bool:
        """Whether a path below the top is left out by its own name; its folders are not asked."""
        if self.patterns == DEFAULTS:
            name = path.rpartition("/")[2]
            return name == ".git" or (is_folder and name in (".hg", ".dvc"))
        names = (path, f"{path}/") if is_folder else (path,)
        for rule in self._rules:
            if (is_folder or not rule.is_of_folders) and any(rule.matches(name) for name in names):
                return rule.leaves_out
        return False

    def spares(self, names: Iterable[str]) -> bool:
        """Whether nothing of these names is left out, wherever it lies and whatever it is."""
        return self.patterns == DEFAULTS and KEPT_OUT.isdisjoint(names)

    def leaves_out_folder(self, folder: str) -> bool:
        """Whether a folder below the top is left out, or one that it is in."""
        parts = folder.split("/") if folder else []
        return any(self.leaves_out("/".join(parts[:end]), is_folder=True) for end in range(1, len(parts) + 1))

    @cached_property
    def _rules(self) -> tuple[_Rule, ...]:
        """The last first."""
        found = [(pattern, _translated(pattern)) for pattern in self.patterns]
        kinds = [
            (leaves_out, pattern.endswith("/"), expression)
            for pattern, (expression, leaves_out) in ((p, e) for p, e in found if e is not None)
        ]
        return tuple(
            _Rule(
                leaves_out=kind[0],
                is_of_folders=kind[1],
                matches=_matcher([expression for _, _, expression in group]),
            )
            for kind, group in groupby(reversed(kinds), key=lambda each: each[:2])
        )


def _moved(pattern: str, folder: str) -> str:
    """What a pattern of a folder's file is at the top (gitignore: a slash inside it binds it to its folder).

    The folder's name is put in as it is, so that one with a `*` becomes a pattern: DVC does so too.
    """
    negation = "!" if pattern.startswith("!") else ""
    rest = pattern.removeprefix("!")
    if "/" in rest[:-1] and not rest.startswith("**/"):
        bound = rest.removeprefix("/").removeprefix("\\")
        return f"{negation}/{folder}/{bound}" if negation else f"{folder}/{bound}"
    anywhere = rest.removeprefix("**/").removeprefix("\\")
    return f"{negation}/{folder}/**/{anywhere}" if negation else f"{folder}/**/{anywhere}"


@cache
def _translate() -> Callable[[str], tuple[str | None, bool | None]]:
    """The translation that the installed DVC uses, or would: pathspec's, whose answers differ by release."""
    import pathspec.patterns.gitwildmatch as before_1

    found: Any = before_1
    with suppress(ImportError):
        found = import_module("pathspec.patterns.gitignore.spec")
    pattern = getattr(found, "GitIgnoreSpecPattern", before_1.GitWildMatchPattern)
    translate: Callable[[str], tuple[str | None, bool | None]] = pattern.pattern_to_regex
    return translate


def _expression(pattern: str, source: str) -> tuple[str, bool] | None:
    """The regular expression of a pattern, and whether it leaves out; None for one that says nothing."""
    try:
        return _translated(pattern)
    except ValueError:
        raise PlmctlError(
            f"{source}: DVC cannot read the pattern {pattern[:100]!a}",
            hint="write it as in a .gitignore, or delete the line",
        ) from None


@lru_cache(maxsize=16384)
def _translated(pattern: str) -> tuple[str, bool] | None:
    expression, leaves_out = _translate()(pattern)
    if expression is None or leaves_out is None:
        return None
    # RE2 takes an inner `[` for a class of its own, which the expressions of DVC do not have.
    plain = _BRACKETS.sub(_with_plain_brackets, expression.replace(_MARKED, "(?:"))
    if _compiled([plain]) is None:
        raise ValueError
    return plain, leaves_out


def _with_plain_brackets(found: re.Match[str]) -> str:
    text = found[0]
    return text if text.startswith("\\") else "[" + text[1:].replace("[", "\\[")


def _matcher(expressions: Sequence[str]) -> Callable[[str], object]:
    compiled = _compiled(expressions)
    if compiled is None:
        raise PlmctlError(f"{FILE_NAME} has too many patterns", hint="leave out whole folders instead")
    return compiled


def _compiled(expressions: Sequence[str]) -> Callable[[str], object] | None:
    """What matches at the beginning, in linear time: a pattern may be a stranger's."""
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        matches: Callable[[str], object] = re2.compile(
            "|".join(f"(?:{expression})" for expression in expressions), options
        ).match
    except re2.error:
        return None
    return matches
