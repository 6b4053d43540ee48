"""All manifests of one tree, and what refers to what."""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from functools import cached_property

from plmctl.core.accepted import Accepteds, accepted_files
from plmctl.core.canonical import sha256_of
from plmctl.core.dataclass import dataclass
from plmctl.core.document import BrokenDocument, Document, read_document
from plmctl.core.file import file_data
from plmctl.core.finding import Finding, PlmctlError, UsageError, sorted_findings
from plmctl.core.graph import Edge, Graph
from plmctl.core.kinds import Kinds
from plmctl.core.linked import linked_data
from plmctl.core.manifest import LONGEST_NAME, NAME, Manifest, Reference, read_manifest
from plmctl.core.own import kinds_of
from plmctl.core.ports import EntryKind, Tree, Unreadable
from plmctl.core.sch import UNKNOWN_KIND
from plmctl.core.schema import findings_of, kind_prefix
from plmctl.core.settings import FILE_NAME, Settings, refuse_tag, settings_document, settings_of
from plmctl.core.slip import nearest
from plmctl.core.value import Value, as_mapping, as_text

LIMIT = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRead:
    """What the bytes of one file came to: a manifest, none of ours, or nothing that can be told.

    `findings` are those of its document alone, and not of the files that it includes.
    """

    sha256: str
    manifest: Manifest | None = None
    is_ours: bool = True
    findings: tuple[Finding, ...] = ()

    @property
    def is_alone(self) -> bool:
        """Whether no other file has a say in it."""
        return self.manifest is None or not (self.manifest.included or self.manifest.findings)


@dataclass(frozen=True, kw_only=True)
class Registry:
    """The artifacts of one tree by id; `findings` is what reading them found.

    `accepted` are the breaking changes that its files accept, by fingerprint; `files` is what was read, by
    path, so that of another tree only what is another is parsed.
    """

    settings: Settings
    manifests: Mapping[str, Manifest]
    doubles: tuple[Manifest, ...] = ()
    findings: tuple[Finding, ...] = ()
    skipped: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    accepted: Accepteds = field(default_factory=dict)
    files: Mapping[str, FileRead] = field(default_factory=dict, repr=False, compare=False)

    @property
    def kinds(self) -> Kinds:
        """The kinds that it knows."""
        return self.settings.kinds

    @property
    def versioned(self) -> tuple[Manifest, ...]:
        """The artifacts that have versions, sorted by id."""
        return tuple(m for m in self.manifests.values() if m.kind in self.kinds.versioned)

    def of_kind(self, kind: str) -> tuple[Manifest, ...]:
        """The artifacts of one kind, sorted by id."""
        return tuple(m for m in self.manifests.values() if m.kind == kind)

    def candidates(self, reference: Reference) -> tuple[str, ...]:
        """The ids that a reference can mean: one when it is right."""
        return self.candidates_of(reference.written, reference.kinds)

    def candidates_of(self, written: str, kinds: tuple[str, ...]) -> tuple[str, ...]:
        """The ids of these kinds that a bare name or a full id can mean."""
        prefix, slash, _ = written.partition("/")
        known = self.kinds.by_prefix
        if slash and prefix in known:
            fits = known[prefix] in kinds and written in self.manifests
            return (written,) if fits else ()
        ids = (f"{kind_prefix(kind)}/{written}" for kind in kinds)
        return tuple(artifact for artifact in ids if artifact in self.manifests)

    def target(self, reference: Reference) -> str | None:
        """The artifact that a reference names, None when there is none or more than one."""
        found = self.candidates(reference)
        return found[0] if len(found) == 1 else None

    def names_of(self, artifact: str) -> tuple[str, ...]:
        """The ids of an artifact: the one it has, then those it had, but for what somebody else claims."""
        manifest = self.manifests.get(artifact)
        old = manifest.formerly if manifest is not None else ()
        return (artifact, *(name for name in old if self.claimants(name) == (artifact,)))

    def claimants(self, name: str) -> tuple[str, ...]:
        """The artifacts that have an id, or had it before; several only where that is an error."""
        return tuple(m.id for m in self.manifests.values() if name == m.id or name in m.formerly)

    @cached_property
    def former(self) -> Mapping[str, str]:
        """Ids that artifacts had before, and the ids they have now."""
        return {old: m.id for m in self.manifests.values() for old in m.formerly if old not in self.manifests}

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """Every reference that names exactly one artifact."""
        return tuple(self._edges())

    def _edges(self) -> Iterator[Edge]:
        for manifest in self.manifests.values():
            for reference in manifest.references:
                target = self.target(reference)
                if target is not None:
                    yield Edge(source=manifest.id, target=target, reference=reference)

    @cached_property
    def dependencies(self) -> Graph:
        """For each artifact, what it depends on directly (*about* edges are none)."""
        return self.dependencies_with({})

    def dependencies_with(self, bind: Mapping[str, str]) -> Graph:
        """The same with the references that an environment binds to replacements."""
        targets: dict[str, set[str]] = {artifact: set() for artifact in self.manifests}
        for edge in self.edges:
            if edge.is_dependency:
                targets[edge.source].add(bind.get(edge.target, edge.target))
        return {artifact: frozenset(found) for artifact, found in targets.items()}


def load(tree: Tree, like: Registry | None = None) -> Registry:
    """The registry of a tree. Raises NoRegistry, or ConfigurationError when plmctl.yaml is broken.

    What has the bytes that it has in a registry that is `like` it is not parsed again.
    """
    paths = tuple(tree.paths())
    settings = read_settings_of(tree, paths)
    # Of other kinds the same bytes are another manifest.
    known = like.files if like is not None and like.kinds is settings.kinds else {}
    reading = _Reading(tree, settings, known)
    wanted = tuple(path for path in paths if settings.is_manifest(path))
    acceptances = tuple(path for path in paths if settings.is_acceptance(path))
    tree.prefetch((*wanted, *acceptances))
    for path in wanted:
        reading.read(path)
    accepted, wrong = accepted_files(tree, settings, acceptances)
    read = reading.registry()
    linked = linked_data((*read.manifests.values(), *read.doubles), tree, paths)
    return replace(read, accepted=accepted, findings=sorted_findings((*read.findings, *wrong, *linked)))


def read_settings_of(tree: Tree, paths: tuple[str, ...]) -> Settings:
    """The settings of the one plmctl.yaml in a tree."""
    found = [path for path in paths if posixpath.basename(path) == FILE_NAME]
    if not found:
        raise NoRegistry(f"no {FILE_NAME} here", hint="run 'plmctl init' to begin a registry")
    if len(found) > 1:
        raise UsageError(
            f"more than one {FILE_NAME}: {', '.join(found)}", hint="keep one registry in a repository"
        )
    if tree.kind(found[0]) is not EntryKind.FILE:
        raise UsageError(f"{found[0]} is no file", hint="replace the link with the file itself")
    try:
        document = settings_document(found[0], tree.read(found[0], limit=LIMIT))
    except Unreadable as error:
        raise UsageError(f"{found[0]} cannot be read: {error}") from error
    said = settings_of(document)
    settings = replace(said, kinds=kinds_of(document, said, tree, paths))
    refuse_tag(settings, document)
    return settings


def _second_registry(document: Document) -> tuple[Finding, ...]:
    message = "'Registry' is the kind of plmctl.yaml alone"
    place = document.location(("kind",))
    return (document.finding(UNKNOWN_KIND, message, place, "move its settings there and delete this file"),)


class NoRegistry(PlmctlError):
    """A tree without a plmctl.yaml (exit 3)."""


class _Reading:
    """What has been read of a registry so far."""

    def __init__(self, tree: Tree, settings: Settings, known: Mapping[str, FileRead]):
        self._tree = tree
        self._settings = settings
        self._kinds = settings.kinds
        self._known = known
        self._files: dict[str, FileRead] = {}
        self._manifests: dict[str, Manifest] = {}
        self._doubles: list[Manifest] = []
        self._findings: list[Finding] = []
        self._skipped: list[str] = []
        self._broken: list[str] = []

    def read(self, path: str) -> None:
        """Reads one file; what is wrong with it hides nothing of the others."""
        data = file_data(self._tree, path, "a manifest")
        if isinstance(data, BrokenDocument):
            self._findings.extend(data.findings)
            self._broken.append(path)
            return
        sha256, known = sha256_of(data), self._known.get(path)
        if known is not None and known.sha256 == sha256:
            found = self._again(known)
        else:
            found = self._parsed(path, data, sha256)
        self._files[path] = found
        self._take(path, found)

    def _again(self, known: FileRead) -> FileRead:
        """The same with the files that it includes as they are now."""
        before = known.manifest
        if before is None or known.is_alone:
            return known
        shape = self._kinds.shape_of(before.kind)
        manifest = read_manifest(before.document, shape, before.name, self._tree, known.sha256)
        return replace(known, manifest=manifest)

    def _parsed(self, path: str, data: bytes, sha256: str) -> FileRead:
        document = read_document(path, data)
        if isinstance(document, BrokenDocument):
            return FileRead(sha256=sha256, findings=document.findings)
        if not is_ours(document.value, self._kinds):
            return FileRead(sha256=sha256, is_ours=False)
        kind = _text_at(document.value, "kind")
        wrong = _second_registry(document) if kind == "Registry" else findings_of(document, kind, self._kinds)
        name = _text_at(_at(document.value, "metadata"), "name")
        findings = (*document.findings, *wrong)
        if kind not in self._kinds.names or not NAME.fullmatch(name) or len(name) > LONGEST_NAME:
            return FileRead(sha256=sha256, findings=findings)
        manifest = read_manifest(document, self._kinds.shape_of(kind), name, self._tree, sha256)
        return FileRead(sha256=sha256, manifest=manifest, findings=findings)

    def _take(self, path: str, found: FileRead) -> None:
        self._findings.extend(found.findings)
        manifest = found.manifest
        if manifest is None:
            (self._broken if found.is_ours else self._skipped).append(path)
            return
        self._findings.extend(manifest.findings)
        if manifest.id in self._manifests:
            self._doubles.append(manifest)
        else:
            self._manifests[manifest.id] = manifest

    def registry(self) -> Registry:
        """All that was read."""
        return Registry(
            settings=self._settings,
            manifests=dict(sorted(self._manifests.items())),
            doubles=tuple(self._doubles),
            findings=sorted_findings(self._findings),
            skipped=tuple(self._skipped),
            broken=tuple(self._broken),
            files=self._files,
        )


def is_ours(value: Value, kinds: Kinds) -> bool:
    """Whether a YAML file means to be a manifest of ours."""
    stated = (as_text(v) or "" for key, v in as_mapping(value).items() if key.lower() == "apiversion")
    if any(version.startswith("plmctl/") for version in stated):
        return True
    kind = _text_at(value, "kind")
    return bool(kind) and nearest(kind, (*kinds.names, "Registry")) is not None


def _at(value: Value, key: str) -> Value:
    return value.get(key) if isinstance(value, dict) else None


def _text_at(value: Value, key: str) -> str:
    found = _at(value, key)
    return found if isinstance(found, str) else ""
