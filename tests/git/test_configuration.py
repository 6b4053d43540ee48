from pathlib import Path

import pytest

from plmctl.git.configuration import Identity, Person, is_true
from tests.git.builder import Folder, Opener

ADA = Person(name="Ada", email="ada@example.com")
NOBODY = {f"GIT_{role}_{what}": "" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


def user_configuration(tmp_path: Path, text: str) -> None:
    (tmp_path / "home" / ".gitconfig").write_text(text, encoding="utf-8")


def test_the_identity_is_that_of_the_environment(empty: Folder, opened: Opener) -> None:
    empty.git("config", "user.name", "Local")
    bob = Person(name="Bob", email="bob@example.com")
    found = opened(empty, GIT_COMMITTER_NAME="Bob", GIT_COMMITTER_EMAIL="bob@example.com").identity()
    assert found == Identity(author=ADA, committer=bob)


def test_else_it_is_that_of_the_configuration(empty: Folder, opened: Opener, tmp_path: Path) -> None:
    user_configuration(tmp_path, "[user]\n\tname = User\n\temail = user@example.com\n")
    user = Person(name="User", email="user@example.com")
    assert opened(empty, **NOBODY).identity() == Identity(author=user, committer=user)
    empty.git("config", "user.name", "Local")
    local = Person(name="Local", email="user@example.com")
    assert opened(empty, **NOBODY).identity() == Identity(author=local, committer=local)


@pytest.mark.parametrize("missing", ["GIT_AUTHOR_NAME", "GIT_COMMITTER_EMAIL"])
def test_without_any_of_it_there_is_no_identity(missing: str, empty: Folder, opened: Opener) -> None:
    repository = opened(empty, **{missing: ""})
    assert (repository.identity(), repository.has_identity()) == (None, False)


@pytest.mark.parametrize(
    ("user", "local", "signs"),
    [
        ("true", None, True),
        ("false", None, False),
        (None, "1", True),
        ("true", "false", True),
        (None, None, False),
    ],
)
def test_signing_is_asked_for_by_either_side(
    user: str | None, local: str | None, signs: bool, empty: Folder, opened: Opener, tmp_path: Path
) -> None:
    if user:
        user_configuration(tmp_path, f"[tag]\n\tgpgSign = {user}\n")
    if local:
        empty.git("config", "tag.gpgSign", local)
    assert opened(empty).signing_configured() is signs


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("true", True),
        ("Yes", True),
        ("on", True),
        ("1", True),
        ("-1", True),
        ("0", False),
        ("no", False),
        ("", False),
    ],
)
def test_truth_is_written_in_many_ways(value: str, expected: bool) -> None:
    assert is_true(value) is expected


def test_a_setting_is_the_repositorys_else_the_users(empty: Folder, opened: Opener, tmp_path: Path) -> None:
    user_configuration(
        tmp_path, "[core]\n\tautocrlf = input\n[Init]\n\tDefaultBranch = trunk\n[tag]\n\tgpgSign\n"
    )
    empty.git("config", "core.autocrlf", "true")
    with (empty.path / ".git" / "config").open("a", encoding="utf-8") as file:
        file.write('[branch "Main"]\n\trebase\n')
    repository = opened(empty, GIT_CONFIG_COUNT="1", GIT_CONFIG_KEY_0="core.x", GIT_CONFIG_VALUE_0="y")
    asked = (
        "core.autocrlf",
        "init.defaultbranch",
        "branch.Main.rebase",
        "tag.gpgsign",
        "core.x",
        "core.pager",
    )
    assert [repository.config(key) for key in asked] == ["true", "trunk", "true", "true", None, None]
