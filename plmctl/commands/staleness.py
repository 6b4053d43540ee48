"""Whether locks are what is asked of them: by the pins of environments, or by what they say themselves."""

from collections.abc import Iterator

from plmctl.commands.contradiction import refuse_contradicted
from plmctl.commands.locking import Locking, Unordered
from plmctl.commands.pins import Pin
from plmctl.commands.registries import fetched_releases
from plmctl.commands.releases import Releases
from plmctl.core.finding import Finding, Level, Location, Rule
from plmctl.core.floating import carried
from plmctl.core.lock import (
    CannotLock,
    Lock,
    differences,
    is_conflicted,
    locked_version,
    read_lock,
    serialised,
)
from plmctl.core.locking import Wanted
from plmctl.core.ports import Repo, Tree
from plmctl.core.registry import Registry
from plmctl.core.report import Problem
from plmctl.core.version import ANY, parsed_range

LOCK_STALE = Rule(
    code="REG008",
    name="lock-stale",
    level=Level.ERROR,
    meaning="A lock is not what is asked of it: what runs is not what the manifest of the environment "
    "promises, or what the lock itself says it is."
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
VERSION_YANKED = Rule(
    code="REG019",
    name="version-yanked",
    level=Level.WARNING,
    meaning="A lock holds a version that was withdrawn since: the newest release has it in `metadata.yanked`."
    "\n\n"
    "It stays as it is, for what runs is not changed behind anybody's back. Take another with "
    "`plmctl lock --update`; an exact pin has to name another first.",
)


def pin_findings(pin: Pin, locking: Locking, repo: Repo) -> Iterator[Finding | Problem]:
    """What is wrong with the lock of a pin; a problem where its registry was not fetched."""
    data = locking.bytes_of(pin.path)
    if data is not None and is_conflicted(data):
        yield _of_pin(pin, LOCK_STALE, f"{pin.path} has conflict markers")
        return
    left = locking.former(pin) if data is None else ()
    if left:
        yield _of_pin(pin, LOCK_STALE, f"{left[0]} is the lock of application/{pin.name} by its former name")
        return
    if pin.registry is None:
        yield from _compared(pin, data, locking, locking.releases)
        return
    if data is None:
        yield _of_pin(pin, LOCK_STALE, f"there is no lock for application/{pin.name}")
        return
    lock = read_lock(pin.path, data)
    releases = fetched_releases(repo, lock)
    if releases is not None:
        yield from _compared(pin, data, locking, releases)
        return
    refuse_contradicted(repo, lock, pin.path)
    yield from _said(pin, lock)
    message = f"{pin.path}: compared with its pin alone, {pin.registry} was not fetched here"
    hint = f"run 'plmctl lock {pin.environment.name} {pin.name}' where it can be reached"
    yield Problem(message=message, hint=hint, exit_code=0)


def _compared(pin: Pin, data: bytes | None, locking: Locking, releases: Releases) -> Iterator[Finding]:
    """How a lock differs from what its pin demands of the releases."""
    try:
        expected = locking.lock_of(pin, releases=releases)
    except Unordered as error:
        missing = f"there is no lock for application/{pin.name}: " if data is None else ""
        yield _of_pin(pin, LOCK_STALE, f"{missing}{error}", error.hint)
        return
    except CannotLock as error:
        yield _of_pin(pin, PIN_UNRELEASED if data is None else LOCK_STALE, str(error))
        return
    if data is None:
        yield _of_pin(pin, LOCK_STALE, f"there is no lock for application/{pin.name}")
    elif serialised(expected) != data:
        yield _of_pin(pin, LOCK_STALE, _first_difference(pin.path, read_lock(pin.path, data), expected))
    else:
        version = str(locked_version(expected))
        reason = releases.yanked(pin.application).get(version)
        if reason is not None:
            yield _of_pin(pin, VERSION_YANKED, f"{pin.application} {version} was yanked: {reason}")


def _first_difference(path: str, lock: Lock, expected: Lock) -> str:
    place, said, right = differences(lock, expected)[0]
    return f"{path} is stale: {place} is {said!r}, the pin demands {right!r}"


def _said(pin: Pin, lock: Lock) -> Iterator[Finding]:
    """How a lock differs from its pin by what it says itself."""
    version = locked_version(lock)
    pairs = (
        ("root", lock.root, pin.application),
        ("environment", lock.environment, pin.environment.name),
        ("arm", lock.arm, pin.arm),
        ("want", lock.want, pin.range.text),
    )
    for field, said, right in pairs:
        if said != right:
            message = f"{pin.path} is stale: {field} is {said!r}, the pin demands {right!r}"
            yield _of_pin(pin, LOCK_STALE, message)
            return
    if version is None or not pin.range.allows(version):
        yield _of_pin(pin, LOCK_STALE, f"{pin.path} is stale: {version} is not in '{pin.range}'")


def _of_pin(pin: Pin, rule: Rule, message: str, mend: str | None = None) -> Finding:
    document = pin.environment.document
    mend = mend or {
        LOCK_STALE: f"run 'plmctl lock {pin.environment.name} {pin.name}'",
        VERSION_YANKED: f"run 'plmctl lock {pin.environment.name} --update {pin.name}'"
        if pin.range.exact is None
        else "pin another version",
    }.get(rule)
    return document.finding(rule, message, document.location(pin.pointer), mend, pin.environment.id)


def orphans(pins: tuple[Pin, ...], registry: Registry, tree: Tree) -> Iterator[Finding]:
    """The locks of environments that no pin and no arm asks for."""
    known = {pin.path for pin in pins}
    # Where the lock of an application that was renamed lies until it is moved, the pin's finding tells it.
    known |= {path for pin in pins if tree.kind(pin.path) is None for path in pin.former}
    folder = registry.settings.at("environments/")
    for path in tree.paths():
        if path.startswith(folder) and path.endswith(".lock") and path not in known:
            mend = f"run 'git rm {path}', or add the pin"
            yield of_file(path, LOCK_STALE, "no environment pins what this lock is of", mend)


def of_file(path: str, rule: Rule, message: str, mend: str | None) -> Finding:
    """A finding on a whole lock."""
    return Finding(rule=rule, message=message, location=Location(path=path), level=rule.level, help=mend)


def file_findings(path: str, lock: Lock, releases: Releases, mend: str) -> Iterator[Finding]:
    """How a lock differs from the releases that it says it is of."""
    release = releases.past.by_name[lock.source.release]
    wanted = Wanted(
        root=lock.root or "", want=lock.want, environment=lock.environment, arm=lock.arm, bind=lock.bind
    )
    try:
        expected = carried(
            releases.closure_lock(wanted, release), lock, releases.now_at(release.commit).registry
        )
    except CannotLock as error:
        yield of_file(path, LOCK_STALE, str(error), mend)
        return
    for place, said, right in differences(lock, expected)[:1]:
        message = f"{place} is {said!r}, {release.name} of {expected.registry} has {right!r}"
        yield of_file(path, LOCK_STALE, message, mend)
    version = locked_version(lock)
    wanted_range = (parsed_range(lock.want) if lock.want is not None else None) or ANY
    if version is None or (lock.want is not None and not wanted_range.allows(version)):
        yield of_file(path, LOCK_STALE, f"{version} is not in '{lock.want}'", mend)
    reason = releases.yanked(lock.root or "").get(str(version))
    if reason is not None:
        yield of_file(path, VERSION_YANKED, f"{lock.root} {version} was yanked: {reason}", f"{mend} --update")
