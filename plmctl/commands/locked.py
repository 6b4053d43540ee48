"""Which release the plm.lock of a tree is of."""

from plmctl.core.cache import one
from plmctl.core.lock import LOCK_LIMIT, read_lock
from plmctl.core.memo import Memo
from plmctl.core.tree import Tree, bytes_at

# What is kept in a cache: the release that a lock is of, by its path.
_KIND = "lock of"


def locked_release(tree: Tree, path: str, memo: Memo | None) -> str | None:
    """The release that a lock is of; None where there is none that can be read. Raises IntegrityError.

    One that a run before read is not read again by who looks only: that of a large registry is large.
    """
    stamp = tree.identity(path).encode("utf-8", "surrogateescape")
    if memo is not None:
        known, release = one(memo.cache, _KIND, path)
        if known == stamp:
            return release.decode("utf-8", "replace")
    data = bytes_at(tree, path, limit=LOCK_LIMIT)
    if data is None:
        return None
    found = read_lock(path, data).source.release
    if memo is not None:
        memo.cache.keep(_KIND, {path: (stamp, found.encode())})
    return found
