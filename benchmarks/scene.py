"""What a measurement stands on: a generated registry, the programs beside this Python, and an environment."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from benchmarks.measure import Command, accepted, nothing

PROJECT = Path(__file__).resolve().parent.parent
PROGRAMS = Path(sys.executable).parent
_COLD = count()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One generated registry, described by `made.json` in its folder, and a folder for what is written."""

    count: int
    place: Path
    scratch: Path

    @property
    def told(self) -> Mapping[str, object]:
        """What the generator said of it."""
        told: Mapping[str, object] = json.loads((self.place / "made.json").read_text())
        return told

    @property
    def registry(self) -> Path:
        """The work tree that is valid."""
        return self.place / "registry"

    @property
    def faulty(self) -> Path:
        """The one with the planted errors."""
        return self.place / "faulty"

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of the user's but PATH: no configuration of Git, and a cache kept from run to run."""
        return {
            "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(self.scratch / "home"),
            "XDG_CACHE_HOME": str(self.scratch / "cache"),
            "GIT_CONFIG_NOSYSTEM": "1",
            "LC_ALL": "C.UTF-8",
            "NO_COLOR": "1",
            "TMPDIR": str(self.scratch),
            "DVC_NO_ANALYTICS": "1",
            "DVC_SITE_CACHE_DIR": str(self.scratch / "dvc"),
        }

    def command(
        self,
        *words: str | Path,
        folder: Path | None = None,
        shown: str | None = None,
        exits: int = 0,
        reports: bool = False,
        before: Callable[[], None] = nothing,
        after: Callable[[], None] = nothing,
        check: Callable[[bytes], None] = accepted,
        variables: Mapping[str, str] | None = None,
    ) -> Command:
        """A command in the valid work tree, or another folder."""
        arguments = [str(word) for word in words]
        return Command(
            shown=shown or " ".join(Path(a).name if Path(a).is_absolute() else a for a in arguments),
            arguments=[_program(arguments[0]), *arguments[1:]],
            folder=folder or self.registry,
            environment={**self.environment, **(variables or {})},
            exits=exits,
            reports=reports,
            before=before,
            after=after,
            check=check,
        )

    def cold(self) -> Callable[[], None]:
        """Takes away what plmctl knows of blobs and files: done before each run of a cold measurement."""
        return lambda: shutil.rmtree(self.scratch / "cache", ignore_errors=True)

    def git(self, folder: Path, *arguments: str) -> str:
        """What a Git command prints."""
        return self.ran(folder, "git", *arguments)

    def ran(self, folder: Path, program: str, *arguments: str) -> str:
        """What a program prints, outside of what is measured."""
        done = subprocess.run(
            [_program(program), *arguments],
            cwd=folder,
            env=self.environment,
            check=True,
            capture_output=True,
            encoding="utf-8",
        )
        return done.stdout


def _program(name: str) -> str:
    """The one beside this Python, if there is one; else what PATH finds."""
    beside = PROGRAMS / name
    return str(beside) if beside.exists() else name


def hello(scene: Scene) -> Command:
    """A Typer hello command, in the environment that plmctl is in."""
    return scene.command("python", PROJECT / "benchmarks" / "peers" / "hello.py", shown="python hello.py")
