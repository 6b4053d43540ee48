"""show: one artifact, whole."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from plmctl.commands.artifact import named, renamed, version_named
from plmctl.commands.moment import current
from plmctl.commands.standing import (
    SHORT,
    Moment,
    Standing,
    moment,
    release_of,
    title_of,
    version_values,
    versions_of,
)
from plmctl.core.finding import PlmctlError
from plmctl.core.graph import Edge
from plmctl.core.ports import Repo
from plmctl.core.report import Report
from plmctl.core.value import Value

_COLUMN = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowOptions:
    """An id, or a name that only one artifact has; with `@VERSION` as it was released."""

    artifact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Another artifact, and whether the one depends on the other or is only about it."""

    artifact: str
    is_about: bool

    def __str__(self) -> str:
        return f"{self.artifact} (about)" if self.is_about else self.artifact


def show(repo: Repo, options: ShowOptions) -> Report:
    """One artifact of the work tree or of a version: its identity, its neighbours, its versions, its text."""
    now = moment(repo, None)
    wanted = named(options.artifact, {*now.registry.manifests, *now.registry.former, *now.past.versions})
    artifact, version = wanted.artifact, wanted.version
    if version is not None:
        then, artifact = _released(repo, now, artifact, version)
        return _report(then, then.standing(artifact), version)
    if artifact in now.registry.former:
        raise renamed(artifact, now.registry)
    if artifact not in now.registry.manifests:
        raise PlmctlError(
            f"{artifact} is not in the registry any more",
            hint=f"run 'plmctl show {artifact}@{now.past.versions[artifact][-1].version}'",
        )
    return _report(now, now.standing(artifact), None)


def _released(repo: Repo, now: Moment, artifact: str, version: str) -> tuple[Moment, str]:
    """The moment of a version, and the id that the artifact had then."""
    manifest = now.registry.manifests.get(artifact)
    ids = (artifact, *(manifest.formerly if manifest is not None else ()))
    if version in {now.unfetched.get(known) for known in ids}:
        raise PlmctlError(f"the tag of {artifact} {version} is not here", hint="run 'git fetch --tags'")
    tag = version_named(artifact, version, versions_of(ids, now.past))
    registry = current(repo.commit_tree(tag.commit))
    return replace(now, registry=registry, ancestors=repo.ancestors(tag.commit)), tag.artifact


def _report(at: Moment, standing: Standing, version: str | None) -> Report:
    manifest = standing.manifest
    outgoing = _links((e for e in at.registry.edges if e.source == manifest.id), is_outgoing=True)
    incoming = _links((e for e in at.registry.edges if e.target == manifest.id), is_outgoing=False)
    files = sorted({path for file in manifest.included.values() for path, _ in file.hashes})
    shown = version or standing.version
    facts = _facts(standing, shown, outgoing, incoming, files)
    return Report(
        command="show",
        text="".join(f"{line}\n" for line in facts) + "\n" + manifest.document.text,
        data=_data(standing, shown, outgoing, incoming, files),
        notes=at.notes,
    )


def _links(edges: Iterator[Edge], *, is_outgoing: bool) -> list[Link]:
    found: dict[str, bool] = {}
    for edge in edges:
        other = edge.target if is_outgoing else edge.source
        found[other] = found.get(other, True) and not edge.is_dependency
    return [Link(artifact=artifact, is_about=found[artifact]) for artifact in sorted(found)]


def _facts(
    standing: Standing, version: str, outgoing: list[Link], incoming: list[Link], files: list[str]
) -> Iterator[str]:
    manifest, identity = standing.manifest, standing.identity
    yield from _fact("id", manifest.id)
    yield from _fact("title", title_of(manifest))
    yield from _fact("version", version)
    yield from _fact("stability", manifest.stability)
    yield from _fact("owners", ", ".join(manifest.owners))
    yield from _fact("path", manifest.path)
    yield from _fact("digest", identity.digest if identity else "")
    yield from _fact("metadataDigest", identity.metadata_digest if identity else "")
    yield from _fact("closure", standing.closure or "")
    yield from _fact("refers to", *map(str, outgoing))
    yield from _fact("referred to by", *map(str, incoming))
    yield from _fact("files", *files)
    yield from _fact(
        "versions", *(f"{t.version}  {release_of(t)}  {t.commit[:SHORT]}" for t in standing.versions)
    )


def _fact(name: str, *values: str) -> Iterator[str]:
    """A line for each value, the name before the first; nothing for what there is not."""
    for index, value in enumerate(filter(None, values)):
        yield f"{'' if index else name:{_COLUMN}}{value}"


def _data(
    standing: Standing, version: str, outgoing: list[Link], incoming: list[Link], files: list[str]
) -> dict[str, Value]:
    manifest, identity = standing.manifest, standing.identity
    return {
        "id": manifest.id,
        "kind": manifest.kind,
        "name": manifest.name,
        "title": title_of(manifest),
        "version": version,
        "changed": standing.is_changed,
        "stability": manifest.stability,
        "owners": list(manifest.owners),
        "path": manifest.path,
        "digest": identity.digest if identity else None,
        "metadataDigest": identity.metadata_digest if identity else None,
        "closure": standing.closure,
        "references": [{"artifact": link.artifact, "about": link.is_about} for link in outgoing],
        "referrers": [{"artifact": link.artifact, "about": link.is_about} for link in incoming],
        "files": list(files),
        "versions": version_values(standing.versions),
        "text": manifest.document.text,
    }
