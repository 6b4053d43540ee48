"""What processes asked of the system, told by strace: what they opened, started and connected to."""

import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.hostile.stranger import Answer, answer
from tests.programs import REPOSITORY, require

SECONDS = 60
# A line of strace: the name of the call, its arguments, what it gave back.
CALL = re.compile(r"(?P<name>\w+)\((?P<arguments>.*)\)\s+= (?P<result>.*)")
OPENED = re.compile(r"\d+<(?P<path>/.*)>")
WRITING = re.compile(r"O_(?:WRONLY|RDWR|CREAT|TRUNC|APPEND)")

# Of all calls that name a file (execve, too) or use a network: those that change nothing and send nothing.
HARMLESS = {
    "access",
    "chdir",
    "execve",
    "faccessat",
    "faccessat2",
    "getcwd",
    "lstat",
    "newfstatat",
    "open",
    "openat",
}
HARMLESS |= {"readlink", "readlinkat", "stat", "statfs", "statx"}
SYSTEM = (
    "/dev/null",
    "/dev/urandom",
    "/etc/ld.so.cache",
    "/etc/locale.alias",
    "/etc/localtime",
    "/etc/ssl/openssl.cnf",
    "/lib/",
    "/lib64/",
    "/proc/",
    "/sys/fs/cgroup/",
    "/usr/lib/",
    "/usr/lib64/",
    "/usr/share/locale/",
    "/usr/share/zoneinfo/",
)
PROJECT = tuple(str(REPOSITORY / name) for name in ("plmctl/", "schemas/"))
# Python would write the code that it compiled.
QUIET = {"PYTHONDONTWRITEBYTECODE": "1"}
PYTHON = tuple(f"{prefix}/" for prefix in {sys.prefix, sys.base_prefix})


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A system call that succeeded."""

    name: str
    arguments: str
    opened: str | None


def calls(trace: Path) -> Iterator[Call]:
    """The calls of all processes; those that failed are left out."""
    for path in sorted(trace.iterdir()):
        for line in path.read_text().splitlines():
            match = CALL.fullmatch(line)
            if match and not match["result"].startswith("-1 "):
                opened = OPENED.match(match["result"])
                yield Call(name=match["name"], arguments=match["arguments"], opened=opened and opened["path"])


def traced(
    command: Sequence[str], folder: Path, place: Path, what: str = "%file,%network", **more: str
) -> tuple[Answer, list[Call]]:
    """A run of a command in a folder with all that it asked of the system."""
    strace = require("strace", "strace")
    # Coverage would write beside what it measures.
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COVERAGE_", "PYTHON"))}
    path = f":.:{kept['PATH']}"
    variables = [f"{k}={v}" for k, v in {**kept, **more, "PATH": path, **QUIET}.items()]
    # The system stops a process at these calls only.
    tracing = [strace, "-ff", "--seccomp-bpf", "-y", "-qq", "-s", "4096", "-e", f"trace={what}"]
    trace = place / "trace"
    trace.mkdir()
    said = answer(
        ["env", "-i", *variables, *tracing, "-o", str(trace / "t"), *command], folder, seconds=SECONDS
    )
    return said, list(calls(trace))


def attempts(place: Path, name: str) -> set[str]:
    """What the calls of this name were told first in quotes, those that failed too, of a traced run."""
    lines = (line for path in (place / "trace").iterdir() for line in path.read_text().splitlines())
    return {line.split('"')[1] if '"' in line else line for line in lines if line.startswith(f"{name}(")}


def executed(call: Call) -> str:
    """The program that an execve starts."""
    return call.arguments.split('"')[1]


def require_git() -> str:
    """The path of git in the tests' own environment."""
    return require("git", "git")


def is_inside(path: str, repository: Path) -> bool:
    """Whether a path is the repository's, plmctl's own, Python's, Git's, or of no one's content."""
    roots = (f"{repository}/", *PROJECT, *PYTHON, *SYSTEM)
    # Python lists the folders that it imports from.
    return f"{path}/".startswith(roots) or path == str(REPOSITORY)
