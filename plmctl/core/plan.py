"""What a release would do: the changed artifacts, the versions they demand, the tags and the lock."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import field
from functools import cached_property

from plmctl.core.canonical import sha256_of
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import Bump
from plmctl.core.form import Identity
from plmctl.core.judgement import WEIGHTS, Judgement
from plmctl.core.lock import Lock, serialised
from plmctl.core.locking import Now, registry_lock
from plmctl.core.manifest import Manifest
from plmctl.core.numbering import Numbering, is_early, next_version
from plmctl.core.phrase import one_line
from plmctl.core.ports import TagObject
from plmctl.core.registry import Registry
from plmctl.core.sums import TRAILER, Summing, Sums, recorded, sums_of, trailer, unsummed
from plmctl.core.tag import ArtifactTag, History, tag_name
from plmctl.core.version import FIRST, Version
from plmctl.core.whole import having_data, versioned_ids

Judge = Callable[[Registry, Registry, frozenset[str]], tuple[Judgement, ...]]
"""What changed of some artifacts between two registries."""
RegistryAt = Callable[[str], Registry]
_APPLICATION = "application/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of a release: bumps to raise, artifacts alone (None: all), a pre-release by its word."""

    raised: Mapping[str, Bump] = field(default_factory=dict)
    selected: Collection[str] | None = None
    pre: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """An artifact that gets a new version, and why.

    `elsewhere` is the version that its changes require, where another line of releases has it already.
    `sums` is what its tag records of its data.
    """

    artifact: str
    version: Version
    previous: ArtifactTag | None
    bump: Bump
    judgements: tuple[Judgement, ...]
    identity: Identity
    closure: str
    elsewhere: Version | None = None
    sums: Sums = field(default_factory=dict)

    @property
    def tag(self) -> str:
        """The name of the tag of the new version."""
        return tag_name(self.artifact, self.version)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A release: what it makes, removes and locks. `locked` makes the new plm.lock, for whoever asks for it.

    `left` has changed and is not selected; `elsewhere` is the registry's version that is required, where
    another line of releases has it already.
    """

    registry: str
    tag: str
    version: Version
    previous: str | None
    planned: tuple[Planned, ...]
    removed: tuple[str, ...]
    removals: tuple[Judgement, ...]
    locked: Callable[[], Lock] = field(repr=False, compare=False)
    kept: int
    left: tuple[str, ...] = ()
    elsewhere: Version | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to release."""
        return not self.planned and not self.removed

    @cached_property
    def lock(self) -> Lock:
        """The new plm.lock."""
        return self.locked()

    @cached_property
    def lock_bytes(self) -> bytes:
        """The same as it is written."""
        return serialised(self.lock)


def plan(
    now: Now,
    past: History,
    ancestors: frozenset[str],
    registry_at: RegistryAt,
    judge: Judge,
    asked: Asked,
    summing: Summing = unsummed,
) -> Plan:
    """The release of a registry, given its tags; the same input gives the same plan.

    Of data that no earlier version recorded, `summing` has the sha256.
    """
    numbering = Numbering(past=past, ancestors=ancestors, settings=now.registry.settings, pre=asked.pre)
    standing = Standing(now=now, numbering=numbering)
    changed = tuple(filter(standing.is_changed, standing.ids))
    chosen = tuple(a for a in changed if asked.selected is None or a in asked.selected)
    gone = removed_artifacts(now.registry, past, ancestors) if asked.selected is None else ()
    left_at = {artifact: _moments(artifact, past, ancestors) for artifact in gone}
    judging = _Judging(now.registry, registry_at, judge, _since(chosen, standing.baselines, left_at))
    required = tuple(
        _planned(now.registry.manifests[a], standing, judging, asked.raised.get(a, Bump.NONE), summing)
        for a in chosen
    )
    planned = tuple(made for made in required if not standing.has_early(made))
    removals = tuple(j for artifact in gone for j in _removal(artifact, left_at[artifact], judging))
    newest = past.newest_release(ancestors)
    bump = max((*(_registry_bump(p) for p in required), *(j.bump for j in removals)), default=Bump.NONE)
    before = newest.version if newest is not None else None
    given = numbering.of_registry(before, before.bumped(bump) if before else FIRST, bump)
    tag = now.registry.settings.registry_tag(given.version)
    last = past.last_release(ancestors)
    left = tuple(a for a in changed if asked.selected is not None and a not in asked.selected)

    def locked() -> Lock:
        versions = {**standing.versions, **{p.artifact: p.version for p in planned}}
        sums = {**standing.sums, **{p.artifact: p.sums for p in planned}}
        return registry_lock(now, versions, tag, sums)

    return Plan(
        registry=now.registry.settings.name,
        tag=tag,
        version=given.version,
        previous=last.object_id if last else None,
        planned=planned,
        removed=tuple(sorted(frozenset(gone) - numbering.removed_early(given.version))),
        removals=removals,
        locked=locked,
        kept=len(standing.ids) - len(planned) - len(left),
        left=left,
        elsewhere=given.elsewhere,
    )


def _since(
    chosen: Iterable[str],
    baselines: Mapping[str, ArtifactTag | None],
    left_at: Mapping[str, tuple[str, ...]],
) -> Iterator[tuple[str, str]]:
    """The commits since which artifacts are judged, with these."""
    having = ((baselines[artifact], artifact) for artifact in chosen)
    yield from ((baseline.commit, artifact) for baseline, artifact in having if baseline is not None)
    yield from ((commit, artifact) for artifact, commits in left_at.items() for commit in commits)


class _Judging:
    """The judgements between earlier commits and now, each commit compared once.

    `asked` are the commits with the artifacts that are judged since then.
    """

    def __init__(
        self, registry: Registry, registry_at: RegistryAt, judge: Judge, asked: Iterable[tuple[str, str]]
    ):
        self._registry = registry
        self._asked: dict[str, set[str]] = {}
        for commit, artifact in asked:
            self._asked.setdefault(commit, set()).add(artifact)
        self._registry_at = registry_at
        self._judge = judge
        self._known: dict[str, Mapping[str, tuple[Judgement, ...]]] = {}

    def since(self, commit: str, artifact: str) -> tuple[Judgement, ...]:
        """What changed of an artifact since a commit."""
        if commit not in self._known:
            found: dict[str, list[Judgement]] = {}
            only = frozenset(self._asked[commit])
            for judgement in self._judge(self._registry_at(commit), self._registry, only):
                found.setdefault(judgement.change.artifact, []).append(judgement)
            self._known[commit] = {name: tuple(items) for name, items in found.items()}
        return self._known[commit].get(artifact, ())


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The artifacts of a registry beside the versions that they have on this line of releases."""

    now: Now
    numbering: Numbering

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The artifacts that have versions, sorted."""
        return versioned_ids(self.now.registry)

    def names(self, artifact: str) -> tuple[str, ...]:
        """The id of an artifact, and those that it had before."""
        return (artifact, *self.now.registry.renamed.get(artifact, ()))

    @cached_property
    def baselines(self) -> Mapping[str, ArtifactTag | None]:
        """The newest final version of each artifact, under its names now and before."""
        past, ancestors = self.numbering.past, self.numbering.ancestors
        return {artifact: past.baseline(self.names(artifact), ancestors) for artifact in self.ids}

    @cached_property
    def _living(self) -> frozenset[str]:
        return self.numbering.past.living(self.numbering.ancestors)

    @cached_property
    def _early(self) -> Mapping[str, ArtifactTag]:
        """The pre-releases that artifacts still are."""
        found: dict[str, ArtifactTag] = {}
        for artifact in self.ids:
            baseline = self.baselines[artifact]
            after = baseline.version if baseline is not None else None
            tag = self.numbering.pre_release(self.names(artifact), after)
            if tag is not None and not is_changed(artifact, self.now, tag):
                found[artifact] = tag
        return found

    def is_changed(self, artifact: str) -> bool:
        """Whether an artifact needs a version: it differs from its newest, or no release holds it."""
        # New, or removed and here again: the newest release would go on saying that it is gone.
        is_back = self._living.isdisjoint(self.names(artifact))
        return is_back or is_changed(artifact, self.now, self.baselines[artifact])

    def has_early(self, planned: Planned) -> bool:
        """Whether an artifact is as its pre-release of the version to be made."""
        tag = self._early.get(planned.artifact)
        return tag is not None and is_early(tag.version, planned.version)

    @cached_property
    def versions(self) -> Mapping[str, Version | None]:
        """The version that each artifact is, None for one that has changed since."""
        return {artifact: self._version(artifact) for artifact in self.ids}

    @cached_property
    def sums(self) -> Mapping[str, Sums]:
        """What the tags of these versions recorded of the data that artifacts have."""
        past, versions = self.numbering.past, self.versions
        having = [(m.id, versions.get(m.id)) for m in having_data(self.now.registry) if m.data]
        return {a: recorded(past.version(a, version)) for a, version in having if version is not None}

    def _version(self, artifact: str) -> Version | None:
        if artifact in self._early:
            return self._early[artifact].version
        baseline = self.baselines[artifact]
        is_known = baseline is not None and not is_changed(artifact, self.now, baseline)
        return baseline.version if baseline is not None and is_known else None


def is_changed(artifact: str, now: Now, baseline: ArtifactTag | None) -> bool:
    """Whether an artifact differs from its newest version, so that a release gives it another."""
    if baseline is None:
        return True
    # The digest covers kind and name: a new name is a change too.
    identity = now.identities[artifact]
    if (identity.digest, identity.metadata_digest) != (baseline.digest, baseline.metadata_digest):
        return True
    # Only Applications have a new version for what they depend on (release.md, Bumps).
    return artifact.startswith(_APPLICATION) and now.closures[artifact] != baseline.closure


def _planned(
    manifest: Manifest, standing: Standing, judging: _Judging, raised: Bump, summing: Summing
) -> Planned:
    baseline = standing.baselines[manifest.id]
    judgements = judging.since(baseline.commit, manifest.id) if baseline else ()
    judgements = tuple(sorted(judgements, key=lambda judgement: -judgement.bump))
    bump = max((judgement.bump for judgement in judgements), default=Bump.NONE)
    bump = max(bump, raised, Bump.PATCH) if baseline else max(Bump.MINOR, raised)
    before = baseline.version if baseline else None
    required = next_version(manifest, baseline, bump, raised)
    given = standing.numbering.of_artifact(manifest.id, before, required, bump)
    return Planned(
        artifact=manifest.id,
        version=given.version,
        previous=baseline,
        bump=bump,
        judgements=judgements,
        identity=standing.now.identities[manifest.id],
        closure=standing.now.closures[manifest.id],
        elsewhere=given.elsewhere,
        sums=sums_of(manifest, recorded(baseline), summing),
    )


def _registry_bump(planned: Planned) -> Bump:
    # While an artifact is experimental, what breaks it raises its minor number only, and the registry's too.
    before = planned.previous.version if planned.previous else None
    if before is not None and before.major == 0 and planned.version.major == 0:
        return min(planned.bump, Bump.MINOR)
    return planned.bump


def removed_artifacts(registry: Registry, past: History, ancestors: frozenset[str]) -> tuple[str, ...]:
    """What releases hold, and a registry has no more, neither under its name nor under another; sorted."""
    here = {*versioned_ids(registry), *(old for names in registry.renamed.values() for old in names)}
    return tuple(sorted(past.living(ancestors) - here))


def _moments(artifact: str, past: History, ancestors: frozenset[str]) -> tuple[str, ...]:
    """The commits since which the removal of an artifact is judged."""
    # A release of others may have been made after it was gone: its own newest version is where it still was.
    moments = (past.newest_release(ancestors), past.baseline((artifact,), ancestors))
    return tuple(moment.commit for moment in moments if moment is not None)


def _removal(artifact: str, commits: Iterable[str], judging: _Judging) -> tuple[Judgement, ...]:
    """What the removal of an artifact means."""
    return next(filter(None, (judging.since(commit, artifact) for commit in commits)), ())


def artifact_tag(planned: Planned, registry: str) -> TagObject:
    """The annotated tag of a new version: its changelog entry and its trailers."""
    said = {
        "Registry": registry,
        "Digest": planned.identity.digest,
        "Metadata-Digest": planned.identity.metadata_digest,
        "Closure": planned.closure,
        "Bump": planned.bump.label,
        "Changes": " ".join(sorted({judgement.code for judgement in planned.judgements})) or "none",
    }
    if planned.sums:
        said[TRAILER] = trailer(planned.sums)
    if planned.previous is not None:
        said["Previous"] = planned.previous.name
    if planned.elsewhere is not None:
        said["Hotfix"] = "true"
    return TagObject(
        name=planned.tag, message=_message(f"{planned.artifact} {planned.version}", _entry(planned), said)
    )


def _entry(planned: Planned) -> list[str]:
    """The changelog entry: what changed, the heaviest first."""
    if planned.previous is None:
        return ["- First release."]
    groups = {weight: [j for j in planned.judgements if j.weight == weight] for weight in WEIGHTS}
    lines: list[str] = []
    for weight, group in groups.items():
        if group:
            lines += ["", f"### {weight.capitalize()}", ""] if lines else [f"### {weight.capitalize()}", ""]
            lines += [f"- {j.code} {j.rule.name}: {one_line(j.message)}" for j in group]
    return lines


def registry_tag(made: Plan, tag_objects: Mapping[str, str], run: str) -> TagObject:
    """The annotated tag that is the release: a line for each artifact released now, and its trailers."""
    lines = [f"{p.artifact} {p.version} {tag_objects[p.tag]} {p.identity.digest}" for p in made.planned]
    lines.extend(f"removed: {artifact}" for artifact in made.removed)
    said = {"Registry": made.registry, "Lock": sha256_of(made.lock_bytes)}
    if made.previous is not None:
        said["Previous"] = made.previous
    if made.elsewhere is not None:
        said["Hotfix"] = "true"
    said["Run"] = run
    return TagObject(name=made.tag, message=_message(f"{made.registry} {made.version}", lines, said))


def _message(subject: str, body: list[str], said: Mapping[str, str]) -> str:
    block = "\n".join(f"{key}: {value}" for key, value in said.items())
    return "\n\n".join((subject, "\n".join(body), block)) + "\n"


def commit_message(made: Plan) -> str:
    """The message of the release commit."""
    lines = [f"{p.artifact} {p.version}" for p in made.planned]
    lines.extend(f"removed: {artifact}" for artifact in made.removed)
    return "\n\n".join((f"Release {made.tag}", "\n".join(lines))) + "\n"
