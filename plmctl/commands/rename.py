"""rename: another name for an artifact, in its file, its path and everywhere it is referred to."""

import posixpath
import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from plmctl.commands.artifact import named, renamed
from plmctl.commands.companion import companions
from plmctl.commands.moment import current
from plmctl.commands.naming import checked_name
from plmctl.commands.renaming import Renaming, Rewriting
from plmctl.commands.writing import interrupted, on_disk
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import Finding, Level, PlmctlError, UsageError
from plmctl.core.limits import UTMOST
from plmctl.core.manifest import Manifest
from plmctl.core.overlay import Overlay
from plmctl.core.ports import EntryKind, Repo, Tree, Unreadable
from plmctl.core.registry import Registry
from plmctl.core.report import Problem, Report
from plmctl.core.value import Value, as_mapping
from plmctl.rules.checks import findings


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameOptions:
    """Which artifact, its new name (or id), whether its file stays in place, and whether to write at all."""

    artifact: str
    name: str
    keeps_file: bool = False
    is_dry: bool = False
    today: str | None = None


def rename(repo: Repo, options: RenameOptions) -> Report:
    """Give an artifact another name; nothing is written unless all of it can be, and nothing breaks by it."""
    tree = repo.work_tree()
    registry = current(tree)
    renaming = _renaming(registry, options, tree)
    unread = _unread(registry, renaming, tree)
    if unread:
        return _refused(
            unread,
            f"what cannot be read may refer to {renaming.manifest.id}: nothing was written",
            "mend these files first, then rename",
        )
    rewriting = Rewriting(renaming=renaming, read=lambda path: on_disk(repo, path)).done()
    new = _new_findings(registry, rewriting, tree, options.today)
    if new:
        return _refused(new, "the rename would make this wrong: nothing was written", "choose another name")
    if not options.is_dry:
        _write(repo, rewriting)
    return _report(repo, rewriting, options)


def _renaming(registry: Registry, options: RenameOptions, tree: Tree) -> Renaming:
    wanted = named(options.artifact, _known(options.artifact, registry))
    if wanted.version is not None:
        raise UsageError("a version has the name it was released under", hint=f"write '{wanted.artifact}'")
    if wanted.artifact in registry.former:
        raise renamed(wanted.artifact, registry)
    manifest = registry.manifests[wanted.artifact]
    name = checked_name(_bare(options.name, manifest), manifest.kind, registry.kinds)
    path = manifest.path if options.keeps_file else path_for(manifest, name)
    texts = companions(registry, manifest, path)
    renaming = Renaming(registry=registry, manifest=manifest, name=name, path=path, companions=texts)
    _refuse_taken(renaming)
    _refuse_places(renaming, tree)
    return renaming


def _known(written: str, registry: Registry) -> set[str]:
    """The ids that can be meant, former ones too; where the kind is said, those of the kind alone."""
    known = {*registry.manifests, *registry.former}
    kind, slash, _ = written.partition("/")
    return {artifact for artifact in known if slash and artifact.startswith(f"{kind}/")} or known


def _bare(written: str, manifest: Manifest) -> str:
    prefix, slash, name = written.partition("/")
    return name if slash and prefix == manifest.id.partition("/")[0] else written


def path_for(manifest: Manifest, name: str) -> str:
    """The path of a manifest under a new name: of its segments those follow that followed the old one."""
    stem, extension = posixpath.splitext(manifest.path)
    segments, old, new = stem.split("/"), manifest.name.split("/"), name.split("/")
    pairs = zip(reversed(segments), reversed(old), strict=False)
    count = next((n for n, (one, other) in enumerate(pairs) if one != other), min(len(segments), len(old)))
    if not count:
        return manifest.path
    last = new if count == len(old) else new[-count:]
    return "/".join([*segments[:-count], *last]) + extension


def _refuse_taken(renaming: Renaming) -> None:
    registry, old, new = renaming.registry, renaming.manifest.id, renaming.id
    if new == old:
        raise UsageError(f"{old} has this name already", hint="name another one")
    if new in registry.manifests:
        raise UsageError(
            f"there is {new} already: {registry.manifests[new].path}", hint="choose another name"
        )
    owner = next((m.id for m in registry.manifests.values() if new in m.formerly and m.id != old), None)
    if owner is not None:
        raise UsageError(f"{owner} was {new} before, the name stays reserved", hint="choose another name")
    double = next((m.path for m in registry.doubles if m.id == old), None)
    if double is not None:
        raise UsageError(
            f"{old} is in {renaming.manifest.path} and in {double}",
            hint="delete one of them, or give it a name",
        )


def _refuse_places(renaming: Renaming, tree: Tree) -> None:
    settings = renaming.registry.settings
    if renaming.is_moved and not settings.is_manifest(renaming.path):
        raise UsageError(
            f"no manifest would be looked for at {renaming.path}",
            hint=f"say --keep-file, or widen 'manifests' in {settings.path}",
        )
    for path in renaming.moves.values():
        if tree.kind(path) is not None:
            raise _taken(path)


def _taken(path: str) -> UsageError:
    return UsageError(f"there is a file already: {path}", hint="say --keep-file, or move that one away")


def _unread(registry: Registry, renaming: Renaming, tree: Tree) -> tuple[Finding, ...]:
    """The errors of files that cannot be read as manifests and have the name in them, or that of a text."""
    texts = map(posixpath.basename, renaming.companions.moves)
    names = tuple(name.encode() for name in (renaming.manifest.name, *texts))
    read = {path: _bytes(tree, path, names[0]) for path in registry.broken}
    doubtful = {path for path, data in read.items() if any(name in data for name in names)}
    return tuple(f for f in registry.findings if f.location.path in doubtful and f.level is Level.ERROR)


def _bytes(tree: Tree, path: str, unknown: bytes) -> bytes:
    if tree.kind(path) is not EntryKind.FILE:
        return b""
    try:
        return tree.read(path, limit=UTMOST.file_bytes)
    except Unreadable:
        return unknown


def _new_findings(
    registry: Registry, rewriting: Rewriting, tree: Tree, today: str | None
) -> tuple[Finding, ...]:
    """What the rename would make wrong."""
    moves = rewriting.renaming.moves
    files = {moves.get(path, path): _as_stored(tree, path, data) for path, data in rewriting.files.items()}
    edited = Overlay(tree, files, tuple(moves))
    known = Counter((f.code, moves.get(f.location.path, f.location.path)) for f in findings(registry, today))
    return tuple(_exceeding(findings(current(edited), today), known))


def _as_stored(tree: Tree, path: str, data: bytes) -> bytes:
    # A checkout with autocrlf has CRLF on disk, and its tree is read without.
    return data if b"\r" in tree.read(path, limit=UTMOST.file_bytes) else data.replace(b"\r\n", b"\n")


def _exceeding(found: Iterable[Finding], known: Counter[tuple[str, str]]) -> Iterator[Finding]:
    for finding in found:
        key = (finding.code, finding.location.path)
        known[key] -= 1
        if known[key] < 0:
            yield finding


def _write(repo: Repo, rewriting: Rewriting) -> None:
    moves = rewriting.renaming.moves
    written = _begun(repo, {new: rewriting.files[old] for old, new in moves.items()})
    try:
        for path, data in sorted(rewriting.files.items()):
            if path not in moves:
                repo.put(path, data)
                written.append(path)
        for old in moves:
            repo.remove(old)
    except PlmctlError as error:
        raise interrupted(error, written) from error


def _begun(repo: Repo, files: Mapping[str, bytes]) -> list[str]:
    """The new paths, written: all of them or none."""
    written: list[str] = []
    try:
        for path, data in files.items():
            _begin(repo, path, data)
            written.append(path)
    except PlmctlError:
        for path in written:
            repo.remove(path)
        raise
    return written


def _begin(repo: Repo, path: str, data: bytes) -> None:
    """Write the file at its new path, first of all: what Git ignores there would be lost."""
    if not repo.create(path, data):
        raise _taken(path)
    if repo.work_tree().kind(path) is None:
        repo.remove(path)
        raise UsageError(
            f"Git ignores {path}: the artifact would be lost", hint="say --keep-file, or mend '.gitignore'"
        )


def _refused(found: tuple[Finding, ...], message: str, hint: str) -> Report:
    return Report(
        command="rename", findings=found, problems=(Problem(message=message, hint=hint, exit_code=1),)
    )


def _report(repo: Repo, rewriting: Rewriting, options: RenameOptions) -> Report:
    renaming = rewriting.renaming
    old, new = renaming.manifest, renaming.id
    moved = (f"{path} -> {place}" for path, place in renaming.moves.items())
    done = (f"{old.id} -> {new}", *moved, *map(str, rewriting.rewrites))
    data: dict[str, Value] = {
        "id": old.id,
        "newId": new,
        "path": old.path,
        "newPath": renaming.path,
        "texts": [{"path": path, "newPath": place} for path, place in renaming.companions.moves.items()],
        "dryRun": options.is_dry,
        "rewrites": [
            {"path": r.location.path, "line": r.location.line, "old": r.old, "new": r.new}
            for r in rewriting.rewrites
        ],
    }
    if options.is_dry:
        notes = (*_staying(renaming), "nothing was written: --dry-run")
        return Report(command="rename", done=done, data=data, notes=notes)
    return Report(
        command="rename",
        done=done,
        data=data,
        notes=tuple(_notes(renaming)),
        next=tuple(_next(repo, renaming)),
    )


def _next(repo: Repo, renaming: Renaming) -> Iterator[str]:
    """What to run now; `git commit -a` leaves out what is new, so that is to be added before."""
    if renaming.is_moved:
        index = repo.index()
        old = (path for path in renaming.moves if index.kind(path) is not None)
        yield shlex.join(("git", "add", "--", *old, *renaming.moves.values()))
    yield "plmctl diff"
    if _is_pinned(renaming):
        yield "plmctl lock --check"


def _staying(renaming: Renaming) -> Iterator[str]:
    for path in renaming.companions.shared:
        yield f"{path} stays where it is: something else uses it too"


def _notes(renaming: Renaming) -> Iterator[str]:
    registry, manifest = renaming.registry, renaming.manifest
    yield from _staying(renaming)
    edges = [edge for edge in registry.edges if edge.target == manifest.id]
    sources = sorted({edge.source for edge in edges} - {manifest.id})
    if sources:
        yield f"the digest of what refers to it changes too, so each of these changed: {', '.join(sources)}"
    if manifest.kind == "Tool" and manifest.name.rpartition("/")[2] != renaming.name.rpartition("/")[2]:
        yield "a prompt that gives it no name by 'as' now shows it to the model under the new one"
    for override in registry.settings.overrides:
        before = override.applies_to(override.code, manifest.id)
        if (
            before
            and manifest.id not in override.artifacts
            and not override.applies_to(override.code, renaming.id)
        ):
            yield f"the exception from {override.code} in {registry.settings.path} does not fit the new name"


def _is_pinned(renaming: Renaming) -> bool:
    is_locked = renaming.manifest.kind in ("Application", "Environment")
    return is_locked or any(
        edge.target == renaming.manifest.id
        and as_mapping(renaming.registry.manifests[edge.source].spec.get("pins"))
        for edge in renaming.registry.edges
    )
