"""What a lock holds, against what there is at the release that it names."""

from collections.abc import Iterator
from dataclasses import replace

from plmctl.commands.archive import Archive
from plmctl.commands.nights import night_checks
from plmctl.commands.pins import Pin
from plmctl.commands.provenance import Claim
from plmctl.core.canonical import sha256_of
from plmctl.core.floating import carried
from plmctl.core.lock import CannotLock, Lock, Source, differences, read_lock
from plmctl.core.locking import Wanted, registry_lock
from plmctl.core.report import Check, State, checked, failed
from plmctl.core.sums import recorded
from plmctl.core.tag import ArtifactTag, RegistryTag
from plmctl.core.version import Version, parsed_range, parsed_version


def whole_checks(archive: Archive, claim: Claim, data: bytes) -> Iterator[Check]:
    """plm.lock: the blob at its tag's commit, the one its tag names, and true there."""
    name, lock, release = claim.subject, claim.lock, claim.release
    blob = archive.blob(release)
    here, there = f"the same as at {release.name}", f"not the {archive.path} at {release.name}'s commit"
    yield checked(name, "blob", blob == data, here, there)
    good = f"the one that {release.name} names"
    yield checked(name, "tag", sha256_of(data) == release.lock, good, f"not {good}")
    now = archive.now_at(release.commit)
    versions = {artifact: locked_version(lock, artifact) for artifact in now.identities}
    sums = {artifact: recorded(_tag(archive, lock, artifact)) for artifact in now.identities}
    recomputed = registry_lock(now, versions, release.name, sums)
    committed = lock if blob == data else read_lock(archive.path, blob)
    yield from _compared(name, lock, _nearest(lock, recomputed, committed))
    yield from _version_checks(archive, name, lock)


def closure_checks(archive: Archive, claim: Claim, pin: Pin | None) -> Iterator[Check]:
    """A lock of one root: its closure at the release it names."""
    name, lock, release = claim.subject, claim.lock, claim.release
    # First what the tag alone can tell: the commit that the lock names may not even be readable.
    source = Source(release=release.name, tag_object=release.object_id, commit=release.commit)
    there = replace(lock, source=source)
    yield from _differing(name, lock, there)
    yield from _version_checks(archive, name, lock)
    try:
        expected = _expected(archive, there, release, pin)
    except CannotLock as error:
        yield failed(name, "closure", str(error), field=error.field)
        return
    yield from _compared(name, there, expected)
    yield from night_checks(archive, name, lock, release)
    yield from _unlike(name, there, expected, archive.state(release))
    yield from _root_checks(archive, name, lock, release)


def _expected(archive: Archive, lock: Lock, release: RegistryTag, pin: Pin | None) -> Lock:
    """The lock of the root as this one binds it, or as its pin does when that is the nearer."""
    wanted = Wanted(
        root=lock.root or "", want=lock.want, environment=lock.environment, arm=lock.arm, bind=lock.bind
    )
    registry = archive.now_at(release.commit).registry
    if pin is None:
        return carried(archive.closure_lock(wanted, release), lock, registry)
    try:
        own = carried(archive.closure_lock(wanted, release), lock, registry)
    except CannotLock:
        return carried(archive.closure_lock(replace(wanted, bind=pin.bind), release), lock, registry)
    if not differences(lock, own):
        return own
    other = carried(archive.closure_lock(replace(wanted, bind=pin.bind), release), lock, registry)
    return _nearest(lock, own, other)


def _unlike(name: str, lock: Lock, expected: Lock, state: Lock) -> Iterator[Check]:
    """Files that are not as the release's own lock has them, whose hash is in its tag.

    Of two contents with one id of SHA-1 the commit may have the other one (hostile.md L10).
    """
    for artifact, entry in expected.artifacts.items():
        known, said = state.artifacts.get(artifact), lock.artifacts.get(artifact)
        for path, found in sorted(entry.files.items()):
            right = known.files.get(path) if known is not None else None
            if right != found and said is not None and said.files.get(path) == found:
                why = f"the lock says {found!r}, {state.source.release} released {right!r}"
                yield failed(name, "content", why, artifact=artifact, field=f"files.{path}")


def _root_checks(archive: Archive, name: str, lock: Lock, release: RegistryTag) -> Iterator[Check]:
    root = lock.root or ""
    version = locked_version(lock, root)
    wanted = parsed_range(lock.want) if lock.want is not None else None
    if version is not None and wanted is not None:
        detail = f"{version} is not in '{wanted}'"
        yield checked(name, "want", wanted.allows(version), f"{version} is in '{wanted}'", detail, "want")
    tag = archive.version(root, version) if version is not None else None
    if tag is not None and tag.release is not None and root.startswith("application/"):
        made = tag.release.name
        detail = f"{made} made {root} {version}, the lock says {release.name}"
        # Whoever locks for a deployment may read another release (lock --at); its closure is the same there.
        is_right = made == release.name or lock.environment is None
        good = f"made by {made}" if made == release.name else f"made by {made}, read at {release.name}"
        yield checked(name, "source", is_right, good, detail, "source.release")


def _version_checks(archive: Archive, name: str, lock: Lock) -> Iterator[Check]:
    count = 0
    for artifact, entry in lock.artifacts.items():
        if entry.version is None:
            continue
        version = parsed_version(entry.version)
        tag = archive.version(artifact, version) if version is not None else None
        if tag is None:
            told = archive.told_of(artifact, version) if version is not None else None
            yield _wrong(name, artifact, "version", told or f"no release confirms {entry.version}")
        elif tag.digest != entry.digest:
            yield _wrong(name, artifact, "digest", f"the tag {tag.name} says {tag.digest}")
        elif tag.metadata_digest != entry.metadata_digest:
            yield _wrong(name, artifact, "metadataDigest", f"the tag {tag.name} says another")
        else:
            count += 1
    yield Check(subject=name, name="versions", state=State.OK, detail=f"{count} confirmed by their tags")


def locked_version(lock: Lock, artifact: str) -> Version | None:
    """The version of an artifact that a lock says; None for none."""
    entry = lock.artifacts.get(artifact)
    return parsed_version(entry.version) if entry is not None and entry.version is not None else None


def _tag(archive: Archive, lock: Lock, artifact: str) -> ArtifactTag | None:
    version = locked_version(lock, artifact)
    return archive.version(artifact, version) if version is not None else None


def _nearest(lock: Lock, first: Lock, second: Lock) -> Lock:
    """What a changed lock is compared with: the second when it is another, and explains it in fewer words."""
    one, other = differences(lock, first), differences(lock, second)
    return second if other and (not one or len(other) < len(one)) else first


def _compared(name: str, lock: Lock, expected: Lock) -> Iterator[Check]:
    found = tuple(_differing(name, lock, expected))
    yield from found
    if not found:
        detail = f"{len(lock.artifacts)} artifacts: files, digests, closures"
        yield Check(subject=name, name="content", state=State.OK, detail=detail)


def _differing(name: str, lock: Lock, expected: Lock) -> Iterator[Check]:
    for place, said, right in differences(lock, expected):
        artifact, _, field = place.partition(": ")
        yield failed(
            name,
            "content",
            f"the lock says {said!r}, Git has {right!r}",
            artifact=artifact if field else None,
            field=field or artifact,
        )


def _wrong(name: str, artifact: str, field: str, detail: str) -> Check:
    return failed(name, "version", detail, artifact=artifact, field=field)
