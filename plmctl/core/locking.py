"""Making locks: of a whole release, and of one root's closure at a release."""

from collections.abc import Iterator, Mapping

from plmctl.core.canonical import closure_of
from plmctl.core.dataclass import dataclass
from plmctl.core.form import Identity, identities, identity_of
from plmctl.core.graph import Edge, Graph, reachable
from plmctl.core.known_digests import KnownDigests, known_digests, learn_digests
from plmctl.core.lock import CannotLock, DataEntry, Lock, LockedArtifact, Source
from plmctl.core.manifest import Manifest
from plmctl.core.registry import Registry
from plmctl.core.sums import Sums, locked_sums
from plmctl.core.tag import RegistryTag
from plmctl.core.version import Version
from plmctl.core.whole import versioned_ids

_NO_SUMS: Mapping[str, Sums] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """A registry with the identities of its artifacts, and their dependencies and closures."""

    registry: Registry
    identities: Mapping[str, Identity]
    graph: Graph
    closures: Mapping[str, str]


def now_of(registry: Registry) -> Now:
    """A registry with what is computed of it once."""
    known = known_digests(registry)
    if known is None:
        now = _now(registry, identities(registry), {})
        learn_digests(registry, now.identities, now.closures)
        return now
    found, graph = _Identities(registry, known), registry.dependencies
    return Now(registry=registry, identities=found, graph=graph, closures=_Closures(found, graph, known))


def bound(now: Now, bind: Mapping[str, str]) -> Now:
    """The same with the references that an environment binds to replacements."""
    # Nothing is bound in most environments, and every closure is known then.
    return _now(now.registry, now.identities, bind) if bind else now


def _now(registry: Registry, known: Mapping[str, Identity], bind: Mapping[str, str]) -> Now:
    # All of it is asked, some parts a hundred times.
    graph = dict(registry.dependencies_with(bind))
    return Now(registry=registry, identities=known, graph=graph, closures=_Closures(known, graph))


class _Identities(Mapping[str, Identity]):
    """The identities of versioned artifacts, of which nearly all are known."""

    def __init__(self, registry: Registry, known: KnownDigests):
        self._registry = registry
        self._known = known
        self._ids = dict.fromkeys(versioned_ids(registry))
        self._found: dict[str, Identity] = {}

    def __getitem__(self, artifact: str) -> Identity:
        """The identity of an artifact. Raises KeyError for what has no versions."""
        found = self._found.get(artifact)
        if found is None:
            if artifact not in self._ids:
                raise KeyError(artifact)
            known, registry = self._known.identity(artifact), self._registry
            found = self._found[artifact] = known or identity_of(registry.manifests[artifact], registry)
        return found

    def __iter__(self) -> Iterator[str]:
        """The ids, sorted."""
        return iter(self._ids)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._ids)

    def __contains__(self, artifact: object) -> bool:
        """Whether an artifact has versions."""
        return artifact in self._ids


class _Closures(Mapping[str, str]):
    """The closures of versioned artifacts, each made when somebody asks for it."""

    def __init__(self, found: Mapping[str, Identity], graph: Graph, known: KnownDigests | None = None):
        self._identities = found
        self._graph = graph
        self._known = known
        self._made: dict[str, str] = {}

    def __getitem__(self, artifact: str) -> str:
        """The closure of an artifact. Raises KeyError for what has no versions."""
        if artifact not in self._made:
            known = self._known.closure(artifact) if self._known is not None else None
            self._made[artifact] = known or self._closure(artifact)
        return self._made[artifact]

    def _closure(self, artifact: str) -> str:
        members = reachable(self._graph, artifact)
        return closure_of({member: self._identities[member].digest for member in members})

    def __iter__(self) -> Iterator[str]:
        """The ids, sorted."""
        return iter(self._identities)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._identities)


def registry_lock(
    now: Now, versions: Mapping[str, Version | None], tag: str, sums: Mapping[str, Sums] = _NO_SUMS
) -> Lock:
    """The plm.lock of a release: every versioned artifact, with the version it has there.

    `sums` is what the tags of these versions recorded of their data, by artifact.
    """
    settings = now.registry.settings
    return Lock(
        registry=settings.name,
        git=settings.git,
        source=Source(release=tag),
        root=None,
        artifacts={
            artifact: _locked(artifact, now, _text(versions[artifact]), sums.get(artifact, {}))
            for artifact in now.identities
        },
        bind={},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a lock is asked to hold: a root, the range it was asked for, for which environment and arm."""

    root: str
    want: str | None = None
    environment: str | None = None
    arm: str | None = None
    bind: Mapping[str, str]


def closure_lock(wanted: Wanted, release: RegistryTag, there: Now, state: Lock) -> Lock:
    """The lock of one root at a release, given what was there and its plm.lock. Raises CannotLock."""
    registry = there.registry
    if wanted.root not in registry.manifests or wanted.root not in state.artifacts:
        raise CannotLock(f"{wanted.root} does not exist at {release.name}")
    bind = _resolved_bind(wanted, registry)
    now = bound(there, bind)
    members = sorted(reachable(now.graph, wanted.root))
    _refuse_unreleased(members, state, release)
    return Lock(
        registry=registry.settings.name,
        git=registry.settings.git,
        source=Source(release=release.name, tag_object=release.object_id, commit=release.commit),
        root=wanted.root,
        want=wanted.want,
        environment=wanted.environment,
        arm=wanted.arm,
        artifacts={member: _copied(member, now, state.artifacts[member]) for member in members},
        bind=bind,
    )


def _resolved_bind(wanted: Wanted, registry: Registry) -> dict[str, str]:
    """The replacements that replace something in the closure, by full ids. Raises CannotLock."""
    known = {
        _one(written, registry): replacement
        for written, replacement in wanted.bind.items()
        if registry.candidates_of(written, registry.kinds.versioned)
    }
    if wanted.root in known:
        raise CannotLock(
            f"{wanted.root} is what is locked and cannot be bound to something else", field="bind"
        )
    bind: dict[str, str] = {}
    for edge in _bound_edges(wanted.root, known, bind, registry):
        replacement = registry.manifests[bind[edge.target]]
        if replacement.kind not in edge.reference.kinds:
            raise CannotLock(
                f"{edge.source} refers to {edge.target}, and a {replacement.kind} cannot stand there:"
                f" {replacement.id}",
                field="bind",
            )
    return bind


def _bound_edges(
    root: str, known: Mapping[str, str], bind: dict[str, str], registry: Registry
) -> Iterator[Edge]:
    """The references in the closure of a root that are bound, each once; `bind` gets what is used of it."""
    seen, waiting = {root}, [root]
    while waiting:
        found = registry.edges_of(registry.manifests[waiting.pop()])
        for edge in (edge for edge in found if edge.is_dependency):
            target = edge.target
            if target in known:
                bind[target] = _one(known[target], registry)
                target = bind[target]
                yield edge
            if target not in seen:
                seen.add(target)
                waiting.append(target)


def _one(written: str, registry: Registry) -> str:
    found = registry.candidates_of(written, registry.kinds.versioned)
    if len(found) != 1:
        what = f"is ambiguous: {', '.join(found)}" if found else "does not exist at this release"
        raise CannotLock(f"'{written}' in bind {what}", field="bind")
    return found[0]


def _refuse_unreleased(members: list[str], state: Lock, release: RegistryTag) -> None:
    unreleased = [m for m in members if m not in state.artifacts or state.artifacts[m].version is None]
    if unreleased:
        raise CannotLock(
            f"at {release.name} these have changes that no release holds: {', '.join(unreleased)}"
        )


def _copied(artifact: str, now: Now, entry: LockedArtifact) -> LockedArtifact:
    """The artifact with the version that a release's own lock says, and what that recorded of its data."""
    return _locked(artifact, now, entry.version, locked_sums(entry))


def _locked(artifact: str, now: Now, version: str | None, sums: Sums) -> LockedArtifact:
    manifest = now.registry.manifests[artifact]
    return LockedArtifact(
        version=version,
        path=manifest.path,
        digest=now.identities[artifact].digest,
        metadata_digest=now.identities[artifact].metadata_digest,
        closure=now.closures[artifact],
        files=dict(_files(manifest)),
        requires=tuple(sorted(now.graph[artifact])),
        data=tuple(_data(manifest, sums)),
    )


def _text(version: Version | None) -> str | None:
    return str(version) if version is not None else None


def _files(manifest: Manifest) -> Iterator[tuple[str, str]]:
    yield manifest.path, manifest.sha256
    if not manifest.summary.outs:
        yield from manifest.summary.hashes
        return
    for included in manifest.included.values():
        if included.data is None or not manifest.is_floating:
            yield from included.hashes


def _data(manifest: Manifest, sums: Sums) -> Iterator[DataEntry]:
    if not manifest.summary.outs:
        return
    for _, included in sorted(manifest.included.items(), key=lambda item: str(item[0])):
        if included.data is not None and not manifest.is_floating:
            yield DataEntry(
                path=included.path,
                out=included.out,
                md5=included.data.md5,
                size=included.data.size,
                nfiles=included.data.nfiles,
                sha256=sums.get(included.data.md5),
            )
