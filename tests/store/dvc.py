"""The real DVC in a repository of its own, with nothing of this machine's."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.programs import require_dvc


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A Git and DVC repository at `path`, without links in it."""

    path: Path
    environment: Mapping[str, str]

    @classmethod
    def made(cls, folder: Path) -> "Project":
        """A new one in a folder, where its configuration, too, has all its places."""
        path = folder.resolve() / "repo"
        path.mkdir(parents=True)
        outside = folder.resolve() / "outside"
        project = cls(
            path=path,
            environment={
                "PATH": os.environ["PATH"],
                "HOME": str(outside / "home"),
                "CI": "1",
                "DVC_NO_ANALYTICS": "1",
                "DVC_SITE_CACHE_DIR": str(outside / "site"),
                "DVC_GLOBAL_CONFIG_DIR": str(outside / "global"),
                "DVC_SYSTEM_CONFIG_DIR": str(outside / "system"),
                # What DVC finds odd in a pattern is of no interest here.
                "PYTHONWARNINGS": "ignore",
            },
        )
        project.git("init", "-q", "-b", "main")
        # As `dvc init` makes it, which takes two seconds.
        (path / ".dvc").mkdir()
        (path / ".dvc" / "config").touch()
        (path / ".dvc" / ".gitignore").write_text("/config.local\n/tmp\n/cache\n")
        return project

    def git(self, *words: str) -> None:
        subprocess.run(["git", *words], cwd=self.path, env=self.environment, check=True, capture_output=True)

    def dvc(self, *words: str) -> str:
        """Run DVC, which must succeed."""
        done = subprocess.run(
            [require_dvc(), *words], cwd=self.path, env=self.environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    def write(self, path: str, content: str | bytes) -> Path:
        place = self.path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)
        return place
