"""Commits and tags through one `git fast-import`: a repository of 10,000 files in seconds."""

import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from plmctl.core.ports import DraftTag

PERSON = "Ada Example <ada@example.com>"
START = 1_790_000_000
MINUTE = 60


class Stream:
    """A running import; commits go to a branch, a minute apart."""

    def __init__(self, folder: Path, branch: str):
        self._folder, self._branch = folder, branch
        self._commits = 0
        self._marks: dict[str, int] = {}
        self._tip = 0

    def __enter__(self) -> Self:
        command = ["git", "fast-import", "--quiet", "--done", "--date-format=raw"]
        self._process = subprocess.Popen(
            command, cwd=self._folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._process, self._process.stdin, self._process.stdout:
            if kind is None:
                self._write(b"done\n")
            else:
                self._process.kill()
        assert self._process.returncode == 0 or kind is not None, "git fast-import failed"

    def _write(self, data: bytes) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(data)

    @property
    def tagger(self) -> str:
        """Who makes a tag on the last commit, and when, as a tag object has it."""
        return f"{PERSON} {START + self._commits * MINUTE} +0000"

    def commit(self, files: Mapping[str, str | bytes], message: str, branch: str | None = None) -> str:
        """The id of a new commit that writes these files; another branch begins where the first one is."""
        self._commits += 1
        ref = branch or self._branch
        said = message.encode()
        lines = [f"commit {ref}\nmark :{self._commits}\ncommitter {self.tagger}\ndata {len(said)}\n".encode()]
        lines.append(said + b"\n")
        if branch is not None:
            lines.append(f"from :{self._tip}\n".encode())
        for path, text in files.items():
            data = text.encode() if isinstance(text, str) else text
            lines.append(f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n")
        self._write(b"".join(lines) + f"\nget-mark :{self._commits}\n".encode())
        commit = self._answer()
        self._marks[commit] = self._commits
        self._tip = self._tip if branch is not None else self._commits
        return commit

    def tag(self, tag: DraftTag) -> None:
        """A tag object, byte for byte."""
        header, _, message = tag.raw.decode().partition("\n\n")
        commit, _, _, tagger = header.split("\n")
        mark = self._marks[commit.removeprefix("object ")]
        said = message.encode()
        head = f"tag {tag.name}\nfrom :{mark}\n{tagger}\ndata {len(said)}\n"
        self._write(head.encode() + said + b"\n")

    def _answer(self) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.flush()
        return self._process.stdout.readline().decode().strip()
