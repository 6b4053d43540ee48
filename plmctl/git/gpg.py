"""What an OpenPGP or X.509 signature is worth: by the status lines of GnuPG (its doc/DETAILS)."""

import re
import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path

from plmctl.core.signature import Signature, Trust
from plmctl.core.signed import OPENPGP
from plmctl.git.signer import Programs

_LEVELS = ("NEVER", "UNDEFINED", "MARGINAL", "FULLY", "ULTIMATE")
_OFFLINE = ("--disable-dirmngr", "--no-auto-key-retrieve")
_VERDICTS = {
    "EXPSIG": (Trust.UNTRUSTED, "the signature has expired"),
    "EXPKEYSIG": (Trust.UNTRUSTED, "its key has expired"),
    "REVKEYSIG": (Trust.UNTRUSTED, "its key is revoked"),
    "BADSIG": (Trust.BAD, "the signature does not belong to this tag object"),
    "ERRSIG": (Trust.UNTRUSTED, "its key is in no keyring here"),
}


def gpg_signature(
    form: str, payload: bytes, signature: bytes, fingerprints: Collection[str], programs: Programs
) -> Signature:
    """What it is worth to who named fingerprints; if none are named, by the trust of the user's keyring."""
    with tempfile.TemporaryDirectory(prefix="plmctl-") as folder:
        Path(folder, "sig").write_bytes(signature)
        offline = _OFFLINE if form == OPENPGP else _OFFLINE[:1]
        done = programs.run(form, ("--status-fd=1", *offline, "--verify", "sig", "-"), payload, folder)
    status = [line.split(" ") for line in _status(done.lines)]
    said = [words for words in status if words[0] == "GOODSIG" or words[0] in _VERDICTS]
    if len(said) != 1:
        return Signature(trust=Trust.BAD, reason="it is not one signature")
    kind, key, *signer = said[0]
    valid = next((words for words in status if words[0] == "VALIDSIG"), [])
    key, name = valid[1] if len(valid) > 1 else key, " ".join(signer) if kind != "ERRSIG" else ""
    if kind in _VERDICTS:
        trust, reason = _VERDICTS[kind]
        return Signature(trust=trust, reason=f"{reason}: {key}", signer=name, key=key)
    if done.code or not valid:
        return Signature(trust=Trust.BAD, reason="it is not valid", signer=name, key=key)
    reason = _distrust(valid, [words[0] for words in status], fingerprints, programs)
    trust = Trust.UNTRUSTED if reason else Trust.TRUSTED
    return Signature(trust=trust, reason=reason, signer=name, key=key)


def _status(lines: list[str]) -> Iterator[str]:
    return (line.removeprefix("[GNUPG:] ") for line in lines if line.startswith("[GNUPG:] "))


def _distrust(valid: list[str], words: list[str], fingerprints: Collection[str], programs: Programs) -> str:
    """Why a valid signature is not trusted; empty when it is."""
    if fingerprints:
        # Of a subkey's signature the last field is the fingerprint of its primary key.
        allowed = {re.sub(r"\s", "", fingerprint).upper() for fingerprint in fingerprints}
        return "" if allowed & {valid[1], valid[-1]} else f"its key {valid[1]} is not among the allowed ones"
    least = programs.settings.get("gpg.mintrustlevel", "marginal").upper()
    level = next((word.removeprefix("TRUST_") for word in words if word.startswith("TRUST_")), "UNDEFINED")
    if least not in _LEVELS:
        return f"gpg.minTrustLevel is {least.lower()}, which is no level"
    if level not in _LEVELS or _LEVELS.index(level) < _LEVELS.index(least):
        return f"its key {valid[1]} is trusted {level.lower()} in your keyring, not {least.lower()}"
    return ""
