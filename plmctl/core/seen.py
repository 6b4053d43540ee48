"""A tree that notes what is asked of it: what an answer was drawn from, and nothing else."""

from collections.abc import Collection, Iterator, Mapping

from plmctl.core.limits import Ceiling, Limits
from plmctl.core.ports import EntryKind, Tree, Unreadable


class SeenTree:
    """A Tree as it is; `asked` are the paths that were looked at, in their order, with what was found there.

    `is_whole` until something could not be read: why not may be another reason the next time. `has_listed`:
    all paths were asked for.
    """

    # What an answer was drawn from is noted path by path.
    root = None

    def __init__(self, tree: Tree):
        self._tree = tree
        self.asked: dict[str, str | None] = {}
        self.is_whole = True
        self.has_listed = False

    @property
    def ceiling(self) -> Ceiling:
        """How far it may raise its limits: a branch that says so may say another thing the next time."""
        return Ceiling(user=self._tree.ceiling.user, base=self._base)

    def _base(self) -> Limits:
        self.is_whole = False
        return self._tree.ceiling.base()

    def paths(self) -> Iterator[str]:
        """Every path that is not a folder, sorted by code point."""
        self.has_listed = True
        return self._tree.paths()

    def kind(self, path: str) -> EntryKind | None:
        """What stands at the path."""
        self.asked.setdefault(path)
        return self._tree.kind(path)

    def read(self, path: str, *, limit: int) -> bytes:
        """The bytes of a file. Raises Unreadable, or TooLarge."""
        self.asked.setdefault(path)
        try:
            return self._tree.read(path, limit=limit)
        except Unreadable:
            self.is_whole = False
            raise

    def prefetch(self, paths: Collection[str]) -> None:
        """Files that will be read soon."""
        self._tree.prefetch(paths)

    def identity(self, path: str) -> str:
        """What stands at the path, and of a file which."""
        found = self.asked[path] = self._tree.identity(path)
        return found

    def identities(self, paths: Collection[str]) -> Mapping[str, str]:
        """The same of many files."""
        found = self._tree.identities(paths)
        self.asked.update(found)
        return found
