"""Where a hash was seen: as what, of which artifact, in which version."""

from collections.abc import Iterable, Iterator, Mapping

from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.glance import parsed
from plmctl.core.ports import TagRef
from plmctl.core.tag import ArtifactTag, RegistryTag
from plmctl.core.trailer import trailers
from plmctl.core.value import Value, as_items, as_mapping, as_text

PREFIX = "sha256:"
SHORTEST = 8
_ASKED = deferred(rf"(?:sha256:)?([0-9a-f]{{{SHORTEST},64}})")
# What a lock calls the hashes of an artifact.
_FIELDS = ("digest", "metadataDigest", "closure")
_TRAILERS = ("Digest", "Metadata-Digest", "Closure")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A hash, what it is of an artifact (`digest`, `closure`, `file`, ...), and the version it has there.

    `path` is the file that it is of. `artifact` is None for the hash of a whole plm.lock.
    """

    digest: str
    field: str
    artifact: str | None
    version: str | None
    path: str | None = None


def asked(written: str) -> str | None:
    """The beginning of a hash that somebody asks for, as it is written in locks; None for what is none."""
    found = _ASKED.fullmatch(written.strip().lower())
    return f"{PREFIX}{found[1]}" if found is not None else None


def in_lock(data: bytes, prefix: str) -> tuple[Sighting, ...]:
    """The hashes in a lock that begin so; nothing of a lock that cannot be read."""
    # Most locks have nothing of it: to search is a hundredth of reading.
    if prefix.encode() not in data:
        return ()
    entries = as_mapping(as_mapping(parsed(data)).get("artifacts"))
    found = (s for artifact, entry in entries.items() for s in _in_entry(artifact, as_mapping(entry)))
    return tuple(sighting for sighting in found if sighting.digest.startswith(prefix))


def _in_entry(artifact: str, entry: Mapping[str, Value]) -> Iterator[Sighting]:
    version = as_text(entry.get("version"))
    hashes: list[tuple[str, Value, str | None]] = [(field, entry.get(field), None) for field in _FIELDS]
    hashes += [("file", value, path) for path, value in as_mapping(entry.get("files")).items()]
    hashes += [
        ("data", item.get("sha256"), as_text(item.get("path")))
        for item in map(as_mapping, as_items(entry.get("data")))
    ]
    for field, value, path in hashes:
        if isinstance(value, str):
            yield Sighting(digest=value, field=field, artifact=artifact, version=version, path=path)


def in_tag(tag: ArtifactTag, prefix: str) -> Iterator[Sighting]:
    """The hashes that begin so, of those that a version's tag says."""
    for field, value in zip(_FIELDS, (tag.digest, tag.metadata_digest, tag.closure), strict=True):
        if value.startswith(prefix):
            yield Sighting(digest=value, field=field, artifact=tag.artifact, version=str(tag.version))


def in_message(tag: TagRef, prefix: str) -> Iterator[Sighting]:
    """The same of a tag that may be no version, by the trailers of its message."""
    said = trailers(tag.message)
    for field, trailer in zip(_FIELDS, _TRAILERS, strict=True):
        value = said.get(trailer, "")
        if value.startswith(prefix):
            artifact, _, version = tag.name.rpartition("@v")
            yield Sighting(digest=value, field=field, artifact=artifact or None, version=version)


def in_release(release: RegistryTag, prefix: str) -> Iterator[Sighting]:
    """The hash of the plm.lock of a release, when it begins so."""
    if release.lock.startswith(prefix):
        yield Sighting(digest=release.lock, field="lock", artifact=None, version=str(release.version))


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """How long a file had a hash: from the commit that brought it to the one that took it, None for now."""

    sighting: Sighting
    path: str
    first: str
    last: str | None


def periods(states: Iterable[tuple[str, str, tuple[Sighting, ...]]]) -> tuple[Period, ...]:
    """How long files held what; `states` are commits, oldest first, paths, and what each held then."""
    is_open: dict[tuple[str, Sighting], str] = {}
    found: list[Period] = []
    for commit, path, held in states:
        gone = [key for key in is_open if key[0] == path and key[1] not in held]
        found.extend(
            Period(sighting=s, path=path, first=is_open.pop((path, s)), last=commit) for _, s in gone
        )
        for sighting in held:
            is_open.setdefault((path, sighting), commit)
    found.extend(
        Period(sighting=s, path=path, first=first, last=None) for (path, s), first in is_open.items()
    )
    return tuple(found)
