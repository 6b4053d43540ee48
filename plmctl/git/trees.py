"""The tree of a commit, walked through the object reader."""

from collections.abc import Collection, Iterator

from plmctl.core.finding import PlmctlError
from plmctl.core.limits import CLOSED, Ceiling
from plmctl.core.ports import EntryKind, Unreadable
from plmctl.core.tree import identity_of
from plmctl.git.entries import ON_THE_WAY, TreeEntry, tree_entries
from plmctl.git.objects import ObjectReader

# A few small trees that name each other can hold more paths than a disk has bytes.
MOST_PATHS = 500_000
LONGEST_PATH = 4096
TREE_BYTES = 256 << 20


class CommitTree:
    """The files of a tree object, as they are stored; a Tree."""

    def __init__(self, objects: ObjectReader, tree_id: str, ceiling: Ceiling = CLOSED):
        self.ceiling = ceiling
        self._objects = objects
        self._tree_id = tree_id
        self._leaves: dict[str, TreeEntry] = {}
        self._paths: tuple[str, ...] | None = None

    def paths(self) -> Iterator[str]:
        """Every path that is not a folder, sorted by code point."""
        if self._paths is None:
            self._leaves = dict(self._all_paths())
            self._paths = tuple(sorted(self._leaves))
        return iter(self._paths)

    def kind(self, path: str) -> EntryKind | None:
        """What stands at the path; LINK or SUBMODULE too when one stands on the way to it."""
        if path in ("", "."):
            return EntryKind.FOLDER
        leaf = self._leaves.get(path)
        if leaf is not None:
            return leaf.kind
        *folders, name = path.split("/")
        entries = self._folder(self._tree_id)
        for folder in folders:
            entry = entries.get(folder)
            if entry is None or entry.kind is not EntryKind.FOLDER:
                return entry.kind if entry and entry.kind in ON_THE_WAY else None
            entries = self._folder(entry.object_id)
        last = entries.get(name)
        return last.kind if last else None

    def read(self, path: str, *, limit: int) -> bytes:
        """The content of the blob at the path. Raises Unreadable, or TooLarge over `limit` bytes."""
        entry = self.entry(path)
        if entry is None or entry.kind is not EntryKind.FILE:
            raise unreadable(self.kind(path))
        return self._objects.read(entry.object_id, limit=limit).data

    def prefetch(self, paths: Collection[str]) -> None:
        """Announce the blobs of these paths."""
        entries = (self.entry(path) for path in paths)
        self._objects.prefetch([e.object_id for e in entries if e and e.kind is EntryKind.FILE])

    def identity(self, path: str) -> str:
        """What stands at the path, and the id of its object."""
        entry = self._leaves.get(path)
        kind = entry.kind if entry is not None else self.kind(path)
        if kind is EntryKind.FILE:
            entry = entry or self.entry(path)
        return identity_of(kind, entry.object_id if entry is not None and kind is EntryKind.FILE else None)

    def entry(self, path: str) -> TreeEntry | None:
        """Mode and object of a path or a folder, None for nothing."""
        leaf = self._leaves.get(path)
        if leaf is not None:
            return leaf
        folder, _, name = path.rpartition("/")
        return self.entries(folder).get(name)

    def entries(self, folder: str) -> dict[str, TreeEntry]:
        """The entries of a folder by name, none if it is not there."""
        entries = self._folder(self._tree_id)
        for name in folder.split("/") if folder else ():
            entry = entries.get(name)
            if entry is None or entry.kind is not EntryKind.FOLDER:
                return {}
            entries = self._folder(entry.object_id)
        return entries

    def _folder(self, tree_id: str) -> dict[str, TreeEntry]:
        found = self._objects.folders.get(tree_id)
        if found is None:
            stored = self._objects.read(tree_id, limit=TREE_BYTES)
            found = {e.name: e for e in tree_entries(tree_id, stored.data)}
            self._objects.folders[tree_id] = found
        return found

    def _all_paths(self) -> Iterator[tuple[str, TreeEntry]]:
        """Breadth first, so that the trees of one depth are fetched together."""
        known = self._objects.folders
        level, count = [("", self._tree_id)], 0
        while level:
            self._objects.prefetch([tree_id for _, tree_id in level if tree_id not in known])
            below: list[tuple[str, str]] = []
            for prefix, tree_id in level:
                entries = self._folder(tree_id)
                count += len(entries)
                if count > MOST_PATHS or len(prefix) > LONGEST_PATH:
                    raise PlmctlError(f"tree {self._tree_id} has too many or too long paths")
                for entry in entries.values():
                    if entry.kind is EntryKind.FOLDER:
                        below.append((f"{prefix}{entry.name}/", entry.object_id))
                    else:
                        yield prefix + entry.name, entry
            level = below


def unreadable(kind: EntryKind | None) -> Unreadable:
    """Why nothing can be read where this stands."""
    if kind is None:
        return Unreadable("no such file")
    return Unreadable(f"not a file but a {kind.value}")
