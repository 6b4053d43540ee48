"""A night of floating data: what its pointers say, what changed, and whether it may run."""

from collections.abc import Iterator
from dataclasses import replace

from plmctl.commands.cached import sha256_at_hand
from plmctl.core.dataclass import dataclass
from plmctl.core.floating import (
    guard_of,
    in_percent,
    is_night_of,
    pointers_of,
    refusals,
    share_by_amount,
    share_changed,
)
from plmctl.core.include import TEXT_LIMIT
from plmctl.core.inventory import Inventory, compared
from plmctl.core.lock import DataEntry
from plmctl.core.manifest import Manifest
from plmctl.core.pointer import BrokenPointer, Pointer, read_lock_output, read_pointer
from plmctl.core.ports import Tree, Unreadable
from plmctl.core.store import Store
from plmctl.core.tree import bytes_at
from plmctl.core.value import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Why data is not locked, and what to do; None where somebody has to look at it."""

    path: str
    message: str
    help: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Data as a pointer says it: its bytes, what a lock is to say of it, and what it said before.

    `share` is what changed, in percent; with `is_exact` by the listings, else at least so much.
    """

    artifact: str
    path: str
    data: bytes
    pointer: Pointer
    entry: DataEntry
    old: DataEntry | None
    share: float | None
    is_exact: bool

    @property
    def is_new(self) -> bool:
        """Whether the lock said something else before."""
        return self.old is None or not is_night_of(self.old, self.pointer)

    @property
    def told(self) -> str:
        """What changed, in words."""
        return f"{self.artifact}: {_amounts(self.old, self.pointer)}{self._share_told()}"

    def _share_told(self) -> str:
        if self.share is None:
            return ""
        if self.is_exact:
            return f"; {in_percent(self.share)} of the files changed"
        return f"; at least {in_percent(self.share)} changed: the cache has not both listings"

    def refusal(self, manifest: Manifest) -> Refused | None:
        """What the guard of a dataset says against it."""
        why = "; ".join(refusals(guard_of(manifest), self.pointer, self.share))
        return Refused(path=self.path, message=f"{self.artifact} is refused: {why}") if why else None

    def value(self) -> Value:
        """It, for programs."""
        entry = self.entry
        return {
            "artifact": self.artifact,
            "path": self.path,
            "md5": entry.md5,
            "size": entry.size,
            "nfiles": entry.nfiles,
            "sha256": entry.sha256,
            "commit": entry.commit,
            "previous": self.old.md5 if self.old is not None else None,
            "changedPercent": round(self.share, 1) if self.share is not None else None,
        }


def founds(
    store: Store, tree: Tree, manifest: Manifest, before: tuple[DataEntry, ...]
) -> Iterator[Found | Refused]:
    """The data of a floating dataset as the pointers of a tree say it."""
    for path, out in pointers_of(manifest):
        old = next((entry for entry in before if (entry.path, entry.out) == (path, out)), None)
        yield _found(store, tree, manifest, (path, out), old)


def _found(
    store: Store, tree: Tree, manifest: Manifest, place: tuple[str, str | None], old: DataEntry | None
) -> Found | Refused:
    path, out = place
    try:
        data = tree.read(path, limit=TEXT_LIMIT)
    except Unreadable as error:
        return Refused(
            path=path,
            message=f"{manifest.id}: its pointer {path} cannot be read: {error}",
            help="run 'dvc add' again; of data with another pointer release the dataset first",
        )
    pointer = _read(path, data, out)
    if isinstance(pointer, BrokenPointer):
        why = pointer.findings[0].message
        return Refused(path=path, message=f"{manifest.id}: {path}: {why}", help="run 'plmctl validate'")
    share, is_exact = _share(store, pointer, old)
    return Found(
        artifact=manifest.id,
        path=path,
        data=data,
        pointer=pointer,
        entry=_entry(store, pointer, out, old),
        old=old,
        share=share,
        is_exact=is_exact,
    )


def pointer_at(tree: Tree, path: str, out: str | None) -> Pointer | BrokenPointer | None:
    """A pointer of a tree, None where there is none that can be read."""
    data = bytes_at(tree, path, limit=TEXT_LIMIT)
    return _read(path, data, out) if data is not None else None


def _read(path: str, data: bytes, out: str | None) -> Pointer | BrokenPointer:
    return read_pointer(path, data) if out is None else read_lock_output(path, data, out)


def _entry(store: Store, pointer: Pointer, out: str | None, old: DataEntry | None) -> DataEntry:
    if old is not None and is_night_of(old, pointer):
        return old
    return DataEntry(
        path=pointer.path,
        out=out,
        md5=pointer.md5,
        size=pointer.size,
        nfiles=pointer.nfiles,
        sha256=sha256_at_hand(store, pointer),
    )


def _share(store: Store, pointer: Pointer, old: DataEntry | None) -> tuple[float | None, bool]:
    """What changed since the lock, in percent, and whether that is exact."""
    if old is None:
        return None, False
    then = replace(pointer, md5=old.md5, size=old.size, nfiles=old.nfiles)
    listings = [store.listing(each) for each in (then, pointer)]
    match listings:
        case [Inventory() as one, Inventory() as other]:
            return share_changed(compared(one, other)), True
        case _:
            return share_by_amount(old, pointer), False


def _amounts(old: DataEntry | None, new: Pointer) -> str:
    pairs = (
        (old.nfiles if old is not None else None, new.nfiles, "files"),
        (old.size if old is not None else None, new.size, "bytes"),
    )
    return ", ".join(_step(before, now, unit) for before, now, unit in pairs if now is not None)


def _step(before: int | None, now: int, unit: str) -> str:
    return f"{now} {unit}" if before in (None, now) else f"{before} -> {now} {unit}"
