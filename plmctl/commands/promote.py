"""promote: another version of an application in an environment, as one commit."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from plmctl.commands.delivery import Delivery, Ready, checked
from plmctl.commands.holds import hold_now, hold_said
from plmctl.commands.pins import Pin, held_as, hold_of
from plmctl.commands.ran import never_ran
from plmctl.commands.registries import Fetching, refuse_moved, renewed
from plmctl.commands.releases import Releases
from plmctl.commands.scene import Scene
from plmctl.commands.source import Here, Source
from plmctl.commands.step import (
    cannot_lock,
    commit_message,
    data_of,
    lock_at,
    move_of,
    ran_before,
    trailers_of,
)
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import DamagedError, IntegrityError, UsageError
from plmctl.core.lock import CannotLock, Lock, serialised
from plmctl.core.manifest import Manifest
from plmctl.core.move import Move, bringing
from plmctl.core.phrase import one_line
from plmctl.core.pinning import range_with, with_pin, without_hold
from plmctl.core.ports import Repo, Start
from plmctl.core.report import Problem, Report
from plmctl.core.secrecy import masked
from plmctl.core.slip import nearest
from plmctl.core.value import as_text
from plmctl.core.version import Version, parsed_version


@dataclass(frozen=True, slots=True, kw_only=True)
class PromoteOptions:
    """Which version goes where; `reason` says why it goes there before it was in the environment before."""

    application: str
    version: str | None
    environment: str
    today: str
    delivery: Delivery
    arm: str | None = None
    is_forced: bool = False
    reason: str | None = None
    is_hold_lifted: bool = False


@dataclass(frozen=True, kw_only=True)
class _Promotion:
    """A promotion that is being planned: the pin there is (None: none yet), and where the version is from."""

    scene: Scene
    source: Source
    options: PromoteOptions
    application: str
    pin: Pin | None
    version: Version | None
    why: str

    @property
    def name(self) -> str:
        """The application as commands take it, with the arm after a dot."""
        bare = self.application.removeprefix("application/")
        return bare if self.options.arm is None else f"{bare}.{self.options.arm}"

    @property
    def place(self) -> str:
        """The environment's name."""
        return self.scene.environment.name

    @property
    def releases(self) -> Releases:
        """The releases that hold the versions of the application."""
        return self.source.releases(self.application)

    def again(self, start: Start) -> Ready:
        """The same version, planned anew upon another commit."""
        version = str(self.version) if self.version is not None else None
        return _prepared(self.scene.repo, replace(self.options, version=version), start)

    @property
    def earlier(self) -> Manifest | None:
        """The environment that a version must have been in before."""
        return self.scene.order.before(self.scene.environment)


def prepared(repo: Repo, options: PromoteOptions) -> Ready:
    """The plan of a promotion and every problem with it; writes nothing."""
    is_reasoned = options.reason is not None and bool(options.reason.strip())
    if options.is_forced != is_reasoned:
        raise UsageError("--force and --reason go together", hint="say why: --force --reason TEXT")
    return checked(repo, _prepared(repo, options, repo.start(options.delivery.branch)))


def _prepared(repo: Repo, options: PromoteOptions, start: Start) -> Ready:
    scene = Scene.at(repo, start, options.environment)
    if scene.address is None:
        return _considered(scene, options)
    return renewed(repo, scene.address, lambda: _considered(scene, options))


def _considered(scene: Scene, options: PromoteOptions) -> Ready:
    application = scene.application(options.application)
    promotion = _Promotion(
        scene=scene,
        source=_source(scene),
        options=options,
        application=application,
        pin=scene.pin(application, options.arm),
        version=None,
        why="the version asked for",
    )
    untrusted = tuple(promotion.source.problems())
    if untrusted:
        return _refused(promotion, untrusted)
    promotion, unknown = _chosen(promotion)
    problems = (*unknown, *_obstacles(promotion))
    if promotion.version is None:
        return _refused(promotion, problems)
    return _planned(promotion, promotion.version, problems)


def _source(scene: Scene) -> Source:
    """Where the applications of an environment are released; elsewhere that is asked."""
    if scene.address is not None:
        return Fetching(scene.repo, scene.address)
    return Here(scene.repo, scene.locking.releases, scene.registry.settings.name)


def _chosen(promotion: _Promotion) -> tuple[_Promotion, tuple[Problem, ...]]:
    """The version that is named; else the one that the environment before runs, else the newest final one."""
    scene, written = promotion.scene, promotion.options.version
    known = promotion.releases.versions(promotion.application)
    if written is not None:
        version = parsed_version(written)
        if version is not None and any(tag.version == version for tag in known):
            return replace(promotion, version=version), ()
        return promotion, (_no_version(promotion, written, [str(tag.version) for tag in known]),)
    earlier = promotion.earlier
    if earlier is not None:
        version = parsed_version(scene.running(earlier, promotion.application) or "")
        if version is not None:
            return replace(promotion, version=version, why=f"the version that {earlier.name} runs"), ()
    yanked = promotion.releases.yanked(promotion.application) if known else {}
    final = [tag.version for tag in known if tag.version.is_final and str(tag.version) not in yanked]
    if not final:
        return promotion, (_no_version(promotion, None, [str(tag.version) for tag in known]),)
    return replace(promotion, version=max(final), why="the newest version"), ()


def _no_version(promotion: _Promotion, written: str | None, known: list[str]) -> Problem:
    application = promotion.application
    if not known:
        return Problem(message=f"{application} was never released", hint=_release_hint(promotion))
    said = f"its versions are {', '.join(known[-10:])}"
    if written is None:
        return Problem(message=f"{application} has no final version", hint=f"name one: {said}")
    near = nearest(written, known)
    hint = f"did you mean '{near}'? {said}" if near else said
    return Problem(message=f"{application} has no version {written}", hint=hint)


def _release_hint(promotion: _Promotion) -> str:
    """What to do about an application that has no version."""
    if promotion.scene.address is None:
        return "run 'plmctl release' first; if it was released elsewhere, 'git fetch --tags'"
    released = sorted(promotion.source.released)
    known = [i.removeprefix("application/") for i in released if i.startswith("application/")]
    near = nearest(promotion.application.removeprefix("application/"), known)
    return f"did you mean '{near}'?" if near else f"{promotion.source.name} has {', '.join(known) or 'none'}"


def _obstacles(promotion: _Promotion) -> Iterator[Problem]:
    """What stops it whatever the lock says: a hold, a version that is withdrawn or was nowhere before."""
    yield from _hold_problems(promotion)
    if promotion.version is not None:
        yield from _lifecycle_problems(promotion, promotion.version)
        yield from _order_problems(promotion, promotion.version)


def _hold_problems(promotion: _Promotion) -> Iterator[Problem]:
    scene, application = promotion.scene, promotion.application
    hold = hold_now(scene, application, promotion.options.today)
    if hold is not None and not promotion.options.is_hold_lifted:
        yield Problem(
            message=hold_said(scene, application, hold),
            hint=f"to promote it all the same and lift the hold, say --lift-hold; it stands in {scene.path}",
            exit_code=1,
        )


def _lifecycle_problems(promotion: _Promotion, version: Version) -> Iterator[Problem]:
    application = promotion.application
    reason = promotion.releases.yanked(application).get(str(version))
    if reason is not None:
        yield Problem(
            message=f"{application} {version} was yanked: {masked(one_line(reason))}",
            hint="promote another version",
            exit_code=1,
        )
    stability = _stability(promotion)
    if stability is None:
        yield Problem(
            message=f"{application} was removed from the registry {promotion.source.name}",
            hint=f"look at what replaces it there, and pin that in {promotion.scene.path}",
            exit_code=1,
        )
    if stability == "retired":
        yield Problem(
            message=f"{application} is retired: nothing new runs it",
            hint="promote what replaces it",
            exit_code=1,
        )


def _stability(promotion: _Promotion) -> str | None:
    """How far an application can be relied on now; of a registry elsewhere as of its newest release.

    None where that has it no more.
    """
    if promotion.scene.address is None:
        return promotion.scene.registry.manifests[promotion.application].stability
    metadata = promotion.releases.metadata(promotion.application)
    return None if metadata is None else as_text(metadata.get("stability")) or "stable"


def _order_problems(promotion: _Promotion, version: Version) -> Iterator[Problem]:
    scene, earlier, application = promotion.scene, promotion.earlier, promotion.application
    if earlier is None or promotion.options.is_forced:
        return
    if str(version) not in scene.order.ran(earlier, application):
        first = f"run '{bringing(application, version, earlier.name)}' first"
        yield Problem(
            message=never_ran(application, version, earlier, scene.environment),
            hint=f"{first}, or say --force --reason TEXT",
            exit_code=1,
        )


def _planned(promotion: _Promotion, version: Version, problems: tuple[Problem, ...]) -> Ready:
    scene, after = promotion.scene, _edited(promotion, version)
    pin = after.pin(promotion.application, promotion.options.arm)
    assert pin is not None
    try:
        lock = _locked(promotion, after, pin, version)
    except DamagedError:
        raise
    except (CannotLock, IntegrityError) as error:
        return _refused(promotion, (*problems, cannot_lock(pin, version, error)))
    files = scene.changed({after.path: after.manifest, pin.path: serialised(lock)}, pin)
    move = _move(promotion, pin, lock)
    report = Report(
        command="promote",
        findings=after.errors(promotion.options.today),
        problems=(*problems, *scene.dirty(files)),
        move=move,
        notes=tuple(_notes(promotion)),
        data=data_of(move, files),
    )
    if not files:
        note = f"{promotion.place} runs {move.name} {version} already"
        report = Report(command="promote", notes=(note,), data=report.data)
    return _ready(promotion, report, move, files)


def _locked(promotion: _Promotion, after: Scene, pin: Pin, version: Version) -> Lock:
    """The lock of a version, which releases confirm. Raises CannotLock, PlmctlError."""
    lock = after.locking.lock_of(pin, version, promotion.releases)
    if pin.registry is not None:
        refuse_moved(lock_at(promotion.scene, pin), lock)
        promotion.source.confirm(lock)
    return lock


def _move(promotion: _Promotion, pin: Pin, lock: Lock) -> Move:
    scene, release = promotion.scene, promotion.releases.past.by_name.get(lock.source.release)
    registry = scene.registry
    if pin.registry is not None and release is not None:
        registry = promotion.releases.registry_at(release.commit)
    return move_of(
        scene,
        pin,
        promotion.pin,
        lock,
        promotion.why,
        past=promotion.source.between(lock_at(scene, pin), lock),
        application=registry.manifests.get(promotion.application),
    )


def _refused(promotion: _Promotion, problems: tuple[Problem, ...]) -> Ready:
    return Ready(
        report=Report(command="promote", problems=problems),
        start=promotion.scene.start,
        delivery=promotion.options.delivery,
        again=promotion.again,
    )


def _ready(promotion: _Promotion, report: Report, move: Move, files: Mapping[str, bytes | None]) -> Ready:
    scene = promotion.scene
    return Ready(
        report=report,
        start=scene.start,
        delivery=promotion.options.delivery,
        again=promotion.again,
        files=files,
        message=_message(promotion, move),
        question=f"Promote {move.name} {move.new} to {move.place}?",
        done=f"promoted {move.name} {move.new} to {move.place}",
        address=scene.registry.settings.git,
        release=scene.past.by_name.get(move.release) if scene.address is None else None,
    )


def _message(promotion: _Promotion, move: Move) -> str:
    """The message of the commit; its trailers are for readers, Git alone tells what was promoted."""
    options = promotion.options
    subject = f"Promote {move.name} {move.new} to {move.place}"
    body = [ran_before(move)]
    body += [f"Of what changed, {move.breaking} breaks callers."] if move.breaking else []
    body += ["The hold on it is lifted."] if options.is_hold_lifted else []
    forced = {"Forced": one_line(options.reason)} if options.reason is not None else {}
    return commit_message(subject, body, {**trailers_of(move), **forced})


def _edited(promotion: _Promotion, version: Version) -> Scene:
    """The scene with the pin that has the version, and the hold lifted if that was asked for."""
    scene, draft, pin = promotion.scene, promotion.scene.draft(), promotion.pin
    if pin is None:
        draft = with_pin(draft, promotion.application.removeprefix("application/"), str(version))
    elif not pin.range.allows(version):
        draft = draft.with_value(pin.pointer, range_with(pin.range.text, version))
    held = held_as(scene.registry, scene.environment, promotion.application)
    if promotion.options.is_hold_lifted and held is not None:
        draft = without_hold(draft, held)
    return scene.edited(draft)


def _notes(promotion: _Promotion) -> Iterator[str]:
    scene, options = promotion.scene, promotion.options
    if promotion.pin is None:
        yield f"{promotion.place} does not pin {promotion.application} yet: the pin is new"
    if options.is_hold_lifted:
        hold = hold_of(scene.registry, scene.environment, promotion.application)
        reason = masked(one_line(str(hold.get("reason")))) if hold is not None else None
        yield f"the hold is lifted: {reason}" if reason is not None else "there is no hold to lift"
    if options.is_forced:
        yield f"forced: {one_line(options.reason or '')}"
