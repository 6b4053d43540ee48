"""D03: a pull request that edits `.dvc/config` is told by `diff`, which uses none (hostile.md, D)."""

from pathlib import Path

from plmctl.commands.diff import DiffOptions
from plmctl.core.ports import MemoryTree
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


def test_a_pull_request_that_redirects_data_is_a_warning_of_diff(tmp_path: Path) -> None:
    folder = shop(tmp_path / "shop")
    folder.commit({".dvc/config": OURS}, "ours")
    folder.commit({".dvc/config": THEIRS}, "theirs")
    report = changes_of(folder, DiffOptions(revisions=("HEAD~1..HEAD",)))
    assert [(f.code, str(f.location)) for f in report.findings] == [("REG024", ".dvc/config")]
    assert (report.judgements, exit_code(report)) == ((), 0)
    assert changes_of(folder, DiffOptions(revisions=("HEAD..HEAD",))).findings == ()
