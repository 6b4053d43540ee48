"""The values of documents that runs before parsed, by the sha256 of their files; they are no proof."""

import json
from collections.abc import Mapping
from functools import cached_property

from plmctl.core.cache import Cache, MemoryCache, newest, one
from plmctl.core.document import BrokenDocument, Document, known_document, read_document
from plmctl.core.limits import Limits

KIND = "values"
"""What is kept in a cache: of the documents that were asked for last, which are few."""
RECENT = 500
"""So many of them."""
LARGEST = 64 * 1024
"""Bytes of a file that is among them."""
_NAME = "recent"
_ACCEPTED, _PLAIN = "+", "-"


class Values:
    """What one program parsed. A manifest that is known is asked for its document by what refers to it."""

    def __init__(self, cache: Cache, program: str):
        self._cache = cache
        self._stamp = program.encode()
        self._used: dict[str, str] = {}
        self._has_news = False

    def document(self, path: str, data: bytes, sha256: str, limits: Limits) -> Document | BrokenDocument:
        """The document of a file with this sha256: parsed, or known without a finding."""
        said = self._said(sha256)
        if said is not None:
            self._use(sha256, said)
            return known_document(path, data, json.loads(said[1:]), limits)
        found = read_document(path, data, limits)
        is_kept = self._cache.is_lasting and len(data) <= LARGEST
        if is_kept and isinstance(found, Document) and not found.findings:
            self._use(sha256, _PLAIN + json.dumps(found.value, separators=(",", ":")))
            self._has_news = True
        return found

    def _use(self, sha256: str, said: str) -> None:
        # Of a large registry all are asked for one after the other, and these are not to be held.
        self._used.pop(sha256, None)
        self._used[sha256] = said
        if len(self._used) > RECENT:
            del self._used[next(iter(self._used))]

    def is_accepted(self, sha256: str) -> bool:
        """Whether a document is known to be a plmctl.yaml as the schema of that has it."""
        return (self._said(sha256) or "").startswith(_ACCEPTED)

    def accept(self, sha256: str) -> None:
        """Know that from now on, of a document that was asked for."""
        said = self._used.get(sha256)
        if said is not None:
            self._used[sha256], self._has_news = _ACCEPTED + said[1:], True

    def keep(self) -> None:
        """Know them in the next run."""
        if self._has_news:
            lines = (f"{sha256} {said}" for sha256, said in newest(self._before, self._used, RECENT))
            self._cache.keep(KIND, {_NAME: (self._stamp, "\n".join(lines).encode())})

    def _said(self, sha256: str) -> str | None:
        return self._used.get(sha256) or self._before.get(sha256)

    @cached_property
    def _before(self) -> Mapping[str, str]:
        stamp, value = one(self._cache, KIND, _NAME)
        lines = value.decode("ascii").split("\n") if stamp == self._stamp else []
        return {sha256: said for sha256, _, said in (line.partition(" ") for line in lines)}


NO_VALUES = Values(MemoryCache(), "")
"""Nothing is known, and nothing is kept."""
