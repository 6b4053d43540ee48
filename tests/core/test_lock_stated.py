"""What is read off a lock without checking it: where it lies, what it states, its version, its conflict."""

from dataclasses import replace

import pytest

from plmctl.core.lock import (
    FILE_NAME,
    LOCK_LIMIT,
    CannotLock,
    is_conflicted,
    lock_path,
    locked_version,
    stated_git,
    stated_version,
    stated_versions,
)
from plmctl.core.ports import MemoryTree
from plmctl.core.settings import Settings
from plmctl.core.tree import bytes_at
from tests.core.test_lock import SMALL, TEXT


@pytest.mark.parametrize(
    ("folder", "arm", "path"),
    [
        ("", None, "environments/e/a.lock"),
        ("r", None, "r/environments/e/a.lock"),
        ("r", "b", "r/environments/e/a.b.lock"),
    ],
)
def test_lock_lies_in_its_environments_folder(folder: str, arm: str | None, path: str) -> None:
    assert lock_path(Settings(folder=folder, name="shop"), "e", "a", arm) == path


def test_lock_of_the_whole_registry_lies_beside_its_settings() -> None:
    assert Settings(folder="r", name="shop").at(FILE_NAME) == "r/plm.lock"


@pytest.mark.parametrize(
    ("data", "versions"),
    [
        (
            b'{"artifacts": {"a": {"version": "1.0.0"}, "b": {"version": null}, "c": 3, "d": {}}}',
            {"a": "1.0.0", "b": None, "c": None, "d": None},
        ),
        (b"{}", {}),
        (b"[]", {}),
        (b"", {}),
        (b"\xff", {}),
        (b"[" * 100_000, {}),
        (b"<<<<<<< HEAD\n{}", {}),
    ],
)
def test_versions_are_stated_whatever_else_is_wrong(data: bytes, versions: dict[str, str | None]) -> None:
    assert stated_versions(data) == versions


def test_address_is_stated_by_a_lock_and_by_nothing_else() -> None:
    assert stated_git(TEXT) == "https://git.example.com/shop.git"
    assert stated_git(b'{"lockVersion": 1, "registry": {"name": "shop"}}') is None
    assert stated_git(b'{"registry": {"git": "https://git.example.com/shop.git"}}') is None
    assert stated_git(b"[[package]]") is None


@pytest.mark.parametrize(
    ("data", "is_one"),
    [
        (b"<<<<<<< HEAD\n{}", True),
        (b"{\n<<<<<<< ours\n", True),
        (b"<<<<<<<\n", True),
        (b"<<<<<<<\r\n", True),
        (b'{"a": "<<<<<<< x"}', False),
        (b" <<<<<<< x", False),
        (b"<<<<<<<<", False),
        (TEXT, False),
    ],
)
def test_conflict_is_known_by_its_markers(data: bytes, is_one: bool) -> None:
    assert is_conflicted(data) is is_one


def test_version_of_the_root_is_the_locks() -> None:
    assert str(locked_version(SMALL)) == "1.2.0"
    assert locked_version(replace(SMALL, root="dataset/faq")) is None
    assert locked_version(replace(SMALL, root=None)) is None


@pytest.mark.parametrize(
    ("data", "names", "version"),
    [
        (b'{"artifacts": {"a": {"version": "1.0.0"}, "b": {"version": "2.0.0"}}}', ("b", "a"), "2.0.0"),
        (b'{"artifacts": {"a": {"version": "1.0.0"}, "b": {"version": "2.0.0"}}}', ("c", "a", "b"), "1.0.0"),
        (b'{"artifacts": {"a": {"version": "1.0.0"}}}', ("c",), None),
        (b"<<<<<<< HEAD", ("a",), None),
    ],
)
def test_version_is_stated_of_the_first_name_that_the_lock_has(
    data: bytes, names: tuple[str, ...], version: str | None
) -> None:
    assert stated_version(data, names) == version


def test_a_lock_is_read_up_to_64_mebibytes() -> None:
    most = 67_108_864
    tree = MemoryTree({"most": bytes(most), "more": bytes(most + 1)})
    assert bytes_at(tree, "most", limit=LOCK_LIMIT) == bytes(most)
    assert bytes_at(tree, "more", limit=LOCK_LIMIT) is None


def test_what_cannot_be_locked_says_what_to_do_and_which_field_asks_for_it() -> None:
    error = CannotLock("it is on hold", field="bind", hint="end the hold")
    assert (str(error), error.field, error.hint) == ("it is on hold", "bind", "end the hold")
    assert (CannotLock("no").field, CannotLock("no").hint) == ("root", None)
