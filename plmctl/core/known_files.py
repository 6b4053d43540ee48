"""Which objects the files of a work tree would be, as a run before found out: unread, by their stamps."""

from collections.abc import Callable, Mapping
from functools import cached_property

from plmctl.core.cache import Cache, Status, is_settled, one, stamp_text

KIND = "files"
"""What is kept in a cache: one value for all files, of which there are many, and each is small."""
_NAME = "work tree"
# No path has it.
_BETWEEN = "\0"


class KnownFiles:
    """The object ids of files by path and stamp; it is no proof. `clock`: nanoseconds since 1970."""

    def __init__(self, cache: Cache, clock: Callable[[], int]):
        self._cache = cache
        self.clock = clock
        self._found: dict[str, tuple[str, str]] = {}
        self._has_news = False

    def ids(self, path: str, status: Status) -> tuple[str, ...]:
        """The ids of a file that is what it was: as it is, and of one with CRLF without; else none."""
        known = self._before.get(path)
        if known is None or not known[1] or known[0] != stamp_text(status):
            return ()
        self._found[path] = known
        return tuple(known[1].split(" "))

    def single(self, statuses: Mapping[str, Status]) -> Mapping[str, str]:
        """The ids of those of many files that are what they were, and have one."""
        before, found = self._before, {}
        for path, status in statuses.items():
            known = before.get(path)
            if known is not None and known[0] == stamp_text(status):
                found[path] = known
        single = {path: ids for path, (_, ids) in found.items() if ids and " " not in ids}
        self._found.update((path, found[path]) for path in single)
        return single

    def learn(self, path: str, status: Status, since_ns: int, ids: tuple[str, ...]) -> None:
        """What was read of a file; `since_ns`: the clock before that, and before its stat."""
        if is_settled(status, since_ns):
            self._found[path] = stamp_text(status), " ".join(ids)
            self._has_news = self._has_news or self._before.get(path) != self._found[path]

    def keep(self) -> None:
        """Know it in the next run: of all files that were asked for, and of no others."""
        if self._has_news:
            words = (word for path, known in self._found.items() for word in (path, *known))
            value = _BETWEEN.join(words).encode("utf-8", "surrogateescape")
            self._cache.keep(KIND, {_NAME: (b"", value)})

    @cached_property
    def _before(self) -> Mapping[str, tuple[str, str]]:
        _, value = one(self._cache, KIND, _NAME)
        words = value.decode("utf-8", "surrogateescape").split(_BETWEEN)
        return dict(zip(words[::3], zip(words[1::3], words[2::3], strict=False), strict=False))
