"""What a run knows of the runs before it, in tests: each has a Memo of its own over one cache."""

import time
from collections.abc import Callable

from plmctl.core.cache import MARGIN_NS, MemoryCache
from plmctl.core.memo import Memo

PROGRAM = "this one"


class LastingCache(MemoryCache):
    """What the next process knows too."""

    is_lasting = True


def later() -> int:
    """A time when what was written just now was not."""
    return time.time_ns() + 2 * MARGIN_NS


def memo(
    cache: MemoryCache | None = None, program: str = PROGRAM, clock: Callable[[], int] = time.time_ns
) -> Memo:
    """What is known by what a cache has, a new one where none is given."""
    return Memo(cache or LastingCache(), program, clock)


def again(known: Memo) -> Memo:
    """What the next process knows."""
    return Memo(known.cache, known.program, known.files.clock)
