"""What Git keeps of a path: its mode, its object, and which names no checkout may have."""

import stat
from collections.abc import Iterator
from functools import lru_cache

from plmctl.core.dataclass import dataclass
from plmctl.core.finding import IntegrityError
from plmctl.core.ports import EntryKind
from plmctl.git.process import decoded

FORBIDDEN = frozenset({"", ".", "..", ".git"})
# What ends the way to a path: nothing below it is part of the tree.
ON_THE_WAY = (EntryKind.LINK, EntryKind.SUBMODULE)


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeEntry:
    """A name in a tree object, with its mode and its object."""

    mode: int
    name: str
    object_id: str

    @property
    def kind(self) -> EntryKind:
        """What the mode says."""
        return kind_of_mode(self.mode)


@lru_cache(maxsize=64)
def kind_of_mode(mode: int) -> EntryKind:
    """What a mode of Git stands for (gitformat-index: "mode")."""
    if mode == 0o160000:
        return EntryKind.SUBMODULE
    return kind_of_stat(mode)


@lru_cache(maxsize=64)
def kind_of_stat(mode: int) -> EntryKind:
    """What a mode of a file system stands for."""
    if stat.S_ISREG(mode):
        return EntryKind.FILE
    if stat.S_ISDIR(mode):
        return EntryKind.FOLDER
    return EntryKind.LINK if stat.S_ISLNK(mode) else EntryKind.OTHER


def is_possible_path(path: str) -> bool:
    """Whether each part of a path is a name that a checkout may have."""
    around = f"/{path}/"
    # All that is forbidden is empty or begins with a dot: of most paths no part need be looked at.
    if "/." not in around and "//" not in around:
        return True
    return not any(part.lower() in FORBIDDEN for part in path.split("/"))


def parents(path: str) -> Iterator[str]:
    """The folders on the way to a path, the outermost first."""
    at = path.find("/")
    while at >= 0:
        yield path[:at]
        at = path.find("/", at + 1)


def tree_entries(object_id: str, data: bytes) -> tuple[TreeEntry, ...]:
    """The entries of a tree object in its order. Raises IntegrityError for one that Git would never write."""
    width = len(object_id) // 2
    found: dict[str, TreeEntry] = {}
    at = 0
    while at < len(data):
        space = data.find(b" ", at)
        end = data.find(b"\0", space)
        mode, after = data[at:space], end + 1 + width
        if not at < space < end or after > len(data) or not mode.isdigit() or mode.strip(b"01234567"):
            raise IntegrityError(f"tree {object_id} is malformed", hint="run 'git fsck'")
        name = decoded(data[space + 1 : end])
        if name in found or "/" in name or not is_possible_path(name):
            raise IntegrityError(f"tree {object_id} has a forbidden name: {name!r}", hint="run 'git fsck'")
        found[name] = TreeEntry(mode=int(mode, 8), name=name, object_id=data[end + 1 : after].hex())
        at = after
    return tuple(found.values())
