"""What is staged, as `ls-files` tells it."""

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from itertools import compress

from plmctl.core.dataclass import dataclass
from plmctl.core.finding import IntegrityError, PlmctlError
from plmctl.core.limits import CLOSED, Ceiling
from plmctl.core.ports import EntryKind
from plmctl.core.tree import identity_of
from plmctl.git.entries import ON_THE_WAY, is_possible_path, kind_of_mode, parents
from plmctl.git.objects import ObjectReader
from plmctl.git.process import Git, decoded
from plmctl.git.trees import filled_in, unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexEntry:
    """A staged path: its mode and what that says, its object; `is_skipped` in a sparse checkout."""

    path: str
    mode: int
    kind: EntryKind
    object_id: str
    is_skipped: bool


# What `ls-files -t -s` writes before the object of a plain file that is checked out, and after it.
_PLAIN = frozenset({"H 100644 ", "H 100755 "})
_TAG_AND_MODE, _MERGED = 9, " 0\t"


class StagedEntries(Mapping[str, IndexEntry]):
    """What is staged, by path: of ten thousand records those are taken apart that somebody asks for.

    A record is `TAG MODE OBJECT STAGE`, a tab, and the path; all but that is `width` wide.
    """

    def __init__(self, records: Mapping[str, str], width: int):
        self._records = records
        self._width = width

    def __getitem__(self, path: str) -> IndexEntry:
        """The entry of a path. Raises KeyError."""
        tag, mode, oid = self._records[path].split(" ", 3)[:3]
        bits = int(mode, 8)
        return IndexEntry(path=path, mode=bits, kind=kind_of_mode(bits), object_id=oid, is_skipped=tag == "S")

    def __iter__(self) -> Iterator[str]:
        """The paths, in Git's order."""
        return iter(self._records)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._records)

    def __contains__(self, path: object) -> bool:
        """Whether a path is staged."""
        return path in self._records

    @cached_property
    def identities(self) -> Mapping[str, str]:
        """What identifies each, where all are plain files; else none."""
        if {record[:_TAG_AND_MODE] for record in self._records.values()} - _PLAIN:
            return {}
        start, end = identity_of(EntryKind.FILE, ""), self._width - len(_MERGED)
        return {path: start + record[_TAG_AND_MODE:end] for path, record in self._records.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexListing:
    """All of an index: what is staged, and the paths that wait for a merge to be resolved."""

    entries: StagedEntries
    conflicts: tuple[str, ...]


def index_listing(git: Git, index_file: str | None = None) -> IndexListing:
    """The index of the work tree, or another one by its absolute path."""
    extra = {"GIT_INDEX_FILE": index_file} if index_file else {}
    written = decoded(git.run("ls-files", "-s", "-t", "-z", extra=extra).out)
    records = written.split("\0")[:-1]
    width = written.find("\t") + 1
    paths = [record[width:] for record in records]
    _refuse_forbidden(paths)
    # A path that waits for a merge has up to three records, and none of these.
    are_merged = [record[width - len(_MERGED) : width] == _MERGED for record in records]
    conflicts = set[str]()
    if not all(are_merged):
        conflicts.update(path for path, is_merged in zip(paths, are_merged, strict=True) if not is_merged)
        paths, records = list(compress(paths, are_merged)), list(compress(records, are_merged))
    entries = StagedEntries(dict(zip(paths, records, strict=True)), width)
    return IndexListing(entries=entries, conflicts=tuple(sorted(conflicts)))


def _refuse_forbidden(names: Collection[str]) -> None:
    # Of a forbidden name some part is empty or begins with a dot: most listings have none such at all.
    listed = "\n/".join(("", *names, ""))
    if "/." in listed or "//" in listed or "/\n" in listed:
        for name in names:
            if not is_possible_path(name):
                raise IntegrityError(f"the index has a forbidden name: {name!r}", hint="run 'git fsck'")


class IndexTree:
    """What is staged; a Tree. Raises PlmctlError on first use while a merge is unresolved."""

    root = None

    def __init__(
        self, git: Git, objects: ObjectReader, index_file: str | None = None, ceiling: Ceiling = CLOSED
    ):
        self.ceiling = ceiling
        self._git = git
        self._objects = objects
        self._index_file = index_file

    def paths(self) -> Iterator[str]:
        """Every staged path, sorted by code point."""
        return iter(self._paths)

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

    def identities(self, paths: Collection[str]) -> Mapping[str, str]:
        """The same of many paths."""
        return filled_in(self._entries.identities, paths, self.identity)

    @cached_property
    def _paths(self) -> tuple[str, ...]:
        return tuple(sorted(self._entries))

    @cached_property
    def _entries(self) -> StagedEntries:
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
        entries = self._entries
        return not entries.identities and any(entry.kind in ON_THE_WAY for entry in entries.values())

    @cached_property
    def _folders(self) -> frozenset[str]:
        return frozenset(folder for path in self._entries for folder in parents(path))
