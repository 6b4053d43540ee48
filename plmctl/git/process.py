"""The one place that starts Git: which commands may run, and in which environment (hostile.md G01)."""

import os
import re
import select
import shutil
import signal
import subprocess
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from types import MappingProxyType

from plmctl.core.dataclass import dataclass
from plmctl.core.finding import DamagedError, PlmctlError
from plmctl.git.pipe import Pipe
from plmctl.git.unwritable import advice_in

OLDEST = (2, 38)
# Seconds between two looks at a program that says nothing.
_PAUSE = 0.5

_NOTHING: Mapping[str, str] = MappingProxyType({})

# The commands that run nothing from a repository's configuration, and the options without which they might.
COMMANDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "cat-file": frozenset({"--batch"}),
        "commit-tree": frozenset(),
        "config": frozenset(),
        "diff-index": frozenset({"--cached", "--raw"}),
        "diff-tree": frozenset({"--raw", "-z"}),
        "for-each-ref": frozenset(),
        "hash-object": frozenset({"--no-filters"}),
        "ls-files": frozenset({"-z"}),
        "ls-tree": frozenset({"-z"}),
        "merge-base": frozenset(),
        "merge-file": frozenset({"-p"}),
        "rev-list": frozenset(),
        "rev-parse": frozenset(),
        "symbolic-ref": frozenset(),
        "update-index": frozenset({"--index-info"}),
        "update-ref": frozenset(),
        "var": frozenset(),
        "write-tree": frozenset(),
    }
)

_SETTINGS = (
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.attributesFile=/dev/null",
    "core.excludesFile=/dev/null",
    "core.alternateRefsCommand=",
    "core.askPass=",
    "core.sshCommand=false",
    "core.pager=cat",
    # The files below .git that only make Git faster could lie about history and untracked files.
    "core.commitGraph=false",
    "core.untrackedCache=false",
    # A negative value would wait for ever on a lock.
    "core.filesRefLockTimeout=200",
    "core.packedRefsTimeout=1000",
    "commit.gpgSign=false",
    "credential.helper=",
    "diff.external=",
    "gc.auto=0",
    "i18n.commitEncoding=UTF-8",
    "log.showSignature=false",
    "maintenance.auto=false",
    "protocol.allow=never",
    "safe.bareRepository=explicit",
)

_ENVIRONMENT = {
    # A configuration that says "~/x" would stop Git if there were no HOME at all.
    "HOME": "/dev/null",
    "LC_ALL": "C",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_ASKPASS": "",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_SYSTEM": "/dev/null",
    "GIT_GRAFT_FILE": "/dev/null",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_PAGER": "cat",
    "GIT_TERMINAL_PROMPT": "0",
    "SSH_ASKPASS": "",
}

# Where the system's and the user's own configuration lies; no repository can set these.
_USER_FILES = (
    "PATH",
    "HOME",
    "XDG_CONFIG_HOME",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CONFIG_SYSTEM",
)


def locked(path: str) -> PlmctlError:
    """The error for a lock file that is in the way."""
    hint = "wait for it to end; if none runs any more, delete that file"
    return PlmctlError(f"locked by another git process: {path}", hint=hint)


SILENT = "no message"


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """What a Git command left: its exit code and what it wrote."""

    code: int
    out: bytes
    err: str

    @property
    def lines(self) -> list[str]:
        """The lines of its output."""
        return decoded(self.out).split("\n")[:-1]

    @property
    def ending(self) -> str:
        """How it ended, for one that said nothing of it."""
        number = -self.code
        if number <= 0:
            return SILENT
        known = {int(name): name.name for name in signal.Signals}
        return f"git was ended by {known.get(number, f'signal {number}')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Git:
    """Git in one folder, hardened: it runs nothing that the repository names, and opens no connection.

    `mend` is what to do where that folder is only a copy of what was fetched, and is damaged.
    """

    folder: str
    executable: str
    surroundings: Mapping[str, str]
    settings: tuple[str, ...] = ()
    timeout: float = 120
    mend: str | None = None

    @classmethod
    def installed(cls, folder: str, surroundings: Mapping[str, str]) -> "Git":
        """The Git that the PATH of an environment has, for a folder."""
        # An empty or relative entry would look for git in the folder of a stranger.
        entries = [e for e in surroundings.get("PATH", os.defpath).split(os.pathsep) if os.path.isabs(e)]
        path = os.pathsep.join(entries)
        executable = shutil.which("git", path=path)
        if executable is None:
            raise PlmctlError("git is not installed", hint="install Git 2.38 or newer")
        return cls(folder=folder, executable=executable, surroundings={**surroundings, "PATH": path})

    def having(self, *settings: str) -> "Git":
        """The same with more settings, each `key=value`; they win over the repository's."""
        return replace(self, settings=(*self.settings, *settings))

    def at(self, folder: str) -> "Git":
        """The same in another folder."""
        return replace(self, folder=folder)

    @property
    def durable(self) -> "Git":
        """The same for writing: what was written survives a power cut."""
        return self.having("core.fsync=all")

    def environment(self, extra: Mapping[str, str]) -> dict[str, str]:
        """The environment, from nothing: of the user's own only PATH and TMPDIR are kept."""
        kept = {k: self.surroundings[k] for k in ("PATH", "TMPDIR") if k in self.surroundings}
        return {**kept, **_ENVIRONMENT, **extra}

    def command(self, name: str, arguments: Collection[str]) -> list[str]:
        """The argument list of an allowed command. Raises ValueError for any other, which is a bug."""
        if name not in COMMANDS or not COMMANDS[name] <= set(arguments):
            raise ValueError(f"not an allowed command: git {name}")
        settings = [word for setting in (*_SETTINGS, *self.settings) for word in ("-c", setting)]
        return [self.executable, *settings, name, *arguments]

    def run(
        self,
        name: str,
        *arguments: str,
        stdin: bytes = b"",
        extra: Mapping[str, str] = _NOTHING,
        accept: Collection[int] = (0,),
    ) -> Completed:
        """Run a command to its end. Raises PlmctlError when its exit code is not one to accept."""
        done = self._finished(self.command(name, arguments), stdin, self.environment(extra))
        if done.code not in accept:
            raise self.failure(name, done.err, done.ending)
        return done

    def start(self, name: str, *arguments: str, is_heard: bool, extra: Mapping[str, str] = _NOTHING) -> Pipe:
        """Start a command to talk with; unless it is heard, what it writes to stderr is lost."""
        process = subprocess.Popen(
            self.command(name, arguments),
            cwd=self.folder,
            env=self.environment(extra),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if is_heard else subprocess.DEVNULL,
        )
        return Pipe(process, timeout=self.timeout)

    def user_settings(self) -> tuple[tuple[str, str], ...]:
        """Keys and values of the system's and the user's own configuration, which are trusted.

        With what the user includes for this repository (git-config: includeIf).
        """
        done = self._listed({})
        if done.code:
            return self.settings_anywhere()
        fields = done.out.split(b"\0")
        scopes = (b"system", b"global")
        kept = (entry for scope, entry in zip(fields[::2], fields[1::2], strict=False) if scope in scopes)
        return settings(b"\0".join(kept))

    def settings_anywhere(self) -> tuple[tuple[str, str], ...]:
        """The same as it is outside of every repository."""
        # /dev/null is no repository, so that no repository's configuration is read along.
        done = self._listed({"GIT_DIR": os.devnull})
        if done.code:
            raise self.failure("config", done.err, done.ending)
        return settings(b"\0".join(done.out.split(b"\0")[1::2]))

    def _listed(self, extra: Mapping[str, str]) -> Completed:
        kept = {name: self.surroundings[name] for name in _USER_FILES if name in self.surroundings}
        words = ("config", "--list", "-z", "--show-scope")
        return self._finished([self.executable, *words], b"", {"LC_ALL": "C", **kept, **extra})

    def make_repository(self, branch: str) -> None:
        """Make a repository in the folder, on a branch without a commit."""
        # An empty template: no hook of this machine is copied into it.
        words = ("init", "--quiet", "--template=", f"--initial-branch={branch}")
        done = self._finished([self.executable, *words], b"", self.environment({}))
        if done.code:
            raise self.failure("init", done.err, done.ending)

    def version(self) -> tuple[int, ...]:
        """The version of Git as numbers, empty when it does not tell."""
        done = self._finished([self.executable, "--version"], b"", self.environment({}))
        found = re.search(r"(\d+)\.(\d+)", decoded(done.out))
        return tuple(int(n) for n in found.groups()) if found else ()

    def failure(self, name: str, err: str, ending: str = SILENT) -> PlmctlError:
        """The error that explains what Git said when a command failed; `ending` where it said nothing."""
        if found := re.search(r"git config --global --add safe\.directory .+", err):
            return PlmctlError(
                f"the repository belongs to another user: {self.folder}",
                hint=f"if you trust it, run '{found[0].strip()}'",
            )
        if found := re.search(r"Unable to create '(.+\.lock)': File exists", err):
            return locked(found[1])
        lines = [line for line in err.splitlines() if line.strip()]
        # Git may have said a hint or a warning before what stopped it.
        stops = [line for line in lines if line.startswith(("fatal: ", "error: "))]
        said = re.sub(r"^(fatal|error): ", "", next(iter((*stops, *lines)), ending))
        remedy = advice_in(said)
        if self.mend is not None and remedy is None:
            return DamagedError(f"what was fetched cannot be read: {said}", hint=self.mend)
        if "promisor remote" in err or "lazy fetching disabled" in err:
            hint = "run 'git fetch --refetch --no-filter'"
            return PlmctlError("objects are missing in this partial clone", hint=hint)
        too_old = "install Git 2.38 or newer" if self.version() < OLDEST else None
        return PlmctlError(f"git {name} failed: {said}", hint=remedy or too_old)

    def _finished(self, command: list[str], stdin: bytes, environment: Mapping[str, str]) -> Completed:
        try:
            return finished(command, self.folder, environment, stdin=stdin, timeout=self.timeout)
        except subprocess.TimeoutExpired:
            raise PlmctlError(
                f"git did not answer within {self.timeout:g} seconds in {self.folder}",
                hint="look for special files (FIFOs) below '.git' and named '.gitignore'",
            ) from None


class Silent(Exception):
    """A program that said nothing for too long, and was ended."""


def finished(
    command: Sequence[str], folder: str, environment: Mapping[str, str], *, stdin: bytes, timeout: float
) -> Completed:
    """Run a program to its end. Raises TimeoutExpired."""
    done = subprocess.run(
        command, cwd=folder, env=environment, input=stdin, capture_output=True, timeout=timeout, check=False
    )
    return Completed(code=done.returncode, out=done.stdout, err=decoded(done.stderr))


def heard(
    command: Sequence[str],
    folder: str,
    environment: Mapping[str, str],
    *,
    patience: float,
    is_alone: bool,
    listener: Callable[[bytes], None],
) -> Completed:
    """Run a program that talks with another machine, and hear what it says on stderr meanwhile, or nothing.

    Raises Silent once it has said nothing for `patience` seconds. All that it started ends with it, where it
    `is_alone`: a group of its own, which can ask nothing at the terminal.
    """
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        process_group=0 if is_alone else None,
    )
    try:
        out, err = _both(process, patience, listener)
    finally:
        _end(process, is_alone)
    return Completed(code=process.returncode, out=out, err=decoded(err))


def _both(
    process: subprocess.Popen[bytes], patience: float, listener: Callable[[bytes], None]
) -> tuple[bytes, bytes]:
    """What a process writes to stdout and to stderr, until it ends."""
    assert process.stdout is not None
    assert process.stderr is not None
    said = {process.stdout.fileno(): bytearray(), process.stderr.fileno(): bytearray()}
    out, err = said.values()
    waited = 0.0
    while said:
        # What a program leaves running in the background may hold its output open for ever.
        pause = min(patience, _PAUSE)
        # Asked before looking: its last words may come between a look and its end.
        has_ended = process.poll() is not None
        ready = select.select(list(said), [], [], pause)[0]
        waited = 0.0 if ready else waited + pause
        if not ready and has_ended:
            break
        if waited >= patience:
            raise Silent
        if not ready:
            listener(b"")
        for stream in ready:
            data = os.read(stream, 1 << 16)
            said[stream] += data
            if not data:
                del said[stream]
            elif stream == process.stderr.fileno():
                listener(data)
    process.wait(patience)
    return bytes(out), bytes(err)


def _end(process: subprocess.Popen[bytes], is_alone: bool) -> None:
    if process.poll() is None:
        # First kindly: Git takes its lock files away. Then whoever is left.
        for order in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError, subprocess.TimeoutExpired):
                if is_alone:
                    os.killpg(process.pid, order)
                else:
                    process.send_signal(order)
                process.wait(_PAUSE)
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            stream.close()


def decoded(data: bytes) -> str:
    """Text of Git's output; bytes that are not UTF-8 become surrogates, as in the paths of a Tree."""
    return data.decode("utf-8", "surrogateescape")


def encoded(text: str) -> bytes:
    """The bytes that `decoded` made a text of."""
    return text.encode("utf-8", "surrogateescape")


def settings(listing: bytes) -> tuple[tuple[str, str], ...]:
    """Keys and values of a `config --list -z`; a key without a value is true."""
    pairs = (decoded(entry).partition("\n") for entry in listing.split(b"\0") if entry)
    return tuple((key, value if newline else "true") for key, newline, value in pairs)
