"""verify: recompute from Git objects everything that locks and tags claim."""

import posixpath
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import field
from functools import cached_property, partial

from plmctl.commands.age import Age, Seen
from plmctl.commands.archive import Archive
from plmctl.commands.claims import Claims
from plmctl.commands.contradiction import contradiction
from plmctl.commands.data_bytes import DataBytes, Unread
from plmctl.commands.loading import Around, Loading, has_manifests
from plmctl.commands.moment import current
from plmctl.commands.published import Published
from plmctl.commands.releases import lock_bytes
from plmctl.commands.signatures import Allowed, NotAsked, Signatures
from plmctl.commands.site import Site
from plmctl.commands.trust import require_history
from plmctl.core.configuration import NoRegistry, read_settings_of
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import DamagedError, IntegrityError, PlmctlError, UsageError
from plmctl.core.lock import FILE_NAME, LOCK_LIMIT, Lock, read_lock
from plmctl.core.ports import Remote, Repo, Tree, Unreadable
from plmctl.core.report import Check, Problem, Report, State, failed, problem_of
from plmctl.core.settings import require_this_version
from plmctl.core.store import Store

# A lock says within its first line what it is.
_BEGINNING = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyOptions:
    """Locks (paths in the repository) and tags to verify; none: every lock here.

    `given` are the bytes of those that lie outside it. What else is asked of each: who signed it (and who
    may, if the caller says), whether the remote has the same tags, whether it is as new as what was seen,
    and whether data that is here has the hashes that it says.
    """

    names: tuple[str, ...] = ()
    given: Mapping[str, bytes] = field(default_factory=dict)
    asks_signatures: bool = False
    allowed: Allowed | None = None
    asks_remote: bool = False
    seen: Seen | None = None
    asks_data: bool = False


def verify(repo: Repo, options: VerifyOptions, store: Store | None = None) -> Report:
    """What each lock or tag claims, recomputed: ok, FAILED or not checked, and why.

    `store` has the data of this repository.
    """
    verifying = _Verifying(repo, options, store)
    checks: list[Check] = []
    problems: list[Problem] = []
    names = options.names or verifying.locks()
    for name in names:
        try:
            checks.extend(verifying.checks(name))
        except PlmctlError as error:
            problems.append(problem_of(error))
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


class _Verifying:
    """The locks and tags of a repository: of the registry in it, and of others."""

    def __init__(self, repo: Repo, options: VerifyOptions, store: Store | None):
        self._repo = repo
        self._store = store
        self._options = options
        self._tree = _tree(repo)
        self._loading = Loading()
        self._around = self._registry_around()
        self._site = Site(self._around) if self._around is not None else None
        self._others: list[tuple[Archive, str | None, Claims]] = []

    def locks(self) -> tuple[str, ...]:
        """The paths of every lock here. Raises PlmctlError where there is none."""
        found = tuple(path for path in self._tree.paths() if self._is_lock(path))
        if not found:
            self._require_around()
            raise PlmctlError("there is no lock here", hint="run 'plmctl release', or 'plmctl lock ENV APP'")
        return found

    def checks(self, name: str) -> Sequence[Check]:
        """The checks of a lock or a tag. Raises PlmctlError where it is not here."""
        data = self._options.given.get(name)
        if data is None:
            data = lock_bytes(self._tree, name)
        if data is not None:
            return self._lock_checks(name, data)
        if self._around is None:
            raise UsageError(f"no lock {name} here", hint="name a lock's path; tags are those of a registry")
        return self._own.tag_checks(name)

    def _lock_checks(self, name: str, data: bytes) -> Sequence[Check]:
        if self._site is not None and self._site.is_own(name) and not self._site.is_elsewhere(name):
            return self._own.lock_checks(name, data)
        try:
            lock = read_lock(name, data)
        except IntegrityError as error:
            return (failed(name, "form", error.message),)
        if self._is_of_own(lock):
            return self._own.lock_checks(name, data)
        try:
            fetched = self._fetched(lock)
            wrong = contradiction(self._repo, lock) if fetched is None else None
            if wrong is not None:
                return (failed(name, "source", wrong.detail, field=wrong.field),)
            if fetched is None:
                raise PlmctlError(f"{lock.source.release} of the registry {lock.registry} is not here")
            return fetched.lock_checks(name, data)
        except DamagedError as error:
            hint = f"{self._fetching(name, lock)} where its registry can be reached: it fetches that anew"
            raise DamagedError(f"{name}: what was fetched is damaged: {error.message}", hint=hint) from error
        except IntegrityError as error:
            raise IntegrityError(f"{name}: {error.message}", hint=error.hint) from error
        except PlmctlError as error:
            raise PlmctlError(f"{name}: {error.message}", hint=self._fetching(name, lock)) from error

    def _fetched(self, lock: Lock) -> Claims | None:
        """The claims of a registry that was fetched, None where the release of a lock was not."""
        release, tag_object = lock.source.release, lock.source.tag_object or ""
        asked = lock.git if self._options.asks_remote else None
        for archive, address, claims in self._others:
            if tag_object in archive.releases and address == asked:
                return claims
        fetched = self._repo.fetched(release, tag_object)
        if fetched is None:
            return None
        tag = fetched.tag_of(fetched.tag_object(release, tag_object))
        if tag.commit is None:
            return None
        loading = Loading()
        around = Around.of(loading.loaded(fetched.commit_tree(tag.commit)))
        archive = Archive(fetched, around, loading, is_fetched=True)
        remote = self._repo.remote_at(asked) if asked is not None else None
        self._others.append((archive, asked, self._asking(archive, remote, None)))
        return self._others[-1][2]

    def _fetching(self, name: str, lock: Lock) -> str:
        """What fetches the registry of a lock."""
        pin = self._site.pins.get(name) if self._site is not None else None
        if pin is not None:
            return f"run 'plmctl lock {pin.environment.name} {pin.name}'"
        if lock.root is None:
            return f"run it in a clone of {lock.registry}, with the path of {name}"
        command = f"plmctl lock -o {shlex.quote(name)}"
        return f"run '{command}'" if lock.git is not None else f"run '{command} --registry GIT'"

    def _is_of_own(self, lock: Lock) -> bool:
        """Whether a lock is of the registry that is here, which may be published elsewhere by now."""
        if self._around is None or self._around.settings.name != lock.registry:
            return False
        is_published_so = lock.git in (None, self._around.settings.git)
        return is_published_so or lock.source.tag_object in self._archive.releases

    @cached_property
    def _own(self) -> Claims:
        """The claims of the registry that is here."""
        remote = self._repo.remote() if self._options.asks_remote else None
        return self._asking(self._archive, remote, self._store)

    @cached_property
    def _archive(self) -> Archive:
        require_history(self._repo)
        return Archive(self._repo, self._around or self._require_around(), self._loading)

    def _registry_around(self) -> Around | None:
        """The registry of the tree that is worked on, None where there is none."""
        try:
            return self._require_around()
        except NoRegistry:
            return None

    def _require_around(self) -> Around:
        """The same. Raises NoRegistry, or PlmctlError where it has no manifests."""
        paths = tuple(self._tree.paths())
        settings = read_settings_of(self._tree, paths)
        require_this_version(settings)
        if not has_manifests(self._tree, paths, settings):
            current(self._tree)
        return Around(settings, partial(self._loading.loaded, self._tree))

    def _asking(self, archive: Archive, remote: Remote | None, store: Store | None) -> Claims:
        options = self._options
        published = Published(archive, remote) if options.asks_remote else None
        signatures = Signatures(archive, options.allowed) if options.asks_signatures else NotAsked()
        age = (Age(archive, options.seen),) if options.seen is not None else ()
        data = DataBytes(archive, store) if options.asks_data else Unread()
        return Claims(archive, self._site, (data, signatures, *age), published)

    def _is_lock(self, path: str) -> bool:
        """Whether a file named so is a lock of plmctl: many programs write others."""
        is_own = self._site is not None and self._site.is_own(path)
        if is_own or posixpath.basename(path) == FILE_NAME:
            return True
        if not path.endswith(".lock"):
            return False
        try:
            return b'"lockVersion"' in self._tree.read(path, limit=LOCK_LIMIT)[:_BEGINNING]
        except Unreadable:
            return False


def _tree(repo: Repo) -> Tree:
    """Where the locks are that are named: the work tree, of a bare repository what is checked in."""
    head = repo.head().commit if repo.is_bare else None
    return repo.commit_tree(head) if head is not None else repo.work_tree()
