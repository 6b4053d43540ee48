"""A lock is swapped while threads render: no call is of two locks."""

import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event

import pytest

from plmctl.core.bundle import Bundle, bundled
from plmctl.core.value import Value
from plmctl.runtime import Registry, load
from tests.runtime.bundles import MODEL, bundle_of, prompt

SWAPS, THREADS = 1_000, 8


def named(lock: str) -> Bundle:
    """A lock of two prompts in which every part of a call has the lock's name."""
    parts: dict[str, dict[str, Value]] = {
        "prompt/one": prompt("{{> p}}", parameters={"seed": len(lock)}),
        "prompt/two": prompt(f"{lock} {{{{x}}}}"),
        "partial/p": {"content": f"{lock} {{{{x}}}}"},
        "model/small": {**MODEL, "model": lock},
    }
    return bundle_of(parts, version=f"{len(lock)}.0.0")


LOCKS = {name: named(name) for name in ("green", "violet")}


def told(registry: Registry, name: str) -> tuple[str, ...]:
    """All that a call says of the lock it is of."""
    call = registry.prompt(name).render(x="x")
    return (call.messages[0].text, call.model.model, call.identity.version or "", call.identity.lock or "")


def rendered(registry: Registry, start: Barrier, end: Event) -> Counter[tuple[str, ...]]:
    start.wait()
    seen = Counter[tuple[str, ...]]()
    # Threads that never rest would let the one that swaps wait for its turn for minutes.
    while not end.wait(0.004):
        seen.update(told(registry, name) for name in ("one", "two"))
    return seen


def swapped(registry: Registry, path: Path) -> Iterator[bool]:
    """Whether each refresh took the lock that was put there just before."""
    new, data = path.with_suffix(".new"), [bundled(bundle) for bundle in LOCKS.values()]
    for turn in range(1, SWAPS + 1):
        new.write_bytes(data[turn % 2])
        new.replace(path)
        yield registry.refresh()


@pytest.fixture
def eager_threads() -> Iterator[None]:
    """Threads take turns after a few steps already."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("eager_threads")
def test_every_call_is_wholly_of_one_lock(tmp_path: Path) -> None:
    path = tmp_path / "b.plmz"
    path.write_bytes(bundled(LOCKS["green"]))
    registry, start, end = load(source=path), Barrier(THREADS + 1), Event()
    whole = set[tuple[str, ...]]()
    for name, bundle in LOCKS.items():
        path.write_bytes(bundled(bundle))
        whole |= {told(load(source=path), prompt) for prompt in ("one", "two")}
        assert any(name in part for parts in whole for part in parts)
    with ThreadPoolExecutor(THREADS) as pool:
        futures: list[Future[Counter[tuple[str, ...]]]] = [
            pool.submit(rendered, registry, start, end) for _ in range(THREADS)
        ]
        start.wait()
        swaps = Counter(swapped(registry, path))
        end.set()
    seen = sum((future.result() for future in futures), Counter[tuple[str, ...]]())
    assert swaps == {True: SWAPS}
    assert set(seen) == whole
