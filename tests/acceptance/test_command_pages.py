from pathlib import Path

import pytest

from tests.acceptance.session import COMMANDS, begun_in, filled
from tests.acceptance.test_help_examples import commands
from tests.git.builder import Folder

PAGES = tuple(sorted(page.stem for page in COMMANDS.glob("*.md")))


def test_every_command_has_a_page_that_ends_with_its_help() -> None:
    assert tuple(sorted(commands())) == PAGES
    asked = {name: f"$ plmctl {name} --help\n" for name in PAGES}
    without = [name for name, line in asked.items() if line not in _text(name).rpartition("```console\n")[2]]
    assert without == []


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_every_output_on_the_page_of_a_command_is_the_real_one(
    name: str, example: Folder, tmp_path: Path
) -> None:
    assert filled(_text(name), begun_in(example.path, tmp_path)) == _text(name)


def _text(name: str) -> str:
    return (COMMANDS / f"{name}.md").read_text(encoding="utf-8")
