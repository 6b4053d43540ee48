"""What the environments of a tree run: every pin and every lock that is there."""

from collections.abc import Iterator
from dataclasses import replace

from plmctl.commands.pins import Pin, pins_of
from plmctl.commands.releases import lock_bytes
from plmctl.commands.running import replacements
from plmctl.core.finding import IntegrityError
from plmctl.core.lock import Lock, is_conflicted, read_lock
from plmctl.core.ports import Tree
from plmctl.core.registry import Registry
from plmctl.core.slot import Slot
from plmctl.core.value import as_mapping, as_text, value_at


def slots_of(registry: Registry, tree: Tree, committed: Tree | None) -> tuple[Slot, ...]:
    """Every slot, sorted by environment and application; `committed` is HEAD's tree where that may differ."""
    pinned = (_pinned(registry, tree, pin) for pin in _pins(registry))
    found = {slot.path: slot for slot in pinned}
    found.update((path, slot) for path, slot in _unpinned(registry, tree) if path not in found)
    slots = (replace(slot, is_committed=_is_same(slot.path, tree, committed)) for slot in found.values())
    return tuple(sorted(slots, key=lambda s: (s.environment, s.application, s.arm or "")))


def _pins(registry: Registry) -> Iterator[Pin]:
    for environment in registry.of_kind("Environment"):
        yield from pins_of(registry, environment)


def _pinned(registry: Registry, tree: Tree, pin: Pin) -> Slot:
    path = _path_of(pin, tree)
    lock, trouble = _locked(tree, path)
    arm = as_mapping(value_at(pin.environment.document.value, pin.pointer[:-1])) if pin.arm else {}
    return Slot(
        environment=pin.environment.name,
        application=pin.application,
        arm=pin.arm,
        range=pin.range,
        path=path,
        is_former=path != pin.path,
        lock=lock,
        trouble=trouble,
        is_conflicted=trouble == _CONFLICT,
        hold=pin.hold,
        bind=replacements(pin, registry),
        until=as_text(arm.get("until")),
        is_elsewhere="registry" in pin.environment.spec,
    )


def _path_of(pin: Pin, tree: Tree) -> str:
    """Where the lock of a pin lies: until it is moved where it lay before the application was renamed."""
    is_there = tree.kind(pin.path) is not None
    former = (path for path in pin.former if tree.kind(path) is not None)
    return pin.path if is_there else next(former, pin.path)


def _unpinned(registry: Registry, tree: Tree) -> Iterator[tuple[str, Slot]]:
    """Locks that no pin is of."""
    folder = registry.settings.at("environments/")
    for path in tree.paths():
        environment, slash, name = path.removeprefix(folder).removesuffix(".lock").partition("/")
        if path.startswith(folder) and path.endswith(".lock") and slash:
            yield path, _unknown(registry, tree, path, environment, name)


def _unknown(registry: Registry, tree: Tree, path: str, environment: str, name: str) -> Slot:
    bare, dot, arm = name.partition(".")
    manifest = registry.manifests.get(f"environment/{environment}")
    spec = manifest.spec if manifest is not None else {}
    lock, trouble = _locked(tree, path)
    return Slot(
        environment=environment,
        application=f"application/{bare}",
        arm=arm if dot else None,
        range=None,
        path=path,
        lock=lock,
        trouble=trouble,
        is_conflicted=trouble == _CONFLICT,
        is_elsewhere="registry" in spec,
    )


_CONFLICT = "it has conflict markers"


def _locked(tree: Tree, path: str) -> tuple[Lock | None, str | None]:
    """The lock at a path, or why it cannot be read."""
    try:
        data = lock_bytes(tree, path)
        if data is None:
            return None, None
        return (None, _CONFLICT) if is_conflicted(data) else (read_lock(path, data), None)
    except IntegrityError as error:
        return None, error.message.removeprefix(f"{path}: ")


def _is_same(path: str, tree: Tree, committed: Tree | None) -> bool:
    if committed is None:
        return True
    try:
        return lock_bytes(tree, path) == lock_bytes(committed, path)
    except IntegrityError:
        return False
