"""release: plan, check, commit and tag the versions that the changes demand."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fnmatch import fnmatchcase

from plmctl.commands.artifact import named
from plmctl.commands.diff import judge
from plmctl.commands.moment import current, registry_at
from plmctl.commands.trust import changed_versions, tag_problems
from plmctl.core.diff import compare
from plmctl.core.finding import Bump, IntegrityError, Level, PlmctlError, Rule
from plmctl.core.graph import reachable
from plmctl.core.judgement import Judgement
from plmctl.core.lock import FILE_NAME, read_lock
from plmctl.core.locking import Now, now_of
from plmctl.core.plan import Judge, Plan, artifact_tag, commit_message, one_line, plan, registry_tag
from plmctl.core.ports import Head, PendingRelease, Repo, Tree, Unreadable
from plmctl.core.registry import Registry
from plmctl.core.report import Problem, Report
from plmctl.core.settings import Settings
from plmctl.core.tag import History, history
from plmctl.rules.checks import findings

_LIMIT = 64 * 1024 * 1024

BUMP_TOO_SMALL = Rule(
    code="REG003",
    name="bump-too-small",
    level=Level.ERROR,
    meaning="A release asks for a smaller bump than its changes demand: whoever reads the version is misled."
    "\n\n"
    "Leave `--bump` out, or raise what the changes demand: it never lowers it.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseOptions:
    """What to release (nothing named: all that changed), bumps to raise, the time, and a random word."""

    artifacts: tuple[str, ...] = ()
    raised: Mapping[str, Bump]
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
    problems = tuple(_problems(repo, head, registry, past, ancestors))
    if any(finding.level is Level.ERROR for finding in found):
        report = Report(command="release", findings=found, problems=problems)
        return Prepared(report=report, options=options)
    now = now_of(registry)
    roots = tuple(named(artifact, now.identities).artifact for artifact in options.artifacts)
    selected = _selected(now, roots)
    raised = {named(word, now.identities).artifact: bump for word, bump in options.raised.items()}
    loaded = registry_at(repo, registry)
    made = plan(now, past, ancestors, loaded, _judging(today), raised, selected)
    # Of a shallow clone the plan knows a few releases only, and its versions are those that were made before.
    taken = frozenset[str]() if repo.is_shallow else past.taken
    problems = (*problems, *_plan_problems(made, taken, raised), *changed_versions(made.planned, loaded))
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
    transaction = repo.transaction(ready.options.when)
    if transaction.parent != ready.commit:
        raise PlmctlError(
            f"{transaction.branch} moved while the release was planned", hint="run 'plmctl release' again"
        )
    path = registry.settings.at(FILE_NAME)
    commit = transaction.commit({path: made.lock_bytes}, commit_message(made))
    tags = tuple(transaction.tag(artifact_tag(planned, made.registry), commit) for planned in made.planned)
    objects = {tag.name: tag.object_id for tag in tags}
    last = transaction.tag(registry_tag(made, objects, ready.options.run), commit)
    repo.publish(
        transaction.record(
            commit=commit, files=(path,), tags=tags, registry_tag=last, notes={"run": ready.options.run}
        )
    )
    return _done(repo, made.tag, transaction.branch, ready.report)


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


def _problems(
    repo: Repo, head: Head, registry: Registry, past: History, ancestors: frozenset[str]
) -> Iterator[Problem]:
    """What stops any release here and now."""
    yield from _unsupported(repo, registry)
    yield from _branch_problems(repo, head, registry, ancestors)
    yield from _tag_problems(repo, head, registry, past)
    yield from _dirty(repo, head, registry)
    if not repo.has_identity():
        yield Problem(
            message="Git does not know who you are",
            hint="run 'git config --global user.name NAME' and 'git config --global user.email ADDRESS'",
        )


def _plan_problems(made: Plan, taken: frozenset[str], raised: Mapping[str, Bump]) -> Iterator[Problem]:
    """What stops this release."""
    for name in (*(planned.tag for planned in made.planned), made.tag):
        if name in taken and not made.is_empty:
            yield Problem(
                message=f"the tag {name} exists already",
                hint="run 'git fetch --tags' and look at it with 'git show'",
            )
    yield from _bump_problems(made, raised)
    yield from _unaccepted(made)


def _unaccepted(made: Plan) -> Iterator[Problem]:
    """The breaking changes that nobody has accepted since the version that each artifact has."""
    judged = (*(judgement for planned in made.planned for judgement in planned.judgements), *made.removals)
    for judgement in judged:
        if judgement.is_unaccepted:
            said = f"{judgement.code} {judgement.rule.name}: {one_line(judgement.message)}"
            yield Problem(
                message=f"{judgement.change.artifact}: nobody has accepted {said}",
                hint=f"if it is meant, run: {judgement.accepting()}",
                exit_code=1,
            )


def _unsupported(repo: Repo, registry: Registry) -> Iterator[Problem]:
    sign = registry.settings.sign
    if sign in ("registry", "all") or (sign is None and repo.signing_configured()):
        yield Problem(
            message="tags are to be signed here, and this version of plmctl cannot sign",
            hint="unset tag.gpgSign and release.sign, or wait for the version that signs",
        )
    if registry.settings.changelog is not None:
        yield Problem(
            message="release.changelog is not built in this version of plmctl",
            hint="remove it from plmctl.yaml, or wait for the version that has it",
        )
    if not registry.settings.is_committed:
        yield Problem(
            message="release.commit: false is not built in this version of plmctl",
            hint="remove it from plmctl.yaml, or wait for the version that has it",
        )


def _branch_problems(
    repo: Repo, head: Head, registry: Registry, ancestors: frozenset[str]
) -> Iterator[Problem]:
    allowed = registry.settings.branches
    under_way = repo.under_way()
    if under_way is not None:
        yield Problem(
            message=f"a merge or rebase is under way ({under_way})", hint="finish or abort it first"
        )
    if head.branch is None:
        yield Problem(
            message="HEAD is detached: no branch is checked out", hint=f"run 'git switch {allowed[0]}'"
        )
        return
    if not any(fnmatchcase(head.branch, pattern) for pattern in allowed):
        yield Problem(
            message=f"releases are made on {', '.join(allowed)}, this is {head.branch}",
            hint=f"run 'git switch {allowed[0]}', or name it in release.branches of {registry.settings.path}",
            exit_code=1,
        )
    upstream = repo.upstream(head.branch)
    if upstream is not None and upstream[1] not in ancestors:
        yield Problem(
            message=f"{head.branch} is behind {upstream[0]}", hint="run 'git pull' first", exit_code=1
        )


def _tag_problems(repo: Repo, head: Head, registry: Registry, past: History) -> Iterator[Problem]:
    yield from tag_problems(repo, past)
    if past.foreign and not past.releases:
        names = ", ".join(past.foreign[:3])
        yield Problem(
            message=f"tags that are not plmctl's have the names of registry releases: {names}",
            hint=f"set release.tag in {registry.settings.path}, to 'registry-v{{version}}' for example",
            exit_code=1,
        )
    yield from _lock_problems(repo, head, registry, past)


def _lock_problems(repo: Repo, head: Head, registry: Registry, past: History) -> Iterator[Problem]:
    path = registry.settings.at(FILE_NAME)
    data = _bytes(repo.commit_tree(head.commit or ""), path)
    if data is None:
        return
    try:
        release = read_lock(path, data).source.release
    except IntegrityError as error:
        yield Problem(message=error.message, hint=error.hint, exit_code=error.exit_code)
        return
    if release not in past.by_name:
        yield Problem(
            message=f"{path} is the lock of {release}, and that tag is not here",
            hint="run 'git fetch --tags'",
        )


def _bump_problems(made: Plan, raised: Mapping[str, Bump]) -> Iterator[Problem]:
    planned = {p.artifact: p for p in made.planned}
    for artifact, bump in sorted(raised.items()):
        if artifact not in planned:
            yield Problem(
                message=f"--bump {artifact}: it is not in this release", hint="leave it out", exit_code=2
            )
        elif bump < planned[artifact].bump:
            needed, rule = planned[artifact].bump.label, BUMP_TOO_SMALL
            yield Problem(
                message=f"{rule.code} {rule.name}: {artifact} needs {needed}, --bump says {bump.label}",
                hint=f"a bump may be raised, never lowered: leave it out, or write {artifact}={needed}",
                exit_code=1,
            )


def _dirty(repo: Repo, head: Head, registry: Registry) -> Iterator[Problem]:
    settings = registry.settings
    tree, index, work = repo.commit_tree(head.commit or ""), repo.index(), repo.work_tree()
    watched = {settings.path, settings.at(FILE_NAME)}
    sides = (tree, index, work)
    for manifest in registry.manifests.values():
        watched.add(manifest.path)
        watched.update(path for included in manifest.included.values() for path, _ in included.hashes)
    for side in sides:
        watched.update(path for path in side.paths() if _is_watched(path, settings))
    for side in sides:
        side.prefetch(watched)
    dirty = [path for path in sorted(watched) if len({_bytes(side, path) for side in sides}) > 1]
    if dirty:
        more = f" and {len(dirty) - 3} more" if len(dirty) > 3 else ""
        yield Problem(
            message=f"files of the registry are not committed: {', '.join(dirty[:3])}{more}",
            hint="commit or stash them: a release tags what is committed",
            exit_code=1,
        )


def _is_watched(path: str, settings: Settings) -> bool:
    return settings.is_manifest(path) or settings.is_schema(path) or settings.is_acceptance(path)


def _bytes(tree: Tree, path: str) -> bytes | None:
    if tree.kind(path) is None:
        return None
    try:
        return tree.read(path, limit=_LIMIT)
    except Unreadable:
        return None


def _summary(made: Plan) -> dict[str, int | str | None]:
    return {
        "release": made.tag,
        "artifacts": len(made.planned),
        "removed": len(made.removed),
        "unchanged": made.kept,
    }


def _notes(made: Plan, registry: Registry, roots: tuple[str, ...]) -> tuple[str, ...]:
    if made.is_empty:
        return ("nothing changed since the last release",)
    along = [_owned(planned.artifact, registry) for planned in made.planned if planned.artifact not in roots]
    return (f"changed dependencies come along: {', '.join(along)}",) if roots and along else ()


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
