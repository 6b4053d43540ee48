"""What is staged, as `ls-files` tells it."""

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property

from plmctl.core.dataclass import dataclass
from plmctl.core.finding import IntegrityError, PlmctlError
from plmctl.core.limits import CLOSED, Ceiling
from plmctl.core.ports import EntryKind
from plmctl.core.tree import identity_of
from plmctl.git.entries import ON_THE_WAY, is_possible_path, kind_of_mode, parents
from plmctl.git.objects import ObjectReader
from plmctl.git.process import Git, decoded
from plmctl.git.trees import unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexEntry:
    """A staged path: its mode and what that says, its object; `is_skipped` in a sparse checkout."""

    path: str
    mode: int
    kind: EntryKind
    object_id: str
    is_skipped: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexListing:
    """All of an index: what is staged, and the paths that wait for a merge to be resolved."""

    entries: Mapping[str, IndexEntry]
    conflicts: tuple[str, ...]


def index_listing(git: Git, index_file: str | None = None) -> IndexListing:
    """The index of the work tree, or another one by its absolute path."""
    extra = {"GIT_INDEX_FILE": index_file} if index_file else {}
    records = decoded(git.run("ls-files", "-s", "-t", "-z", extra=extra).out).split("\0")
    entries: dict[str, IndexEntry] = {}
    conflicts: dict[str, None] = {}
    modes: dict[str, tuple[int, EntryKind]] = {}
    for record in records:
        if not record:
            continue
        facts, _, name = record.partition("\t")
        tag, mode, oid, stage = facts.split(" ")
        if not is_possible_path(name):
            raise IntegrityError(f"the index has a forbidden name: {name!r}", hint="run 'git fsck'")
        if stage != "0":
            conflicts[name] = None
            continue
        bits, kind = modes.get(mode) or modes.setdefault(mode, _mode(mode))
        entries[name] = IndexEntry(path=name, mode=bits, kind=kind, object_id=oid, is_skipped=tag == "S")
    return IndexListing(entries=entries, conflicts=tuple(sorted(conflicts)))


def _mode(written: str) -> tuple[int, EntryKind]:
    mode = int(written, 8)
    return mode, kind_of_mode(mode)


class IndexTree:
    """What is staged; a Tree. Raises PlmctlError on first use while a merge is unresolved."""

    def __init__(
        self, git: Git, objects: ObjectReader, index_file: str | None = None, ceiling: Ceiling = CLOSED
    ):
        self.ceiling = ceiling
        self._git = git
        self._objects = objects
        self._index_file = index_file

    def paths(self) -> Iterator[str]:
        """Every staged path, sorted by code point."""
        return iter(sorted(self._entries))

    def kind(self, path: str) -> EntryKind | None:
        """What is staged at the path; LINK or SUBMODULE too when one stands on the way to it."""
        found = self._entries.get(path)
        if found is not None and not self._has_barriers:
            return found.kind
        for at in (*parents(path), path):
            entry = self._entries.get(at)
            if entry is not None and (at == path or entry.kind in ON_THE_WAY):
                return entry.kind
        return EntryKind.FOLDER if path in ("", ".") or path in self._folders else None

    def read(self, path: str, *, limit: int) -> bytes:
        """The staged content. Raises Unreadable, or TooLarge over `limit` bytes."""
        entry = self._entries.get(path)
        if entry is None or entry.kind is not EntryKind.FILE:
            raise unreadable(self.kind(path))
        return self._objects.read(entry.object_id, limit=limit).data

    def prefetch(self, paths: Collection[str]) -> None:
        """Announce the blobs of these paths."""
        entries = (self._entries.get(path) for path in paths)
        self._objects.prefetch([e.object_id for e in entries if e and e.kind is EntryKind.FILE])

    def identity(self, path: str) -> str:
        """What is staged at the path, and the id of its object."""
        entry = self._entries.get(path)
        kind = entry.kind if entry is not None and not self._has_barriers else self.kind(path)
        return identity_of(kind, entry.object_id if entry is not None and kind is EntryKind.FILE else None)

    @cached_property
    def _entries(self) -> Mapping[str, IndexEntry]:
        listing = index_listing(self._git, self._index_file)
        if listing.conflicts:
            raise PlmctlError(
                f"unresolved merge conflicts: {', '.join(listing.conflicts)}",
                hint="resolve them, then run 'git add'",
            )
        return listing.entries

    @cached_property
    def _has_barriers(self) -> bool:
        """Whether anything is staged that may stand on the way to a path."""
        return any(entry.kind in ON_THE_WAY for entry in self._entries.values())

    @cached_property
    def _folders(self) -> frozenset[str]:
        return frozenset(folder for path in self._entries for folder in parents(path))
