"""validate: what is wrong with the manifests."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from plmctl.commands.moment import current, require_existing, tree_of
from plmctl.core.few import few
from plmctl.core.finding import Finding, Level, UsageError, sorted_findings
from plmctl.core.ports import Kept, Repo, Tree, Unreadable, Watch
from plmctl.core.registry import LIMIT, Registry
from plmctl.core.report import Report
from plmctl.core.settings import Settings
from plmctl.rules.checks import findings, levelled

if TYPE_CHECKING:
    from plmctl.rules.records import Surveys
    from plmctl.rules.surveys import Looked

# Of a repository that holds much other YAML, so many files are looked into.
OTHERS_READ = 1000
SHOWN = 5
_OURS = re.compile(rb"""^["']?apiVersion["']?[ \t]*:[ \t]*["']?plmctl/""", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidateOptions:
    """Which tree, and which of its files to speak of (none: all); paths are the repository's.

    The records of datasets are looked into where the whole work tree is validated, or all of them are asked
    for; `store` is where those lie that no tree has, and whoever waits for them has a `watch`.
    """

    paths: tuple[str, ...] = ()
    revision: str | None = None
    is_staged: bool = False
    today: str | None = None
    has_all_records: bool = False
    store: Kept | None = None
    watch: Watch | None = None


def validate(repo: Repo, options: ValidateOptions) -> Report:
    """What is wrong with the manifests of a tree; references are checked against the whole registry."""
    tree = tree_of(repo, options.revision, options.is_staged)
    registry = current(tree)
    require_existing(options.paths, tree)
    looked = _records(repo, tree, registry, options)
    shown = shown_findings(registry, options, looked.surveys if looked is not None else None)
    levels = Counter(finding.level.value for finding in shown)
    return Report(
        command="validate",
        findings=shown,
        summary={"manifests": len(registry.manifests) + len(registry.broken), **dict(sorted(levels.items()))},
        notes=(*_notes(registry, tree), *_left_out(registry, looked), *_fixable(shown, options)),
    )


def _records(repo: Repo, tree: Tree, registry: Registry, options: ValidateOptions) -> "Looked | None":
    """What is in the datasets: all of it, an excerpt, or None for nothing, as `options` ask."""
    if options.has_all_records and options.is_staged:
        raise UsageError(
            "--staged is for hooks and leaves data alone, and --all-records reads all of it",
            hint="leave one of them out",
        )
    is_work_tree = options.revision is None and not options.is_staged
    datasets = registry.of_kind("Dataset")
    if not datasets or (not options.has_all_records and (options.paths or not is_work_tree)):
        return None
    from plmctl.commands.records import Hand
    from plmctl.core.survey import EXCERPT
    from plmctl.rules.surveys import looked_into

    hand = Hand(repo=repo, tree=tree, is_work_tree=is_work_tree, store=options.store, watch=options.watch)
    only = {m.id for m in datasets if _is_below(m.path, options.paths)}
    return looked_into(registry, hand.files, None if options.has_all_records else EXCERPT, only)


def shown_findings(
    registry: Registry, options: ValidateOptions, surveys: "Surveys | None" = None
) -> tuple[Finding, ...]:
    """The findings of the files that were named, or all."""
    ordinary = findings(registry, options.today, surveys)
    found = sorted_findings((*ordinary, *_of_overrides(registry, options.today)))
    return tuple(f for f in found if _is_shown(f, registry, options.paths))


def _of_overrides(registry: Registry, today: str | None) -> Iterator[Finding]:
    """What is wrong with the overrides of plmctl.yaml."""
    settings = registry.settings
    if not settings.overrides:
        return
    # The table of all rules is large, and most registries override none.
    from plmctl.commands.catalogue import catalogue
    from plmctl.rules.overrides import expired_overrides, idle_overrides

    for finding in (*expired_overrides(settings, today), *idle_overrides(settings, catalogue())):
        told = levelled(finding, settings, today)
        if told.level is not Level.OFF:
            yield told


def _left_out(registry: Registry, looked: "Looked | None") -> Iterator[str]:
    if looked is not None:
        from plmctl.commands.records import records_notes

        yield from records_notes(registry, looked)


def _fixable(shown: tuple[Finding, ...], options: ValidateOptions) -> Iterator[str]:
    count = sum(bool(finding.fix) for finding in shown)
    if count and options.revision is None and not options.is_staged:
        yield f"{count} can be fixed with 'plmctl validate --fix'"


def _is_shown(finding: Finding, registry: Registry, paths: tuple[str, ...]) -> bool:
    if not paths:
        return True
    manifest = registry.manifests.get(finding.artifact or "")
    places = (finding.location.path, *((manifest.path,) if manifest else ()))
    return any(_is_below(place, paths) for place in places)


def _is_below(place: str, paths: tuple[str, ...]) -> bool:
    """Whether a place is one of the paths or below one; every place, where there are none."""
    return not paths or any(path in ("", place) or place.startswith(f"{path}/") for path in paths)


def _notes(registry: Registry, tree: Tree) -> Iterator[str]:
    if registry.skipped:
        count = len(registry.skipped)
        files = "file is no manifest" if count == 1 else "files are no manifests"
        yield f"{count} YAML {files} of plmctl, skipped: {few(registry.skipped, SHOWN)}"
    outside = tuple(_outside(registry.settings, tree))
    if outside:
        count, settings = len(outside), registry.settings
        files = "manifest is" if count == 1 else "manifests are"
        yield (
            f"{count} {files} where none is looked for, and not read: {few(outside, SHOWN)}; "
            f"move it, or name the folder in 'spec.manifests.include' of {settings.path}"
        )


def _outside(settings: Settings, tree: Tree) -> Iterator[str]:
    """The manifests that no glob of the registry includes, and none excludes."""
    others = (
        path
        for path in tree.paths()
        if path.endswith((".yaml", ".yml"))
        and path.startswith(settings.at(""))
        and not (path == settings.path or settings.is_manifest(path) or settings.is_excluded(path))
        and not settings.is_acceptance(path)
    )
    for path in islice(others, OTHERS_READ):
        try:
            data = tree.read(path, limit=LIMIT)
        except Unreadable:
            continue
        if _OURS.search(data):
            yield path
