"""A registry in another repository, as the core asks it."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from plmctl.core.ports import Repo


class Elsewhere(Protocol):
    """A registry in another repository, of which the user keeps what was fetched."""

    @property
    def name(self) -> str:
        """Its address without user information."""
        ...

    def tags(self) -> Mapping[str, str]:
        """Short names of its tags and their object ids, asked now."""
        ...

    def take(self, tags: Collection[str]) -> None:
        """Fetch some of its tags, and the commits that they are on."""
        ...

    def deepen(self) -> None:
        """Fetch the commits before those that were taken, and nothing of their files."""
        ...

    def discard(self) -> None:
        """Throw away what was fetched, so that it is fetched anew."""
        ...

    @property
    def repo(self) -> "Repo":
        """What was taken of it; the files of its commits are fetched when they are read."""
        ...
