"""The Git that talks to other repositories: the user's own settings, and none of the repository's.

It runs in a Git directory of its own, made for one command, which shares nothing with the repository but its
objects: so no setting, hook or remote of a stranger's `.git` takes part.
"""

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

from plmctl.core.dataclass import dataclass
from plmctl.git.discovery import Place
from plmctl.git.process import Completed, encoded, heard

_NONE: Mapping[str, str] = MappingProxyType({})

# Seconds of silence: a server may check what it is given, and a person looks for a password.
_UNATTENDED = 120
_AT_TERMINAL = 600

# What may run, and the options without which it would do more.
REMOTE_COMMANDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "fetch": (
            "--progress",
            "--no-tags",
            "--no-recurse-submodules",
            "--no-write-fetch-head",
            "--no-auto-maintenance",
            "--no-write-commit-graph",
            "--refmap=",
        ),
        "ls-remote": ("--refs",),
        "push": (
            "--progress",
            "--porcelain",
            "--atomic",
            "--no-verify",
            "--no-follow-tags",
            "--recurse-submodules=no",
        ),
    }
)

_SETTINGS = (
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.alternateRefsCommand=",
    "core.commitGraph=false",
    "fetch.prune=false",
    "fetch.pruneTags=false",
    "fetch.bundleURI=",
    "gc.auto=0",
    "maintenance.auto=false",
    "push.negotiate=false",
    "push.useForceIfIncludes=false",
    "submodule.recurse=false",
    "transfer.bundleURI=false",
)

# Of what Git reads from the environment: where the user's configuration is, and how the user logs in.
_KEPT = ("GIT_ASKPASS", "GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSH_VARIANT", "GIT_SSL_", "GIT_CONFIG_")
_DROPPED = ("GIT_CONFIG_PARAMETERS", "GIT_CONFIG_ENV")

_ENVIRONMENT = {
    "LC_ALL": "C",
    "LANGUAGE": "C",
    "GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_PAGER": "cat",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """Git for one repository's objects and another repository; `patience` in seconds of silence."""

    place: Place
    surroundings: Mapping[str, str]
    is_at_terminal: bool
    patience: float

    @classmethod
    def of(cls, place: Place, surroundings: Mapping[str, str]) -> "Connection":
        """For the process that this is: whoever sits at its terminal may be asked, and takes time."""
        is_at_terminal = os.isatty(0) and os.isatty(2)
        patience = _AT_TERMINAL if is_at_terminal else _UNATTENDED
        return cls(place=place, surroundings=surroundings, is_at_terminal=is_at_terminal, patience=patience)

    def run(self, git_dir: str, name: str, *arguments: str, listener: Callable[[bytes], None]) -> Completed:
        """Run an allowed command to its end, in a Git directory. Raises Silent when it says nothing."""
        git = self.place.git
        words = [word for setting in _SETTINGS for word in ("-c", setting)]
        return heard(
            [git.executable, *words, name, *REMOTE_COMMANDS[name], *arguments],
            self.place.top,
            {**self.environment(), **self.paths(git_dir)},
            patience=self.patience,
            is_alone=not self.is_at_terminal,
            listener=listener,
        )

    def environment(self) -> dict[str, str]:
        """The user's own environment, but of what Git reads only what says where and who the user is."""
        git = self.place.git
        kept = {key: value for key, value in self.surroundings.items() if _is_kept(key)}
        prompt = {"GIT_TERMINAL_PROMPT": "1" if self.is_at_terminal else "0"}
        path = {"PATH": git.surroundings["PATH"]}
        return {**kept, **path, **_ENVIRONMENT, **prompt, **self._ssh(), **self._conditional()}

    def paths(self, git_dir: str) -> dict[str, str]:
        """The variables that name a Git directory and the repository's objects."""
        return {"GIT_DIR": git_dir, "GIT_OBJECT_DIRECTORY": os.path.join(self.place.common_dir, "objects")}

    def _conditional(self) -> dict[str, str]:
        """What the user's configuration says of this repository alone, which Git in another folder misses."""
        everywhere = set(self.place.git.settings_anywhere())
        found = [pair for pair in self.place.git.user_settings() if pair not in everywhere]
        if not found:
            return {}
        written = self.surroundings.get("GIT_CONFIG_COUNT", "")
        count = int(written) if written.isdecimal() else 0
        keys = {f"GIT_CONFIG_KEY_{count + n}": key for n, (key, _) in enumerate(found)}
        values = {f"GIT_CONFIG_VALUE_{count + n}": value for n, (_, value) in enumerate(found)}
        return {**keys, **values, "GIT_CONFIG_COUNT": str(count + len(found))}

    def _ssh(self) -> dict[str, str]:
        """Patience for ssh, unless the user has an ssh command of their own."""
        named = {"GIT_SSH", "GIT_SSH_COMMAND"} & set(self.surroundings)
        configured = {key for key, _ in self.place.git.user_settings()}
        # Settings may stand in the environment too (git-config: GIT_CONFIG_COUNT).
        configured |= {v.lower() for k, v in self.surroundings.items() if k.startswith("GIT_CONFIG_KEY_")}
        if named or "core.sshcommand" in configured:
            return {}
        batch = "" if self.is_at_terminal else " -o BatchMode=yes"
        return {"GIT_SSH_COMMAND": f"ssh -o ConnectTimeout={int(min(self.patience, 30))}{batch}"}


def _is_kept(key: str) -> bool:
    return not key.startswith("GIT_") or (key.startswith(_KEPT) and key not in _DROPPED)


@contextmanager
def quarters(place: Place, refs: Mapping[str, str] = _NONE) -> Iterator[str]:
    """A Git directory with these refs and with no settings but the repository's object format."""
    with tempfile.TemporaryDirectory(prefix="plmctl-") as folder:
        for name in ("objects", "refs"):
            os.mkdir(os.path.join(folder, name))
        rows = sorted(refs.items(), key=lambda row: encoded(row[0]))
        listing = "".join(f"{oid} {ref}\n" for ref, oid in rows)
        version = 0 if place.object_format == "sha1" else 1
        extension = f"[extensions]\n\tobjectFormat = {place.object_format}\n" if version else ""
        files = {
            "HEAD": b"ref: refs/heads/main\n",
            "config": f"[core]\n\trepositoryFormatVersion = {version}\n\tbare = true\n{extension}".encode(),
            "packed-refs": b"# pack-refs with: sorted \n" + encoded(listing),
        }
        for name, content in files.items():
            with open(os.path.join(folder, name), "wb") as file:
                file.write(content)
        if place.is_shallow:
            _copy(os.path.join(place.common_dir, "shallow"), os.path.join(folder, "shallow"))
        yield folder


def _copy(source: str, target: str) -> None:
    with open(source, "rb") as read, open(target, "wb") as written:
        written.write(read.read())
