"""The user's cache of registries elsewhere: found by a tag's object, made at once or not at all."""

import os
from pathlib import Path
from threading import Thread
from time import sleep

import pytest

from plmctl.core.finding import PlmctlError
from plmctl.git.cache import cache_folder, cached, taken
from tests.git.builder import Folder, Opener

ADDRESS = "https://git.example.com/acme/registry.git"


@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({"XDG_CACHE_HOME": "/c", "HOME": "/h"}, "/c/plmctl/registries"),
        ({"XDG_CACHE_HOME": "c", "HOME": "/h"}, "/h/.cache/plmctl/registries"),
        ({"HOME": "/h"}, "/h/.cache/plmctl/registries"),
        ({"HOME": "h"}, None),
        ({}, None),
    ],
)
def test_registries_are_kept_in_the_users_cache(environment: dict[str, str], folder: str | None) -> None:
    assert cache_folder(environment) == folder


def test_without_a_home_nothing_is_kept() -> None:
    with pytest.raises(PlmctlError) as caught, taken(ADDRESS, "sha1", {}):
        pass
    assert caught.value.hint == "set XDG_CACHE_HOME to a folder of yours"
    assert cached({}) == ()


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An environment whose cache is empty."""
    return {"XDG_CACHE_HOME": str(tmp_path / "cache")}


def fetched_into(home: dict[str, str], object_format: str = "sha1") -> Path:
    """A cache into which something was fetched."""
    with taken(ADDRESS, object_format, home) as path:
        (Path(path) / "kept").write_bytes(b"")
    return Path(path)


def test_what_was_fetched_stays(home: dict[str, str]) -> None:
    path = fetched_into(home)

    assert cached(home) == (str(path),)
    assert fetched_into(home) == path
    assert sorted(child.name for child in path.iterdir()) == ["HEAD", "config", "kept", "objects", "refs"]


def test_an_error_leaves_what_was_fetched(home: dict[str, str]) -> None:
    fetched_into(home)
    with pytest.raises(PlmctlError), taken(ADDRESS, "sha1", home):
        raise PlmctlError("the connection broke")

    with taken(ADDRESS, "sha1", home) as path:
        assert (Path(path) / "kept").exists()


def test_what_a_killed_git_left_is_thrown_away_by_the_next_run(home: dict[str, str]) -> None:
    path = fetched_into(home)
    left = path / "refs" / "tags" / "v1.0.0.lock"
    left.parent.mkdir()
    left.write_bytes(b"")
    with pytest.raises(PlmctlError), taken(ADDRESS, "sha1", home):
        raise PlmctlError("git was ended by SIGKILL")

    with taken(ADDRESS, "sha1", home):
        assert not (path / "kept").exists()
        assert list((path / "refs").iterdir()) == []


def test_what_a_killed_process_left_is_thrown_away(home: dict[str, str]) -> None:
    path = fetched_into(home)
    (path / "plmctl-begun").write_bytes(b"")
    (path / "shallow.lock").write_bytes(b"")

    with taken(ADDRESS, "sha1", home) as again:
        left = sorted(child.name for child in Path(again).iterdir())

    assert (again, left) == (str(path), ["HEAD", "config", "objects", "plmctl-begun", "refs"])


def test_a_half_made_cache_is_no_cache(home: dict[str, str]) -> None:
    path = fetched_into(home)
    path.rename(f"{path}.new")

    assert cached(home) == ()
    assert not (fetched_into(home) / "shallow.lock").exists()


@pytest.mark.parametrize("configuration", [b"[core]\n\tbare = true\n\tfsmonitor = touch /tmp/x\n", None])
def test_a_cache_with_another_configuration_is_thrown_away(
    configuration: bytes | None, home: dict[str, str]
) -> None:
    path = fetched_into(home)
    (path / "config").unlink()
    if configuration is not None:
        (path / "config").write_bytes(configuration)
    (path / "kept").unlink()
    (path / "wrong").write_bytes(b"")

    assert not (fetched_into(home) / "wrong").exists()


def test_a_registry_that_changed_its_object_format_begins_anew(home: dict[str, str]) -> None:
    path = fetched_into(home)
    (path / "old").write_bytes(b"")

    again = fetched_into(home, "sha256")

    assert again == path
    assert not (again / "old").exists()
    assert b"objectFormat = sha256" in (again / "config").read_bytes()


def test_a_cache_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with (
        pytest.raises(PlmctlError) as caught,
        taken(ADDRESS, "sha1", {"XDG_CACHE_HOME": str(tmp_path / "file")}),
    ):
        pass
    assert (
        caught.value.message == f"nothing can be kept in {tmp_path}/file/plmctl/registries: Not a directory"
    )


def tagged(folder: Folder) -> tuple[str, str]:
    """A tag of a repository and its object."""
    folder.git("tag", "-a", "v1.0.0", "-m", "one")
    return "v1.0.0", folder.git("rev-parse", "v1.0.0")


@pytest.mark.parametrize("more", [0, 1])
def test_what_was_fetched_is_found_by_a_tags_object(
    more: int, committed: Folder, tmp_path: Path, environment: dict[str, str], opened: Opener
) -> None:
    """Of two that have it, the one with more tags."""
    tag, object_id = tagged(committed)
    committed.git("tag", "other")
    home = {**environment, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    with (
        taken("https://a.example.com/", "sha1", home) as a,
        taken("https://b.example.com/", "sha1", home) as b,
    ):
        folders = sorted((a, b))
    for index, path in enumerate(folders):
        wanted = "refs/tags/*" if index == more else f"refs/tags/{tag}"
        committed.at(Path(path)).git("fetch", "-q", "--no-tags", str(committed.path), f"{wanted}:{wanted}")
    repository = opened(committed, XDG_CACHE_HOME=home["XDG_CACHE_HOME"])

    found = repository.fetched(tag, object_id)

    assert found is not None
    assert found.top == os.path.realpath(folders[more])
    assert [t.name for t in found.tags()] == ["other", tag]
    assert repository.fetched(tag, "0" * 40) is None
    assert repository.fetched("*", object_id) is None


def test_a_broken_cache_is_passed_over(committed: Folder, tmp_path: Path, opened: Opener) -> None:
    tag, object_id = tagged(committed)
    cache = tmp_path / "cache" / "plmctl" / "registries" / ("0" * 64)
    cache.mkdir(parents=True)

    assert opened(committed, XDG_CACHE_HOME=str(tmp_path / "cache")).fetched(tag, object_id) is None


def test_two_that_fetch_take_turns(home: dict[str, str]) -> None:
    said: list[str] = []

    def hold() -> None:
        with taken(ADDRESS, "sha1", home):
            said.append("in")
            sleep(0.05)
            said.append("out")

    others = [Thread(target=hold) for _ in range(2)]
    for other in others:
        other.start()
    for other in others:
        other.join(60)

    assert said == ["in", "out", "in", "out"]
