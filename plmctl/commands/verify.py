"""verify: recompute from Git objects everything that locks and tags claim."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property

from plmctl.commands.locking import Locking, lock_bytes
from plmctl.commands.moment import current
from plmctl.commands.pins import Pin, pins_of
from plmctl.commands.provenance import Provenance, checked, commits_on
from plmctl.commands.trust import changed_version, require_history
from plmctl.core.canonical import sha256_of
from plmctl.core.finding import IntegrityError, PlmctlError, UsageError
from plmctl.core.lock import FILE_NAME, Lock, Source, differences, read_lock, serialised
from plmctl.core.locking import CannotLock, Wanted, registry_lock
from plmctl.core.ports import Repo, Tree
from plmctl.core.registry import Registry
from plmctl.core.report import Check, Problem, Report, State
from plmctl.core.tag import ArtifactTag, History, RegistryTag, tag_name
from plmctl.core.version import Version, parsed_range, parsed_version


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyOptions:
    """Locks (paths in the repository) and tags to verify; none: every lock here."""

    names: tuple[str, ...] = ()


def verify(repo: Repo, options: VerifyOptions) -> Report:
    """What each lock or tag claims, recomputed: ok, FAILED or not checked, and why."""
    tree = repo.work_tree()
    registry = current(tree)
    require_history(repo)
    verifying = Verifying(repo, registry, tree)
    checks: list[Check] = []
    problems: list[Problem] = []
    names = options.names or _locks(registry, tree)
    if not names:
        raise PlmctlError("there is no lock here", hint="run 'plmctl release', or 'plmctl lock ENV APP'")
    for name in names:
        try:
            checks.extend(verifying.checks(name))
        except PlmctlError as error:
            problems.append(Problem(message=error.message, hint=error.hint, exit_code=error.exit_code))
    states = [check.state for check in checks]
    return Report(
        command="verify",
        checks=tuple(checks),
        problems=tuple(problems),
        summary={
            "locks": len(names),
            "ok": states.count(State.OK),
            "failed": states.count(State.FAILED),
            "notChecked": states.count(State.NOT_CHECKED),
        },
    )


def _locks(registry: Registry, tree: Tree) -> tuple[str, ...]:
    whole, folder = registry.settings.at(FILE_NAME), registry.settings.at("environments/")
    return tuple(
        path for path in tree.paths() if path == whole or (path.startswith(folder) and path.endswith(".lock"))
    )


class Verifying:
    """What is needed to verify the locks and tags of one repository."""

    def __init__(self, repo: Repo, registry: Registry, tree: Tree):
        self._repo = repo
        self._registry = registry
        self._tree = tree
        self._locking = Locking(repo, registry, tree)
        self._path = registry.settings.at(FILE_NAME)
        # Many locks are of one release: its history is walked once.
        self._ancestors = cache(repo.ancestors)
        pins = (pin for e in registry.of_kind("Environment") for pin in pins_of(registry, e))
        self._pins: Mapping[str, Pin] = {pin.path: pin for pin in pins}

    @cached_property
    def _commits(self) -> frozenset[str] | None:
        return commits_on(self._registry.settings.branches, self._repo)

    @property
    def _past(self) -> History:
        return self._locking.past

    def checks(self, name: str) -> tuple[Check, ...]:
        """The checks of a lock or a tag, by its path or its name. Raises PlmctlError where it is not here."""
        data = lock_bytes(self._tree, name)
        if data is not None:
            return self.lock_checks(name, data)
        return tuple(_all(name, self._tag_checks(name)))

    def lock_checks(self, name: str, data: bytes) -> tuple[Check, ...]:
        """The checks of a lock with these bytes. Raises PlmctlError where its release is not here."""
        return tuple(_all(name, self._lock_checks(name, data)))

    def _tag_checks(self, name: str) -> Iterator[Check]:
        release = self._past.by_name.get(name)
        tag = next((t for t in self._past.confirmed if t.name == name), None)
        if release is not None:
            yield from self._whole_checks(name, self._blob(release), release)
        elif tag is not None and tag.release is not None:
            yield self._artifact_check(name, tag)
            yield from self._whole_checks(name, self._blob(tag.release), tag.release)
        else:
            yield from self._unknown(name)

    def _unknown(self, name: str) -> Iterator[Check]:
        told = self._told(name)
        if told is None:
            raise UsageError(
                f"no lock and no release tag {name}", hint="name a lock's path or a tag; see 'git tag'"
            )
        yield Check(subject=name, name="tag", state=State.FAILED, detail=told)

    def _told(self, tag: str) -> str | None:
        """What is wrong with a tag; None for one that is not there, or is as it should be."""
        found = (f for f in self._past.findings if f.location.path == f"refs/tags/{tag}")
        told = next((f"{f.code} {f.rule.name}: {f.message}" for f in found), None)
        if told is None and tag in self._past.foreign:
            return f"the tag {tag} is not the annotated tag of a release of plmctl"
        return told

    def _artifact_check(self, name: str, tag: ArtifactTag) -> Check:
        now = self._locking.now_at(tag.commit)
        identity = now.identities.get(tag.artifact)
        found = (identity.digest, identity.metadata_digest, now.closures[tag.artifact]) if identity else ()
        is_same = found == (tag.digest, tag.metadata_digest, tag.closure)
        return checked(name, "tag", is_same, "digests at its commit", changed_version(tag))

    def _lock_checks(self, name: str, data: bytes) -> Iterator[Check]:
        lock = read_lock(name, data)
        yield Check(subject=name, name="form", state=State.OK, detail="as plmctl writes it")
        yield from self._place_checks(name, lock)
        meant = self._meant(lock, data)
        release = self._past.by_name.get(lock.source.release)
        if meant is not None and meant is not release:
            yield _source(name, f"this is the lock of {meant.name}, it says {lock.source.release}")
        elif release is None:
            yield self._no_release(name, lock, data)
        elif lock.root is None:
            yield from self._whole_checks(name, data, release)
        else:
            yield from self._closure_checks(name, lock, release)

    def _meant(self, lock: Lock, data: bytes) -> RegistryTag | None:
        """The release that all but its name says a lock was read at."""
        if lock.root is not None:
            return next((r for r in self._past.releases if r.object_id == lock.source.tag_object), None)
        named = self._past.by_name.get(lock.source.release)
        if named is not None and sha256_of(data) == named.lock:
            return named
        return next((r for r in self._past.releases if sha256_of(_spelt_for(lock, r)) == r.lock), None)

    def _no_release(self, name: str, lock: Lock, data: bytes) -> Check:
        """An unknown release: a tag that is not fetched, or a name that somebody wrote into the lock."""
        release = lock.source.release
        told = self._told(release)
        if told is not None:
            return _source(name, told)
        committed = self._committed(name)
        if committed == data or committed is None:
            raise PlmctlError(f"{name}: the release {release} is not here", hint="run 'git fetch --tags'")
        return _source(name, f"there is no release {release}, and the file is not the committed one")

    def _committed(self, path: str) -> bytes | None:
        head = self._repo.head().commit
        return lock_bytes(self._repo.commit_tree(head), path) if head is not None else None

    def _blob(self, release: RegistryTag) -> bytes:
        """The bytes of plm.lock at a release. Raises IntegrityError where it committed none."""
        data = lock_bytes(self._repo.commit_tree(release.commit), self._path)
        if data is None:
            raise IntegrityError(f"{release.name} has no {self._path} at its commit {release.commit}")
        return data

    def _whole_checks(self, name: str, data: bytes, release: RegistryTag) -> Iterator[Check]:
        """plm.lock: the blob at its tag's commit, the one its tag names, and true there."""
        lock, blob = read_lock(name, data), self._blob(release)
        here, there = f"the same as at {release.name}", f"not the {self._path} at {release.name}'s commit"
        yield checked(name, "blob", blob == data, here, there)
        is_named = sha256_of(data) == release.lock
        good = f"the one that {release.name} names"
        yield checked(name, "tag", is_named, good, f"not {good}")
        now = self._locking.now_at(release.commit)
        versions = {artifact: _version(lock, artifact) for artifact in now.identities}
        recomputed = registry_lock(now, versions, release.name)
        yield from _compared(name, lock, _nearest(lock, recomputed, read_lock(self._path, blob)))
        yield from self._version_checks(name, lock)
        yield from self._provenance_checks(name, lock, release)

    def _closure_checks(self, name: str, lock: Lock, release: RegistryTag) -> Iterator[Check]:
        """An environment's lock: the closure of its root at the release it names."""
        # First what the tag alone can tell: the commit that it names may not even be readable.
        source = Source(release=release.name, tag_object=release.object_id, commit=release.commit)
        there = replace(lock, source=source)
        yield from _differing(name, lock, there)
        yield from self._version_checks(name, lock)
        try:
            expected = self._expected(name, there, release)
        except CannotLock as error:
            yield Check(
                subject=name, name="closure", state=State.FAILED, detail=str(error), field=error.field
            )
            return
        yield from _compared(name, there, expected)
        yield from self._root_checks(name, lock, release)
        yield from self._provenance_checks(name, lock, release)

    def _expected(self, name: str, lock: Lock, release: RegistryTag) -> Lock:
        """The lock of the root as this one binds it, or as its pin does when that is the nearer."""
        wanted = Wanted(
            root=lock.root or "", want=lock.want, environment=lock.environment, arm=lock.arm, bind=lock.bind
        )
        pin = self._pins.get(name)
        if pin is None:
            return self._locking.closure_lock(wanted, release)
        try:
            own = self._locking.closure_lock(wanted, release)
        except CannotLock:
            return self._locking.closure_lock(replace(wanted, bind=pin.bind), release)
        if not differences(lock, own):
            return own
        return _nearest(lock, own, self._locking.closure_lock(replace(wanted, bind=pin.bind), release))

    def _place_checks(self, name: str, lock: Lock) -> Iterator[Check]:
        """Where a lock lies says its root; in an environment, its pin there says the range too."""
        if name == self._path and lock.root is not None:
            detail = f"the lock says {lock.root!r}, {self._path} is the lock of the whole registry"
            yield Check(subject=name, name="root", state=State.FAILED, detail=detail, field="root")
        if not name.startswith(self._registry.settings.at("environments/")):
            return
        pin = self._pins.get(name)
        if pin is None:
            detail = "no environment here pins what this lock is of"
            yield Check(subject=name, name="pin", state=State.NOT_CHECKED, detail=detail)
            return
        said = (("environment", lock.environment, pin.environment.name), ("root", lock.root, pin.application))
        of_pin = (("arm", lock.arm, pin.arm), ("want", lock.want, pin.range.text))
        for field, found, right in (*said, *of_pin):
            if found != right:
                detail = f"the lock says {found!r}, {pin.environment.path} says {right!r}"
                yield Check(subject=name, name="pin", state=State.FAILED, detail=detail, field=field)

    def _root_checks(self, name: str, lock: Lock, release: RegistryTag) -> Iterator[Check]:
        version = _version(lock, lock.root or "")
        wanted = parsed_range(lock.want) if lock.want is not None else None
        if version is not None and wanted is not None:
            detail = f"{version} is not in '{wanted}'"
            is_wanted = wanted.allows(version)
            yield checked(name, "want", is_wanted, f"{version} is in '{wanted}'", detail, "want")
        tag = self._past.version(lock.root or "", version) if version is not None else None
        if tag is not None and tag.release is not None and (lock.root or "").startswith("application/"):
            made = tag.release.name
            detail = f"{made} made {lock.root} {version}, the lock says {release.name}"
            yield checked(name, "source", made == release.name, f"made by {made}", detail, "source.release")

    def _version_checks(self, name: str, lock: Lock) -> Iterator[Check]:
        count = 0
        for artifact, entry in sorted(lock.artifacts.items()):
            if entry.version is None:
                continue
            version = _version(lock, artifact)
            tag = self._past.version(artifact, version) if version is not None else None
            if version is None or tag is None:
                told = self._told(tag_name(artifact, version)) if version is not None else None
                yield _wrong(name, artifact, "version", told or f"no release confirms {entry.version}")
            elif tag.digest != entry.digest:
                yield _wrong(name, artifact, "digest", f"the tag {tag.name} says {tag.digest}")
            elif tag.metadata_digest != entry.metadata_digest:
                yield _wrong(name, artifact, "metadataDigest", f"the tag {tag.name} says another")
            else:
                count += 1
        yield Check(subject=name, name="versions", state=State.OK, detail=f"{count} confirmed by their tags")

    def _provenance_checks(self, name: str, lock: Lock, release: RegistryTag) -> Iterator[Check]:
        provenance = Provenance(
            subject=name,
            release=release,
            registry=self._locking.registry_at(release.commit),
            past=self._past,
            branches=self._registry.settings.branches,
            commits=self._commits,
            ancestors=self._ancestors,
        )
        yield from provenance.checks(lock)


def _all(name: str, checks: Iterator[Check]) -> Iterator[Check]:
    """All checks; what was read and is broken ends them with a FAILED one."""
    try:
        yield from checks
    except IntegrityError as error:
        yield Check(subject=name, name="form", state=State.FAILED, detail=error.message)


def _version(lock: Lock, artifact: str) -> Version | None:
    entry = lock.artifacts.get(artifact)
    return parsed_version(entry.version) if entry is not None and entry.version is not None else None


def _spelt_for(lock: Lock, release: RegistryTag) -> bytes:
    return serialised(replace(lock, source=replace(lock.source, release=release.name)))


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
        yield Check(
            subject=name,
            name="content",
            state=State.FAILED,
            detail=f"the lock says {said!r}, Git has {right!r}",
            artifact=artifact if field else None,
            field=field or artifact,
        )


def _source(name: str, detail: str) -> Check:
    return Check(subject=name, name="source", state=State.FAILED, detail=detail, field="source.release")


def _wrong(name: str, artifact: str, field: str, detail: str) -> Check:
    return Check(
        subject=name, name="version", state=State.FAILED, detail=detail, artifact=artifact, field=field
    )
