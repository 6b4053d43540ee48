"""Signing tags as Git is configured to: `git tag -s`, with programs and keys of the user's own settings."""

import os
import shlex
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from plmctl.core.dataclass import dataclass
from plmctl.core.finding import PlmctlError
from plmctl.core.ports import DraftTag
from plmctl.core.signature import Signing
from plmctl.core.signed import OPENPGP, SSH
from plmctl.git.objects import object_id
from plmctl.git.process import encoded
from plmctl.git.signer import PROGRAMS, Programs

_HOW_TO = (
    "run 'git config --global user.signingKey KEY'; for an SSH key also 'git config --global gpg.format ssh'"
)
_TRIAL = b"a trial of the signing key, made by plmctl before a release\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who signs: the format, the key as it is configured, and who commits, as GPG looks for a key."""

    programs: Programs
    committer: str

    @property
    def format(self) -> str:
        """The kind of signature (git-config: gpg.format)."""
        return self.programs.settings.get("gpg.format", OPENPGP)

    def signed(self, draft: DraftTag, object_format: str) -> DraftTag:
        """The same tag with its signature. Raises PlmctlError where it cannot be made."""
        raw = draft.raw + self.signature(draft.raw)
        return DraftTag(name=draft.name, object_id=object_id(object_format, "tag", raw), raw=raw)

    def signed_commit(self, raw: bytes, object_format: str) -> bytes:
        """A commit object with its signature, which is its last header (`git commit-tree -S`)."""
        header = b"gpgsig" if object_format == "sha1" else b"gpgsig-sha256"
        headers, _, message = raw.partition(b"\n\n")
        lines = self.signature(raw).removesuffix(b"\n").replace(b"\n", b"\n ")
        return b"%b\n%b %b\n\n%b" % (headers, header, lines, message)

    def signature(self, content: bytes) -> bytes:
        """A signature of these bytes, as `git tag -s` makes it. Raises PlmctlError where none is made."""
        if self.format not in PROGRAMS:
            raise PlmctlError(f"gpg.format is {self.format}", hint="set it to openpgp, ssh or x509")
        key = self.key()
        with tempfile.TemporaryDirectory(prefix="plmctl-") as folder:
            made = self._ssh(content, key, folder) if self.format == SSH else self._gpg(content, key, folder)
        return made.replace(b"\r\n", b"\n")

    def key(self) -> str:
        """The key that signs. Raises PlmctlError when none is configured."""
        configured = self.programs.settings.get("user.signingkey")
        if configured:
            return configured
        command = shlex.split(self.programs.settings.get("gpg.ssh.defaultkeycommand", ""))
        if self.format == SSH and command:
            return self._default_key(command)
        if self.format == SSH or not self.committer:
            raise PlmctlError("no key to sign with is configured: user.signingKey is not set", hint=_HOW_TO)
        return self.committer

    def _default_key(self, command: Sequence[str]) -> str:
        done = self.programs.started(command, b"", os.sep)
        first = done.lines[0].strip() if done.lines else ""
        if done.code or literal(first) is None:
            raise PlmctlError(f"gpg.ssh.defaultKeyCommand gave no key: {_said(done.err)}", hint=_HOW_TO)
        return first

    def _ssh(self, content: bytes, key: str, folder: str) -> bytes:
        signed = Path(folder, "tag")
        signed.write_bytes(content)
        arguments = ["-Y", "sign", "-n", "git", "-f", self.programs.expanded(key)]
        if (public := literal(key)) is not None:
            # A key that stands here itself is a public one: its private part is with the agent.
            Path(folder, "key").write_bytes(encoded(f"{public}\n"))
            arguments = [*arguments[:-1], str(Path(folder, "key")), "-U"]
        done = self.programs.run(SSH, [*arguments, str(signed)], b"", folder)
        made = Path(folder, "tag.sig")
        if done.code or not made.exists():
            raise PlmctlError(f"cannot sign with the SSH key {key}: {_said(done.err)}", hint=_HOW_TO)
        return made.read_bytes()

    def _gpg(self, content: bytes, key: str, folder: str) -> bytes:
        done = self.programs.run(self.format, ["--status-fd=2", "-bsau", key], content, folder)
        if done.code or "\n[GNUPG:] SIG_CREATED " not in f"\n{done.err}":
            raise PlmctlError(f"cannot sign with the key {key}: {_said(done.err)}", hint=_HOW_TO)
        return done.out


def literal(key: str) -> str | None:
    """The public key that a setting holds itself (git-config: user.signingKey), None for a path."""
    if key.startswith("key::"):
        return key.removeprefix("key::")
    return key if key.startswith("ssh-") else None


def tried(signer: Signer, repository: Mapping[str, str]) -> Signing:
    """How tags are signed here, after a trial; `repository` holds settings that are not followed."""
    try:
        key = signer.key()
        signer.signature(_TRIAL)
    except PlmctlError as error:
        ignored = [name for name in ("user.signingkey", "gpg.format", "gpg.program") if name in repository]
        note = (
            f" (not followed: {', '.join(ignored)} of the repository's own configuration)" if ignored else ""
        )
        return Signing(format=signer.format, key="", problem=f"{error.message}{note}", hint=error.hint)
    return Signing(format=signer.format, key=key)


def _said(err: str) -> str:
    lines = [line for line in err.splitlines() if line.strip() and not line.startswith("[GNUPG:]")]
    # The last line is what failed; before it GnuPG tells what it made and read.
    return lines[-1].strip() if lines else "no message"
