"""Artifacts and versions, as people name them at the command line."""

import heapq
from collections.abc import Collection

from plmctl.core.dataclass import dataclass
from plmctl.core.finding import PlmctlError, UsageError
from plmctl.core.registry import Registry
from plmctl.core.slip import likeness_to
from plmctl.core.tag import ArtifactTag
from plmctl.core.version import parsed_version

NEAREST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An artifact, and the version after the `@` when one was given."""

    artifact: str
    version: str | None


def named(written: str, known: Collection[str]) -> Named:
    """What an id or a name, with or without `@VERSION`, means. Raises PlmctlError when nothing or many."""
    word, version = parted(written)
    return Named(artifact=_artifact(word, known), version=version)


def parted(written: str) -> tuple[str, str | None]:
    """`ID@VERSION` in its parts; without an `@` no version. Raises UsageError for an `@` before nothing."""
    word, at, version = written.partition("@")
    # An empty variable of a script is none that asks for the newest.
    if at and not version.removeprefix("v"):
        raise UsageError(f"'{written}' names no version", hint=f"write one behind the '@', or '{word}' alone")
    return word, version.removeprefix("v") or None


def present(written: str, registry: Registry) -> str:
    """The id of an artifact of a registry. Raises PlmctlError, for a former id with the one it has now."""
    found = named(written, {*registry.manifests, *registry.former})
    if found.version is not None:
        raise UsageError(f"'{written}' is a version", hint=f"leave it out: '{found.artifact}'")
    if found.artifact in registry.former:
        raise renamed(found.artifact, registry)
    return found.artifact


def renamed(former: str, registry: Registry) -> PlmctlError:
    """That an id is a former one."""
    now = registry.former[former]
    return PlmctlError(f"{former} is {now} now", hint=f"write '{now}'")


def _artifact(word: str, known: Collection[str]) -> str:
    if word in known:
        return word
    found = sorted(artifact for artifact in known if artifact.partition("/")[2] == word)
    if len(found) > 1:
        raise UsageError(
            f"'{word}' is the name of {len(found)} artifacts", hint=f"write one of {', '.join(found)}"
        )
    if found:
        return found[0]
    near = nearest_ids(word, known)
    hint = f"the nearest are {', '.join(near)}" if near else "run 'plmctl list' to see all"
    raise PlmctlError(f"there is no artifact '{word}'", hint=hint)


def nearest_ids(word: str, known: Collection[str]) -> tuple[str, ...]:
    """The ids that are most like a word, with or without their kind; at most three."""
    likeness = likeness_to(word)
    found = heapq.nlargest(NEAREST, sorted(known), key=lambda id_: likeness(id_, id_.partition("/")[2]))
    return tuple(found)


def version_named(artifact: str, version: str, tags: tuple[ArtifactTag, ...]) -> ArtifactTag:
    """The one of an artifact's versions that a text names. Raises PlmctlError with those there are."""
    wanted = parsed_version(version)
    found = next((tag for tag in tags if tag.version == wanted), None)
    if found is None:
        known = ", ".join(str(tag.version) for tag in tags)
        raise PlmctlError(
            f"{artifact} has no version {version}",
            hint=f"its versions are {known}" if known else "it was never released: run 'plmctl release'",
        )
    return found
