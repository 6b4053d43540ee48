"""What a release would do: the changed artifacts, the versions they demand, the tags and the lock."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from plmctl.core.canonical import sha256_of
from plmctl.core.finding import Bump
from plmctl.core.form import Identity
from plmctl.core.judgement import Judgement
from plmctl.core.lock import Lock, serialised
from plmctl.core.locking import Now, registry_lock
from plmctl.core.manifest import Manifest
from plmctl.core.ports import TagObject
from plmctl.core.registry import Registry
from plmctl.core.tag import ArtifactTag, History, tag_name
from plmctl.core.version import FIRST, FIRST_EXPERIMENTAL, Version

Judge = Callable[[Registry, Registry], tuple[Judgement, ...]]
RegistryAt = Callable[[str], Registry]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """An artifact that gets a new version, and why."""

    artifact: str
    version: Version
    previous: ArtifactTag | None
    bump: Bump
    judgements: tuple[Judgement, ...]
    identity: Identity
    closure: str

    @property
    def tag(self) -> str:
        """The name of the tag of the new version."""
        return tag_name(self.artifact, self.version)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A release: what it makes, removes and locks. `lock_bytes` is the new plm.lock."""

    registry: str
    tag: str
    version: Version
    previous: str | None
    planned: tuple[Planned, ...]
    removed: tuple[str, ...]
    removals: tuple[Judgement, ...]
    lock: Lock
    lock_bytes: bytes
    kept: int

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to release."""
        return not self.planned and not self.removed


def plan(
    now: Now,
    past: History,
    ancestors: frozenset[str],
    registry_at: RegistryAt,
    judge: Judge,
    raised: Mapping[str, Bump],
    selected: Collection[str] | None = None,
) -> Plan:
    """The release of a registry, given its tags; the same input gives the same plan."""
    judging = _Judging(now.registry, registry_at, judge)
    baselines = {m.id: past.baseline((m.id, *m.formerly), ancestors) for m in now.registry.versioned}
    living = past.living(ancestors)
    planned = tuple(
        _planned(manifest, now, baselines[manifest.id], judging, raised.get(manifest.id, Bump.NONE))
        for manifest in now.registry.versioned
        if (selected is None or manifest.id in selected)
        and (_is_back(manifest, living) or is_changed(manifest, now, baselines[manifest.id]))
    )
    newest = past.newest_release(ancestors)
    removed = removed_artifacts(now.registry, past, ancestors) if selected is None else ()
    removals = tuple(j for artifact in removed for j in _removal(artifact, past, ancestors, judging))
    bump = max((*(_registry_bump(p) for p in planned), *(j.bump for j in removals)), default=Bump.NONE)
    version = newest.version.bumped(bump) if newest else FIRST
    tag = now.registry.settings.registry_tag(version)
    lock = registry_lock(now, _versions(now, baselines, planned), tag)
    return Plan(
        registry=now.registry.settings.name,
        tag=tag,
        version=version,
        previous=newest.object_id if newest else None,
        planned=planned,
        removed=removed,
        removals=removals,
        lock=lock,
        lock_bytes=serialised(lock),
        kept=len(now.registry.versioned) - len(planned),
    )


class _Judging:
    """The judgements between earlier commits and now, each commit compared once."""

    def __init__(self, registry: Registry, registry_at: RegistryAt, judge: Judge):
        self._registry = registry
        self._registry_at = registry_at
        self._judge = judge
        self._known: dict[str, Mapping[str, tuple[Judgement, ...]]] = {}

    def since(self, commit: str, artifact: str) -> tuple[Judgement, ...]:
        """What changed of an artifact since a commit."""
        if commit not in self._known:
            found: dict[str, list[Judgement]] = {}
            for judgement in self._judge(self._registry_at(commit), self._registry):
                found.setdefault(judgement.change.artifact, []).append(judgement)
            self._known[commit] = {name: tuple(items) for name, items in found.items()}
        return self._known[commit].get(artifact, ())


def _is_back(manifest: Manifest, living: frozenset[str]) -> bool:
    """Whether no release holds an artifact: it is new, or was removed and is here again."""
    return living.isdisjoint((manifest.id, *manifest.formerly))


def is_changed(manifest: Manifest, now: Now, baseline: ArtifactTag | None) -> bool:
    """Whether an artifact differs from its newest version, so that a release gives it another."""
    if baseline is None:
        return True
    # The digest covers kind and name: a new name is a change too.
    identity = now.identities[manifest.id]
    if (identity.digest, identity.metadata_digest) != (baseline.digest, baseline.metadata_digest):
        return True
    # Only Applications have a new version for what they depend on (release.md, Bumps).
    return manifest.kind == "Application" and now.closures[manifest.id] != baseline.closure


def _planned(
    manifest: Manifest, now: Now, baseline: ArtifactTag | None, judging: _Judging, raised: Bump
) -> Planned:
    judgements = judging.since(baseline.commit, manifest.id) if baseline else ()
    judgements = tuple(sorted(judgements, key=lambda judgement: -judgement.bump))
    bump = max((judgement.bump for judgement in judgements), default=Bump.NONE)
    bump = max(bump, raised, Bump.PATCH) if baseline else max(Bump.MINOR, raised)
    return Planned(
        artifact=manifest.id,
        version=next_version(manifest, baseline, bump, raised),
        previous=baseline,
        bump=bump,
        judgements=judgements,
        identity=now.identities[manifest.id],
        closure=now.closures[manifest.id],
    )


def next_version(
    manifest: Manifest, baseline: ArtifactTag | None, bump: Bump, raised: Bump = Bump.NONE
) -> Version:
    """The version that follows the newest one of an artifact (release.md, Bumps)."""
    is_experimental = manifest.stability == "experimental"
    if baseline is None:
        return FIRST_EXPERIMENTAL if is_experimental and raised is not Bump.MAJOR else FIRST
    if baseline.version.major > 0:
        return baseline.version.bumped(bump)
    if not is_experimental or raised is Bump.MAJOR:
        return FIRST
    return baseline.version.bumped(min(bump, Bump.MINOR))


def _registry_bump(planned: Planned) -> Bump:
    # While an artifact is experimental, what breaks it raises its minor number only, and the registry's too.
    before = planned.previous.version if planned.previous else None
    if before is not None and before.major == 0 and planned.version.major == 0:
        return min(planned.bump, Bump.MINOR)
    return planned.bump


def removed_artifacts(registry: Registry, past: History, ancestors: frozenset[str]) -> tuple[str, ...]:
    """What releases hold, and a registry has no more, neither under its name nor under another; sorted."""
    here = {old for manifest in registry.versioned for old in (manifest.id, *manifest.formerly)}
    return tuple(sorted(past.living(ancestors) - here))


def _removal(
    artifact: str, past: History, ancestors: frozenset[str], judging: _Judging
) -> tuple[Judgement, ...]:
    """What the removal of an artifact means."""
    # A release of others may have been made after it was gone: its own newest version is where it still was.
    moments = (past.newest_release(ancestors), past.baseline((artifact,), ancestors))
    judged = (judging.since(moment.commit, artifact) for moment in moments if moment is not None)
    return next(filter(None, judged), ())


def _versions(
    now: Now, baselines: Mapping[str, ArtifactTag | None], planned: Iterable[Planned]
) -> Mapping[str, Version | None]:
    versions: dict[str, Version | None] = {}
    for manifest in now.registry.versioned:
        baseline = baselines[manifest.id]
        is_known = baseline is not None and not is_changed(manifest, now, baseline)
        versions[manifest.id] = baseline.version if baseline is not None and is_known else None
    return {**versions, **{p.artifact: p.version for p in planned}}


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
    if planned.previous is not None:
        said["Previous"] = planned.previous.name
    return TagObject(
        name=planned.tag, message=_message(f"{planned.artifact} {planned.version}", _entry(planned), said)
    )


def _entry(planned: Planned) -> list[str]:
    if planned.previous is None:
        return ["- First release."]
    return [f"- {j.code} {j.rule.name}: {one_line(j.message)}" for j in planned.judgements]


def registry_tag(made: Plan, tag_objects: Mapping[str, str], run: str) -> TagObject:
    """The annotated tag that is the release: a line for each artifact released now, and its trailers."""
    lines = [f"{p.artifact} {p.version} {tag_objects[p.tag]} {p.identity.digest}" for p in made.planned]
    lines.extend(f"removed: {artifact}" for artifact in made.removed)
    said = {"Registry": made.registry, "Lock": sha256_of(made.lock_bytes)}
    if made.previous is not None:
        said["Previous"] = made.previous
    said["Run"] = run
    return TagObject(name=made.tag, message=_message(f"{made.registry} {made.version}", lines, said))


def _message(subject: str, body: list[str], said: Mapping[str, str]) -> str:
    block = "\n".join(f"{key}: {value}" for key, value in said.items())
    return "\n\n".join((subject, "\n".join(body), block)) + "\n"


def one_line(text: str) -> str:
    """Text from a manifest on one line, controls escaped, so that it can be no line or trailer of its own."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def commit_message(made: Plan) -> str:
    """The message of the release commit."""
    lines = [f"{p.artifact} {p.version}" for p in made.planned]
    lines.extend(f"removed: {artifact}" for artifact in made.removed)
    return "\n\n".join((f"Release {made.tag}", "\n".join(lines))) + "\n"
