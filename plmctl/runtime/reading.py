"""From a lock and where its registry is to what it pins: a bundle, or a repository."""

import os
import re
import stat
from typing import TYPE_CHECKING

from plmctl.core.archive import MOST_BYTES
from plmctl.core.bundle import Bundle, bundled, read_bundle
from plmctl.core.canonical import sha256_of
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import IntegrityError, PlmctlError, UsageError
from plmctl.core.lock import LOCK_LIMIT, Lock, read_lock
from plmctl.core.version import Version, parsed_version
from plmctl.runtime.loading import Path
from plmctl.runtime.snapshot import Snapshot

if TYPE_CHECKING:
    from plmctl.runtime.trust import Listed

_ZIP = b"PK"
_VERSION = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+(?:-[0-9a-z.]+)?\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What to read, and what must be true of it.

    `lock` is a lockfile, None for the one in a bundle; `source` a bundle, or a repository (a folder in it, or
    a bare one). `digests` are the sha256 of locks that somebody trusts, None for any; `signers` an allowed
    signers file: one of them must have signed the release, which then confirms all that the lock pins.
    `registry` is the name of the registry that it must be of, and `oldest` the first release that will do.
    """

    lock: Path | None
    source: Path
    digests: tuple[str, ...] | None = None
    signers: Path | None = None
    revoked: Path | None = None
    registry: str | None = None
    oldest: str | None = None

    def snapshot(self) -> Snapshot:
        """All that the lock pins, checked. Raises PlmctlError."""
        if os.path.isdir(self.source):
            return self._of_repository()
        name = os.fspath(self.source)
        data = _bytes_of(name, MOST_BYTES, _SOURCES)
        if not data:
            raise IntegrityError(f"{name} is empty", hint=_ANEW)
        if not data.startswith(_ZIP):
            raise UsageError(f"{name} is neither a bundle nor a folder", hint=_SOURCES)
        bundle = read_bundle(name, data)
        if self.lock is not None and _bytes_of(os.fspath(self.lock), LOCK_LIMIT, _LOCK) != bundle.lock_data:
            raise IntegrityError(f"{name} was not made of {os.fspath(self.lock)}", hint=_ANEW)
        return self._trusted(name, bundle)

    def instead_of(self, failure: PlmctlError) -> Snapshot:
        """The same of a fallback. Raises PlmctlError, which tells both failures."""
        try:
            return self.snapshot()
        except PlmctlError as error:
            both = f"{failure.message}; and of the fallback: {error.message}"
            is_false = isinstance(error, IntegrityError) or isinstance(failure, IntegrityError)
            kind = IntegrityError if is_false else PlmctlError
            raise kind(both, hint=failure.hint) from error

    def is_still(self, lock_data: bytes) -> bool:
        """Whether the lockfile has these bytes, which then pin the same; a bundle has to be read to know.

        So has a release that must be signed: its key may be revoked since. Raises PlmctlError.
        """
        if self.lock is None or self.signers is not None or not os.path.isdir(self.source):
            return False
        return _bytes_of(os.fspath(self.lock), LOCK_LIMIT, _LOCK) == lock_data

    def _of_repository(self) -> Snapshot:
        # Only who reads a repository needs Git and the reader of YAML.
        from plmctl.runtime.repository import bundle_in, pinned_in

        if self.lock is None:
            raise UsageError("a repository holds many locks, and none was named", hint=_LOCKS)
        name = os.fspath(self.lock)
        data = _bytes_of(name, LOCK_LIMIT, _LOCK)
        if data.startswith(_ZIP):
            raise UsageError(f"{name} is a bundle, and no lock", hint=f"load(source={name!r})")
        lock, source = read_lock(name, data), os.fspath(self.source)
        if self.signers is not None:
            # A service that asks for signers asks the same of both sources.
            return self._trusted(name, read_bundle(name, bundled(bundle_in(source, lock, data))))
        self._refuse_other(lock, data)
        found = pinned_in(source, lock)
        return Snapshot(lock, data, found.texts, found.files)

    def _refuse_other(self, lock: Lock, data: bytes) -> None:
        """Raises IntegrityError for a lock that is not the one that was asked for."""
        if self.digests is not None and (digest := sha256_of(data)) not in self.digests:
            wanted = " or ".join(self.digests)
            raise IntegrityError(f"the lock is {digest}, and not {wanted}, which was asked for", hint=_ANEW)
        if self.registry not in (None, lock.registry):
            raise IntegrityError(
                f"the lock is of the registry '{lock.registry}', and not of '{self.registry}'", hint=_ANEW
            )
        if self.oldest is not None and _is_older(lock.source.release, self.oldest):
            raise IntegrityError(
                f"the lock is of {lock.source.release}, which is older than {self.oldest}", hint=_ANEW
            )

    def _trusted(self, name: str, bundle: Bundle) -> Snapshot:
        """The snapshot of a bundle. Raises IntegrityError when it is not what somebody trusts."""
        self._refuse_other(bundle.lock, bundle.lock_data)
        if self.signers is not None:
            from plmctl.core.confirmation import refuse_unconfirmed
            from plmctl.runtime.trust import refuse_untrusted

            signers = _listed(self.signers, _SIGNERS)
            revoked = None if self.revoked is None else _listed(self.revoked, _REVOKED)
            refuse_unconfirmed(name, bundle)
            refuse_untrusted(bundle.release, signers, revoked)
        return Snapshot(bundle.lock, bundle.lock_data, bundle.artifacts, bundle.files)


def _is_older(release: str, oldest: str) -> bool:
    """Whether a registry tag is of an earlier version than another, of which it has the form."""
    (before, version), (form, least) = _parts(release), _parts(oldest)
    if least is None or before != form:
        raise UsageError(f"{oldest} is no registry tag of this registry", hint=f"name one, such as {release}")
    return version is None or version < least


def _parts(tag: str) -> tuple[str, Version | None]:
    """What stands before the version in a tag's name, and the version."""
    found = _VERSION.search(tag)
    return (tag[: found.start()], parsed_version(found[0])) if found is not None else (tag, None)


def _listed(path: Path, hint: str) -> "Listed":
    from plmctl.runtime.trust import Listed

    name = os.fspath(path)
    return Listed(name=name, data=_bytes_of(name, LOCK_LIMIT, hint))


def _bytes_of(path: str, limit: int, hint: str) -> bytes:
    """The content of a file; `hint` says what kind of file it is to be. Raises PlmctlError."""
    try:
        # Asked before it is opened: a pipe would wait, and a device has no end.
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise UsageError(f"{path} is no file with an end, but a folder, a pipe or a device", hint=hint)
        with open(path, "rb") as file:
            # To ask for all up to the limit would take as much memory, however short the file is.
            is_larger = os.fstat(file.fileno()).st_size > limit
            data = b"" if is_larger else file.read()
    except OSError as error:
        raise PlmctlError(f"{path} cannot be read: {error.strerror}", hint=hint) from error
    except ValueError as error:
        raise UsageError(f"{path!r} cannot be the path of a file: {error}", hint=hint) from error
    if is_larger or len(data) > limit:
        raise PlmctlError(f"{path} is larger than {limit:,} bytes, and was not read", hint=hint)
    return data


_SOURCES = "name a bundle (plmctl bundle makes one), or the folder of a repository"
_LOCK = "name the lockfile by its path where the service runs, which is not looked for inside source="
_SIGNERS = (
    "name the file of allowed signers by its path where the service runs (docs/verifying.md has its form)"
)
_REVOKED = "name the file of revoked keys by its path where the service runs (docs/verifying.md has its form)"
_LOCKS = "name it: load('environments/production/support-bot.lock', source='.')"
_ANEW = "make the bundle anew from the lock that is deployed: plmctl bundle --lock FILE -o BUNDLE"
