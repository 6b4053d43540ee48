"""Data that a release would pin and that nobody else could fetch: it is in no remote (data.md)."""

from collections.abc import Iterable, Iterator, Sequence

from plmctl.commands.cached import sha256_at_hand
from plmctl.commands.holding import Holding
from plmctl.commands.tracked import tracked_file, tracked_folder
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import PlmctlError
from plmctl.core.manifest import Manifest
from plmctl.core.plan import Plan, Planned, RegistryAt
from plmctl.core.pointer import Pointer
from plmctl.core.ports import Tree
from plmctl.core.registry import Registry
from plmctl.core.report import Problem, problem_of
from plmctl.core.store import Store

_ALLOWED = "'plmctl release --allow-unpushed-data'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """What stops a release because of its data, and what is to be known of it."""

    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """Where the data of a release is kept; `asks` opens a connection to remotes that are elsewhere.

    With `allows_unpushed` nobody is asked.
    """

    store: Store
    asks: bool
    allows_unpushed: bool

    def summed(self, pointer: Pointer) -> str | None:
        """The sha256 of data that is here and has the md5 of its pointer."""
        return sha256_at_hand(self.store, pointer)

    def availability(
        self, made: Plan, registry: Registry, registry_at: RegistryAt, tree: Tree
    ) -> Availability:
        """Whether others can fetch what is released: data that versions before had is not judged again."""
        notes = _unrecorded(made, registry)
        if self.allows_unpushed:
            return Availability(notes=notes)
        data = new_data(made, registry, registry_at, tree)
        problems = tuple(_unpushed(self.store, data, asks=self.asks))
        return Availability(
            problems=problems, notes=notes if self.asks else (*notes, *_unasked(self.store, data))
        )


def new_data(made: Plan, registry: Registry, registry_at: RegistryAt, tree: Tree) -> tuple[Holding, ...]:
    """The data of the planned artifacts that their versions before had not, and Git itself has not."""
    return tuple(
        Holding(artifact=planned.artifact, pointer=pointer)
        for planned in made.planned
        for pointer in registry.manifests[planned.artifact].data
        if pointer.md5 not in _data_before(planned, registry_at)
        if not (pointer.is_imported or _is_tracked(tree, pointer))
    )


def _unpushed(store: Store, data: Sequence[Holding], *, asks: bool) -> Iterator[Problem]:
    """What of the data is in no remote. A remote elsewhere is asked only where the release `asks`."""
    configured = [each for each in data if store.remote_of(each.pointer) is not None]
    yield from (_without_remote(each) for each in data if each not in configured)
    judged = [each for each in configured if asks or store.is_remote_here(each.pointer)]
    try:
        missing = store.not_in_remote([each.pointer for each in judged])
    except PlmctlError as error:
        yield problem_of(error)
        return
    for each in judged:
        yield from _wrong(each, store, is_missing=each.pointer in missing)


def _wrong(each: Holding, store: Store, *, is_missing: bool) -> Iterator[Problem]:
    """What a remote that is a folder has of data in other bytes; else that it lacks some."""
    try:
        store.check_remote(each.pointer)
    except PlmctlError as error:
        message = f"{each.artifact}: nobody could fetch its data: {error.message}"
        yield Problem(message=message, hint=f"{error.hint}, or {_ALLOWED}", exit_code=error.exit_code)
        return
    if is_missing:
        yield _lacking(each, store)


def _unasked(store: Store, data: Iterable[Holding]) -> tuple[str, ...]:
    """Which remotes would have to be asked, and are not."""
    found: dict[str, list[str]] = {}
    for each in data:
        remote = store.remote_of(each.pointer)
        if remote is not None and not store.is_remote_here(each.pointer):
            found.setdefault(remote, []).append(each.artifact)
    return tuple(
        f"not checked: whether the DVC remote '{remote}' has the data of {', '.join(artifacts)};"
        " --push asks it"
        for remote, artifacts in sorted(found.items())
    )


def _unrecorded(made: Plan, registry: Registry) -> tuple[str, ...]:
    """The artifacts whose tag records no sha256 of their data, in a note."""
    names = [p.artifact for p in made.planned if _lacks(p, registry.manifests[p.artifact])]
    if not names:
        return ()
    return (f"no sha256 is recorded of the data of {', '.join(names)}: its bytes are not here",)


def _lacks(planned: Planned, manifest: Manifest) -> bool:
    return any(pointer.md5 not in planned.sums for pointer in manifest.data)


def _data_before(planned: Planned, registry_at: RegistryAt) -> frozenset[str]:
    previous = planned.previous
    manifest = registry_at(previous.commit).manifests.get(previous.artifact) if previous is not None else None
    return frozenset(pointer.md5 for pointer in manifest.data) if manifest is not None else frozenset()


def _without_remote(each: Holding) -> Problem:
    stated = each.pointer.remote
    why = "no DVC remote is configured" if stated is None else f"there is no DVC remote '{stated}'"
    return Problem(
        message=f"{each.artifact}: nobody could fetch its data '{each.pointer.path}': {why}",
        hint=f"run 'dvc remote add -d NAME URL' and 'plmctl data push {each.artifact}', or {_ALLOWED}",
        exit_code=1,
    )


def _lacking(each: Holding, store: Store) -> Problem:
    remote = store.remote_of(each.pointer)
    return Problem(
        message=f"{each.artifact}: nobody could fetch its data '{each.pointer.path}': the DVC remote"
        f" '{remote}' has it not",
        hint=f"run 'plmctl data push {each.artifact}', or {_ALLOWED}",
        exit_code=1,
    )


def _is_tracked(tree: Tree, pointer: Pointer) -> bool:
    """Whether a commit has the very data itself: then it is fetched with Git."""
    if pointer.is_folder:
        return tracked_folder(tree, pointer) is not None
    return tracked_file(tree, pointer) is not None
