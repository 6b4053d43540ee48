"""The examples of the rules: for a code a registry that breaks it, and the same registry mended.

    CODE/bad/      a registry, one file for each thing that the rule says
    CODE/good/     the same, mended: nothing is found in it
    CODE/expected  what is found in bad/, a line each: path:line:column CODE; the first of CODE is shown
    CODE/tree.json what no checkout holds: links, names that are one on macOS, files over a limit

`registry.yaml` stands for the plmctl.yaml of each: a second one would break the registry around them.
"""

import json
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from plmctl.core.finding import Finding
from plmctl.core.ports import EntryKind, MemoryTree
from plmctl.core.registry import load
from plmctl.core.settings import FILE_NAME
from plmctl.rules.checks import findings

DAY = "2026-01-15"
"""The day by which the examples are judged."""
_CONTEXT = 2

_Notes = Mapping[str, Mapping[str, str | int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One registry of an example: its files as they are kept, and the tree that they stand for."""

    files: Mapping[str, bytes]
    tree: MemoryTree

    def findings(self) -> tuple[Finding, ...]:
        """What is wrong in it."""
        return findings(load(self.tree), DAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """What breaks a rule, and what mends it."""

    code: str
    bad: Side
    good: Side
    expected: tuple[str, ...]

    def shown(self) -> Finding:
        """The finding that the rule's page shows: the first of its code that is expected."""
        first = next(line for line in self.expected if line.endswith(f" {self.code}"))
        return next(found for found in self.bad.findings() if f"{found.location} {found.code}" == first)

    def mending(self) -> tuple[str, ...]:
        """What mends the file of that finding, or one near it, as a unified diff; nothing for a new name."""
        place = self.shown().location.path
        differing = [path for path in sorted({*self.bad.files, *self.good.files}) if self._differs(path)]
        if not differing:
            return ()
        # What is wrong can be in a file that the manifest names: latin.md beside latin.yaml.
        path = max(differing, key=lambda path: len(posixpath.commonprefix((path, place))))
        old, new = (_lines(side.files.get(path, b"")) for side in (self.bad, self.good))
        names = (f"bad/{path}", f"good/{path}")
        return tuple(unified_diff(old, new, *names, n=_CONTEXT, lineterm=""))

    def _differs(self, path: str) -> bool:
        return self.bad.files.get(path) != self.good.files.get(path)


def example_codes() -> tuple[str, ...]:
    """The codes that have an example, sorted."""
    return tuple(sorted(folder.name for folder in _folder().iterdir() if folder.is_dir()))


@cache
def example_of(code: str) -> Example | None:
    """The example of a code, None where there is none."""
    if code not in example_codes():
        return None
    folder = _folder() / code
    unusual = folder / "tree.json"
    notes: _Notes = json.loads(unusual.read_text(encoding="utf-8")) if unusual.is_file() else {}
    return Example(
        code=code,
        bad=_side(folder / "bad", notes, "bad/"),
        good=_side(folder / "good", notes, "good/"),
        expected=tuple((folder / "expected").read_text(encoding="utf-8").splitlines()),
    )


def _folder() -> Traversable:
    # The wheel carries the examples inside the package; an editable install has them beside it.
    package = resources.files("plmctl")
    inside = package / "examples"
    return inside if inside.is_dir() else package / ".." / "tests" / "examples"


def _side(folder: Traversable, notes: _Notes, prefix: str) -> Side:
    kept = dict(_files(folder, ""))
    files, kinds = {FILE_NAME: _settings(), **kept}, dict[str, EntryKind]()
    for path, note in notes.items():
        if not path.startswith(prefix):
            continue
        name = path.removeprefix(prefix)
        if "is" in note:
            kinds[name] = EntryKind(note["is"])
        elif "named" in note:
            files[str(note["named"])] = files.pop(name)
        else:
            files[name] = _repeated(files[name], int(note["line"]), int(note["times"]))
    return Side(files=kept, tree=MemoryTree(files, kinds))


@cache
def _settings() -> bytes:
    return (_folder() / "registry.yaml").read_bytes()


def _files(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _files(entry, f"{prefix}{entry.name}/")
        else:
            yield f"{prefix}{entry.name}", entry.read_bytes()


def _repeated(data: bytes, number: int, times: int) -> bytes:
    """A file in which one line, counted from 1, stands so many times."""
    lines = data.split(b"\n")
    return b"\n".join((*lines[: number - 1], *[lines[number - 1]] * times, *lines[number:]))


def _lines(data: bytes) -> list[str]:
    # What is not UTF-8 is shown as an escape, and only LF ends a line.
    text = data.decode("utf-8", "backslashreplace")
    return text.removesuffix("\n").split("\n") if text else []
