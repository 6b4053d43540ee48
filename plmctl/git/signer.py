"""The programs that make and check signatures, as the user's own configuration names them."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence

from plmctl.core.dataclass import dataclass
from plmctl.core.finding import PlmctlError
from plmctl.core.signed import OPENPGP, SSH, X509
from plmctl.git.process import Completed, Git, finished

PROGRAMS = {OPENPGP: "gpg", SSH: "ssh-keygen", X509: "gpgsm"}
# A person may be asked for a passphrase.
_PATIENCE = 600


class Missing(PlmctlError):
    """A program of signatures that is not here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    """Programs by format, as the user's own settings name them, in the user's own environment."""

    settings: Mapping[str, str]
    surroundings: Mapping[str, str]
    path: str

    @classmethod
    def of(cls, git: Git, user: Mapping[str, str], surroundings: Mapping[str, str]) -> "Programs":
        """Those that a user's settings name, found by the PATH that Git is found by."""
        return cls(settings=user, surroundings=surroundings, path=git.surroundings["PATH"])

    def named(self, form: str) -> str:
        """The program of a format, as it is configured (git-config: gpg.program)."""
        by_format = self.settings.get(f"gpg.{form}.program")
        general = self.settings.get("gpg.program") if form == OPENPGP else None
        return by_format or general or PROGRAMS[form]

    def run(self, form: str, arguments: Sequence[str], stdin: bytes, folder: str) -> Completed:
        """Run the program of a format in a folder. Raises Missing."""
        return self.started([self.named(form), *arguments], stdin, folder)

    def started(self, command: Sequence[str], stdin: bytes, folder: str) -> Completed:
        """Run a program of the user's in a folder. Raises Missing."""
        name = self.expanded(command[0])
        found = shutil.which(name, path=self.path) if os.path.isabs(name) or os.sep not in name else None
        if found is None:
            raise Missing(f"{command[0]} is not installed", hint=f"install {command[0]}")
        try:
            environment = self._environment()
            return finished([found, *command[1:]], folder, environment, stdin=stdin, timeout=_PATIENCE)
        except OSError as error:
            raise Missing(f"{command[0]} does not start: {error.strerror}") from None
        except subprocess.TimeoutExpired:
            raise PlmctlError(f"{command[0]} did not answer within {_PATIENCE} seconds") from None

    def expanded(self, path: str) -> str:
        """A path of the user's configuration, with `~/` replaced."""
        home = self.surroundings.get("HOME", "")
        return os.path.join(home, path[2:]) if path.startswith("~/") else path

    def _environment(self) -> dict[str, str]:
        kept = {key: value for key, value in self.surroundings.items() if not key.startswith("GIT_")}
        # The times of an allowed signers file are read in the zone of whoever reads them.
        return {**kept, "PATH": self.path, "LC_ALL": "C", "TZ": "UTC"}
