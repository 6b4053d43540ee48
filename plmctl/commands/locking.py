"""The locks that the pins of environments demand, of the registry around them or of another."""

from collections.abc import Callable
from functools import cached_property

from plmctl.commands.pins import Pin, lock_paths, names_in
from plmctl.commands.ran import Order, never_ran
from plmctl.commands.releases import Releases, commit_with, lock_bytes
from plmctl.core.finding import IntegrityError
from plmctl.core.floating import carried, floating_in, placed
from plmctl.core.lock import (
    CannotLock,
    Lock,
    is_conflicted,
    locked_version,
    read_lock,
    serialised,
    stated_version,
)
from plmctl.core.locking import Now, Wanted
from plmctl.core.manifest import Manifest
from plmctl.core.move import bringing
from plmctl.core.ports import Repo, Tree
from plmctl.core.registry import Registry
from plmctl.core.tag import ArtifactTag, History, RegistryTag
from plmctl.core.version import Version, parsed_version


class Locking:
    """Making the locks of one registry from its tags."""

    def __init__(self, repo: Repo, registry: Registry, tree: Tree):
        self.releases = Releases(repo, registry)
        self._registry = registry
        self._tree = tree
        self._repo = repo
        self._written: dict[str, bytes | None] = {}

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
        """A file of the tree, None when it is not there; what was written since is there."""
        return self._written[path] if path in self._written else lock_bytes(self._tree, path)

    def wrote(self, path: str, data: bytes | None) -> None:
        """A lock was written, or deleted (None), after the tree was read."""
        self._written[path] = data

    def lock_of(
        self, pin: Pin, target: Version | str | None = None, releases: Releases | None = None
    ) -> Lock:
        """The lock that a pin demands: the locked version while the pin allows it, else the newest.

        Of a range in an environment that comes after another, the newest that was there. Raises CannotLock.
        """
        there = releases or self.releases
        if isinstance(target, Version):
            tag = there.demanded(pin.application, pin.range, target)
        else:
            tag = self._chosen(pin, there, target)
        wanted = Wanted(
            root=pin.application,
            want=pin.range.text,
            environment=pin.environment.name,
            arm=pin.arm,
            bind=pin.bind,
        )
        lock = there.closure_lock(wanted, there.release_of(tag))
        registry = there.now_at(lock.source.commit or "").registry
        return self._with_nights(lock, pin, registry) if floating_in(lock, registry) else lock

    def _with_nights(self, lock: Lock, pin: Pin, registry: Registry) -> Lock:
        """A lock with the nights of floating data that the one before has; what changes else keeps them."""
        try:
            before = self.existing(pin)
        except IntegrityError:
            return lock
        found = carried(lock, before, registry)
        if before is None or found == before:
            return found
        return placed(found, registry, lambda: self._commit_of(pin.path, before))

    def _commit_of(self, path: str, lock: Lock) -> str | None:
        """The newest commit that left a lock so at a path, None where none did."""
        head = self._head
        return commit_with(self._repo, head, path, serialised(lock)) if head is not None else None

    @cached_property
    def _head(self) -> str | None:
        """The commit that is checked out, asked for once: each pin looks there for its lock."""
        return self._repo.head().commit

    @cached_property
    def order(self) -> Order:
        """What ran where, by what is committed: what was only just written ran nowhere yet."""
        return Order(self._repo, self._registry, self._head)

    def is_ordered(self, pin: Pin, version: Version) -> bool:
        """Whether a version may come to the environment of a pin: it runs there, or was in the one before."""
        before = self.order.before(pin.environment)
        if before is None or version == self.locked(pin):
            return True
        return str(version) in self.order.ran(before, pin.application)

    def refuse_unordered(self, pin: Pin, version: Version) -> None:
        """Raises CannotLock for a version that was never in the environment before, as a promotion would."""
        before = self.order.before(pin.environment)
        if before is not None and not self.is_ordered(pin, version):
            raise unordered(pin, before, version)

    def locked(self, pin: Pin) -> Version | None:
        """The version that is locked for a pin. Raises IntegrityError where its lock cannot be read."""
        lock = self.existing(pin)
        return locked_version(lock) if lock is not None and lock.root in pin.names else None

    def existing(self, pin: Pin) -> Lock | None:
        """The lock that a pin has; while a merge is in conflict, the one of HEAD. Raises IntegrityError.

        A lock that was deleted and is committed is still what runs.
        """
        found = next((path for path in (pin.path, *pin.former) if self.bytes_of(path) is not None), None)
        if found is None:
            return next((lock for path in (pin.path, *pin.former) if (lock := self._deleted(path))), None)
        data = self.bytes_of(found)
        if data is not None and is_conflicted(data):
            data = self._committed(found)
        return read_lock(found, data) if data is not None else None

    def former(self, pin: Pin) -> tuple[str, ...]:
        """The locks of a pin that still lie where they lay before the application was renamed."""
        return tuple(path for path in pin.former if self._is_of(path, pin))

    def _is_of(self, path: str, pin: Pin) -> bool:
        data = self.bytes_of(path)
        return data is not None and stated_version(data, pin.names) is not None

    def _chosen(self, pin: Pin, there: Releases, target: str | None) -> ArtifactTag:
        """The locked version while the pin allows it; else the newest of the range that may come there."""
        locked = self.locked(pin)
        if target is None and locked is not None and pin.range.allows(locked):
            return there.choice(pin.application, pin.range, locked)
        fitting = there.fitting(pin.application, pin.range)
        before = self.order.before(pin.environment)
        if before is None or pin.range.exact is not None:
            return fitting[-1]
        ordered = [tag for tag in fitting if self.is_ordered(pin, tag.version)]
        if ordered:
            return ordered[-1]
        if locked is None:
            return self._first(pin, before, fitting)
        if pin.range.allows(locked):
            raise unordered(pin, before, fitting[-1].version)
        # Whoever changed the pin so that it leaves out what ran has decided.
        return fitting[-1]

    def _first(self, pin: Pin, before: Manifest, fitting: tuple[ArtifactTag, ...]) -> ArtifactTag:
        """The first version where none of the range was in the environment before. Raises CannotLock."""
        found = [tag for tag in fitting if self.begins(pin, before, tag.version)]
        if not found:
            raise unordered(pin, before, fitting[-1].version)
        return found[-1]

    def begins(self, pin: Pin, before: Manifest, version: Version) -> bool:
        """Whether two environments begin together: a version comes with one that is no older before it.

        Nothing of the application was ever committed in the one before; what is locked there now counts.
        """
        if self.locked(pin) is not None or self.order.ran(before, pin.application):
            return False
        names = names_in(self._registry, before, pin.application)
        locks = map(self.bytes_of, lock_paths(self._registry, before, pin.application))
        found = (stated_version(data, names) for data in locks if data is not None)
        return any(v is not None and version <= v for v in (parsed_version(text or "") for text in found))

    def _committed(self, path: str) -> bytes | None:
        """A file of the commit that is checked out, None where there is none, or one with a conflict."""
        data = lock_bytes(self._repo.commit_tree(self._head), path) if self._head is not None else None
        return None if data is not None and is_conflicted(data) else data

    def _deleted(self, path: str) -> Lock | None:
        """The committed lock at a path; one that cannot be read was deleted for that."""
        try:
            data = self._committed(path)
            return read_lock(path, data) if data is not None else None
        except IntegrityError:
            return None


class Unordered(CannotLock):
    """A version was never in the environment that another comes after."""


def unordered(pin: Pin, before: Manifest, version: Version) -> Unordered:
    """That a version was never in the environment before, and what a promotion takes."""
    first = bringing(pin.application, version, before.name)
    forced = f"{bringing(pin.application, version, pin.environment.name, pin.arm)} --force --reason TEXT"
    return Unordered(
        never_ran(pin.application, version, before, pin.environment),
        hint=f"run '{first}' first, or '{forced}'",
    )
