"""Where a release begins, and what is known there of the remote that it goes to."""

from dataclasses import replace

from plmctl.commands.destination import Destination, destination
from plmctl.commands.moment import current
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import PlmctlError
from plmctl.core.known_tags import known_history
from plmctl.core.memo import Memo
from plmctl.core.ports import Repo
from plmctl.core.registry import Registry
from plmctl.core.report import Problem, problem_of
from plmctl.core.tag import History


@dataclass(frozen=True, slots=True, kw_only=True)
class Outset:
    """Where a release begins: the commit that is checked out, its registry, and the versions before it.

    `remote` is the name of where the branch is pushed to, `to` what that remote says, where it was asked.
    """

    branch: str | None
    commit: str
    registry: Registry
    past: History
    ancestors: frozenset[str]
    remote: str | None = None
    to: Destination | None = None
    memo: Memo | None = None

    @property
    def is_half_known(self) -> bool:
        """Whether there is a remote that was not asked, which may have more than is known here."""
        return self.remote is not None and self.to is None


def outset(
    repo: Repo, commit: str, branch: str | None, *, is_pushed: bool, memo: Memo | None = None
) -> tuple[Outset, tuple[Problem, ...]]:
    """Where a release begins; a remote that is to be asked, and does not answer, is a problem."""
    registry = current(repo.commit_tree(commit), memo)
    remote = repo.remote(branch) if branch is not None else None
    found = Outset(
        branch=branch,
        commit=commit,
        registry=registry,
        past=known_history(repo, registry.settings, memo),
        ancestors=repo.ancestors(commit),
        remote=remote.name if remote is not None else None,
        memo=memo,
    )
    if not is_pushed or branch is None:
        return found, ()
    try:
        return replace(found, to=destination(repo, branch)), ()
    except PlmctlError as error:
        return found, (problem_of(error),)
