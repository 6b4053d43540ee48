import os
import re
from pathlib import Path

import pytest
from typer.core import TyperGroup

from plmctl.cli.overview import SECTIONS
from plmctl.cli.place import enter, file_bytes, lock_or_tag, repository_path
from plmctl.cli.program import program, understood
from plmctl.core.finding import UsageError
from tests.cli.running import plmctl

COMMANDS = (
    "accept",
    "bundle",
    "cache",
    "changelog",
    "codeowners",
    "completion",
    "data",
    "diff",
    "explain",
    "find",
    "fmt",
    "git-setup",
    "graph",
    "history",
    "impact",
    "init",
    "list",
    "lock",
    "log",
    "new",
    "promote",
    "release",
    "rename",
    "render",
    "rollback",
    "rules",
    "schema",
    "show",
    "status",
    "validate",
    "verify",
)


def test_the_commands_are_these(tmp_path: Path) -> None:
    sections = plmctl("--help", at=tmp_path).out.split("\n\n")[3:-1]
    assert [section.split("\n")[0] for section in sections] == [f"{name}:" for name in SECTIONS]
    rows = [row.split(None, 1) for section in sections for row in section.split("\n")[1:]]
    assert [name for name, _ in rows] == [name for names in SECTIONS.values() for name in names]
    assert sorted(name for name, _ in rows) == sorted(COMMANDS)
    assert [meaning for _, meaning in rows if not meaning.endswith(".") or meaning.endswith("...")] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_examples_whose_options_exist(tmp_path: Path, command: str) -> None:
    done = plmctl(command, "--help", at=tmp_path)
    above, _, examples = done.out.partition("  Examples:\n")
    lines = [line.strip() for line in examples.split("\n") if line.strip().startswith("plmctl ")]
    assert (done.code, done.err) == (0, "")
    assert lines
    for line in lines:
        assert line.startswith(f"plmctl {command}")
        assert [option for option in re.findall(r"--[a-z-]+", line) if option not in above] == []


def help_pages(columns: int) -> dict[str, str]:
    """The help of plmctl and of each command, as a terminal of that width shows it."""
    found, waiting = {}, [*program().commands.items(), ("", program())]
    for name, command in waiting:
        context = command.context_class(command, info_name=f"plmctl {name}".rstrip(), terminal_width=columns)
        found[name] = command.get_help(context)
        if isinstance(command, TyperGroup):
            waiting.extend((f"{name} {below}", each) for below, each in command.commands.items() if name)
    return found


@pytest.mark.parametrize("columns", [60, 80])
def test_help_fits_the_terminal(columns: int) -> None:
    pages = help_pages(columns)
    assert {"", "data pull", *COMMANDS} < {*pages}
    wide = [line for page in pages.values() for line in page.splitlines() if len(line) > columns]
    # A command to paste stays on one line, and is made for 80 columns.
    assert [line for line in wide if columns == 80 or not line.startswith("    plmctl ")] == []


@pytest.mark.parametrize(
    ("arguments", "words", "artifacts"),
    [
        (["diff", "A", "--", "prompt/a"], ["diff", "A"], ("prompt/a",)),
        (["-C", "diff", "--color", "never", "diff", "--"], ["-C", "diff", "--color", "never", "diff"], ()),
        (["diff", "A"], ["diff", "A"], None),
        (["validate", "--", "diff"], ["validate", "--", "diff"], None),
        (["lock", "--update"], ["lock", "--update="], None),
        (["lock", "--update", "--staged"], ["lock", "--update=", "--staged"], None),
        (["lock", "--update", "bot"], ["lock", "--update", "bot"], None),
        (["--help"], ["--help"], None),
    ],
)
def test_two_dashes_and_a_missing_value_are_understood(
    arguments: list[str], words: list[str], artifacts: tuple[str, ...] | None
) -> None:
    assert understood(arguments) == (words, artifacts)


def test_paths_are_made_relative_to_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    top = tmp_path.resolve() / "top"
    (top / "inside").mkdir(parents=True)
    (tmp_path / "alias").symlink_to(top)
    monkeypatch.chdir(top / "inside")
    named = [
        repository_path(str(top), path) for path in ("a.yaml", "../b.yaml", "..", f"{tmp_path}/alias/c.yaml")
    ]
    assert named == ["inside/a.yaml", "b.yaml", "", "c.yaml"]
    with pytest.raises(UsageError, match="outside the repository"):
        repository_path(str(top), "../../a.yaml")
    assert repository_path(str(top), "..a.yaml") == "inside/..a.yaml"


def test_what_verify_names_is_a_lock_or_a_tag(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "here").touch()
    top = os.path.realpath(tmp_path)
    named = ("v1.0.0", "here", "a/b.lock")
    assert [lock_or_tag(top, name) for name in named] == [(name, None) for name in named]


def test_a_lock_outside_the_repository_comes_with_its_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plm.lock").write_bytes(b"{}")
    (tmp_path / "top").mkdir()
    assert lock_or_tag(str(tmp_path / "top"), "plm.lock") == ("plm.lock", b"{}")
    with pytest.raises(UsageError, match=r"gone\.lock is outside the repository"):
        lock_or_tag(str(tmp_path / "top"), "gone.lock")
    with pytest.raises(UsageError, match=r"no such file: gone\.lock"):
        file_bytes("gone.lock")


def test_a_folder_that_is_not_there_is_not_entered(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot change to"):
        enter(str(tmp_path / "nowhere"))
