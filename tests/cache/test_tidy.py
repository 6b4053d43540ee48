"""What the files of the cache take, and that they can go."""

from pathlib import Path

from plmctl.cache.place import cache_file, cache_of
from plmctl.cache.tidy import cleared, state_of
from plmctl.core.cache_state import CacheState


def filled(tmp_path: Path, *tops: str) -> dict[str, str]:
    """An environment where something is kept of repositories."""
    environment = {"XDG_CACHE_HOME": str(tmp_path)}
    for top in tops:
        with cache_of(top, environment) as cache:
            cache.keep("md5", {"a": (b"1", b"x")})
    return environment


def size_of(top: str, environment: dict[str, str]) -> int:
    return Path(cache_file(top, environment) or "").stat().st_size


def test_of_each_repository_it_is_known_what_its_cache_takes(tmp_path: Path) -> None:
    environment = filled(tmp_path, "/r", "/s")
    (tmp_path / "plmctl/known/folder").mkdir()
    assert state_of("/r", environment | {"CI": "1"}) == CacheState(
        path=cache_file("/r", environment),
        size=size_of("/r", environment),
        is_wanted=False,
        others=size_of("/s", environment),
    )
    assert state_of("/t", environment) == CacheState(
        path=cache_file("/t", environment), size=None, is_wanted=True, others=2 * size_of("/s", environment)
    )
    assert state_of("/t", {}) == CacheState(path=None, size=None, is_wanted=True, others=0)


def test_one_goes_and_the_others_stay_or_all_go(tmp_path: Path) -> None:
    environment = filled(tmp_path, "/r", "/s", "/t")
    size = size_of("/r", environment)
    assert cleared("/r", environment, is_all=False) == size
    assert state_of("/r", environment).others == 2 * size
    assert cleared("/r", environment, is_all=False) == 0
    assert cleared("/r", environment, is_all=True) == 2 * size
    assert state_of("/r", environment).others == 0


def test_where_no_cache_can_be_nothing_goes(tmp_path: Path) -> None:
    (tmp_path / "plmctl").write_text("a file", encoding="utf-8")
    assert cleared("/r", {"XDG_CACHE_HOME": str(tmp_path)}, is_all=True) == 0
    assert cleared("/r", {}, is_all=True) == 0
