import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from plmctl.cli.stream import columns, simplified
from tests.cli.running import MAIN, environment


def ended(arguments: tuple[str, ...], at: Path, *, out: int, err: int) -> int:
    """The exit code of a run with these streams."""
    done = subprocess.run(
        [sys.executable, "-c", MAIN, *arguments],
        cwd=at,
        env=environment(),
        stdout=out,
        stderr=err,
        check=False,
    )
    return done.returncode


RUNS = [
    ("--help",),
    ("validate", "--help"),
    ("--version",),
    ("schema", "prompt"),
    ("--color=always", "schema"),
]


@pytest.mark.parametrize("arguments", RUNS, ids=" ".join)
def test_a_full_disk_exits_3_and_a_reader_who_left_141(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    with open("/dev/full", "wb") as full:
        assert ended(arguments, tmp_path, out=full.fileno(), err=subprocess.DEVNULL) == 3
    reader, writer = os.pipe()
    os.close(reader)
    assert ended(arguments, tmp_path, out=writer, err=subprocess.DEVNULL) == 141
    os.close(writer)


@pytest.mark.parametrize(
    ("arguments", "code"), [(("schema", "promt"), 2), (("validate",), 3), (("bogus",), 2)]
)
def test_an_error_that_nobody_can_be_told_keeps_its_exit_code(
    tmp_path: Path, arguments: tuple[str, ...], code: int
) -> None:
    with open("/dev/full", "wb") as full:
        assert ended(arguments, tmp_path, out=subprocess.DEVNULL, err=full.fileno()) == code


def test_what_an_encoding_lacks_is_drawn_plainly_or_escaped() -> None:
    error = UnicodeEncodeError("ascii", "├─ │╌ … é\u6f22", 0, 10, "no")
    assert simplified(error) == ("|- |- ~ \\xe9\\u6f22", 10)
    other = UnicodeDecodeError("ascii", b"\xff", 0, 1, "no")
    with pytest.raises(UnicodeDecodeError):
        simplified(other)


def test_the_columns_are_those_of_the_user_or_the_terminal_or_80(monkeypatch: pytest.MonkeyPatch) -> None:
    controller, terminal = os.openpty()
    with open(terminal, "w", encoding="utf-8") as stream:
        # A terminal that nobody gave a size.
        assert columns(stream) == 80
        os.close(controller)
    assert columns(io.StringIO()) == 80
    monkeypatch.setenv("COLUMNS", "0")
    assert columns(io.StringIO()) == 80
    monkeypatch.setenv("COLUMNS", "132")
    assert columns(io.StringIO()) == 132
