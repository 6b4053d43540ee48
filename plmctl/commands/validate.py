"""validate: what is wrong with the manifests."""

from collections import Counter
from dataclasses import dataclass

from plmctl.commands.moment import current
from plmctl.core.finding import Finding, UsageError
from plmctl.core.ports import Repo, Tree
from plmctl.core.registry import Registry
from plmctl.core.report import Report
from plmctl.rules.checks import findings


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidateOptions:
    """Which tree, and which of its files to speak of (none: all); paths are the repository's."""

    paths: tuple[str, ...] = ()
    revision: str | None = None
    is_staged: bool = False
    today: str | None = None


def validate(repo: Repo, options: ValidateOptions) -> Report:
    """What is wrong with the manifests of a tree; references are checked against the whole registry."""
    tree = tree_of(repo, options.revision, options.is_staged)
    registry = current(tree)
    _require_existing(options.paths, tree)
    shown = tuple(f for f in findings(registry, options.today) if _is_shown(f, registry, options.paths))
    levels = Counter(finding.level.value for finding in shown)
    return Report(
        command="validate",
        findings=shown,
        summary={"manifests": len(registry.manifests) + len(registry.broken), **dict(sorted(levels.items()))},
        notes=_notes(registry),
    )


def tree_of(repo: Repo, revision: str | None, is_staged: bool) -> Tree:
    """The tree that options name; the work tree by default."""
    if revision is not None and is_staged:
        raise UsageError("--rev and --staged name two trees", hint="give one of them")
    if revision is not None:
        return repo.commit_tree(repo.resolve(revision))
    return repo.index() if is_staged else repo.work_tree()


def _require_existing(paths: tuple[str, ...], tree: Tree) -> None:
    for path in paths:
        if path and tree.kind(path) is None:
            raise UsageError(
                f"no such file: {path}", hint="paths are those of files that are tracked or not ignored"
            )


def _is_shown(finding: Finding, registry: Registry, paths: tuple[str, ...]) -> bool:
    if not paths:
        return True
    manifest = registry.manifests.get(finding.artifact or "")
    places = (finding.location.path, *((manifest.path,) if manifest else ()))
    return any(path in ("", place) or place.startswith(f"{path}/") for path in paths for place in places)


def _notes(registry: Registry) -> tuple[str, ...]:
    if not registry.skipped:
        return ()
    count = len(registry.skipped)
    files = "file is no manifest" if count == 1 else "files are no manifests"
    return (f"{count} YAML {files} of plmctl, skipped",)
