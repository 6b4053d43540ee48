"""release: plan, check, commit and tag the versions that the changes demand."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from plmctl.commands.artifact import named
from plmctl.commands.changelog_file import release_files
from plmctl.commands.diff import judge
from plmctl.commands.moment import current, registry_at
from plmctl.commands.obstacles import Start, obstacles, plan_obstacles, signs
from plmctl.commands.trust import changed_versions
from plmctl.core.diff import compare
from plmctl.core.finding import Bump, Level, PlmctlError
from plmctl.core.graph import reachable
from plmctl.core.judgement import Judgement
from plmctl.core.locking import Now, now_of
from plmctl.core.plan import Asked, Judge, Plan, artifact_tag, commit_message, plan, registry_tag
from plmctl.core.ports import PendingRelease, Repo
from plmctl.core.registry import Registry
from plmctl.core.report import Report
from plmctl.core.tag import history
from plmctl.rules.checks import findings

_NOTHING_OF_THESE = "nothing of these changed since the last release"
_NOTHING = "nothing changed since the last release"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseOptions:
    """What to release (nothing named: all that changed), bumps to raise, the time, and a random word."""

    artifacts: tuple[str, ...] = ()
    raised: Mapping[str, Bump]
    pre: str | None = None
    when: datetime
    run: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A release that was planned and checked: what it would do, or what stops it."""

    report: Report
    options: ReleaseOptions
    commit: str | None = None
    registry: Registry | None = None
    unfinished: PendingRelease | None = None


def prepared(repo: Repo, options: ReleaseOptions) -> Prepared:
    """The plan of a release and every problem with it; writes nothing."""
    head = repo.head()
    if head.commit is None:
        raise PlmctlError("there is no commit yet", hint="run 'git add' and 'git commit' first")
    unfinished = repo.pending()
    if unfinished:
        return _resumed(unfinished[0], options)
    registry = current(repo.commit_tree(head.commit))
    today = options.when.astimezone(UTC).date().isoformat()
    found = findings(registry, today)
    past = history(repo.tags(), registry.settings)
    ancestors = repo.ancestors(head.commit)
    start = Start(branch=head.branch, commit=head.commit, registry=registry, past=past, ancestors=ancestors)
    problems = tuple(obstacles(repo, start))
    if any(finding.level is Level.ERROR for finding in found):
        report = Report(command="release", findings=found, problems=problems)
        return Prepared(report=report, options=options)
    now = now_of(registry)
    roots = tuple(named(artifact, now.identities).artifact for artifact in options.artifacts)
    selected = _selected(now, roots)
    raised = {named(word, now.identities).artifact: bump for word, bump in options.raised.items()}
    asked = Asked(raised=raised, selected=selected, pre=options.pre)
    loaded = registry_at(repo, registry)
    made = plan(now, past, ancestors, loaded, _judging(today), asked)
    # Of a shallow clone the plan knows a few releases only, and its versions are those that were made before.
    taken = frozenset[str]() if repo.is_shallow else past.taken
    problems = (*problems, *plan_obstacles(made, taken, raised), *changed_versions(made.planned, loaded))
    report = Report(
        command="release",
        findings=tuple(finding for finding in found if finding.level is not Level.OFF),
        plan=made,
        problems=problems,
        summary=_summary(made),
        notes=() if problems and made.is_empty else _notes(made, registry, roots),
    )
    return Prepared(report=report, options=options, commit=head.commit, registry=registry)


def release(repo: Repo, ready: Prepared) -> Report:
    """Makes the release that was prepared: the registry tag comes last, and is what makes it exist."""
    if ready.unfinished is not None:
        repo.publish(ready.unfinished)
        return _done(repo, ready.unfinished.registry_tag.name, ready.unfinished.branch, ready.report)
    made, registry = ready.report.plan, ready.registry
    if ready.report.problems or made is None or made.is_empty or registry is None:
        return ready.report
    release = _recorded(repo, ready, made, registry)
    repo.publish(release)
    return _done(repo, made.tag, release.branch, ready.report)


def _recorded(repo: Repo, ready: Prepared, made: Plan, registry: Registry) -> PendingRelease:
    """The objects of a release, and the record of it; no ref that anyone reads has moved."""
    transaction = repo.transaction(ready.options.when)
    if transaction.parent != ready.commit:
        raise PlmctlError(
            f"{transaction.branch} moved while the release was planned", hint="run 'plmctl release' again"
        )
    day = ready.options.when.astimezone(UTC).date().isoformat()
    files = release_files(repo.commit_tree(transaction.parent), registry.settings, made, day)
    commit = transaction.commit(files, commit_message(made))
    signed = signs(repo, registry)
    tags = tuple(
        transaction.tag(artifact_tag(planned, made.registry), commit, is_signed="artifact" in signed)
        for planned in made.planned
    )
    objects = {tag.name: tag.object_id for tag in tags}
    last = transaction.tag(
        registry_tag(made, objects, ready.options.run), commit, is_signed="registry" in signed
    )
    notes = {"run": ready.options.run}
    return transaction.record(commit=commit, files=tuple(files), tags=tags, registry_tag=last, notes=notes)


def _judging(today: str) -> Judge:
    """What changes mean on a day: sunsets and overrides end."""

    def judged(before: Registry, after: Registry) -> tuple[Judgement, ...]:
        return judge(before, after, compare(before, after), today)

    return judged


def _resumed(unfinished: PendingRelease, options: ReleaseOptions) -> Prepared:
    name = unfinished.registry_tag.name
    note = f"the release {name} was begun and not finished: it is finished first, with the same objects"
    report = Report(command="release", notes=(note,), next=("plmctl release",))
    return Prepared(report=report, options=options, unfinished=unfinished)


def _selected(now: Now, roots: tuple[str, ...]) -> frozenset[str] | None:
    """The named artifacts and all they depend on; None for everything."""
    if not roots:
        return None
    return frozenset(member for root in roots for member in reachable(now.graph, root))


def _summary(made: Plan) -> dict[str, int | str | None]:
    return {
        "release": made.tag,
        "artifacts": len(made.planned),
        "removed": len(made.removed),
        "unchanged": made.kept,
    }


def _notes(made: Plan, registry: Registry, roots: tuple[str, ...]) -> tuple[str, ...]:
    if made.is_empty:
        return (_NOTHING_OF_THESE if roots else _NOTHING, *_left(made, registry))
    along = [_owned(planned.artifact, registry) for planned in made.planned if planned.artifact not in roots]
    told = (f"changed dependencies come along: {', '.join(along)}",) if roots and along else ()
    return (*told, *_left(made, registry), *_hotfix(made))


def _left(made: Plan, registry: Registry) -> tuple[str, ...]:
    left = ", ".join(_owned(artifact, registry) for artifact in made.left)
    return (f"these changes stay unreleased: {left}",) if left else ()


def _hotfix(made: Plan) -> tuple[str, ...]:
    elsewhere = [f"{p.artifact} {p.elsewhere}" for p in made.planned if p.elsewhere is not None]
    elsewhere += [f"registry {made.elsewhere}"] if made.elsewhere is not None else []
    if not elsewhere:
        return ()
    return (f"a hotfix: another branch has released {', '.join(elsewhere)}, so patches are made here",)


def _owned(artifact: str, registry: Registry) -> str:
    owners = registry.manifests[artifact].owners
    return f"{artifact} (of {', '.join(owners)})" if owners else artifact


def _done(repo: Repo, tag: str, branch: str, report: Report) -> Report:
    return replace(
        report, done=(f"released {tag}",), next=_pushes(repo, tag, branch.removeprefix("refs/heads/"))
    )


def _pushes(repo: Repo, tag: str, branch: str) -> tuple[str, ...]:
    """How to publish it; the registry tag alone and last, because pipelines start from it (release.md)."""
    upstream = repo.upstream(branch)
    known = [ref.split("/")[2] for ref in sorted(repo.branch_tips()) if ref.startswith("refs/remotes/")]
    remotes = [upstream[0].split("/")[2]] if upstream is not None else known
    if not remotes:
        return ()
    tags = "$(git tag --points-at HEAD --list '*@v*')"
    return (f"git push --atomic {remotes[0]} {branch} {tags}", f"git push {remotes[0]} {tag}")
