"""All manifests of one tree, and what refers to what."""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from functools import cached_property

from plmctl.core.accepted import Accepteds, accepted_files
from plmctl.core.brief import Briefs
from plmctl.core.canonical import sha256_of
from plmctl.core.dataclass import dataclass
from plmctl.core.document import BrokenDocument
from plmctl.core.file import file_data
from plmctl.core.finding import ConfigurationError, Finding, PlmctlError, UsageError, sorted_findings
from plmctl.core.graph import Asked, Edge, Graph
from plmctl.core.kinds import Kinds
from plmctl.core.known_identities import KnownIdentities
from plmctl.core.limits import LIMITS, Limits
from plmctl.core.linked import linked_data
from plmctl.core.manifest import Manifest, Reference
from plmctl.core.own import kinds_of
from plmctl.core.ports import EntryKind, Tree, Unreadable
from plmctl.core.reading import FileRead, content_of, read_file, with_manifest
from plmctl.core.referrers import Referrers
from plmctl.core.schema import kind_prefix
from plmctl.core.settings import FILE_NAME, Settings, refuse_tag, settings_document, settings_of
from plmctl.core.tree import bytes_at

LIMIT = 1024 * 1024
HELD = 24 << 20
"""Bytes of manifests whose documents are held: of more they are read again by who looks at them."""
# So many portions of a registry have as many bytes.
_PORTIONS = 4


@dataclass(frozen=True, kw_only=True)
class Registry:
    """The artifacts of one tree by id; `findings` is what reading them found.

    `accepted` are the breaking changes that its files accept, by fingerprint; `files` is what was read, by
    path, so that of another tree only what is another is parsed. `suspects` are the artifacts of which rules
    are to say something, None for all. `portions` are the artifacts that can be looked at together, where
    all of them are too much for that.
    """

    settings: Settings
    manifests: Mapping[str, Manifest]
    doubles: tuple[Manifest, ...] = ()
    findings: tuple[Finding, ...] = ()
    skipped: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    accepted: Accepteds = field(default_factory=dict)
    files: Mapping[str, FileRead] = field(default_factory=dict, repr=False, compare=False)
    suspects: frozenset[str] | None = field(default=None, repr=False, compare=False)
    portions: tuple[frozenset[str], ...] = field(default=(), repr=False, compare=False)
    identities: KnownIdentities | None = field(default=None, repr=False, compare=False)
    _targets: dict[tuple[str, tuple[str, ...]], str | None] = field(
        default_factory=dict, repr=False, compare=False
    )

    @property
    def kinds(self) -> Kinds:
        """The kinds that it knows."""
        return self.settings.kinds

    @property
    def versioned(self) -> tuple[Manifest, ...]:
        """The artifacts that have versions, sorted by id."""
        return tuple(m for m in self.manifests.values() if m.kind in self.kinds.versioned)

    def judged(self, kind: str | None = None) -> Iterator[Manifest]:
        """The artifacts (or those of a kind) that rules of single manifests look at."""
        return (m for m in self._judged if kind in (None, m.kind))

    @cached_property
    def _judged(self) -> tuple[Manifest, ...]:
        if self.suspects is None:
            return tuple(self.manifests.values())
        return tuple(self.manifests[artifact] for artifact in sorted(self.suspects))

    @property
    def is_large(self) -> bool:
        """Whether not all of its documents are held."""
        return len(self.portions) > 1

    def parts(self) -> Iterator["Registry"]:
        """It with some suspects at a time; when the next are asked for, no document of theirs is held."""
        if not self.is_large:
            yield self
            return
        for portion in self.portions:
            yield replace(self, suspects=portion if self.suspects is None else portion & self.suspects)
            for manifest in self.manifests.values():
                manifest.let_go()

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
        return self.target_of(reference.written, reference.kinds)

    def target_of(self, written: str, kinds: tuple[str, ...]) -> str | None:
        """The one artifact of these kinds that a bare name or a full id means, None for none or several."""
        key = written, kinds
        if key not in self._targets:
            found = self.candidates_of(written, kinds)
            self._targets[key] = found[0] if len(found) == 1 else None
        return self._targets[key]

    def targets(self, manifest: Manifest) -> tuple[str | None, ...]:
        """What the references of a manifest name, in their order."""
        return tuple(self.target_of(written, kinds) for written, kinds, _ in manifest.links)

    def resolves_as(self, other: "Registry") -> bool:
        """Whether each name means in another registry what it means here: the ids are the same."""
        return self._targets is other._targets

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
            yield from self.edges_of(manifest)

    def edges_of(self, manifest: Manifest) -> Iterator[Edge]:
        """The references of a manifest that name exactly one artifact."""
        for index, target in enumerate(self.targets(manifest)):
            if target is not None:
                yield Edge(source=manifest.id, target=target, manifest=manifest, index=index)

    @cached_property
    def dependencies(self) -> Graph:
        """For each artifact, what it depends on directly (*about* edges are none)."""
        return self.dependencies_with({})

    def apart_from(self, other: "Registry") -> Iterator[Manifest]:
        """The artifacts that are not the same there, or of which a reference means something else there."""
        resolves_as = self.resolves_as(other)
        for artifact, manifest in self.manifests.items():
            is_same = manifest is other.manifests.get(artifact)
            if not is_same or not (resolves_as or self.targets(manifest) == other.targets(manifest)):
                yield manifest

    def ties(self, manifest: Manifest) -> Iterator[tuple[str, str, bool]]:
        """What a manifest refers to: its own id, that of the other one, and whether it depends on it."""
        for (_, _, is_about), target in zip(manifest.links, self.targets(manifest), strict=True):
            if target is not None:
                yield manifest.id, target, not is_about

    @cached_property
    def referrers(self) -> Referrers:
        """Who refers to an artifact."""
        return Referrers(self.manifests.values(), self.targets)

    @cached_property
    def dependents(self) -> Graph:
        """For each artifact, what depends on it directly."""
        return Asked(self.manifests, self._depending_on)

    def _depending_on(self, artifact: str) -> Iterator[str]:
        return (m.id for m in self.referrers.of(artifact) if artifact in self.dependencies[m.id])

    def dependencies_with(self, bind: Mapping[str, str]) -> Graph:
        """The same with the references that an environment binds to replacements."""
        return Asked(self.manifests, lambda artifact: self._depends_on(self.manifests[artifact], bind))

    def _depends_on(self, manifest: Manifest, bind: Mapping[str, str]) -> Iterator[str]:
        return (bind.get(target, target) for _, target, is_dependency in self.ties(manifest) if is_dependency)


def load(
    tree: Tree, like: Registry | None = None, briefs: Briefs | None = None, held: int = HELD
) -> Registry:
    """The registry of a tree. Raises NoRegistry, or ConfigurationError when plmctl.yaml is broken.

    What has the bytes that it has in a registry that is `like` it is not parsed again. With `briefs`, which
    are for who looks only and claims nothing, what is known by its identity is not even read. The documents
    of `held` bytes are held, so that memory does not grow with all there is.
    """
    paths = tuple(tree.paths())
    settings = read_settings_of(tree, paths)
    # Of other kinds, or within other limits, the same bytes are another manifest.
    is_alike = like is not None and like.kinds is settings.kinds and like.settings.limits == settings.limits
    known = like.files if like is not None and is_alike else {}
    if briefs is not None:
        briefs.open(settings.kinds, settings.limits)
    reading = _Reading(tree, settings, known, briefs, held)
    wanted = tuple(path for path in paths if settings.is_manifest(path))
    acceptances = tuple(path for path in paths if settings.is_acceptance(path))
    reading.read(wanted, also=acceptances)
    accepted, wrong = accepted_files(tree, settings, acceptances)
    read = reading.registry()
    linked = linked_data((*read.manifests.values(), *read.doubles), tree, paths)
    found = sorted_findings((*read.findings, *wrong, *linked))
    is_as_like = bool(known) and like is not None and like.manifests.keys() == read.manifests.keys()
    targets = like._targets if is_as_like and like is not None else {}
    return replace(
        read,
        accepted=accepted,
        findings=found,
        identities=briefs.identities if briefs is not None else None,
        _targets=targets,
    )


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
    settings = replace(
        said, kinds=kinds_of(document, said, tree, paths), limits=tree.ceiling.granted(said.asked)
    )
    refuse_tag(settings, document)
    return settings


def asked_limits(tree: Tree) -> Limits:
    """What the plmctl.yaml of a tree asks for; of a tree without a sound one, nothing."""
    found = [path for path in tree.paths() if posixpath.basename(path) == FILE_NAME]
    data = bytes_at(tree, found[0], limit=LIMIT) if len(found) == 1 else None
    try:
        return settings_of(settings_document(found[0], data)).asked if data is not None else LIMITS
    except ConfigurationError:
        return LIMITS


class NoRegistry(PlmctlError):
    """A tree without a plmctl.yaml (exit 3)."""


class _Reading:
    """What has been read of a registry so far."""

    def __init__(
        self, tree: Tree, settings: Settings, like: Mapping[str, FileRead], briefs: Briefs | None, held: int
    ):
        self._most, self._held = held, 0
        self._portions: list[set[str]] = [set()]
        self._tree = tree
        self._settings = settings
        self._kinds = settings.kinds
        self._limits = settings.limits
        self._like = like
        self._briefs = briefs
        self._files: dict[str, FileRead] = {}
        self._manifests: dict[str, Manifest] = {}
        self._doubles: list[Manifest] = []
        self._findings: list[Finding] = []
        self._skipped: list[str] = []
        self._broken: list[str] = []

    def read(self, paths: tuple[str, ...], also: tuple[str, ...]) -> None:
        """Reads files; `also` are those that somebody else will read soon."""
        known = self._known_unread(paths) if self._briefs is not None else {}
        self._tree.prefetch((*(path for path in paths if path not in known), *also))
        for path in paths:
            found = known.get(path) or self._read(path)
            if found is not None:
                self._files[path] = found
                self._take(path, found)

    def _known_unread(self, paths: tuple[str, ...]) -> dict[str, FileRead]:
        """What is known by the identities of files."""
        found = ((path, self._recalled(path)) for path in paths)
        return {path: known for path, known in found if known is not None}

    def _recalled(self, path: str) -> FileRead | None:
        assert self._briefs is not None
        known = self._like.get(path)
        if known is None and not self._briefs.has(path):
            return None
        identity = self._tree.identity(path)
        if known is not None and known.identity == identity and known.is_in(self._tree):
            return known
        return self._briefs.find(self._tree, path, identity, self._kinds)

    def _read(self, path: str) -> FileRead | None:
        """Reads one file; what is wrong with it hides nothing of the others."""
        data = file_data(self._tree, path, "a manifest", self._limits)
        if isinstance(data, BrokenDocument):
            self._findings.extend(data.findings)
            self._broken.append(path)
            return None
        sha256, known = sha256_of(data), self._like.get(path)
        if known is not None and known.sha256 == sha256:
            return self._again(known)
        found = read_file(self._tree, path, data, sha256, self._kinds, self._limits)
        if self._briefs is not None:
            self._briefs.learn(path, found)
        return self._lightened(path, found, len(data))

    def _lightened(self, path: str, found: FileRead, size: int) -> FileRead:
        """The same without its document, where many are held."""
        before, self._held = self._held, self._held + size
        # A portion is looked at together with all that it refers to.
        if self._held * _PORTIONS // self._most > before * _PORTIONS // self._most:
            self._portions.append(set())
        if before <= self._most < self._held:
            for one in (*self._manifests.values(), *self._doubles):
                self._let_go(one)
        manifest = found.manifest
        if manifest is None or self._held <= self._most:
            return found
        if self._briefs is not None:
            # What is kept for the next run takes less than what was read.
            known = self._briefs.find(self._tree, path, found.identity, self._kinds)
            if known is not None:
                return known
        self._let_go(manifest)
        return found

    def _let_go(self, manifest: Manifest) -> None:
        shape, sha256 = self._kinds.shape_of(manifest.kind), manifest.sha256
        manifest.read_again_by(content_of(self._tree, manifest.path, sha256, shape, manifest.name))

    def _again(self, known: FileRead) -> FileRead:
        """The same with the files that it includes as they are now."""
        before = known.manifest
        if before is None or known.is_alone:
            return known
        shape = self._kinds.shape_of(before.kind)
        return with_manifest(known, before.document, shape, before.name, self._tree)

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
            self._portions[-1].add(manifest.id)

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
            portions=tuple(map(frozenset, self._portions)) if self._held > self._most else (),
        )
