"""What is known already, as the core asks for it; and by what a file is known again unread."""

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Protocol, TypeVar

Known = tuple[bytes, bytes]
"""What is known of something: what it was known by, as the stamp of a file, and the value."""

Made = Callable[[], Iterator[tuple[str, Known]]]
"""What makes what is known of many names, one after the other, and again where somebody asks again."""

MARGIN_NS = 2_000_000_000
"""Nanoseconds within which two writes may have one time: the clock of FAT is the coarsest."""
_Key = TypeVar("_Key", str, tuple[str, str])


class Cache(Protocol):
    """Values by kind and name, of one repository; never the only copy of anything, and never proof.

    Whatever is wrong with it, there is nothing in it: no method raises. What is kept is there for the next
    process. Whoever may write to the user's own files may have written it.
    """

    @property
    def is_lasting(self) -> bool:
        """Whether the next process will know what is kept."""
        ...

    def named(self, kind: str, names: Iterable[str]) -> Mapping[str, Known]:
        """What is known of these names; one that is not known is left out."""
        ...

    def below(self, kind: str, folder: str) -> Mapping[str, Known]:
        """What is known of all names that begin with a folder and a slash."""
        ...

    def every(self, kind: str) -> Mapping[str, Known]:
        """All that is known of a kind."""
        ...

    def keep(self, kind: str, found: Mapping[str, Known]) -> None:
        """Know these from now on, whatever was known of them."""
        ...

    def keep_made(self, kind: str, made: Made) -> None:
        """The same of many, each made when it is written."""
        ...

    def forget(self, kind: str, names: Iterable[str]) -> None:
        """Know these no more."""
        ...


def one(cache: Cache, kind: str, name: str) -> Known:
    """What is known of a name; of one that is not known, no stamp and no value."""
    return cache.named(kind, [name]).get(name, (b"", b""))


def newest(before: Mapping[_Key, str], used: Mapping[_Key, str], most: int) -> list[tuple[_Key, str]]:
    """What to keep of what was known and of what a run used: so much, and what was used last stands last."""
    known = {**before, **used}
    for key in used:
        known[key] = known.pop(key)
    return list(known.items())[-most:]


class MemoryCache:
    """What is known in this process alone; a Cache."""

    is_lasting = False

    def __init__(self) -> None:
        self._known: dict[str, dict[str, Known]] = {}

    def named(self, kind: str, names: Iterable[str]) -> Mapping[str, Known]:
        """What is known of these names."""
        known = self._known.get(kind, {})
        return {name: known[name] for name in names if name in known}

    def below(self, kind: str, folder: str) -> Mapping[str, Known]:
        """What is known of all names that begin with a folder and a slash."""
        return {name: known for name, known in self.every(kind).items() if name.startswith(f"{folder}/")}

    def every(self, kind: str) -> Mapping[str, Known]:
        """All that is known of a kind."""
        return dict(self._known.get(kind, {}))

    def keep(self, kind: str, found: Mapping[str, Known]) -> None:
        """Know these from now on."""
        self._known.setdefault(kind, {}).update(found)

    def keep_made(self, kind: str, made: Made) -> None:
        """The same of many."""
        self.keep(kind, dict(made()))

    def forget(self, kind: str, names: Iterable[str]) -> None:
        """Know these no more."""
        for name in names:
            self._known.get(kind, {}).pop(name, None)


class Status(Protocol):
    """The part of an `os.stat_result` by which a file is known again."""

    @property
    def st_size(self) -> int:
        """Bytes."""
        ...

    @property
    def st_mtime_ns(self) -> int:
        """When the content changed, as far as anybody says: tools set it back."""
        ...

    @property
    def st_ctime_ns(self) -> int:
        """When anything of the file changed: the kernel says it, and takes no orders."""
        ...

    @property
    def st_ino(self) -> int:
        """Which file of the device it is, by whatever name."""
        ...

    @property
    def st_dev(self) -> int:
        """The device."""
        ...


def stamp_of(status: Status) -> bytes:
    """By what a file is known again: size, both times, inode and device."""
    return stamp_text(status).encode()


def stamp_text(status: Status) -> str:
    """The same as a text."""
    s = status
    return f"{s.st_size} {s.st_mtime_ns} {s.st_ctime_ns} {s.st_ino} {s.st_dev}"


def is_settled(status: Status, now_ns: int) -> bool:
    """Whether a later write would change the stamp; `now_ns`: before the file was read.

    One that was written just now may be written again within the same tick of its clock (Git's racy entries).
    """
    return max(status.st_mtime_ns, status.st_ctime_ns) + MARGIN_NS < now_ns


def user_cache(environment: Mapping[str, str]) -> str | None:
    """The folder for all that is kept for a user (XDG Base Directory), None for a user without a home."""
    named = environment.get("XDG_CACHE_HOME", "")
    home = environment.get("HOME", "")
    # A relative one is ignored: it would be another in each folder.
    if named.startswith("/"):
        return posixpath.join(named, "plmctl")
    return posixpath.join(home, ".cache", "plmctl") if home.startswith("/") else None
