"""A moment of a repository: which files there were, and their bytes."""

from collections.abc import Collection, Iterator, Mapping
from enum import Enum
from hashlib import sha256
from typing import Protocol

from plmctl.core.dataclass import dataclass
from plmctl.core.limits import CLOSED, Ceiling


class EntryKind(Enum):
    """What stands at a path of a tree."""

    FILE = "file"
    FOLDER = "folder"
    LINK = "symbolic link"
    SUBMODULE = "submodule"
    OTHER = "special file"


class Unreadable(Exception):
    """A path of a tree that holds no readable file: why, in a few words."""


class TooLarge(Unreadable):
    """A file over the limit it was read with; `size` in bytes."""

    def __init__(self, size: int, limit: int):
        super().__init__(f"{size} bytes, over the limit of {limit}")
        self.size = size
        self.limit = limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """The paths at which two trees have not the same: those that are `here`, and those that are `there`."""

    here: frozenset[str]
    there: frozenset[str]


class Root(Protocol):
    """The object that a tree is to Git: of one id there is one tree."""

    @property
    def id(self) -> str:
        """The id of the object."""
        ...

    def apart(self, other: str) -> Apart | None:
        """Where another tree is not the same, by the id of its object; None where it is not to be had."""
        ...


class Tree(Protocol):
    """The files of a repository at one moment: work tree, index, commit, or a test's dictionary.

    Paths are relative to the repository, POSIX, without `.` or `..`; bytes that are not UTF-8 are surrogates.
    """

    @property
    def ceiling(self) -> Ceiling:
        """How far it may raise the limits of its files."""
        ...

    @property
    def root(self) -> Root | None:
        """Its object, of the tree of a commit; no other has one."""
        ...

    def paths(self) -> Iterator[str]:
        """Every path that is not a folder, sorted by code point."""
        ...

    def kind(self, path: str) -> EntryKind | None:
        """What stands at the path, None for nothing; LINK too when a link stands on the way to it."""
        ...

    def read(self, path: str, *, limit: int) -> bytes:
        """The bytes of a file, as Git stores them. Raises Unreadable, or TooLarge over `limit` bytes."""
        ...

    def prefetch(self, paths: Collection[str]) -> None:
        """A hint that these files will be read soon."""
        ...

    def identity(self, path: str) -> str:
        """What stands at the path, and of a file which: by it what was said of it before is found again.

        Of one content it is one in work tree, index and commit. It is no proof: nothing is read for it.
        """
        ...

    def identities(self, paths: Collection[str]) -> Mapping[str, str]:
        """The identities of many files at once, in their order."""
        ...


def bytes_at(tree: Tree, path: str, *, limit: int) -> bytes | None:
    """The bytes of a file, None where there is none that can be read."""
    try:
        return tree.read(path, limit=limit)
    except Unreadable:
        return None


class Watch(Protocol):
    """Somebody who waits while many files are read or moved, and would like to know how many."""

    def announced(self, count: int) -> None:
        """So many files more will be read."""
        ...

    def read(self) -> None:
        """One of them was read."""
        ...

    def moved(self, what: str, done: int, total: int) -> None:
        """So much of one step of a fetch or a push is done, as `sending`; a total of 0 is unknown."""
        ...

    def clear(self) -> None:
        """The terminal is somebody else's for now: of a password prompt, for example."""
        ...


class MemoryTree:
    """A Tree over a dictionary from path to bytes or text."""

    root = None

    def __init__(
        self,
        files: Mapping[str, bytes | str],
        kinds: Mapping[str, EntryKind] | None = None,
        ceiling: Ceiling = CLOSED,
    ):
        self.ceiling = ceiling
        self._files = {p: v.encode() if isinstance(v, str) else v for p, v in files.items()}
        self._kinds = dict(kinds or {})

    def paths(self) -> Iterator[str]:
        """Every path, sorted."""
        return iter(sorted({*self._files, *self._kinds}))

    def kind(self, path: str) -> EntryKind | None:
        """What stands at the path."""
        if path in self._kinds:
            return self._kinds[path]
        if path in self._files:
            return EntryKind.FILE
        folder = path.rstrip("/") + "/"
        inside = path in ("", ".") or any(p.startswith(folder) for p in self._files)
        return EntryKind.FOLDER if inside else None

    def read(self, path: str, *, limit: int) -> bytes:
        """The bytes given for the path."""
        if path not in self._files:
            raise Unreadable("no such file")
        if len(self._files[path]) > limit:
            raise TooLarge(len(self._files[path]), limit)
        return self._files[path]

    def prefetch(self, paths: Collection[str]) -> None:
        """Nothing to do: all of it is in memory."""

    def identity(self, path: str) -> str:
        """The kind, and the content's hash."""
        data = self._files.get(path)
        return identity_of(self.kind(path), None if data is None else sha256(data).hexdigest())

    def identities(self, paths: Collection[str]) -> Mapping[str, str]:
        """The identities of many files."""
        return {path: self.identity(path) for path in paths}


def identity_of(kind: EntryKind | None, content: str | None = None) -> str:
    """An identity of a kind, and of what tells a file from others."""
    return f"{kind.value if kind else 'nothing'} {content or ''}"
