"""new: a manifest to fill in."""

from collections.abc import Iterator

from plmctl.commands.kind import kind_named
from plmctl.commands.naming import checked_name, manifest_path, modeline, refuse_double
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import UsageError
from plmctl.core.manifest import Manifest
from plmctl.core.outline import outline
from plmctl.core.ports import Repo
from plmctl.core.registry import Registry, load
from plmctl.core.report import Report
from plmctl.core.schema import kind_prefix
from plmctl.core.settings import require_this_version


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOptions:
    """What to begin, and in which folder of the registry (None: the one of its kind)."""

    kind: str
    name: str
    folder: str | None = None


def new(repo: Repo, options: NewOptions) -> Report:
    """Write a commented manifest from the schema of a kind, never over a file."""
    tree = repo.work_tree()
    registry = load(tree)
    require_this_version(registry.settings)
    kind = kind_named(options.kind, registry.kinds.names)
    name = checked_name(options.name, kind, registry.kinds)
    artifact = f"{kind_prefix(kind)}/{name}"
    refuse_double(artifact, registry)
    path = manifest_path(registry.settings, options.folder or registry.kinds.folders[kind], name)
    text = outline(kind, name, registry, modeline(kind, path, registry.settings, tree))
    if not repo.create(path, text.encode()):
        raise UsageError(f"there is a file already: {path}", hint="choose another name, or another folder")
    written = load(repo.work_tree())
    manifest = written.manifests.get(artifact)
    return Report(
        command="new",
        done=(f"wrote {path}: {artifact}",),
        data={"id": artifact, "path": path},
        notes=()
        if manifest
        else (f"Git ignores {path}: it is no part of the registry until '.gitignore' lets it in",),
        next=(f"fill in {path}", *(lacking(manifest, written) if manifest else ()), "plmctl validate"),
    )


def lacking(manifest: Manifest, registry: Registry) -> Iterator[str]:
    """What to do about names in a manifest that nothing has."""
    names = sorted({r.written for r in manifest.references if registry.target(r) is None})
    if names:
        yield f"replace what does not exist yet: {', '.join(names)}"
    for finding in manifest.findings:
        yield f"{finding.location}: {finding.message}"
    if manifest.kind == "Dataset" and manifest.findings:
        yield "make the pointer with 'dvc add', or, for data in Git, write 'data: {git: FILE}'"
