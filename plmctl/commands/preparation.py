"""release --prepare: the files of a release, for a pull request; its tags are made once it is merged."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from fnmatch import fnmatchcase

from plmctl.commands.changelog_file import release_files
from plmctl.commands.destination import Destination
from plmctl.commands.earlier import earlier, is_same, marked
from plmctl.commands.obstacles import identity_problems
from plmctl.commands.outset import Outset
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import PlmctlError
from plmctl.core.plan import Plan
from plmctl.core.ports import RefPush, Remote, Repo
from plmctl.core.pull_request import pull_request_link
from plmctl.core.ref import BRANCHES
from plmctl.core.registry import Registry
from plmctl.core.remote import TAKEN
from plmctl.core.report import Problem, Report

_PREPARE = "Prepare "


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """A release that is planned: upon which commit, and the branch of a remote that its files go to."""

    report: Report
    registry: Registry
    made: Plan
    commit: str
    when: datetime
    day: str
    branch: str | None = None
    to: Destination | None = None


def branch_problems(repo: Repo, start: Outset, branch: str | None) -> Iterator[Problem]:
    """Why the files of a release cannot be pushed onto a branch."""
    if branch is None:
        return
    repo.start(branch)
    yield from identity_problems(repo)
    if any(fnmatchcase(branch, pattern) for pattern in start.registry.settings.branches):
        yield Problem(
            message=f"{branch} is a branch of releases: a pull request comes from another",
            hint="give --branch another name, 'release-next' for example",
            exit_code=2,
        )
    elif start.to is not None:
        tip = _tip(start.to.remote, branch)
        if tip is not None and not repo.descends(start.commit, tip):
            yield _replaced(start.to.remote, branch, start.commit)


def _replaced(remote: Remote, branch: str, commit: str) -> Problem:
    """That a branch of the remote is replaced, or why it cannot be."""
    found = earlier(remote, BRANCHES + branch, commit, _PREPARE)
    if isinstance(found, Problem):
        return found
    subject = found.message.partition("\n")[0]
    return Problem(
        message=f"{branch} of {remote.name} is replaced: {subject}, by an earlier run", exit_code=0
    )


def prepare(repo: Repo, asked: Preparation) -> Report:
    """Puts the files of a release into the work tree, or onto a branch of the remote."""
    files = release_files(repo.commit_tree(asked.commit), asked.registry.settings, asked.made, asked.day)
    if asked.branch is None or asked.to is None:
        repo.stage(asked.commit, files)
        done = tuple(f"staged {path}" for path in sorted(files))
        return replace(_told(asked), done=done, next=(f"git commit -m 'Prepare {asked.made.tag}'",))
    is_pushed = _push(repo, asked, asked.branch, asked.to, files)
    addresses = (asked.registry.settings.git, asked.to.remote.address)
    link = next(filter(None, (pull_request_link(address, asked.branch) for address in addresses)), None)
    what = f"{asked.made.tag} on {asked.branch} of {asked.to.name}"
    return replace(
        _told(asked),
        problems=tuple(problem for problem in asked.report.problems if is_pushed),
        done=(f"prepared {what}" if is_pushed else f"{what} is prepared already",),
        next=(link or f"open a pull request for {asked.branch}",),
    )


def _told(asked: Preparation) -> Report:
    note = f"{asked.made.tag} is no release before it is merged and 'plmctl release --push' has tagged it"
    return replace(asked.report, notes=(*asked.report.notes, note))


def _push(repo: Repo, asked: Preparation, branch: str, to: Destination, files: Mapping[str, bytes]) -> bool:
    """A commit upon the one that is checked out, at the remote alone: no branch here moves.

    False where the remote has it already, by an earlier run.
    """
    start = replace(repo.start(branch), old=None, parent=asked.commit)
    old = _tip(to.remote, branch)
    if old is not None and not repo.descends(asked.commit, old):
        found = earlier(to.remote, start.branch, asked.commit, _PREPARE)
        if isinstance(found, Problem):
            raise PlmctlError(found.message, hint=found.hint)
        if is_same(found, asked.commit, files):
            return False
        # What was looked at is what goes.
        old = found.commit
    draft = repo.draft(start, files, marked(f"{_PREPARE}{asked.made.tag}\n", files), asked.when)
    said: Mapping[str, str] = {}
    failure: PlmctlError | None = None
    try:
        said = to.remote.push([RefPush(ref=start.branch, old=old, new=draft.commit)])
    except PlmctlError as error:
        failure = error
    # It may have come through though the answer did not: what the remote has is what counts.
    if said.get(start.branch) in TAKEN or _tip(to.remote, branch) == draft.commit:
        return True
    why = said.get(start.branch, "it has another commit there").removeprefix("rejected: ")
    hint = "run the command again, or ask who looks after it"
    raise failure or PlmctlError(f"{to.name} refused {branch}: {why}", hint=hint)


def _tip(remote: Remote, branch: str) -> str | None:
    return remote.refs(BRANCHES + branch).get(BRANCHES + branch)
