"""lock -o: a lock for a deployment that lives elsewhere, of this registry or of another."""

from plmctl.commands.artifact import named
from plmctl.commands.contradiction import refuse_contradicted
from plmctl.commands.origin import address_here, registry_here
from plmctl.commands.registries import Fetching, refuse_moved, releases_of, renewed
from plmctl.commands.releases import Releases
from plmctl.commands.source import Here, Source
from plmctl.commands.staleness import LOCK_STALE, file_findings, of_file
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import DamagedError, PlmctlError, UsageError
from plmctl.core.floating import nightless
from plmctl.core.lock import (
    FILE_NAME,
    LOCK_LIMIT,
    CannotLock,
    Lock,
    is_conflicted,
    locked_version,
    read_lock,
    serialised,
)
from plmctl.core.locking import Wanted
from plmctl.core.ports import Repo
from plmctl.core.registry import Registry
from plmctl.core.report import Problem, Report
from plmctl.core.slip import nearest
from plmctl.core.tag import RegistryTag
from plmctl.core.tree import bytes_at
from plmctl.core.version import ANY, Range, parsed_range, parsed_version


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOptions:
    """The file as it was named, its path in this repository (None: it is outside), and what is in it.

    `root` is an artifact, with a range after an `@`; `registry` where it is released, `at` the release to
    read. `update` is None to keep what is locked, else the version to take, empty for the newest.
    `is_beside_registry` says that a plmctl.yaml lies in the same folder.
    """

    name: str
    path: str | None = None
    data: bytes | None = None
    root: str | None = None
    registry: str | None = None
    at: str | None = None
    update: str | None = None
    is_beside_registry: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Locked:
    """What came of it: the report, and the bytes to write; None where the file stays as it is."""

    report: Report
    data: bytes | None = None


def lock_file(repo: Repo, options: FileOptions) -> Locked:
    """The lock of one artifact, for a file. Raises PlmctlError."""
    here = registry_here(repo)
    _refuse_place(options, here)
    existing = _existing(repo, options)
    asked_for = options.registry
    address = asked_for if asked_for is not None else address_here(repo, here, existing)
    if address is not None:
        return renewed(repo, address, lambda: _made(Fetching(repo, address), options, existing))
    if here is None:
        raise UsageError("there is no registry here", hint="say where it is: '--registry GIT'")
    return _made(Here(repo, Releases(repo, here), here.settings.name), options, existing)


def _made(source: Source, options: FileOptions, existing: Lock | None) -> Locked:
    word = options.root or (existing.root if existing is not None else None)
    if word is None:
        raise UsageError(f"-o {options.name}: of which artifact?", hint="name one: 'plmctl lock -o FILE ID'")
    asked = named(word, source.released)
    kept = existing if existing is not None and _is_of(existing, source.name, asked.artifact) else None
    want = asked.version or (kept.want if kept is not None else None)
    making = Making(
        releases=source.releases(asked.artifact),
        wanted=Wanted(root=asked.artifact, want=want, bind={}),
        range=_range(want),
        kept=kept,
    )
    try:
        lock = making.lock(options)
    except CannotLock as error:
        problem = Problem(message=f"{options.name}: {error}", exit_code=1)
        return Locked(report=Report(command="lock", problems=(problem,)))
    refuse_moved(kept, lock)
    source.confirm(lock)
    return _written(lock, options, making)


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """A lock in the making: of which releases, what is wanted, and the lock there is."""

    releases: Releases
    wanted: Wanted
    range: Range
    kept: Lock | None

    def lock(self, options: FileOptions) -> Lock:
        """The lock that is asked for. Raises CannotLock, PlmctlError."""
        if options.at is not None:
            release: RegistryTag | None = self._at(options.at)
        elif options.update:
            version = parsed_version(options.update)
            if version is None or not self.range.allows(version):
                raise UsageError(
                    f"{options.update} is not in '{self.range}'", hint="ask for another range: 'ID@RANGE'"
                )
            demanded = self.releases.demanded(self.wanted.root, self.range, version)
            release = self.releases.release_of(demanded)
        else:
            release = self._chosen(is_newer_taken=options.update is not None)
        return self.releases.closure_lock(self.wanted, release)

    def _chosen(self, *, is_newer_taken: bool) -> RegistryTag | None:
        locked = locked_version(self.kept) if self.kept is not None and not is_newer_taken else None
        tag = self.releases.choice(self.wanted.root, self.range, locked)
        if self.kept is None or tag.version != locked:
            return self.releases.release_of(tag)
        # What is locked stays read at its release: a newer one does not make a lock stale.
        source = self.kept.source
        release = self.releases.past.by_name.get(source.release)
        if release is None:
            raise CannotLock(f"its release {source.release} is not here: take a newer one with --update")
        return release

    def _at(self, name: str) -> RegistryTag:
        """The release to read, whatever the newest is."""
        release = self.releases.past.by_name.get(name)
        if release is None:
            near = nearest(name, [*self.releases.past.by_name])
            hint = f"did you mean '{near}'?" if near else "name a tag of the registry, such as v1.0.0"
            raise UsageError(f"--at {name}: there is no such release", hint=hint)
        entry = self.releases.state(release).artifacts.get(self.wanted.root)
        version = parsed_version(entry.version) if entry is not None and entry.version is not None else None
        if version is not None and not self.range.allows(version):
            raise CannotLock(f"at {name} it is {version}, which is not in '{self.range}'")
        return release


def _written(lock: Lock, options: FileOptions, making: Making) -> Locked:
    data = serialised(lock)
    version = str(locked_version(lock))
    reason = making.releases.yanked(making.wanted.root).get(version)
    notes = () if reason is None else (f"{making.wanted.root} {version} was yanked: {reason}",)
    floating = nightless(lock, making.releases.now_at(lock.source.commit or "").registry)
    is_same = data == options.data
    report = Report(
        command="lock",
        notes=(
            *notes,
            *(
                f"{artifact} floats: no lock of -o says which data it is, nor does a release"
                for artifact in floating
            ),
        ),
        summary={"written": int(not is_same), "unchanged": int(is_same)},
        done=() if is_same else (f"wrote {options.name}: {lock.root} {version} of {lock.source.release}",),
    )
    return Locked(report=report, data=None if is_same else data)


def _refuse_place(options: FileOptions, here: Registry | None) -> None:
    """Some locks have one writer."""
    if options.is_beside_registry and options.name.rpartition("/")[2] == FILE_NAME:
        raise UsageError(
            f"-o {options.name}: beside a plmctl.yaml it is written by 'plmctl release' alone",
            hint="give the lock of a deployment another name, or put it into a folder of its own",
        )
    if here is not None and (options.path or "").startswith(here.settings.at("environments/")):
        raise UsageError(
            f"-o {options.name}: the locks of environments are made of their pins",
            hint="run 'plmctl lock ENV APP'",
        )


def _existing(repo: Repo, options: FileOptions) -> Lock | None:
    """The lock that is there; while a merge is in conflict, the one of HEAD. Raises IntegrityError."""
    data = options.data
    if data is not None and is_conflicted(data):
        data = _committed(repo, options.path) if options.path is not None else None
    return read_lock(options.name, data) if data is not None else None


def _committed(repo: Repo, path: str) -> bytes | None:
    head = repo.head().commit
    if head is None:
        return None
    data = bytes_at(repo.commit_tree(head), path, limit=LOCK_LIMIT)
    return None if data is None or is_conflicted(data) else data


def _is_of(lock: Lock, registry: str, root: str) -> bool:
    return (lock.registry, lock.root) == (registry, root)


def _range(want: str | None) -> Range:
    found = parsed_range(want) if want is not None else ANY
    if found is None:
        raise UsageError(
            f"'{want}' is no version and no range", hint="write 1.2.0, ^1.2, ~1.2, or '>=1.2, <2'"
        )
    return found


def check_file(repo: Repo, options: FileOptions) -> Report:
    """Whether a lock is what its registry released, as far as that is here or was fetched."""
    if options.data is None:
        hint = f"run 'plmctl lock -o {options.name} ID' to make it"
        raise UsageError(f"there is no file {options.name}", hint=hint)
    mend = f"run 'plmctl lock -o {options.name}'"
    if is_conflicted(options.data):
        found = of_file(options.name, LOCK_STALE, "it has conflict markers", mend)
        return Report(command="lock", findings=(found,), summary={"locks": 1, "manifests": 0})
    lock = read_lock(options.name, options.data)
    if lock.root is None:
        hint = f"run 'plmctl verify {options.name}'"
        raise UsageError(f"{options.name} is the lock of a whole registry: no range, no root", hint=hint)
    try:
        releases = releases_of(repo, registry_here(repo), lock)
    except DamagedError as error:
        raise _fetched_anew(options.name, lock, error) from error
    if releases is None:
        refuse_contradicted(repo, lock, options.name)
        raise PlmctlError(
            f"{options.name}: the release {lock.source.release} of {lock.registry} was not fetched",
            hint=f"{mend} where its registry can be reached",
        )
    try:
        wrong = tuple(file_findings(options.name, lock, releases, mend))
    except DamagedError as error:
        raise _fetched_anew(options.name, lock, error) from error
    return Report(command="lock", findings=wrong, summary={"locks": 1, "manifests": 0})


def _fetched_anew(name: str, lock: Lock, error: DamagedError) -> DamagedError:
    """That what was fetched for a lock is damaged, with the command that fetches it anew."""
    where = " --registry GIT" if lock.git is None else ""
    hint = f"run 'plmctl lock -o {name}{where}' where its registry can be reached"
    return DamagedError(f"{name}: {error.message}", hint=hint)
