"""Shells with plmctl and its completion in them, as somebody types."""

import os
import pty
import re
import select
import shlex
import subprocess
import sys
import time
from pathlib import Path

from tests.cli.running import environment
from tests.programs import REPOSITORY

SECONDS = 20
_SHIM = """\
#!/bin/sh
PYTHONPATH={project} exec {python} -c 'from plmctl.cli import main; main()' "$@"
"""
# Bash fills in these variables before it calls the function of a program.
_BASH = """\
source <(plmctl completion bash)
COMP_LINE=$1 COMP_POINT=${{#1}} COMP_WORDS=({words}) COMP_CWORD={last}
_plmctl
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


def shim(folder: Path) -> Path:
    """A folder with the program plmctl in it."""
    folder.mkdir(exist_ok=True)
    program = folder / "plmctl"
    project, python = shlex.quote(str(REPOSITORY)), shlex.quote(sys.executable)
    program.write_text(_SHIM.format(project=project, python=python), encoding="utf-8")
    program.chmod(0o755)
    return folder


def path_with(folder: Path) -> dict[str, str]:
    """The environment of the tests, with the programs of a folder first."""
    return environment(PATH=f"{folder}:{os.environ['PATH']}")


def bash_words(line: str) -> list[str]:
    """The words of a line as bash divides them: white space, and the signs that break words."""
    found = re.findall(r"[^\s@=:]+|[@=:]+", line)
    return [*found, ""] if line[-1].isspace() else found


def in_bash(line: str, at: Path, bin_folder: Path) -> list[str]:
    """What bash would put in the place of the last word, or of its last part."""
    words = bash_words(line)
    script = _BASH.format(words=shlex.join(words), last=len(words) - 1)
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
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(at)
        os.execvpe("zsh", ["zsh", "-f", "-i"], path_with(bin_folder))
    try:
        os.write(terminal, b"PS1='> '; autoload -U compinit; compinit -u -D\n")
        os.write(terminal, b"source <(plmctl completion zsh); echo READ''Y\n")
        _seen(terminal, "READY")
        os.write(terminal, f"{line}\t".encode())
        return _seen(terminal, until)
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
