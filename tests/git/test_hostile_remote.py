import stat
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from plmctl.core.finding import PlmctlError
from plmctl.core.ports import RefPush
from plmctl.git.remote import Remote
from plmctl.git.repository import Repository
from tests.git.builder import Folder, Opener

MAIN = "refs/heads/main"

# Every setting with which a repository names a program, an address or an answer of its own for a remote.
CONFIGURATION = """
[core]
	repositoryformatversion = 0
	fsmonitor = CANARY fsmonitor
	hooksPath = HOOKS
	askPass = CANARY
	sshCommand = CANARY ssh
	gitProxy = CANARY proxy
	alternateRefsCommand = CANARY alternates
[alias]
	push = !CANARY alias
	ls-remote = !CANARY alias
[credential]
	helper = !CANARY credential
[http]
	proxy = http://127.0.0.1:1
	extraHeader = "Authorization: Basic c3RyYW5nZXI="
[url "ext::CANARY insteadof "]
	insteadOf = REMOTE
[url "ext::CANARY pushinsteadof "]
	pushInsteadOf = REMOTE
[protocol]
	allow = always
[push]
	followTags = true
	pushOption = stranger
	gpgSign = true
[gpg]
	program = CANARY
[remote "origin"]
	url = REMOTE
	uploadpack = CANARY uploadpack
	receivepack = CANARY receivepack
	proxy = CANARY
	vcs = evil
	mirror = true
	prune = true
	tagOpt = --tags
	push = +refs/heads/*:refs/heads/stolen/*
[branch "main"]
	remote = origin
	merge = refs/heads/main
"""
HOOKS = ("pre-push", "reference-transaction", "post-index-change")


@pytest.fixture
def sung(tmp_path: Path) -> Path:
    """Where each canary that fires leaves its name."""
    folder = tmp_path / "sung"
    folder.mkdir()
    return folder


@pytest.fixture
def bare(committed: Folder, tmp_path: Path) -> Folder:
    """An empty repository to push to."""
    path = tmp_path / "bare.git"
    committed.git("init", "-q", "--bare", "-b", "main", str(path))
    return committed.at(path)


def canary(sung: Path) -> Path:
    """A program that leaves a file named as its first argument."""
    path = sung.parent / "canary"
    path.write_text(f'#!/bin/sh\ntouch "{sung}/${{1:-unnamed}}"\nexit 1\n', encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def hostile(committed: Folder, remote: str, sung: Path) -> Folder:
    """A copy of a stranger's repository, its `.git` included, with a remote."""
    committed.git("tag", "-a", "-m", "one", "v0.1.0")
    program = canary(sung)
    hooks = sung.parent / "hooks"
    for folder in (hooks, committed.path / ".git" / "hooks"):
        folder.mkdir(exist_ok=True)
        for name in HOOKS:
            (folder / name).write_text(f'#!/bin/sh\ntouch "{sung}/{name}"\n', encoding="utf-8")
            (folder / name).chmod(0o755)
    text = CONFIGURATION.replace("CANARY", str(program)).replace("HOOKS", str(hooks))
    committed.write(".git/config", text.replace("REMOTE", remote))
    return committed


def origin(repository: Repository) -> Remote:
    remote = repository.remote("main")
    assert remote is not None
    return replace(remote, connection=replace(remote.connection, patience=30))


class Door(BaseHTTPRequestHandler):
    """A server that lets nobody in, and notes who knocked."""

    knocks: ClassVar[list[str | None]] = []

    def do_GET(self) -> None:
        self.knocks.append(self.headers.get("Authorization"))
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="r"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None: ...


@pytest.fixture
def door() -> Iterator[str]:
    """The address of a server that lets nobody in."""
    Door.knocks.clear()
    with HTTPServer(("127.0.0.1", 0), Door) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/r.git"
        server.shutdown()
        thread.join()


def test_plain_git_fires_them(committed: Folder, bare: Folder, sung: Path) -> None:
    hostile(committed, str(bare.path), sung)
    committed.git("ls-remote", "ssh://127.0.0.1/r.git", code=128)
    committed.git("-c", "protocol.ext.allow=always", "ls-remote", str(bare.path), code=128)
    committed.git("-c", "push.gpgSign=false", "push", f"{bare.path}/../bare.git", "main", code=128)
    assert {path.name for path in sung.iterdir()} >= {"ssh", "insteadof", "pushinsteadof"}


def test_a_push_and_a_fetch_run_nothing_and_do_only_what_was_asked(
    committed: Folder, bare: Folder, sung: Path, opened: Opener
) -> None:
    repository = opened(hostile(committed, str(bare.path), sung))
    remote = origin(repository)
    commit = repository.resolve("HEAD")
    assert remote.push([RefPush(ref=MAIN, old=None, new=commit)]) == {MAIN: "created"}
    assert remote.refs() == {MAIN: commit}
    remote.fetch("+refs/heads/*:refs/remotes/origin/*")
    assert repository.branch_tips() == {MAIN: commit, "refs/remotes/origin/main": commit}
    assert list(sung.iterdir()) == []


@pytest.mark.parametrize("address", ["ssh://127.0.0.1:1/r.git", "git://127.0.0.1:1/r.git"])
def test_no_command_of_the_repository_opens_a_connection(
    address: str, committed: Folder, sung: Path, opened: Opener
) -> None:
    with pytest.raises(PlmctlError, match="cannot ask origin: "):
        origin(opened(hostile(committed, address, sung))).refs()
    assert list(sung.iterdir()) == []


def test_credentials_are_the_users_and_none_of_the_repositorys(
    door: str, committed: Folder, sung: Path, opened: Opener, tmp_path: Path
) -> None:
    repository = opened(hostile(committed, door, sung))
    with pytest.raises(PlmctlError) as caught:
        origin(repository).refs()
    assert caught.value.message.startswith("cannot ask origin: it does not let you in (")
    assert "those of the repository's own configuration are not used" in (caught.value.hint or "")
    assert (list(sung.iterdir()), Door.knocks) == ([], [None])
    helper = "!f() { echo username=ada; echo password=mine; }; f"
    (tmp_path / "home" / ".gitconfig").write_text(f'[credential]\n\thelper = "{helper}"\n', encoding="utf-8")
    with pytest.raises(PlmctlError, match="it does not let you in"):
        origin(opened(committed)).refs()
    assert Door.knocks[1:] == [None, "Basic YWRhOm1pbmU="]


def test_ssh_and_addresses_are_as_the_user_configured_them(
    committed: Folder, bare: Folder, sung: Path, opened: Opener, tmp_path: Path
) -> None:
    program = canary(sung)
    committed.git("remote", "add", "origin", "work:r.git")
    # As those write it who have a key for each employer: it counts for this repository alone.
    (tmp_path / "home" / "work").write_text(f"[core]\n\tsshCommand = {program} mine\n", encoding="utf-8")
    condition = f'[includeIf "gitdir:{committed.path}/"]\n\tpath = work\n'
    (tmp_path / "home" / ".gitconfig").write_text(condition, encoding="utf-8")
    with pytest.raises(PlmctlError, match="cannot ask origin: "):
        origin(opened(committed)).refs()
    assert [path.name for path in sung.iterdir()] == ["mine"]
    rewritten = f'[url "{bare.path.parent}/bare.git"]\n\tinsteadOf = work:r.git\n'
    (tmp_path / "home" / ".gitconfig").write_text(rewritten, encoding="utf-8")
    assert origin(opened(committed)).refs() == {}
    with pytest.raises(PlmctlError, match="cannot ask origin: "):
        origin(opened(committed, GIT_SSH_COMMAND=f"{program} named", HOME="/")).refs()
    assert sorted(path.name for path in sung.iterdir()) == ["mine", "named"]
