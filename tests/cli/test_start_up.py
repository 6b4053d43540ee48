"""What a run loads before it answers: a hook runs on every commit, and most of a short run is its start."""

from pathlib import Path

import pytest

from plmctl import __version__
from plmctl.cli.parts import PARTS, group_of, meanings, parts_with
from plmctl.cli.program import program
from tests.cli.running import changed, plmctl

# Libraries, modules of Python that take as long (`subprocess` comes with Typer), and rooms of plmctl of
# which few commands have need.
HEAVY = (
    "rich",
    "git",
    "yaml",
    "ruamel",
    "jsonschema",
    "jsonschema_rs",
    "deepdiff",
    "rfc8785",
    "re2",
    "pathspec",
    "jinja2",
    "tiktoken",
    "dvc",
    "cryptography",
    "asyncio",
    "importlib.metadata",
    "importlib.resources",
    "logging",
    "multiprocessing",
    "sqlite3",
    "hashlib",
    "json",
    "plmctl.cache",
    "plmctl.commands",
    "plmctl.core.change",
    "plmctl.core.changelog",
    "plmctl.core.lock",
    "plmctl.core.plan",
    "plmctl.core.schema",
    "plmctl.core.survey",
    "plmctl.git",
    "plmctl.git.landing",
    "plmctl.git.remote",
    "plmctl.git.signing",
    "plmctl.git.transaction",
    "plmctl.render",
    "plmctl.render.table",
    "plmctl.rules",
    "plmctl.rules.checks",
    "plmctl.rules.judge",
    "plmctl.rules.records",
    "plmctl.runtime",
    "plmctl.store",
)
# What measures coverage brings some of them along.
LOADED = f"""\
import sys
before = set(sys.modules)
from plmctl.cli import main
try:
    main()
finally:
    heavy = [name for name in {HEAVY!r} if name in sys.modules and name not in before]
    print("loaded:", *heavy)
"""
# A registry is read: YAML, schemas, Git's objects and their ids.
READ = {"yaml", "jsonschema_rs", "hashlib", "json", "plmctl.commands", "plmctl.core.schema"}
# It is shown, and beside it where in its history it stands: which changes and plans are told of elsewhere.
SHOWN = READ | {"plmctl.git", "plmctl.render"}
PLACED = SHOWN | {"plmctl.core.change", "plmctl.core.lock", "plmctl.core.plan"}
KNOWN = {"plmctl.cache", "sqlite3"}
# All texts are searched for secrets, in linear time.
CHECKED = SHOWN | KNOWN | {"plmctl.rules", "plmctl.rules.checks", "re2"}
RECORDS = {"plmctl.core.survey", "plmctl.rules.records", "plmctl.store"}
COMPARED = PLACED | {"plmctl.rules", "plmctl.rules.checks"} | {"plmctl.core.survey", "plmctl.rules.judge"}
TABLE = {"plmctl.render.table"}
# Which of these a command has need of. Of a registry with data `validate` looks into the records.
NEEDED = {
    "validate --staged": CHECKED,
    "validate": CHECKED | RECORDS,
    "fmt --check": SHOWN,
    "codeowners": SHOWN,
    "list": PLACED | KNOWN | TABLE,
    "show prompt/support/triage": PLACED | KNOWN,
    "graph": PLACED | KNOWN,
    "impact model/gpt-4o": PLACED | KNOWN | TABLE,
    "history production": PLACED | TABLE,
    "verify": PLACED,
    "log prompt/support/triage": COMPARED | KNOWN,
    "diff HEAD": COMPARED | KNOWN | {"plmctl.store"},
}


def loaded(*arguments: str, at: Path) -> set[str]:
    done = plmctl(*arguments, at=at, program=LOADED)
    assert done.out.rpartition("\n")[0].rpartition("\n")[2].startswith("loaded:")
    return {*done.out.rpartition("loaded:")[2].split()}


@pytest.mark.parametrize("arguments", [("--version",), ("--help",), ("validate", "--help")])
def test_what_needs_no_library_loads_none(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert loaded(*arguments, at=tmp_path) == set()


@pytest.mark.parametrize("command", NEEDED)
def test_a_command_loads_what_it_needs(released: Path, command: str) -> None:
    # What measures coverage has some of these loaded before plmctl begins.
    assert loaded(*command.split(), at=released) - NEEDED[command] == set()


def test_what_is_known_needs_no_library_at_all(registry: Path) -> None:
    plmctl("validate", "--staged", at=registry)
    needed = {"hashlib", "json", "plmctl.commands", "plmctl.git", "plmctl.render"}
    assert loaded("validate", "--staged", at=registry) - KNOWN - needed == set()


def test_findings_in_plain_text_need_no_rich(registry: Path) -> None:
    (registry / "models/gpt-4o.yaml").write_text("kind: [\n", encoding="utf-8")
    assert "rich" not in loaded("validate", at=registry)


def test_only_what_is_invalid_is_explained_by_jsonschema(registry: Path) -> None:
    changed(registry / "models/gpt-4o.yaml", {"provider: ": "provder: "})
    assert loaded("validate", "--staged", at=registry) - CHECKED == set()
    assert loaded("validate", at=registry) - CHECKED - RECORDS == {"jsonschema", "importlib.resources"}


def test_the_version_loads_no_command(tmp_path: Path) -> None:
    parts = [f"plmctl.cli.{part}" for part in PARTS]
    code = LOADED.replace(f"{HEAVY!r}", f"{parts!r}")
    assert plmctl("--version", at=tmp_path, program=code).out.endswith("\nloaded:\n")
    assert plmctl("diff", "--help", at=tmp_path, program=code).out.endswith("\nloaded: plmctl.cli.judge\n")


@pytest.mark.parametrize("part", PARTS)
def test_a_part_has_the_commands_of_the_table(part: str) -> None:
    group = group_of(part)
    commands = [info.name or getattr(info.callback, "__name__", "") for info in group.registered_commands]
    below = [info.typer_instance.info.name for info in group.registered_groups if info.typer_instance]
    assert (*commands, *below) == PARTS[part]


def test_a_meaning_is_the_help_of_its_command() -> None:
    assert dict(meanings()) == {name: command.help for name, command in program().commands.items()}


@pytest.mark.parametrize("arguments", [(), ("-h",), ("--help",), ("--version",)])
def test_what_asks_for_no_command_puts_none_together(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    code = """\
from plmctl.cli import main
from plmctl.cli.program import app
try:
    main()
finally:
    print(len(app.registered_groups))
"""
    assert plmctl(*arguments, at=tmp_path, program=code).out.split("\n")[-2:] == ["0", ""]


def test_a_word_that_is_no_command_is_compared_with_all(tmp_path: Path) -> None:
    assert parts_with("diff") == ("judge",)
    assert parts_with("dif") == parts_with(None) == (*PARTS,)
    assert {*program("validate").commands} == {"validate", "diff"}
    assert {*program().commands} == {command for commands in PARTS.values() for command in commands}
    done = plmctl("dif", at=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert "did you mean 'diff'?" in done.err


def test_help_before_a_command_is_that_of_the_program(tmp_path: Path) -> None:
    assert plmctl("--help", "diff", at=tmp_path).out == plmctl("--help", at=tmp_path).out
    assert plmctl("-C", str(tmp_path), "--version", "diff", at=tmp_path).out == f"plmctl {__version__}\n"
