"""How a clone gets what its remote has, where both went on."""

from plmctl.commands.destination import is_known_there
from plmctl.commands.moment import current
from plmctl.core.ports import Repo
from plmctl.core.tag import history


def pull(repo: Repo, commit: str | None, words: str) -> str:
    """The command that brings a remote's commits to a branch at this commit.

    Commits are rebased, and what a killed run left in the index is no obstacle. A release that is only here
    is merged: its tags name its commit, which a rebase would leave aside.
    """
    way = "--rebase" if commit is None or not _has_own_release(repo, commit) else "--no-rebase"
    return f"git pull {way} --autostash {words}".rstrip()


def _has_own_release(repo: Repo, commit: str) -> bool:
    past = history(repo.tags(), current(repo.commit_tree(commit)).settings)
    ancestors = repo.ancestors(commit)
    own = [release for release in past.releases if release.commit in ancestors]
    return bool(own) and not is_known_there(repo, own[-1].commit)
