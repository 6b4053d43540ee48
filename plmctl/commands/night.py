"""lock --data: a night of floating data in the lock of an application, as one commit (data.md)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from plmctl.commands.delivery import Delivery, Ready, checked
from plmctl.commands.holds import hold_now, hold_said
from plmctl.commands.nightly import Found, Refused, founds
from plmctl.commands.past import tree_here
from plmctl.commands.pins import Pin
from plmctl.commands.scene import Scene
from plmctl.commands.step import commit_message
from plmctl.commands.trust import tag_problems
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import IntegrityError, UsageError
from plmctl.core.floating import floating_in, with_data
from plmctl.core.include import TEXT_LIMIT
from plmctl.core.lock import CannotLock, Lock, serialised
from plmctl.core.manifest import Manifest
from plmctl.core.ports import Repo, Start, Tree
from plmctl.core.report import Problem, Report
from plmctl.core.store import Store
from plmctl.core.tree import bytes_at
from plmctl.core.value import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class NightOptions:
    """Where the data goes; `revision` has its pointers, None: the work tree, judged by the guards."""

    environment: str
    application: str
    today: str
    delivery: Delivery
    revision: str | None = None


@dataclass(frozen=True, kw_only=True)
class _Night:
    """The lock that is to say another night of its floating data, and where the first plan began."""

    scene: Scene
    store: Store
    options: NightOptions
    pin: Pin
    first: Start

    @property
    def name(self) -> str:
        """The application in its environment, in words."""
        return f"{self.pin.name} in {self.scene.environment.name}"

    def again(self, start: Start) -> Ready:
        """The same data, planned anew upon another commit."""
        return _prepared(self.scene.repo, self.store, self.options, start, self.first)


def prepared(repo: Repo, store: Store, options: NightOptions) -> Ready:
    """The plan of a night and every problem with it; writes nothing."""
    start = repo.start(options.delivery.branch)
    return checked(repo, _prepared(repo, store, options, start, start))


def _prepared(repo: Repo, store: Store, options: NightOptions, start: Start, first: Start) -> Ready:
    scene = Scene.at(repo, start, options.environment)
    name, _, arm = options.application.removeprefix("application/").partition(".")
    pin = scene.pinned(scene.application(name), arm or None)
    if pin.registry is not None:
        raise UsageError(
            f"the data of {pin.name} is in another registry: {pin.registry}",
            hint="only an environment beside its datasets can have nights of them",
        )
    night = _Night(scene=scene, store=store, options=options, pin=pin, first=first)
    problems = (*tag_problems(repo, scene.past), *_hold_problems(night))
    lock = _lock(night) if not problems else None
    if lock is None or isinstance(lock, Problem):
        return _ready(night, Report(command="lock", problems=(*problems, *((lock,) if lock else ()))))
    return _planned(night, lock)


def _hold_problems(night: _Night) -> Iterator[Problem]:
    hold = hold_now(night.scene, night.pin.application, night.options.today)
    if hold is not None:
        bare, place = night.pin.application.removeprefix("application/"), night.scene.environment.name
        yield Problem(
            message=hold_said(night.scene, night.pin.application, hold),
            hint=f"what it runs stays as it is until 'plmctl promote {bare} --to {place} --lift-hold'",
            exit_code=1,
        )


def _lock(night: _Night) -> Lock | Problem:
    """The lock that there is, if it is what its pin demands: a night changes nothing else."""
    mend = f"run 'plmctl lock {night.scene.environment.name} {night.pin.name}' and commit it first"
    try:
        before = night.scene.locking.existing(night.pin)
        demanded = night.scene.locking.lock_of(night.pin)
    except IntegrityError as error:
        return Problem(message=error.message, hint=error.hint, exit_code=error.exit_code)
    except CannotLock as error:
        return Problem(message=f"{night.name}: {error}", hint=error.hint or mend, exit_code=1)
    if before is None:
        return Problem(message=f"there is no lock of {night.name}", hint=mend, exit_code=1)
    if before != demanded:
        return Problem(message=f"the lock of {night.name} is stale", hint=mend, exit_code=1)
    return before


def _planned(night: _Night, before: Lock) -> Ready:
    scene = night.scene
    then = scene.locking.now_at(before.source.commit or "").registry
    floating = floating_in(before, then)
    if not floating:
        raise UsageError(
            f"{night.name} has no floating data",
            hint="a dataset of its closure must say 'floating: true', and be released",
        )
    found = tuple(_founds(night, before, floating))
    problems = tuple(_problem(night, each) for each in found if isinstance(each, Refused))
    nights = tuple(each for each in found if isinstance(each, Found))
    if problems:
        return _ready(night, Report(command="lock", problems=problems))
    lock = with_data(before, {m.id: tuple(f.entry for f in nights if f.artifact == m.id) for m in floating})
    pointers = {each.path: each.data for each in nights if each.is_new}
    files = scene.changed({night.pin.path: serialised(lock), **pointers}, night.pin)
    if lock == before:
        files = {}
    taken = tuple(_overtaken(night, files))
    report = Report(
        command="lock",
        problems=(*taken, *scene.dirty(files)),
        notes=tuple(each.told for each in nights if each.is_new)
        if files
        else (f"{night.name} runs this data already",),
        data=_data(night, nights, files),
    )
    return replace(_ready(night, report), files=files, message=_message(night, nights))


def _founds(night: _Night, before: Lock, floating: Iterable[Manifest]) -> Iterator[Found | Refused]:
    repo, revision = night.scene.repo, night.options.revision
    at = repo.resolve(revision) if revision is not None else None
    tree = repo.commit_tree(at) if at is not None else tree_here(repo)
    for manifest in floating:
        now = night.scene.registry.manifests.get(manifest.id, manifest)
        for each in founds(night.store, tree, manifest, before.artifacts[manifest.id].data):
            if isinstance(each, Refused):
                yield each
            elif each.is_new and at is None and (refused := each.refusal(now)):
                yield refused
            else:
                yield replace(each, entry=replace(each.entry, commit=_commit(night, each, at)))


def _commit(night: _Night, found: Found, at: str | None) -> str | None:
    """The commit that a pointer stands in; None for one that goes into the commit of the lock."""
    if not found.is_new:
        return found.entry.commit
    base = at
    if at is None and _at(night.scene.tree, found.path) == found.data:
        base = night.scene.start.parent
    if base is None:
        return None
    return next(iter(night.scene.repo.commits_of(base, found.path)), base)


def _overtaken(night: _Night, files: Iterable[str]) -> Iterator[Problem]:
    """The pointers that somebody else changed since this was planned first: theirs may be the newer night."""
    first, now = night.scene.repo.commit_tree(night.first.parent), night.scene.tree
    for path in sorted(files):
        if path != night.pin.path and _at(first, path) != _at(now, path):
            yield Problem(message=f"somebody else changed {path} first", hint="run 'git pull'", exit_code=3)


def _at(tree: Tree, path: str) -> bytes | None:
    return bytes_at(tree, path, limit=TEXT_LIMIT)


def night_pointers(scene: Scene, lock: Lock, commit: str) -> dict[str, bytes]:
    """The pointers of floating data as an earlier lock had them, which a commit left there, by path."""
    there = scene.locking.now_at(lock.source.commit or "").registry
    found: dict[str, bytes] = {}
    for manifest in floating_in(lock, there):
        for entry in lock.artifacts[manifest.id].data:
            data = _at(scene.repo.commit_tree(entry.commit or commit), entry.path)
            found.update({entry.path: data} if data is not None else {})
    return found


def _problem(night: _Night, refused: Refused) -> Problem:
    command = f"plmctl lock {night.scene.environment.name} {night.pin.name} --data --at HEAD"
    accept = f"look at the export; if it is meant, commit {refused.path} and run '{command}'"
    return Problem(message=refused.message, hint=refused.help or accept, exit_code=1)


def _ready(night: _Night, report: Report) -> Ready:
    scene = night.scene
    return Ready(
        report=report,
        start=scene.start,
        delivery=night.options.delivery,
        again=night.again,
        done=f"refreshed the data of {night.name}",
        address=scene.registry.settings.git,
    )


def _message(night: _Night, nights: Iterable[Found]) -> str:
    """The message of the commit; its trailers are for readers."""
    body = [each.told for each in nights if each.is_new]
    trailers = {"Environment": night.scene.environment.name, "Application": night.pin.name}
    return commit_message(f"Refresh the data of {night.name}", body, trailers)


def _data(night: _Night, nights: Iterable[Found], files: Mapping[str, bytes | None]) -> dict[str, Value]:
    return {
        "environment": night.scene.environment.id,
        "application": night.pin.application,
        "arm": night.pin.arm,
        "data": [each.value() for each in nights],
        "files": [*sorted(files)],
    }
