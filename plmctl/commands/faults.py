"""All that is wrong with the manifests of a tree, and what else there is to say of them."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from plmctl.commands.moment import current
from plmctl.commands.validate import ValidateOptions
from plmctl.core.answer import Answer, Told, is_below
from plmctl.core.deferred import deferred
from plmctl.core.few import few
from plmctl.core.finding import Finding, Level, sorted_findings
from plmctl.core.limits import SETTING
from plmctl.core.ports import Repo, Tree, Unreadable
from plmctl.core.registry import Registry
from plmctl.core.settings import LIMIT, Settings
from plmctl.core.verdicts import Verdicts
from plmctl.rules.checks import findings, levelled

if TYPE_CHECKING:
    from plmctl.rules.records import Surveys
    from plmctl.rules.surveys import Looked

# Of a repository that holds much other YAML, so many files are looked into.
OTHERS_READ = 1000
SHOWN = 5
_OURS = deferred(rb"""^["']?apiVersion["']?[ \t]*:[ \t]*["']?plmctl/""", re.MULTILINE)


def answered(repo: Repo, tree: Tree, options: ValidateOptions) -> Answer:
    """What is wrong with all manifests of a tree, and with the records that `options` ask for."""
    registry = current(tree, options.memo)
    looked = _records(repo, tree, registry, options)
    return Answer(
        manifests=len(registry.manifests) + len(registry.broken),
        has_records=_has_records(registry),
        told=told_of(
            registry,
            options.today,
            looked.surveys if looked is not None else None,
            options.memo.verdicts if options.memo is not None else None,
        ),
        notes=(*_notes(registry, tree), *_left_out(registry, looked)),
    )


def told_of(
    registry: Registry,
    today: str | None,
    surveys: "Surveys | None" = None,
    verdicts: Verdicts | None = None,
) -> tuple[Told, ...]:
    """All findings of a registry, each with the manifest that it is of."""
    said = findings(registry, today, surveys, verdicts)
    found = sorted_findings((*said, *_of_overrides(registry, today)))
    return tuple(Told(finding=f, manifest=_path_of(registry, f.artifact)) for f in found)


def _path_of(registry: Registry, artifact: str | None) -> str | None:
    manifest = registry.manifests.get(artifact or "")
    return manifest.path if manifest is not None else None


def _has_records(registry: Registry) -> bool:
    """Whether some data is at hand, or may be the next time: not so of what is only an address."""
    return any("dvc" in origins or "git" in origins for origins in registry.origins("Dataset"))


def _records(repo: Repo, tree: Tree, registry: Registry, options: ValidateOptions) -> "Looked | None":
    """What is in the datasets: all of it, an excerpt, or None for nothing, as `options` ask."""
    datasets = registry.of_kind("Dataset") if options.looks_into_data else ()
    if not datasets:
        return None
    from plmctl.commands.records import Hand
    from plmctl.core.survey import EXCERPT
    from plmctl.rules.surveys import looked_into

    is_work_tree = options.revision is None and not options.is_staged
    store = options.store() if options.store is not None else None
    hand = Hand(repo=repo, tree=tree, is_work_tree=is_work_tree, store=store, watch=options.watch)
    only = {m.id for m in datasets if is_below(m.path, options.paths)}
    return looked_into(registry, hand.files, None if options.has_all_records else EXCERPT, only)


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


def _notes(registry: Registry, tree: Tree) -> Iterator[str]:
    yield from _of_limits(registry.settings)
    if registry.skipped:
        count = len(registry.skipped)
        files = "file is no manifest" if count == 1 else "files are no manifests"
        yield f"{count} YAML {files} of plmctl, skipped: {few(registry.skipped, SHOWN)}"
    outside = tuple(_outside(registry, tree))
    if outside:
        count, settings = len(outside), registry.settings
        files = "manifest is" if count == 1 else "manifests are"
        yield (
            f"{count} {files} where none is looked for, and not read: {few(outside, SHOWN)}; "
            f"move it, or name the folder in 'spec.manifests.include' of {settings.path}"
        )


def _of_limits(settings: Settings) -> Iterator[str]:
    """That a tree asks for larger limits than it has."""
    refused = settings.asked.over(settings.limits)
    if refused:
        each = ", ".join(f"{name} is {held:,} and not {asked:,}" for name, (asked, held) in refused.items())
        yield (
            f"{settings.path} raises no limit by itself: {each}; it holds once the default branch of origin "
            f"says the same, or with {SETTING} in the environment"
        )


def _outside(registry: Registry, tree: Tree) -> Iterator[str]:
    """The manifests that no glob of the registry includes, and none excludes."""
    settings = registry.settings
    others = (
        path
        for path in (tree.paths() if registry.view is None else registry.view.unlisted)
        if path.endswith((".yaml", ".yml"))
        and path not in registry.files
        and not settings.is_manifest(path)
        and path.startswith(settings.at(""))
        and not (path == settings.path or settings.is_acceptance(path) or settings.is_excluded(path))
    )
    for path in islice(others, OTHERS_READ):
        try:
            data = tree.read(path, limit=LIMIT)
        except Unreadable:
            continue
        if _OURS.search(data):
            yield path
