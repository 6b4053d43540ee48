"""What the local cache of DVC has of data, read whole and hashed."""

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256

from plmctl.core.dataclass import dataclass
from plmctl.core.finding import IntegrityError, PlmctlError
from plmctl.core.inventory import BrokenListing, Inventory, Measured, Row
from plmctl.core.pointer import Pointer
from plmctl.core.store import Store

_SHA256 = "sha256:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cached:
    """Files of a pointer's data by the paths that they have in the repository: by what the cache has of each.

    `sha256` is that of the whole in hex, where all of it is there and every md5 is right.
    """

    sound: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    sha256: str | None = None


def cached(store: Store, pointer: Pointer) -> Cached:
    """What the cache has of a pointer's data. Raises IntegrityError for another listing than its own."""
    rows = _rows(store, pointer)
    if rows is None:
        return Cached(missing=(pointer.out_path,))
    sound, wrong, missing = list[Row](), list[Row](), list[Row]()
    for row in rows:
        content = store.content(pointer, row.md5)
        found = _sum(content) if content is not None else None
        if found is not None:
            sound.append(replace(row, sha256=found))
        else:
            (missing if content is None else wrong).append(row)
    return Cached(
        sound=_paths(pointer, sound),
        wrong=_paths(pointer, wrong),
        missing=_paths(pointer, missing),
        sha256=None if wrong or missing else _whole(pointer, sound),
    )


def sha256_at_hand(store: Store, pointer: Pointer) -> str | None:
    """The sha256 of data in the work tree, else in the cache, in hex, where its md5 is the pointer's."""
    try:
        return _in_work_tree(store, pointer) or cached(store, pointer).sha256
    except PlmctlError:
        return None


def _in_work_tree(store: Store, pointer: Pointer) -> str | None:
    seen = store.counted(pointer.out_path)
    # What has another size need not be read to see that it is something else.
    if seen is None or seen.size != pointer.size:
        return None
    found = store.measured(pointer.out_path, is_legacy=pointer.is_legacy, with_sha256=True)
    return digits_of(found) if found is not None and found.md5 == pointer.md5 else None


def digits_of(found: Measured) -> str | None:
    """The sha256 of data in hex, as tags and locks have it."""
    return found.sha256.removeprefix(_SHA256) if found.sha256 is not None else None


def _rows(store: Store, pointer: Pointer) -> tuple[Row, ...] | None:
    if not pointer.is_folder:
        return (Row(relpath="", md5=pointer.md5),)
    listing = store.listing(pointer)
    if isinstance(listing, BrokenListing):
        raise IntegrityError(listing.message, hint=listing.help)
    return listing.rows if listing is not None else None


def _sum(content: Iterator[bytes]) -> str | None:
    """The sha256 of a file, None where its md5 is another than it should be."""
    found = sha256()
    try:
        for piece in content:
            found.update(piece)
    except IntegrityError:
        return None
    return found.hexdigest()


def _whole(pointer: Pointer, rows: list[Row]) -> str | None:
    whole = Inventory.of(rows).sha256 if pointer.is_folder else rows[0].sha256
    return whole.removeprefix(_SHA256) if whole is not None else None


def _paths(pointer: Pointer, rows: list[Row]) -> tuple[str, ...]:
    return tuple(f"{pointer.out_path}/{row.relpath}" if row.relpath else pointer.out_path for row in rows)
