"""Where the signature of a tag object begins."""

import re

from plmctl.git.signer import OPENPGP, SSH, X509

# As Git knows them (gpg-interface.c).
FORMATS = (
    (b"-----BEGIN PGP SIGNATURE-----", OPENPGP),
    (b"-----BEGIN PGP MESSAGE-----", OPENPGP),
    (b"-----BEGIN SIGNED MESSAGE-----", X509),
    (b"-----BEGIN SSH SIGNATURE-----", SSH),
)


_BEGIN = re.compile(rb"^(?:%b)" % b"|".join(begin for begin, _ in FORMATS), re.MULTILINE)


def split_signed(raw: bytes) -> tuple[bytes, bytes]:
    """What is signed, and the signature: from the last line that begins one; empty when nothing is signed."""
    at = max((found.start() for found in _BEGIN.finditer(raw)), default=len(raw))
    return raw[:at], raw[at:]
