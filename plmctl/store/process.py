"""The one place that starts DVC."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence

from plmctl.core.dataclass import dataclass
from plmctl.core.finding import PlmctlError

INSTALL = "run pip install 'plmctl[dvc]'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dvc:
    """DVC's command line, in one folder."""

    executable: str
    folder: str
    surroundings: Mapping[str, str]

    @classmethod
    def installed(
        cls, folder: str, surroundings: Mapping[str, str], top: str, python: str = sys.executable
    ) -> "Dvc":
        """The DVC beside Python, else the one on the PATH, but none from the repository at `top`.

        Raises PlmctlError where there is none.
        """
        beside = os.path.join(os.path.dirname(python), "dvc")
        path = path_without(surroundings, top)
        executable = beside if os.access(beside, os.X_OK) else shutil.which("dvc", path=path)
        if executable is None:
            raise PlmctlError("DVC is not installed, and it is what moves data", hint=INSTALL)
        return cls(executable=executable, folder=folder, surroundings=surroundings)

    def environment(self) -> dict[str, str]:
        """The user's own, with his credentials, but DVC reports nothing and looks for no update."""
        kept = {name: value for name, value in self.surroundings.items() if name not in _DROPPED}
        # Nothing Python is loaded from the working directory (hostile.md, G13).
        paths = [each for each in kept.pop("PYTHONPATH", "").split(os.pathsep) if os.path.isabs(each)]
        more = {"PYTHONPATH": os.pathsep.join(paths)} if paths else {}
        return {**kept, **more, **_SET}

    def run(self, *words: str, targets: Sequence[str] = (), is_shown: bool = False) -> "Said":
        """Run a command to its end; what it says on stderr is shown meanwhile, or kept."""
        done = subprocess.run(
            [self.executable, *words, *(("--", *targets) if targets else ())],
            cwd=self.folder,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=None if is_shown else subprocess.PIPE,
            check=False,
        )
        err = b"" if is_shown else done.stderr
        return Said(code=done.returncode, out=done.stdout, err=err.decode("utf-8", "replace"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What DVC left: its exit code and what it wrote."""

    code: int
    out: bytes
    err: str

    @property
    def reason(self) -> str:
        """Why it failed, in its own words on one line."""
        lines = [line.strip() for line in self.err.splitlines() if line.strip()]
        errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
        return next(reversed(errors or lines), f"exit code {self.code}")


_DROPPED = frozenset({"DVC_ROOT", "DVC_STAGE", "DVC_DAEMON", "PYTHONSTARTUP", "PYTHONHOME"})
# CI keeps DVC from asking once a day whether there is a newer one.
_SET: Mapping[str, str] = {"CI": "1", "DVC_NO_ANALYTICS": "1", "PYTHONSAFEPATH": "1"}


def path_without(surroundings: Mapping[str, str], top: str) -> str:
    """The PATH without what lies in the repository at `top`, or is relative."""
    entries = surroundings.get("PATH", os.defpath).split(os.pathsep)
    return os.pathsep.join(each for each in entries if os.path.isabs(each) and not _is_in(each, top))


def _is_in(path: str, top: str) -> bool:
    return os.path.realpath(path).startswith(os.path.join(top, ""))
