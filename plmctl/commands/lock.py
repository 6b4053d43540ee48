"""lock: what each environment runs of each application, exactly."""

from collections.abc import Iterator, Mapping
from dataclasses import field

from plmctl.commands.conflict import conflict_problems
from plmctl.commands.locking import Locking
from plmctl.commands.moment import current
from plmctl.commands.pins import Pin, is_over, named_environment, pins_of
from plmctl.commands.ran import never_ran
from plmctl.commands.registries import Fetching, refuse_moved, renewed
from plmctl.commands.releases import Releases
from plmctl.commands.retirement import retired_and_locked
from plmctl.commands.staleness import orphans, pin_findings
from plmctl.commands.tree import tree_of
from plmctl.commands.trust import tag_problems
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import DamagedError, Level, PlmctlError, UsageError, sorted_findings
from plmctl.core.floating import nightless
from plmctl.core.lock import CannotLock, Lock, locked_version, serialised
from plmctl.core.move import bringing
from plmctl.core.ports import Repo, Tree
from plmctl.core.registry import Registry
from plmctl.core.report import Problem, Report, problem_of
from plmctl.core.secrecy import masked
from plmctl.core.slip import nearest
from plmctl.core.value import Value
from plmctl.core.version import Version, parsed_version
from plmctl.rules.checks import findings

Target = Version | str | None


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
    pins = tuple(_chosen(registry, options))
    _refuse_unpinned(pins, options)
    if any(pin.registry is None for pin in pins) and (wrong := tuple(tag_problems(repo, locking.past))):
        return Report(command="lock", problems=wrong)
    making = _Making(repo=repo, locking=locking, today=options.today)
    targets = [(pin, _target(pin, pins, options)) for pin in pins]
    # In the order of promotions: what comes after may have the version that comes before.
    in_order = sorted(targets, key=lambda one: locking.order.position(one[0].environment))
    outcomes = {pin.path: making.outcome(pin, target) for pin, target in in_order}
    made = [outcomes[pin.path] for pin in pins]
    written = [outcome for outcome in made if outcome.done]
    summary: dict[str, Value] = {"written": len(written), "unchanged": sum(o.is_same for o in made)}
    # From the top of the repository, wherever this is read.
    folder = registry.settings.at("environments")
    following = (f"git add ':/{folder}' && git commit",) if written else ()
    return Report(
        command="lock",
        problems=(*conflict_problems(repo, registry, tree), *(p for o in made for p in o.problems)),
        done=tuple(line for outcome in made for line in outcome.done),
        notes=tuple(note for outcome in made for note in outcome.notes),
        summary=summary,
        next=following,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """What came of the lock of one pin."""

    done: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    is_same: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """A lock, and what is to be said of the version that was chosen."""

    lock: Lock
    notes: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class _Making:
    """Locks in the making."""

    repo: Repo
    locking: Locking
    today: str | None
    fetching: dict[str, Fetching | PlmctlError] = field(default_factory=dict)

    def outcome(self, pin: Pin, target: Target) -> _Outcome:
        """Write the lock of a pin where it is another than there is."""
        try:
            if target is not None:
                _refuse_held(pin, self.today)
            made = self._made(pin, target)
            done = tuple(self._written(pin, serialised(made.lock)))
        except (CannotLock, PlmctlError) as error:
            return _Outcome(problems=(_cannot(pin, error, self.locking),))
        return _Outcome(done=done, notes=made.notes, is_same=not done)

    def _written(self, pin: Pin, data: bytes) -> Iterator[str]:
        if self.locking.bytes_of(pin.path) != data:
            self.repo.put(pin.path, data)
            self.locking.wrote(pin.path, data)
            yield f"wrote {pin.path}"
        for path in self.locking.former(pin):
            self.repo.remove(path)
            self.locking.wrote(path, None)
            yield f"removed {path}: it is {pin.path} now"

    def _made(self, pin: Pin, target: Target) -> _Made:
        if pin.registry is None:
            return self._locked(pin, target, self.locking.releases)
        address = pin.registry
        return renewed(self.repo, address, lambda: self._fetched(pin, target, address))

    def _fetched(self, pin: Pin, target: Target, address: str) -> _Made:
        """The lock of a pin from a registry elsewhere, which is asked again if what is kept is damaged."""
        try:
            there = self._registry(address)
            made = self._locked(pin, target, there.releases(pin.application))
            refuse_moved(self.locking.existing(pin), made.lock)
            there.confirm(made.lock)
        except DamagedError:
            self.fetching.pop(address, None)
            raise
        return made

    def _locked(self, pin: Pin, target: Target, releases: Releases) -> _Made:
        if isinstance(target, Version) and pin.range.exact is None:
            self.locking.refuse_unordered(pin, target)
        lock = self.locking.lock_of(pin, target, releases)
        return _Made(lock=lock, notes=tuple(self._notes(pin, target, lock, releases)))

    def _registry(self, address: str) -> Fetching:
        """A registry elsewhere, asked once; also where it does not answer. Raises PlmctlError."""
        if address not in self.fetching:
            try:
                self.fetching[address] = Fetching(self.repo, address)
            except DamagedError:
                raise
            except PlmctlError as error:
                self.fetching[address] = error
        found = self.fetching[address]
        if isinstance(found, PlmctlError):
            raise found
        return found

    def _notes(self, pin: Pin, target: Target, made: Lock, releases: Releases) -> Iterator[str]:
        """What is to be said of the version that was chosen."""
        version, locking = locked_version(made), self.locking
        reason = releases.yanked(pin.application).get(str(version))
        if reason is not None:
            yield f"{pin.environment.name} {pin.application} {version} was yanked: {masked(reason)}"
        yield from _nightless(pin, made, releases)
        before = locking.order.before(pin.environment)
        if before is None or version is None:
            return
        if not (locking.is_ordered(pin, version) or locking.begins(pin, before, version)):
            said = never_ran(pin.application, version, before, pin.environment)
            yield f"{said}; the pin '{pin.range}' in {pin.environment.path} has it"
        newest = releases.fitting(pin.application, pin.range)[-1].version if target == "newest" else version
        if newest > version:
            said = never_ran(pin.application, newest, before, pin.environment)
            yield f"{said}: run '{bringing(pin.application, newest, before.name)}' first"


def _nightless(pin: Pin, made: Lock, releases: Releases) -> Iterator[str]:
    """The floating data of which a lock says nothing yet, and what records it."""
    command = f": 'plmctl lock {pin.environment.name} {pin.name} --data' records the newest"
    mend = command if pin.registry is None else ""
    for artifact in nightless(made, releases.now_at(made.source.commit or "").registry):
        yield f"the lock of {pin.name} in {pin.environment.name} says no night of {artifact}{mend}"


def check(repo: Repo, options: LockOptions) -> Report:
    """Whether the registry is right and every lock is what its pin says; writes nothing."""
    tree = tree_of(repo, None, options.is_staged)
    registry = current(tree)
    found = [f for f in findings(registry, options.today) if f.level is not Level.OFF]
    found.extend(retired_and_locked(registry, tree))
    locking = Locking(repo, registry, tree)
    pins = tuple(_chosen(registry, options))
    if options.environment is None:
        found.extend(orphans(pins, registry, tree))
    problems = list(_check_problems(pins, locking, repo, tree))
    for pin in pins if not problems else ():
        try:
            for told in pin_findings(pin, locking, repo):
                if isinstance(told, Problem):
                    problems.append(told)
                else:
                    found.append(told)
        except PlmctlError as error:
            problems.append(_unread(pin, error))
    problems.extend(conflict_problems(repo, registry, tree))
    return Report(
        command="lock",
        findings=sorted_findings(found),
        problems=tuple(problems),
        summary={"locks": len(pins), "manifests": len(registry.manifests)},
    )


def _unread(pin: Pin, error: PlmctlError) -> Problem:
    """That a lock could not be compared; what was fetched for it, and is damaged, is fetched anew."""
    if not isinstance(error, DamagedError):
        return problem_of(error)
    hint = f"run 'plmctl lock {pin.environment.name} {pin.name}' where its registry can be reached"
    return Problem(message=f"{pin.path}: {error.message}", hint=hint, exit_code=error.exit_code)


def _check_problems(pins: tuple[Pin, ...], locking: "Locking", repo: Repo, tree: Tree) -> Iterator[Problem]:
    """Why locks cannot be compared with the releases here; nothing where there are no locks."""
    if any(pin.registry is None and tree.kind(pin.path) is not None for pin in pins):
        yield from tag_problems(repo, locking.past)
        if not locking.past.releases and not repo.is_shallow:
            message = "there are locks here, and no release they could be of"
            yield Problem(message=message, hint="run 'git fetch --tags'")


def _cannot(pin: Pin, error: CannotLock | PlmctlError, locking: Locking) -> Problem:
    name = f"{pin.environment.name} application/{pin.name}"
    if isinstance(error, PlmctlError):
        return Problem(message=f"{name}: {error.message}", hint=error.hint, exit_code=error.exit_code)
    is_unreleased = pin.registry is None and not locking.releases.versions(pin.application)
    hint = "run 'plmctl release' first" if is_unreleased else f"see the pin in {pin.environment.path}"
    return Problem(message=f"{name}: {error}", hint=error.hint or hint, exit_code=1)


def _chosen(registry: Registry, options: LockOptions) -> Iterator[Pin]:
    environments = registry.of_kind("Environment")
    if options.environment is not None:
        environments = (named_environment(registry, options.environment),)
    pins = [pin for environment in environments for pin in pins_of(registry, environment)]
    if options.application is None:
        yield from pins
        return
    found = [pin for pin in pins if pin.is_named(options.application)]
    if not found:
        near = nearest(options.application, [pin.name for pin in pins])
        raise UsageError(
            f"{options.environment} pins no application/{options.application.removeprefix('application/')}",
            hint=f"did you mean '{near}'?" if near else "add it to its pins",
        )
    yield from found


def _refuse_unpinned(pins: tuple[Pin, ...], options: LockOptions) -> None:
    for name in options.update or ():
        if not any(pin.is_named(name) for pin in pins):
            near = nearest(name, [pin.name for pin in pins])
            hint = f"did you mean '{near}'?" if near else "name an application that an environment pins"
            raise UsageError(f"--update {name}: no pin is of it", hint=hint)


def _refuse_held(pin: Pin, today: str | None) -> None:
    if pin.hold is not None and not is_over(pin.hold, today):
        arm = f" --arm {pin.arm}" if pin.arm else ""
        application, there = pin.application.removeprefix("application/"), f"{pin.environment.name}{arm}"
        hint = f"to lift the hold too, run 'plmctl promote {application} --to {there} --lift-hold'"
        raise CannotLock(f"it is on hold: {masked(str(pin.hold.get('reason')))}", hint=hint)


def _target(pin: Pin, pins: tuple[Pin, ...], options: LockOptions) -> Target:
    """The version asked for; the word 'newest' for whatever is; None to keep what is locked."""
    if options.update is None:
        return None
    if not options.update:
        return "newest"
    for name, version in options.update.items():
        if pin.is_named(name):
            return _demanded(pin, [other for other in pins if other.is_named(name)], version)
    return None


def _demanded(pin: Pin, named: list[Pin], version: str | None) -> Target:
    """The version that was asked for by name, for each of the pins named that allows it."""
    if version is None:
        return "newest"
    wanted = parsed_version(version)
    if wanted is not None and pin.range.allows(wanted):
        return wanted
    # An application may have arms with other ranges: what one of them allows is meant for that one.
    if wanted is not None and any(other.range.allows(wanted) for other in named):
        return None
    raise UsageError(
        f"{version} is not in the pin '{pin.range}'", hint=f"change the pin in {pin.environment.path}"
    )
