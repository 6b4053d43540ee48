"""A tree as it would be after some changes, before anything is written."""

from collections.abc import Collection, Iterator, Mapping
from hashlib import sha256

from plmctl.core.ports import EntryKind, TooLarge, Tree, Unreadable
from plmctl.core.tree import identity_of


class Overlay:
    """A Tree with some files written and some deleted."""

    root = None

    def __init__(self, tree: Tree, files: Mapping[str, bytes], gone: Collection[str] = ()):
        self._tree = tree
        self.ceiling = tree.ceiling
        self._files = files
        self._gone = frozenset(gone)

    def paths(self) -> Iterator[str]:
        """Every path that is not a folder, sorted."""
        return iter(sorted({*(p for p in self._tree.paths() if p not in self._gone), *self._files}))

    def kind(self, path: str) -> EntryKind | None:
        """What stands at the path."""
        if path in self._files:
            return EntryKind.FILE
        if path in self._gone:
            return None
        below = any(name.startswith(f"{path}/") for name in self._files)
        return self._tree.kind(path) or (EntryKind.FOLDER if below else None)

    def read(self, path: str, *, limit: int) -> bytes:
        """The bytes that are to be written, else those of the tree."""
        data = self._files.get(path)
        if data is None:
            if path in self._gone:
                raise Unreadable("no such file")
            return self._tree.read(path, limit=limit)
        if len(data) > limit:
            raise TooLarge(len(data), limit)
        return data

    def prefetch(self, paths: Collection[str]) -> None:
        """A hint that these files will be read soon."""
        self._tree.prefetch([path for path in paths if path not in self._files and path not in self._gone])

    def identity(self, path: str) -> str:
        """What stands at the path; what is to be written is like nothing that is there."""
        data = self._files.get(path)
        if data is None and path not in self._gone:
            return self._tree.identity(path)
        return identity_of(self.kind(path), None if data is None else f"new {sha256(data).hexdigest()}")

    def identities(self, paths: Collection[str]) -> Mapping[str, str]:
        """The same of many files."""
        return {path: self.identity(path) for path in paths}
