"""diff: what changed between two moments, and what it means."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from itertools import chain

from plmctl.commands.data_diff import Shelves
from plmctl.commands.misread import filtered
from plmctl.commands.moment import earlier, registry_at, supported
from plmctl.commands.reaching import Reaching
from plmctl.commands.sides import Past, Side, Sides, sides, since_release
from plmctl.commands.since import Part, closures, left_out, parts
from plmctl.commands.unread import (
    data_unread_before,
    findings_of_data,
    findings_of_unread,
    unread,
    unread_before,
)
from plmctl.core.accepting import honoured
from plmctl.core.change import Change, Fact
from plmctl.core.configuration import NoRegistry
from plmctl.core.dataclass import dataclass
from plmctl.core.diff import compare
from plmctl.core.finding import Bump, Finding, Level, sorted_findings
from plmctl.core.judgement import Judgement
from plmctl.core.memo import Memo
from plmctl.core.ports import Kept, Repo, Tree
from plmctl.core.registry import Registry
from plmctl.core.report import Moved, Problem, Report
from plmctl.core.settings import Settings
from plmctl.core.tokenizer import Tokenizers, estimated
from plmctl.rules.checks import levelled
from plmctl.rules.connection import connection_judgements
from plmctl.rules.judge import judgements
from plmctl.rules.overrides import changed_rules, expired_overrides
from plmctl.rules.registry import application_judgements
from plmctl.rules.storage import changed_storage

_UNKNOWN = "what depends on the changes is not known while a file cannot be read"


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffOptions:
    """What to compare, as `git diff` reads it; `artifacts` are the ids after `--`, which may have none.

    `kept` is where the bytes of data may be that no tree has.
    """

    revisions: tuple[str, ...] = ()
    artifacts: tuple[str, ...] | None = None
    is_staged: bool = False
    is_since_release: bool = False
    today: str | None = None
    tokenizers: Tokenizers = estimated
    kept: Kept | None = None
    memo: Memo | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Comparison:
    """Two moments compared: the parts, what each of them means, and the report of it, without its impact.

    `is_whole`: every manifest of both could be read.
    """

    past: Past
    pair: Sides
    after: Registry
    parts: tuple[Part, ...]
    judgements: tuple[Judgement, ...]
    report: Report
    is_whole: bool


def diff(repo: Repo, options: DiffOptions) -> Report:
    """What changed between two moments, what of it may break, and what it reaches.

    Whoever made the change could write the newer plmctl.yaml: where the older one is stricter, it decides.
    Since a release that is HEAD's, by which the next release is judged.
    """
    made = _comparison(repo, options)
    shown = made.report.judgements
    shelves = Shelves(kept=options.kept, before=made.pair.before.tree, after=made.pair.after.tree)
    report = replace(made.report, contents=shelves.changes(shown))
    if not made.is_whole or not shown:
        return replace(report, notes=(*report.notes, _UNKNOWN)) if shown else report
    reaching = Reaching(
        parts=made.parts,
        after=made.after,
        judgements=made.judgements,
        shown=frozenset(judgement.change.artifact for judgement in shown),
        older_tree=made.pair.before.tree,
        newer_tree=made.pair.after.tree,
    )
    reach = reaching.reach
    if made.pair.since is not None:
        reach = reaching.versions(made.past.history, made.pair.since)
    return replace(report, reach=reach, costs=reaching.costs(options.tokenizers))


def judged_changes(repo: Repo, options: DiffOptions) -> tuple[Judgement, ...]:
    """The judgements of a diff, whatever they reach."""
    return _comparison(repo, options).report.judgements


def _comparison(repo: Repo, options: DiffOptions) -> _Comparison:
    past = Past(repo, options.memo)
    pair = _sides(repo, options, past)
    after = _newer(pair, options.memo)
    before = earlier(pair.before.tree, after, options.memo)
    _announce(pair.before.tree, before, after)
    _announce(pair.after.tree, after, before)
    apart = left_out(before, after, past.history, pair.since) if pair.since is not None else {}
    words = (*pair.ids, *(options.artifacts or ()))
    known = {*before.manifests, *after.manifests, *chain(*apart.values())} if words else frozenset[str]()
    wanted = {filtered(word, known, after) for word in words}
    compared = tuple(parts(before, apart, registry_at(repo, after, options.memo)))
    older = (pair.before, *_others(pair.before, apart))
    problems = (*unread(after, pair.after), *_unread_before(compared, older, after))
    guard = before.settings if pair.since is None else past.settings
    found = [_compared(part, after, options.today, guard, is_whole=not problems) for part in compared]
    everything = tuple(judgement for _, judged in found for judgement in judged)
    shown = _worst_first(j for j in everything if not wanted or _names(j.change) & wanted)
    changed = [tuple(c for c in changes if not wanted or _names(c) & wanted) for changes, _ in found]
    data = (data_unread_before(*each) for each in zip(changed, older, strict=True))
    settled = _settled(pair, guard, after, options.today) if not wanted else ()
    report = Report(
        command="diff",
        findings=(*settled, *findings_of_unread(after), *findings_of_data(chain(*changed))),
        judgements=shown,
        moved=tuple(_moved((change for changes, _ in found for change in changes), wanted)),
        problems=(*problems, *chain(*data)),
        summary=_summary(shown, _unread_paths(compared, after)),
        notes=pair.notes,
    )
    return _Comparison(
        past=past,
        pair=pair,
        after=after,
        parts=compared,
        judgements=everything,
        report=report,
        is_whole=not problems,
    )


def _sides(repo: Repo, options: DiffOptions, past: Past) -> Sides:
    if options.is_since_release:
        return since_release(repo, past, options.revisions)
    is_split = options.artifacts is not None
    return sides(repo, past, options.revisions, is_staged=options.is_staged, is_split=is_split)


def _others(side: Side, apart: Iterable[str]) -> Iterator[Side]:
    """The older sides beside the first, of which there is one for each release."""
    for commit in apart:
        yield Side(tree=side.tree, name=commit[:12], command=f"plmctl validate --rev {commit}")


def _unread_before(parts: Iterable[Part], sides: Iterable[Side], after: Registry) -> Iterator[Problem]:
    """What the older sides hold that cannot be read."""
    for part, older in zip(parts, sides, strict=True):
        yield from unread_before(part.before, older, frozenset(after.broken))


def _settled(pair: Sides, guard: Settings, after: Registry, today: str | None) -> tuple[Finding, ...]:
    """What plmctl.yaml has come to say of the rules, what of it no longer counts, and where data is kept."""
    found = (
        *changed_rules(guard, after.settings),
        *expired_overrides(after.settings, today),
        *changed_storage(pair.before.tree, pair.after.tree),
    )
    told = (levelled(finding, guard, today) for finding in found)
    return sorted_findings(finding for finding in told if finding.level is not Level.OFF)


def _compared(
    part: Part, after: Registry, today: str | None, guard: Settings, *, is_whole: bool
) -> tuple[tuple[Change, ...], tuple[Judgement, ...]]:
    """The changes of the part's artifacts, and what they mean."""
    before, only = part.before, part.artifacts
    around = closures(before, after, only) if only is not None else None
    changes = tuple(c for c in compare(before, after, around) if not _is_unread(c, before, after))
    # With files unread nobody knows what an Application depends on.
    if is_whole:
        judged = judge(before, after, changes, today, only, guard)
    else:
        found = judgements(changes, after.settings, today, guard)
        judged = honoured(found, before.accepted, after.accepted, after.settings)
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
    guard: Settings | None = None,
) -> tuple[Judgement, ...]:
    """What the changes mean, to Applications (or some) through what they depend on, to references too.

    What is accepted between the two moments says so; settings weaken nothing below what the guard's say.
    """
    found = judgements(changes, after.settings, today, guard)
    is_any = only is None or any(artifact.startswith("application/") for artifact in only)
    applications = application_judgements(before, after, found, today, only, guard) if is_any else ()
    cut = connection_judgements(before, after, today, only, guard)
    return honoured((*found, *applications, *cut), before.accepted, after.accepted, after.settings)


def _worst_first(judged: Iterable[Judgement]) -> tuple[Judgement, ...]:
    """By artifact, the one with an error or the largest bump first, and so its judgements."""
    found = tuple(judged)
    worst = _largest(found, _weight)
    return tuple(sorted(found, key=lambda j: (-worst[j.change.artifact], j.change.artifact, -_weight(j))))


def _largest(judged: Iterable[Judgement], bump: Callable[[Judgement], Bump]) -> dict[str, Bump]:
    """For each artifact the largest of its judgements' bumps."""
    found: dict[str, Bump] = {}
    for judgement in judged:
        artifact = judgement.change.artifact
        found[artifact] = max(found.get(artifact, Bump.NONE), bump(judgement))
    return found


def _weight(judgement: Judgement) -> Bump:
    # Some errors demand no bump: a reference to nothing, whatever happens to an environment.
    return Bump.MAJOR if judgement.level is Level.ERROR else judgement.bump


def _newer(pair: Sides, memo: Memo | None) -> Registry:
    """The newer side; where it has no registry any more, an empty one."""
    try:
        return supported(pair.after.tree, memo)
    except NoRegistry:
        return earlier(pair.after.tree, supported(pair.before.tree, memo), memo)


def _announce(tree: Tree, registry: Registry, other: Registry) -> None:
    """The files of a tree that are not the same in the other one: they will be read soon."""
    tree.prefetch([*registry.files_apart_from(other)])


def _is_unread(change: Change, before: Registry, after: Registry) -> bool:
    """Whether an artifact only seems to come or go: its file cannot be read on the other side."""
    if change.fact is Fact.ADDED and not change.pointer and change.after is not None:
        return change.after.manifest.path in before.broken
    if change.fact is Fact.REMOVED and not change.pointer and change.before is not None:
        return change.before.manifest.path in after.broken
    return False


def _names(change: Change) -> set[str]:
    former = {change.before.manifest.id} if change.before is not None else set()
    return {change.artifact, *former}


def _moved(changes: Iterable[Change], wanted: set[str]) -> Iterable[Moved]:
    for change in changes:
        if change.fact is Fact.MOVED and not change.pointer and (not wanted or _names(change) & wanted):
            yield Moved(artifact=change.artifact, old=str(change.old), new=str(change.new))


def _unread_paths(parts: Iterable[Part], after: Registry) -> set[str]:
    return {*after.broken, *(path for part in parts for path in part.before.broken)}


def _summary(judged: tuple[Judgement, ...], unread_paths: Collection[str]) -> dict[str, int | str | None]:
    bumps = list(_largest(judged, lambda judgement: judgement.bump).values())
    return {
        "artifacts": len(bumps),
        "major": bumps.count(Bump.MAJOR),
        "minor": bumps.count(Bump.MINOR),
        "patch": bumps.count(Bump.PATCH),
        **({"unread": len(unread_paths)} if unread_paths else {}),
    }
