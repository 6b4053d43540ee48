"""How far the trees of a repository may raise their limits: what the user says, and a branch that stands."""

from collections.abc import Mapping
from functools import cache, partial

from plmctl.core.limits import LIMITS, SETTING, Ceiling, Limits, user_limits
from plmctl.git.objects import ObjectReader, commit_header
from plmctl.git.process import Git
from plmctl.git.refs import known_commit
from plmctl.git.trees import CommitTree

# The remote's default branch as it was last seen. Of a clone that never saw it, and of a repository without a
# remote, the one that is usual: a tree that named it itself would raise its own limits.
_BRANCHES = ("refs/remotes/origin/HEAD", "refs/remotes/origin/main", "refs/heads/main")


def ceiling_of(git: Git, objects: ObjectReader, environment: Mapping[str, str]) -> Ceiling:
    """The ceiling of every tree of a repository. Raises UsageError for a variable that says nothing."""
    user = user_limits(environment.get(SETTING, ""))
    return Ceiling(user=user, base=cache(partial(_asked, git, objects)))


def _asked(git: Git, objects: ObjectReader) -> Limits:
    # Registries that ask for more are few.
    from plmctl.core.settings import asked_limits

    commits = (known_commit(git, branch) for branch in _BRANCHES)
    commit = next((commit for commit in commits if commit is not None), None)
    if commit is None:
        return LIMITS
    return asked_limits(CommitTree(objects, commit_header(objects, commit, "tree")))
