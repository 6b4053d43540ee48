"""The examples of the checks: for a code a registry that breaks it, and the same registry mended.

    CODE/bad/      a registry, one file for each thing that the rule says
    CODE/good/     the same, mended: nothing is found in it
    CODE/expected  what is found in bad/, a line each: path:line:column CODE; the first of CODE is shown
    CODE/tree.json what no checkout holds: links, names that are one on macOS, files over a limit

`registry.yaml`, or CODE/registry.yaml where there is one, stands for the plmctl.yaml of each: a second file
of that name would break the registry around them.
The examples of the rules over changes are pairs: pairs.py.
"""

import json
import posixpath
from collections.abc import Iterator, Mapping
from difflib import unified_diff
from functools import cache, cached_property
from importlib import resources
from importlib.resources.abc import Traversable

from plmctl.core.data import files_in
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import Finding
from plmctl.core.ports import EntryKind, MemoryTree
from plmctl.core.registry import Registry, load
from plmctl.core.settings import FILE_NAME
from plmctl.rules.checks import findings
from plmctl.rules.surveys import looked_into

DAY = "2026-01-15"
"""The day by which the examples are judged."""
_CONTEXT = 2

_Notes = Mapping[str, Mapping[str, str | int]]


@dataclass(frozen=True, kw_only=True)
class Side:
    """One registry of an example: its folder, its files as they are kept, the tree that they stand for."""

    name: str
    files: Mapping[str, bytes]
    tree: MemoryTree

    @cached_property
    def registry(self) -> Registry:
        """It as it is loaded."""
        return load(self.tree)

    def findings(self) -> tuple[Finding, ...]:
        """What is wrong in it."""
        looked = looked_into(self.registry, lambda manifest: files_in(self.tree, manifest), None)
        return findings(self.registry, DAY, looked.surveys)


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
        differing = differing_paths(self.bad, self.good)
        if not differing:
            return ()
        # What is wrong can be in a file that the manifest names: latin.md beside latin.yaml.
        path = max(differing, key=lambda path: len(posixpath.commonprefix((path, place))))
        return unified((self.bad, self.good), path)


def example_codes() -> tuple[str, ...]:
    """The codes that have an example, sorted."""
    return codes_with("bad")


def codes_with(side: str) -> tuple[str, ...]:
    """The codes whose example has a registry of this name, sorted."""
    return tuple(sorted(code.name for code in _folder().iterdir() if (code / side).is_dir()))


@cache
def example_of(code: str) -> Example | None:
    """The example of a code, None where there is none."""
    if code not in example_codes():
        return None
    return Example(
        code=code, bad=side_of(code, "bad"), good=side_of(code, "good"), expected=lines_of(code, "expected")
    )


def side_of(code: str, name: str) -> Side:
    """One registry of a code's example; one without a file is as empty as a registry can be."""
    folder = _folder() / code
    kept = dict(_files(folder / name, "")) if (folder / name).is_dir() else {}
    files, kinds = {FILE_NAME: _settings(folder), **kept}, dict[str, EntryKind]()
    unusual = folder / "tree.json"
    notes: _Notes = json.loads(unusual.read_text(encoding="utf-8")) if unusual.is_file() else {}
    for path, note in notes.items():
        if not path.startswith(f"{name}/"):
            continue
        inside = path.removeprefix(f"{name}/")
        if "is" in note:
            kinds[inside] = EntryKind(note["is"])
        elif "named" in note:
            files[str(note["named"])] = files.pop(inside)
        else:
            files[inside] = _repeated(files[inside], int(note["line"]), int(note["times"]))
    return Side(name=name, files=kept, tree=MemoryTree(files, kinds))


def lines_of(code: str, name: str) -> tuple[str, ...]:
    """The lines of a file beside the registries of a code's example; none where there is no such file."""
    file = _folder() / code / name
    return tuple(file.read_text(encoding="utf-8").splitlines()) if file.is_file() else ()


def differing_paths(old: Side, new: Side) -> tuple[str, ...]:
    """The files that two registries do not have alike, sorted."""
    paths = sorted({*old.files, *new.files})
    return tuple(path for path in paths if old.files.get(path) != new.files.get(path))


def unified(sides: tuple[Side, Side], path: str) -> tuple[str, ...]:
    """One file of two registries as a unified diff."""
    old, new = (_lines(side.files.get(path, b"")) for side in sides)
    before, after = (f"{side.name}/{path}" for side in sides)
    return tuple(unified_diff(old, new, before, after, n=_CONTEXT, lineterm=""))


def _folder() -> Traversable:
    # The wheel carries the examples inside the package; an editable install has them beside it.
    package = resources.files("plmctl")
    inside = package / "examples"
    return inside if inside.is_dir() else package / ".." / "tests" / "examples"


def _settings(folder: Traversable) -> bytes:
    own, shared = folder / "registry.yaml", _folder() / "registry.yaml"
    return (own if own.is_file() else shared).read_bytes()


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
