"""A file that is what it was has its object ids unread; any other has none."""

from dataclasses import dataclass, replace

import pytest

from plmctl.core.cache import MARGIN_NS, MemoryCache
from plmctl.core.known_files import KIND, KnownFiles

NOW = 100_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Stat:
    """A file's status, written by hand."""

    st_size: int = 5
    st_mtime_ns: int = 7_000_000_000
    st_ctime_ns: int = 8_000_000_000
    st_ino: int = 11
    st_dev: int = 13


OLD = Stat()
STAMP = "5 7000000000 8000000000 11 13"


def known(cache: MemoryCache) -> KnownFiles:
    return KnownFiles(cache, lambda: NOW)


def value(cache: MemoryCache) -> bytes | None:
    """What the cache has of all files."""
    found = cache.every(KIND)
    return found["work tree"][1] if found else None


def test_what_was_learned_is_known_in_the_next_run() -> None:
    cache = MemoryCache()
    files = known(cache)
    assert files.ids("a.yaml", OLD) == ()
    files.learn("a.yaml", OLD, files.clock(), ("aa",))
    files.learn("d/\udcff\n.yaml", OLD, files.clock(), ("bb", "cc"))
    files.keep()
    assert value(cache) == f"a.yaml\0{STAMP}\0aa\0d/".encode() + b"\xff\n.yaml\0" + f"{STAMP}\0bb cc".encode()
    assert known(cache).ids("a.yaml", OLD) == ("aa",)
    assert known(cache).ids("d/\udcff\n.yaml", OLD) == ("bb", "cc")
    assert known(cache).ids("other", OLD) == ()


@pytest.mark.parametrize("field", ["st_size", "st_mtime_ns", "st_ctime_ns", "st_ino", "st_dev"])
def test_a_file_with_another_stat_is_another(field: str) -> None:
    cache = MemoryCache()
    files = known(cache)
    files.learn("a.yaml", OLD, NOW, ("aa",))
    files.keep()
    assert known(cache).ids("a.yaml", replace(OLD, **{field: 99})) == ()


def test_of_a_file_that_was_written_just_now_nothing_is_learned() -> None:
    cache = MemoryCache()
    files = known(cache)
    files.learn("a.yaml", replace(OLD, st_mtime_ns=NOW - MARGIN_NS), NOW, ("aa",))
    files.learn("b.yaml", replace(OLD, st_ctime_ns=NOW - MARGIN_NS), NOW, ("bb",))
    files.keep()
    assert value(cache) is None
    files.learn("a.yaml", replace(OLD, st_ctime_ns=NOW - MARGIN_NS - 1), NOW, ("aa",))
    files.keep()
    assert value(cache) == f"a.yaml\0005 7000000000 {NOW - MARGIN_NS - 1} 11 13\0aa".encode()


def test_only_what_is_new_is_written_and_what_nobody_asked_for_goes() -> None:
    cache = MemoryCache()
    first = known(cache)
    for name in ("a", "b", "c"):
        first.learn(name, OLD, NOW, ("11",))
    first.keep()
    before = value(cache)
    second = known(cache)
    assert second.ids("a", OLD) == ("11",)
    second.learn("b", OLD, NOW, ("11",))
    second.keep()
    assert value(cache) == before
    third = known(cache)
    assert third.ids("a", OLD) == ("11",)
    third.learn("b", OLD, NOW, ("22",))
    third.keep()
    assert value(cache) == f"a\0{STAMP}\00011\0b\0{STAMP}\00022".encode()
