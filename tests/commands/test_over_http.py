"""Releases, promotions and locks over smart HTTP, served by Git itself; and servers that fail."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from plmctl.commands.publication import LostRace
from plmctl.commands.release import prepared, release
from plmctl.core.finding import PlmctlError
from tests.commands.builder import opened, options
from tests.commands.elsewhere import deployment, made, served_shop
from tests.commands.http import CUT, Server, serving
from tests.commands.remotes import HURRY, clone_of, copied_with_remote, pushed, refs, with_remote
from tests.commands.stages import delivery, promotion, stages
from tests.commands.stages import made as carried_out
from tests.git.builder import Folder


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A registry with two environments, and its remote beside it, which takes pushes. Copy both."""
    path = tmp_path_factory.mktemp("http")
    folder = stages(path / "shop")
    bare = with_remote(folder, path / "bare.git")
    bare.git("config", "http.receivepack", "true")
    folder.commit(HURRY, "hurry")
    folder.git("push", "-q", "origin", "main")
    return folder


@pytest.fixture
def folder(published: Folder, server: Server, tmp_path: Path) -> Folder:
    """A copy of it with an unreleased change, whose remote is served."""
    folder = copied_with_remote(published, tmp_path / "shop")
    folder.git("remote", "set-url", "origin", server.address("bare.git"))
    return folder


@pytest.fixture
def bare(folder: Folder) -> Folder:
    """The remote of it."""
    return folder.at(folder.path.parent / "bare.git")


@pytest.fixture
def server(published: Folder, tmp_path: Path) -> Iterator[Server]:
    """The server of what lies beside the copy."""
    with serving(tmp_path, published.environment) as server:
        yield server


def test_a_release_is_pushed_and_who_comes_later_has_lost(
    folder: Folder, bare: Folder, server: Server, tmp_path: Path
) -> None:
    other = clone_of(bare, tmp_path / "other")
    other.git("remote", "set-url", "origin", server.address("bare.git"))

    with opened(folder) as repo:
        ready = prepared(repo, replace(options(), is_pushed=True, run="1" * 32))
        assert pushed(other).done == ("released v1.4.0 and pushed it to origin",)
        before = refs(bare), refs(folder)
        with pytest.raises(LostRace) as lost:
            release(repo, ready)

    assert lost.value.message.startswith(
        "origin has v1.4.0 already: Carl Committer <carl@example.com> made it"
    )
    assert lost.value.hint == (
        "run 'git pull --rebase --autostash --tags', then 'plmctl release --push' again"
    )
    assert refs(bare) == before[0]
    assert refs(folder) == before[1]
    assert refs(bare)["refs/tags/v1.4.0"] == other.git("rev-parse", "v1.4.0")


def test_a_promotion_is_pushed(folder: Folder, bare: Folder) -> None:
    report = carried_out(folder, promotion("desk@1.1.0", "staging", delivery(is_pushed=True)))

    assert (report.problems, report.done[0]) == ((), "promoted desk 1.1.0 to staging")
    assert bare.git("rev-parse", "main") == folder.git("rev-parse", "HEAD")


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        (401, "it does not let you in"),
        (403, "it does not let you in"),
        (500, "the connection broke"),
        (CUT, "the connection broke"),
    ],
)
def test_a_server_that_fails_while_it_is_pushed_to_is_named_and_nothing_moves(
    trouble: int, told: str, folder: Folder, bare: Folder, server: Server
) -> None:
    before = refs(bare), refs(folder, "refs/heads", "refs/tags")
    server.trouble = ("/git-receive-pack", trouble)

    with pytest.raises(PlmctlError) as caught:
        pushed(folder)

    assert caught.value.message.startswith(f"origin took nothing of v1.4.0: cannot push to origin: {told} (")
    assert (caught.value.exit_code, bool(caught.value.hint)) == (3, True)
    assert (refs(bare), refs(folder, "refs/heads", "refs/tags")) == before
    server.trouble = None
    assert pushed(folder).done == ("released v1.4.0 and pushed it to origin",)


@pytest.mark.parametrize("trouble", [401, 403, 500, CUT])
def test_a_server_that_fails_when_it_is_asked_is_one_of_the_problems(
    trouble: int, folder: Folder, bare: Folder, server: Server
) -> None:
    before = refs(bare), refs(folder)
    server.trouble = ("/info/refs", trouble)

    report = pushed(folder)

    assert [problem.exit_code for problem in report.problems] == [3]
    assert report.problems[0].message.startswith("cannot ask origin: ")
    assert report.problems[0].hint
    assert (refs(bare), refs(folder)) == before


def test_a_server_that_hangs_is_given_up(folder: Folder, server: Server) -> None:
    server.trouble = ("/info/refs", -1)
    with opened(folder) as repo:
        remote = repo.remote("main")
        assert remote is not None
        hurried = replace(remote, connection=replace(remote.connection, patience=1))
        with pytest.raises(PlmctlError) as caught:
            hurried.refs()
    assert caught.value.message == "cannot ask origin: it said nothing for 1 seconds"
    assert caught.value.hint == "run the command again: it asks first what is there"


def test_a_lock_is_made_from_few_objects(tmp_path: Path) -> None:
    registry = served_shop(tmp_path / "served" / "shop")
    registry.commit({f"prompts/more/{number}.md": f"{number}\n" for number in range(50)}, "more")
    folder = deployment(tmp_path / "deployment")
    with serving(registry.path.parent, registry.environment) as server:
        report = made(folder, root="application/desk@^1.0", registry=server.address("shop/.git")).report

    assert report.done == ("wrote desk.lock: application/desk 1.2.0 of v1.2.0",)
    (cache,) = (path for path in (tmp_path / "cache/plmctl/registries").iterdir() if path.is_dir())
    there = registry.at(cache)
    types = there.git("cat-file", "--batch-all-objects", "--batch-check=%(objecttype)").split()
    everything = len(registry.git("rev-list", "--objects", "--all").splitlines())
    assert (types.count("commit"), types.count("tag") > 3) == (3, True)
    assert len(types) * 2 < everything
