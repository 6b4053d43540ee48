"""Data of the work tree that is other than its pointer says: a release has what the pointer says."""

from collections.abc import Iterator

from plmctl.core.finding import PlmctlError
from plmctl.core.inventory import Counted
from plmctl.core.pointer import Pointer
from plmctl.core.registry import Registry
from plmctl.core.store import Store
from plmctl.core.whole import having_data

_SHOWN = 5


def altered_notes(registry: Registry, store: Store | None) -> tuple[str, ...]:
    """A note for each, by size and number of files: hashing gigabytes is for `data status`."""
    if store is None:
        return ()
    pointers = {p.out_path: p for m in having_data(registry) for p in m.data}
    found = [path for path, pointer in sorted(pointers.items()) if _is_altered(store, pointer)]
    return (*map(_note, found[:_SHOWN]), *_rest(len(found) - _SHOWN))


def _is_altered(store: Store, pointer: Pointer) -> bool:
    try:
        counted = store.counted(pointer.out_path)
    except PlmctlError:
        # What stands in the way of it, `data status` says; the release has no need of it.
        return False
    # Data that is not here was never pulled, or only its folders were left behind by Git.
    if counted is None or (counted.nfiles == 0 and pointer.nfiles):
        return False
    return counted != Counted(size=pointer.size, nfiles=pointer.nfiles)


def _note(path: str) -> str:
    return f"{path} differs from its pointer, which is what is released: 'plmctl data status' says how"


def _rest(count: int) -> Iterator[str]:
    if count > 0:
        yield f"{count:,} more data differ from their pointers: 'plmctl data status' names them"
