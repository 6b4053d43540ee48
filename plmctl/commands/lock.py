"""lock: what each environment runs of each application, exactly."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from plmctl.commands.locking import Locking
from plmctl.commands.moment import current
from plmctl.commands.pins import Pin, is_over, named_environment, pins_of
from plmctl.commands.trust import tag_problems
from plmctl.commands.validate import tree_of
from plmctl.core.finding import Finding, IntegrityError, Level, Location, Rule, UsageError, sorted_findings
from plmctl.core.lock import differences, is_conflicted, read_lock, serialised
from plmctl.core.locking import CannotLock
from plmctl.core.ports import Repo, Tree
from plmctl.core.registry import Registry
from plmctl.core.report import Problem, Report
from plmctl.core.slip import nearest
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
    for pin, target in [(pin, _target(pin, pins, options)) for pin in pins]:
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
    name = f"{pin.environment.name} application/{pin.name}"
    if isinstance(error, IntegrityError):
        return Problem(message=f"{name}: {error.message}", hint=error.hint, exit_code=error.exit_code)
    return Problem(message=f"{name}: {error}", hint=f"see the pin in {pin.environment.path}", exit_code=1)


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
        raise CannotLock(f"it is on hold: {pin.hold.get('reason')}")


def _target(pin: Pin, pins: tuple[Pin, ...], options: LockOptions) -> Version | str | None:
    """The version asked for; the word 'newest' for whatever is; None to keep what is locked."""
    if options.update is None:
        return None
    if not options.update:
        return "newest"
    for name, version in options.update.items():
        if pin.is_named(name):
            return _demanded(pin, [other for other in pins if other.is_named(name)], version)
    return None


def _demanded(pin: Pin, named: list[Pin], version: str | None) -> Version | str | None:
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


def _stale(pin: Pin, locking: Locking) -> Iterable[Finding]:
    data = locking.bytes_of(pin.path)
    try:
        expected = locking.lock_of(pin)
    except CannotLock as error:
        rule = PIN_UNRELEASED if data is None else LOCK_STALE
        return (_finding(pin, rule, str(error)),)
    if data is None:
        return (_finding(pin, LOCK_STALE, f"there is no lock for application/{pin.name}"),)
    if serialised(expected) == data:
        return ()
    if is_conflicted(data):
        return (_finding(pin, LOCK_STALE, f"{pin.path} has conflict markers"),)
    first = differences(read_lock(pin.path, data), expected)[0]
    return (
        _finding(
            pin, LOCK_STALE, f"{pin.path} is stale: {first[0]} is {first[1]!r}, the pin demands {first[2]!r}"
        ),
    )


def _finding(pin: Pin, rule: Rule, message: str) -> Finding:
    document = pin.environment.document
    mend = f"run 'plmctl lock {pin.environment.name} {pin.name}'" if rule is LOCK_STALE else None
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
