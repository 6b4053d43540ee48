"""Real keys: of SSH and of OpenPGP, and the configuration of whoever signs with them."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.programs import require

ADA = "ada@example.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class SshKey:
    """A key without a passphrase: where its private part lies, and its public line."""

    path: Path
    public: str

    def allowed(self, who: str = ADA, options: str = "") -> bytes:
        """Its line in an allowed signers file."""
        return f"{who} {options}{' ' if options else ''}{self.public}\n".encode()


def ssh_key(folder: Path, name: str = "key") -> SshKey:
    """A new key in a folder."""
    keygen = require("ssh-keygen", "openssh-client")
    path = folder / name
    subprocess.run([keygen, "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(path)], check=True)
    words = path.with_suffix(".pub").read_text(encoding="utf-8").split()
    return SshKey(path=path, public=" ".join(words[:2]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyring:
    """A folder of GnuPG with keys in it."""

    gpg: str
    home: Path

    def run(self, *words: str, stdin: str = "") -> str:
        """What gpg says to a command that succeeds."""
        batch = [self.gpg, "--homedir", str(self.home), "--batch", "--yes", "--pinentry-mode", "loopback"]
        done = subprocess.run([*batch, *words], input=stdin, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def key(self, who: str, expires: str = "never", *words: str) -> str:
        """The fingerprint of a new key."""
        self.run(*words, "--passphrase", "", "--quick-generate-key", who, "ed25519", "sign", expires)
        rows = self.run("--with-colons", "--list-secret-keys", who).splitlines()
        return next(row for row in rows if row.startswith("fpr:")).split(":")[9]


@contextmanager
def keyring() -> Iterator[Keyring]:
    """An empty one; its path is short, because an agent listens at a socket in it."""
    gpg = require("gpg", "gnupg")
    home = Path(tempfile.mkdtemp(prefix="gpg-", dir="/tmp"))
    try:
        yield Keyring(gpg=gpg, home=home)
    finally:
        connect = shutil.which("gpgconf")
        if connect is not None:
            subprocess.run([connect, "--homedir", str(home), "--kill", "all"], check=False)
        shutil.rmtree(home, ignore_errors=True)


def configure(home: Path, settings: Mapping[str, str]) -> None:
    """The user's own configuration, in a home folder."""
    lines = []
    for key, value in settings.items():
        section, _, name = key.rpartition(".")
        head, _, sub = section.partition(".")
        lines.append(f'[{head} "{sub}"]' if sub else f"[{head}]")
        lines.append(f'\t{name} = "{value}"')
    Path(home, ".gitconfig").write_text("\n".join([*lines, ""]), encoding="utf-8")
