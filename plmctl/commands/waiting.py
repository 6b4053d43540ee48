"""Releases that exist only here: they are published before what is new, oldest first."""

from collections.abc import Iterator

from plmctl.commands.destination import Destination
from plmctl.commands.outset import Outset
from plmctl.core.finding import PlmctlError
from plmctl.core.ports import PendingRelease, Repo
from plmctl.core.ref import BRANCHES
from plmctl.core.report import Problem, problem_of
from plmctl.core.tag import RegistryTag, tag_name


def waiting(repo: Repo, outset: Outset) -> tuple[tuple[PendingRelease, ...], tuple[Problem, ...]]:
    """The releases of this branch that the remote, which was asked, lacks; what keeps them from it."""
    if outset.to is None or outset.branch is None:
        return (), ()
    own = [release for release in outset.past.releases if release.commit in outset.ancestors]
    problems = tuple(_taken(outset.to, own))
    lacking = [release for release in own if outset.to.tag(release.name) is None]
    try:
        return tuple(whole(repo, outset.branch, release) for release in lacking), problems
    except PlmctlError as error:
        return (), (*problems, problem_of(error))


def _taken(to: Destination, own: list[RegistryTag]) -> Iterator[Problem]:
    for release in own:
        there = to.tag(release.name)
        if there not in (None, release.object_id):
            yield Problem(
                message=f"{to.name} has another {release.name}: {there}; here it is {release.object_id}",
                hint=f"if yours was never pushed, run 'plmctl release --abandon {release.name} --push', "
                "then 'git pull --rebase --autostash --tags'",
                exit_code=4,
            )


def whole(repo: Repo, branch: str, release: RegistryTag) -> PendingRelease:
    """A release that exists, as if it were still to be made: its commit and its tag objects."""
    names = [(tag_name(line.artifact, line.version), line.tag_object) for line in release.released]
    return PendingRelease(
        branch=BRANCHES + branch,
        parent=release.commit,
        commit=release.commit,
        files=(),
        tags=tuple(repo.tag_object(name, object_id) for name, object_id in names),
        registry_tag=repo.tag_object(release.name, release.object_id),
        notes={},
    )
