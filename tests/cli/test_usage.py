from pathlib import Path

import pytest

from plmctl.cli.usage import wrong_usage
from tests.cli.running import plmctl


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        (("lsit",), ["no such command 'lsit'", "did you mean 'list'?"]),
        (("zzzz",), ["no such command 'zzzz'", "run 'plmctl --help'"]),
        (("validate", "--staegd"), ["no such option: --staegd", "did you mean '--staged'?"]),
        (("validate", "--zzzz"), ["no such option: --zzzz", "run 'plmctl validate --help'"]),
        (
            ("completion",),
            [
                "missing argument 'SHELL': one of bash, zsh, fish, powershell",
                "run 'plmctl completion --help'",
            ],
        ),
        (("list", "--where"), ["option '--where' requires an argument", "run 'plmctl list --help'"]),
        (("--color",), ["option '--color' requires an argument", "run 'plmctl --help'"]),
        (("show",), ["missing argument 'ID[@VERSION]'", "run 'plmctl show --help'"]),
        (
            ("validate", "--fail-on", "eror"),
            [
                "invalid value for '--fail-on': 'eror' is not one of 'error', 'warning', 'info'",
                "did you mean 'error'?",
            ],
        ),
        (
            ("--color", "zzzz", "list"),
            [
                "invalid value for '--color': 'zzzz' is not one of 'auto', 'always', 'never'",
                "run 'plmctl --help'",
            ],
        ),
    ],
)
def test_a_wrong_command_line_is_told_in_two_lines(
    tmp_path: Path, arguments: tuple[str, ...], lines: list[str]
) -> None:
    done = plmctl(*arguments, at=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert done.err == f"error: {lines[0]}\nhint: {lines[1]}\n"


def test_what_a_shell_would_act_on_is_shown_and_not_done(tmp_path: Path) -> None:
    done = plmctl("show", "a", "\x1b[31m", at=tmp_path)
    assert done.code == 2
    assert "\x1b" not in done.err


def test_another_error_is_no_wrong_usage() -> None:
    assert wrong_usage(ValueError("No such command 'a'.")) is None
