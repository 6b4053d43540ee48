from pathlib import Path

import pytest

from tests.acceptance.session import begun, filled, is_true_of
from tests.acceptance.snippets import Client, printed
from tests.programs import REPOSITORY

TOURS = (
    "README.md",
    "docs/authoring.md",
    "docs/environments.md",
    "docs/fmt.md",
    "docs/locks.md",
    "docs/releasing.md",
    "docs/verifying.md",
    "example-registry/README.md",
)


@pytest.mark.slow
@pytest.mark.parametrize("name", TOURS)
def test_every_output_in_a_console_block_is_the_real_one(name: str, tmp_path: Path) -> None:
    text = (REPOSITORY / name).read_text(encoding="utf-8")
    assert "```console\n" in text
    session = begun(tmp_path)
    assert filled(text, session) == text
    assert list(printed(text, session, Client())) == []


def test_an_output_that_is_not_the_real_one_is_replaced(tmp_path: Path) -> None:
    text = "```console\n$ echo one\ntwo\n$ false\n$ echo $?\n```\n"
    assert filled(text, begun(tmp_path)) == "```console\n$ echo one\none\n$ false\n$ echo $?\n1\n```\n"


def test_the_working_directory_lasts_and_the_session_lies_in_tmp(tmp_path: Path) -> None:
    text = "```console\n$ mkdir here\n$ cd here\n$ pwd\n```\n"
    assert filled(text, begun(tmp_path)) == text.replace("pwd\n", "pwd\n/tmp/here\n")


def test_any_id_stands_for_any_other_of_its_length() -> None:
    assert is_true_of(f"commit {'a' * 40}\n", f"commit {'b' * 40}\n")
    assert not is_true_of(f"commit {'a' * 40}\n", f"commit {'b' * 64}\n")
    assert not is_true_of(f"commit {'a' * 40}\n", "commit\n")


def test_three_dots_stand_for_any_lines_and_for_none() -> None:
    assert is_true_of("first\n...\nlast\n", "first\nsecond\nthird\nlast\n")
    assert is_true_of("first\n...\nlast\n", "first\nlast\n")
    assert not is_true_of("first\n...\nlast\n", "first\nsecond\n")
