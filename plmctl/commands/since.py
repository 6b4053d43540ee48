"""Comparing with a release of which some artifacts had no part: each has a newest version of its own."""

from collections.abc import Callable, Iterator, Mapping

from plmctl.core.dataclass import dataclass
from plmctl.core.diff import Pairs
from plmctl.core.graph import reachable
from plmctl.core.locking import now_of
from plmctl.core.plan import is_changed, removed_artifacts
from plmctl.core.registry import Registry
from plmctl.core.tag import History


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """An older side, and the artifacts that are compared with it (None: all but `without`)."""

    before: Registry
    artifacts: frozenset[str] | None = None
    without: frozenset[str] = frozenset()

    def has(self, artifact: str) -> bool:
        """Whether an artifact is compared with it."""
        return artifact not in self.without if self.artifacts is None else artifact in self.artifacts


def left_out(
    released: Registry, now: Registry, past: History, ancestors: frozenset[str]
) -> Mapping[str, frozenset[str]]:
    """The artifacts whose change a release did not take, by the commit of their newest version, or "".

    `released` is the registry at the release's commit: what differs there from its version was left out.
    """
    then = now_of(released)
    found: dict[str, set[str]] = {}
    for manifest in now.versioned:
        ids = (manifest.id, *manifest.formerly)
        own = past.baseline(ids, ancestors)
        held = next((released.manifests[known] for known in ids if known in released.manifests), None)
        if held is not None and is_changed(held.id, then, own):
            found.setdefault(own.commit if own is not None else "", set()).add(manifest.id)
    for artifact, commit in _removed_before(released, now, past, ancestors):
        found.setdefault(commit, set()).add(artifact)
    return {commit: frozenset(artifacts) for commit, artifacts in sorted(found.items())}


def _removed_before(
    released: Registry, now: Registry, past: History, ancestors: frozenset[str]
) -> Iterator[tuple[str, str]]:
    """What is gone since before the release, and no release has removed."""
    for artifact in removed_artifacts(now, past, ancestors):
        own = past.baseline((artifact,), ancestors)
        if artifact not in released.manifests and own is not None:
            yield artifact, own.commit


def parts(
    released: Registry, apart: Mapping[str, frozenset[str]], registry_at: Callable[[str], Registry]
) -> Iterator[Part]:
    """The older sides of a comparison since a release: its own, and those of what it left out."""
    yield Part(before=released, without=frozenset().union(*apart.values()))
    for commit, artifacts in apart.items():
        nothing = Registry(settings=released.settings, manifests={})
        yield Part(before=registry_at(commit) if commit else nothing, artifacts=artifacts)


def closures(before: Registry, after: Registry, artifacts: frozenset[str]) -> frozenset[str]:
    """What has to be compared to judge artifacts: these, and all that an Application depends on or did."""
    pairs = Pairs(before, after)
    found = set(artifacts)
    for artifact in artifacts:
        if artifact.startswith("application/"):
            older = reachable(before.dependencies, pairs.old(artifact) or artifact)
            found.update(reachable(after.dependencies, artifact))
            found.update(pairs.renames.get(member, member) for member in older)
    return frozenset(found)
