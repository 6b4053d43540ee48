"""What the signature of a tag is worth: by exit codes and status lines, never by a program's words."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.finding import PlmctlError
from plmctl.core.signature import Signature, Signers, Trust
from plmctl.core.signed import FORMATS, SSH, split_signed
from plmctl.core.sshkey import certified
from plmctl.core.sshsig import NAMESPACE, Seal, seal
from plmctl.git.gpg import gpg_signature
from plmctl.git.process import Completed, decoded
from plmctl.git.signer import Programs

_HEADER = deferred(rb"object [0-9a-f]+\ntype [a-z]+\ntag ([^\n]+)\n(?:tagger [^\n]* ([0-9]{1,10}) )?")


def checked_signature(raw: bytes, name: str, signers: Signers, programs: Programs) -> Signature:
    """What the signature of a tag object is worth that stands under this ref's short name."""
    header = _HEADER.match(raw)
    if header is None:
        return Signature(trust=Trust.BAD, reason="the tag object is malformed")
    # A signed tag can be put under another ref: Git says that it is good.
    if decoded(header[1]) != name:
        return Signature(trust=Trust.BAD, reason=f"the tag object is that of {decoded(header[1])}")
    payload, signature = split_signed(raw)
    if not signature:
        return Signature(trust=Trust.UNSIGNED, reason="it is not signed")
    form = next(form for begin, form in FORMATS if signature.startswith(begin))
    try:
        if form != SSH:
            return gpg_signature(form, payload, signature, signers.fingerprints, programs)
        return _ssh_signature(payload, signature, int(header[2] or 0), signers, programs)
    except PlmctlError as error:
        return Signature(trust=Trust.UNCHECKED, reason=error.message)


def _ssh_signature(
    payload: bytes, signature: bytes, made: int, signers: Signers, programs: Programs
) -> Signature:
    found = seal(signature)
    if found is None:
        return Signature(trust=Trust.BAD, reason="the SSH signature is malformed")
    if not signers.ssh:
        reason = "nobody named the signers that are allowed"
        return Signature(trust=Trust.UNCHECKED, reason=reason, key=found.fingerprint)
    with _checking(payload, signature, made, signers, programs) as check:
        if not check.is_intact(found.namespace):
            reason = "the signature does not belong to this tag object"
            return Signature(trust=Trust.BAD, reason=reason, key=found.fingerprint)
        if found.namespace != NAMESPACE:
            reason = f"it was made for '{found.namespace}', not for '{NAMESPACE}'"
            return Signature(trust=Trust.UNTRUSTED, reason=reason, key=found.fingerprint)
        return check.judged(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Check:
    """Questions to ssh-keygen about one signature, answered by its exit code."""

    payload: bytes
    folder: str
    time: str
    signers: Signers
    programs: Programs

    def is_intact(self, namespace: str) -> bool:
        """Whether it is a signature of this content, whoever made it."""
        return self._asks("check-novalidate", "-n", namespace)

    def judged(self, found: Seal) -> Signature:
        """Whether one of the allowed signers made it."""
        asked = self._ask("find-principals", "-f", "allowed", self.time)
        # A line may name several, as `a@example.com,b@example.com`.
        principals = [name for line in asked.lines for name in line.split(",")] if asked.code == 0 else []
        # It finds none by a pattern such as `*@example.com`, which is how an authority is allowed.
        principals += [name for name in certified(found.blob) if name not in principals]
        for principal in principals:
            if self._is_of(principal, *self._revoked):
                return Signature(trust=Trust.TRUSTED, signer=principal, key=found.fingerprint)
        reason = self._reason(found, principals)
        return Signature(trust=Trust.UNTRUSTED, reason=reason, key=found.fingerprint)

    def _reason(self, found: Seal, principals: list[str]) -> str:
        if any(self._is_of(principal) for principal in principals):
            return f"its key {found.fingerprint} is revoked"
        if found.key.encode() in self.signers.ssh:
            return f"its key {found.fingerprint} was not allowed for '{NAMESPACE}' when the tag was made"
        return f"its key {found.fingerprint} is not among the allowed signers"

    def _is_of(self, principal: str, *more: str) -> bool:
        words = ("-f", "allowed", "-I", principal, "-n", NAMESPACE, self.time, *more)
        return self._asks("verify", *words)

    @property
    def _revoked(self) -> tuple[str, ...]:
        return ("-r", "revoked") if self.signers.revoked else ()

    def _asks(self, question: str, *words: str) -> bool:
        return self._ask(question, *words).code == 0

    def _ask(self, question: str, *words: str) -> Completed:
        return self.programs.run(SSH, ["-Y", question, *words, "-s", "sig"], self.payload, self.folder)


@contextmanager
def _checking(
    payload: bytes, signature: bytes, made: int, signers: Signers, programs: Programs
) -> Iterator[_Check]:
    with tempfile.TemporaryDirectory(prefix="plmctl-") as folder:
        files = {"sig": signature, "allowed": signers.ssh, "revoked": signers.revoked}
        for name, content in files.items():
            Path(folder, name).write_bytes(content)
        # As Git does: a key is judged at the time of the tag, in the zone that ssh-keygen runs in.
        time = f"-Overify-time={datetime.fromtimestamp(made, UTC):%Y%m%d%H%M%S}"
        yield _Check(payload=payload, folder=folder, time=time, signers=signers, programs=programs)
