"""The work tree: tracked files and untracked ones that are not ignored, as they are on disk."""

import os
import stat
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from plmctl.core.limits import CLOSED, Ceiling
from plmctl.core.ports import EntryKind, TooLarge, Unreadable
from plmctl.core.tree import identity_of
from plmctl.git.disk import file_bytes, kind_on_disk, read_file, status_at, status_on_disk
from plmctl.git.entries import ON_THE_WAY, is_possible_path, kind_of_stat, parents
from plmctl.git.index import IndexEntry, IndexListing, index_listing
from plmctl.git.objects import ObjectReader, object_id
from plmctl.git.process import Git, decoded, encoded
from plmctl.git.trees import unreadable

if TYPE_CHECKING:
    from plmctl.core.known_files import KnownFiles

# No file that is read whole is larger.
FILE_LIMIT = 64 << 20
# A manifest has no more.
HELD = 1 << 20
# Longer than any path: what a link points at.
LINK_BYTES = 4096


class WorkTree:
    """The files on disk that Git knows or would add; a Tree. What is left out of it is read as staged.

    With `known`, the identity of a file that is what it was is known unread.
    """

    root = None

    def __init__(
        self,
        git: Git,
        objects: ObjectReader,
        object_format: str,
        known: "KnownFiles | None" = None,
        ceiling: Ceiling = CLOSED,
    ):
        self.ceiling = ceiling
        self._git = git
        self._objects = objects
        self._format = object_format
        self._known_files = known
        self._kinds: dict[str, EntryKind | None] = {}
        self._statuses: dict[str, os.stat_result] = {}
        self._read: dict[str, str] = {}
        self._held: dict[str, bytes] = {}

    def paths(self) -> Iterator[str]:
        """Every path that is not a folder, sorted by code point; not what was deleted."""
        self._look_at_plain()
        gone, kinds, file = (None, EntryKind.FOLDER), self._kinds, EntryKind.FILE
        here = [p for p in self._known if kinds.get(p) is file or self.kind(p) not in gone]
        return iter(sorted(here))

    def _look_at_plain(self) -> None:
        """Look at each file where only plain ones are staged, as in most registries: in one loop."""
        kinds, statuses, beginning = self._kinds, self._statuses, encoded(f"{self._git.folder}/")
        paths, file = list(self._index.entries.identities), EntryKind.FILE
        above, is_folder = "", True
        for path, name in zip(paths, encoded("\0".join(paths)).split(b"\0"), strict=False):
            # Those of one folder follow each other.
            folder = path.rpartition("/")[0]
            if folder != above:
                above, is_folder = folder, self._is_plain_folder(folder, beginning)
            if is_folder and (status := status_at(beginning + name)) and stat.S_ISREG(status.st_mode):
                kinds[path], statuses[path] = file, status

    def _is_plain_folder(self, path: str, beginning: bytes) -> bool:
        """Whether files that are staged in it can be looked at: no folder on the way is a link."""
        kinds = self._kinds
        for folder in (*parents(path), path):
            if kinds.get(folder) is not EntryKind.FOLDER:
                status = status_at(beginning + encoded(folder))
                if status is None or not stat.S_ISDIR(status.st_mode):
                    return False
                kinds[folder] = EntryKind.FOLDER
        return True

    def kind(self, path: str) -> EntryKind | None:
        """What stands at the path; LINK or SUBMODULE too when one stands on the way to it."""
        kinds = self._kinds
        if path in kinds:
            return kinds[path]
        # Of most paths the folder is known already: then all that is on the way to it are folders.
        if kinds.get(path.rpartition("/")[0]) is not EntryKind.FOLDER:
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
        held = self._held.get(path)
        if held is not None and len(held) <= limit:
            return held
        entry = self._index.entries.get(path)
        if entry is not None and self._is_left_out(entry):
            data = self._objects.read(entry.object_id, limit=limit).data
            self._note(path, entry.object_id)
            return data
        since_ns = self._known_files.clock() if self._known_files is not None else 0
        data, status = self._on_disk(path, limit, is_staged=entry is not None)
        folded = data.replace(b"\r\n", b"\n") if b"\r\n" in data else data
        ids: tuple[str, ...] = (self._blob_id(data),)
        if folded is not data:
            ids = (*ids, self._blob_id(folded))
        stored = self._stored_id(path, ids)
        content = data if stored == ids[0] else folded
        if len(content) > limit:
            raise TooLarge(len(content), limit)
        if self._known_files is not None:
            self._known_files.learn(path, status, since_ns, ids)
            # By it the content would be known unread, and of many files they are much.
            self._statuses.pop(path, None)
        self._note(path, stored)
        return content

    def _on_disk(self, path: str, limit: int, *, is_staged: bool) -> "tuple[bytes, os.stat_result]":
        # The limit is of what Git stores, the same in every tree: a checkout doubles it at most.
        try:
            return read_file(self._git.folder, path, 2 * limit if is_staged else limit)
        except TooLarge as error:
            raise TooLarge(error.size, limit) from None

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
        if path not in self._read and not self._is_known(path):
            try:
                data = self.read(path, limit=FILE_LIMIT)
            except Unreadable as error:
                return f"unreadable {error}"
            # Who asks what it is may want it, too: one read, whatever somebody writes meanwhile.
            if len(data) <= HELD:
                self._held[path] = data
        return identity_of(kind, self._read[path])

    def identities(self, paths: Collection[str]) -> Mapping[str, str]:
        """The same of many paths."""
        kinds, read, statuses, file = self._kinds, self._read, self._statuses, EntryKind.FILE
        fresh = {p: statuses[p] for p in paths if p in statuses and kinds[p] is file and p not in read}
        known = self._known_files.single(fresh) if self._known_files is not None else {}
        read.update(known)
        start = identity_of(EntryKind.FILE, "")
        return {path: start + known[path] if path in known else self.identity(path) for path in paths}

    def _is_known(self, path: str) -> bool:
        """Whether a file is one that was read by a run before; then its id is noted."""
        status = self._statuses.get(path)
        if self._known_files is None or status is None:
            return False
        ids = self._known_files.ids(path, status)
        if ids:
            self._note(path, self._stored_id(path, ids))
        return bool(ids)

    def _stored_id(self, path: str, ids: tuple[str, ...]) -> str:
        """Which of the ids, as it is and with CRLF folded, Git has or would have."""
        entry = self._index.entries.get(path)
        return entry.object_id if entry is not None and entry.object_id in ids else ids[0]

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
        # What is staged was looked at when the index was read.
        if entry is None and not is_possible_path(path):
            return None
        status = status_on_disk(self._git.folder, path)
        if status is None:
            return self._kind_of_absent(path, entry)
        kind = kind_of_stat(status.st_mode)
        if kind is EntryKind.FILE and path not in self._known:
            return None
        if kind is EntryKind.FILE and entry is not None and entry.kind is EntryKind.LINK:
            return self._kind_of_unlinked(path, entry)
        if self._known_files is not None:
            self._statuses[path] = status
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

    def _blob_id(self, data: bytes) -> str:
        return object_id(self._format, "blob", data)

    @cached_property
    def _index(self) -> IndexListing:
        return index_listing(self._git)

    @cached_property
    def _known(self) -> Mapping[str, None]:
        """Staged paths, conflicts, and what is neither staged nor ignored; `x/` is a nested repository."""
        untracked = self._git.run("ls-files", "-o", "-z", "--exclude-standard").out
        names = (decoded(name) for name in untracked.split(b"\0"))
        fresh = (name for name in names if name and not name.endswith("/"))
        # In Git's order, which takes no sorting but where there is something new.
        return dict.fromkeys((*self._index.entries, *self._index.conflicts, *fresh))

    @cached_property
    def _skipped_folders(self) -> frozenset[str]:
        entries: Mapping[str, IndexEntry] = self._index.entries
        return frozenset(folder for e in entries.values() if e.is_skipped for folder in parents(e.path))
