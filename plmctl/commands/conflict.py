"""A plm.lock that a merge left in conflict."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from shlex import quote

from plmctl.commands.releases import lock_bytes
from plmctl.core.lock import FILE_NAME, is_conflicted
from plmctl.core.ports import Repo, Tree
from plmctl.core.ref import BRANCHES
from plmctl.core.registry import Registry
from plmctl.core.report import Problem


def conflict_problems(repo: Repo, registry: Registry, tree: Tree) -> Iterator[Problem]:
    """That plm.lock has conflict markers, and whose side it takes: only releases write it."""
    path = registry.settings.at(FILE_NAME)
    data = lock_bytes(tree, path)
    if data is not None and is_conflicted(data):
        branch = _release_branch(repo, registry.settings.branches)
        yield Problem(
            message=f"{path} has conflict markers: it is as the release branch has it",
            hint=f"run 'git checkout {quote(branch)} -- {quote(path)}'",
            exit_code=1,
        )


def _release_branch(repo: Repo, allowed: tuple[str, ...]) -> str:
    """The branch of releases whose side is meant: the one checked out, else one that is merged in."""
    head = repo.head()
    if head.branch is not None and any(fnmatchcase(head.branch, name) for name in allowed):
        return "HEAD"
    tips = sorted(ref.removeprefix(BRANCHES) for ref in repo.branch_tips() if ref.startswith(BRANCHES))
    return next((b for name in allowed for b in tips if fnmatchcase(b, name)), allowed[0])
