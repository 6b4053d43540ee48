"""What changed in data between two moments, from what is at hand; nothing is fetched."""

from collections.abc import Iterable, Iterator

from plmctl.commands.tracked import tracked_file, tracked_folder
from plmctl.core.change import Change, Side
from plmctl.core.data import is_restricted
from plmctl.core.data_change import DataChange
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import IntegrityError
from plmctl.core.inventory import BrokenListing, Inventory, compared
from plmctl.core.judgement import Judgement
from plmctl.core.pointer import Pointer
from plmctl.core.ports import Kept, Tree
from plmctl.core.records import FORMATS, key_columns
from plmctl.core.row import RowChanges, TooManyRows, row_changes
from plmctl.core.value import as_mapping, as_text

ROWS_LIMIT = 4 * 1024 * 1024
"""Bytes of a file whose rows are compared: a stranger's change is answered within a second and 200 MB."""
FILES_LIMIT = 16 * 1024 * 1024
"""Bytes of a listing that is compared, about 170,000 files: two take some seconds and 200 MB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelves:
    """Where data is looked for: in the cache, and in the trees of the two moments. None is trusted."""

    kept: Kept | None
    before: Tree
    after: Tree

    def changes(self, judgements: Iterable[Judgement]) -> tuple[DataChange, ...]:
        """The data that is other, of each artifact that was judged."""
        judged = {judgement.change.artifact: judgement.change for judgement in judgements}
        return tuple(found for _, change in sorted(judged.items()) for found in self._of(change))

    def _of(self, change: Change) -> Iterator[DataChange]:
        before, after = change.before, change.after
        if before is None or after is None or before.manifest.is_floating or after.manifest.is_floating:
            return
        for field, included in sorted(after.manifest.included.items(), key=lambda item: str(item[0])):
            former = before.manifest.included.get(field)
            old, new = former.data if former is not None else None, included.data
            if old is not None and new is not None and old.md5 != new.md5:
                yield self._change(change.artifact, before, after, old, new)

    def _change(self, artifact: str, before: Side, after: Side, old: Pointer, new: Pointer) -> DataChange:
        files, rows, why = None, None, ""
        try:
            if old.is_folder and new.is_folder:
                files = compared(self._inventory(old, self.before), self._inventory(new, self.after))
            elif not old.is_folder and not new.is_folder:
                rows = self._rows(after, old, new)
        except _UnknownError as error:
            why = str(error)
        except IntegrityError as error:
            why = error.message
        return DataChange(
            artifact=artifact,
            old=old,
            new=new,
            files=files,
            rows=rows,
            why=why,
            is_restricted=any(is_restricted(as_mapping(side.value("spec"))) for side in (before, after)),
        )

    def _inventory(self, pointer: Pointer, tree: Tree) -> Inventory:
        found = self.kept.listing(pointer) if self.kept is not None else None
        if isinstance(found, BrokenListing):
            raise _UnknownError(found.message)
        found = found or tracked_folder(tree, pointer)
        if found is None:
            raise _UnknownError(f"which files changed is not known: {_absent(pointer)}")
        return found

    def _rows(self, side: Side, old: Pointer, new: Pointer) -> RowChanges | TooManyRows | None:
        format_ = as_text(side.value("spec", "format")) or ""
        if format_ not in FORMATS:
            return None
        if max(old.size, new.size) > ROWS_LIMIT:
            return TooManyRows(limit=ROWS_LIMIT)
        return row_changes(
            self._content(old, self.before),
            self._content(new, self.after),
            key=key_columns(side.value("spec", "key")),
            format_=format_,
            limit=ROWS_LIMIT,
            schema=as_mapping(side.value("spec", "schema")),
        )

    def _content(self, pointer: Pointer, tree: Tree) -> Iterable[bytes]:
        found = self.kept.content(pointer, pointer.md5) if self.kept is not None else None
        if found is not None:
            return found
        data = tracked_file(tree, pointer)
        if data is None:
            raise _UnknownError(f"which rows changed is not known: {_absent(pointer)}")
        return (data,)


class _UnknownError(Exception):
    """Why it is not known what changed."""


def _absent(pointer: Pointer) -> str:
    return f"the data with md5 {pointer.md5} is not in .dvc/cache"
