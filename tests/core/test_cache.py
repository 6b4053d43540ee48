"""What is known in one process, and by what a file is known again."""

import os
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from plmctl.core.cache import MARGIN_NS, MemoryCache, is_settled, stamp_of, user_cache


@dataclass(frozen=True, slots=True, kw_only=True)
class Stat:
    """A file's status, written by hand."""

    st_size: int = 5
    st_mtime_ns: int = 7_000_000_000
    st_ctime_ns: int = 8_000_000_000
    st_ino: int = 11
    st_dev: int = 13


def test_what_is_kept_is_known_by_its_kind_and_name() -> None:
    cache = MemoryCache()
    cache.keep("md5", {"data/a": (b"1", b"x"), "data/b": (b"2", b"y"), "data.txt": (b"3", b"z")})
    assert cache.named("md5", ["data/b", "data/c"]) == {"data/b": (b"2", b"y")}
    assert cache.named("blob", ["data/b"]) == {}
    assert cache.below("md5", "data") == {"data/a": (b"1", b"x"), "data/b": (b"2", b"y")}
    cache.keep("md5", {"data/a": (b"4", b"w")})
    cache.forget("md5", ["data/b", "data/c"])
    cache.forget("blob", ["data/a"])
    assert cache.every("md5") == {"data/a": (b"4", b"w"), "data.txt": (b"3", b"z")}


@pytest.mark.parametrize("field", ["st_size", "st_mtime_ns", "st_ctime_ns", "st_ino", "st_dev"])
def test_a_stamp_is_another_when_anything_of_it_is(field: str) -> None:
    assert stamp_of(Stat()) == b"5 7000000000 8000000000 11 13"
    assert stamp_of(replace(Stat(), **{field: 99})) != stamp_of(Stat())


def test_a_stamp_has_times_before_1970_and_numbers_of_64_bits(tmp_path: Path) -> None:
    stat = Stat(st_mtime_ns=-5, st_ctime_ns=2**70, st_ino=2**64 - 1, st_dev=2**64 - 1)
    assert stamp_of(stat) == b"5 -5 1180591620717411303424 18446744073709551615 18446744073709551615"
    path = tmp_path / "file"
    path.write_bytes(b"12345")
    status = os.stat(path)
    assert stamp_of(status).split()[0] == b"5"
    assert int(stamp_of(status).split()[3]) == status.st_ino


@pytest.mark.parametrize(
    ("now_ns", "settled"),
    [
        (8_000_000_000 + MARGIN_NS, False),
        (8_000_000_001 + MARGIN_NS, True),
        # A clock that was set back: the file is from the future.
        (0, False),
    ],
)
def test_a_file_is_settled_when_both_its_times_are_past(now_ns: int, settled: bool) -> None:
    later = Stat(st_mtime_ns=8_000_000_000, st_ctime_ns=7_000_000_000)
    assert (is_settled(Stat(), now_ns), is_settled(later, now_ns)) == (settled, settled)


@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({"XDG_CACHE_HOME": "/c", "HOME": "/h"}, "/c/plmctl"),
        ({"XDG_CACHE_HOME": "c", "HOME": "/h"}, "/h/.cache/plmctl"),
        ({"HOME": "/h"}, "/h/.cache/plmctl"),
        ({"HOME": "h"}, None),
        ({}, None),
    ],
)
def test_what_is_kept_for_a_user_lies_where_he_says(environment: dict[str, str], folder: str | None) -> None:
    assert user_cache(environment) == folder
