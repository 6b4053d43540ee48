"""The locks that the pins of environments demand, of the registry around them or of another."""

from collections.abc import Callable

from plmctl.commands.pins import Pin
from plmctl.commands.releases import Releases, lock_bytes
from plmctl.core.lock import Lock, is_conflicted, read_lock
from plmctl.core.locking import Now, Wanted
from plmctl.core.ports import Repo, Tree
from plmctl.core.registry import Registry
from plmctl.core.tag import History, RegistryTag
from plmctl.core.version import Version, parsed_version


class Locking:
    """Making the locks of one registry from its tags."""

    def __init__(self, repo: Repo, registry: Registry, tree: Tree):
        self.releases = Releases(repo, registry)
        self._tree = tree
        self._repo = repo

    @property
    def past(self) -> History:
        """What the tags here say."""
        return self.releases.past

    @property
    def registry_at(self) -> Callable[[str], Registry]:
        """The registry of a commit, each commit once."""
        return self.releases.registry_at

    def now_at(self, commit: str) -> Now:
        """The registry of a commit, with what is computed of it, each commit once."""
        return self.releases.now_at(commit)

    def closure_lock(self, wanted: Wanted, release: RegistryTag | None) -> Lock:
        """The lock of a root at a release. Raises CannotLock, IntegrityError."""
        return self.releases.closure_lock(wanted, release)

    def bytes_of(self, path: str) -> bytes | None:
        """A file of the tree, None when it is not there."""
        return lock_bytes(self._tree, path)

    def lock_of(
        self, pin: Pin, target: Version | str | None = None, releases: Releases | None = None
    ) -> Lock:
        """The lock that a pin demands: the locked version while the pin allows it, else the newest."""
        there = releases or self.releases
        if isinstance(target, Version):
            tag = there.demanded(pin.application, pin.range, target)
        else:
            existing = self._locked_version(pin) if target is None else None
            tag = there.choice(pin.application, pin.range, existing)
        wanted = Wanted(
            root=pin.application,
            want=pin.range.text,
            environment=pin.environment.name,
            arm=pin.arm,
            bind=pin.bind,
        )
        return there.closure_lock(wanted, there.release_of(tag))

    def existing(self, pin: Pin) -> Lock | None:
        """The lock that a pin has; while a merge is in conflict, the one of HEAD. Raises IntegrityError."""
        data = self.bytes_of(pin.path)
        if data is not None and is_conflicted(data):
            data = self._committed(pin.path)
        return read_lock(pin.path, data) if data is not None else None

    def _locked_version(self, pin: Pin) -> Version | None:
        lock = self.existing(pin)
        entry = lock.artifacts.get(pin.application) if lock is not None else None
        return parsed_version(entry.version) if entry is not None and entry.version else None

    def _committed(self, path: str) -> bytes | None:
        """A file of the commit that is checked out, None where there is none, or one with a conflict."""
        head = self._repo.head().commit
        data = lock_bytes(self._repo.commit_tree(head), path) if head is not None else None
        return None if data is not None and is_conflicted(data) else data
