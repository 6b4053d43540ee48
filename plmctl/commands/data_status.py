"""data status: whether data is here as its pointers say, in cache and remote, and as it was released."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import field
from enum import Enum

from plmctl.commands.amount import amount
from plmctl.commands.data_past import DataPast, Then
from plmctl.commands.holding import (
    Holding,
    artifacts_of,
    broken_pointers,
    by_pointer,
    chosen,
    holding_value,
    holdings,
    key_of,
    problem_with,
)
from plmctl.commands.moment import current, unread_notes
from plmctl.commands.passed import Passing
from plmctl.commands.releases import Releases
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import PlmctlError
from plmctl.core.inventory import Counted
from plmctl.core.lock import LockedArtifact
from plmctl.core.pointer import Pointer
from plmctl.core.ports import Repo, Store
from plmctl.core.report import Problem, Report, Table, problem_of
from plmctl.core.value import Value

_NOTHING = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class DataStatusOptions:
    """Artifacts, whose data and that of all they depend on is looked at; none: all."""

    names: tuple[str, ...] = ()
    asks_remote: bool = False


class Here(Enum):
    """What the work tree has of data."""

    SAME = "same"
    CHANGED = "changed"
    MISSING = "missing"
    UNKNOWN = "not checked"


class There(Enum):
    """Whether cache or remote has all of some data."""

    WHOLE = "whole"
    LACKS = "missing"
    UNKNOWN = "not checked"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What the work tree has of data: how it differs, and when its pointer said just that.

    `is_first`: the pointer never said anything else than now.
    """

    here: Here
    detail: str = ""
    then: Then | None = None
    is_first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """What was seen of some data; `remote` is asked or None, `is_kept`: the cache has what is here, too."""

    holding: Holding
    seen: _Seen
    is_kept: bool
    cache: There
    remote: str | None
    there: There
    released: str | None
    is_released: bool


@dataclass(slots=True, kw_only=True)
class _Looking:
    """A look at data, and what was in its way."""

    store: Store
    past: DataPast
    asks_remote: bool
    entries: dict[str, LockedArtifact] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    _sums: dict[str, str] = field(default_factory=dict)

    def looks(self, found: Sequence[Holding]) -> Iterator[_Look]:
        """What is seen of each."""
        once = by_pointer(found)
        out = self._uncached([h.pointer for h in once])
        remotes = {key_of(h.pointer): self._remote(h) for h in once}
        gone = self._not_in_remote([h for h in once if remotes[key_of(h.pointer)]])
        here = {key_of(h.pointer): self._here(h) for h in once}
        for holding in found:
            key = key_of(holding.pointer)
            seen = here[key]
            entry = self.entries.get(holding.artifact)
            yield _Look(
                holding=holding,
                seen=seen,
                is_kept=self._kept(seen.then),
                cache=_there(key, out),
                remote=remotes[key],
                there=_there(key, gone) if remotes[key] else There.UNKNOWN,
                released=entry.version if entry is not None else None,
                is_released=entry is not None and _holds(entry, holding),
            )

    def _here(self, holding: Holding) -> _Seen:
        pointer = holding.pointer
        try:
            counted = self.store.counted(pointer.out_path)
            if counted is None:
                return _Seen(here=Here.MISSING)
            is_alike = counted == _counted(pointer)
            if is_alike and self._has(pointer, pointer.md5):
                return _Seen(here=Here.SAME)
            detail = f"{holding.amount} as its pointer says, with other content"
            detail = detail if is_alike else _other_amount(counted, holding)
            return self._other(holding, counted, detail)
        except PlmctlError as error:
            self.problems.append(problem_with([holding], error))
            return _Seen(here=Here.UNKNOWN)

    def _other(self, holding: Holding, counted: Counted, detail: str) -> _Seen:
        """Data that is not the pointer's: somebody changed it here, or the pointer alone moved on."""
        is_first = True
        for then in self.past.thens(holding.artifact, holding.pointer):
            # What has the size of none need not be read.
            if _counted(then.pointer) == counted and self._has(holding.pointer, then.pointer.md5):
                return _Seen(here=Here.CHANGED, detail=f"the data of {then.told}", then=then)
            is_first = is_first and then.pointer.md5 == holding.pointer.md5
        return _Seen(here=Here.CHANGED, detail=detail, is_first=is_first)

    def _has(self, pointer: Pointer, md5: str) -> bool:
        """Whether the work tree has data of an md5; it is hashed once."""
        if pointer.out_path not in self._sums:
            self._sums[pointer.out_path] = self.store.md5(pointer.out_path, is_legacy=pointer.is_legacy) or ""
        return self._sums[pointer.out_path] == md5

    def _kept(self, then: Then | None) -> bool:
        return then is not None and self._uncached([then.pointer]) == set()

    def _uncached(self, found: Sequence[Pointer]) -> Collection[tuple[str, str, str]] | None:
        try:
            return {key_of(p) for p in self.store.not_in_cache(found)}
        except PlmctlError as error:
            self.problems.append(problem_of(error))
            return None

    def _remote(self, holding: Holding) -> str | None:
        """The remote to be asked for data."""
        if not self.asks_remote:
            return None
        try:
            remote = self.store.remote_of(holding.pointer)
        except PlmctlError as error:
            self.problems.append(problem_of(error))
            return None
        if remote is None:
            message = f"{holding.artifact}: no DVC remote is configured for its data"
            self.problems.append(Problem(message=message, hint="run 'dvc remote add -d NAME URL'"))
        return remote

    def _not_in_remote(self, found: Sequence[Holding]) -> Collection[tuple[str, str, str]] | None:
        if not found:
            return ()
        try:
            return {key_of(p) for p in self.store.not_in_remote([h.pointer for h in found])}
        except PlmctlError as error:
            self.problems.append(problem_with(found, error))
            return None


def data_status(repo: Repo, store: Store, options: DataStatusOptions) -> Report:
    """How data stands: what the work tree, or a remote that was asked, has not exits 1.

    Data that differs from the last release is as it should be: the next one releases it.
    """
    tree = repo.work_tree()
    registry = current(tree)
    artifacts = chosen(registry, options.names)
    releases = Releases(repo, registry)
    past = DataPast(repo=repo, registry=registry, past=releases.past)
    looking = _Looking(store=store, past=past, asks_remote=options.asks_remote)
    looking.entries.update(_released(releases, looking.problems))
    looks = tuple(looking.looks(holdings(registry, artifacts)))
    counts = Counter(look.seen.here for look in looks)
    return Report(
        command="data status",
        findings=broken_pointers(registry, artifacts),
        table=_table(looks, options) if looks else None,
        data={"artifacts": [_value(look) for look in looks], "remoteAsked": options.asks_remote},
        summary={"data": len(looks), **{_word(state): counts[state] for state in Here}},
        problems=(
            *looking.problems,
            *_problems(looks),
            *_passed(Passing(repo=repo, tree=tree, store=store), looks),
        ),
        notes=(*_notes(repo, looks, options), *unread_notes(registry)),
    )


def _passed(passing: Passing, looks: Sequence[_Look]) -> Iterator[Problem]:
    for look in looks:
        if look.seen.here in (Here.SAME, Here.CHANGED):
            yield from passing.problems(look.holding, is_whole=look.seen.here is Here.SAME)


def _released(releases: Releases, problems: list[Problem]) -> dict[str, LockedArtifact]:
    """What the last release of the registry holds."""
    if releases.newest is None:
        return {}
    try:
        return dict(releases.state(releases.newest).artifacts)
    except PlmctlError as error:
        problems.append(problem_of(error))
        return {}


def _counted(pointer: Pointer) -> Counted:
    return Counted(size=pointer.size, nfiles=pointer.nfiles)


def _other_amount(counted: Counted, holding: Holding) -> str:
    shown = amount(counted.size, counted.nfiles)
    if shown != holding.amount:
        return f"{shown}; its pointer says {holding.amount}"
    # Rounded they would be the same.
    return f"{counted.size:,} bytes; its pointer says {holding.pointer.size:,}"


def _there(key: tuple[str, str, str], absent: Collection[tuple[str, str, str]] | None) -> There:
    if absent is None:
        return There.UNKNOWN
    return There.LACKS if key in absent else There.WHOLE


def _holds(entry: LockedArtifact, holding: Holding) -> bool:
    """Whether a release has this data; one that has none, as of data that floats, says nothing else."""
    return not entry.data or any(data.md5 == holding.pointer.md5 for data in entry.data)


def _problems(looks: Sequence[_Look]) -> Iterator[Problem]:
    missing = [look.holding for look in looks if look.seen.here is Here.MISSING]
    if missing:
        names = " ".join(sorted({h.artifact for h in missing})) if len(missing) < len(looks) else ""
        hint = f"run '{f'plmctl data pull {names}'.rstrip()}'"
        yield _differing(f"{artifacts_of(missing)}: the data is not in the work tree", hint)
    for look in looks:
        if look.seen.here is Here.CHANGED:
            yield _behind(look, look.seen.then) if look.seen.then is not None else _changed(look)
    yield from _uncached(
        [look for look in looks if look.seen.here is Here.SAME and look.cache is There.LACKS]
    )
    yield from _unpushed([look for look in looks if look.there is There.LACKS])


def _behind(look: _Look, then: Then) -> Problem:
    """Data as it was before the pointer moved on: to add it would undo what somebody else did."""
    artifact, path = look.holding.artifact, look.holding.pointer.out_path
    # What the cache has not DVC does not replace.
    first = "" if look.is_kept else f"delete {path}, then "
    message = f"{artifact}: {path} is the data of {then.told}, not what its pointer says"
    return _differing(message, f"{first}run 'plmctl data pull {artifact}'")


def _changed(look: _Look) -> Problem:
    artifact, path = look.holding.artifact, look.holding.pointer.out_path
    # What a stage makes has no pointer of its own that could be added again.
    is_added = look.holding.pointer.path.endswith(".dvc")
    adding = f"'{'plmctl data add' if is_added else 'dvc commit --force'} {path}'"
    pulling = f"move {path} away, run 'plmctl data pull {artifact}', and bring your changes over"
    if look.seen.is_first:
        hint = f"run {adding} if that is meant; {_discarding(look)} discards the change"
    elif look.cache is There.LACKS:
        # What was never here, nobody can have changed here.
        hint = f"{pulling}: {adding} now would take back what others changed"
    else:
        hint = f"if you changed what its pointer says, run {adding}; if what it said before, {pulling}"
    return _differing(f"{artifact}: {path} changed: {look.seen.detail}", hint)


def _discarding(look: _Look) -> str:
    """What takes a change back; DVC would ask at a terminal, and deletes what it cannot replace."""
    if look.cache is There.WHOLE:
        return f"'dvc checkout --force {look.holding.pointer.out_path}'"
    return f"to delete it and run 'plmctl data pull {look.holding.artifact}'"


def _uncached(looks: Sequence[_Look]) -> Iterator[Problem]:
    """That data cannot be pushed from here, where it may have to be; it fails nothing."""
    found = by_pointer(look.holding for look in looks if look.there is not There.WHOLE)
    if found:
        message = f"{artifacts_of(found)}: the data is not in the cache here, and cannot be pushed"
        hint = f"run 'dvc commit {' '.join(holding.pointer.target for holding in found)}'"
        yield Problem(message=message, hint=hint, exit_code=0)


def _unpushed(looks: Sequence[_Look]) -> Iterator[Problem]:
    for remote in sorted({look.remote or "" for look in looks}):
        gone = [look.holding for look in looks if look.remote == remote]
        names = " ".join(sorted({holding.artifact for holding in gone}))
        message = (
            f"{artifacts_of(gone)}: the remote {remote} has not all of the data: nobody else can have it"
        )
        yield _differing(message, f"run 'plmctl data push {names}' where the data is")


def _differing(message: str, hint: str) -> Problem:
    return Problem(message=message, hint=hint, exit_code=1)


def _notes(repo: Repo, looks: Sequence[_Look], options: DataStatusOptions) -> Iterator[str]:
    if not looks:
        yield "no artifact has data behind a DVC pointer: run 'plmctl data add PATH --name NAME'"
    elif not options.asks_remote:
        yield "no remote was asked: 'plmctl data status --remote' asks"
    if repo.is_shallow:
        yield "this clone is shallow: 'git fetch --unshallow --tags' brings the releases that are not here"


def _table(looks: Iterable[_Look], options: DataStatusOptions) -> Table:
    headings = ("artifact", "work tree", "release", "cache", "remote", "data")
    rows = [
        (
            look.holding.artifact,
            _here_cell(look.seen),
            _release_cell(look),
            look.cache.value,
            _remote_cell(look, options),
            look.holding.amount,
        )
        for look in looks
    ]
    return Table(headings=headings, rows=tuple(rows), spare=("data",))


def _here_cell(seen: _Seen) -> str:
    return seen.here.value if seen.then is None else f"of {seen.then.moment}"


def _release_cell(look: _Look) -> str:
    if look.released is None:
        return _NOTHING
    return look.released if look.is_released else f"changed since {look.released}"


def _remote_cell(look: _Look, options: DataStatusOptions) -> str:
    if look.remote is None:
        return "none" if options.asks_remote else "not asked"
    return {There.WHOLE: look.remote, There.LACKS: f"not in {look.remote}"}.get(look.there, "no answer")


def _word(state: Here | There) -> str:
    """A state as JSON has it."""
    return "notChecked" if state.name == "UNKNOWN" else state.value


def _value(look: _Look) -> Value:
    return {
        **holding_value(look.holding),
        "workTree": _word(look.seen.here),
        "detail": look.seen.detail,
        "released": look.released,
        "changedSinceRelease": look.released is not None and not look.is_released,
        "cache": _word(look.cache),
        "remote": look.remote,
        "inRemote": _word(look.there),
    }
