"""rollback: an earlier version of an application in an environment, as it ran there, and a hold."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from plmctl.commands.delivery import Delivery, Ready, checked
from plmctl.commands.holds import hold_now, hold_said, hold_set_by
from plmctl.commands.kept import Known, known_elsewhere, known_here, lock_from_elsewhere, unknown
from plmctl.commands.night import night_pointers
from plmctl.commands.pins import Pin, held_as
from plmctl.commands.scene import Scene
from plmctl.commands.step import cannot_lock, commit_message, data_of, move_of, ran_before, trailers_of
from plmctl.commands.trust import tag_problems
from plmctl.core.course import Step, last_of, way_back
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import IntegrityError
from plmctl.core.lock import CannotLock, Lock, read_lock, serialised
from plmctl.core.move import Move, bringing
from plmctl.core.phrase import one_line
from plmctl.core.pinning import with_hold
from plmctl.core.ports import Repo, Start
from plmctl.core.report import Problem, Report
from plmctl.core.secrecy import masked
from plmctl.core.slip import nearest
from plmctl.core.value import as_text
from plmctl.core.version import parsed_version

_DEFAULT = "rolled back from "


@dataclass(frozen=True, slots=True, kw_only=True)
class RollbackOptions:
    """What goes back where; without a version to what ran before. `reason` and `until` are of the hold."""

    environment: str
    application: str
    today: str
    delivery: Delivery
    version: str | None = None
    arm: str | None = None
    reason: str | None = None
    until: str | None = None


@dataclass(frozen=True, kw_only=True)
class _Rollback:
    """A rollback that is being planned: the pin, and the lock to bring back, as it was."""

    scene: Scene
    options: RollbackOptions
    pin: Pin
    known: Known
    target: Step | None = None
    notes: tuple[str, ...] = ()

    @property
    def current(self) -> str | None:
        """The version that runs."""
        return self.scene.locked(self.pin)

    @property
    def place(self) -> str:
        """The environment's name."""
        return self.scene.environment.name

    def again(self, start: Start) -> Ready:
        """The same version, planned anew upon another commit."""
        version = self.target.version if self.target is not None else None
        return _prepared(self.scene.repo, replace(self.options, version=version), start)


def prepared(repo: Repo, options: RollbackOptions) -> Ready:
    """The plan of a rollback and every problem with it; writes nothing."""
    return checked(repo, _prepared(repo, options, repo.start(options.delivery.branch)))


def _prepared(repo: Repo, options: RollbackOptions, start: Start) -> Ready:
    scene = Scene.at(repo, start, options.environment)
    pin = scene.pinned(scene.application(options.application), options.arm)
    untrusted = tuple(tag_problems(repo, scene.past)) if pin.registry is None else ()
    known = unknown(scene) if untrusted else _known(scene, pin)
    rollback = _Rollback(scene=scene, options=options, pin=pin, known=known)
    if untrusted:
        return _refused(rollback, untrusted)
    rollback, problems = _aimed(rollback)
    return _refused(rollback, problems) if rollback.target is None else _planned(rollback, rollback.target)


def _known(scene: Scene, pin: Pin) -> Known:
    return known_here(scene, pin) if pin.registry is None else known_elsewhere(scene, pin)


def _aimed(rollback: _Rollback) -> tuple[_Rollback, tuple[Problem, ...]]:
    """The lock to bring back: of the version that is named, else of what ran before."""
    scene, pin, written = rollback.scene, rollback.pin, rollback.options.version
    steps = scene.steps(pin)
    if written is None:
        return _one_back(rollback, way_back(steps))
    found = last_of(steps, written.removeprefix("v"))
    if found is None:
        return rollback, (_never_ran(rollback, written, steps),)
    forward = tuple(_forward_problems(rollback, found))
    if forward:
        return rollback, forward
    yanked = rollback.known.yanked.get(found.version or "")
    notes = (f"{pin.application} {found.version} was yanked: {masked(one_line(yanked))}",) if yanked else ()
    return replace(rollback, target=found, notes=notes), ()


def _forward_problems(rollback: _Rollback, target: Step) -> Iterator[Problem]:
    """That the way back would lead forward, over a hold that somebody set."""
    scene, pin = rollback.scene, rollback.pin
    hold = hold_now(scene, pin.application, rollback.options.today)
    now, then = (parsed_version(text or "") for text in (rollback.current, target.version))
    if hold is not None and now is not None and then is not None and then > now:
        who = hold_set_by(scene, pin.application)
        by = f", set by {who}" if who is not None else ""
        promotion = f"{bringing(pin.application, then, rollback.place, pin.arm)} --lift-hold"
        yield Problem(
            message=f"{hold_said(scene, pin.application, hold)}{by}; {now} runs, and {then} is newer",
            hint=f"to go forward and lift the hold, run '{promotion}'; it stands in {scene.path}",
            exit_code=1,
        )


def _one_back(rollback: _Rollback, way: tuple[Step, ...]) -> tuple[_Rollback, tuple[Problem, ...]]:
    """The newest earlier version that no rollback has left, and that was not withdrawn."""
    pin = rollback.pin
    earlier = [step for step in way if step.version != rollback.current]
    good = [step for step in earlier if step.version not in rollback.known.yanked]
    if not good:
        said = f"nothing to go back to: {pin.name} {rollback.current} is the first version"
        return rollback, (
            Problem(
                message=f"{said} that ran in {rollback.place}"
                if rollback.current is not None
                else f"{pin.name} never ran in {rollback.place}",
                hint=f"say which version: 'plmctl promote {pin.name}@VERSION --to {rollback.place}'",
                exit_code=1,
            ),
        )
    passed = earlier[earlier.index(good[-1]) + 1 :]
    notes = tuple(f"{step.version} is passed over: it was yanked" for step in reversed(passed))
    return replace(rollback, target=good[-1], notes=notes), ()


def _never_ran(rollback: _Rollback, written: str, steps: tuple[Step, ...]) -> Problem:
    known = list(dict.fromkeys(step.version for step in steps if step.version is not None))
    near = nearest(written, known)
    ran = f"what ran there is {', '.join(known[-10:])}" if known else "nothing ran there yet"
    return Problem(
        message=f"{rollback.pin.name} {written} never ran in {rollback.place}",
        hint=f"did you mean '{near}'? {ran}" if near else ran,
    )


def _planned(rollback: _Rollback, target: Step) -> Ready:
    scene, pin = rollback.scene, rollback.pin
    try:
        old = read_lock(pin.path, target.lock)
        after = _edited(rollback, old)
        back = after.pin(pin.application, pin.arm)
        assert back is not None
        if pin.registry is None:
            data, lock, notes = _lock_back(rollback, after, back, target)
        else:
            data, lock, notes = lock_from_elsewhere(rollback.known, after, back, target)
    except (CannotLock, IntegrityError) as error:
        version = parsed_version(target.version or "")
        assert version is not None
        return _refused(rollback, (cannot_lock(pin, version, error),))
    pointers = night_pointers(scene, lock, target.commit) if pin.registry is None else {}
    files = scene.changed({after.path: after.manifest, pin.path: data, **pointers}, pin)
    if pin.path not in files and back.range.text == pin.range.text:
        # It runs already; a hold alone is no rollback.
        files = {}
    why = f"as it ran at {target.commit[:10]}"
    application = scene.registry.manifests.get(pin.application) if pin.registry is None else None
    move = move_of(scene, back, pin, lock, why, past=rollback.known.past, application=application)
    report = Report(
        command="rollback",
        findings=after.errors(rollback.options.today),
        problems=tuple(scene.dirty(files)),
        move=move,
        notes=(*rollback.notes, *notes, *rollback.known.notes, *_hold_notes(rollback)),
        data={**data_of(move, files), "restored": data == target.lock, "commit": target.commit},
    )
    if not files:
        note = f"{rollback.place} runs {pin.name} {move.new} already"
        report = Report(command="rollback", notes=(note,), data=report.data)
    return _ready(rollback, report, move, files)


def _edited(rollback: _Rollback, old: Lock) -> Scene:
    """The scene with the pin that the lock was made for, and the hold."""
    scene, pin, draft = rollback.scene, rollback.pin, rollback.scene.draft()
    if old.want is not None and old.want != pin.range.text:
        draft = draft.with_value(pin.pointer, old.want)
    hold = _hold(rollback)
    if hold is not None:
        name = held_as(scene.registry, scene.environment, pin.application)
        draft = with_hold(draft, name or pin.application.removeprefix("application/"), *hold)
    return scene.edited(draft)


def _hold(rollback: _Rollback) -> tuple[str, str | None] | None:
    """Reason and last day of the hold to set; None where somebody's own hold stays as it is."""
    scene, options = rollback.scene, rollback.options
    hold = hold_now(scene, rollback.pin.application, options.today) or {}
    said, until = as_text(hold.get("reason")) or _DEFAULT, options.until or as_text(hold.get("until"))
    if options.reason is not None:
        return options.reason, until
    if said.startswith(_DEFAULT) and rollback.target is not None:
        return f"{_DEFAULT}{rollback.current} to {rollback.target.version}", until
    return (said, until) if options.until is not None else None


def _lock_back(
    rollback: _Rollback, after: Scene, pin: Pin, target: Step
) -> tuple[bytes, Lock, tuple[str, ...]]:
    """The lock as it was; made anew where `bind` has changed since. Raises CannotLock, IntegrityError."""
    made = after.locking.lock_of(pin, parsed_version(target.version or ""))
    if serialised(made) == target.lock:
        return target.lock, made, ()
    then = after.locking.registry_at(target.commit).manifests.get(after.environment.id)
    bind = then.spec.get("bind") if then is not None else None
    if bind != after.environment.spec.get("bind"):
        note = f"bind of {rollback.place} has changed since: the lock is made anew, not brought back"
        return serialised(made), made, (note,)
    old = read_lock(pin.path, target.lock)
    release = after.past.by_name.get(old.source.release)
    if release is None or (release.object_id, release.commit) != (old.source.tag_object, old.source.commit):
        raise IntegrityError(
            f"its lock of then names {old.source.release}, which is another now",
            hint=f"run 'plmctl verify', and look at 'git show {target.commit[:10]}'",
        )
    return target.lock, old, ()


def _hold_notes(rollback: _Rollback) -> Iterator[str]:
    if _hold(rollback) is None:
        yield f"{rollback.place} holds {rollback.pin.application} already: the hold stays as it is"


def _refused(rollback: _Rollback, problems: tuple[Problem, ...]) -> Ready:
    return Ready(
        report=Report(command="rollback", problems=problems),
        start=rollback.scene.start,
        delivery=rollback.options.delivery,
        again=rollback.again,
    )


def _ready(rollback: _Rollback, report: Report, move: Move, files: Mapping[str, bytes | None]) -> Ready:
    scene = rollback.scene
    return Ready(
        report=report,
        start=scene.start,
        delivery=rollback.options.delivery,
        again=rollback.again,
        files=files,
        message=_message(rollback, move),
        question=f"Roll {move.name} in {move.place} back to {move.new}?",
        done=f"rolled {move.name} in {move.place} back to {move.new}",
        address=scene.registry.settings.git,
        release=scene.past.by_name.get(move.release) if rollback.pin.registry is None else None,
    )


def _message(rollback: _Rollback, move: Move) -> str:
    """The message of the commit; its trailers are for readers, Git alone tells what was rolled back."""
    subject = f"Roll {move.name} in {move.place} back to {move.new}"
    body = [ran_before(move)]
    reason = rollback.options.reason
    return commit_message(
        subject, body, {**trailers_of(move), **({"Reason": one_line(reason)} if reason is not None else {})}
    )
