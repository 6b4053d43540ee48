"""Shells with plmctl and its completion in them, as somebody types."""

import os
import pty
import re
import select
import shlex
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import warm
from tests.cli.running import environment

SECONDS = 60
# Bash fills in these variables before it calls the function of a program.
_BASH = """\
source <(plmctl completion bash)
COMP_LINE=$1 COMP_POINT=${{#1}} COMP_WORDS=({words}) COMP_CWORD={last}
_plmctl plmctl {replaced}
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
# How a shell begins, and what it is told: its script, and a key that shows the line as it stands.
_SHELLS = {
    "bash": (
        ("--norc", "--noprofile", "-i"),
        (
            "PS1='> '; source <(plmctl completion bash); "
            "shown() { printf 'LINE''[%s]END' \"$READLINE_LINE\"; }; "
            "bind -x '\"\\C-x\\C-x\": shown'; echo READ''Y"
        ),
    ),
    "zsh": (
        ("-f", "-i"),
        (
            "PS1='> '; autoload -U compinit; compinit -u -D; source <(plmctl completion zsh); "
            "shown() { printf 'LINE''[%s]END' \"$BUFFER\"; }; zle -N shown; "
            "bindkey '^X^X' shown; echo READ''Y"
        ),
    ),
    "fish": (
        ("--no-config", "-i"),
        (
            "plmctl completion fish | source; function shown; printf 'LINE''[%s]END' (commandline); end; "
            "bind \\cx\\cx shown; echo READ''Y"
        ),
    ),
}


def shim(folder: Path) -> Path:
    """A folder with the program plmctl in it."""
    folder.mkdir(exist_ok=True)
    warm.shim(folder / "plmctl")
    return folder


def path_with(folder: Path) -> dict[str, str]:
    """The environment of the tests, with the programs of a folder first."""
    return environment(PATH=f"{folder}:{os.environ['PATH']}")


def bash_words(line: str) -> list[str]:
    """The words of a line as bash divides them: white space, and the signs that break words."""
    found = re.findall(r"[^\s@=:]+|[@=:]+", line)
    return [*found, ""] if line[-1].isspace() else found


def _replaced(words: list[str]) -> str:
    """What bash replaces of the last word, its second argument: an `@` before it too."""
    *before, last = words
    return f"@{last}" if last and before[-1] == "@" else last.strip("=:")


def in_bash(line: str, at: Path, bin_folder: Path) -> list[str]:
    """What bash would put in the place of the last word, or of its last part."""
    words = bash_words(line)
    replaced = shlex.quote(_replaced(words))
    script = _BASH.format(words=shlex.join(words), last=len(words) - 1, replaced=replaced)
    done = subprocess.run(
        ["bash", "--norc", "-c", script, "bash", line],
        cwd=at,
        env=path_with(bin_folder),
        capture_output=True,
        check=True,
        timeout=SECONDS,
    )
    assert done.stderr == b""
    return done.stdout.decode().split()


def in_fish(line: str, at: Path, bin_folder: Path) -> list[str]:
    """What fish offers for the last word."""
    done = subprocess.run(
        ["fish", "--no-config", "-c", f"plmctl completion fish | source; complete -C {shlex.quote(line)}"],
        cwd=at,
        env=path_with(bin_folder),
        capture_output=True,
        check=True,
        timeout=SECONDS,
    )
    assert done.stderr == b""
    return [offered.partition("\t")[0] for offered in done.stdout.decode().splitlines()]


def in_zsh(line: str, at: Path, bin_folder: Path, until: str) -> str:
    """What stands in a zsh when somebody typed the line and a tab, as soon as it shows a text."""
    with _terminal("zsh", at, bin_folder) as terminal:
        os.write(terminal, f"{line}\t".encode())
        return _seen(terminal, until)


def typed(shell: str, line: str, at: Path, bin_folder: Path) -> str:
    """The command line of a shell in a terminal when somebody typed a line and a tab."""
    with _terminal(shell, at, bin_folder) as terminal:
        os.write(terminal, f"{line}\t".encode())
        # What the line is then, the shell itself writes down.
        os.write(terminal, b"\x18\x18")
        return _seen(terminal, "]END").rpartition("LINE[")[2].partition("]END")[0]


@contextmanager
def _terminal(shell: str, at: Path, bin_folder: Path) -> Iterator[int]:
    """A shell that has read its script, and waits for a command."""
    program, commands = _SHELLS[shell]
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(at)
        os.execvpe(shell, [shell, *program], {**path_with(bin_folder), "TERM": "dumb"})
    try:
        os.write(terminal, f"{commands}\n".encode())
        _seen(terminal, "READY")
        yield terminal
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
        os.close(terminal)


def _seen(terminal: int, until: str) -> str:
    """The output of a terminal up to a text."""
    seen, end = "", time.monotonic() + SECONDS
    while until not in seen and time.monotonic() < end:
        if select.select([terminal], [], [], 0.1)[0]:
            seen += os.read(terminal, 65536).decode(errors="replace")
    assert until in seen, seen
    return seen
