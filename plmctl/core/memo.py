"""What the runs before found out of files and of manifests, for commands that look and claim nothing."""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from plmctl.core.cache import Cache
from plmctl.core.known_files import KnownFiles

if TYPE_CHECKING:
    from plmctl.core.briefs import Briefs
    from plmctl.core.verdicts import Verdicts


class Memo:
    """Which objects files of the work tree are, and what manifests say; `clock`: nanoseconds since 1970.

    `program` is what found it out: of another one nothing is known.
    """

    def __init__(self, cache: Cache, program: str, clock: Callable[[], int]):
        self.cache = cache
        self.program = program
        self.files = KnownFiles(cache, clock)

    @cached_property
    def briefs(self) -> "Briefs":
        """What manifests say."""
        # Where the whole answer is known there is no need of them, nor of what they load.
        from plmctl.core.briefs import Briefs

        return Briefs(self.cache, self.program)

    @cached_property
    def verdicts(self) -> "Verdicts":
        """What rules said of the registry that was loaded."""
        from plmctl.core.verdicts import Verdicts

        return Verdicts(self.cache)

    def keep(self) -> None:
        """Know it in the next run."""
        self.files.keep()
        if "briefs" in vars(self):
            self.briefs.keep(self.verdicts if "verdicts" in vars(self) else None)
