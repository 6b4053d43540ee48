"""release: plan, check, commit and tag the versions that the changes demand."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from plmctl.commands.altered import altered_notes
from plmctl.commands.artifact import named
from plmctl.commands.changelog_file import release_files
from plmctl.commands.completion import Unfinished, kept_tags, unfinished
from plmctl.commands.destination import Destination, misdirected
from plmctl.commands.judging import judging
from plmctl.commands.moment import registry_at
from plmctl.commands.obstacles import obstacles, plan_obstacles, preparing_obstacles, signs
from plmctl.commands.outset import Outset, outset
from plmctl.commands.planning import plan_notes, plan_summary
from plmctl.commands.preparation import Preparation, branch_problems, prepare
from plmctl.commands.publication import follow, publish, push
from plmctl.commands.trust import changed_versions
from plmctl.commands.unpushed import Availability, Keeping
from plmctl.commands.waiting import waiting
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import Bump, Level, PlmctlError, UsageError
from plmctl.core.graph import reachable
from plmctl.core.lock import FILE_NAME
from plmctl.core.locking import Now, now_of
from plmctl.core.memo import Memo
from plmctl.core.plan import Asked, Plan, RegistryAt, artifact_tag, commit_message, plan, registry_tag
from plmctl.core.ports import PendingRelease, Repo
from plmctl.core.ref import BRANCHES
from plmctl.core.registry import Registry
from plmctl.core.report import Problem, Report
from plmctl.core.store import Store
from plmctl.core.sums import unsummed
from plmctl.rules.checks import findings


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseOptions:
    """What to release (nothing named: all that changed), bumps to raise, the time, and a random word.

    `is_preparing` asks for its files alone, for a pull request; `branch` is where at the remote they go.
    `allows_unpushed`: data may be in no remote. `memo` is for a plan that nobody carries out: a release finds
    out everything for itself.
    """

    artifacts: tuple[str, ...] = ()
    raised: Mapping[str, Bump]
    pre: str | None = None
    is_pushed: bool = False
    is_preparing: bool = False
    branch: str | None = None
    allows_unpushed: bool = False
    when: datetime
    run: str
    memo: Memo | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A release that was planned and checked: what it would do, or what stops it.

    `waiting` was made here and goes to the remote first. `unfinished` was begun here, `left` by somebody
    who committed its lock. `pushing` are the notes that say what goes where.
    """

    report: Report
    options: ReleaseOptions
    commit: str | None = None
    registry: Registry | None = None
    to: Destination | None = None
    waiting: tuple[PendingRelease, ...] = ()
    unfinished: PendingRelease | None = None
    left: Unfinished | None = None
    pushing: tuple[str, ...] = ()

    @property
    def is_nothing(self) -> bool:
        """Whether there is nothing to be done."""
        made = self.report.plan
        return self.unfinished is None and not self.waiting and (made is None or made.is_empty)


def prepared(repo: Repo, options: ReleaseOptions, store: Store | None = None) -> Prepared:
    """The plan of a release and every problem with it; writes nothing. Without a store no data is judged."""
    head = repo.head()
    if head.commit is None:
        raise PlmctlError("there is no commit yet", hint="run 'git add' and 'git commit' first")
    pending = repo.pending()
    if pending:
        repo.refuse_locked()
    keeping = _keeping(store, options)
    if options.is_preparing:
        return _preparing(repo, head.commit, head.branch, options, pending, keeping)
    if pending and not options.is_pushed:
        return _resumed(repo, pending[0], options)
    start, trouble = outset(repo, head.commit, head.branch, is_pushed=options.is_pushed, memo=options.memo)
    if pending:
        return _resumed_there(repo, start, pending[0], options, trouble)
    problems = (*trouble, *obstacles(repo, start))
    left = unfinished(repo, start, judging(_day(options)))
    if left is None:
        return _planned(repo, start, options, problems, keeping)
    if isinstance(left, Problem):
        return Prepared(report=Report(command="release", problems=(*problems, left)), options=options)
    return _completing(repo, start, options, left, problems, keeping)


def _keeping(store: Store | None, options: ReleaseOptions) -> Keeping | None:
    if store is None:
        return None
    return Keeping(store=store, asks=options.is_pushed, allows_unpushed=options.allows_unpushed)


def _preparing(
    repo: Repo,
    commit: str,
    branch: str | None,
    options: ReleaseOptions,
    pending: tuple[PendingRelease, ...],
    keeping: Keeping | None,
) -> Prepared:
    """The files of a release that is made after they were merged."""
    if pending:
        name = pending[0].registry_tag.name
        raise PlmctlError(f"the release {name} was begun and not finished", hint="run 'plmctl release' first")
    start, trouble = outset(repo, commit, branch, is_pushed=options.is_pushed, memo=options.memo)
    if not start.registry.settings.is_committed:
        raise UsageError(
            f"release.commit is false in {start.registry.settings.path}: there is no lock to be merged",
            hint="run 'plmctl release --push' on the branch of releases",
        )
    problems = (*trouble, *preparing_obstacles(repo, start))
    problems = (*problems, *branch_problems(repo, start, options.branch))
    return _planned(repo, start, options, problems, keeping)


def _planned(
    repo: Repo,
    start: Outset,
    options: ReleaseOptions,
    problems: tuple[Problem, ...],
    keeping: Keeping | None,
) -> Prepared:
    """A new release of what is checked out."""
    registry, past = start.registry, start.past
    verdicts = options.memo.verdicts if options.memo is not None else None
    found = findings(registry, _day(options), verdicts=verdicts)
    if any(finding.level is Level.ERROR for finding in found):
        report = Report(command="release", findings=found, problems=problems)
        return Prepared(report=report, options=options)
    now = now_of(registry)
    roots = tuple(named(artifact, now.identities).artifact for artifact in options.artifacts)
    raised = {named(word, now.identities).artifact: bump for word, bump in options.raised.items()}
    asked = Asked(raised=raised, selected=_selected(now, roots), pre=options.pre)
    loaded = registry_at(repo, registry, options.memo)
    summing = keeping.summed if keeping is not None else unsummed
    made = plan(now, past, start.ancestors, loaded, judging(_day(options)), asked, summing)
    only_here, untrue = waiting(repo, start) if not options.is_preparing else ((), ())
    # Of a shallow clone the plan knows a few releases only, and its versions are those that were made before.
    taken = frozenset[str]() if repo.is_shallow else past.taken
    stopping = plan_obstacles(made, taken, raised, start.to)
    data = _availability(repo, keeping, made, registry, loaded, start.commit)
    problems = (*problems, *untrue, *stopping, *changed_versions(made.planned, loaded), *data.problems)
    notes = () if problems and made.is_empty else (*plan_notes(made, registry, roots), *data.notes)
    altered = altered_notes(registry, keeping.store if keeping is not None else None)
    pushing = () if options.is_preparing else _pushing(start, made, only_here)
    report = Report(
        command="release",
        findings=tuple(finding for finding in found if finding.level is not Level.OFF),
        plan=made,
        problems=problems,
        summary=plan_summary(made),
        notes=(*notes, *altered, *pushing),
    )
    return Prepared(
        report=report,
        options=options,
        commit=start.commit,
        registry=registry,
        to=start.to,
        waiting=only_here,
        pushing=pushing,
    )


def _availability(
    repo: Repo, keeping: Keeping | None, made: Plan, registry: Registry, earlier: RegistryAt, commit: str
) -> Availability:
    if keeping is None:
        return Availability()
    return keeping.availability(made, registry, earlier, repo.commit_tree(commit))


def _completing(
    repo: Repo,
    start: Outset,
    options: ReleaseOptions,
    left: Unfinished,
    problems: tuple[Problem, ...],
    keeping: Keeping | None,
) -> Prepared:
    """A release that somebody left unfinished."""
    made, path = left.made, start.registry.settings.at(FILE_NAME)
    note = (
        f"{path} is that of {made.tag}, which was not finished: it is finished first, on {left.commit[:10]}"
    )
    only_here, untrue = waiting(repo, start)
    pushing = _pushing(start, made, only_here)
    data = _availability(repo, keeping, made, left.registry, registry_at(repo, left.registry), left.commit)
    report = Report(
        command="release",
        plan=made,
        problems=(*problems, *untrue, *plan_obstacles(made, frozenset(), {}), *data.problems),
        summary=plan_summary(made),
        notes=(note, *data.notes, *pushing),
        next=("plmctl release --push" if start.to is not None else "plmctl release",),
    )
    return Prepared(
        report=report,
        options=options,
        commit=start.commit,
        registry=left.registry,
        to=start.to,
        waiting=only_here,
        left=left,
        pushing=pushing,
    )


def _resumed(repo: Repo, begun: PendingRelease, options: ReleaseOptions) -> Prepared:
    """A release that was begun here."""
    name = begun.registry_tag.name
    note = f"the release {name} was begun and not finished: it is finished first, with the same objects"
    problems = _half_pushed(repo, begun)
    report = Report(command="release", notes=(note,), problems=problems, next=("plmctl release",))
    return Prepared(report=report, options=options, unfinished=begun)


def _resumed_there(
    repo: Repo, start: Outset, begun: PendingRelease, options: ReleaseOptions, trouble: tuple[Problem, ...]
) -> Prepared:
    """A release that was begun here, to be finished at a remote."""
    ready = _resumed(repo, begun, options)
    only_here, untrue = waiting(repo, start)
    problems = (*trouble, *untrue, *misdirected(begun, start.to, start.branch))
    report = replace(ready.report, problems=problems, next=("plmctl release --push",))
    return replace(ready, report=report, to=start.to, waiting=only_here)


def _half_pushed(repo: Repo, begun: PendingRelease) -> tuple[Problem, ...]:
    name = begun.registry_tag.name
    is_here = any(tag.object_id == begun.registry_tag.object_id for tag in repo.tags())
    if not begun.remote or is_here:
        return ()
    return (
        Problem(
            message=f"the release {name} was begun with --push, and {begun.remote} may have some of it",
            hint=f"run 'plmctl release --push' to finish it, or 'plmctl release --abandon {name} --push'",
        ),
    )


def release(repo: Repo, ready: Prepared) -> Report:
    """Makes the release that was prepared: the registry tag comes last, and is what makes it exist."""
    report, to, when = ready.report, ready.to, ready.options.when
    if ready.is_nothing or any(problem.exit_code for problem in report.problems):
        return report
    if ready.options.is_preparing:
        return _prepared_files(repo, ready)
    warnings: tuple[Problem, ...] = ()
    done: tuple[str, ...] = ()
    if to is not None:
        # What was to go where has gone there.
        report = replace(report, notes=tuple(note for note in report.notes if note not in ready.pushing))
        for older in ready.waiting:
            to = push(repo, to, older)
            warnings = (*warnings, *follow(repo, to, older.commit, when))
            done = (*done, f"pushed {older.registry_tag.name} to {to.name}")
    made = ready.unfinished or recorded(repo, replace(ready, to=to))
    if made is None:
        return replace(report, done=done, problems=(*report.problems, *warnings))
    name = made.registry_tag.name
    if to is None:
        problems = (*report.problems, *_made_here(repo, made))
        return replace(report, problems=problems, done=(f"released {name}",), next=_pushes(repo, made.branch))
    warnings = (*warnings, *publish(repo, to, made, when))
    done = (*done, f"released {name} and pushed it to {to.name}")
    return replace(report, done=done, problems=(*report.problems, *warnings), next=())


def _made_here(repo: Repo, made: PendingRelease) -> Iterator[Problem]:
    """Make a recorded release; once its registry tag is there it exists, whatever went wrong then."""
    try:
        repo.publish(made)
    except PlmctlError as error:
        if all(tag.object_id != made.registry_tag.object_id for tag in repo.tags()):
            raise
        yield Problem(
            message=f"{made.registry_tag.name} is released, and its record is left: {error.message}",
            hint="when that is mended, run 'plmctl release' again: it takes the record away",
            exit_code=0,
        )


def _prepared_files(repo: Repo, ready: Prepared) -> Report:
    """The files of a release that is planned, brought to where they are merged from."""
    made, registry, options = ready.report.plan, ready.registry, ready.options
    assert made is not None
    assert registry is not None
    asked = Preparation(
        report=ready.report,
        registry=registry,
        made=made,
        commit=ready.commit or "",
        when=options.when,
        day=_day(options),
        branch=options.branch,
        to=ready.to,
    )
    return prepare(repo, asked)


def recorded(repo: Repo, ready: Prepared) -> PendingRelease | None:
    """The objects of a release, and the record of it; no ref that anyone reads has moved."""
    made, registry, to = ready.report.plan, ready.registry, ready.to
    if made is None or made.is_empty or registry is None:
        return None
    transaction = repo.transaction(ready.options.when)
    if transaction.parent != ready.commit:
        raise PlmctlError(
            f"{transaction.branch} moved while the release was planned", hint="run 'plmctl release' again"
        )
    left, settings = ready.left, registry.settings
    tree = repo.commit_tree(transaction.parent)
    is_committed = left is None and settings.is_committed
    files = release_files(tree, settings, made, _day(ready.options)) if is_committed else {}
    own = transaction.commit(files, commit_message(made)) if files else transaction.parent
    commit = left.commit if left else own
    kept = kept_tags(repo, left, to) if left else {}
    signed = signs(repo, registry)
    tags = tuple(
        kept.get(planned.tag)
        or transaction.tag(artifact_tag(planned, made.registry), commit, is_signed="artifact" in signed)
        for planned in made.planned
    )
    objects = {tag.name: tag.object_id for tag in tags}
    last = registry_tag(made, objects, ready.options.run)
    return transaction.record(
        commit=commit,
        files=tuple(files),
        tags=tags,
        registry_tag=transaction.tag(last, commit, is_signed="registry" in signed),
        notes={"run": ready.options.run},
        remote=to.name if to else "",
        remote_branch=to.branch if to else "",
    )


def _day(options: ReleaseOptions) -> str:
    return options.when.astimezone(UTC).date().isoformat()


def _selected(now: Now, roots: tuple[str, ...]) -> frozenset[str] | None:
    """The named artifacts and all they depend on; None for everything."""
    if not roots:
        return None
    return frozenset(member for root in roots for member in reachable(now.graph, root))


def _pushing(start: Outset, made: Plan, only_here: tuple[PendingRelease, ...]) -> tuple[str, ...]:
    """What goes where; or what was not asked."""
    if start.to is None:
        is_told = start.remote is not None and not made.is_empty
        return (f"not checked: what {start.remote} has by now; --push asks it",) if is_told else ()
    there, branch = start.to.name, start.to.branch.removeprefix(BRANCHES)
    names = ", ".join(older.registry_tag.name for older in only_here)
    first = (f"made here and not yet at {there}: {names}; pushed first",) if only_here else ()
    if made.is_empty:
        return first
    tags = f" and {len(made.planned)} artifact tags" if len(made.planned) > 1 else " and the artifact's tag"
    return (*first, f"to {there}: {branch}{tags if made.planned else ''} in one push, then {made.tag}")


def _pushes(repo: Repo, ref: str) -> tuple[str, ...]:
    """How to publish it: the next release with --push does."""
    remote = repo.remote(ref.removeprefix(BRANCHES))
    return ("plmctl release --push",) if remote is not None else ()
