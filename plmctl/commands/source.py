"""Where locks are made of: the releases of this repository's registry, or of one in another repository."""

from collections.abc import Iterator
from typing import Protocol

from plmctl.commands.releases import Releases
from plmctl.commands.trust import tag_problems
from plmctl.core.finding import IntegrityError, PlmctlError
from plmctl.core.lock import Lock
from plmctl.core.ports import Repo
from plmctl.core.report import Problem
from plmctl.core.tag import History


class Source(Protocol):
    """A registry that locks can be made of."""

    @property
    def name(self) -> str:
        """The name of the registry."""

    @property
    def released(self) -> frozenset[str]:
        """The artifacts that it ever released."""

    def problems(self) -> Iterator[Problem]:
        """Why nothing that its tags say can be relied on."""

    def releases(self, root: str) -> Releases:
        """Its releases, with all versions of one artifact. Raises PlmctlError where they cannot be used."""

    def confirm(self, lock: Lock) -> None:
        """Raises IntegrityError where no release confirms what a lock holds."""

    def between(self, before: Lock | None, after: Lock) -> History:
        """Its past, with the versions that lie between those of two locks."""


class Here:
    """The registry of this repository."""

    def __init__(self, repo: Repo, releases: Releases, name: str):
        self._repo = repo
        self._releases = releases
        self.name = name

    @property
    def released(self) -> frozenset[str]:
        """The artifacts that it ever released."""
        return self._releases.past.released

    def problems(self) -> Iterator[Problem]:
        """What is wrong with the tags here."""
        yield from tag_problems(self._repo, self._releases.past)

    def releases(self, root: str) -> Releases:
        """Its releases. Raises PlmctlError where the tags here cannot be relied on."""
        del root  # All tags are here.
        for problem in self.problems():
            wrong = IntegrityError if problem.exit_code == IntegrityError.exit_code else PlmctlError
            raise wrong(problem.message, hint=problem.hint)
        return self._releases

    def confirm(self, lock: Lock) -> None:
        """The tags that were judged above are all there are."""

    def between(self, before: Lock | None, after: Lock) -> History:
        """Its past: all tags are here."""
        del before, after
        return self._releases.past
