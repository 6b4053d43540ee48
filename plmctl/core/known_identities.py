"""The digests of artifacts as runs before computed them, by all that they are made of."""

from collections.abc import Iterable
from functools import cached_property
from hashlib import sha256

from plmctl.core.cache import Cache, Known, one

KIND = "digests"
"""What is kept in a cache: one value for all artifacts, of which there are many, and each is small."""
_NAME, _ROWS = "artifacts", "stock"
_MOST_UNUSED = 1000
_WORDS = 3
ROW = 97
"""Bytes of what is known of one artifact, where all are known at once."""


class KnownIdentities:
    """The digest and the metadataDigest of artifacts; they are no proof. `stamp` is what they are of."""

    def __init__(self, cache: Cache, stamp: bytes):
        self._cache = cache
        self._stamp = stamp
        self._used: dict[str, tuple[str, str]] = {}
        self._has_news = False
        self._learnt: Known | None = None
        self._told = 0

    @cached_property
    def _known(self) -> dict[str, tuple[str, str]]:
        known, value = one(self._cache, KIND, _NAME)
        lines = value.decode("ascii", "replace").split("\n") if known == self._stamp else []
        split = (line.split(" ") for line in lines)
        return {words[0]: (words[1], words[2]) for words in split if len(words) == _WORDS}

    def find(self, key: str) -> tuple[str, str] | None:
        """The digests of what has this key."""
        found = self._known.get(key)
        if found is not None:
            self._used[key] = found
        return found

    def learn(self, key: str, digest: str, metadata_digest: str) -> None:
        """What was computed."""
        self._known[key] = self._used[key] = digest, metadata_digest
        self._has_news = True

    def rows(self, stock: bytes) -> bytes:
        """What a run before found out of all artifacts of a stock, by its stamp; else nothing."""
        known, rows = self._learnt or self._kept
        if known != stock:
            return b""
        self._told = len(rows) // ROW
        return rows

    @cached_property
    def _kept(self) -> Known:
        return one(self._cache, KIND, _ROWS)

    def learn_rows(self, stock: bytes, rows: bytes) -> None:
        """What was found out of all artifacts of a stock."""
        self._learnt = stock, rows

    def keep(self) -> None:
        """Know these in the next run; of others that were known some."""
        if self._learnt is not None:
            self._cache.keep(KIND, {_ROWS: self._learnt})
        if self._has_news:
            # Who is told of all at once need not ask for each.
            is_much = len(self._known) > 2 * (len(self._used) + self._told) + _MOST_UNUSED
            lines = (
                " ".join((key, *found)) for key, found in (self._used if is_much else self._known).items()
            )
            self._cache.keep(KIND, {_NAME: (self._stamp, "\n".join(lines).encode("ascii"))})


def key_of(path: str, identity: str, asked: Iterable[tuple[str, str]], targets: Iterable[str | None]) -> str:
    """The key of an artifact: its file, those that it includes, and what its references lead to."""
    words = [path, identity, *(word for other in asked for word in other), "", *(t or "" for t in targets)]
    return sha256("\0".join(words).encode("utf-8", "surrogateescape")).hexdigest()
