"""release --abandon: undo a release that the remote does not have."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from plmctl.commands.changelog_file import changelog_path
from plmctl.commands.destination import Destination, is_known_there
from plmctl.commands.outset import Outset, outset
from plmctl.commands.pulling import pull
from plmctl.commands.waiting import whole
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import PlmctlError
from plmctl.core.lock import FILE_NAME
from plmctl.core.ports import PendingRelease, RefPush, Repo
from plmctl.core.ref import BRANCHES, TAGS
from plmctl.core.report import Problem, Report
from plmctl.core.trailer import trailers


@dataclass(frozen=True, slots=True, kw_only=True)
class AbandonOptions:
    """The registry tag of the release to undo; whether the remote is asked; the time."""

    name: str
    is_pushed: bool = False
    when: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Abandoned:
    """A release that is to be undone: whether the branch goes back, and the tags to delete at the remote."""

    report: Report
    options: AbandonOptions
    release: PendingRelease
    is_begun: bool = False
    is_rewound: bool = False
    to: Destination | None = None
    there: tuple[RefPush, ...] = ()


def prepared_abandon(repo: Repo, options: AbandonOptions) -> Abandoned:
    """What undoing a release would do, and what stops it; writes nothing."""
    head = repo.head()
    if head.commit is None:
        raise PlmctlError("there is no commit yet", hint="run 'git add' and 'git commit' first")
    start, trouble = outset(repo, head.commit, head.branch, is_pushed=options.is_pushed)
    begun = next((p for p in repo.pending() if p.registry_tag.name == options.name), None)
    release = begun or _made(repo, start, options.name)
    problems = (*trouble, *_followers(repo, start, release), *_published(repo, start, release))
    is_there = _is_there(repo, start, release)
    tip = repo.branch_tips().get(release.branch)
    is_tip = tip in (release.commit, release.parent)
    is_rewound = is_tip and not is_there and release.parent != release.commit
    there = tuple(_unconfirmed(start.to, release)) if start.to is not None else ()
    if problems:
        report = Report(command="release", problems=problems)
        return Abandoned(report=report, options=options, release=release)
    report = Report(
        command="release",
        notes=tuple(_notes(start, release, there, is_moved=is_rewound and tip == release.commit)),
        next=_next(repo, release, is_there=is_there, is_rewound=is_rewound),
    )
    return Abandoned(
        report=report,
        options=options,
        release=release,
        is_begun=begun is not None,
        is_rewound=is_rewound,
        to=start.to,
        there=there,
    )


def abandon(repo: Repo, ready: Abandoned) -> Report:
    """Undo the release: the tags at the remote that no release confirms, then all of it here."""
    if any(problem.exit_code for problem in ready.report.problems):
        return ready.report
    if not ready.is_begun:
        # So that a run that is killed leaves a release that was begun, and not half of one.
        repo.keep(ready.release, ready.options.when)
    if ready.there and ready.to is not None:
        _delete_there(ready.to, ready.there)
    repo.abandon(ready.release, is_rewound=ready.is_rewound)
    return replace(ready.report, notes=(), done=(f"abandoned {ready.options.name}",))


def _made(repo: Repo, start: Outset, name: str) -> PendingRelease:
    """A release that was made here, as its record was."""
    found = start.past.by_name.get(name)
    if found is None or start.branch is None:
        hint = "run 'git tag --list' to see what there is" if start.branch else "run 'git switch BRANCH'"
        raise PlmctlError(f"there is no release {name} here", hint=hint)
    settings = start.registry.settings
    own = {settings.at(FILE_NAME), *((kept,) if (kept := changelog_path(settings)) is not None else ())}
    release, parents = whole(repo, start.branch, found), repo.parents(found.commit)
    changed = repo.changed_paths(parents[0], found.commit) if len(parents) == 1 else ()
    if not changed or not own.issuperset(changed):
        # The commit holds more than a release puts into one: somebody else's, and only tags were made.
        return release
    return replace(release, parent=parents[0], files=tuple(sorted(changed)))


def _followers(repo: Repo, start: Outset, release: PendingRelease) -> Iterator[Problem]:
    """The releases that were made after it, and go first."""
    object_id = release.registry_tag.object_id
    made = [later.name for later in start.past.releases if later.previous == object_id]
    begun = [
        later.registry_tag.name
        for later in repo.pending()
        if trailers(repo.tag_of(later.registry_tag).message).get("Previous") == object_id
    ]
    for name in dict.fromkeys((*made, *begun)):
        yield Problem(
            message=f"{name} was made after {release.registry_tag.name}",
            hint=f"run 'plmctl release --abandon {name}' first",
        )


def _published(repo: Repo, start: Outset, release: PendingRelease) -> Iterator[Problem]:
    """Why it may be, or is, at a remote."""
    name = release.registry_tag.name
    if start.to is not None and start.to.tag(name) == release.registry_tag.object_id:
        yield Problem(
            message=f"{start.to.name} has {name}: it is released, and others may use it",
            hint="release what is better; metadata.yanked keeps ranges from a version",
            exit_code=1,
        )
    elif start.is_half_known and (release.remote or is_known_there(repo, release.commit)):
        yield Problem(
            message=f"{start.remote} may have {name}, and was not asked",
            hint=f"run 'plmctl release --abandon {name} --push'",
        )


def _is_there(repo: Repo, start: Outset, release: PendingRelease) -> bool:
    """Whether its commit is at a remote, where no branch goes back."""
    if release.parent == release.commit:
        return False
    tip = start.to.tip if start.to is not None else None
    return is_known_there(repo, release.commit) or (tip is not None and repo.descends(tip, release.commit))


def _unconfirmed(to: Destination, release: PendingRelease) -> Iterator[RefPush]:
    """The artifact tags that the remote has of it, which no release will confirm."""
    for tag in release.tags:
        if to.tag(tag.name) == tag.object_id:
            yield RefPush(ref=TAGS + tag.name, old=tag.object_id, new=None)


def _delete_there(to: Destination, updates: tuple[RefPush, ...]) -> None:
    answers = to.remote.push(updates)
    now = to.asked().refs
    left = [update.ref for update in updates if now.get(update.ref) == update.old]
    if left:
        said = "; ".join(f"{ref}: {answers.get(ref, 'no answer')}" for ref in left)
        raise PlmctlError(
            f"{to.name} keeps tags of the release: {said}", hint="ask who may delete them there"
        )


def _notes(
    start: Outset, release: PendingRelease, there: tuple[RefPush, ...], *, is_moved: bool
) -> Iterator[str]:
    name, branch = release.registry_tag.name, release.branch.removeprefix(BRANCHES)
    back = f"; {branch} goes back to {release.parent[:10]}" if is_moved else f"; {branch} stays where it is"
    yield f"{name} is undone: its tag and those of {len(release.tags)} artifacts go{back}"
    if there and start.to is not None:
        yield f"{len(there)} tags that no release confirms go at {start.to.name}, too"
    if start.is_half_known:
        yield f"not checked: whether {start.remote} has {name}; --push asks it"


def _next(repo: Repo, release: PendingRelease, *, is_there: bool, is_rewound: bool) -> tuple[str, ...]:
    """How to take back the commit itself, where it stays."""
    if is_rewound or release.parent == release.commit:
        return ()
    tip = repo.branch_tips().get(release.branch)
    if tip is None or not (is_there or repo.descends(tip, release.commit)):
        return ()
    branch = release.branch.removeprefix(BRANCHES)
    if is_there:
        is_here = repo.descends(tip, release.commit)
        return (
            *(() if is_here else (pull(repo, tip, ""),)),
            f"git revert --no-edit {release.commit}",
            "git push",
        )
    return (f"git rebase --onto {release.parent} {release.commit} {branch}",)
