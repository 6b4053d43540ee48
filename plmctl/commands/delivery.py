"""A commit of an environment's files: staged, made here, or pushed with a lease on its branch."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field, replace
from datetime import datetime

from plmctl.commands.earlier import earlier, is_same, marked
from plmctl.commands.obstacles import identity_problems
from plmctl.commands.pulling import pull
from plmctl.commands.standing import SHORT
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import PlmctlError
from plmctl.core.ports import DraftCommit, RefPush, Remote, Repo, Start
from plmctl.core.pull_request import pull_request_link
from plmctl.core.ref import BRANCHES, REMOTES, TAGS
from plmctl.core.remote import TAKEN, BranchCommit
from plmctl.core.report import Problem, Report, problem_of
from plmctl.core.tag import RegistryTag

# Somebody else's commit comes first as often as this; then it is no race any more.
_TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What becomes of the files: a commit on a branch (None: the one checked out), pushed, or only staged."""

    when: datetime
    branch: str | None = None
    is_pushed: bool = False
    is_staged: bool = False


@dataclass(frozen=True, kw_only=True)
class Ready:
    """A change of an environment that was planned and checked: its files, or what stops it.

    `again` plans the same anew upon another commit.
    """

    report: Report
    start: Start
    delivery: Delivery
    again: Callable[[Start], "Ready"]
    files: Mapping[str, bytes | None] = field(default_factory=dict)
    message: str = ""
    question: str = ""
    done: str = ""
    address: str | None = None
    release: RegistryTag | None = None

    @property
    def branch(self) -> str:
        """The short name of the branch."""
        return self.start.branch.removeprefix(BRANCHES)

    @property
    def is_nothing(self) -> bool:
        """Whether everything is as it should be already."""
        return not self.files


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """What is run after a push, to catch up here or for a pull request; asked before it is done."""

    pull: str
    link: tuple[str, ...]


def checked(repo: Repo, ready: Ready) -> Ready:
    """The same with what stops its delivery, the remote asked if it is to be pushed."""
    problems = tuple(_problems(repo, ready)) if ready.files else ()
    report = replace(ready.report, problems=(*ready.report.problems, *problems))
    if ready.files and ready.delivery.is_pushed and not problems:
        report = replace(report, notes=(*report.notes, *_company(repo, ready)))
    return replace(ready, report=report)


def delivered(repo: Repo, ready: Ready) -> Report:
    """What came of it: files staged, or a commit that its branch has, and the remote's too."""
    if ready.delivery.is_staged:
        repo.stage(ready.start.parent, ready.files)
        done = tuple(f"staged {path}" for path in sorted(ready.files))
        return replace(ready.report, done=done, next=("git commit",))
    if ready.delivery.is_pushed:
        return _pushed(repo, ready)
    # Asked before: once the branch has it, nothing may fail any more.
    draft, following = _drafted(repo, ready), _following(repo, ready)
    problems = (*ready.report.problems, *_landing(repo, ready, draft))
    return replace(ready.report, problems=problems, done=_done(ready, draft), next=following)


def _landing(repo: Repo, ready: Ready, draft: DraftCommit) -> Iterator[Problem]:
    """Move the branch; once it has the commit that is done, whatever went wrong then."""
    try:
        repo.land(draft)
    except PlmctlError as error:
        if repo.branch_tips().get(draft.start.branch) != draft.commit:
            raise
        message = f"{ready.branch} has the commit, and Git could not write all that it notes of it"
        yield Problem(message=f"{message}: {error.message}", hint=error.hint, exit_code=0)


def _drafted(repo: Repo, ready: Ready) -> DraftCommit:
    is_elsewhere = ready.delivery.is_pushed and ready.delivery.branch is not None
    message = marked(ready.message, ready.files) if is_elsewhere else ready.message
    return repo.draft(ready.start, ready.files, message, ready.delivery.when)


def _done(ready: Ready, draft: DraftCommit, where: str = "") -> tuple[str, ...]:
    return ready.done, f"commit {draft.commit[:SHORT]} on {ready.branch}{where}"


def _following(repo: Repo, ready: Ready) -> tuple[str, ...]:
    """How to publish it, where there is somewhere to."""
    remotes = sorted(ref.split("/")[2] for ref in repo.branch_tips() if ref.startswith(REMOTES))
    upstream = repo.upstream(ready.branch)
    remote = upstream[0].split("/")[2] if upstream is not None else next(iter(remotes), None)
    return (f"git push {remote} {ready.branch}",) if remote is not None else ()


def _problems(repo: Repo, ready: Ready) -> Iterator[Problem]:
    yield from identity_problems(repo)
    signing = repo.signing() if repo.signs_commits() and not ready.delivery.is_staged else None
    if signing is not None and signing.problem is not None:
        yield Problem(
            message=f"commits are signed here (commit.gpgSign): {signing.problem}", hint=signing.hint
        )
    if ready.delivery.is_pushed:
        try:
            yield from _remote_problems(repo, ready)
        except PlmctlError as error:
            yield problem_of(error)


def _remote_problems(repo: Repo, ready: Ready) -> Iterator[Problem]:
    remote = repo.remote(ready.branch)
    if remote is None:
        yield Problem(
            message="there is no remote to push to", hint="add one: 'git remote add origin ADDRESS'"
        )
        return
    release = ready.release
    tags = (TAGS + release.name,) if release is not None else ()
    there = remote.refs(ready.start.branch, *tags)
    tip = there.get(ready.start.branch)
    if tip is not None and not repo.descends(ready.start.parent, tip):
        yield from _behind(repo, ready, remote)
    if release is not None and there.get(TAGS + release.name) != release.object_id:
        yield Problem(
            message=f"{remote.name} does not have the release {release.name}, which the lock is of",
            hint="run 'plmctl release --push' first",
            exit_code=1,
        )


def _behind(repo: Repo, ready: Ready, remote: Remote) -> Iterator[Problem]:
    """What is done about commits of the remote's branch that are not here."""
    if not _may_replace(ready):
        yield Problem(
            message=f"{ready.branch} is behind {remote.name}: it has commits that are not here",
            hint=f"run '{_pull(repo, ready, remote)}' first",
            exit_code=1,
        )
        return
    found = earlier(remote, ready.start.branch, ready.start.parent, ready.message)
    if isinstance(found, Problem):
        yield found


def _may_replace(ready: Ready) -> bool:
    """Whether a branch is only at the remote, for a pull request: an earlier run may have made it."""
    return ready.delivery.branch is not None and ready.start.old is None


def _pull(repo: Repo, ready: Ready, remote: Remote) -> str:
    """The command that brings the remote's branch here, and keeps what is here."""
    words = pull(repo, ready.start.parent, f"--tags {remote.name} {ready.branch}")
    return words if ready.branch == repo.head().branch else f"git switch {ready.branch} && {words}"


def _next_pull(repo: Repo, ready: Ready, remote: Remote) -> str:
    """The same where the branch here only lacks commits."""
    if ready.branch == repo.head().branch:
        return _pull(repo, ready, remote)
    return f"git fetch {remote.name} {ready.branch}:{ready.branch}"


def _company(repo: Repo, ready: Ready) -> Iterator[str]:
    """The commits that a push takes along, or replaces."""
    remote = repo.remote(ready.branch)
    tip = remote.refs(ready.start.branch).get(ready.start.branch) if remote is not None else None
    if remote is None or tip is None:
        return
    if not repo.descends(ready.start.parent, tip):
        yield f"{ready.branch} of {remote.name} is replaced: an earlier run made it, and nobody changed it"
        return
    count = len(repo.ancestors(ready.start.parent) - repo.ancestors(tip))
    if count:
        commits = f"{count} commit{'s' if count > 1 else ''} of {ready.branch}"
        yield f"{remote.name} lacks {commits}: the push takes {'it' if count == 1 else 'them'} along"


def _pushed(repo: Repo, first: Ready) -> Report:
    """Push, then land. When somebody else was faster, the same is planned anew upon what they pushed."""
    remote, ready = _remote(repo, first), first
    for _ in range(_TRIES):
        draft = _drafted(repo, ready)
        before = _replaceable(repo, ready, remote)
        if before is not None and is_same(before, draft.start.parent, ready.files):
            done = f"{ready.branch} of {remote.name} has it already, by an earlier run"
            return replace(ready.report, notes=(), done=(done,), next=tuple(_pull_request(repo, ready)))
        later = Later(pull=_next_pull(repo, ready, remote), link=tuple(_pull_request(repo, ready)))
        tip = _push(repo, remote, draft, before.commit if before is not None else None)
        if tip is None:
            return _landed(repo, ready, draft, remote, later)
        remote.fetch(ready.start.branch)
        if not repo.descends(tip, first.start.parent):
            break
        ready = first.again(replace(first.start, parent=tip))
        if ready.report.problems or ready.is_nothing:
            return ready.report
        _refuse_other_step(first, ready, remote, _pull(repo, first, remote))
    again = "run the command again"
    raise PlmctlError(
        f"{first.branch} of {remote.name} moved meanwhile, and nothing was pushed",
        hint=again if _may_replace(first) else f"run '{_pull(repo, first, remote)}', then the command again",
    )


def _replaceable(repo: Repo, ready: Ready, remote: Remote) -> BranchCommit | None:
    """What an earlier run put onto the branch for a pull request, and nobody changed."""
    branch = ready.start.branch
    tip = remote.refs(branch).get(branch) if _may_replace(ready) else None
    if tip is None or repo.descends(ready.start.parent, tip):
        return None
    found = earlier(remote, branch, ready.start.parent, ready.message)
    return found if isinstance(found, BranchCommit) else None


def _refuse_other_step(first: Ready, ready: Ready, remote: Remote, catching_up: str) -> None:
    """Raises PlmctlError where another version runs now: nobody agreed to go from that one."""
    before, now = first.report.move, ready.report.move
    if before is not None and now is not None and before.old != now.old:
        raise PlmctlError(
            f"somebody else pushed first: {now.place} of {remote.name} runs {now.name} {now.old} now",
            hint=f"run '{catching_up}', then the command again if you still mean it",
        )


def _remote(repo: Repo, ready: Ready) -> Remote:
    remote = repo.remote(ready.branch)
    if remote is None:
        raise PlmctlError("there is no remote to push to", hint="add one: 'git remote add origin ADDRESS'")
    return remote


def _push(repo: Repo, remote: Remote, draft: DraftCommit, replaced: str | None) -> str | None:
    """None once the remote has it, else what its branch has instead. Raises PlmctlError if it refuses."""
    branch = draft.start.branch
    old = remote.refs(branch).get(branch)
    if old not in (None, replaced) and not repo.descends(draft.start.parent, old):
        return old
    try:
        said = remote.push([RefPush(ref=branch, old=old, new=draft.commit)])[branch]
    except PlmctlError:
        # It may have come through though the answer did not: what the remote has is what counts.
        if remote.refs(branch).get(branch) == draft.commit:
            return None
        raise
    # Who asks now may fail to, and would say of what was done that it was not.
    if said in TAKEN:
        return None
    tip = remote.refs(branch).get(branch)
    if tip == draft.commit:
        return None
    if tip not in (None, old):
        return tip
    raise PlmctlError(
        f"{remote.name} refused {branch.removeprefix(BRANCHES)}: {said.removeprefix('rejected: ')}",
        hint="if it takes pull requests only, push another branch: --branch NAME --push",
    )


def _landed(repo: Repo, ready: Ready, draft: DraftCommit, remote: Remote, later: Later) -> Report:
    """The outcome once the remote has it: whatever fails here now is a warning."""
    done = (ready.done, f"commit {draft.commit[:SHORT]} on {ready.branch}, pushed to {remote.name}")
    report = replace(ready.report, done=done)
    try:
        repo.track(remote.name, ready.start.branch, draft.commit, ready.delivery.when)
        if draft.start.old in (None, draft.start.parent):
            problems = (*report.problems, *_landing(repo, ready, draft))
            return replace(report, problems=problems, next=later.link)
        note = f"somebody else pushed first: it stands upon their commit, and {ready.branch} here is behind"
        return replace(report, notes=(*report.notes, note), next=(later.pull,))
    except PlmctlError as error:
        problem = Problem(message=f"{ready.branch} here is as it was: {error.message}", exit_code=0)
        return replace(report, problems=(*report.problems, problem), next=(later.pull,))


def _pull_request(repo: Repo, ready: Ready) -> Iterator[str]:
    if ready.delivery.branch not in (None, repo.head().branch):
        link = pull_request_link(ready.address, ready.branch)
        yield link or f"open a pull request for {ready.branch}"
