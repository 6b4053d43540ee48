"""The locks that a repository's tags allow: which version a pin demands, and the lock of it."""

from collections.abc import Callable, Mapping

from plmctl.commands.moment import registry_at
from plmctl.commands.pins import Pin
from plmctl.core.canonical import sha256_of
from plmctl.core.finding import IntegrityError
from plmctl.core.lock import FILE_NAME, LOCK_LIMIT, Lock, is_conflicted, read_lock
from plmctl.core.locking import CannotLock, Now, Wanted, closure_lock, now_of
from plmctl.core.ports import EntryKind, Repo, Tree, Unreadable
from plmctl.core.registry import Registry
from plmctl.core.tag import ArtifactTag, History, RegistryTag, history
from plmctl.core.value import as_items, as_mapping
from plmctl.core.version import Version, parsed_version


class Locking:
    """Making the locks of one registry from its tags."""

    def __init__(self, repo: Repo, registry: Registry, tree: Tree):
        self.past: History = history(repo.tags(), registry.settings)
        self._registry = registry
        self._tree = tree
        self._repo = repo
        self.registry_at: Callable[[str], Registry] = registry_at(repo, registry)
        self._nows: dict[str, Now] = {}
        self._states: dict[str, Lock] = {}

    def bytes_of(self, path: str) -> bytes | None:
        """A file of the tree, None when it is not there."""
        return lock_bytes(self._tree, path)

    def lock_of(self, pin: Pin, target: Version | str | None = None) -> Lock:
        """The lock that a pin demands: the locked version while the pin allows it, else the newest."""
        existing = self._locked_version(pin) if target is None else None
        is_demanded = isinstance(target, Version)
        tag = self._chosen(pin, target if isinstance(target, Version) else existing, is_demanded=is_demanded)
        wanted = Wanted(
            root=pin.application,
            want=pin.range.text,
            environment=pin.environment.name,
            arm=pin.arm,
            bind=pin.bind,
        )
        return self.closure_lock(wanted, tag.release)

    def closure_lock(self, wanted: Wanted, release: RegistryTag | None) -> Lock:
        """The lock of a root at a release. Raises CannotLock, IntegrityError."""
        if release is None:
            raise CannotLock("no registry release holds that version")
        if release.name not in self._states:
            self._states[release.name] = state_at(self._repo, release, self._registry.settings.at(FILE_NAME))
        return closure_lock(wanted, release, self.now_at(release.commit), self._states[release.name])

    def now_at(self, commit: str) -> Now:
        """The registry of a commit, with what is computed of it, each commit once."""
        if commit not in self._nows:
            self._nows[commit] = now_of(self.registry_at(commit))
        return self._nows[commit]

    def _locked_version(self, pin: Pin) -> Version | None:
        data = self.bytes_of(pin.path)
        if data is not None and is_conflicted(data):
            data = self._committed(pin.path)
        if data is None:
            return None
        entry = read_lock(pin.path, data).artifacts.get(pin.application)
        return parsed_version(entry.version) if entry is not None and entry.version else None

    def _committed(self, path: str) -> bytes | None:
        """A file of the commit that is checked out, None where there is none, or one with a conflict."""
        head = self._repo.head().commit
        data = lock_bytes(self._repo.commit_tree(head), path) if head is not None else None
        return None if data is not None and is_conflicted(data) else data

    def _chosen(self, pin: Pin, preferred: Version | None, *, is_demanded: bool) -> ArtifactTag:
        tags = [t for t in self.past.versions.get(pin.application, ()) if pin.range.allows(t.version)]
        held = [t for t in tags if t.version == preferred]
        if held:
            return held[0]
        if preferred is not None and pin.range.allows(preferred) and not is_demanded:
            raise CannotLock(f"the locked version {preferred} has no release here: run 'git fetch --tags'")
        if is_demanded:
            raise CannotLock(f"{pin.application} has no version {preferred}: {self._versions(pin)}")
        allowed = [t for t in tags if pin.range.exact or str(t.version) not in self.yanked(pin.application)]
        if not allowed:
            raise CannotLock(self._nothing_fits(pin))
        return max(allowed, key=lambda tag: tag.version)

    def yanked(self, artifact: str) -> Mapping[str, str]:
        """Versions that were withdrawn, and why, as the newest registry release says."""
        newest = max(self.past.releases, key=lambda r: r.version)
        manifest = self.registry_at(newest.commit).manifests.get(artifact)
        rows = map(as_mapping, as_items(manifest.metadata.get("yanked")) if manifest is not None else ())
        return {str(row["version"]): str(row.get("reason")) for row in rows if "version" in row}

    def _nothing_fits(self, pin: Pin) -> str:
        return f"no version of {pin.application} fits '{pin.range}': {self._versions(pin)}"

    def _versions(self, pin: Pin) -> str:
        known = ", ".join(str(t.version) for t in self.past.versions.get(pin.application, ()))
        return f"its versions are {known}" if known else "it has no released version"


def state_at(repo: Repo, release: RegistryTag, path: str) -> Lock:
    """The plm.lock that a release committed. Raises IntegrityError where it is not the one its tag names."""
    data = lock_bytes(repo.commit_tree(release.commit), path)
    if data is None:
        raise IntegrityError(f"{release.name} has no {path} at its commit {release.commit}")
    if sha256_of(data) != release.lock:
        raise IntegrityError(f"the {path} at {release.commit} is not the one that {release.name} names")
    return read_lock(path, data)


def lock_bytes(tree: Tree, path: str) -> bytes | None:
    """The bytes of a lock, None where there is none. Raises IntegrityError for what is no file."""
    kind = tree.kind(path)
    if kind is None:
        return None
    if kind is not EntryKind.FILE:
        raise IntegrityError(f"{path}: a lock is a file, this is a {kind.value}")
    try:
        return tree.read(path, limit=LOCK_LIMIT)
    except Unreadable as error:
        raise IntegrityError(f"{path}: the lock cannot be read: {error}") from error
