"""The artifact that a command is about: as it is, or as it was released."""

from collections.abc import Collection
from dataclasses import replace
from functools import partial

from plmctl.commands.artifact import named, renamed, version_named
from plmctl.commands.moment import current
from plmctl.commands.standing import SHORT, Moment, Standing, versions_of
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import IntegrityError, PlmctlError
from plmctl.core.ports import Repo
from plmctl.core.registry import Registry
from plmctl.core.tag import ArtifactTag


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """An artifact, and the moment it is looked at; `tag` is that of the version that was asked for."""

    at: Moment
    artifact: str
    tag: ArtifactTag | None = None

    @property
    def standing(self) -> Standing:
        """Where it stands at that moment."""
        return self.at.standing(self.artifact)


def known_ids(now: Moment) -> frozenset[str]:
    """The ids that artifacts have or had, in the registry or in its tags."""
    return frozenset({*now.registry.manifests, *now.registry.former, *now.past.versions})


def subject(repo: Repo, now: Moment, written: str, known: Collection[str] | None = None) -> Subject:
    """The artifact that `ID[@VERSION]` means, of those that are known. Raises PlmctlError."""
    wanted = named(written, known_ids(now) if known is None else known)
    artifact, version = wanted.artifact, wanted.version
    if version is not None:
        tag = _tag(now, artifact, version)
        registry = current(repo.commit_tree(tag.commit))
        if tag.artifact not in registry.manifests:
            raise _missing(tag, registry)
        then = replace(now, registry=registry, descent=partial(repo.ancestors, tag.commit))
        return Subject(at=then, artifact=tag.artifact, tag=tag)
    if artifact in now.registry.former:
        raise renamed(artifact, now.registry)
    if artifact not in now.registry.manifests:
        last = now.past.versions[artifact][-1].version
        raise PlmctlError(f"{artifact} is not in the registry any more", hint=f"write '{artifact}@{last}'")
    return Subject(at=now, artifact=artifact)


def _missing(tag: ArtifactTag, registry: Registry) -> IntegrityError:
    """Whoever can push tags can put one on any commit."""
    return IntegrityError(
        f"the tag {tag.name} is on commit {tag.commit[:SHORT]}, which has no {tag.artifact}",
        hint=f"run 'plmctl validate --rev {tag.commit[:SHORT]}': it cannot read all files"
        if registry.broken
        else "compare with 'git ls-remote --tags', and ask who pushed it",
    )


def _tag(now: Moment, artifact: str, version: str) -> ArtifactTag:
    """The tag of a version, with the id that the artifact had then."""
    manifest = now.registry.manifests.get(artifact)
    ids = (artifact, *(manifest.formerly if manifest is not None else ()))
    if version in {now.unfetched.get(known) for known in ids}:
        raise PlmctlError(f"the tag of {artifact} {version} is not here", hint="run 'git fetch --tags'")
    return version_named(artifact, version, versions_of(ids, now.past))
