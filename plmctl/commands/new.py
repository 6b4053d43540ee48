"""new: a manifest to fill in."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass

from plmctl.commands.kind import kind_named
from plmctl.core.finding import UsageError
from plmctl.core.manifest import NAME, Manifest
from plmctl.core.outline import outline
from plmctl.core.path import BadPath, resolved_path
from plmctl.core.ports import Repo
from plmctl.core.registry import Registry, load
from plmctl.core.report import Report
from plmctl.core.schema import KINDS, kind_prefix
from plmctl.core.settings import Settings, require_this_version
from plmctl.core.starter import FOLDER_OF

GRAMMAR = "a name is lower case letters and digits, with '-' and '_' inside, in segments divided by '/'"
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOptions:
    """What to begin, and in which folder of the registry (None: the one of its kind)."""

    kind: str
    name: str
    folder: str | None = None


def new(repo: Repo, options: NewOptions) -> Report:
    """Write a commented manifest from the schema of a kind, never over a file."""
    kind = kind_named(options.kind)
    name = _checked_name(options.name, kind)
    registry = load(repo.work_tree())
    require_this_version(registry.settings)
    artifact = f"{kind_prefix(kind)}/{name}"
    _refuse_double(artifact, registry)
    path = _path(registry.settings, options.folder or FOLDER_OF[kind], name)
    if not repo.create(path, outline(kind, name, registry).encode()):
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
        next=(f"fill in {path}", *(_dangling(manifest, written) if manifest else ()), "plmctl validate"),
    )


def _checked_name(name: str, kind: str) -> str:
    first, slash, rest = name.partition("/")
    if slash and first in {kind_prefix(known) for known in (*KINDS, "Registry")}:
        raise UsageError(f"the name '{name}' begins with a kind", hint=f"leave it out: '{rest}'")
    if not NAME.fullmatch(name):
        raise UsageError(f"'{name}' cannot be a name", hint=GRAMMAR)
    if len(name) > LONGEST_NAME:
        raise UsageError(f"the name has {len(name)} characters", hint=f"at most {LONGEST_NAME} are allowed")
    if kind == "Environment" and slash:
        raise UsageError(
            f"the name of an environment has no '/': '{name}'", hint=f"try '{name.replace('/', '-')}'"
        )
    return name


def _refuse_double(artifact: str, registry: Registry) -> None:
    if artifact in registry.manifests:
        raise UsageError(
            f"there is {artifact} already: {registry.manifests[artifact].path}",
            hint=f"run 'plmctl show {artifact}' to see it, or choose another name",
        )
    if artifact in registry.former:
        raise UsageError(
            f"{registry.former[artifact]} was {artifact} before, the name stays reserved",
            hint="choose another name",
        )


def _path(settings: Settings, folder: str, name: str) -> str:
    path = resolved_path(settings.folder, posixpath.join(folder, f"{name}.yaml"))
    if isinstance(path, BadPath):
        raise UsageError(path.message, hint=path.help)
    if not settings.is_manifest(path):
        raise UsageError(
            f"no manifest would be looked for at {path}",
            hint=f"name another folder, or widen 'manifests' in {settings.path}",
        )
    return path


def _dangling(manifest: Manifest, registry: Registry) -> Iterator[str]:
    """What the placeholders name that is not there."""
    names = sorted({r.written for r in manifest.references if registry.target(r) is None})
    if names:
        yield f"replace what does not exist yet: {', '.join(names)}"
    for finding in manifest.findings:
        yield f"{finding.location}: {finding.message}"
