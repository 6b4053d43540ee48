"""The events of an environment, read from what commits did to its locks and its manifest."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace

from plmctl.core.dataclass import dataclass
from plmctl.core.event import Event, EventKind, written_by
from plmctl.core.glance import Glance, Stated, glance, stated
from plmctl.core.past import FileChange, LineCommit
from plmctl.core.version import parsed_version

Seat = tuple[str, str | None]
"""An application, by the id that it has now, and the arm of an experiment."""

_EMPTY = Stated()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """An environment whose past is read: where its locks lie, and the ids that applications had before."""

    environment: str
    folder: str
    former: Mapping[str, str]

    def seat(self, path: str) -> Seat | None:
        """What a lock is of, by its path; None for a file that is no lock of this environment."""
        if not path.startswith(f"{self.folder}/") or not path.endswith(".lock"):
            return None
        name, dot, arm = path[len(self.folder) + 1 : -len(".lock")].partition(".")
        return self.application(name), arm if dot else None

    def application(self, written: str) -> str:
        """The id that an application has now, by a name or an id that it has or had."""
        known = f"application/{written.removeprefix('application/')}"
        return self.former.get(known, known)


@dataclass(slots=True)
class _Held:
    """What a seat holds: the files of its lock, what it said last, and every version and lock before."""

    files: dict[str, str] = field(default_factory=dict)
    blob: str | None = None
    known: Glance | None = None
    version: str | None = None
    versions: set[str] = field(default_factory=set)
    seen: dict[str, str] = field(default_factory=dict)


def events(line: Sequence[LineCommit], blobs: Mapping[str, bytes | None], scene: Scene) -> tuple[Event, ...]:
    """What happened, oldest first, on a line of commits that is given oldest first.

    `blobs` has the content of every blob that the line names, None for one that is too large.
    """
    reading = _Reading(blobs, scene)
    return tuple(event for commit in line for event in reading.read(commit))


class _Reading:
    """The state of an environment after the commits that were read."""

    def __init__(self, blobs: Mapping[str, bytes | None], scene: Scene):
        self._blobs = blobs
        self._scene = scene
        self._held: dict[Seat, _Held] = {}
        self._manifests: dict[str, Stated] = {}
        self._stated: Stated | None = None

    def read(self, commit: LineCommit) -> Iterator[Event]:
        """What a commit did."""
        before = self._stated
        manifests, broken = self._read_manifests(commit)
        after = self._stated
        changed = self._read_locks(commit)
        told = _Told(before or _EMPTY, after or _EMPTY, self._scene)
        found = [
            event
            for seat, paths in changed.items()
            for event in self._lock_events(commit, seat, paths | manifests, told)
        ]
        yield from found
        if manifests:
            has_bound = any(event.kind is EventKind.BIND for event in found)
            seats = frozenset((e.application, e.arm) for e in found)
            for event in self._manifest_events(commit, manifests, before, told, seats):
                if event.kind is not EventKind.BIND or not has_bound:
                    yield event
        for path in broken:
            yield _event(
                commit, frozenset((path,)), EventKind.BROKEN, details=(f"{path}: it cannot be read",)
            )

    def _read_manifests(self, commit: LineCommit) -> tuple[frozenset[str], tuple[str, ...]]:
        """The manifests of the environment that a commit changed, and the files that cannot be read."""
        changed: set[str] = set()
        broken: list[str] = []
        for file in commit.files:
            if file.path.endswith((".yaml", ".yml")):
                said = self._stated_by(file)
                if isinstance(said, str):
                    broken.extend((file.path,) if file.path in self._manifests else ())
                elif said is not None or file.path in self._manifests:
                    changed.add(file.path)
                    self._manifests.pop(file.path, None)
                    self._manifests.update({file.path: said} if said is not None else {})
        if changed:
            self._stated = next(iter(self._manifests.values()), None)
        return frozenset(changed), tuple(broken)

    def _stated_by(self, file: FileChange) -> Stated | str | None:
        if file.new is None:
            return None
        return stated(file.path, self._blobs[file.new], self._scene.environment)

    def _read_locks(self, commit: LineCommit) -> dict[Seat, frozenset[str]]:
        """The seats whose lock a commit changed, with the files that it changed."""
        changed: dict[Seat, frozenset[str]] = {}
        for file in commit.files:
            seat = self._scene.seat(file.path)
            if seat is not None:
                held = self._held.setdefault(seat, _Held())
                held.files.pop(file.path, None)
                held.files.update({file.path: file.new} if file.new is not None else {})
                changed[seat] = changed.get(seat, frozenset()) | {file.path}
        return changed

    def _lock_events(
        self, commit: LineCommit, seat: Seat, paths: frozenset[str], told: "_Told"
    ) -> Iterator[Event]:
        held = self._held[seat]
        # A renamed application's new file comes last: what was changed last is what counts.
        blob = next(reversed(held.files.values()), None)
        if blob == held.blob:
            return
        old_blob, held.blob = held.blob, blob
        base = _event(commit, paths, EventKind.REMOVED, seat, old=held.version)
        if blob is None:
            held.known, held.version = None, None
            yield replace(base, details=told.about(seat))
            return
        said = glance(self._blobs[blob])
        if isinstance(said, str):
            yield replace(base, kind=EventKind.BROKEN, new=held.version, details=(said,))
            return
        kind, details = _compared(held, said, is_first=old_blob is None)
        yield replace(
            base,
            kind=kind,
            new=said.version,
            release=said.release,
            details=(*details, *told.about(seat)),
            restores=held.seen.get(blob),
        )
        held.known, held.version = said, said.version
        held.versions.add(said.version)
        held.seen.setdefault(blob, commit.commit)

    def _manifest_events(
        self,
        commit: LineCommit,
        paths: frozenset[str],
        before: Stated | None,
        told: "_Told",
        done: frozenset[tuple[str | None, str | None]],
    ) -> Iterator[Event]:
        if before is None or self._stated is None:
            kind = EventKind.REMOVED if self._stated is None else EventKind.ADDED
            yield _event(commit, paths, kind, details=("the environment",))
            return
        for seat in told.seats:
            details = told.about(seat)
            if details and seat not in done:
                version = self._held[seat].version if seat in self._held else None
                kind = told.kind(seat)
                yield _event(commit, paths, kind, seat, old=version, new=version, details=details)
        yield from (_event(commit, paths, kind, details=(said,)) for kind, said in told.of_all())


@dataclass(frozen=True, slots=True)
class _Told:
    """What a manifest said before a commit and after it, by the ids that applications have now."""

    before: Stated
    after: Stated
    scene: Scene

    @property
    def seats(self) -> tuple[Seat, ...]:
        """Every application and arm that one of the two names, sorted."""
        sides = (self.before, self.after)
        names = {(self.scene.application(w), None) for s in sides for w in (*s.pins, *s.holds)}
        arms = {(self.scene.application(w), arm) for s in sides for w, arm in s.arms}
        return tuple(sorted(names | arms, key=lambda seat: (seat[0], seat[1] or "")))

    def about(self, seat: Seat) -> tuple[str, ...]:
        """What changed of the pin and the hold of an application or an arm, in words."""
        old, new = self._range(self.before, seat), self._range(self.after, seat)
        said = []
        if old != new:
            said.append(f"pin {old or 'none'} -> {new or 'none'}")
        was, now = self._hold(self.before, seat), self._hold(self.after, seat)
        if was != now:
            said.append(f"on hold: {now}" if now is not None else "hold lifted")
        return tuple(said)

    def kind(self, seat: Seat) -> EventKind:
        """What a manifest alone did to an application."""
        if self._range(self.before, seat) != self._range(self.after, seat):
            return EventKind.PIN
        return EventKind.HOLD if self._hold(self.after, seat) is not None else EventKind.LIFTED

    def of_all(self) -> Iterator[tuple[EventKind, str]]:
        """What it did to the whole environment."""
        if self.before.bind != self.after.bind:
            yield EventKind.BIND, _bound(self.before.bind, self.after.bind)
        if self.before.after != self.after.after:
            yield EventKind.ORDER, f"after {self.before.after or 'none'} -> {self.after.after or 'none'}"

    def _range(self, said: Stated, seat: Seat) -> str | None:
        application, arm = seat
        if arm is None:
            found = (text for w, text in said.pins.items() if self.scene.application(w) == application)
        else:
            found = (
                text
                for (w, name), text in said.arms.items()
                if (self.scene.application(w), name) == (application, arm)
            )
        return next(found, None)

    def _hold(self, said: Stated, seat: Seat) -> str | None:
        application, arm = seat
        found = (reason for w, reason in said.holds.items() if self.scene.application(w) == application)
        return next(found, None) if arm is None else None


def _compared(held: _Held, said: Glance, *, is_first: bool) -> tuple[EventKind, tuple[str, ...]]:
    """What a lock says after what it said before, and in words what the versions do not say."""
    known = held.known
    if is_first or known is None:
        return EventKind.ADDED, ()
    bound = (_bound(known.bind, said.bind),) if known.bind != said.bind else ()
    if known.version != said.version:
        return _step(held, known.version, said.version), bound
    if bound:
        return EventKind.BIND, bound
    if known.release == said.release and known.want != said.want:
        return EventKind.PIN, ()
    if known.release == said.release and known.data != said.data:
        return EventKind.DATA, tuple(_nights(known, said))
    moved = f"{known.release} -> {said.release}" if known.release != said.release else "at the same release"
    return EventKind.RELOCKED, (moved,)


def _nights(known: Glance, said: Glance) -> Iterator[str]:
    """What is said of floating data: of one version and release nothing else of the data differs."""
    for artifact, (md5, amount) in said.data.items():
        if known.data.get(artifact, ("", ""))[0] != md5:
            yield f"{artifact}: {amount}, md5 {md5[:12]}"


def _step(held: _Held, old: str, new: str) -> EventKind:
    """Up is a promotion; down to what has been here before is a rollback, whatever the message says."""
    before, after = parsed_version(old), parsed_version(new)
    if before is None or after is None or after > before:
        return EventKind.PROMOTION
    return EventKind.ROLLBACK if new in held.versions else EventKind.DOWNGRADE


def _bound(old: Mapping[str, str], new: Mapping[str, str]) -> str:
    """Replacements that came, changed and went."""
    said = [f"{key} replaced by {value}" for key, value in sorted(new.items()) if old.get(key) != value]
    said += [f"{key} no longer replaced" for key in sorted(old) if key not in new]
    return "; ".join(said)


def _event(
    commit: LineCommit,
    paths: frozenset[str],
    kind: EventKind,
    seat: tuple[str | None, str | None] = (None, None),
    old: str | None = None,
    new: str | None = None,
    details: tuple[str, ...] = (),
) -> Event:
    writers, merged_by = written_by(commit, paths)
    return Event(
        commit=commit,
        kind=kind,
        application=seat[0],
        arm=seat[1],
        old=old,
        new=new,
        details=details,
        writers=writers,
        merged_by=merged_by,
    )
