from pathlib import Path

import pytest

from plmctl.core.finding import PlmctlError
from plmctl.git.clone import Clone
from tests.git.builder import Folder

KEY = "merge.plmctl.driver"


def clone(folder: Folder) -> Clone:
    return Clone.discover(str(folder.path), folder.environment)


def test_settings_are_those_of_the_clone_alone(committed: Folder) -> None:
    Path(committed.environment["HOME"], ".gitconfig").write_text(
        '[merge "plmctl"]\n\tdriver = mine\n', encoding="utf-8"
    )
    with clone(committed) as one:
        assert one.setting(KEY) is None
        one.put_setting(KEY, "plmctl 'x' %O")
        assert one.setting(KEY) == "plmctl 'x' %O"
    assert committed.git("config", "--local", KEY) == "plmctl 'x' %O"
    with clone(committed) as one:
        one.put_setting(KEY, None)
    committed.git("config", "--local", KEY, code=1)
    assert "merge" not in (committed.path / ".git" / "config").read_text(encoding="utf-8")


def test_all_work_trees_share_settings_and_attributes(committed: Folder, tmp_path: Path) -> None:
    committed.git("worktree", "add", "-q", str(tmp_path / "other"))
    committed.git("config", "extensions.worktreeConfig", "true")
    with clone(committed.at(tmp_path / "other")) as one:
        one.put_setting(KEY, "there")
        one.put_attributes(b"* diff=plmctl\n")
        assert one.work_tree().read("a.yaml", limit=99) == b"a: 1\n"
    assert committed.git("config", KEY) == "there"
    assert committed.git("check-attr", "diff", "x") == "x: diff: plmctl"
    assert committed.at(tmp_path / "other").git("check-attr", "diff", "x") == "x: diff: plmctl"
    with clone(committed) as one:
        assert one.attributes() == b"* diff=plmctl\n"


def test_attributes_that_are_not_there_are_empty(committed: Folder) -> None:
    (committed.path / ".git" / "info" / "attributes").unlink(missing_ok=True)
    with clone(committed) as one:
        assert one.attributes() == b""


def test_attributes_are_read_and_written_through_no_link(committed: Folder, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("mine\n", encoding="utf-8")
    (committed.path / ".git" / "info" / "attributes").symlink_to(elsewhere)
    with clone(committed) as one, pytest.raises(PlmctlError, match="cannot read info/attributes of Git's"):
        one.attributes()
    assert elsewhere.read_text(encoding="utf-8") == "mine\n"


def test_a_bare_repository_and_no_repository_are_refused(committed: Folder, tmp_path: Path) -> None:
    committed.git("clone", "-q", "--bare", ".", str(tmp_path / "bare"))
    with pytest.raises(PlmctlError, match="a bare repository shows and merges nothing"):
        clone(committed.at(tmp_path / "bare"))
    (tmp_path / "none").mkdir()
    with pytest.raises(PlmctlError, match="not a Git repository"):
        clone(committed.at(tmp_path / "none"))
