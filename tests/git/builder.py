import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from plmctl.git.repository import Repository

WHEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
PERSON = {
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.com",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.com",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A folder with a repository, built by plain Git."""

    path: Path
    environment: Mapping[str, str]

    def git(self, *arguments: str, stdin: bytes = b"", code: int = 0) -> str:
        """What a plain git command prints, without the last newline."""
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.path,
            env=self.environment,
            input=stdin,
            capture_output=True,
            check=False,
        )
        assert done.returncode == code, done.stderr.decode()
        return done.stdout.decode("utf-8", "surrogateescape").removesuffix("\n")

    def write(self, name: str, content: bytes | str) -> Path:
        """A file in the work tree."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def commit(self, files: Mapping[str, bytes | str], message: str = "change") -> str:
        """The id of a commit of everything in the work tree, with these files."""
        for name, content in files.items():
            self.write(name, content)
        self.git("add", "--all")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def at(self, path: Path) -> "Folder":
        """Another folder, with the same environment."""
        return Folder(path=path, environment=self.environment)

    def loose(self, object_id: str) -> Path:
        """The file of a loose object, made writable."""
        path = self.path / ".git" / "objects" / object_id[:2] / object_id[2:]
        path.chmod(0o644)
        return path


Opener = Callable[..., Repository]
