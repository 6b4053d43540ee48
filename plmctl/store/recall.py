"""What is known already of data: nothing is read again that did not change since. It is no proof."""

import marshal
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256

from plmctl.core.cache import Cache, Known, is_settled, stamp_of
from plmctl.core.dataclass import dataclass
from plmctl.core.inventory import Inventory, Row
from plmctl.core.pointer import Pointer
from plmctl.core.ports import Watch
from plmctl.store.grounds import Grounds
from plmctl.store.hashing import Hashing
from plmctl.store.measuring import Seen, hashed, seen
from plmctl.store.objects import Objects

_LISTING = "listing"
_WHOLE = "listing, all of it there"
_TIME = 8
_HOUR_NS = 3600 * 1_000_000_000
# A name that no object has: of a listing that is refused nothing is there.
_NONE: Mapping[str, Sequence[str]] = {"": ("",)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was seen, and the time before that, in nanoseconds."""

    seen: Seen
    since_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """What a cache knows of the data of one repository; what it does not know it learns.

    Of a folder of more files than `most` only the whole is known: their rows would fill the cache.
    """

    cache: Cache
    watch: Watch | None = None
    clock: Callable[[], int] = time.time_ns
    most: int = 1_000_000

    def look(self, grounds: Grounds, path: str) -> Look | None:
        """What lies at a path of the repository, None for nothing. Raises PlmctlError as `seen` does."""
        since_ns = self.clock()
        found = seen(grounds, path)
        return Look(seen=found, since_ns=since_ns) if found is not None else None

    def md5(self, look: Look, hashing: Hashing) -> str:
        """The md5 of what was seen; of a folder it is known as a whole, where nothing of it changed."""
        seen, kind = look.seen, _kind(hashing)
        if not seen.is_folder:
            ((_, _, status),) = seen.files
            known = self.cache.named(kind, [seen.path])
            return self._md5s(look, hashing, {seen.path: stamp_of(status)}, known)[seen.path]
        folders, whole = f"{kind} of folders", _stamp_of_all(seen)
        found = self.cache.named(folders, [seen.path]).get(seen.path)
        if found is not None and found[0] == whole:
            return f"{found[1].hex()}.dir"
        stamps = {seen.name(relpath): stamp_of(status) for relpath, _, status in seen.files}
        known = self.cache.below(kind, seen.path)
        md5s = self._md5s(look, hashing, stamps, known)
        self.cache.forget(kind, known.keys() - stamps.keys())
        rows = (Row(relpath=relpath, md5=md5s[seen.name(relpath)]) for relpath, _, _ in seen.files)
        md5 = Inventory.of(rows).md5
        if all(is_settled(status, look.since_ns) for _, _, status in seen.files):
            self.cache.keep(folders, {seen.path: (whole, bytes.fromhex(md5.removesuffix(".dir")))})
        return md5

    def _md5s(
        self, look: Look, hashing: Hashing, stamps: Mapping[str, bytes], known: Mapping[str, Known]
    ) -> Mapping[str, str]:
        """The md5 of each file; those that are not by their stamp what is known are read."""
        seen = look.seen
        md5s = {
            name: value.hex()
            for name, (stamp, value) in known.items()
            if name in stamps and stamps[name] == stamp
        }
        unknown = [found for found in seen.files if seen.name(found[0]) not in md5s]
        settled: dict[str, Known] = {}
        for (relpath, _, status), hashes in hashed(seen, unknown, hashing, self.watch) if unknown else ():
            name = seen.name(relpath)
            md5s[name] = hashes.md5
            if is_settled(status, look.since_ns):
                settled[name] = (stamps[name], bytes.fromhex(hashes.md5))
        if len(seen.files) <= self.most:
            self.cache.keep(_kind(hashing), settled)
        return md5s

    def has(self, objects: Objects, pointer: Pointer) -> bool:
        """Whether objects have every file of a pointer's data, in its size.

        Those of a folder are looked at one by one where anything came into their own folders, or went, and
        every hour.
        """
        if not pointer.is_folder:
            return objects.has(pointer)
        place = objects.place(pointer.md5, is_legacy=pointer.is_legacy)
        now_ns = self.clock()
        try:
            status = os.stat(place)
        except OSError:
            return False
        if self._is_known(objects, pointer, status, now_ns):
            return True
        names = self._names(objects, pointer, status, now_ns)
        if objects.size_of_all(names, is_legacy=pointer.is_legacy) != pointer.size:
            return False
        # Looked at after the objects: whoever takes one away meanwhile does so just now.
        there = [status, *objects.folders(names, is_legacy=pointer.is_legacy)]
        if all(is_settled(each, now_ns) for each in there):
            self.cache.keep(_WHOLE, {place: (_stamp(there), _telling(now_ns, str(pointer.size), names))})
        return True

    def _is_known(self, objects: Objects, pointer: Pointer, status: os.stat_result, now_ns: int) -> bool:
        """Whether every object was there, within the hour, and no folder of them has changed since."""
        place = objects.place(pointer.md5, is_legacy=pointer.is_legacy)
        found = self.cache.named(_WHOLE, [place]).get(place)
        if found is None:
            return False
        since_ns, size, folders = _told(found[1])
        if size != str(pointer.size) or not 0 <= now_ns - since_ns < _HOUR_NS:
            return False
        return found[0] == _stamp([status, *objects.folders(folders, is_legacy=pointer.is_legacy)])

    def _names(
        self, objects: Objects, pointer: Pointer, status: os.stat_result, since_ns: int
    ) -> Mapping[str, Sequence[str]]:
        """The objects of a listing by their folders; a listing is read once."""
        place = objects.place(pointer.md5, is_legacy=pointer.is_legacy)
        found = self.cache.named(_LISTING, [place]).get(place)
        if found is not None and found[0] == stamp_of(status):
            return _unpacked(found[1])
        listing = objects.listing(pointer)
        if not isinstance(listing, Inventory):
            return _NONE
        packed = _packed(listing)
        if is_settled(status, since_ns):
            self.cache.keep(_LISTING, {place: (stamp_of(status), packed)})
        return _unpacked(packed)


def _kind(hashing: Hashing) -> str:
    return "md5-dos2unix" if hashing.is_legacy else "md5"


def _stamp(statuses: Iterable[os.stat_result]) -> bytes:
    return sha256(b"\n".join(map(stamp_of, statuses))).digest()


def _stamp_of_all(seen: Seen) -> bytes:
    """By what a folder is known again: the stamp of every file, in the order in which the folder has them."""
    stamps = [
        (relpath, s.st_size, s.st_mtime_ns, s.st_ctime_ns, s.st_ino, s.st_dev) for relpath, _, s in seen.files
    ]
    # Another order, or other bytes in another Python, are another stamp, and each file is asked for.
    return sha256(marshal.dumps(stamps, 2)).digest()


def _packed(listing: Inventory) -> bytes:
    """The objects of a listing by their folders, a line each: it is taken apart in two steps."""
    folders: dict[str, list[str]] = {}
    for row in listing.rows:
        folders.setdefault(row.md5[:2], []).append(row.md5[2:])
    return "\n".join("/".join([folder, *names]) for folder, names in sorted(folders.items())).encode()


def _unpacked(value: bytes) -> Mapping[str, Sequence[str]]:
    lines = [line.split("/") for line in value.decode("latin-1").split("\n")] if value else []
    return {folder: names for folder, *names in lines}


def _telling(since_ns: int, size: str, folders: Iterable[str]) -> bytes:
    """When the objects of a listing were looked at, their size together, and the folders that they are in."""
    return since_ns.to_bytes(_TIME, signed=True) + "/".join([size, *folders]).encode()


def _told(value: bytes) -> tuple[int, str, Sequence[str]]:
    size, *folders = value[_TIME:].decode("latin-1").split("/")
    return int.from_bytes(value[:_TIME], signed=True), size, folders
