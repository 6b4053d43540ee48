"""data pull: data from the remote into cache and work tree."""

import shlex
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial

from plmctl.commands.holding import (
    Holding,
    broken_pointers,
    by_pointer,
    chosen,
    holding_value,
    holdings,
    lacking,
    problem_with,
)
from plmctl.commands.moment import current, unread_notes
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import PlmctlError, UsageError
from plmctl.core.pointer import Pointer
from plmctl.core.ports import Repo, Store
from plmctl.core.report import Problem, Report
from plmctl.core.value import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class DataPullOptions:
    """Artifacts, whose data and that of all they depend on is brought; none: all. `remote` is DVC's name."""

    names: tuple[str, ...] = ()
    remote: str | None = None


def data_pull(repo: Repo, store: Store, options: DataPullOptions) -> Report:
    """Bring data into cache and work tree, as the pointers of the work tree say."""
    _refuse_versions(options.names)
    registry = current(repo.work_tree())
    artifacts = chosen(registry, options.names)
    found = by_pointer(holdings(registry, artifacts))
    absent = lacking(store, found)
    foreign = [holding for holding in absent if holding.pointer.is_imported]
    wanted = [holding for holding in found if holding not in foreign]
    stopped = tuple(hindrance(store, wanted, partial(store.pull, remote=options.remote)))
    arrived = Arrived(store=store, absent=absent, remote=options.remote)
    done = [] if stopped else wanted
    return Report(
        command="data pull",
        findings=broken_pointers(registry, artifacts),
        problems=(*map(_foreign, foreign), *stopped),
        done=tuple(arrived.said(holding, holding.pointer.out_path) for holding in done),
        data={"artifacts": [arrived.value(h, h.pointer.out_path) for h in done], "folder": None},
        summary={"data": len(done), "fetched": sum(holding in absent for holding in done)},
        notes=(*without_data(found), *unread_notes(registry)),
    )


def _refuse_versions(names: Collection[str]) -> None:
    for name in names:
        if "@" in name:
            raise UsageError(
                f"'{name}' is a version, and only a folder of its own can have its data",
                hint=f"write 'plmctl data pull {name} --to DIR'",
            )


def hindrance(
    store: Store, wanted: Sequence[Holding], bring: Callable[[Sequence[Pointer]], None]
) -> Iterator[Problem]:
    """Why data could not be brought, with those whose it is."""
    try:
        if wanted:
            bring([holding.pointer for holding in wanted])
    except PlmctlError as error:
        yield problem_with(lacking(store, wanted) or wanted, error)


def _foreign(holding: Holding) -> Problem:
    path = holding.pointer.path
    making = own_making(holding.pointer)
    return Problem(
        message=f"{holding.artifact}: {path} points to data of another repository, which plmctl does not ask",
        hint=f"if you trust that one, run 'dvc pull {path}'; with {making} your remote can keep it",
    )


def own_making(pointer: Pointer) -> str:
    """The commands that make data of another repository, once it is here, data of this one."""
    # To a pointer that is there DVC adds, and it stays an import.
    return f"'rm {shlex.quote(pointer.path)} && dvc add {shlex.quote(pointer.out_path)}'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """Data that was brought, and what of it had to be fetched."""

    store: Store
    absent: Collection[Holding]
    remote: str | None

    def said(self, holding: Holding, place: str) -> str:
        """What was brought, where it is now and where it came from."""
        origin = self._origin(holding)
        source = f"the remote {origin}" if origin is not None else "the cache"
        return f"{place}: {holding.amount} of {holding.artifact}, from {source}"

    def value(self, holding: Holding, place: str) -> Value:
        """The same for programs."""
        return {**holding_value(holding), "to": place, "from": self._origin(holding)}

    def _origin(self, holding: Holding) -> str | None:
        return self.store.remote_of(holding.pointer, self.remote) if holding in self.absent else None


def without_data(found: Collection[Holding]) -> tuple[str, ...]:
    """That there is nothing to move, where that is so."""
    return () if found else ("none of these artifacts has data behind a DVC pointer",)
