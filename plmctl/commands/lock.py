"""lock: what each environment runs of each application, exactly."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from plmctl.commands.conflict import conflict_problems
from plmctl.commands.locking import Locking
from plmctl.commands.moment import current
from plmctl.commands.pins import Pin, is_over, named_environment, pins_of
from plmctl.commands.registries import Fetching, refuse_moved, renewed
from plmctl.commands.releases import Releases
from plmctl.commands.retirement import retired_and_locked
from plmctl.commands.staleness import orphans, pin_findings
from plmctl.commands.trust import tag_problems
from plmctl.commands.validate import tree_of
from plmctl.core.finding import DamagedError, Level, PlmctlError, UsageError, sorted_findings
from plmctl.core.lock import Lock, locked_version, serialised
from plmctl.core.locking import CannotLock
from plmctl.core.ports import Repo, Tree
from plmctl.core.registry import Registry
from plmctl.core.report import Problem, Report, problem_of
from plmctl.core.slip import nearest
from plmctl.core.tag import History
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
    for pin, target in [(pin, _target(pin, pins, options)) for pin in pins]:
        making.write(pin, target)
    summary: dict[str, Value] = {"written": len(making.done), "unchanged": making.kept}
    # From the top of the repository, wherever this is read.
    folder = registry.settings.at("environments")
    following = (f"git add ':/{folder}' && git commit",) if making.done else ()
    return Report(
        command="lock",
        problems=(*conflict_problems(repo, registry, tree), *making.problems),
        done=tuple(making.done),
        notes=tuple(making.notes),
        summary=summary,
        next=following,
    )


@dataclass(slots=True, kw_only=True)
class _Making:
    """Locks in the making: what was written, and what came in between."""

    repo: Repo
    locking: Locking
    today: str | None
    kept: int = 0
    done: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    fetching: dict[str, Fetching | PlmctlError] = field(default_factory=dict)

    def write(self, pin: Pin, target: Target) -> None:
        """Write the lock of a pin where it is another than there is."""
        try:
            if target is not None:
                _refuse_held(pin, self.today)
            made = self._made(pin, target)
            is_same = self.locking.bytes_of(pin.path) == serialised(made)
        except (CannotLock, PlmctlError) as error:
            self.problems.append(_cannot(pin, error, self.locking.past))
            return
        if is_same:
            self.kept += 1
        else:
            self.repo.put(pin.path, serialised(made))
            self.done.append(f"wrote {pin.path}")

    def _made(self, pin: Pin, target: Target) -> Lock:
        if pin.registry is None:
            return self._noted(pin, self.locking.lock_of(pin, target), self.locking.releases)
        address = pin.registry
        return renewed(self.repo, address, lambda: self._fetched(pin, target, address))

    def _fetched(self, pin: Pin, target: Target, address: str) -> Lock:
        """The lock of a pin from a registry elsewhere, which is asked again if what is kept is damaged."""
        try:
            return self._from(self._registry(address), pin, target)
        except DamagedError:
            self.fetching.pop(address, None)
            raise

    def _from(self, there: Fetching, pin: Pin, target: Target) -> Lock:
        releases = there.releases(pin.application)
        made = self.locking.lock_of(pin, target, releases)
        refuse_moved(self.locking.existing(pin), made)
        there.confirm(made)
        return self._noted(pin, made, releases)

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

    def _noted(self, pin: Pin, made: Lock, releases: Releases) -> Lock:
        version = str(locked_version(made))
        reason = releases.yanked(pin.application).get(version)
        if reason is not None:
            self.notes.append(f"{pin.environment.name} {pin.application} {version} was yanked: {reason}")
        return made


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


def _cannot(pin: Pin, error: CannotLock | PlmctlError, past: History) -> Problem:
    name = f"{pin.environment.name} application/{pin.name}"
    if isinstance(error, PlmctlError):
        return Problem(message=f"{name}: {error.message}", hint=error.hint, exit_code=error.exit_code)
    is_unreleased = pin.registry is None and pin.application not in past.versions
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
        raise CannotLock(f"it is on hold: {pin.hold.get('reason')}", hint=hint)


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
