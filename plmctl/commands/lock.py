"""lock: what each environment runs of each application, exactly."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from plmctl.commands.moment import current, registry_at
from plmctl.commands.pins import Pin, pins_of
from plmctl.commands.trust import tag_problems
from plmctl.commands.validate import tree_of
from plmctl.core.canonical import sha256_of
from plmctl.core.finding import Finding, IntegrityError, Level, Location, Rule, UsageError, sorted_findings
from plmctl.core.lock import FILE_NAME, LOCK_LIMIT, Lock, differences, read_lock, serialised
from plmctl.core.locking import CannotLock, Now, Wanted, closure_lock, now_of
from plmctl.core.manifest import Manifest
from plmctl.core.ports import EntryKind, Repo, Tree, Unreadable
from plmctl.core.registry import Registry
from plmctl.core.report import Problem, Report
from plmctl.core.slip import nearest
from plmctl.core.tag import ArtifactTag, History, RegistryTag, history
from plmctl.core.value import Value
from plmctl.core.version import Version, parsed_version
from plmctl.rules.checks import findings

LOCK_STALE = Rule(
    code="REG008",
    name="lock-stale",
    level=Level.ERROR,
    meaning="An environment's lock is not what its pins say: what runs is not what the manifest promises."
    "\n\n"
    "Make it anew with `plmctl lock` and commit it, or put the pin back.",
)
PIN_UNRELEASED = Rule(
    code="REG016",
    name="pin-unreleased",
    level=Level.INFO,
    meaning="An environment pins a version that is not released yet: there is nothing to lock."
    "\n\n"
    "Nothing can be deployed by that pin. Release the version, or pin one that is released.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LockOptions:
    """Which environment and application (none: all); `update` takes newer versions than the lock's."""

    environment: str | None = None
    application: str | None = None
    update: Mapping[str, str | None] | None = None
    is_staged: bool = False
    today: str | None = None


def lock(repo: Repo, options: LockOptions) -> Report:
    """Writes the locks of environments whose pins demand another one than there is."""
    tree = tree_of(repo, None, options.is_staged)
    registry = current(tree)
    locking = Locking(repo, registry, tree)
    problems = list(tag_problems(repo, locking.past))
    done: list[str] = []
    kept = 0
    pins = tuple(_chosen(registry, options))
    _refuse_unpinned(pins, options)
    if problems:
        return Report(command="lock", problems=tuple(problems))
    for pin, target in [(pin, _target(pin, options)) for pin in pins]:
        try:
            if target is not None:
                _refuse_held(pin, options.today)
            data = serialised(locking.lock_of(pin, target))
        except (CannotLock, IntegrityError) as error:
            problems.append(_cannot(pin, error))
            continue
        if locking.bytes_of(pin.path) == data:
            kept += 1
        else:
            repo.put(pin.path, data)
            done.append(f"wrote {pin.path}")
    summary: dict[str, Value] = {"written": len(done), "unchanged": kept}
    # From the top of the repository, wherever this is read.
    folder = registry.settings.at("environments")
    following = (f"git add ':/{folder}' && git commit",) if done else ()
    return Report(command="lock", problems=tuple(problems), done=tuple(done), summary=summary, next=following)


def check(repo: Repo, options: LockOptions) -> Report:
    """Whether the registry is right and every lock is what its pin says; writes nothing."""
    tree = tree_of(repo, None, options.is_staged)
    registry = current(tree)
    found = [f for f in findings(registry, options.today) if f.level is not Level.OFF]
    locking = Locking(repo, registry, tree)
    pins = tuple(_chosen(registry, options))
    if options.environment is None:
        found.extend(_orphans(pins, registry, tree))
    problems = list(_check_problems(pins, locking, repo, tree))
    for pin in pins if not problems else ():
        try:
            found.extend(_stale(pin, locking))
        except IntegrityError as error:
            problems.append(Problem(message=error.message, hint=error.hint, exit_code=error.exit_code))
    return Report(
        command="lock",
        findings=sorted_findings(found),
        problems=tuple(problems),
        summary={"locks": len(pins), "manifests": len(registry.manifests)},
    )


def _check_problems(pins: tuple[Pin, ...], locking: "Locking", repo: Repo, tree: Tree) -> Iterator[Problem]:
    """Why locks cannot be compared with the releases here; nothing where there are no locks."""
    if any(tree.kind(pin.path) is not None for pin in pins):
        yield from tag_problems(repo, locking.past)
        if not locking.past.releases and not repo.is_shallow:
            message = "there are locks here, and no release they could be of"
            yield Problem(message=message, hint="run 'git fetch --tags'")


def _cannot(pin: Pin, error: CannotLock | IntegrityError) -> Problem:
    name = f"{pin.environment.name} {pin.application}"
    if isinstance(error, IntegrityError):
        return Problem(message=f"{name}: {error.message}", hint=error.hint, exit_code=error.exit_code)
    return Problem(message=f"{name}: {error}", hint=f"see the pin in {pin.environment.path}", exit_code=1)


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
            root=pin.application, want=pin.range.text, environment=pin.environment.name, bind=pin.bind
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
        if data is None or b"<<<<<<<" in data:
            return None
        entry = read_lock(pin.path, data).artifacts.get(pin.application)
        return parsed_version(entry.version) if entry is not None and entry.version else None

    def _chosen(self, pin: Pin, preferred: Version | None, *, is_demanded: bool) -> ArtifactTag:
        tags = [t for t in self.past.versions.get(pin.application, ()) if pin.range.allows(t.version)]
        held = [t for t in tags if t.version == preferred]
        if held:
            return held[0]
        if preferred is not None and pin.range.allows(preferred) and not is_demanded:
            raise CannotLock(f"the locked version {preferred} has no release here: run 'git fetch --tags'")
        if is_demanded:
            raise CannotLock(f"{pin.application} has no version {preferred}: {self._versions(pin)}")
        allowed = [t for t in tags if pin.range.exact or str(t.version) not in self._yanked(pin.application)]
        if not allowed:
            raise CannotLock(self._nothing_fits(pin))
        return max(allowed, key=lambda tag: tag.version)

    def _yanked(self, artifact: str) -> frozenset[str]:
        """Versions that were withdrawn, as the newest registry release says."""
        newest = max(self.past.releases, key=lambda r: r.version)
        manifest = self.registry_at(newest.commit).manifests.get(artifact)
        items = manifest.metadata.get("yanked") if manifest is not None else None
        rows = items if isinstance(items, list) else []
        return frozenset(str(row["version"]) for row in rows if isinstance(row, dict) and "version" in row)

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


def _chosen(registry: Registry, options: LockOptions) -> Iterator[Pin]:
    environments = registry.of_kind("Environment")
    if options.environment is not None:
        environments = (_named_environment(registry, options.environment),)
    pins = [pin for environment in environments for pin in pins_of(registry, environment)]
    if options.application is None:
        yield from pins
        return
    wanted = f"application/{options.application.removeprefix('application/')}"
    found = [pin for pin in pins if pin.application == wanted]
    if not found:
        near = nearest(options.application, [pin.application.removeprefix("application/") for pin in pins])
        raise UsageError(
            f"{options.environment} pins no {wanted}",
            hint=f"did you mean '{near}'?" if near else "add it to its pins",
        )
    yield from found


def _named_environment(registry: Registry, name: str) -> Manifest:
    manifest = registry.manifests.get(f"environment/{name.removeprefix('environment/')}")
    if manifest is None:
        known = [m.name for m in registry.of_kind("Environment")]
        near = nearest(name, known)
        hint = f"did you mean '{near}'?" if near else f"there are {', '.join(known) or 'none'}"
        raise UsageError(f"no environment {name}", hint=hint)
    return manifest


def _refuse_unpinned(pins: tuple[Pin, ...], options: LockOptions) -> None:
    known = [pin.application.removeprefix("application/") for pin in pins]
    for name in options.update or ():
        if name.removeprefix("application/") not in known:
            near = nearest(name, known)
            hint = f"did you mean '{near}'?" if near else "name an application that an environment pins"
            raise UsageError(f"--update {name}: no pin is of it", hint=hint)


def _refuse_held(pin: Pin, today: str | None) -> None:
    if pin.hold is None:
        return
    until = pin.hold.get("until")
    if isinstance(until, str) and today is not None and until < today:
        return
    raise CannotLock(f"it is on hold: {pin.hold.get('reason')}")


def _target(pin: Pin, options: LockOptions) -> Version | str | None:
    """The version asked for; the word 'newest' for whatever is; None to keep what is locked."""
    if options.update is None:
        return None
    if not options.update:
        return "newest"
    for name, version in options.update.items():
        if pin.application == f"application/{name.removeprefix('application/')}":
            wanted = parsed_version(version) if version else None
            if version and (wanted is None or not pin.range.allows(wanted)):
                raise UsageError(
                    f"{version} is not in the pin '{pin.range}'",
                    hint=f"change the pin in {pin.environment.path}",
                )
            return wanted or "newest"
    return None


def _stale(pin: Pin, locking: Locking) -> Iterable[Finding]:
    data = locking.bytes_of(pin.path)
    try:
        expected = locking.lock_of(pin)
    except CannotLock as error:
        rule = PIN_UNRELEASED if data is None else LOCK_STALE
        return (_finding(pin, rule, str(error)),)
    if data is None:
        return (_finding(pin, LOCK_STALE, f"there is no lock for {pin.application}"),)
    if serialised(expected) == data:
        return ()
    if b"<<<<<<<" in data:
        return (_finding(pin, LOCK_STALE, f"{pin.path} has conflict markers"),)
    first = differences(read_lock(pin.path, data), expected)[0]
    return (
        _finding(
            pin, LOCK_STALE, f"{pin.path} is stale: {first[0]} is {first[1]!r}, the pin demands {first[2]!r}"
        ),
    )


def _finding(pin: Pin, rule: Rule, message: str) -> Finding:
    document = pin.environment.document
    name = pin.application.removeprefix("application/")
    mend = f"run 'plmctl lock {pin.environment.name} {name}'" if rule is LOCK_STALE else None
    return document.finding(rule, message, document.location(pin.pointer), mend, pin.environment.id)


def _orphans(pins: tuple[Pin, ...], registry: Registry, tree: Tree) -> Iterator[Finding]:
    known = {pin.path for pin in pins}
    folder = registry.settings.at("environments/")
    for path in tree.paths():
        if path.startswith(folder) and path.endswith(".lock") and path not in known:
            yield Finding(
                rule=LOCK_STALE,
                message="no environment pins what this lock is of",
                location=Location(path=path),
                level=LOCK_STALE.level,
                help=f"run 'git rm {path}', or add the pin",
            )
