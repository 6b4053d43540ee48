"""A stranger's repository, and the real command run on it in a process of its own, with limits."""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.git.builder import Folder
from tests.warm import run

SECONDS = 10
KIBIBYTES = 1024 * 1024
PLMCTL = str(Path(sys.executable).with_name("plmctl"))

# A code, a path, a line and a column; None where a finding speaks of a whole file.
Found = tuple[str, str, int | None, int | None]
# Of everything in a folder: mode, time of change, content or target.
State = dict[str, tuple[int, int, bytes]]

REGISTRY = "apiVersion: plmctl/v1\nkind: Registry\nmetadata: {name: acme}\n"
GOOD = """\
apiVersion: plmctl/v1
kind: Partial
metadata: {name: good}
spec:
  content: Be kind.
"""
WRONG = GOOD.replace("name: good", "name: wrong") + "  colour: red\n"
# What is always found beside a hostile file: one broken file hides nothing of the others.
FOUND_IN_WRONG: frozenset[Found] = frozenset({("SCH002", "partials/wrong.yaml", 6, 3)})
FILES = {"plmctl.yaml": REGISTRY, "partials/good.yaml": GOOD, "partials/wrong.yaml": WRONG}


_CONCISE = re.compile(r"([^:]+)(?::(\d+):(\d+))?: ([A-Z]{3}\d{3}) (?:error|warning|info) .+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What plmctl said: its exit code, its output, and what went to stderr."""

    code: int
    out: str
    err: str

    @property
    def found(self) -> list[Found]:
        """The findings of an answer in JSON, in its order."""
        findings = json.loads(self.out)["findings"]
        places = [(finding["code"], finding["location"]) for finding in findings]
        return [(code, place["path"], place["line"], place["column"]) for code, place in places]

    @property
    def refusal(self) -> tuple[int, list[str]]:
        """The exit code of a refused command, and the problems in its report, which has no finding."""
        report = json.loads(self.out)
        assert report["findings"] == []
        return self.code, [problem["message"] for problem in report["problems"]]


def told(concise: Answer) -> Iterator[Found]:
    """The findings of a concise answer, one a line."""
    for line in concise.out.splitlines():
        match = _CONCISE.fullmatch(line)
        assert match, line
        path, row, column, code = match.groups()
        yield code, path, int(row) if row else None, int(column) if column else None


def strange_registry(path: Path) -> Folder:
    """A committed registry with one good and one plainly wrong manifest."""
    path.mkdir()
    folder = Folder(path=path, environment=os.environ)
    folder.git("init", "-q", "-b", "main")
    folder.commit(FILES)
    return folder


def plmctl(folder: Path, *arguments: str) -> Answer:
    """The answer of the real command within ten seconds and a gigabyte of address space."""
    done = run(arguments, folder, os.environ, seconds=SECONDS, kibibytes=KIBIBYTES)
    return Answer(code=done.returncode, out=done.stdout.decode(), err=done.stderr.decode())


def answer(command: Sequence[str], folder: Path, *, seconds: float) -> Answer:
    """What a command said, run in a folder."""
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=seconds, check=False)
    return Answer(code=done.returncode, out=done.stdout.decode(), err=done.stderr.decode())


def state_of(folder: Path) -> State:
    """Everything in a folder, .git too."""
    return {
        os.path.relpath(path, folder): _state(path)
        for path in (
            os.path.join(at, name) for at, below, names in os.walk(folder) for name in (*below, *names)
        )
    }


def _state(path: str) -> tuple[int, int, bytes]:
    status = os.lstat(path)
    content = b""
    if stat.S_ISLNK(status.st_mode):
        content = os.fsencode(os.readlink(path))
    elif stat.S_ISREG(status.st_mode):
        content = Path(path).read_bytes()
    return status.st_mode, status.st_mtime_ns, content


def emptied(folder: Folder) -> None:
    """Remove the work tree: what is read now comes from Git alone."""
    for path in folder.path.iterdir():
        if path.name != ".git":
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
