"""Where the signature of a tag object begins."""

import re

from plmctl.core.deferred import deferred

OPENPGP, SSH, X509 = "openpgp", "ssh", "x509"

# As Git knows them (gpg-interface.c).
FORMATS = (
    (b"-----BEGIN PGP SIGNATURE-----", OPENPGP),
    (b"-----BEGIN PGP MESSAGE-----", OPENPGP),
    (b"-----BEGIN SIGNED MESSAGE-----", X509),
    (b"-----BEGIN SSH SIGNATURE-----", SSH),
)
_BEGIN = deferred(rb"^(?:%b)" % b"|".join(begin for begin, _ in FORMATS), re.MULTILINE)


def split_signed(raw: bytes) -> tuple[bytes, bytes]:
    """What is signed, and the signature: from the last line that begins one; empty when nothing is signed."""
    # Of thousands of tags few are signed: this is seen at once.
    found = _BEGIN.finditer(raw) if b"-----BEGIN " in raw else ()
    at = max((begin.start() for begin in found), default=len(raw))
    return raw[:at], raw[at:]


def message_of(raw: bytes) -> str:
    """The message of a tag object, without its signature."""
    return split_signed(raw)[0].partition(b"\n\n")[2].decode("utf-8", "replace")


def signed_with(raw: bytes) -> str | None:
    """The format of a tag object's signature; None when nothing is signed."""
    signature = split_signed(raw)[1]
    return next((form for begin, form in FORMATS if signature.startswith(begin)), None)
