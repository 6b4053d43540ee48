"""fmt: the canonical layout of manifests."""

from collections.abc import Iterator
from dataclasses import replace

from plmctl.commands.moment import supported
from plmctl.commands.tree import require_existing
from plmctl.commands.writing import put_all
from plmctl.core.dataclass import dataclass
from plmctl.core.document import Document, read_document
from plmctl.core.kinds import Kinds
from plmctl.core.layout import formatted, require_same
from plmctl.core.limits import LIMITS, UTMOST, Limits
from plmctl.core.patch import Patch, patch
from plmctl.core.path import name_problem
from plmctl.core.ports import EntryKind, Repo, Tree, Unreadable
from plmctl.core.reading import is_ours
from plmctl.core.registry import Registry
from plmctl.core.report import Report
from plmctl.core.schema import Schema
from plmctl.core.secrecy import visible_lines
from plmctl.core.value import Value, as_mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class FmtOptions:
    """Which files (none: all), and whether nothing is to be written, or shown as a diff instead."""

    paths: tuple[str, ...] = ()
    is_check: bool = False
    is_diff: bool = False

    @property
    def is_dry(self) -> bool:
        """Whether nothing is written."""
        return self.is_check or self.is_diff


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """A manifest as it is and as it should be; or why it stays as it is."""

    path: str
    before: bytes = b""
    after: bytes = b""
    reason: str | None = None
    is_broken: bool = False

    @property
    def is_changed(self) -> bool:
        return self.before != self.after


def fmt(repo: Repo, options: FmtOptions) -> Report:
    """Give the manifests of the work tree the canonical layout, or say which do not have it."""
    tree = repo.work_tree()
    registry = supported(tree)
    require_existing(options.paths, tree)
    files = tuple(_files(repo, tree, registry, options.paths))
    changed = tuple(file for file in files if file.is_changed)
    if not options.is_dry:
        put_all(repo, {file.path: file.after for file in changed})
    broken = frozenset(file.path for file in files if file.is_broken)
    counts: dict[str, Value] = {
        "changed": len(changed),
        "unchanged": len(files) - len(changed) - len(broken),
        "unreadable": len(broken),
    }
    shown = changed if options.is_dry else ()
    patches = {file.path: _patch(file) for file in shown}
    told = _told(len(changed), len(files) - len(changed) - len(broken), options)
    verb = "would reformat" if options.is_dry else "reformatted"
    return Report(
        command="fmt",
        findings=tuple(f for f in registry.findings if f.location.path in broken),
        patches=tuple(patches.values()) if options.is_diff else (),
        done=() if options.is_diff else (*(f"{verb} {file.path}" for file in changed), told),
        data={"dryRun": options.is_dry, "files": [_value(file, patches.get(file.path)) for file in files]},
        summary=counts,
        notes=(*_notes(files), *((told,) if options.is_diff else ())),
    )


def is_change_due(report: Report) -> bool:
    """Whether a report of fmt has a file that is not as it should be, or was not."""
    return bool((report.summary or {}).get("changed"))


def _files(repo: Repo, tree: Tree, registry: Registry, paths: tuple[str, ...]) -> Iterator[_File]:
    """plmctl.yaml and the manifests that are named, or all."""
    settings = registry.settings
    wholes = dict(_parts(registry))
    for path in tree.paths():
        is_named = not paths or any(p in ("", path) or path.startswith(f"{p}/") for p in paths)
        if not is_named or not (path == settings.path or settings.is_manifest(path)):
            continue
        limits = LIMITS if path == settings.path else settings.limits
        data = _bytes(tree, path, limits)
        document = read_document(path, data, limits) if data is not None else None
        if data is None or not isinstance(document, Document):
            yield _File(path=path, is_broken=True)
        elif path == settings.path or is_ours(document.value, settings.kinds):
            file = _formatted(document, data, settings.kinds, limits)
            whole = wholes.get(path)
            if file.is_changed and whole is not None:
                reason = f"left as it is: it is a file of {whole} too, whose digest would change"
                file = replace(file, after=data, reason=reason)
            yield _checked_out(repo, file)


def _parts(registry: Registry) -> Iterator[tuple[str, str]]:
    """The files that artifacts include, byte for byte, and which artifact does."""
    for manifest in (*registry.manifests.values(), *registry.doubles):
        for included in manifest.included.values():
            yield from ((path, manifest.id) for path, _ in included.hashes)


def _bytes(tree: Tree, path: str, limits: Limits) -> bytes | None:
    """What a file holds; None for what no manifest is read from."""
    if name_problem(path) is not None or tree.kind(path) is not EntryKind.FILE:
        return None
    try:
        return tree.read(path, limit=limits.file_bytes)
    except Unreadable:
        return None


def _formatted(document: Document, data: bytes, kinds: Kinds, limits: Limits) -> _File:
    text = formatted(document, _schema(document.value, kinds))
    after = text.encode()
    if len(after) > limits.file_bytes:
        reason = "left as it is: with a line for each value it would be too large to be read"
        return _File(path=document.path, before=data, after=data, reason=reason)
    require_same(document, text)
    return _File(path=document.path, before=data, after=after)


def _schema(value: Value, kinds: Kinds) -> Schema | None:
    kind = as_mapping(value).get("kind")
    return kinds.schema_of(kind) if isinstance(kind, str) and kind in (*kinds.names, "Registry") else None


def _checked_out(repo: Repo, file: _File) -> _File:
    """The file, unless a sparse checkout left it out: then nothing is to be written."""
    try:
        if file.is_changed:
            repo.on_disk(file.path, limit=2 * UTMOST.file_bytes)
    except Unreadable:
        return replace(file, after=file.before, reason="left as it is: it is not checked out")
    return file


def _patch(file: _File) -> Patch:
    """What changes in a file, without the credentials that are written in it."""
    told: dict[str, str] = {}
    for data in (file.before, file.after):
        # Both were read before, within what holds for them.
        document = read_document(file.path, data, UTMOST)
        if isinstance(document, Document):
            told |= visible_lines(document)
    return patch(file.path, file.before.decode(), file.after.decode()).masked(told)


def _told(changed: int, unchanged: int, options: FmtOptions) -> str:
    words = (
        ("would be reformatted", "already formatted") if options.is_dry else ("reformatted", "left unchanged")
    )
    counts = [(changed, words[0])] if changed else []
    counts += [(unchanged, words[1])] if unchanged or not changed else []
    return ", ".join(f"{count:,} file{'' if count == 1 else 's'} {word}" for count, word in counts)


def _notes(files: tuple[_File, ...]) -> Iterator[str]:
    yield from (f"{file.path} is {file.reason}" for file in files if file.reason)


def _value(file: _File, change: Patch | None) -> Value:
    status = "changed" if file.is_changed else "unreadable" if file.is_broken else "unchanged"
    return {"path": file.path, "status": status, "diff": change.text if change else None}
