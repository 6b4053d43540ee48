"""What is read off a lock without checking it: where it lies, what it states, its version, its conflict."""

from dataclasses import replace

import pytest

from plmctl.core.lock import (
    is_conflicted,
    lock_path,
    locked_version,
    stated_git,
    stated_versions,
)
from plmctl.core.settings import Settings
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
