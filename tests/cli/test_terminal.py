"""What a user sees in a real terminal of a given width."""

import fcntl
import os
import re
import shutil
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest

from plmctl.render.visible import width
from tests.cli.running import MAIN, changed, environment, starts_anew
from tests.warm import run_at

SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
# Four times as many as are read within the half second before which no bar is shown.
MANY = 6_000


def seen(*arguments: str, at: Path, columns: int = 80, more: Mapping[str, str] | None = None) -> bytes:
    """All that a run writes to its terminal, stdout and stderr."""
    controller, terminal = os.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    given = environment(**{"TERM": "xterm-256color", **(more or {})})
    written: list[bytes] = []
    reader = Thread(target=_read, args=(controller, written))
    reader.start()
    if starts_anew(more or {}):
        command = [sys.executable, "-c", MAIN, *arguments]
        subprocess.run(
            command, cwd=at, env=given, stdin=terminal, stdout=terminal, stderr=terminal, check=False
        )
    else:
        run_at(arguments, at, given, (terminal, terminal, terminal))
    os.close(terminal)
    reader.join(timeout=60)
    os.close(controller)
    return b"".join(written).replace(b"\r\n", b"\n")


def _read(controller: int, written: list[bytes]) -> None:
    """All that comes, until nobody holds the other end any more."""
    with suppress(OSError):
        while True:
            written.append(os.read(controller, 65536))


def plain(written: bytes) -> str:
    """The text without its escape sequences."""
    return SEQUENCE.sub("", written.decode())


@pytest.fixture
def broken(registry: Path) -> Path:
    """A registry with one finding: a reference that leads nowhere."""
    changed(registry / "prompts/support/triage.yaml", {"model: triage-ft": "model: nowhere"})
    return registry


@pytest.mark.parametrize("columns", [40, 80, 160])
def test_no_line_is_wider_than_the_terminal(broken: Path, columns: int) -> None:
    for arguments in (("validate",), ("diff",), ("list",), ("schema",)):
        # A progress bar, which a loaded machine gets to see, is drawn over itself.
        lines = re.split("[\r\n]", plain(seen(*arguments, at=broken, columns=columns)))
        assert [text for text in lines if width(text) > columns and "-->" not in text] == []


def test_colour_is_for_terminals_that_want_it(broken: Path) -> None:
    assert b"\x1b[1;31merror[REF001]" in seen("validate", at=broken)
    for calm in ({"TERM": "dumb"}, {"NO_COLOR": "1"}):
        assert b"\x1b" not in seen("validate", at=broken, more=calm)
    assert b"\x1b" not in seen("--color=never", "validate", at=broken, more={"FORCE_COLOR": "1"})


def test_a_terminal_that_cannot_say_it_gets_plain_lines(broken: Path) -> None:
    shown = seen("diff", at=broken, more={"TERM": "dumb", "PYTHONIOENCODING": "latin-1"}).decode("ascii")
    assert "`- PRM0" in shown
    assert "└─ PRM0" in seen("diff", at=broken, more={"TERM": "dumb", "LC_ALL": "C"}).decode()


def test_what_is_quick_shows_no_bar(registry: Path) -> None:
    # On a busy machine nothing is quick, now and then.
    shown = (seen("list", at=registry) for _ in range(20))
    assert any(plain(one).startswith("id") and b"reading" not in one for one in shown)


@pytest.fixture(scope="session")
def large(_committed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry of over 6,000 manifests, of which most are not committed."""
    path = Path(shutil.copytree(_committed, tmp_path_factory.mktemp("large") / "registry", symlinks=True))
    text = (path / "models" / "gpt-4o.yaml").read_text(encoding="utf-8")
    for number in range(MANY):
        other = re.sub(r"name: \S+", f"name: gpt-{number}", text, count=1)
        (path / "models" / f"gpt-{number}.yaml").write_text(other, encoding="utf-8")
    return path


@pytest.mark.slow
@pytest.mark.no_cover
def test_long_reading_has_a_bar_that_goes_when_it_is_done(large: Path) -> None:
    written = seen("validate", at=large)
    assert re.search(rf"reading .*/{MANY // 1000}", plain(written))
    # The bar's line is erased before the result is printed.
    assert written.rindex(b"\x1b[2K") < written.rindex(b"manifests are valid")
    assert plain(written).rpartition("reading")[2].count("manifests are valid") == 1


@pytest.mark.slow
@pytest.mark.no_cover
@pytest.mark.parametrize("calm", [{"TERM": "dumb"}, {"CI": "true"}], ids=str)
def test_a_terminal_that_nobody_watches_has_no_bar(large: Path, calm: dict[str, str]) -> None:
    assert b"reading" not in seen("validate", at=large, more=calm)
