"""Where a cache lies, and whether there is one, for those who ask about it."""

from plmctl.core.dataclass import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheState:
    """The cache of a repository: its file (None for a user without a home outside
    of it), and its size, None if not there.

    `is_wanted`: this run would use it. `others` are the bytes of other repositories and versions.
    """

    path: str | None
    size: int | None
    is_wanted: bool
    others: int
