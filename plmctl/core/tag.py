"""Tags and their messages: which versions exist, and which registry release confirms each."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property

from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.descent import decreases
from plmctl.core.finding import Finding, Location, Rule
from plmctl.core.ports import TagRef
from plmctl.core.reg import (
    CHAIN_BROKEN,
    NOT_ANNOTATED,
    TAG_MALFORMED,
    TAG_MISNAMED,
    TAG_MISSING,
    TAG_MOVED,
    TAG_UNCONFIRMED,
    VERSION_DECREASED,
)
from plmctl.core.schema import kind_prefix
from plmctl.core.settings import Settings
from plmctl.core.trailer import trailers
from plmctl.core.version import Version, parsed_version

_LINE = deferred(r"(\S+) (\S+) ([0-9a-f]{40}|[0-9a-f]{64}) (sha256:[0-9a-f]{64})")
_REMOVED = "removed: "
_NOTHING_SAID: Mapping[str, str] = {}
_COMPARE = "compare with 'git ls-remote --tags'; 'git fetch --tags --force' takes the remote's"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedLine:
    """A line of a registry tag: an artifact released now, and the tag object that says so."""

    artifact: str
    version: Version
    tag_object: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryTag:
    """A release of the registry: what it released, what it removed, and the release before it."""

    name: str
    version: Version
    object_id: str
    commit: str
    released: tuple[ReleasedLine, ...]
    removed: tuple[str, ...]
    lock: str
    previous: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtifactTag:
    """A version of an artifact, as its tag says it; `release` is the registry tag that names it."""

    name: str
    artifact: str
    version: Version
    object_id: str
    commit: str
    digest: str
    metadata_digest: str
    closure: str
    message: str
    release: RegistryTag | None = None


@dataclass(frozen=True, kw_only=True)
class History:
    """Every version that the tags hold; only confirmed ones are versions."""

    releases: tuple[RegistryTag, ...]
    confirmed: tuple[ArtifactTag, ...]
    foreign: tuple[str, ...]
    taken: frozenset[str]
    findings: tuple[Finding, ...]

    @cached_property
    def versions(self) -> Mapping[str, tuple[ArtifactTag, ...]]:
        """The confirmed versions of each artifact, oldest first by precedence."""
        found: dict[str, list[ArtifactTag]] = {}
        for tag in sorted(self.confirmed, key=lambda t: t.version):
            found.setdefault(tag.artifact, []).append(tag)
        return {artifact: tuple(tags) for artifact, tags in found.items()}

    @cached_property
    def by_name(self) -> Mapping[str, RegistryTag]:
        """The registry releases by the name of their tag."""
        return {tag.name: tag for tag in self.releases}

    def version(self, artifact: str, version: Version) -> ArtifactTag | None:
        """The tag of a version of an artifact."""
        return next((t for t in self.versions.get(artifact, ()) if t.version == version), None)

    @property
    def released(self) -> frozenset[str]:
        """The artifacts that releases ever released."""
        return frozenset(line.artifact for release in self.releases for line in release.released)

    def held(self, release: RegistryTag, artifact: str) -> Version | None:
        """The version that an artifact has at a release: from it, or from the nearest that it follows.

        What a pre-release made is not what the final ones hold.
        """
        for at in self._chain(release):
            if not at.version.is_final and release.version.is_final:
                continue
            if artifact in at.removed:
                return None
            for line in at.released:
                if line.artifact == artifact:
                    return line.version
        return None

    def may_hold(self, release: RegistryTag, tag: ArtifactTag) -> bool:
        """Whether a later release may have an artifact in that version: it follows no release with a newer.

        What was released on another line may have been merged: then its lock alone tells.
        """
        links = self._chain(release)
        is_whole = links[-1].previous is None
        is_elsewhere = tag.release is not None and tag.release not in links
        return self.held(release, tag.artifact) == tag.version or (is_whole and is_elsewhere)

    def baseline(self, ids: Iterable[str], ancestors: frozenset[str]) -> ArtifactTag | None:
        """The newest final version of an artifact, under its ids now and before, that is an ancestor."""
        found = (
            t for i in ids for t in self.versions.get(i, ()) if t.version.is_final and t.commit in ancestors
        )
        return max(found, key=lambda t: t.version, default=None)

    def newest(self, ids: Iterable[str], ancestors: frozenset[str]) -> ArtifactTag | None:
        """The newest version of an artifact that is an ancestor, a pre-release too."""
        found = (t for i in ids for t in self.versions.get(i, ()) if t.commit in ancestors)
        return max(found, key=lambda t: t.version, default=None)

    def newest_release(self, ancestors: frozenset[str]) -> RegistryTag | None:
        """The newest final registry release that is an ancestor."""
        found = (r for r in self.releases if r.version.is_final and r.commit in ancestors)
        return max(found, key=lambda r: r.version, default=None)

    def last_release(
        self, ancestors: frozenset[str], before: RegistryTag | None = None
    ) -> RegistryTag | None:
        """The release, final or not, that the next one on a line follows, or that `before` is to follow.

        The releases of a line are a chain, and this is its end. Where lines were merged there are several:
        the newest final one counts.
        """
        later = self.followers(before) if before is not None else frozenset[str]()
        found = [r for r in self.releases if r.commit in ancestors and r.object_id not in later]
        named = {release.previous for release in found}
        ends = (release for release in found if release.object_id not in named)
        return max(ends, key=lambda r: (r.version.is_final, r.version), default=None)

    def followers(self, release: RegistryTag) -> frozenset[str]:
        """The tag objects of a release and of those that follow it."""
        following: dict[str | None, list[str]] = {}
        for other in self.releases:
            following.setdefault(other.previous, []).append(other.object_id)
        found, waiting = {release.object_id}, [release.object_id]
        while waiting:
            # Each release follows one other, so that none is met twice.
            later = following.get(waiting.pop(), [])
            found.update(later)
            waiting.extend(later)
        return frozenset(found)

    def chain(self, release: RegistryTag) -> frozenset[str]:
        """The tag objects of a release and of those that it follows."""
        return frozenset(link.object_id for link in self._chain(release))

    def _chain(self, release: RegistryTag) -> tuple[RegistryTag, ...]:
        links, at = [release], self._by_id.get(release.previous or "")
        while at is not None:
            links.append(at)
            at = self._by_id.get(at.previous or "")
        return tuple(links)

    @cached_property
    def _by_id(self) -> Mapping[str, RegistryTag]:
        return {release.object_id: release for release in self.releases}

    def of(self, releases: frozenset[str]) -> "History":
        """What these releases alone confirm, by the ids of their tag objects."""
        return replace(
            self,
            releases=tuple(release for release in self.releases if release.object_id in releases),
            confirmed=tuple(t for t in self.confirmed if t.release and t.release.object_id in releases),
        )

    def living(self, ancestors: frozenset[str]) -> frozenset[str]:
        """The artifacts that final releases on this line released, and no later one of them removed."""
        alive: set[str] = set()
        for release in self.releases:
            if release.version.is_final and release.commit in ancestors:
                alive.update(line.artifact for line in release.released)
                alive.difference_update(release.removed)
        return frozenset(alive)


def history(tags: Iterable[TagRef], settings: Settings) -> History:
    """What the tags of a repository say, judged: a bad one is a finding and stops nothing."""
    reading = _Reading(settings)
    tags = tuple(tags)
    for tag in tags:
        reading.read_release(tag)
    for tag in tags:
        reading.read_version(tag)
    return reading.history(frozenset(tag.name for tag in tags))


class _Reading:
    """The tags read so far."""

    def __init__(self, settings: Settings):
        self._settings = settings
        self._releases: list[RegistryTag] = []
        self._artifacts: dict[str, tuple[TagRef, Mapping[str, str]]] = {}
        self._foreign: list[str] = []
        self._judged: set[str] = set()
        self._findings: list[Finding] = []

    def read_release(self, tag: TagRef) -> None:
        """Reads a tag that may be a release of the registry: no '@' is in the names of those."""
        version = self._settings.registry_version(tag.name)
        if version is not None:
            self._read_release(tag, version)

    def read_version(self, tag: TagRef) -> None:
        """Reads a tag that may be a version of an artifact, once all releases are read."""
        artifact, at, version = tag.name.rpartition("@v")
        if at and artifact.partition("/")[0] in self._prefixes:
            self._read_artifact(tag, parsed_version(version))

    @cached_property
    def _prefixes(self) -> frozenset[str]:
        # A kind of the registry's own may be gone; what was released of it was released.
        released = (
            line.artifact.partition("/")[0] for release in self._releases for line in release.released
        )
        return frozenset((*(kind_prefix(kind) for kind in self._settings.kinds.versioned), *released))

    def _report(self, rule: Rule, tag: TagRef, message: str, mend: str | None = None) -> None:
        self._judged.add(tag.name)
        self._find(rule, tag.name, message, mend)

    def _find(self, rule: Rule, name: str, message: str, mend: str | None = None) -> None:
        location = Location(path=f"refs/tags/{name}")
        self._findings.append(
            Finding(rule=rule, message=message, location=location, level=rule.level, help=mend)
        )

    def _read_artifact(self, tag: TagRef, version: Version | None) -> None:
        if version is None:
            self._report(TAG_MALFORMED, tag, f"'{tag.name}' has no version that Semver knows")
            return
        said = trailers(tag.message)
        if self._is_sound(tag, said, ("Digest", "Metadata-Digest", "Closure")):
            self._artifacts[tag.name] = tag, said

    def _read_release(self, tag: TagRef, version: Version) -> None:
        said = trailers(tag.message)
        if tag.object_type != "tag" or "Registry" not in said:
            self._foreign.append(tag.name)
            return
        if not self._is_sound(tag, said, ("Lock",)):
            return
        body = tag.message.rstrip("\n").split("\n")
        self._releases.append(
            RegistryTag(
                name=tag.name,
                version=version,
                object_id=tag.object_id,
                commit=tag.commit or "",
                released=tuple(_released(body)),
                removed=tuple(line.removeprefix(_REMOVED) for line in body if line.startswith(_REMOVED)),
                lock=said["Lock"],
                previous=said.get("Previous"),
            )
        )

    def _is_sound(self, tag: TagRef, said: Mapping[str, str], wanted: tuple[str, ...]) -> bool:
        if tag.object_type != "tag" or tag.commit is None:
            self._report(NOT_ANNOTATED, tag, f"'{tag.name}' is not an annotated tag on a commit", _COMPARE)
            return False
        if tag.tag_name != tag.name:
            self._report(TAG_MISNAMED, tag, f"the tag object at '{tag.name}' says it is '{tag.tag_name}'")
            return False
        if any(trailer not in said for trailer in ("Registry", *wanted)):
            self._report(TAG_MALFORMED, tag, f"'{tag.name}' lacks the trailers of a release")
            return False
        if said["Registry"] != self._settings.name:
            self._report(TAG_MISNAMED, tag, f"'{tag.name}' belongs to the registry '{said['Registry']}'")
            return False
        return True

    def history(self, taken: frozenset[str]) -> History:
        """What all of the tags say together."""
        releases = tuple(sorted(self._releases, key=lambda r: r.version))
        claims: dict[str, list[tuple[RegistryTag, ReleasedLine]]] = {}
        for release in releases:
            for line in release.released:
                claims.setdefault(tag_name(line.artifact, line.version), []).append((release, line))
        confirmed = tuple(tag for name, claim in claims.items() for tag in self._claimed(name, claim))
        for name in self._artifacts.keys() - claims.keys():
            self._find(TAG_UNCONFIRMED, name, f"no registry release names '{name}'")
        self._find_breaks(releases)
        self._find_decreases(releases)
        return History(
            releases=releases,
            confirmed=confirmed,
            foreign=tuple(self._foreign),
            taken=taken,
            findings=tuple(sorted(self._findings, key=lambda finding: finding.location.path)),
        )

    def _claimed(self, name: str, claims: list[tuple[RegistryTag, ReleasedLine]]) -> Iterator[ArtifactTag]:
        if len(claims) == 1:
            yield from self._confirmed(name, *claims[0])
            return
        # A version is released once: of two releases that name it, one was forged.
        names = ", ".join(release.name for release, _ in claims)
        self._find(TAG_MOVED, name, f"'{name}' is named by more than one release: {names}")

    def _confirmed(self, name: str, release: RegistryTag, line: ReleasedLine) -> Iterator[ArtifactTag]:
        tag, said = self._artifacts.get(name, (None, _NOTHING_SAID))
        if tag is None:
            if name not in self._judged:
                message = f"{release.name} released '{name}', and that tag is not here"
                self._find(TAG_MISSING, name, message, "run 'git fetch --tags'")
        elif tag.object_id != line.tag_object:
            self._find(
                TAG_MOVED, name, f"'{name}' is {tag.object_id}, {release.name} released {line.tag_object}"
            )
        elif tag.commit != release.commit:
            self._find(TAG_MOVED, name, f"'{name}' is on {tag.commit}, {release.name} on {release.commit}")
        elif said["Digest"] != line.digest:
            self._find(
                TAG_MOVED, name, f"'{name}' says {said['Digest']}, {release.name} released {line.digest}"
            )
        else:
            yield ArtifactTag(
                name=name,
                artifact=line.artifact,
                version=line.version,
                object_id=tag.object_id,
                commit=release.commit,
                digest=line.digest,
                metadata_digest=said["Metadata-Digest"],
                closure=said["Closure"],
                message=tag.message,
                release=release,
            )

    def _find_breaks(self, releases: tuple[RegistryTag, ...]) -> None:
        known = {release.object_id for release in releases}
        for release in releases:
            if release.previous is not None and release.previous not in known:
                message = (
                    f"'{release.name}' follows the tag object {release.previous}, and no tag here is that"
                )
                self._find(CHAIN_BROKEN, release.name, message, _COMPARE)

    def _find_decreases(self, releases: tuple[RegistryTag, ...]) -> None:
        by_id = {release.object_id: release for release in releases}
        # No artifact has the name of the registry's own tag: ids have a kind before a slash.
        given = {
            release.object_id: {
                "": release.version,
                **{line.artifact: line.version for line in release.released},
            }
            for release in releases
        }
        for found, artifact, known in decreases({r.object_id: r.previous for r in releases}, given):
            release = by_id[found]
            name = tag_name(artifact, given[found][artifact]) if artifact else release.name
            message = f"'{name}' is below {known}, which an earlier release gave {artifact or 'the registry'}"
            self._find(VERSION_DECREASED, name, message)


def _released(body: list[str]) -> Iterator[ReleasedLine]:
    for line in body:
        match = _LINE.fullmatch(line)
        version = parsed_version(match[2]) if match else None
        if match is not None and version is not None:
            yield ReleasedLine(artifact=match[1], version=version, tag_object=match[3], digest=match[4])


def tag_name(artifact: str, version: Version) -> str:
    """The name of the tag of an artifact's version, as GTO reads it."""
    return f"{artifact}@v{version}"
