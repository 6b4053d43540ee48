"""What a plm.lock asks of the release that it is of: it was committed before its tags were made."""

from collections.abc import Mapping

from plmctl.core.finding import Bump
from plmctl.core.lock import Lock
from plmctl.core.manifest import Manifest
from plmctl.core.plan import Asked
from plmctl.core.registry import Registry
from plmctl.core.tag import ArtifactTag, History
from plmctl.core.version import FIRST, Version, parsed_version


def asked_by(lock: Lock, registry: Registry, past: History, ancestors: frozenset[str]) -> tuple[Asked, ...]:
    """What may have been asked when a lock was prepared, the likeliest first.

    The lock is true when the plan of one of these is the plan of this very lock.
    """
    release = registry.settings.registry_version(lock.source.release)
    pre = release.pre[0] if release is not None and len(release.pre) > 1 else None
    said = {m.id: _version(lock, m.id) for m in registry.versioned}
    raised = _raised(said, registry, past, ancestors)
    some = Asked(raised=raised, selected=frozenset(a for a, version in said.items() if version), pre=pre)
    # What is removed stands in no lock: a release of some removes nothing, one of all does.
    return (some,) if None in said.values() else (Asked(raised=raised, pre=pre), some)


def _raised(
    said: Mapping[str, Version | None], registry: Registry, past: History, ancestors: frozenset[str]
) -> Mapping[str, Bump]:
    found: dict[str, Bump] = {}
    for manifest in registry.versioned:
        baseline = past.baseline((manifest.id, *manifest.formerly), ancestors)
        version = said[manifest.id]
        bump = _bump(manifest, baseline, version.final) if version is not None else None
        if bump is not None:
            found[manifest.id] = bump
    return found


def _bump(manifest: Manifest, baseline: ArtifactTag | None, version: Version) -> Bump | None:
    """The bump that leads from the newest version to this one; None where nothing was asked for."""
    is_experimental = manifest.stability == "experimental"
    if baseline is None:
        return Bump.MAJOR if is_experimental and version == FIRST else None
    if baseline.version.major == 0 and not is_experimental:
        return None  # What leaves the experiment is 1.0.0 whatever was asked.
    bumps = (Bump.PATCH, Bump.MINOR, Bump.MAJOR)
    return next((bump for bump in bumps if baseline.version.bumped(bump) == version), None)


def _version(lock: Lock, artifact: str) -> Version | None:
    entry = lock.artifacts.get(artifact)
    return parsed_version(entry.version) if entry is not None and entry.version is not None else None
