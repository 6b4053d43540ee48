"""The tree of a commit, walked through the object reader."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from plmctl.core.finding import PlmctlError
from plmctl.core.limits import CLOSED, Ceiling
from plmctl.core.ports import EntryKind, Unreadable
from plmctl.core.tree import Apart, identity_of
from plmctl.git.entries import NO_ENTRIES, ON_THE_WAY, Entries, TreeEntry, tree_entries
from plmctl.git.objects import ObjectReader

# A few small trees that name each other can hold more paths than a disk has bytes.
MOST_PATHS = 500_000
LONGEST_PATH = 4096
TREE_BYTES = 256 << 20


class CommitTree:
    """The files of a tree object, as they are stored; a Tree, and its own Root."""

    def __init__(self, objects: ObjectReader, tree_id: str, ceiling: Ceiling = CLOSED):
        self.ceiling = ceiling
        self.id = tree_id
        """The id of the tree object."""
        self._objects = objects
        self._leaves: dict[str, TreeEntry] = {}
        self._paths: Sequence[str] | None = None

    @property
    def root(self) -> "CommitTree":
        """Itself."""
        return self

    def paths(self) -> Iterator[str]:
        """Every path that is not a folder, sorted by code point."""
        if self._paths is None:
            self._leaves = dict(self._walked())
            self._paths = sorted(self._leaves)
        return iter(self._paths)

    def apart(self, other: str) -> Apart | None:
        """Where another tree is not the same; None where that one is not here, or cannot be read."""
        try:
            return self._apart_from(other)
        except PlmctlError:
            # Git may have thrown it away by now. What is wrong with this one is told where it is read.
            return None

    def kind(self, path: str) -> EntryKind | None:
        """What stands at the path; LINK or SUBMODULE too when one stands on the way to it."""
        if path in ("", "."):
            return EntryKind.FOLDER
        leaf = self._leaves.get(path)
        if leaf is not None:
            return leaf.kind
        *folders, name = path.split("/")
        entries = self._folder(self.id)
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
        kind = self.kind(path)
        entry = self.entry(path) if kind is EntryKind.FILE else None
        return identity_of(kind, entry.object_id if entry is not None else None)

    def identities(self, paths: Collection[str]) -> Mapping[str, str]:
        """The same of many paths."""
        return {path: self.identity(path) for path in paths}

    def entry(self, path: str) -> TreeEntry | None:
        """Mode and object of a path or a folder, None for nothing."""
        folder, _, name = path.rpartition("/")
        return self._leaves.get(path) or self.entries(folder).get(name)

    def entries(self, folder: str) -> Entries:
        """The entries of a folder by name, none if it is not there."""
        entries = self._folder(self.id)
        for name in folder.split("/") if folder else ():
            entry = entries.get(name)
            if entry is None or entry.kind is not EntryKind.FOLDER:
                return NO_ENTRIES
            entries = self._folder(entry.object_id)
        return entries

    def _folder(self, tree_id: str) -> Entries:
        """The entries of a tree object; of no id none."""
        found = self._objects.folders.get(tree_id) if tree_id else NO_ENTRIES
        if found is None:
            stored = self._objects.read(tree_id, limit=TREE_BYTES)
            found = self._objects.folders[tree_id] = tree_entries(tree_id, stored.data)
        return found

    def _prefetch_folders(self, ids: Iterable[str]) -> None:
        here = self._objects.folders
        self._objects.prefetch([oid for oid in ids if oid and oid not in here])

    def _refuse_many(self, prefix: str, count: int) -> None:
        if count > MOST_PATHS or len(prefix) > LONGEST_PATH:
            raise PlmctlError(f"tree {self.id} has too many or too long paths")

    def _walked(self) -> Iterator[tuple[str, TreeEntry]]:
        """All paths, breadth first, so that the trees of one depth are fetched together."""
        level, count = [("", self.id)], 0
        while level:
            self._prefetch_folders(oid for _, oid in level)
            below: list[tuple[str, str]] = []
            for prefix, oid in level:
                entries = self._folder(oid)
                count += len(entries)
                self._refuse_many(prefix, count)
                for name, entry in entries.items():
                    if entry.kind is EntryKind.FOLDER:
                        below.append((f"{prefix}{name}/", entry.object_id))
                    else:
                        yield prefix + name, entry
            level = below

    def _apart_from(self, other: str) -> Apart:
        """Both walked side by side: of folders that are one nothing is read."""
        here, there = dict[str, TreeEntry](), dict[str, TreeEntry]()
        level, count = [("", self.id, other)], 0
        while level:
            level = [(prefix, mine, its) for prefix, mine, its in level if mine != its]
            self._prefetch_folders(oid for _, *ids in level for oid in ids)
            below: list[tuple[str, str, str]] = []
            for prefix, mine, its in level:
                ours, theirs = self._folder(mine), self._folder(its)
                count += len(ours) + len(theirs)
                self._refuse_many(prefix, count)
                for name in ours.differing(theirs):
                    path = prefix + name
                    mine, its = _below(ours.get(name), path, here), _below(theirs.get(name), path, there)
                    below.append((f"{path}/", mine, its))
            level = below
        # What is not the same is asked about most.
        self._leaves.update(here)
        return Apart(here=frozenset(here), there=frozenset(there))


def _below(entry: TreeEntry | None, path: str, files: dict[str, TreeEntry]) -> str:
    """The id of a folder; for anything else no id, and what there is at the path."""
    if entry is not None and entry.kind is EntryKind.FOLDER:
        return entry.object_id
    if entry is not None:
        files[path] = entry
    return ""


def unreadable(kind: EntryKind | None) -> Unreadable:
    """Why nothing can be read where this stands."""
    if kind is None:
        return Unreadable("no such file")
    return Unreadable(f"not a file but a {kind.value}")


def filled_in(
    known: Mapping[str, str], paths: Collection[str], tell: Callable[[str], str]
) -> Mapping[str, str]:
    """What is known of paths, in their order; where nothing is, what is told."""
    try:
        # Of most trees all is known, and there may be many paths.
        return dict(zip(paths, map(known.__getitem__, paths), strict=True))
    except KeyError:
        return {path: known.get(path) or tell(path) for path in paths}
