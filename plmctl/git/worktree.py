"""The work tree: tracked files and untracked ones that are not ignored, as they are on disk."""

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property

from plmctl.core.ports import EntryKind, Unreadable
from plmctl.core.tree import identity_of
from plmctl.git.disk import file_bytes, kind_on_disk
from plmctl.git.entries import ON_THE_WAY, is_possible_path, parents
from plmctl.git.index import IndexEntry, IndexListing, index_listing
from plmctl.git.objects import ObjectReader, object_id
from plmctl.git.process import Git, decoded
from plmctl.git.trees import unreadable

# No file that is read whole is larger.
FILE_LIMIT = 64 << 20
# Longer than any path: what a link points at.
LINK_BYTES = 4096


class WorkTree:
    """The files on disk that Git knows or would add; a Tree. What is left out of it is read as staged."""

    def __init__(self, git: Git, objects: ObjectReader, object_format: str):
        self._git = git
        self._objects = objects
        self._format = object_format
        self._kinds: dict[str, EntryKind | None] = {}
        self._read: dict[str, str] = {}

    def paths(self) -> Iterator[str]:
        """Every path that is not a folder, sorted by code point; not what was deleted."""
        gone = (None, EntryKind.FOLDER)
        return iter(sorted(path for path in self._known if self.kind(path) not in gone))

    def kind(self, path: str) -> EntryKind | None:
        """What stands at the path; LINK or SUBMODULE too when one stands on the way to it."""
        for folder in parents(path):
            kind = self._own_kind(folder)
            if kind is not EntryKind.FOLDER:
                return kind if kind in ON_THE_WAY else None
        return self._own_kind(path)

    def read(self, path: str, *, limit: int) -> bytes:
        """The bytes as Git stores or would store them: CRLF of the checkout is folded."""
        kind = self.kind(path)
        if kind is not EntryKind.FILE:
            raise unreadable(kind)
        entry = self._index.entries.get(path)
        if entry is not None and self._is_left_out(entry):
            data = self._objects.read(entry.object_id, limit=limit).data
            self._note(path, entry.object_id)
            return data
        data = file_bytes(self._git.folder, path, limit)
        if entry is not None and b"\r\n" in data:
            data = self._folded(data, entry)
        self._note(path, self._blob_id(data))
        return data

    def prefetch(self, paths: Collection[str]) -> None:
        """Announce what is read from the index; the rest is on disk."""
        entries = (self._index.entries.get(path) for path in paths)
        self._objects.prefetch(
            [e.object_id for e in entries if e and e.kind is EntryKind.FILE and self._is_left_out(e)]
        )

    def identity(self, path: str) -> str:
        """What stands at the path, and the id as an object that what was read of it would have."""
        kind = self.kind(path)
        if kind is not EntryKind.FILE:
            return identity_of(kind)
        if path not in self._read:
            try:
                self.read(path, limit=FILE_LIMIT)
            except Unreadable as error:
                return f"unreadable {error}"
        return identity_of(kind, self._read[path])

    def _note(self, path: str, object_id: str) -> None:
        """Which content was read; one that changed between two reads is like no other."""
        self._read[path] = object_id if self._read.get(path, object_id) == object_id else "changed"

    def _own_kind(self, path: str) -> EntryKind | None:
        """What stands at a path whose folders are folders; remembered: each folder is looked at once."""
        if path not in self._kinds:
            self._kinds[path] = self._looked_up(path)
        return self._kinds[path]

    def _looked_up(self, path: str) -> EntryKind | None:
        if path in ("", "."):
            return EntryKind.FOLDER
        entry = self._index.entries.get(path)
        if entry is not None and entry.kind is EntryKind.SUBMODULE:
            return entry.kind
        if not is_possible_path(path):
            return None
        kind = kind_on_disk(self._git.folder, path)
        if kind is None:
            return self._kind_of_absent(path, entry)
        if kind is EntryKind.FILE and path not in self._known:
            return None
        if kind is EntryKind.FILE and entry is not None and entry.kind is EntryKind.LINK:
            return self._kind_of_unlinked(path, entry)
        return kind

    def _kind_of_absent(self, path: str, entry: IndexEntry | None) -> EntryKind | None:
        """What a sparse checkout leaves out, or a folder of it; else it was deleted."""
        if entry is not None and entry.is_skipped:
            return entry.kind
        return EntryKind.FOLDER if path in self._skipped_folders else None

    def _is_left_out(self, entry: IndexEntry) -> bool:
        # What is on disk all the same is what a deployment reads.
        return entry.is_skipped and kind_on_disk(self._git.folder, entry.path) is None

    def _kind_of_unlinked(self, path: str, entry: IndexEntry) -> EntryKind:
        """A staged link that is a file on disk: still a link if it holds the target (core.symlinks=false)."""
        try:
            data = file_bytes(self._git.folder, path, LINK_BYTES)
        except Unreadable:
            return EntryKind.FILE
        return EntryKind.LINK if self._blob_id(data) == entry.object_id else EntryKind.FILE

    def _folded(self, data: bytes, entry: IndexEntry) -> bytes:
        if self._blob_id(data) == entry.object_id:
            return data
        folded = data.replace(b"\r\n", b"\n")
        return folded if self._blob_id(folded) == entry.object_id else data

    def _blob_id(self, data: bytes) -> str:
        return object_id(self._format, "blob", data)

    @cached_property
    def _index(self) -> IndexListing:
        return index_listing(self._git)

    @cached_property
    def _known(self) -> frozenset[str]:
        """Staged paths, conflicts, and what is neither staged nor ignored; `x/` is a nested repository."""
        untracked = self._git.run("ls-files", "-o", "-z", "--exclude-standard").out
        names = (decoded(name) for name in untracked.split(b"\0"))
        return frozenset(
            {*self._index.entries, *self._index.conflicts, *(n for n in names if n and not n.endswith("/"))}
        )

    @cached_property
    def _skipped_folders(self) -> frozenset[str]:
        entries: Mapping[str, IndexEntry] = self._index.entries
        return frozenset(folder for e in entries.values() if e.is_skipped for folder in parents(e.path))
