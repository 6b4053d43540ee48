"""What coverage sees of a process, and what it does not."""

import importlib
import pkgutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import coverage


def is_measured() -> bool:
    """Whether coverage looks at this process now."""
    return _measuring() is not None


@contextmanager
def unmeasured() -> Iterator[None]:
    """Coverage looks away: what is made ready for a test is no test."""
    measuring = _measuring()
    if measuring is None:
        yield
        return
    measuring.stop()
    try:
        yield
    finally:
        measuring.start()


def import_all() -> None:
    """Import every module of plmctl."""
    import plmctl

    for module in pkgutil.walk_packages(plmctl.__path__, "plmctl."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def _measuring() -> coverage.Coverage | None:
    return coverage.Coverage.current() if sys.gettrace() else None
