"""Where a release is pushed to, and what is there."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from plmctl.core.dataclass import dataclass
from plmctl.core.finding import PlmctlError
from plmctl.core.ports import PendingRelease, Remote, Repo
from plmctl.core.ref import BRANCHES, REMOTES, TAGS
from plmctl.core.report import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """A remote, the full name of the branch there, and the refs that it said it has."""

    remote: Remote
    branch: str
    refs: Mapping[str, str]

    @property
    def name(self) -> str:
        """The remote's name here, or its address."""
        return self.remote.name

    @property
    def tip(self) -> str | None:
        """The commit of the branch there."""
        return self.refs.get(self.branch)

    def tag(self, name: str) -> str | None:
        """The object that a tag is there, by its short name."""
        return self.refs.get(TAGS + name)

    def asked(self) -> "Destination":
        """The same as it is now."""
        return replace(self, refs=self.remote.refs(self.branch, f"{TAGS}*"))


def destination(repo: Repo, branch: str) -> Destination:
    """Where a branch is pushed to, asked now. Raises PlmctlError when there is none, or none that answers."""
    remote = repo.remote(branch)
    if remote is None:
        raise PlmctlError(
            "there is no remote to push to", hint="run 'git remote add origin ADDRESS', or leave --push out"
        )
    upstream = repo.upstream(branch)
    tracked = f"refs/remotes/{remote.name}/"
    is_followed = upstream is not None and upstream[0].startswith(tracked)
    there = upstream[0].removeprefix(tracked) if upstream is not None and is_followed else branch
    return Destination(remote=remote, branch=BRANCHES + there, refs={}).asked()


def is_known_there(repo: Repo, commit: str) -> bool:
    """Whether a commit is at a remote as far as is known here: a remote-tracking branch holds it."""
    tips = (tip for ref, tip in repo.branch_tips().items() if ref.startswith(REMOTES))
    return any(repo.descends(tip, commit) for tip in tips)


def misdirected(begun: PendingRelease, to: Destination | None, branch: str | None) -> Iterator[Problem]:
    """Why a release that was begun cannot be finished where this branch is pushed to."""
    name, begun_on = begun.registry_tag.name, begun.branch.removeprefix(BRANCHES)
    if branch != begun_on:
        yield Problem(
            message=f"the release {name} was begun on {begun_on}", hint=f"run 'git switch {begun_on}'"
        )
    elif to is not None and begun.remote not in ("", to.name):
        yield Problem(
            message=f"the release {name} was begun for {begun.remote}, and is to go to {to.name} now",
            hint=f"run 'git config remote.pushDefault {begun.remote}'",
        )
