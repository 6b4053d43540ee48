"""DVC's cache as far as it lies inside a repository that nobody has to trust."""

import os
import stat
from collections.abc import Iterator, Sequence

from plmctl.core.inventory import LISTING_LIMIT, BrokenListing, Inventory
from plmctl.core.pointer import Pointer
from plmctl.store.grounds import dvc_top
from plmctl.store.objects import Objects


class InnerCache:
    """The folder `.dvc/cache` of the repository at `top`, an absolute path without links; a Kept.

    No configuration is read, for a pull request may edit it, and no link is followed out of the repository.
    What it says is shown to strangers: places are named from `top` on. A listing of more bytes than the limit
    is refused unread.
    """

    def __init__(self, top: str, listing_limit: int = LISTING_LIMIT):
        self._top = top
        self._listing_limit = listing_limit

    def listing(self, pointer: Pointer) -> Inventory | BrokenListing | None:
        """The inventory of a folder."""
        objects = self._objects(pointer)
        return objects.listing(pointer) if self._is_inside(objects, pointer, pointer.md5) else None

    def content(self, pointer: Pointer, md5: str) -> Iterator[bytes] | None:
        """The bytes of one file of a pointer's data."""
        objects = self._objects(pointer)
        is_inside = self._is_inside(objects, pointer, md5)
        return objects.content(md5, is_legacy=pointer.is_legacy) if is_inside else None

    def not_in_cache(self, pointers: Sequence[Pointer]) -> tuple[Pointer, ...]:
        """Those of which it has not every file, in its size."""
        return tuple(p for p in pointers if not self._has(p))

    def _has(self, pointer: Pointer) -> bool:
        objects = self._objects(pointer)
        return self._is_inside(objects, pointer, pointer.md5) and objects.has(pointer)

    def _is_inside(self, objects: Objects, pointer: Pointer, md5: str) -> bool:
        """Whether an object is a file of the repository itself."""
        place = os.path.realpath(objects.place(md5, is_legacy=pointer.is_legacy))
        try:
            is_file = stat.S_ISREG(os.lstat(place).st_mode)
        except OSError:
            return False
        return is_file and place.startswith(self._top + os.sep)

    def _objects(self, pointer: Pointer) -> Objects:
        folder = os.path.join(dvc_top(self._top, pointer.out_path), ".dvc", "cache")
        shown = os.path.relpath(folder, self._top)
        return Objects(folder=folder, shown=shown, listing_limit=self._listing_limit)
