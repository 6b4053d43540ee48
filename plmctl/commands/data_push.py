"""data push: data from the cache to the remote."""

from collections.abc import Iterator, Sequence

from plmctl.commands.data_pull import own_making, without_data
from plmctl.commands.holding import (
    Holding,
    broken_pointers,
    by_pointer,
    chosen,
    holding_value,
    holdings,
    lacking,
    problem_with,
    those_of,
)
from plmctl.commands.moment import current, unread_notes
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import PlmctlError
from plmctl.core.inventory import Counted
from plmctl.core.ports import Repo, Store
from plmctl.core.report import Problem, Report


@dataclass(frozen=True, slots=True, kw_only=True)
class DataPushOptions:
    """Artifacts, whose data and that of all they depend on is pushed; none: all. `remote` is DVC's name."""

    names: tuple[str, ...] = ()
    remote: str | None = None


def data_push(repo: Repo, store: Store, options: DataPushOptions) -> Report:
    """Bring data to the remote; none of it where some is neither here nor there."""
    registry = current(repo.work_tree())
    artifacts = chosen(registry, options.names)
    found = by_pointer(holdings(registry, artifacts))
    own = [holding for holding in found if not holding.pointer.is_imported]
    foreign = [holding for holding in found if holding.pointer.is_imported]
    stopped = tuple(_stopped(store, own, options.remote))
    done = [] if stopped else [(h, store.remote_of(h.pointer, options.remote)) for h in own]
    return Report(
        command="data push",
        findings=broken_pointers(registry, artifacts),
        problems=(*(_foreign(h, is_named=bool(options.names)) for h in foreign), *stopped),
        done=tuple(f"the remote {remote} has {h.artifact}: {h.amount}" for h, remote in done),
        data={"artifacts": [{**holding_value(holding), "remote": remote} for holding, remote in done]},
        summary={"data": len(done)},
        notes=(*without_data(found), *unread_notes(registry)),
    )


def _stopped(store: Store, own: Sequence[Holding], remote: str | None) -> Iterator[Problem]:
    """Why nothing was pushed, or not all, with the artifacts whose data it is."""
    try:
        absent = lacking(store, own)
        if damaged := tuple(_damaged(store, absent)):
            yield from damaged
            return
        gone = those_of(absent, store.not_in_remote([h.pointer for h in absent], remote)) if absent else ()
        if gone:
            yield from (_absent(store, holding) for holding in gone)
        elif own:
            store.push([holding.pointer for holding in own], remote)
    except PlmctlError as error:
        yield problem_with(own, error)


def _damaged(store: Store, absent: Sequence[Holding]) -> Iterator[Problem]:
    """What the cache has in other bytes than were added, which is not the same as to have it not."""
    for holding in absent:
        try:
            store.check_cache([holding.pointer])
        except PlmctlError as error:
            yield problem_with([holding], error)


def _absent(store: Store, holding: Holding) -> Problem:
    pointer = holding.pointer
    is_here = store.counted(pointer.out_path) == Counted(size=pointer.size, nfiles=pointer.nfiles)
    hint = f"run 'dvc commit {pointer.target}'" if is_here else "run it in the clone where it was added"
    where = f"the data of {pointer.path} is neither in the cache here nor in the remote"
    return Problem(message=f"{holding.artifact}: {where}", hint=hint)


def _foreign(holding: Holding, *, is_named: bool) -> Problem:
    """That data of another repository is not pushed; who named it gets no success."""
    return Problem(
        message=f"{holding.artifact}: not pushed, its data belongs to another repository",
        hint=f"{own_making(holding.pointer)} makes it your own",
        exit_code=3 if is_named else 0,
    )
