"""A registry elsewhere, over a real server: what is asked of it, and how little is fetched."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import sleep

import pytest

from plmctl.core.finding import PlmctlError
from plmctl.git.repository import Repository
from tests.git.builder import Folder, Opener

FEW, MANY = 5, 40


@pytest.fixture
def server(tmp_path: Path, environment: dict[str, str]) -> Folder:
    """Five releases, each with one other file of many, and history between them."""
    path = tmp_path / "server"
    path.mkdir()
    folder = Folder(path=path, environment=environment)
    folder.git("init", "-q", "-b", "main")
    folder.git("config", "uploadpack.allowFilter", "true")
    folder.commit({f"prompts/{number}.md": f"{number}\n" for number in range(MANY)})
    for release in range(FEW):
        folder.commit({"other": f"{release}\n"})
        folder.commit({f"prompts/{release}.md": f"new {release}\n"})
        folder.git("tag", "-a", f"v1.{release}.0", "-m", "a release")
    return folder


@pytest.fixture
def home(tmp_path: Path, environment: dict[str, str], opened: Opener) -> Repository:
    """A repository whose user has an empty cache."""
    path = tmp_path / "home-repository"
    path.mkdir()
    folder = Folder(path=path, environment=environment)
    folder.git("init", "-q", "-b", "main")
    return opened(folder, XDG_CACHE_HOME=str(tmp_path / "cache"))


@contextmanager
def served(folder: Path, *command: str) -> Iterator[int]:
    """A server of a folder, on a port of its own, until the end of the body."""
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    words = [word.replace("PORT", str(port)) for word in command]
    quiet = subprocess.DEVNULL
    # A group of its own: `git daemon` is a program that starts another.
    process = subprocess.Popen(words, cwd=folder, stdout=quiet, stderr=quiet, start_new_session=True)
    try:
        _wait_for(port)
        yield port
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(10)


def _wait_for(port: int) -> None:
    for _ in range(200):
        with closing(socket.socket()) as trying:
            if trying.connect_ex(("127.0.0.1", port)) == 0:
                return
        sleep(0.05)
    raise AssertionError("the server did not begin")


def kept(server: Folder) -> list[str]:
    """The types of all objects that were fetched, sorted."""
    (cache,) = (path for path in registries(server).iterdir() if path.is_dir())
    lines = server.at(cache).git("cat-file", "--batch-all-objects", "--batch-check=%(objecttype)")
    return sorted(lines.split("\n"))


def registries(server: Folder) -> Path:
    """Where the user's registries are kept."""
    return server.path.parent / "cache" / "plmctl" / "registries"


def read(home: Repository, address: str, tag: str, path: str) -> bytes:
    """A file at a tag."""
    there = home.elsewhere(address)
    there.take([tag])
    commit = next(t.commit for t in there.repo.tags() if t.name == tag)
    assert commit is not None
    return there.repo.commit_tree(commit).read(path, limit=99)


def test_tags_are_asked_and_nothing_is_fetched(server: Folder, home: Repository) -> None:
    there = home.elsewhere(str(server.path))

    assert sorted(there.tags()) == [f"v1.{release}.0" for release in range(FEW)]
    assert there.tags()["v1.0.0"] == server.git("rev-parse", "v1.0.0")
    assert not registries(server).exists()


def test_a_tag_comes_with_its_commit_alone(server: Folder, home: Repository) -> None:
    home.elsewhere(str(server.path)).take(["v1.0.0", "v1.4.0", "v9.9.9"])

    assert kept(server) == ["commit", "commit", "tag", "tag"]


def test_files_come_when_they_are_read_and_all_announced_ones_together(
    server: Folder, home: Repository
) -> None:
    there = home.elsewhere(str(server.path))
    there.take(["v1.4.0"])
    tree = there.repo.commit_tree(there.repo.tags()[0].commit or "")

    tree.prefetch(["prompts/3.md", "prompts/4.md", "prompts/5.md"])
    assert kept(server).count("blob") == 0
    assert tree.read("prompts/4.md", limit=99) == b"new 4\n"

    assert kept(server) == ["blob", "blob", "blob", "commit", "tag", "tree", "tree"]
    everything = server.git("rev-list", "--objects", "--all", "--use-bitmap-index").count("\n") + 1
    assert everything > 60


def test_a_server_without_filters_gives_more_and_the_same(server: Folder, home: Repository) -> None:
    server.git("config", "uploadpack.allowFilter", "false")

    assert read(home, str(server.path), "v1.4.0", "prompts/4.md") == b"new 4\n"
    assert kept(server).count("blob") == MANY + 1


def test_a_server_that_gives_no_single_objects_gives_whole_commits(
    server: Folder, home: Repository, environment: dict[str, str]
) -> None:
    (Path(environment["HOME"]) / ".gitconfig").write_text("[protocol]\n\tversion = 0\n", encoding="utf-8")

    assert read(home, str(server.path), "v1.4.0", "prompts/4.md") == b"new 4\n"


def test_a_server_of_plain_files_gives_whole_history(
    server: Folder, home: Repository, tmp_path: Path
) -> None:
    server.git("update-server-info")
    command = (sys.executable, "-m", "http.server", "--bind", "127.0.0.1", "PORT")
    with served(server.path / ".git", *command) as port:
        assert read(home, f"http://127.0.0.1:{port}/", "v1.4.0", "prompts/4.md") == b"new 4\n"


def test_a_tag_that_is_gone_is_forgotten_and_a_moved_one_is_taken(server: Folder, home: Repository) -> None:
    home.elsewhere(str(server.path)).take(["v1.0.0", "v1.1.0"])
    server.git("tag", "-d", "v1.0.0")
    server.git("tag", "-f", "-a", "v1.1.0", "-m", "moved", "v1.2.0^{}")

    there = home.elsewhere(str(server.path))
    there.take(["v1.1.0"])

    assert [(t.name, t.message) for t in there.repo.tags()] == [("v1.1.0", "moved\n")]


def test_addresses_share_what_was_fetched_and_keep_no_password(
    server: Folder, home: Repository, environment: dict[str, str]
) -> None:
    (Path(environment["HOME"]) / ".gitconfig").write_text(
        f'[url "{server.path.as_uri()}"]\n\tinsteadOf = https://git.example.com/shop\n'
        f"\tinsteadOf = https://ada:secret@git.example.com/shop\n",
        encoding="utf-8",
    )
    for address in ("https://git.example.com/shop", "https://ada:secret@git.example.com/shop"):
        assert home.elsewhere(address).name == "https://git.example.com/shop"
        assert read(home, address, "v1.0.0", "other") == b"0\n"

    files = (path for path in registries(server).rglob("*") if path.is_file())
    assert [path for path in files if b"secret" in path.read_bytes()] == []


def test_what_a_killed_fetch_left_is_fetched_again(server: Folder, home: Repository) -> None:
    assert read(home, str(server.path), "v1.0.0", "other") == b"0\n"
    cache = Path(home.elsewhere(str(server.path)).repo.top)
    (cache / "plmctl-begun").write_bytes(b"")
    (cache / "shallow.lock").write_bytes(b"")
    (cache / "refs/tags/v1.1.0.lock").write_bytes(b"")

    assert read(home, str(server.path), "v1.1.0", "other") == b"1\n"


def test_a_registry_with_long_object_ids_is_read_from_one_with_short_ones(
    tmp_path: Path, environment: dict[str, str], home: Repository
) -> None:
    path = tmp_path / "long"
    path.mkdir()
    folder = Folder(path=path, environment=environment)
    folder.git("init", "-q", "-b", "main", "--object-format=sha256")
    folder.commit({"other": "long\n"})
    folder.git("tag", "-a", "v1.0.0", "-m", "a release")

    assert read(home, str(path), "v1.0.0", "other") == b"long\n"


def test_an_object_that_nobody_has_is_asked_for_once(server: Folder, home: Repository) -> None:
    there = home.elsewhere(str(server.path))
    there.take(["v1.0.0"])

    with pytest.raises(PlmctlError) as caught:
        there.repo.commit_tree("1" * 40)
    assert caught.value.exit_code == 3


def test_over_a_real_daemon_few_objects_are_fetched(server: Folder, home: Repository, tmp_path: Path) -> None:
    words = ("git", "daemon", "--export-all", f"--base-path={tmp_path}", "--listen=127.0.0.1", "--port=PORT")
    with served(tmp_path, *words) as port:
        address = f"git://127.0.0.1:{port}/server"
        assert read(home, address, "v1.4.0", "prompts/4.md") == b"new 4\n"
        with pytest.raises(PlmctlError) as caught:
            home.elsewhere(f"git://127.0.0.1:{port}/nothing").tags()

    assert kept(server) == ["blob", "commit", "tag", "tree", "tree"]
    assert caught.value.exit_code == 3
    with pytest.raises(PlmctlError) as caught:
        home.elsewhere(address).tags()
    assert caught.value.message.startswith(f"cannot ask {address}: it cannot be reached")
