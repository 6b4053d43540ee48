"""The releases of one registry, and the locks that can be made of them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from plmctl.commands.loading import Around, Loading
from plmctl.core.canonical import sha256_of
from plmctl.core.configuration import NoRegistry, read_settings_of
from plmctl.core.document import BrokenDocument, read_document
from plmctl.core.finding import IntegrityError, PlmctlError
from plmctl.core.limits import UTMOST
from plmctl.core.lock import FILE_NAME, LOCK_LIMIT, CannotLock, Lock, read_lock
from plmctl.core.ports import EntryKind, Repo, Tree, Unreadable
from plmctl.core.registry import Registry
from plmctl.core.tag import ArtifactTag, History, RegistryTag, history
from plmctl.core.tree import bytes_at
from plmctl.core.value import Value, as_items, as_mapping, as_text
from plmctl.core.version import Range, Version

# Who asks only what the last release holds need not know how locks are made.
if TYPE_CHECKING:
    from plmctl.core.locking import Now, Wanted


class Releases:
    """What a repository's tags released. `lacking` is what to do where a tag is not there."""

    def __init__(
        self,
        repo: Repo,
        like: Registry | Around,
        *,
        lacking: str = "run 'git fetch --tags'",
        loading: Loading | None = None,
    ):
        self.past: History = history(repo.tags(), like.settings)
        self._names: Callable[[str], tuple[str, ...]] = like.names_of
        self._loading = loading or Loading(like if isinstance(like, Registry) else None)
        self._settings = like.settings
        self._path = like.settings.at(FILE_NAME)
        self.repo = repo
        self._lacking = lacking
        self._registries: dict[str, Registry] = {}
        self._nows: dict[str, Now] = {}
        self._states: dict[str, Lock] = {}
        self._yanked: dict[str, Mapping[str, str]] = {}

    def registry_at(self, commit: str) -> Registry:
        """The registry of a commit, read once; an empty one where there is none."""
        if commit not in self._registries:
            try:
                found = self._loading.loaded(self.repo.commit_tree(commit))
            except NoRegistry:
                found = Registry(settings=self._settings, manifests={})
            self._registries[commit] = found
        return self._registries[commit]

    @property
    def newest(self) -> RegistryTag | None:
        """The newest registry release."""
        return max(self.past.releases, key=lambda release: release.version, default=None)

    def state(self, release: RegistryTag) -> Lock:
        """The plm.lock that a release committed. Raises IntegrityError."""
        if release.name not in self._states:
            self._states[release.name] = read_lock(self._path, self.lock_of(release))
        return self._states[release.name]

    def lock_of(self, release: RegistryTag) -> bytes:
        """The plm.lock that a release committed, or that it had without a commit. Raises IntegrityError."""
        data = lock_bytes(self.repo.commit_tree(release.commit), self._path)
        if data is not None and sha256_of(data) == release.lock:
            return data
        if not self.commits_locks(release.commit):
            return self._unwritten(release)
        if data is None:
            raise IntegrityError(f"{release.name} has no {self._path} at its commit {release.commit}")
        raise IntegrityError(f"the {self._path} at {release.commit} is not the one that {release.name} names")

    def commits_locks(self, commit: str) -> bool:
        """Whether the releases at a commit have their lock in it (release.commit)."""
        tree = self.repo.commit_tree(commit)
        try:
            return read_settings_of(tree, tuple(tree.paths())).is_committed
        except PlmctlError:
            return True

    def _unwritten(self, release: RegistryTag) -> bytes:
        from plmctl.core.unwritten import unwritten_locks

        ancestors = self.repo.ancestors(release.commit)
        made = unwritten_locks(release, self.now_at(release.commit), self.past, ancestors)
        found = next((data for data in made if sha256_of(data) == release.lock), None)
        if found is None:
            raise IntegrityError(f"what {release.commit} has makes no {self._path} that {release.name} names")
        return found

    def now_at(self, commit: str) -> "Now":
        """The registry of a commit, with what is computed of it, each commit once."""
        from plmctl.core.locking import now_of

        if commit not in self._nows:
            self._nows[commit] = now_of(self.registry_at(commit))
        return self._nows[commit]

    def versions(self, artifact: str) -> tuple[ArtifactTag, ...]:
        """The versions of an artifact under all its names, the newest last."""
        from plmctl.commands.standing import versions_of

        return versions_of(self._names(artifact), self.past)

    def closure_lock(self, wanted: "Wanted", release: RegistryTag | None) -> Lock:
        """The lock of a root at a release, under the name it had there. Raises CannotLock, IntegrityError."""
        from plmctl.core.locking import closure_lock

        if release is None:
            raise CannotLock("no registry release holds that version")
        state = self.state(release)
        root = next((name for name in self._names(wanted.root) if name in state.artifacts), wanted.root)
        wanted = replace(wanted, root=root)
        files = [path for entry in state.artifacts.values() for path in entry.files]
        self.repo.commit_tree(release.commit).prefetch(files)
        return closure_lock(wanted, release, self.now_at(release.commit), state)

    def choice(self, root: str, wanted: Range, preferred: Version | None) -> ArtifactTag:
        """The preferred version while the range allows it, else the newest not yanked. Raises CannotLock."""
        held = next((tag for tag in self._allowed(root, wanted) if tag.version == preferred), None)
        if held is not None:
            return held
        if preferred is not None and wanted.allows(preferred):
            raise CannotLock(f"the locked version {preferred} has no release here: {self._lacking}")
        return self.fitting(root, wanted)[-1]

    def fitting(self, root: str, wanted: Range) -> tuple[ArtifactTag, ...]:
        """The versions in a range that were not yanked, the newest last. Raises CannotLock for none."""
        tags = self._allowed(root, wanted)
        yanked = self.yanked(root) if wanted.exact is None and tags else {}
        fitting = [tag for tag in tags if str(tag.version) not in yanked]
        if not fitting:
            raise CannotLock(f"no version of {root} fits '{wanted}': {self._versions(root)}")
        return tuple(fitting)

    def demanded(self, root: str, wanted: Range, version: Version) -> ArtifactTag:
        """The version that somebody named. Raises CannotLock where there is none in the range."""
        found = next((tag for tag in self._allowed(root, wanted) if tag.version == version), None)
        if found is None:
            raise CannotLock(f"{root} has no version {version}: {self._versions(root)}")
        return found

    def release_of(self, tag: ArtifactTag) -> RegistryTag | None:
        """Where a version is read: an application's where it was made, any other's at the newest release.

        That is the newest final one that holds it, so that what is locked alone gets its newest model.
        """
        if tag.release is None or tag.artifact.startswith("application/"):
            return tag.release
        for release in sorted(self.past.releases, key=lambda r: r.version, reverse=True):
            is_later = release.version.is_final and release.version > tag.release.version
            if is_later and self.past.may_hold(release, tag):
                entry = self.state(release).artifacts.get(tag.artifact)
                if entry is not None and entry.version == str(tag.version):
                    return release
        return tag.release

    def yanked(self, artifact: str) -> Mapping[str, str]:
        """The versions that were withdrawn and why, as the newest registry release says."""
        if artifact not in self._yanked:
            self._yanked[artifact] = dict(_yanked(self.metadata(artifact) or {}))
        return self._yanked[artifact]

    def metadata(self, artifact: str) -> Mapping[str, Value] | None:
        """The metadata of an artifact at the newest registry release, None where that has it no more."""
        release = self.newest
        if release is None:
            return None
        known = self.state(release).artifacts
        entry = next((known[name] for name in self._names(artifact) if name in known), None)
        if entry is None:
            return None
        data = self.repo.commit_tree(release.commit).read(entry.path, limit=UTMOST.file_bytes)
        document = read_document(entry.path, data, UTMOST)
        if isinstance(document, BrokenDocument):
            return {}
        return as_mapping(as_mapping(document.value).get("metadata"))

    def _allowed(self, root: str, wanted: Range) -> list[ArtifactTag]:
        return [tag for tag in self.versions(root) if wanted.allows(tag.version)]

    def _versions(self, root: str) -> str:
        tags = self.versions(root)
        if not tags:
            return "it has no released version"
        yanked = self.yanked(root)
        said = (f"{v} (yanked)" if (v := str(tag.version)) in yanked else v for tag in tags)
        return f"its versions are {', '.join(said)}"


def _yanked(metadata: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    for row in map(as_mapping, as_items(metadata.get("yanked"))):
        if "version" in row:
            yield str(row["version"]), as_text(row.get("reason")) or ""


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


def commit_with(repo: Repo, commit: str, path: str, data: bytes) -> str | None:
    """The newest commit before one, or itself, that left a file so, by first parents; None where none did."""
    found = (each for each in repo.commits_of(commit, path) if _is(repo.commit_tree(each), path, data))
    return next(found, None)


def _is(tree: Tree, path: str, data: bytes) -> bool:
    return bytes_at(tree, path, limit=LOCK_LIMIT) == data
