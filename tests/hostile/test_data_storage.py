"""D03: a pull request that edits `.dvc/config` is told by `diff`, which uses none (hostile.md, D)."""

from pathlib import Path

from plmctl.commands.diff import DiffOptions
from plmctl.core.ports import EntryKind, MemoryTree
from plmctl.core.report import exit_code
from plmctl.rules.storage import changed_storage
from tests.commands.builder import changes_of, shop

OURS = "['remote \"store\"']\n    url = s3://ours/data\n"
THEIRS = OURS.replace("ours", "theirs")
HELP = "see that every address in it is one of yours before you pull data"


def told(before: dict[str, str], after: dict[str, str]) -> list[str]:
    found = changed_storage(MemoryTree(before), MemoryTree(after))
    return [f"{f.location} {f.code} {f.level.value}: {f.message} ({f.help})" for f in found]


def line(path: str, what: str) -> str:
    said = "data is fetched from and pushed to what it says"
    return f"{path} REG024 warning: {path} {what}: {said} ({HELP})"


def test_each_configuration_of_dvc_that_is_another_is_told() -> None:
    before = {".dvc/config": OURS, "old/.dvc/config": OURS, "same/.dvc/config": OURS, "my.dvc/config": OURS}
    after = {".dvc/config": THEIRS, "new/.dvc/config": OURS, "same/.dvc/config": OURS}
    assert told(before, after) == [
        line(".dvc/config", "changed"),
        line("new/.dvc/config", "is new"),
        line("old/.dvc/config", "is gone"),
    ]
    assert told(before, before) == []


def test_the_configuration_of_a_clone_and_one_in_upper_case_are_told_as_well() -> None:
    after = {".dvc/config.local": THEIRS, ".DVC/Config": THEIRS, ".dvc/.gitignore": "/tmp\n", "x.dvc": ""}
    assert told({}, after) == [line(".DVC/Config", "is new"), line(".dvc/config.local", "is new")]


def test_each_link_that_came_into_the_folder_of_dvc_is_told() -> None:
    names = (".dvc/cache", ".dvc/config", "sub/.DVC", "sub/dvc", "x.dvc")
    old, new = (MemoryTree({".dvc/config": OURS}), MemoryTree({}, dict.fromkeys(names, EntryKind.LINK)))
    said = "DVC reads and writes where it leads"
    help_ = "delete it, and do not run DVC before: it may lead out of the repository"
    assert [(str(f.location), f.code, f.message, f.help) for f in changed_storage(old, new)] == [
        (path, "REG024", f"{path} is a symbolic link: {said}", help_)
        for path in (".dvc/cache", ".dvc/config", "sub/.DVC")
    ]
    assert [str(f.location) for f in changed_storage(new, new)] == []


def test_a_link_that_a_pull_request_commits_is_a_warning_of_diff(tmp_path: Path) -> None:
    folder = shop(tmp_path / "shop")
    folder.commit({}, "before")
    (folder.path / ".dvc").mkdir()
    (folder.path / ".dvc/cache").symlink_to("../../elsewhere")
    folder.commit({}, "theirs")
    report = changes_of(folder, DiffOptions(revisions=("HEAD~1..HEAD",)))
    assert [(f.code, str(f.location)) for f in report.findings] == [("REG024", ".dvc/cache")]


def test_a_pull_request_that_redirects_data_is_a_warning_of_diff(tmp_path: Path) -> None:
    folder = shop(tmp_path / "shop")
    folder.commit({".dvc/config": OURS}, "ours")
    folder.commit({".dvc/config": THEIRS}, "theirs")
    report = changes_of(folder, DiffOptions(revisions=("HEAD~1..HEAD",)))
    assert [(f.code, str(f.location)) for f in report.findings] == [("REG024", ".dvc/config")]
    assert (report.judgements, exit_code(report)) == ((), 0)
    assert changes_of(folder, DiffOptions(revisions=("HEAD..HEAD",))).findings == ()
