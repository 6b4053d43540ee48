"""`plmctl lock -o` at the command line: a deployment in another repository, its files and its words."""

import json
from pathlib import Path

import pytest

from plmctl.cli.lock import updated
from plmctl.core.finding import UsageError
from tests.commands.builder import BYE, copied, make_release, plmctl
from tests.commands.elsewhere import deployment, moved_away, served_shop, with_cache
from tests.git.builder import Folder


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A registry with three releases. Read it, or copy it."""
    return served_shop(tmp_path_factory.mktemp("served") / "shop")


@pytest.fixture(scope="module")
def locked(shop: Folder, tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A deployment with a committed lock of desk ^1."""
    folder = deployment(tmp_path_factory.mktemp("deployed") / "deployment")
    plmctl(folder, "lock", "-o", "desk.lock", "desk@^1", "--registry", str(shop.path))
    folder.commit({}, "lock")
    return folder


def test_a_deployment_is_verified_after_its_registry_is_gone(shop: Folder, tmp_path: Path) -> None:
    """Everything that a lock claims is here or was fetched when it was made."""
    registry, folder = copied(shop, tmp_path / "shop"), deployment(tmp_path / "deployment")
    made = plmctl(folder, "lock", "-o", "desk.lock", "desk@^1", "--registry", "../shop")
    folder.commit({}, "lock")
    moved_away(registry)

    verified = plmctl(folder, "verify")
    strange = plmctl(with_cache(folder, tmp_path / "empty"), "verify", code=3)

    assert made.stdout == "wrote desk.lock: application/desk 1.2.0 of v1.2.0\n"
    assert "FAILED" not in verified.stdout
    assert "  ok           content: 3 artifacts: files, digests, closures\n" in verified.stdout
    assert "  ok           chain: 3 registry releases\n" in verified.stdout
    assert "desk.lock: v1.2.0 of the registry shop is not here" in strange.stderr
    assert plmctl(folder, "lock", "--check", "desk.lock").stdout == "1 lock is up to date\n"
    plmctl(folder, "lock", "-o", "desk.lock", "--update", "--registry", "../shop", code=3)


def test_paths_are_those_of_the_working_directory(locked: Folder, shop: Folder, tmp_path: Path) -> None:
    folder = with_cache(copied(locked, tmp_path / "deployment"), locked.path.parent / "cache")
    folder.write("deploy/eu/README", "")

    below = plmctl(
        folder, "-C", "deploy/eu", "lock", "-o", "../bye.lock", "bye", "--registry", str(shop.path)
    )
    outside = plmctl(folder, "lock", "-o", "../bye.lock", "bye", "--registry", str(shop.path))

    assert below.stdout == "wrote ../bye.lock: prompt/bye 1.0.0 of v1.2.0\n"
    assert (tmp_path / "bye.lock").read_bytes() == (folder.path / "deploy/bye.lock").read_bytes()
    assert outside.stdout == below.stdout
    folder.commit({}, "lock")
    assert plmctl(folder, "-C", "deploy", "lock", "--check", "bye.lock").returncode == 0


def test_nothing_is_written_where_nothing_changed(locked: Folder, shop: Folder) -> None:
    before = (locked.path / "desk.lock").stat()

    done = plmctl(locked, "lock", "-o", "desk.lock", "desk", "--registry", str(shop.path), "--format", "json")

    assert json.loads(done.stdout)["summary"] == {"written": 0, "unchanged": 1}
    assert (locked.path / "desk.lock").stat().st_mtime_ns == before.st_mtime_ns
    assert (locked.path / "desk.lock").stat().st_ino == before.st_ino


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--registry", "x"), "--registry is for -o"),
        (("--at", "v1.0.0"), "--at is for -o"),
        (("-o", "desk.lock", "desk", "desk"), "-o locks one artifact"),
        (("-o", "desk.lock", "desk", "--update", "desk"), "the artifact stands there twice"),
        (("-o", "desk.lock", "--update", "desk", "--update", "bye"), "-o locks one artifact"),
        (("-o", "none/desk.lock", "desk"), "-o none/desk.lock: there is no folder none"),
        (("-o", ".git/config", "desk"), "-o .git/config: .git/config is in Git's own folder"),
        (("-o", ".", "desk"), "-o .: . is a folder"),
        (("--check", "-o", "desk.lock", "desk"), "a lock says itself what it is of"),
        (("--check", "none.lock"), "there is no file none.lock"),
        (("--check", "--update"), "--check writes nothing, --update does"),
        (("--staged",), "--staged is for --check"),
        (("-o", "desk.lock", "--format", "sarif"), "there is only something to report with --check"),
    ],
)
def test_words_that_contradict_are_wrong_usage(arguments: tuple[str, ...], said: str, locked: Folder) -> None:
    assert f"error: {said}\n" in plmctl(locked, "lock", *arguments, code=2).stderr


def test_update_takes_the_version_that_is_named(locked: Folder, shop: Folder, tmp_path: Path) -> None:
    folder = with_cache(copied(locked, tmp_path / "deployment"), locked.path.parent / "cache")

    done = plmctl(folder, "lock", "-o", "desk.lock", "--update", "desk@1.1.0", "--registry", str(shop.path))

    assert done.stdout == "wrote desk.lock: application/desk 1.1.0 of v1.1.0\n"


def test_plm_lock_of_a_registry_is_left_to_release(shop: Folder, tmp_path: Path) -> None:
    folder = copied(shop, tmp_path / "shop")
    folder.write("deploy/README", "")
    before = (folder.path / "plm.lock").read_bytes()

    refused = plmctl(folder, "lock", "-o", "plm.lock", "desk", code=2)
    beside = plmctl(folder, "lock", "-o", "deploy/plm.lock", "desk@^1")

    assert refused.stderr == (
        "error: -o plm.lock: beside a plmctl.yaml it is written by 'plmctl release' alone\n"
        "hint: give the lock of a deployment another name, or put it into a folder of its own\n"
    )
    assert (folder.path / "plm.lock").read_bytes() == before
    assert beside.stdout == "wrote deploy/plm.lock: application/desk 1.2.0 of v1.2.0\n"


def test_file_that_is_no_lock_is_not_overwritten(locked: Folder, shop: Folder, tmp_path: Path) -> None:
    folder = with_cache(copied(locked, tmp_path / "deployment"), locked.path.parent / "cache")
    folder.write("poetry.lock", "[[package]]\n")

    done = plmctl(folder, "lock", "-o", "poetry.lock", "desk", "--registry", str(shop.path), code=4)

    assert done.stderr.startswith("error: poetry.lock: not a lock: ")
    assert (folder.path / "poetry.lock").read_text() == "[[package]]\n"


def test_updates_are_applications_with_or_without_a_version() -> None:
    assert updated(None) is None
    assert updated([""]) == {}
    assert updated(["bot", "desk@1.2.0"]) == {"bot": None, "desk": "1.2.0"}
    with pytest.raises(UsageError, match="'desk@' names no version"):
        updated(["desk@"])


def test_application_read_at_another_release_is_verified(shop: Folder, tmp_path: Path) -> None:
    registry, folder = copied(shop, tmp_path / "shop"), deployment(tmp_path / "deployment")
    registry.commit({"prompts/bye.yaml": BYE.replace("goodbye", "farewell")})
    make_release(registry)

    plmctl(folder, "lock", "-o", "desk.lock", "desk", "--registry", "../shop", "--at", "v1.3.0")
    done = plmctl(folder, "verify", "desk.lock")

    assert "  ok           source.release: made by v1.2.0, read at v1.3.0\n" in done.stdout
