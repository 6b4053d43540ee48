"""What the runs before found out of files and of manifests, for commands that look and claim nothing."""

from collections.abc import Callable

from plmctl.core.brief import Briefs
from plmctl.core.cache import Cache
from plmctl.core.known_files import KnownFiles


class Memo:
    """Which objects files of the work tree are, and what manifests say; `clock`: nanoseconds since 1970.

    `program` is what found it out: of another one nothing is known.
    """

    def __init__(self, cache: Cache, program: str, clock: Callable[[], int]):
        self.cache = cache
        self.program = program
        self.files = KnownFiles(cache, clock)
        self.briefs = Briefs(cache, program)

    def keep(self) -> None:
        """Know it in the next run."""
        self.files.keep()
        self.briefs.keep()
