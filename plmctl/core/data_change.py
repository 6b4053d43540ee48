"""What changed in the data of an artifact, as far as its bytes or listings are at hand."""

from plmctl.core.dataclass import dataclass
from plmctl.core.inventory import Comparison
from plmctl.core.pointer import Pointer
from plmctl.core.row import RowChanges, TooManyRows


@dataclass(frozen=True, slots=True, kw_only=True)
class DataChange:
    """Data that an artifact pointed to, and what it points to now; `why` says what is not known.

    `files` is of two folders, `rows` of two files of records. `is_restricted`: not everybody who sees the
    change may see values of the data.
    """

    artifact: str
    old: Pointer
    new: Pointer
    files: Comparison | None = None
    rows: RowChanges | TooManyRows | None = None
    why: str = ""
    is_restricted: bool = False
