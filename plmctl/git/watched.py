"""A tree that tells somebody what is read of it."""

from collections.abc import Collection, Iterator, Mapping

from plmctl.core.ports import EntryKind, Tree, Watch


class WatchedTree:
    """A Tree as it is; of the files that were announced to it, each is counted when it is read."""

    def __init__(self, tree: Tree, watch: Watch):
        self._tree = tree
        self.ceiling = tree.ceiling
        self.root = tree.root
        self._watch = watch
        self._awaited: set[str] = set()

    def paths(self) -> Iterator[str]:
        """Every path that is not a folder, sorted by code point."""
        return self._tree.paths()

    def kind(self, path: str) -> EntryKind | None:
        """What stands at the path."""
        return self._tree.kind(path)

    def read(self, path: str, *, limit: int) -> bytes:
        """The bytes of a file. Raises Unreadable, or TooLarge."""
        if path in self._awaited:
            self._awaited.remove(path)
            self._watch.read()
        return self._tree.read(path, limit=limit)

    def prefetch(self, paths: Collection[str]) -> None:
        """Files that will be read soon."""
        fresh = set(paths) - self._awaited
        self._awaited |= fresh
        self._watch.announced(len(fresh))
        self._tree.prefetch(paths)

    def identity(self, path: str) -> str:
        """What stands at the path, and of a file which."""
        return self._tree.identity(path)

    def identities(self, paths: Collection[str]) -> Mapping[str, str]:
        """The same of many files."""
        return self._tree.identities(paths)
