"""Publishing a release: branch and artifact tags, then the registry tag alone; the remote says what is true.

Its exit code is no proof, nor what it said while it was pushed to: only the refs that it has afterwards are.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from plmctl.commands.destination import Destination
from plmctl.commands.pulling import pull
from plmctl.core.finding import PlmctlError, UnsettledError
from plmctl.core.phrase import one_line
from plmctl.core.ports import DraftTag, PendingRelease, RefPush, Repo
from plmctl.core.ref import BRANCHES, TAGS
from plmctl.core.remote import advice, passes
from plmctl.core.report import Problem

_AGAIN = "run 'plmctl release --push' again"


class LostRace(PlmctlError):
    """Somebody else was faster."""


def push(repo: Repo, to: Destination, release: PendingRelease) -> Destination:
    """Bring a release to a remote, whatever of it is there already; how the remote is afterwards.

    Raises LostRace when somebody else took a name or moved the branch; PlmctlError for any other reason.
    """
    for missing in (_first, _last):
        _refuse_lost(repo, to, release, to.refs)
        updates = missing(repo, to, release)
        if updates:
            to = _stepped(repo, to, release, updates, missing)
    return to


def publish(repo: Repo, to: Destination, release: PendingRelease, when: datetime) -> tuple[Problem, ...]:
    """Push a recorded release, then make it here; what went wrong here, once it was published."""
    try:
        to = push(repo, to, release)
    except LostRace:
        _take_back(repo, release)
        raise
    return (*follow(repo, to, release.commit, when), *_made(repo, to, release))


def _take_back(repo: Repo, release: PendingRelease) -> None:
    """Undo what an earlier run, which was killed, made here of a release that is not to be.

    Left alone, its commit would be rebased and its tags would hold the versions. One that exists here stays.
    """
    if any(tag.object_id == release.registry_tag.object_id for tag in repo.tags()):
        repo.discard(release)
        return
    tip = repo.branch_tips().get(release.branch)
    is_rewound = release.parent != release.commit and tip in (release.commit, release.parent)
    repo.abandon(release, is_rewound=is_rewound)


def follow(repo: Repo, to: Destination, commit: str, when: datetime) -> Iterator[Problem]:
    """Let the remote-tracking branch follow what was pushed."""
    try:
        is_further = to.tip is not None and repo.descends(to.tip, commit)
        repo.track(to.name, to.branch, to.tip if is_further and to.tip else commit, when)
    except PlmctlError as error:
        yield Problem(
            message=f"it is published, and {to.name} cannot be followed here: {error.message}",
            hint=f"run 'git fetch {to.name}'",
            exit_code=0,
        )


def _made(repo: Repo, to: Destination, release: PendingRelease) -> Iterator[Problem]:
    try:
        repo.publish(release)
    except PlmctlError as error:
        yield Problem(
            message=f"{release.registry_tag.name} is published at {to.name}, and could not be made here: "
            f"{error.message}",
            hint="when that is mended, run 'plmctl release --push', "
            f"or 'git pull --rebase --autostash --tags {to.name}'",
            exit_code=0,
        )


_Missing = Callable[[Repo, Destination, PendingRelease], tuple[RefPush, ...]]


def _first(repo: Repo, to: Destination, release: PendingRelease) -> tuple[RefPush, ...]:
    """The branch and the artifact tags that are not there."""
    tags = tuple(_created(tag) for tag in release.tags if to.tag(tag.name) is None)
    if _holds(repo, to, release.commit):
        return tags
    new = _bringing(repo, to, release) or release.commit
    return (RefPush(ref=to.branch, old=to.tip, new=new), *tags)


def _bringing(repo: Repo, to: Destination, release: PendingRelease) -> str | None:
    """The commit with which the branch there gets a release: its own, else a merge that is here of both."""
    if to.tip is None or repo.descends(release.commit, to.tip):
        return release.commit
    here = repo.branch_tips().get(release.branch)
    is_merge = here is not None and repo.descends(here, release.commit) and repo.descends(here, to.tip)
    return here if is_merge else None


def _last(_: Repo, to: Destination, release: PendingRelease) -> tuple[RefPush, ...]:
    """The registry tag, alone and last: it is the release, and starts pipelines."""
    last = release.registry_tag
    return (_created(last),) if to.tag(last.name) is None else ()


def _created(tag: DraftTag) -> RefPush:
    return RefPush(ref=TAGS + tag.name, old=None, new=tag.object_id)


def _stepped(
    repo: Repo, to: Destination, release: PendingRelease, updates: tuple[RefPush, ...], missing: _Missing
) -> Destination:
    """The remote after one push, of which nothing is missing."""
    answers: Mapping[str, str] = {}
    failure: PlmctlError | None = None
    try:
        answers = to.remote.push(updates)
    except PlmctlError as error:
        failure = error
    try:
        now, left = _left(repo, to, release, missing)
    except LostRace:
        raise
    except PlmctlError:
        # What was pushed is there or not, whatever became of the question: it is asked once more.
        now, left = _left(repo, to, release, missing)
    if left:
        raise _refused(repo, now, release, left, failure, answers)
    return now


def _left(
    repo: Repo, to: Destination, release: PendingRelease, missing: _Missing
) -> tuple[Destination, tuple[RefPush, ...]]:
    """The remote as it is now, and what it still lacks."""
    now = _asked(to, release)
    _refuse_lost(repo, now, release, to.refs)
    return now, missing(repo, now, release)


def _asked(to: Destination, release: PendingRelease) -> Destination:
    try:
        return to.asked()
    except PlmctlError as error:
        raise PlmctlError(
            f"whether {to.name} has {release.registry_tag.name} is not known: {error.message}",
            hint=f"{_AGAIN}: it asks, and finishes what was begun",
        ) from None


def _refused(
    repo: Repo,
    to: Destination,
    release: PendingRelease,
    left: tuple[RefPush, ...],
    failure: PlmctlError | None,
    answers: Mapping[str, str],
) -> PlmctlError:
    """Why a push left something out; the record of a release that the remote has nothing of is forgotten."""
    name = release.registry_tag.name
    why = failure.message if failure is not None else _reason(answers)
    if _is_untouched(repo, to, release):
        # What was cut off may still arrive, and a lock goes: the record stays, and the next run asks.
        if not isinstance(failure, UnsettledError) and not passes(why):
            _take_back(repo, release)
        hint = failure.hint if failure is not None else advice(why)
        hint = hint or "nothing was released, here or there"
        return PlmctlError(f"{to.name} took nothing of {name}: {why}", hint=hint)
    lacking = ", ".join(update.ref.removeprefix(TAGS) for update in left)
    first = f"{advice(why)}; " if passes(why) else ""
    return PlmctlError(
        f"{to.name} has not all of {name}, which is no release before it has: {lacking} is missing: {why}",
        hint=f"{first}{_AGAIN} to finish it, or 'plmctl release --abandon {name} --push' to give it up",
    )


def _reason(answers: Mapping[str, str]) -> str:
    """What the remote said against it: of refs that go together, the one that it does not want itself."""
    said = [f"{ref}: {answer}" for ref, answer in sorted(answers.items()) if answer.startswith("rejected")]
    own = [line for line in said if "atomic" not in line]
    return next(iter((*own, *said)), "it said nothing against it")


def _is_untouched(repo: Repo, to: Destination, release: PendingRelease) -> bool:
    """Whether the remote has nothing of a release."""
    is_committed = release.parent != release.commit
    has_tag = any(to.tag(tag.name) == tag.object_id for tag in release.all_tags)
    return not has_tag and not (is_committed and _holds(repo, to, release.commit))


def _holds(repo: Repo, to: Destination, commit: str) -> bool:
    """Whether the branch there has a commit; of one that went on elsewhere the objects are fetched."""
    if to.tip is None or (to.tip != commit and repo.descends(commit, to.tip)):
        return False
    if not repo.descends(to.tip, to.tip):
        to.remote.fetch(to.branch)
    return repo.descends(to.tip, commit)


def _refuse_lost(repo: Repo, to: Destination, release: PendingRelease, before: Mapping[str, str]) -> None:
    """Raises LostRace when a name of a release is somebody else's there, or the branch has moved away."""
    for tag in (release.registry_tag, *release.tags):
        if to.tag(tag.name) not in (None, tag.object_id):
            raise LostRace(
                f"{to.name} has {tag.name} already: {_maker(repo, to, tag.name)}", hint=_fetch(repo)
            )
    if _bringing(repo, to, release) is not None or _holds(repo, to, release.commit):
        return
    new = sorted(ref.removeprefix(TAGS) for ref in to.refs.keys() - before.keys() if ref.startswith(TAGS))
    released = "".join(f"; {name}: {_maker(repo, to, name)}" for name in new if "@" not in name)
    branch = to.branch.removeprefix(BRANCHES)
    raise LostRace(f"{branch} of {to.name} moved meanwhile: it is {to.tip}{released}", hint=_fetch(repo))


def _fetch(repo: Repo) -> str:
    return f"run '{pull(repo, repo.head().commit, '--tags')}', then 'plmctl release --push' again"


def _maker(repo: Repo, to: Destination, name: str) -> str:
    """Who made a tag that a remote has, and on which commit; its object is fetched."""
    object_id = to.tag(name) or ""
    try:
        to.remote.fetch(TAGS + name)
        tag = repo.tag_of(repo.tag_object(name, object_id))
    except PlmctlError:
        return f"it is {object_id}"
    return f"{one_line(tag.tagger)} made it on commit {tag.commit}, as tag object {object_id}"
