"""The tree of a commit, walked through the object reader."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from plmctl.core.finding import PlmctlError
from plmctl.core.known_trees import Listing
from plmctl.core.limits import CLOSED, Ceiling
from plmctl.core.ports import EntryKind, Unreadable
from plmctl.core.tree import identity_of
from plmctl.git.entries import ON_THE_WAY, TreeEntry, kind_of_mode, tree_entries
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
        self._listing: Listing | None = None
        self._leaves: Mapping[str, str] = {}
        self._paths: Sequence[str] | None = None

    def paths(self) -> Iterator[str]:
        """Every path that is not a folder, sorted by code point."""
        if self._paths is None:
            known = self._objects.trees
            walk = _Walk(self._objects, self._folder, known.last if known is not None else None)
            listing = walk.listing(self._tree_id)
            if known is not None:
                known.learn(listing, walk.read)
            self._listing, self._leaves, self._paths = listing, listing.entries, listing.paths
        return iter(self._paths)

    def kind(self, path: str) -> EntryKind | None:
        """What stands at the path; LINK or SUBMODULE too when one stands on the way to it."""
        if path in ("", "."):
            return EntryKind.FOLDER
        leaf = self._leaves.get(path)
        if leaf is not None:
            return kind_of_mode(int(leaf.partition(" ")[0], 8))
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
        kind = self.kind(path)
        entry = self.entry(path) if kind is EntryKind.FILE else None
        return identity_of(kind, entry.object_id if entry is not None else None)

    def identities(self, paths: Collection[str]) -> Mapping[str, str]:
        """The same of many paths."""
        known = self._listing.identities if self._listing is not None else {}
        return filled_in(known, paths, self.identity)

    def entry(self, path: str) -> TreeEntry | None:
        """Mode and object of a path or a folder, None for nothing."""
        leaf = self._leaves.get(path)
        folder, _, name = path.rpartition("/")
        if leaf is not None:
            mode, _, oid = leaf.partition(" ")
            return TreeEntry(mode=int(mode, 8), name=name, object_id=oid)
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


class _Walk:
    """All paths of a tree, breadth first, so that the trees of one depth are fetched together.

    A folder that is the same in a listing that is known is not read: what the listing says of it is left.
    """

    def __init__(
        self,
        objects: ObjectReader,
        folder: Callable[[str], dict[str, TreeEntry]],
        known: Listing | None,
    ):
        self._objects = objects
        self._folder = folder
        self._known = known or Listing(paths=(), entries={}, folders={})
        self._entries = {**self._known.entries}
        self._folders = {**self._known.folders}
        self._others: set[str] = set()
        self._count = 0
        self.read = 0
        """Folders that are others than in the listing."""

    def listing(self, tree_id: str) -> Listing:
        """All that is in a tree."""
        level = [("", tree_id)]
        while level:
            fresh = [(prefix, oid) for prefix, oid in level if self._known.folders.get(prefix) != oid]
            here = self._objects.folders
            self._objects.prefetch([oid for _, oid in fresh if oid not in here])
            self.read += len(fresh)
            level = [below for prefix, oid in fresh for below in self._below(tree_id, prefix, oid)]
        known, others = self._known, self._others
        self._refuse_many(tree_id, len(self._entries) + len(self._folders) - 1)
        is_renamed = any((path in self._entries) != (path in known.entries) for path in others)
        return Listing(
            paths=sorted(self._entries) if is_renamed else known.paths,
            entries=self._entries,
            folders=self._folders,
            before=known if known.paths else None,
            others=others,
        )

    def _below(self, tree_id: str, prefix: str, oid: str) -> Iterator[tuple[str, str]]:
        self._folders[prefix] = oid
        entries = self._folder(oid)
        self._count += len(entries)
        self._refuse_many(tree_id, self._count if len(prefix) <= LONGEST_PATH else MOST_PATHS + 1)
        gone = set(self._known.names(prefix))
        for entry in entries.values():
            path = prefix + entry.name
            if entry.kind is EntryKind.FOLDER:
                gone.discard(f"{entry.name}/")
                yield f"{path}/", entry.object_id
            else:
                gone.discard(entry.name)
                self._put(path, f"{entry.mode:06o} {entry.object_id}")
        for name in gone:
            self._take_away(prefix + name)

    def _refuse_many(self, tree_id: str, count: int) -> None:
        if count > MOST_PATHS:
            raise PlmctlError(f"tree {tree_id} has too many or too long paths")

    def _put(self, path: str, said: str) -> None:
        if self._entries.get(path) != said:
            self._entries[path] = said
            self._others.add(path)

    def _take_away(self, path: str) -> None:
        """A file, or a folder with a slash at its end, that is there no more."""
        is_folder = path.endswith("/")
        gone = self._known.below(path) if is_folder else (path,)
        for folder in self._known.folders_below(path) if is_folder else ():
            self._folders.pop(folder, None)
        for one in gone:
            self._entries.pop(one, None)
        self._others.update(gone)


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
