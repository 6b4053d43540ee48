"""What Git keeps of a path: its mode, its object, and which names no checkout may have."""

import re
import stat
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from plmctl.core.deferred import deferred
from plmctl.core.finding import IntegrityError
from plmctl.core.ports import EntryKind
from plmctl.git.process import decoded

FORBIDDEN = frozenset({"", ".", "..", ".git"})
# What ends the way to a path: nothing below it is part of the tree.
ON_THE_WAY = (EntryKind.LINK, EntryKind.SUBMODULE)


# By the width of an id in bytes: a mode, a blank, a name, a zero byte, the id.
_ENTRY = {width: rb"([0-7]+) ([^\0]*)\0(.{%d})" % width for width in (20, 32)}
_EACH = {width: deferred(one, re.DOTALL) for width, one in _ENTRY.items()}
# Possessive: what is no entry is not looked for a second time, however long it is.
_ALL = {width: deferred(rb"(?>%s)*+" % one, re.DOTALL) for width, one in _ENTRY.items()}


class TreeEntry(NamedTuple):
    """A name in a tree object, with its mode and its object."""

    mode: int
    name: str
    object_id: str

    @property
    def kind(self) -> EntryKind:
        """What the mode says."""
        return kind_of_mode(self.mode)


@lru_cache(maxsize=64)
def kind_of_mode(mode: int) -> EntryKind:
    """What a mode of Git stands for (gitformat-index: "mode")."""
    if mode == 0o160000:
        return EntryKind.SUBMODULE
    return kind_of_stat(mode)


@lru_cache(maxsize=64)
def kind_of_stat(mode: int) -> EntryKind:
    """What a mode of a file system stands for."""
    if stat.S_ISREG(mode):
        return EntryKind.FILE
    if stat.S_ISDIR(mode):
        return EntryKind.FOLDER
    return EntryKind.LINK if stat.S_ISLNK(mode) else EntryKind.OTHER


def is_possible_path(path: str) -> bool:
    """Whether each part of a path is a name that a checkout may have."""
    around = f"/{path}/"
    # All that is forbidden is empty or begins with a dot: of most paths no part need be looked at.
    if "/." not in around and "//" not in around:
        return True
    return not any(part.lower() in FORBIDDEN for part in path.split("/"))


def parents(path: str) -> Iterator[str]:
    """The folders on the way to a path, the outermost first."""
    at = path.find("/")
    while at >= 0:
        yield path[:at]
        at = path.find("/", at + 1)


class Entries(Mapping[str, TreeEntry]):
    """The entries of a tree object by name, in its order; each is made when somebody asks for it."""

    def __init__(self, found: Mapping[str, tuple[bytes, bytes, bytes]]):
        self._found = found

    def __getitem__(self, name: str) -> TreeEntry:
        """The entry with this name. Raises KeyError."""
        mode, _, oid = self._found[name]
        return TreeEntry(int(mode, 8), name, oid.hex())

    def __iter__(self) -> Iterator[str]:
        """The names."""
        return iter(self._found)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._found)

    def differing(self, other: "Entries") -> Iterator[str]:
        """The names that do not stand for the same in another tree object."""
        here, there = self._found, other._found
        yield from (name for name, found in here.items() if there.get(name) != found)
        yield from (name for name in there if name not in here)


NO_ENTRIES = Entries({})


def tree_entries(object_id: str, data: bytes) -> Entries:
    """The entries of a tree object. Raises IntegrityError for one that Git would never write."""
    width = len(object_id) // 2
    if _ALL[width].fullmatch(data) is None:
        raise IntegrityError(f"tree {object_id} is malformed", hint="run 'git fsck'")
    found = _EACH[width].findall(data)
    names = [decoded(name) for _, name, _ in found]
    forbidden = next(_forbidden(names), None)
    if forbidden is not None:
        raise IntegrityError(f"tree {object_id} has a forbidden name: {forbidden!r}", hint="run 'git fsck'")
    return Entries(dict(zip(names, found, strict=True)))


def _forbidden(names: list[str]) -> Iterator[str]:
    """The names that no folder can have, and those that it has twice."""
    around = "\0".join(("", *names, ""))
    # What is empty or begins with a dot may be forbidden: most folders have nothing such.
    if "/" in around or "\0." in around or "\0\0" in around or len({*names}) < len(names):
        before: set[str] = set()
        for name in names:
            if name in before or "/" in name or not is_possible_path(name):
                yield name
            before.add(name)
