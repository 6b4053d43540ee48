"""verify: recompute from Git objects everything that locks and tags claim."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from plmctl.commands.lock import LOCK_LIMIT, Locking, pins_of
from plmctl.commands.moment import current, registry_at
from plmctl.core.canonical import sha256_of
from plmctl.core.finding import IntegrityError, Level, PlmctlError, UsageError
from plmctl.core.lock import FILE_NAME, Lock, differences, read_lock, serialised
from plmctl.core.locking import CannotLock, Wanted, now_of, registry_lock
from plmctl.core.ports import Repo, Tree
from plmctl.core.registry import Registry
from plmctl.core.report import Check, Problem, Report, State
from plmctl.core.tag import ArtifactTag, History, RegistryTag
from plmctl.core.version import parsed_range, parsed_version


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyOptions:
    """Locks (paths in the repository) and tags to verify; none: every lock here."""

    names: tuple[str, ...] = ()


def verify(repo: Repo, options: VerifyOptions) -> Report:
    """What each lock or tag claims, recomputed: ok, FAILED or not checked, and why."""
    tree = repo.work_tree()
    registry = current(tree)
    verifying = _Verifying(repo, registry, tree)
    checks: list[Check] = []
    problems: list[Problem] = []
    names = options.names or _locks(registry, tree)
    if not names:
        raise PlmctlError("there is no lock here", hint="run 'plmctl release', or 'plmctl lock ENV APP'")
    for name in names:
        try:
            checks.extend(verifying.checks(name))
        except IntegrityError as error:
            checks.append(Check(subject=name, name="form", state=State.FAILED, detail=error.message))
        except NotHere as error:
            problems.append(Problem(message=error.message, hint=error.hint))
    states = [check.state for check in checks]
    return Report(
        command="verify",
        checks=tuple(checks),
        problems=tuple(problems),
        summary={
            "locks": len(names),
            "ok": states.count(State.OK),
            "failed": states.count(State.FAILED),
            "not checked": states.count(State.NOT_CHECKED),
        },
    )


class NotHere(PlmctlError):
    """What a lock names is not in this clone, so that it cannot be checked (exit 3)."""


def _locks(registry: Registry, tree: Tree) -> tuple[str, ...]:
    whole, folder = registry.settings.at(FILE_NAME), registry.settings.at("environments/")
    return tuple(
        path for path in tree.paths() if path == whole or (path.startswith(folder) and path.endswith(".lock"))
    )


class _Verifying:
    """What is needed to verify the locks and tags of one repository."""

    def __init__(self, repo: Repo, registry: Registry, tree: Tree):
        self._repo = repo
        self._registry = registry
        self._tree = tree
        self._locking = Locking(repo, registry, tree)
        self._registry_at = registry_at(repo, registry)

    @property
    def _past(self) -> History:
        return self._locking.past

    def checks(self, name: str) -> Iterator[Check]:
        """The checks of a lock or a tag, by its path or its name."""
        if self._tree.kind(name) is not None:
            yield from self._lock_checks(name, self._tree.read(name, limit=LOCK_LIMIT))
            return
        release = self._past.by_name.get(name)
        tag = next((t for t in self._past.confirmed if t.name == name), None)
        if release is not None:
            yield from self._release_checks(name, release)
        elif tag is not None and tag.release is not None:
            yield from self._artifact_checks(name, tag)
            yield from self._release_checks(name, tag.release)
        else:
            yield from self._unknown(name)

    def _unknown(self, name: str) -> Iterator[Check]:
        told = [finding for finding in self._past.findings if finding.location.path == f"refs/tags/{name}"]
        if not told:
            raise UsageError(
                f"no lock and no release tag {name}", hint="name a lock's path or a tag; see 'git tag'"
            )
        for finding in told:
            yield Check(subject=name, name=finding.rule.name, state=State.FAILED, detail=finding.message)

    def _release_checks(self, name: str, release: RegistryTag) -> Iterator[Check]:
        path = self._registry.settings.at(FILE_NAME)
        tree = self._repo.commit_tree(release.commit)
        if tree.kind(path) is None:
            raise IntegrityError(f"{release.name} has no {path} at its commit")
        yield from self._whole_checks(name, tree.read(path, limit=LOCK_LIMIT), release)

    def _artifact_checks(self, name: str, tag: ArtifactTag) -> Iterator[Check]:
        now = now_of(self._registry_at(tag.commit))
        identity = now.identities.get(tag.artifact)
        found = (identity.digest, identity.metadata_digest, now.closures[tag.artifact]) if identity else ()
        said = (tag.digest, tag.metadata_digest, tag.closure)
        yield _check(
            name, "tag", found == said, "digests at its commit", "digests are not those at its commit"
        )

    def _lock_checks(self, name: str, data: bytes) -> Iterator[Check]:
        lock = read_lock(name, data)
        yield Check(subject=name, name="form", state=State.OK, detail="as plmctl writes it")
        if lock.root is None:
            release = self._past.by_name.get(lock.source.release)
            if release is None:
                yield self._no_release(name, lock, data)
                return
            yield from self._whole_checks(name, data, release)
        else:
            yield from self._closure_checks(name, lock, data)

    def _no_release(self, name: str, lock: Lock, data: bytes) -> Check:
        """An unknown release: a tag that is not fetched, or a name that somebody wrote into the lock."""
        release = lock.source.release
        told = [f.message for f in self._past.findings if f.location.path == f"refs/tags/{release}"]
        meant = [r.name for r in self._past.releases if sha256_of(serialised(_of_release(lock, r))) == r.lock]
        if told or meant:
            detail = told[0] if told else f"source.release: this is the lock of {meant[0]}, it says {release}"
            return Check(
                subject=name, name="source", state=State.FAILED, detail=detail, field="source.release"
            )
        committed = self._committed(name)
        if committed == data or committed is None:
            raise NotHere(
                f"{name}: the release {lock.source.release} is not here", hint="run 'git fetch --tags'"
            )
        detail = f"there is no release {lock.source.release}, and the file is not the committed one"
        return Check(subject=name, name="source", state=State.FAILED, detail=detail, field="source.release")

    def _committed(self, path: str) -> bytes | None:
        head = self._repo.head().commit
        tree = self._repo.commit_tree(head) if head is not None else None
        if tree is None or tree.kind(path) is None:
            return None
        return tree.read(path, limit=LOCK_LIMIT)

    def _whole_checks(self, name: str, data: bytes, release: RegistryTag) -> Iterator[Check]:
        """plm.lock: the blob at its tag's commit, the one its tag names, and true there."""
        lock = read_lock(name, data)
        path = self._registry.settings.at(FILE_NAME)
        blob = self._repo.commit_tree(release.commit).read(path, limit=LOCK_LIMIT)
        yield _check(
            name,
            "blob",
            blob == data,
            f"the same as at {release.name}",
            f"not the {path} at {release.name}'s commit",
        )
        yield _check(
            name,
            "tag",
            sha256_of(data) == release.lock,
            f"the one that {release.name} names",
            f"not the one that {release.name} names",
        )
        registry = self._registry_at(release.commit)
        now = now_of(registry)
        versions = {
            artifact: parsed_version(lock.artifacts[artifact].version or "")
            if artifact in lock.artifacts
            else None
            for artifact in now.identities
        }
        yield from _compared(
            name, lock, _nearest(lock, registry_lock(now, versions, release.name), read_lock(path, blob))
        )
        yield from self._version_checks(name, lock)
        yield from self._common_checks(name, lock, release)

    def _closure_checks(self, name: str, lock: Lock, data: bytes) -> Iterator[Check]:
        """An environment's lock: the closure of its root at the release it names."""
        release = self._past.by_name.get(lock.source.release)
        if release is None:
            known = next((r for r in self._past.releases if r.object_id == lock.source.tag_object), None)
            if known is None:
                yield self._no_release(name, lock, data)
                return
            detail = f"the tag object is {known.name}'s, the lock says {lock.source.release}"
            yield Check(
                subject=name, name="source", state=State.FAILED, detail=detail, field="source.release"
            )
            return
        yield from self._place_checks(name, lock)
        wanted = Wanted(root=lock.root or "", want=lock.want, environment=lock.environment, bind=lock.bind)
        try:
            expected = self._locking.closure_lock(wanted, release)
        except CannotLock as error:
            yield Check(
                subject=name, name="closure", state=State.FAILED, detail=f"root: {error}", field="root"
            )
            return
        yield from _compared(name, lock, expected)
        yield from self._version_checks(name, lock)
        yield from self._root_checks(name, lock, release)
        yield from self._common_checks(name, lock, release)

    def _place_checks(self, name: str, lock: Lock) -> Iterator[Check]:
        """A lock in an environment's folder: its environment, root and range are those of the pin there."""
        folder = self._registry.settings.at("environments/")
        if not name.startswith(folder):
            return
        pins = [
            p
            for e in self._registry.of_kind("Environment")
            for p in pins_of(self._registry, e)
            if p.path == name
        ]
        if not pins:
            detail = "no environment here pins what this lock is of"
            yield Check(subject=name, name="pin", state=State.NOT_CHECKED, detail=detail)
            return
        pin = pins[0]
        said = (("environment", lock.environment, pin.environment.name), ("root", lock.root, pin.application))
        for field, found, right in (*said, ("want", lock.want, pin.range.text)):
            if found != right:
                detail = f"{field}: the lock says {found!r}, {pin.environment.path} says {right!r}"
                yield Check(subject=name, name="pin", state=State.FAILED, detail=detail, field=field)

    def _root_checks(self, name: str, lock: Lock, release: RegistryTag) -> Iterator[Check]:
        entry = lock.artifacts.get(lock.root or "")
        version = parsed_version(entry.version or "") if entry is not None else None
        wanted = parsed_range(lock.want) if lock.want is not None else None
        if version is not None and wanted is not None:
            detail = f"want: {version} is not in '{wanted}'"
            yield _check(name, "want", wanted.allows(version), f"{version} is in '{wanted}'", detail, "want")
        tag = self._past.version(lock.root or "", version) if version is not None else None
        if tag is not None and tag.release is not None and (lock.root or "").startswith("application/"):
            made = tag.release.name
            detail = f"source.release: {made} made {lock.root} {version}, the lock says {release.name}"
            yield _check(name, "source", made == release.name, f"made by {made}", detail, "source.release")

    def _version_checks(self, name: str, lock: Lock) -> Iterator[Check]:
        count = 0
        for artifact, entry in sorted(lock.artifacts.items()):
            if entry.version is None:
                continue
            version = parsed_version(entry.version)
            tag = self._past.version(artifact, version) if version is not None else None
            if tag is None:
                detail = f"{artifact}: version: no release confirms {entry.version}"
                yield Check(
                    subject=name,
                    name="version",
                    state=State.FAILED,
                    detail=detail,
                    artifact=artifact,
                    field="version",
                )
            elif (tag.digest, tag.metadata_digest) != (entry.digest, entry.metadata_digest):
                detail = f"{artifact}: digest: the tag {tag.name} says another"
                yield Check(
                    subject=name,
                    name="version",
                    state=State.FAILED,
                    detail=detail,
                    artifact=artifact,
                    field="digest",
                )
            else:
                count += 1
        yield Check(subject=name, name="versions", state=State.OK, detail=f"{count} confirmed by their tags")

    def _common_checks(self, name: str, lock: Lock, release: RegistryTag) -> Iterator[Check]:
        yield from self._schema_check(name, lock, release)
        yield from self._chain_check(name, release)
        yield self._branch_check(name, release)
        if any(entry.data for entry in lock.artifacts.values()):
            yield Check(
                subject=name,
                name="data",
                state=State.NOT_CHECKED,
                detail="the pointers match; bytes are not read",
            )
        yield Check(subject=name, name="signature", state=State.NOT_CHECKED, detail="not asked for")

    def _schema_check(self, name: str, lock: Lock, release: RegistryTag) -> Iterator[Check]:
        paths = {path for entry in lock.artifacts.values() for path in entry.files}
        wrong = [
            finding
            for finding in self._registry_at(release.commit).findings
            if finding.level is Level.ERROR and finding.location.path in paths
        ]
        detail = f"{wrong[0].location}: {wrong[0].message}" if wrong else ""
        yield _check(name, "schema", not wrong, "every manifest is valid", detail)

    def _chain_check(self, name: str, release: RegistryTag) -> Iterator[Check]:
        known = {r.object_id: r for r in self._past.releases}
        count, at = 1, release
        while at.previous is not None:
            before = known.get(at.previous)
            if before is None:
                detail = f"{at.name} follows the tag object {at.previous}, and no registry tag is that"
                yield Check(subject=name, name="chain", state=State.FAILED, detail=detail)
                return
            count, at = count + 1, before
        yield Check(subject=name, name="chain", state=State.OK, detail=f"{count} registry releases")

    def _branch_check(self, name: str, release: RegistryTag) -> Check:
        allowed = self._registry.settings.branches
        tips = {
            ref: tip
            for ref, tip in self._repo.branch_tips().items()
            if any(
                ref == f"refs/heads/{b}" or (ref.startswith("refs/remotes/") and ref.endswith(f"/{b}"))
                for b in allowed
            )
        }
        if not tips:
            detail = f"no branch {', '.join(allowed)} is here"
            return Check(subject=name, name="branch", state=State.NOT_CHECKED, detail=detail)
        is_on = any(release.commit in self._repo.ancestors(tip) for tip in sorted(set(tips.values())))
        return _check(
            name, "branch", is_on, f"on {', '.join(allowed)}", f"{release.commit} is on no branch of releases"
        )


def _of_release(lock: Lock, release: RegistryTag) -> Lock:
    return replace(lock, source=replace(lock.source, release=release.name))


def _nearest(lock: Lock, recomputed: Lock, blob: Lock) -> Lock:
    """What a changed plm.lock is compared with: the committed one when that explains it in fewer words."""
    first, second = differences(lock, recomputed), differences(lock, blob)
    return blob if second and (not first or len(second) < len(first)) else recomputed


def _compared(name: str, lock: Lock, expected: Lock) -> Iterator[Check]:
    found = differences(lock, expected)
    for place, said, right in found:
        artifact, _, field = place.partition(": ")
        yield Check(
            subject=name,
            name="content",
            state=State.FAILED,
            detail=f"{place}: the lock says {said!r}, Git has {right!r}",
            artifact=artifact if field else None,
            field=field or artifact,
        )
    if not found:
        detail = f"{len(lock.artifacts)} artifacts: files, digests, closures"
        yield Check(subject=name, name="content", state=State.OK, detail=detail)


def _check(subject: str, name: str, is_ok: bool, good: str, bad: str, field: str | None = None) -> Check:
    state = State.OK if is_ok else State.FAILED
    return Check(subject=subject, name=name, state=state, detail=good if is_ok else bad, field=field)
