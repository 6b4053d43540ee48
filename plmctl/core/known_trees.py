"""What is in a tree of Git, as a run before listed it: of another one only what differs is read."""

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property

from plmctl.core.cache import Cache, one
from plmctl.core.dataclass import dataclass
from plmctl.core.path import inside
from plmctl.core.tree import EntryKind, identity_of

KIND = "tree"
"""What is kept in a cache: one value for all paths, of which there are many, and each is small."""
_NAME = "listing"
# The mode of a plain file, with whatever permissions.
_FILE = "100"
# No path has it, and no list has an empty word.
_WORD, _LIST = "\0", "\0\0"
_LISTS = 4
# A tree of which more folders had to be read is the one to know.
_FEW = 64


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A tree: its paths, sorted; of each what Git says (mode and object); and the objects of its folders.

    The folder of all has the path "".
    """

    paths: Sequence[str]
    entries: Mapping[str, str]
    folders: Mapping[str, str]
    before: "Listing | None" = None
    others: Collection[str] = ()
    """The paths of which something else is said than in the listing `before`, which it was made from."""

    @cached_property
    def identities(self) -> Mapping[str, str]:
        """What identifies the plain files."""
        if self.before is None:
            return _plain(self.entries)
        found = {**self.before.identities}
        for path in self.others:
            found.pop(path, None)
        here = self.entries
        return {**found, **_plain({path: here[path] for path in self.others if path in here})}

    def below(self, folder: str) -> Sequence[str]:
        """The paths in a folder, which ends with a slash."""
        return inside(self.paths, folder)

    def folders_below(self, folder: str) -> Sequence[str]:
        """The folders in a folder, which ends with a slash; and itself."""
        return inside(self._sorted, folder)

    def names(self, folder: str) -> Iterator[str]:
        """What is in a folder itself, which ends with a slash: files, and folders with a slash."""
        paths, at = self.below(folder), 0
        while at < len(paths):
            name, slash, _ = paths[at][len(folder) :].partition("/")
            yield name + slash
            at = bisect_left(paths, f"{folder}{name}0", at + 1) if slash else at + 1

    @cached_property
    def _sorted(self) -> Sequence[str]:
        return sorted(self.folders)


def _plain(entries: Mapping[str, str]) -> dict[str, str]:
    start, each = identity_of(EntryKind.FILE, ""), entries.items()
    return {path: start + said[7:] for path, said in each if said.startswith(_FILE) and said[6] == " "}


class KnownTrees:
    """The tree that was listed last; it is no proof."""

    def __init__(self, cache: Cache):
        self._cache = cache
        self._learned: Listing | None = None
        self._read = 0

    @cached_property
    def last(self) -> Listing | None:
        """The listing that a run before kept."""
        _, value = one(self._cache, KIND, _NAME)
        lists = [part.split(_WORD) for part in value.decode("utf-8", "surrogateescape").split(_LIST)]
        if len(lists) != _LISTS or len(lists[0]) != len(lists[1]) or len(lists[2]) != len(lists[3]):
            return None
        paths, entries, folders, ids = lists
        # The folder of all has no name.
        names = ["", *(f"{folder}/" for folder in folders[1:])]
        return Listing(
            paths=paths,
            entries=dict(zip(paths, entries, strict=True)),
            folders=dict(zip(names, ids, strict=True)),
        )

    def learn(self, listing: Listing, read: int) -> None:
        """A tree that was listed, and how many of its folders had to be read for it."""
        if read > self._read:
            self._learned, self._read = listing, read

    def keep(self) -> None:
        """Know it in the next run, where what was known was of little use."""
        if self._learned is not None and self._read > _FEW and self._learned.paths:
            listing = self._learned
            folders = sorted(listing.folders)
            lists = (
                listing.paths,
                [listing.entries[path] for path in listing.paths],
                [folder[:-1] or "." for folder in folders],
                [listing.folders[folder] for folder in folders],
            )
            value = _LIST.join(map(_WORD.join, lists)).encode("utf-8", "surrogateescape")
            self._cache.keep(KIND, {_NAME: (b"", value)})
