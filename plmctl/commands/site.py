"""Where locks lie in a registry, and what that says of them."""

from collections.abc import Iterator, Mapping
from functools import cached_property

from plmctl.commands.loading import Around
from plmctl.commands.pins import Pin, pins_of
from plmctl.core.lock import FILE_NAME, Lock
from plmctl.core.report import Check, failed, unchecked


class Site:
    """The registry around locks: a lock's place says its root, and its pin there says the range too."""

    def __init__(self, around: Around):
        self._around = around
        self._whole = around.settings.at(FILE_NAME)
        self._environments = around.settings.at("environments/")

    @cached_property
    def pins(self) -> Mapping[str, Pin]:
        """What the environments here pin, by the path of its lock."""
        registry = self._around.registry
        return {pin.path: pin for e in registry.of_kind("Environment") for pin in pins_of(registry, e)}

    def is_own(self, path: str) -> bool:
        """Whether a path is that of a lock of the registry."""
        return path == self._whole or self._is_environment_lock(path)

    def is_elsewhere(self, path: str) -> bool:
        """Whether a lock is of an environment of the registry in another repository."""
        pin = self.pins.get(path) if self._is_environment_lock(path) else None
        return pin is not None and pin.registry is not None

    def _is_environment_lock(self, path: str) -> bool:
        return path.startswith(self._environments) and path.endswith(".lock")

    def checks(self, name: str, lock: Lock) -> Iterator[Check]:
        """Whether a lock lies where it should."""
        if name == self._whole and lock.root is not None:
            detail = f"the lock says {lock.root!r}, {name} is the lock of the whole registry"
            yield failed(name, "root", detail, field="root")
        if not self._is_environment_lock(name):
            return
        pin = self.pins.get(name)
        if pin is None:
            yield unchecked(name, "pin", "no environment here pins what this lock is of")
            return
        # A version that is older than its application's name is locked by the name it had.
        root = lock.root if lock.root in pin.names else pin.application
        said = (("environment", lock.environment, pin.environment.name), ("root", lock.root, root))
        of_pin = (("arm", lock.arm, pin.arm), ("want", lock.want, pin.range.text))
        for field, found, right in (*said, *of_pin):
            if found != right:
                detail = f"the lock says {found!r}, {pin.environment.path} says {right!r}"
                yield failed(name, "pin", detail, field=field)
