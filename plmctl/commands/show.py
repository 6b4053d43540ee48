"""show: one artifact, whole."""

from collections.abc import Iterator

from plmctl.commands.amount import amount
from plmctl.commands.holding import broken_pointers, holdings, pointer_value
from plmctl.commands.standing import (
    SHORT,
    Moment,
    Standing,
    moment,
    release_of,
    title_of,
    version_values,
)
from plmctl.commands.subject import subject
from plmctl.core.dataclass import dataclass
from plmctl.core.graph import Edge
from plmctl.core.memo import Memo
from plmctl.core.pointer import Pointer
from plmctl.core.ports import Repo
from plmctl.core.report import Report
from plmctl.core.secrecy import masked, visible_text
from plmctl.core.sums import Sums, recorded
from plmctl.core.tag import ArtifactTag
from plmctl.core.value import Value

_COLUMN = 16
_FLOATS = "yes, no version holds these bytes"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """What is shown of an artifact; `sums` is what releases recorded of its data."""

    standing: Standing
    version: str
    outgoing: tuple[Link, ...]
    incoming: tuple[Link, ...]
    files: tuple[str, ...]
    pointers: tuple[Pointer, ...]
    sums: Sums


def show(repo: Repo, options: ShowOptions, memo: Memo | None = None) -> Report:
    """One artifact of the work tree or of a version: its identity, its neighbours, its versions, its text.

    `memo` is what runs before found out.
    """
    found = subject(repo, moment(repo, None, memo), options.artifact)
    return _report(found.at, found.standing, found.tag)


def _report(at: Moment, standing: Standing, tag: ArtifactTag | None) -> Report:
    manifest = standing.manifest
    # A version says what its own tag recorded; the work tree may hold the data of any of them.
    tags = (tag,) if tag is not None else standing.versions
    registry = at.registry
    edges = (edge for referrer in registry.referrers.of(manifest.id) for edge in registry.edges_of(referrer))
    view = _View(
        standing=standing,
        version=str(tag.version) if tag is not None else standing.version,
        outgoing=_links(registry.edges_of(manifest), is_outgoing=True),
        incoming=_links((e for e in edges if e.target == manifest.id), is_outgoing=False),
        files=tuple(sorted({path for file in manifest.included.values() for path, _ in file.hashes})),
        pointers=tuple(holding.pointer for holding in holdings(at.registry, (manifest.id,))),
        sums={md5: sha256 for each in tags for md5, sha256 in recorded(each).items()},
    )
    return Report(
        command="show",
        text="".join(f"{line}\n" for line in _facts(view)) + "\n" + visible_text(manifest.document),
        data=_data(view),
        notes=(*_broken(at, manifest.id), *at.notes),
    )


def _broken(at: Moment, artifact: str) -> Iterator[str]:
    if broken_pointers(at.registry, (artifact,)):
        yield "a DVC pointer cannot be used, and its data is not shown: run 'plmctl validate'"


def _links(edges: Iterator[Edge], *, is_outgoing: bool) -> tuple[Link, ...]:
    found: dict[str, bool] = {}
    for edge in edges:
        other = edge.target if is_outgoing else edge.source
        found[other] = found.get(other, True) and not edge.is_dependency
    return tuple(Link(artifact=artifact, is_about=found[artifact]) for artifact in sorted(found))


def _facts(view: _View) -> Iterator[str]:
    manifest, identity = view.standing.manifest, view.standing.identity
    yield from _fact("id", manifest.id)
    yield from _fact("title", masked(title_of(manifest)))
    yield from _fact("version", view.version)
    yield from _fact("stability", manifest.stability)
    yield from _fact("owners", masked(", ".join(manifest.owners)))
    yield from _fact("path", manifest.path)
    yield from _fact("digest", identity.digest if identity else "")
    yield from _fact("metadataDigest", identity.metadata_digest if identity else "")
    yield from _fact("closure", view.standing.closure or "")
    yield from _fact("refers to", *map(str, view.outgoing))
    yield from _fact("referred to by", *map(str, view.incoming))
    yield from _fact("files", *view.files)
    for pointer in view.pointers:
        yield from _data_facts(pointer, view)
    versions = (f"{t.version}  {release_of(t)}  {t.commit[:SHORT]}" for t in view.standing.versions)
    yield from _fact("versions", *versions)


def _data_facts(pointer: Pointer, view: _View) -> Iterator[str]:
    yield from _fact("data", f"{pointer.out_path}, {amount(pointer.size, pointer.nfiles)}")
    yield from _fact("pointer", pointer.path)
    yield from _fact("md5", pointer.md5)
    yield from _fact("sha256", view.sums.get(pointer.md5, ""))
    yield from _fact("remote", pointer.remote or "")
    yield from _fact("floating", _FLOATS if view.standing.manifest.is_floating else "")


def _fact(name: str, *values: str) -> Iterator[str]:
    """A line for each value, the name before the first; nothing for what there is not."""
    for index, value in enumerate(filter(None, values)):
        yield f"{'' if index else name:{_COLUMN}}{value}"


def _data(view: _View) -> dict[str, Value]:
    standing, manifest, identity = view.standing, view.standing.manifest, view.standing.identity
    return {
        "id": manifest.id,
        "kind": manifest.kind,
        "name": manifest.name,
        "title": masked(title_of(manifest)),
        "version": view.version,
        "changed": standing.is_changed,
        "stability": manifest.stability,
        "owners": [*map(masked, manifest.owners)],
        "path": manifest.path,
        "digest": identity.digest if identity else None,
        "metadataDigest": identity.metadata_digest if identity else None,
        "closure": standing.closure,
        "references": [{"artifact": link.artifact, "about": link.is_about} for link in view.outgoing],
        "referrers": [{"artifact": link.artifact, "about": link.is_about} for link in view.incoming],
        "files": list(view.files),
        "data": [_data_value(pointer, view) for pointer in view.pointers],
        "versions": version_values(standing.versions),
        "text": visible_text(manifest.document),
    }


def _data_value(pointer: Pointer, view: _View) -> Value:
    return {
        **pointer_value(pointer),
        "sha256": view.sums.get(pointer.md5),
        "remote": pointer.remote,
        "floating": view.standing.manifest.is_floating,
    }
