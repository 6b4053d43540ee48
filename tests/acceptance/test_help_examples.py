"""Every example in a command's help, run by a shell in a copy of the example registry with its releases.

What follows an example after three spaces or more says what it is for. An example exits 0, or with another
code that it names: `exits 1 if a lock is stale` may exit 0 too, `exits 3: ...` may not.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.core import TyperGroup

from plmctl.cli.program import program
from tests.acceptance.session import Session, begun_in
from tests.git.builder import Folder

_LINE = re.compile(r"^  (?P<command>plmctl .*?)(?: {3,}(?P<words>\S.*))?$", re.MULTILINE)
_EXIT = re.compile(r"exits (?P<code>\d+)(?P<condition> if )?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """An example of a command: what is typed, and the exit codes that its words allow."""

    name: str
    command: str
    codes: frozenset[int]


def examples(name: str, epilog: str) -> Iterator[Example]:
    """The examples below a command's help."""
    for match in _LINE.finditer(epilog):
        said = _EXIT.search(match["words"] or "")
        codes = {int(said["code"])} if said else {0}
        more = {0} if said and said["condition"] else set()
        yield Example(name=name, command=match["command"], codes=frozenset(codes | more))


def commands() -> dict[str, str]:
    """Every command that is not hidden, and what stands below its help."""
    return {name: c.epilog or "" for name, c in sorted(program().commands.items()) if not c.hidden}


def nested() -> dict[str, str]:
    """The commands of groups, as `data pull`, and what stands below their help."""
    groups = {name: c for name, c in sorted(program().commands.items()) if isinstance(c, TyperGroup)}
    return {
        f"{name} {n}": c.epilog or "" for name, group in groups.items() for n, c in group.commands.items()
    }


# They begin a registry: where there is none.
BEGINNERS = ("init",)
EXAMPLES = tuple(
    example for name, epilog in (commands() | nested()).items() for example in examples(name, epilog)
)


@pytest.fixture
def session(example: Folder, tmp_path: Path) -> Session:
    """A shell in a copy of the example registry after its history."""
    return begun_in(example.path, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("shown", EXAMPLES, ids=lambda example: example.command)
def test_an_example_runs_and_exits_as_it_says(shown: Example, session: Session) -> None:
    if shown.name in BEGINNERS:
        session.run("mkdir ../empty && cd ../empty")
    printed = session.run(shown.command)
    assert session.code in shown.codes, printed


def test_every_command_has_examples_of_itself() -> None:
    assert [name for name in commands() | nested() if name not in {shown.name for shown in EXAMPLES}] == []
    known = {e: (*e.name.split()[:1], "-C", "--color") for e in EXAMPLES}
    strangers = [e.command for e in EXAMPLES if e.command.split()[1] not in known[e]]
    assert strangers == []


def test_the_words_of_an_example_say_its_exit_code() -> None:
    epilog = """\b
Examples:
  plmctl lock
  plmctl lock --check          exits 1 if a lock is stale
  plmctl show x                exits 3: there is none
  plmctl diff -- prompt/a      HEAD against the work tree
"""
    assert [(e.command, sorted(e.codes)) for e in examples("lock", epilog)] == [
        ("plmctl lock", [0]),
        ("plmctl lock --check", [0, 1]),
        ("plmctl show x", [3]),
        ("plmctl diff -- prompt/a", [0]),
    ]
