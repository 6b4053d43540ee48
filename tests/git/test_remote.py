import socket
import stat
import time
from dataclasses import replace
from pathlib import Path

import pytest

from plmctl.core.finding import PlmctlError, UsageError
from plmctl.core.ports import RefPush
from plmctl.git.remote import Remote
from plmctl.git.repository import Repository
from tests.git.builder import Folder, Opener

MAIN = "refs/heads/main"
TAG = "refs/tags/v1.0.0"


@pytest.fixture
def bare(committed: Folder, tmp_path: Path) -> Folder:
    """An empty bare repository, which is the `origin` of the committed one."""
    path = tmp_path / "bare.git"
    committed.git("init", "-q", "--bare", "-b", "main", str(path))
    committed.git("remote", "add", "origin", str(path))
    return committed.at(path)


def origin(repository: Repository, patience: float = 60) -> Remote:
    remote = repository.remote("main")
    assert remote is not None
    return replace(remote, connection=replace(remote.connection, patience=patience))


def hook(bare: Folder, name: str, script: str) -> None:
    path = bare.write(f"hooks/{name}", f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def is_running(process: int) -> bool:
    """Whether it lives; one that nobody has buried yet does not."""
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(") ")[2]
    except FileNotFoundError:
        return False
    return not state.startswith("Z")


def created(repository: Repository) -> list[RefPush]:
    commit = repository.resolve("HEAD")
    return [RefPush(ref=ref, old=None, new=commit) for ref in (MAIN, TAG)]


def test_a_push_creates_moves_and_deletes_refs(committed: Folder, bare: Folder, opened: Opener) -> None:
    repository = opened(committed)
    first = repository.resolve("HEAD")
    remote = origin(repository)
    assert (remote.name, remote.refs()) == ("origin", {})
    assert remote.push(created(repository)) == {MAIN: "created", TAG: "created"}
    assert remote.refs() == {MAIN: first, TAG: first}
    second = committed.commit({"a.yaml": "a: 2\n"})
    updates = [RefPush(ref=MAIN, old=first, new=second), RefPush(ref=TAG, old=first, new=None)]
    assert remote.push(updates) == {MAIN: "fast-forward", TAG: "deleted"}
    assert remote.push(updates[:1]) == {MAIN: "up to date"}
    assert remote.push([RefPush(ref=MAIN, old=second, new=first)]) == {MAIN: "forced"}
    assert remote.refs("refs/heads/*") == {MAIN: first}


def test_a_ref_that_is_not_what_was_expected_keeps_all_from_moving(
    committed: Folder, bare: Folder, opened: Opener
) -> None:
    repository = opened(committed)
    remote = origin(repository)
    remote.push(created(repository)[1:])
    second = committed.commit({"a.yaml": "a: 2\n"})
    updates = [RefPush(ref=MAIN, old=None, new=second), RefPush(ref=TAG, old=None, new=second)]
    assert remote.push(updates) == {MAIN: "rejected: atomic push failed", TAG: "rejected: stale info"}
    assert list(remote.refs()) == [TAG]


def test_what_a_hook_refuses_moves_nothing_and_is_told(
    committed: Folder, bare: Folder, opened: Opener
) -> None:
    refusing = 'while read old new ref; do case $ref in *v1*) echo "no tags: $ref"; exit 1; esac; done'
    hook(bare, "pre-receive", refusing)
    remote = origin(opened(committed))
    said = "rejected: pre-receive hook declined: no tags: refs/tags/v1.0.0"
    assert remote.push(created(opened(committed))) == {MAIN: said, TAG: said}
    assert remote.refs() == {}


def test_an_update_hook_that_refuses_one_ref_keeps_all_from_moving(
    committed: Folder, bare: Folder, opened: Opener
) -> None:
    hook(bare, "update", 'case $1 in *v1*) echo "GH006: protected"; exit 1; esac')
    remote = origin(opened(committed))
    answers = remote.push(created(opened(committed)))
    assert answers[TAG] == "rejected: hook declined: GH006: protected"
    assert answers[MAIN].startswith("rejected: ")
    assert remote.refs() == {}


def test_a_hook_that_hangs_is_not_awaited_for_ever(committed: Folder, bare: Folder, opened: Opener) -> None:
    hook(bare, "pre-receive", f"echo $$ > {bare.path}/pid; exec sleep 600")
    remote = origin(opened(committed), patience=2)
    with pytest.raises(PlmctlError) as caught:
        remote.push(created(opened(committed)))
    assert (caught.value.message, caught.value.hint, caught.value.exit_code) == (
        "cannot push to origin: it said nothing for 2 seconds; what it took of the push was not asked",
        "run the command again: it asks first what is there",
        3,
    )
    process = int((bare.path / "pid").read_text(encoding="utf-8"))
    # It was told to end, and does so when the machine lets it.
    for _ in range(600):
        if not is_running(process):
            return
        time.sleep(0.05)
    raise AssertionError("the hook runs on")


def test_a_remote_that_dies_is_an_error_that_names_it(
    committed: Folder, bare: Folder, opened: Opener
) -> None:
    hook(bare, "pre-receive", "kill -9 $PPID")
    remote = origin(opened(committed))
    with pytest.raises(PlmctlError) as caught:
        remote.push(created(opened(committed)))
    assert caught.value.message.startswith("cannot push to origin: the connection broke (")
    assert caught.value.message.endswith("; what it took of the push was not asked")
    assert remote.refs() == {}


def test_a_remote_that_cannot_push_all_or_nothing_is_refused(
    committed: Folder, bare: Folder, opened: Opener
) -> None:
    bare.git("config", "receive.advertiseAtomic", "false")
    remote = origin(opened(committed))
    with pytest.raises(PlmctlError) as caught:
        remote.push(created(opened(committed)))
    assert caught.value.message == (
        "cannot push to origin: it cannot take all refs or none "
        "(the receiving end does not support --atomic push)"
    )
    assert remote.refs() == {}


@pytest.mark.parametrize(
    ("address", "message"),
    [
        (
            "/nonexistent/r.git",
            "cannot ask origin: there is no such repository, or not for you ('/nonexistent/r.git' does not ",
        ),
        (
            "http://user:secret@127.0.0.1:1/r.git",
            "cannot ask origin: it cannot be reached (unable to access 'http://127.0.0.1:1/r.git/': ",
        ),
        ("ext::sh -c true", "an address that starts a program: ext::sh -c true"),
        ("foo://user:secret@host/r", "cannot ask origin: plmctl does not use such addresses ("),
        ("--upload-pack=touch x", "not an address: --upload-pack=touch x"),
        ("", "not an address: "),
        (".", "the remote lies inside this repository: ."),
        (".git", "the remote lies inside this repository: .git"),
        ("file://TOP/%2egit", "the remote lies inside this repository: file://TOP/%2egit"),
    ],
)
def test_an_address_that_leads_nowhere_is_an_error(
    address: str, message: str, committed: Folder, bare: Folder, opened: Opener
) -> None:
    top = str(committed.path)
    committed.git("config", "remote.origin.url", address.replace("TOP", top))
    with pytest.raises(PlmctlError) as caught:
        origin(opened(committed)).refs()
    assert caught.value.message.startswith(message.replace("TOP", top))
    assert "secret" not in caught.value.message


def test_a_remote_that_is_silent_is_not_awaited_for_ever(
    committed: Folder, bare: Folder, opened: Opener
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"git://127.0.0.1:{server.getsockname()[1]}/r.git"
        committed.git("config", "remote.origin.url", address)
        with pytest.raises(PlmctlError) as caught:
            origin(opened(committed), patience=1).refs()
    assert caught.value.message == "cannot ask origin: it said nothing for 1 seconds"


def test_a_fetch_brings_objects_and_sets_the_refs_that_are_named(
    committed: Folder, bare: Folder, opened: Opener, tmp_path: Path
) -> None:
    remote = origin(opened(committed))
    remote.push(created(opened(committed)))
    committed.git("clone", "-q", str(bare.path), str(tmp_path / "other"))
    other = committed.at(tmp_path / "other")
    first = other.git("rev-parse", "HEAD")
    second = other.commit({"a.yaml": "a: 2\n"})
    other.git("tag", "-a", "-m", "one", "x")
    other.git("push", "-q", "--follow-tags")
    remote.fetch("+refs/heads/*:refs/remotes/origin/*")
    assert committed.git("rev-parse", "refs/remotes/origin/main", "HEAD").split() == [second, first]
    # Nothing comes along, and nothing else is written.
    assert opened(committed).tags() == ()
    assert not (committed.path / ".git" / "FETCH_HEAD").exists()
    remote.fetch("+refs/heads/*:refs/remotes/origin/*", "refs/tags/x:refs/tags/x")
    assert [tag.name for tag in opened(committed).tags()] == ["x"]
    with pytest.raises(PlmctlError, match="main is checked out: it is not fetched into"):
        remote.fetch("refs/heads/main:refs/heads/main")
    with pytest.raises(PlmctlError) as caught:
        remote.fetch("refs/heads/none:refs/x")
    assert caught.value.message == (
        "cannot fetch from origin: it does not have what was asked for "
        "(couldn't find remote ref refs/heads/none)"
    )


def test_commits_there_are_looked_at_and_stay_there(
    committed: Folder, bare: Folder, opened: Opener, tmp_path: Path
) -> None:
    remote = origin(opened(committed))
    remote.push(created(opened(committed)))
    first = committed.git("rev-parse", "HEAD")
    committed.git("clone", "-q", str(bare.path), str(tmp_path / "other"))
    other = committed.at(tmp_path / "other")
    second = other.commit({"a.yaml": "a: 2\n"}, "two\n\nKey: value")
    other.git("rm", "-q", "a.yaml")
    third = other.commit({}, "three")
    many = other.commit({f"{number}.txt": "x" for number in range(11)}, "many")
    other.git("switch", "-q", "-c", "side", first)
    other.commit({"side.txt": "x"}, "side")
    other.git("switch", "-q", "main")
    other.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    other.git("push", "-q", "origin", "main")
    objects = sorted((committed.path / ".git" / "objects").rglob("*"))

    found = remote.beyond(MAIN, first)

    assert sorted((committed.path / ".git" / "objects").rglob("*")) == objects
    told = {one.commit: (one.parents, one.message, one.files) for one in found}
    assert told[second] == ((first,), "two\n\nKey: value\n", {"a.yaml": b"a: 2\n"})
    assert told[third] == ((second,), "three\n", {"a.yaml": None})
    assert told[many] == ((third,), "many\n", {})
    merge = found[0]
    assert (len(merge.parents), merge.message, merge.files) == (2, "merge\n", {})
    assert len(found) == 5
    with pytest.raises(PlmctlError, match="it does not have what was asked for"):
        remote.beyond("refs/heads/none", first)


def test_a_shallow_clone_and_a_sha256_repository_fetch_too(
    committed: Folder, bare: Folder, opened: Opener, tmp_path: Path
) -> None:
    committed.commit({"a.yaml": "a: 2\n"})
    committed.git("push", "-q", "origin", "main")
    committed.git("clone", "-q", "--depth=1", f"file://{bare.path}", str(tmp_path / "shallow"))
    shallow = committed.at(tmp_path / "shallow")
    third = committed.commit({"a.yaml": "a: 3\n"})
    committed.git("push", "-q", "origin", "main")
    origin(opened(shallow)).fetch("+refs/heads/*:refs/remotes/origin/*")
    assert shallow.git("rev-parse", "refs/remotes/origin/main") == third
    assert shallow.git("rev-list", "--count", "refs/remotes/origin/main") == "2"
    for name in ("bare", "work"):
        bareness = ("--bare",) if name == "bare" else ()
        committed.git("init", "-q", "-b", "main", "--object-format=sha256", *bareness, str(tmp_path / name))
    work = committed.at(tmp_path / "work")
    commit = work.commit({"a": "a"})
    work.git("remote", "add", "origin", "../bare")
    remote = origin(opened(work))
    assert remote.push([RefPush(ref=MAIN, old=None, new=commit)]) == {MAIN: "created"}
    assert remote.refs() == {MAIN: commit}
    remote.fetch("+refs/heads/*:refs/remotes/origin/*")
    work.git("remote", "set-url", "origin", str(bare.path))
    with pytest.raises(PlmctlError, match="its object ids are of another kind"):
        origin(opened(work)).push([RefPush(ref=MAIN, old=None, new=commit)])


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, None),
        ({"remote.one.url": "/1"}, "one"),
        ({"remote.one.url": "/1", "remote.two.url": "/2"}, None),
        ({"remote.one.url": "/1", "remote.origin.url": "/2"}, "origin"),
        ({"remote.one.url": "/1", "remote.two.url": "/2", "branch.main.remote": "two"}, "two"),
        ({"remote.one.url": "/1", "branch.main.remote": "."}, None),
        ({"remote.one.url": "/1", "branch.main.remote": "gone"}, "one"),
        (
            {"remote.one.url": "/1", "remote.two.url": "/2", "branch.main.remote": "two"}
            | {"remote.pushDefault": "one"},
            "one",
        ),
        (
            {"remote.one.url": "/1", "remote.two.url": "/2", "remote.pushDefault": "one"}
            | {"branch.main.pushRemote": "two"},
            "two",
        ),
        ({"branch.main.remote": "https://ada:secret@example.com/r.git"}, "https://example.com/r.git"),
    ],
)
def test_a_branch_is_pushed_where_git_would_push_it(
    settings: dict[str, str], expected: str | None, committed: Folder, opened: Opener
) -> None:
    for key, value in settings.items():
        committed.git("config", key, value)
    remote = opened(committed).remote("main")
    assert (remote.name if remote is not None else None) == expected


def test_two_addresses_to_push_to_are_refused(committed: Folder, bare: Folder, opened: Opener) -> None:
    for name in ("/1", "/2"):
        committed.git("config", "--add", "remote.origin.pushurl", name)
    with pytest.raises(UsageError) as caught:
        origin(opened(committed)).refs()
    assert caught.value.message == "origin has 2 addresses to push to"


def test_a_repository_is_asked_by_its_address(committed: Folder, bare: Folder, opened: Opener) -> None:
    origin(opened(committed)).push(created(opened(committed)))
    remote = opened(committed).remote_at(f"file://{bare.path}")
    assert (remote.name, list(remote.refs())) == (f"file://{bare.path}", [MAIN, TAG])
    with pytest.raises(UsageError):
        opened(committed).remote_at("-u")


class Told:
    """A Watch that keeps what it is told of a transfer, and makes a file when it waits."""

    def __init__(self, waits: Path) -> None:
        self.waits = waits
        self.steps: list[tuple[str, int, int]] = []

    def announced(self, count: int) -> None: ...

    def read(self) -> None: ...

    def moved(self, what: str, done: int, total: int) -> None:
        self.steps.append((what, done, total))
        if what.startswith("waiting"):
            self.waits.touch()

    def clear(self) -> None: ...


def test_whoever_waits_is_told_how_far_it_is(
    committed: Folder, bare: Folder, opened: Opener, environment: dict[str, str]
) -> None:
    told = Told(bare.path / "waits")
    # However slow the machine is, it takes as long as whoever waits is told so.
    hook(bare, "pre-receive", f"until [ -e '{told.waits}' ]; do sleep 0.05; done")
    bare.git("config", "receive.keepAlive", "1")
    remote = replace(origin(opened(committed)), watch=told)
    remote.push(created(opened(committed)))
    assert ("counting", 5, 5) in told.steps
    assert ("sending", 5, 5) in told.steps
    assert ("waiting for origin", 0, 0) in told.steps
