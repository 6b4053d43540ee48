"""What a rollback knows of releases: all of this registry's, of one elsewhere what was fetched before.

Nothing is asked: the way back is open where no registry answers.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress

from plmctl.commands.pins import Pin
from plmctl.commands.registries import fetched_releases
from plmctl.commands.releases import Releases
from plmctl.commands.scene import Scene
from plmctl.core.course import Step
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import IntegrityError, PlmctlError
from plmctl.core.lock import CannotLock, Lock, read_lock, serialised
from plmctl.core.move import bringing
from plmctl.core.tag import History, history
from plmctl.core.value import as_mapping, as_text
from plmctl.core.version import parsed_version

# What was fetched for one of the newest locks tells of all before it.
_MOST_TRIED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Releases, None where nothing is known of them; what they withdrew, and what is to be said of that."""

    releases: Releases | None
    past: History
    yanked: Mapping[str, str]
    notes: tuple[str, ...] = ()


def known_here(scene: Scene, pin: Pin) -> Known:
    """All that this repository's tags say."""
    releases = scene.locking.releases
    return Known(releases=releases, past=releases.past, yanked=releases.yanked(pin.application))


def known_elsewhere(scene: Scene, pin: Pin) -> Known:
    """What was fetched before of the registry of an environment, as far as it can be read."""
    for step in _newest(scene.steps(pin)):
        with suppress(PlmctlError):
            releases = fetched_releases(scene.repo, read_lock(pin.path, step.lock))
            if releases is not None and releases.newest is not None:
                note = f"{pin.registry} was not asked: what it withdrew is known up to {releases.newest.name}"
                yanked = releases.yanked(pin.application)
                return Known(releases=releases, past=releases.past, yanked=yanked, notes=(note,))
    return unknown(scene, f"{pin.registry} was not asked: whether it withdrew that version is not known here")


def unknown(scene: Scene, *notes: str) -> Known:
    """That nothing is known of the releases."""
    nothing = history((), scene.registry.settings)
    return Known(releases=None, past=nothing, yanked={}, notes=notes)


def _newest(steps: tuple[Step, ...]) -> Iterator[Step]:
    """The newest steps, of which each has another lock."""
    locks = {step.lock: step for step in steps if step.version is not None}
    yield from list(reversed(locks.values()))[:_MOST_TRIED]


def lock_from_elsewhere(
    known: Known, after: Scene, pin: Pin, target: Step
) -> tuple[bytes, Lock, tuple[str, ...]]:
    """The lock of a registry elsewhere as it was, from the history of this repository.

    Made anew where `bind` has changed since. Raises CannotLock, PlmctlError.
    """
    then = after.locking.registry_at(target.commit).manifests.get(after.environment.id)
    spec = then.spec if then is not None else {}
    if spec.get("bind") != after.environment.spec.get("bind"):
        return _made_anew(known, after, pin, target)
    old = read_lock(pin.path, target.lock)
    release = known.past.by_name.get(old.source.release)
    said = (old.source.tag_object, old.source.commit)
    if release is not None and (release.object_id, release.commit) != said:
        raise IntegrityError(
            f"its lock of then names {old.source.release}, which is another now",
            hint=f"ask who keeps {pin.registry}, and look at 'git show {target.commit[:10]}'",
        )
    was = as_text(as_mapping(spec.get("registry")).get("git"))
    notes = () if was == pin.registry else (f"its lock of then was made from {was or 'this repository'}",)
    return target.lock, old, notes


def _made_anew(known: Known, after: Scene, pin: Pin, target: Step) -> tuple[bytes, Lock, tuple[str, ...]]:
    place, version = after.environment.name, parsed_version(target.version or "")
    try:
        if known.releases is None:
            raise PlmctlError("it was not fetched here")
        made = after.locking.lock_of(pin, version, known.releases)
    except PlmctlError as error:
        promotion = bringing(pin.application, target.version or "", place, pin.arm)
        raise CannotLock(
            f"bind of {place} has changed since, and {pin.registry} cannot be read to lock it anew:"
            f" {error.message}",
            hint=f"where it can be reached, run '{promotion}'",
        ) from error
    note = f"bind of {place} has changed since: the lock is made anew, not brought back"
    return serialised(made), made, (note,)
