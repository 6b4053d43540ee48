"""diff: what changed between two moments, and what it means."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from plmctl.commands.artifact import named, version_named
from plmctl.commands.moment import current, earlier, registry_at, supported
from plmctl.commands.reaching import Reaching
from plmctl.commands.since import Part, closures, left_out, parts
from plmctl.core.diff import Change, Fact, compare
from plmctl.core.finding import Bump, Level, PlmctlError, UsageError
from plmctl.core.judgement import Judgement
from plmctl.core.kinds import BUILT_IN, Kinds
from plmctl.core.ports import Repo, Tree
from plmctl.core.registry import NoRegistry, Registry, read_settings_of
from plmctl.core.report import Moved, Problem, Report
from plmctl.core.tag import History, history
from plmctl.core.tokenizer import Tokenizers, estimated
from plmctl.core.version import parsed_version
from plmctl.rules.connection import connection_judgements
from plmctl.rules.judge import judgements
from plmctl.rules.registry import application_judgements

_UNKNOWN = "what depends on the changes is not known while a file cannot be read"


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffOptions:
    """What to compare, as `git diff` reads it; `artifacts` are the ids after `--`."""

    revisions: tuple[str, ...] = ()
    artifacts: tuple[str, ...] = ()
    is_staged: bool = False
    is_since_release: bool = False
    today: str | None = None
    tokenizers: Tokenizers = estimated


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """The two moments that are compared, and the ids that the revisions named.

    `since` are the commits that the newer one descends from, where the older one is its newest release.
    """

    before: Tree
    after: Tree
    ids: tuple[str, ...] = ()
    since: frozenset[str] | None = None


def diff(repo: Repo, options: DiffOptions) -> Report:
    """What changed between two moments, and what of it may break."""
    past = _Past(repo)
    sides = _sides(repo, options, past)
    after = _newer(sides)
    before = earlier(sides.before, after)
    apart = left_out(before, after, past.history, sides.since) if sides.since is not None else {}
    known = {*before.manifests, *after.manifests, *(a for artifacts in apart.values() for a in artifacts)}
    wanted = {named(word, known).artifact for word in (*sides.ids, *options.artifacts)}
    compared = tuple(parts(before, apart, registry_at(repo, after)))
    unread = tuple(sorted({path for part in compared for path in (*part.before.broken, *after.broken)}))
    found = [_compared(part, after, options.today, is_whole=not unread) for part in compared]
    shown = _worst_first(j for _, judged in found for j in judged if not wanted or _names(j.change) & wanted)
    report = Report(
        command="diff",
        judgements=shown,
        moved=tuple(_moved((change for changes, _ in found for change in changes), wanted)),
        problems=tuple(_problem(path) for path in unread),
        summary=_summary(shown),
    )
    if unread or not shown:
        return replace(report, notes=(_UNKNOWN,) if shown else ())
    reaching = Reaching(
        parts=compared,
        after=after,
        judgements=[judgement for _, judged in found for judgement in judged],
        shown=frozenset(judgement.change.artifact for judgement in shown),
        older_tree=sides.before,
        newer_tree=sides.after,
    )
    reach = reaching.reach
    if sides.since is not None:
        reach = reaching.versions(past.history, sides.since)
    return replace(report, reach=reach, costs=reaching.costs(options.tokenizers))


def _compared(
    part: Part, after: Registry, today: str | None, *, is_whole: bool
) -> tuple[tuple[Change, ...], tuple[Judgement, ...]]:
    """The changes of the part's artifacts, and what they mean."""
    before, only = part.before, part.artifacts
    around = closures(before, after, only) if only is not None else None
    changes = tuple(c for c in compare(before, after, around) if not _is_unread(c, before, after))
    # With files unread nobody knows what an Application depends on.
    if is_whole:
        judged = judge(before, after, changes, today, only)
    else:
        judged = judgements(changes, after.settings, today)
    return (
        tuple(change for change in changes if part.has(change.artifact)),
        tuple(judgement for judgement in judged if part.has(judgement.change.artifact)),
    )


def judge(
    before: Registry,
    after: Registry,
    changes: tuple[Change, ...],
    today: str | None = None,
    only: Collection[str] | None = None,
) -> tuple[Judgement, ...]:
    """What the changes mean, to Applications (or some) through what they depend on, to references too."""
    found = judgements(changes, after.settings, today)
    cut = connection_judgements(before, after, today, only)
    return (*found, *application_judgements(before, after, found, today, only), *cut)


def _worst_first(judged: Iterable[Judgement]) -> tuple[Judgement, ...]:
    """By artifact, the one with an error or the largest bump first, and so its judgements."""
    found = tuple(judged)
    worst: dict[str, int] = {}
    for judgement in found:
        artifact = judgement.change.artifact
        worst[artifact] = max(worst.get(artifact, 0), _weight(judgement))
    return tuple(sorted(found, key=lambda j: (-worst[j.change.artifact], j.change.artifact, -_weight(j))))


def _weight(judgement: Judgement) -> Bump:
    # Some errors demand no bump: a reference to nothing, whatever happens to an environment.
    return Bump.MAJOR if judgement.level is Level.ERROR else judgement.bump


def _newer(sides: Sides) -> Registry:
    """The newer side; where it has no registry any more, an empty one."""
    try:
        return supported(sides.after)
    except NoRegistry:
        return earlier(sides.after, supported(sides.before))


class _Past:
    """What the tags say, read when it is asked for, once."""

    def __init__(self, repo: Repo):
        self._repo = repo

    @cached_property
    def history(self) -> History:
        """The versions, by the settings of HEAD."""
        tree = _commit(self._repo, "HEAD")
        return history(self._repo.tags(), read_settings_of(tree, tuple(tree.paths())))


def _sides(repo: Repo, options: DiffOptions, past: _Past) -> Sides:
    revisions = options.revisions
    if options.is_since_release:
        return _since_release(repo, revisions, past)
    _refuse_both(repo, revisions)
    if options.is_staged:
        if len(revisions) > 1:
            raise UsageError("--staged compares one revision with the index", hint="leave out the second")
        return Sides(before=_commit(repo, revisions[0] if revisions else "HEAD"), after=repo.index())
    if len(revisions) == 1 and ".." in revisions[0]:
        return _range(repo, revisions[0])
    if len(revisions) == 2:
        first, second = (_point(repo, revision, past) for revision in revisions)
        if first.ids and second.ids and first.ids != second.ids:
            raise UsageError(
                f"'{revisions[0]}' and '{revisions[1]}' are versions of two artifacts",
                hint="compare two versions of one, or two revisions",
            )
        return Sides(before=first.before, after=second.before, ids=(*first.ids, *second.ids))
    if len(revisions) > 2:
        raise UsageError("at most two revisions can be compared", hint="write ids after '--'")
    point = _point(repo, revisions[0] if revisions else "HEAD", past)
    return Sides(before=point.before, after=repo.work_tree(), ids=point.ids)


def _refuse_both(repo: Repo, revisions: tuple[str, ...]) -> None:
    """A word that is a revision and an artifact's id at once can mean either, as `git diff` says of paths."""
    paths = [word for word in revisions if "/" in word and "@" not in word]
    prefixes = _kinds_of(repo.work_tree()).by_prefix if paths else {}
    for word in (path for path in paths if path.partition("/")[0] in prefixes):
        try:
            repo.resolve(word)
        except PlmctlError as error:
            raise PlmctlError(
                error.message, hint=f"if '{word}' is an artifact, write: plmctl diff -- {word}"
            ) from error
        if word in current(repo.work_tree()).manifests:
            raise UsageError(
                f"'{word}' is a revision and an artifact",
                hint=f"write 'plmctl diff {word} --' or 'plmctl diff -- {word}'",
            )


def _kinds_of(tree: Tree) -> Kinds:
    """The kinds of a tree; those of plmctl where it has no settings that can be read."""
    try:
        return read_settings_of(tree, tuple(tree.paths())).kinds
    except PlmctlError:
        return BUILT_IN


def _range(repo: Repo, text: str) -> Sides:
    symmetric = "..." in text
    first, _, second = text.partition("..." if symmetric else "..")
    start, end = repo.resolve(first or "HEAD"), repo.resolve(second or "HEAD")
    base = repo.merge_base(start, end) if symmetric else start
    return Sides(before=repo.commit_tree(base), after=repo.commit_tree(end))


def _since_release(repo: Repo, revisions: tuple[str, ...], past: _Past) -> Sides:
    if len(revisions) > 1:
        raise UsageError("--since-release compares with one moment", hint="name one revision, or none")
    after = _commit(repo, revisions[0]) if revisions else repo.work_tree()
    tip = repo.resolve(revisions[0] if revisions else "HEAD")
    ancestors = repo.ancestors(tip)
    newest = past.history.newest_release(ancestors)
    if newest is None:
        raise PlmctlError(
            "there is no release yet", hint="run 'plmctl release --dry-run' to see the first one"
        )
    return Sides(before=repo.commit_tree(newest.commit), after=after, since=ancestors)


def _commit(repo: Repo, revision: str) -> Tree:
    return repo.commit_tree(repo.resolve(revision))


def _point(repo: Repo, text: str, past: _Past) -> Sides:
    """A revision, or `ID@VERSION`: the release that made that version, and that artifact alone."""
    artifact, at, version = text.partition("@")
    wanted = parsed_version(version.removeprefix("v")) if at and "/" in artifact else None
    if wanted is None:
        tree = _commit(repo, text)
        return Sides(before=tree, after=tree)
    tag = version_named(artifact, str(wanted), past.history.versions.get(artifact, ()))
    tree = repo.commit_tree(tag.commit)
    return Sides(before=tree, after=tree, ids=(artifact,))


def _is_unread(change: Change, before: Registry, after: Registry) -> bool:
    """Whether an artifact only seems to come or go: its file cannot be read on the other side."""
    if change.fact is Fact.ADDED and not change.pointer and change.after is not None:
        return change.after.manifest.path in before.broken
    if change.fact is Fact.REMOVED and not change.pointer and change.before is not None:
        return change.before.manifest.path in after.broken
    return False


def _problem(path: str) -> Problem:
    return Problem(
        message=f"{path} cannot be read and was not compared", hint="run 'plmctl validate' to see why"
    )


def _names(change: Change) -> set[str]:
    former = {change.before.manifest.id} if change.before is not None else set()
    return {change.artifact, *former}


def _moved(changes: Iterable[Change], wanted: set[str]) -> Iterable[Moved]:
    for change in changes:
        if change.fact is Fact.MOVED and not change.pointer and (not wanted or _names(change) & wanted):
            yield Moved(artifact=change.artifact, old=str(change.old), new=str(change.new))


def _summary(judged: tuple[Judgement, ...]) -> dict[str, int | str | None]:
    by_artifact: dict[str, int] = {}
    for judgement in judged:
        artifact = judgement.change.artifact
        by_artifact[artifact] = max(by_artifact.get(artifact, 0), judgement.bump)
    bumps = list(by_artifact.values())
    return {
        "artifacts": len(bumps),
        "major": bumps.count(3),
        "minor": bumps.count(2),
        "patch": bumps.count(1),
    }
