"""All manifests of one tree, and what refers to what."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace
from functools import cached_property, partial
from typing import Any

from plmctl.core.accepted import Accepteds, accepted_files
from plmctl.core.briefs import Briefs, Seen
from plmctl.core.canonical import sha256_of
from plmctl.core.configuration import read_settings_of
from plmctl.core.dataclass import dataclass
from plmctl.core.document import BrokenDocument
from plmctl.core.file import file_data
from plmctl.core.finding import Finding, PlmctlError, sorted_findings
from plmctl.core.gathering import HELD, Gathered, Gathering
from plmctl.core.graph import Asked, Edge, Graph
from plmctl.core.kinds import Kinds
from plmctl.core.known_identities import KnownIdentities
from plmctl.core.known_trees import Beside
from plmctl.core.linked import Having, linked_data
from plmctl.core.manifest import Manifest, Reference
from plmctl.core.path import inside
from plmctl.core.ports import Tree
from plmctl.core.reading import FileRead, read_file
from plmctl.core.referrers import Referrers
from plmctl.core.schema import kind_prefix
from plmctl.core.settings import Settings
from plmctl.core.values import NO_VALUES
from plmctl.core.view import View, away_from


@dataclass(frozen=True, kw_only=True)
class Registry:
    """The artifacts of one tree by id; `findings` is what reading them found.

    `accepted` are the breaking changes that its files accept, by fingerprint; `files` is what was read, by
    path, so that of another tree only what is another is parsed. `suspects` are the artifacts of which rules
    are to say something, None for all. `portions` are the artifacts that can be looked at together, where
    all of them are too much for that. `view` is how its tree was seen, where little of it was read.
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
    view: View | None = field(default=None, repr=False, compare=False)
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

    @cached_property
    def found_out(self) -> dict[str, Any]:
        """What one rule leaves for the next; of no other registry, nor of this one with other suspects."""
        return {}

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
            self.let_go()

    def let_go(self, artifacts: Iterable[str] | None = None) -> None:
        """Hold no document of a large registry, or none of some artifacts; who asks reads it again."""
        every = self.manifests if artifacts is None else artifacts
        for artifact in every if self.is_large else ():
            self.manifests[artifact].let_go()

    def of_kind(self, kind: str) -> tuple[Manifest, ...]:
        """The artifacts of one kind, sorted by id."""
        return tuple(map(self.manifests.__getitem__, self.ids_of(kind)))

    def one_by_one(self, kind: str) -> Iterator[Manifest]:
        """The same, of a large registry with one document held at a time."""
        for manifest in self.of_kind(kind):
            yield manifest
            self.let_go((manifest.id,))

    def ids_of(self, kind: str) -> tuple[str, ...]:
        """The ids of the artifacts of one kind, sorted."""
        start = f"{kind_prefix(kind)}/"
        return tuple(artifact for artifact in self.manifests if artifact.startswith(start))

    def artifact_in(self, path: str) -> str | None:
        """The id of what is in a file."""
        read = self.files.get(path)
        return read.manifest.id if read is not None and read.manifest is not None else None

    def origins(self, kind: str) -> Iterator[tuple[str, ...]]:
        """By what each artifact of a kind says where its data is (dvc, git, uri), if it says so."""
        start = f"{kind_prefix(kind)}/"
        having = (
            self.view.having("origins")
            if self.view is not None
            else ((manifest.id, manifest.summary.origins) for manifest in self.manifests.values())
        )
        return (origins for artifact, origins in having if artifact.startswith(start))

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
        now = (name,) if name in self.manifests else ()
        return tuple(sorted({*now, *(a for a, former in self.renamed.items() if name in former)}))

    @cached_property
    def former(self) -> Mapping[str, str]:
        """Ids that artifacts had before, and the ids they have now."""
        old = ((name, artifact) for artifact, former in self.renamed.items() for name in former)
        return {name: artifact for name, artifact in old if name not in self.manifests}

    @cached_property
    def renamed(self) -> Mapping[str, tuple[str, ...]]:
        """The ids that artifacts had before, by the id that they have; sorted."""
        if self.view is not None:
            return dict(sorted(self.view.having("formerly")))
        return {artifact: m.formerly for artifact, m in self.manifests.items() if m.formerly}

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
        for artifact in self.perhaps_apart_from(other):
            manifest = self.manifests[artifact]
            is_same = manifest is other.manifests.get(artifact)
            if not is_same or not (resolves_as or self.targets(manifest) == other.targets(manifest)):
                yield manifest

    def perhaps_apart_from(self, other: "Registry") -> Iterable[str]:
        """The artifacts of which that may be so, sorted by id; of the others it is not."""
        view, beside = self.view, other.view
        if view is None or beside is None or view.stock is not beside.stock:
            return self.manifests
        found = {artifact for artifact in view.differing | beside.differing if artifact in self.manifests}
        if not self.resolves_as(other):
            for name in {a.partition("/")[2] for a in (view.come ^ beside.come) | (view.gone ^ beside.gone)}:
                found.update(manifest.id for manifest in self.referrers.writing(name))
        return sorted(found)

    def beyond(self, other: "Registry") -> list[str]:
        """The ids here that another registry has not, sorted."""
        view, beside, here = self.view, other.view, self.manifests
        if view is None or beside is None or view.stock is not beside.stock:
            return sorted(here.keys() - other.manifests.keys())
        return sorted(a for a in view.come | beside.gone if a in here and a not in other.manifests)

    def files_apart_from(self, other: "Registry") -> Iterator[str]:
        """The files that are not the same there."""
        view, beside = self.view, other.view
        paths: Iterable[str] = self.files
        if view is not None and beside is not None and view.stock is beside.stock:
            paths = sorted(view.own.keys() | {path for path in beside.stale if path in self.files})
        return (path for path in paths if other.files.get(path) is not self.files[path])

    def ties(self, manifest: Manifest) -> Iterator[tuple[str, str, bool]]:
        """What a manifest refers to: its own id, that of the other one, and whether it depends on it."""
        for (_, _, is_about), target in zip(manifest.links, self.targets(manifest), strict=True):
            if target is not None:
                yield manifest.id, target, not is_about

    @cached_property
    def referrers(self) -> Referrers:
        """Who refers to an artifact."""
        return Referrers(self.manifests, self.view, self.targets)

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
    beside = briefs.trees.beside(tree.root) if briefs is not None else None
    paths = beside.places if beside is not None else tuple(tree.paths())
    settings = read_settings_of(tree, paths, briefs.shared.values if briefs is not None else NO_VALUES)
    # Of other kinds, or within other limits, the same bytes are another manifest.
    is_alike = like is not None and like.kinds is settings.kinds and like.settings.limits == settings.limits
    known = like.files if like is not None and is_alike else {}
    if briefs is not None:
        briefs.open(settings.kinds, settings.limits)
    loading = _Loading(tree=tree, settings=settings, like=known, briefs=briefs, held=held)
    read = loading.by_stock(briefs, beside) if briefs is not None else None
    read = read or loading.whole()
    if like is None or not known or like.beyond(read) or read.beyond(like):
        return read
    return replace(read, _targets=like._targets)


@dataclass(frozen=True, kw_only=True)
class _Loading:
    """A tree that is read."""

    tree: Tree
    settings: Settings
    like: Mapping[str, FileRead]
    briefs: Briefs | None
    held: int

    @cached_property
    def _paths(self) -> tuple[str, ...]:
        return tuple(self.tree.paths())

    def whole(self) -> Registry:
        """All of its files, one after the other."""
        found = self._gathered(tuple(filter(self.settings.is_manifest, self._paths)), self._paths)
        every = (*found.manifests.values(), *found.doubles)
        having = ((manifest.summary.outs, partial(_itself, manifest)) for manifest in every)
        return self._registry(found, None, having, self._paths)

    def by_stock(self, briefs: Briefs, beside: Beside | None) -> Registry | None:
        """The files that are not as a stock has them; None where that is no way to see it."""
        stock, settings = briefs.stock, self.settings
        if stock is None or stock.globs != settings.finds:
            return None
        away = beside.away(stock, settings, self.tree) if beside is not None else None
        if beside is None or away is None:
            paths = self._paths
            away = away_from(stock, self.tree, paths, settings)
        else:
            paths = beside.places
        if away.is_far:
            return None
        found = self._gathered(away.read, paths)
        view = View(away, found.files, self._read_again, self.tree, settings.kinds, briefs.shared)
        if view.has_double or found.portions:
            return None
        here = view.manifests
        having = ((outs, partial(here.__getitem__, artifact)) for artifact, outs in view.having("outs"))
        return self._registry(found, view, having, paths)

    def _gathered(self, wanted: tuple[str, ...], paths: tuple[str, ...]) -> Gathered:
        gathering = Gathering(self.tree, self.settings, self.like, self.briefs, self.held)
        gathering.read(wanted, also=self._acceptances(paths))
        return gathering.found()

    def _acceptances(self, paths: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(filter(self.settings.is_acceptance, inside(paths, self.settings.acceptances)))

    def _others(self) -> Iterator[str]:
        return (path for path in self._paths if not self.settings.is_manifest(path))

    def _read_again(self, path: str) -> FileRead:
        settings = self.settings
        data = file_data(self.tree, path, "a manifest", settings.limits)
        if isinstance(data, BrokenDocument):
            raise PlmctlError(f"{path} was changed meanwhile", hint="run it again")
        return read_file(self.tree, path, data, sha256_of(data), settings.kinds, settings.limits)

    def _registry(
        self, found: Gathered, view: View | None, having: Iterable[Having], paths: tuple[str, ...]
    ) -> Registry:
        accepted, wrong = accepted_files(self.tree, self.settings, self._acceptances(paths))
        linked = linked_data(having, self.tree, paths)
        kept = view.findings() if view is not None else ()
        files = found.files if view is None else view.files
        if self.briefs is not None:
            others = self._others if view is None else lambda: view.away.others
            seen = Seen(tree=self.tree, settings=self.settings, others=others, files=files, view=view)
            self.briefs.saw(seen)
        return Registry(
            settings=self.settings,
            manifests=found.manifests if view is None else view.manifests,
            doubles=found.doubles,
            findings=sorted_findings((*found.findings, *kept, *wrong, *linked)),
            skipped=_also(found.skipped, view, is_ours=False),
            broken=_also(found.broken, view, is_ours=True),
            accepted=accepted,
            files=files,
            portions=found.portions,
            identities=self.briefs.identities if self.briefs is not None else None,
            view=view,
        )


def _itself(manifest: Manifest) -> Manifest:
    return manifest


def _also(paths: tuple[str, ...], view: View | None, *, is_ours: bool) -> tuple[str, ...]:
    """Files without an artifact, and those of a view."""
    return paths if view is None else tuple(sorted((*paths, *view.without_artifact(is_ours=is_ours))))
