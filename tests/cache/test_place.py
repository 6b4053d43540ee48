"""Whether anything is kept, and in which file."""

import hashlib
from pathlib import Path

import pytest

from plmctl import __version__
from plmctl.cache.file import TABLE, CacheFile
from plmctl.cache.place import FORMAT, cache_file, cache_of, is_wanted
from plmctl.core.cache import MemoryCache
from plmctl.core.finding import UsageError


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({}, True),
        ({"CI": ""}, True),
        ({"CI": "false"}, True),
        ({"CI": "true"}, False),
        ({"CI": "1"}, False),
        ({"CI": "1", "PLMCTL_CACHE": "1"}, True),
        ({"CI": "1", "PLMCTL_CACHE": ""}, False),
        ({"PLMCTL_CACHE": "On"}, True),
        ({"PLMCTL_CACHE": "0"}, False),
        ({"PLMCTL_CACHE": "off"}, False),
    ],
)
def test_nothing_is_kept_in_ci_unless_it_is_asked_for(environment: dict[str, str], wanted: bool) -> None:
    assert is_wanted(environment) == wanted


def test_a_setting_that_says_neither_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        is_wanted({"PLMCTL_CACHE": "maybe"})
    assert caught.value.message == "PLMCTL_CACHE is 'maybe'"
    assert caught.value.hint == "set PLMCTL_CACHE to 1 or to 0, or leave it out"


def test_each_repository_and_each_version_has_a_file_of_its_own() -> None:
    key = hashlib.sha256(f"{__version__}\0{FORMAT}\0{TABLE}\0/r".encode()).hexdigest()
    assert cache_file("/r", {"HOME": "/h"}) == f"/h/.cache/plmctl/known/{key}.sqlite"
    assert cache_file("/s", {"HOME": "/h"}) != cache_file("/r", {"HOME": "/h"})
    assert cache_file("/r", {}) is None
    assert cache_file("/\udcff", {"HOME": "/h"}) is not None


def test_nothing_is_kept_in_the_repository_itself(tmp_path: Path) -> None:
    """Whoever can make a commit in it would write what plmctl believes."""
    top = tmp_path / "r"
    (top / "caches").mkdir(parents=True)
    (tmp_path / "link").symlink_to(top / "caches")
    (tmp_path / "r2").mkdir()
    for home in (top, top / "caches", tmp_path / "link"):
        environment = {"HOME": str(home)}
        assert cache_file(str(top), environment) is None
        with cache_of(str(top), environment) as cache:
            assert isinstance(cache, MemoryCache)
    assert cache_file("/", {"HOME": str(tmp_path)}) is None
    assert cache_file(str(top), {"HOME": str(tmp_path / "r2")}) is not None
    assert cache_file(str(top), {"HOME": str(tmp_path)}) is not None


def test_what_is_kept_is_there_for_the_next_one_in_the_same_repository(tmp_path: Path) -> None:
    environment = {"XDG_CACHE_HOME": str(tmp_path)}
    with cache_of("/r", environment) as cache:
        assert isinstance(cache, CacheFile)
        cache.keep("md5", {"a": (b"1", b"x")})
    with cache_of("/r", environment) as cache:
        assert cache.every("md5") == {"a": (b"1", b"x")}
    with cache_of("/s", environment) as cache:
        assert cache.every("md5") == {}


@pytest.mark.parametrize("more", [{"CI": "1"}, {"PLMCTL_CACHE": "0"}, {"XDG_CACHE_HOME": ""}])
def test_where_nothing_is_kept_nothing_is_written(tmp_path: Path, more: dict[str, str]) -> None:
    with cache_of("/r", {"XDG_CACHE_HOME": str(tmp_path), **more}) as cache:
        assert isinstance(cache, MemoryCache)
        cache.keep("md5", {"a": (b"1", b"x")})
    assert list(tmp_path.iterdir()) == []
