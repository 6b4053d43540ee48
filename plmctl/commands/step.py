"""What promotions and rollbacks have in common: the step from one lock to another, and how it is told."""

from collections.abc import Iterable, Mapping

from plmctl.commands.catalogue import catalogue
from plmctl.commands.pins import Pin
from plmctl.commands.scene import Scene
from plmctl.core.finding import IntegrityError
from plmctl.core.lock import CannotLock, Lock, is_conflicted, locked_version, read_lock
from plmctl.core.manifest import Manifest
from plmctl.core.move import Move, artifact_moves
from plmctl.core.report import Problem
from plmctl.core.secrecy import masked
from plmctl.core.tag import History
from plmctl.core.value import Value
from plmctl.core.version import Version


def move_of(
    scene: Scene,
    pin: Pin,
    before: Pin | None,
    lock: Lock,
    why: str,
    *,
    past: History,
    application: Manifest | None,
) -> Move:
    """The step that a new lock is, from the one that the commit has.

    Its versions are told by the past of where they were released; of an application elsewhere the manifest
    may not be at hand.
    """
    old = lock_at(scene, pin)
    version = locked_version(old) if old is not None and old.root in pin.names else None
    owned = (scene.environment, *((application,) if application is not None else ()))
    return Move(
        environment=scene.environment.id,
        application=pin.application,
        arm=pin.arm,
        old=str(version) if version is not None else None,
        new=str(locked_version(lock)),
        why=why,
        release=lock.source.release,
        pin=(before.range.text if before is not None else None, pin.range.text),
        artifacts=tuple(artifact_moves(old, lock, past, catalogue(), scene.registry.former)),
        asked=tuple((m.id, tuple(map(masked, m.owners))) for m in owned if m.owners),
    )


def lock_at(scene: Scene, pin: Pin) -> Lock | None:
    """The lock of a pin that the commit has, None for none, or one in conflict. Raises IntegrityError."""
    locks = ((path, scene.locking.bytes_of(path)) for path in (pin.path, *pin.former))
    path, data = next((found for found in locks if found[1] is not None), (pin.path, None))
    return read_lock(path, data) if data is not None and not is_conflicted(data) else None


def cannot_lock(pin: Pin, version: Version, error: CannotLock | IntegrityError) -> Problem:
    """Why there is no lock of a version."""
    name = f"{pin.environment.name} {pin.name} {version}"
    if isinstance(error, IntegrityError):
        return Problem(message=f"{name}: {error.message}", hint=error.hint, exit_code=error.exit_code)
    hint = error.hint or f"see the pins in {pin.environment.path}"
    return Problem(message=f"{name}: {error}", hint=hint, exit_code=1)


def data_of(move: Move, files: Iterable[str]) -> dict[str, Value]:
    """The step and the files that it changes, for programs."""
    return {**move.value(), "files": list[Value](sorted(files))}


def trailers_of(move: Move) -> dict[str, str]:
    """What the commit says of the step, for readers of `git log`."""
    said = {"Environment": move.place, "Application": move.name, "Version": move.new}
    previous = {"Previous": move.old} if move.old is not None else {}
    return {**said, **previous, "Release": move.release}


def ran_before(move: Move) -> str:
    """What the environment ran until then, for the message of the commit."""
    return f"It ran {move.old} before." if move.old is not None else "It did not run there before."


def commit_message(subject: str, body: Iterable[str], trailers: Mapping[str, str]) -> str:
    """A subject, sentences, and a block of trailers."""
    block = "\n".join(f"{key}: {value}" for key, value in trailers.items())
    return "\n\n".join((subject, "\n".join(body), block)) + "\n"
