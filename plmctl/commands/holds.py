"""Holds: what keeps an application at its version in an environment, and who said so."""

from collections.abc import Mapping

from plmctl.commands.pins import hold_of, is_over
from plmctl.commands.scene import Scene
from plmctl.commands.standing import SHORT
from plmctl.core.events import Scene as Watched
from plmctl.core.events import events
from plmctl.core.lock import LOCK_LIMIT, lock_folder
from plmctl.core.phrase import one_line
from plmctl.core.secrecy import masked
from plmctl.core.value import Value, as_text


def hold_now(scene: Scene, application: str, today: str) -> Mapping[str, Value] | None:
    """The hold on an application that is not over, None for none."""
    hold = hold_of(scene.registry, scene.environment, application)
    return None if hold is None or is_over(hold, today) else hold


def hold_said(scene: Scene, application: str, hold: Mapping[str, Value]) -> str:
    """That an environment holds an application, until when, and why."""
    until = as_text(hold.get("until"))
    end = f" until {until}" if until is not None else ""
    return f"{scene.environment.name} holds {application}{end}: {masked(one_line(str(hold.get('reason'))))}"


def hold_set_by(scene: Scene, application: str) -> str | None:
    """Who wrote the hold that is there, and in which commit; None where none did that by itself."""
    line = scene.repo.line(scene.start.parent, [scene.path])[::-1]
    ids = tuple(dict.fromkeys(f.new for commit in line for f in commit.files if f.new is not None))
    blobs = dict(zip(ids, scene.repo.contents(ids, limit=LOCK_LIMIT), strict=True))
    watched = Watched(
        environment=scene.environment.name,
        folder=lock_folder(scene.registry.settings, scene.environment.name),
        former=scene.registry.former,
    )
    found = (event for event in reversed(events(line, blobs, watched)) if event.application == application)
    held = next((event for event in found if any(d.startswith("on hold: ") for d in event.details)), None)
    return f"{held.people} in {held.commit.commit[:SHORT]}" if held is not None else None
