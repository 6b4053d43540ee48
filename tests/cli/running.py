"""Running the command as a user does: another process, another folder."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.programs import REPOSITORY
from tests.warm import run, run_at

MAIN = "from plmctl.cli import main; main()"


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a run ended with."""

    code: int
    out: str
    err: str


def environment(**more: str) -> dict[str, str]:
    """The fixed environment of the tests, with this project's code on the path."""
    return {**os.environ, "PYTHONPATH": str(REPOSITORY), **more}


def plmctl(*arguments: str, at: Path, program: str = MAIN, stdin: str = "", **more: str) -> Done:
    """A run of plmctl, or of a program around it, which starts anew as one in another locale does."""
    if program == MAIN and not starts_anew(more):
        warm = run(arguments, at, environment(**more), stdin=stdin.encode())
        return Done(code=warm.returncode, out=warm.stdout.decode(), err=warm.stderr.decode())
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=at,
        env=environment(**more),
        input=stdin.encode(),
        capture_output=True,
        check=False,
        timeout=60,
    )
    return Done(code=done.returncode, out=done.stdout.decode(), err=done.stderr.decode())


def starts_anew(more: Mapping[str, str]) -> bool:
    """Whether Python looks at one of these when it starts."""
    return any(name.startswith(("LC_", "PYTHON")) for name in more)


def answered(answer: bytes, *arguments: str, at: Path) -> tuple[int, str, str]:
    """The exit code, stdout and the terminal's text of a command that asks at a terminal."""
    person, terminal = os.openpty()
    os.write(person, answer)
    with tempfile.TemporaryFile() as out:
        code = run_at(arguments, at, environment(), (terminal, out.fileno(), terminal))
        os.close(terminal)
        out.seek(0)
        printed = out.read().decode()
    seen = b""
    while chunk := _read(person):
        seen += chunk
    os.close(person)
    return code, printed, seen.decode().replace("\r\n", "\n")


def _read(person: int) -> bytes:
    try:
        return os.read(person, 65536)
    except OSError:
        return b""


def git(*arguments: str, at: Path) -> str:
    """What git prints."""
    done = subprocess.run(["git", *arguments], cwd=at, capture_output=True, check=True)
    return done.stdout.decode()


def changed(path: Path, replacements: Mapping[str, str]) -> None:
    """A file with some of its text replaced."""
    text = path.read_text(encoding="utf-8")
    for old, new in replacements.items():
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
