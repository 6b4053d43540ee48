"""Whose signatures count: the lines of an allowed signers file."""

import re
from dataclasses import replace

from plmctl.core.signature import Signers

FILE = ".plmctl/allowed_signers"
"""Where a registry keeps its own, relative to plmctl.yaml."""
REVOKED_FILE = ".plmctl/revoked_signers"
"""Where a registry keeps the keys that count no more."""

# As ssh-keygen has them (`principals [options] keytype key`), with one more type, whose key is a fingerprint.
_OPENPGP = re.compile(rb"\s*\S+\s+openpgp\s+([0-9A-Fa-f]{40}|[0-9A-Fa-f]{64})\s*")

_NOBODY = b"# nobody"


def signers_of(data: bytes) -> Signers:
    """The signers that a file allows: lines of SSH, and lines `NAME openpgp FINGERPRINT`."""
    lines = data.splitlines(keepends=True)
    found = [_OPENPGP.fullmatch(line) for line in lines]
    return Signers(
        ssh=b"".join(line for line, match in zip(lines, found, strict=True) if match is None),
        fingerprints=tuple(match[1].decode().upper() for match in found if match is not None),
    )


def exclusive(signers: Signers) -> Signers:
    """The same, and nobody else: where it names no key of a sort, none of that sort counts.

    Otherwise the keyring of the user would say of an OpenPGP key what it is worth.
    """
    return replace(
        signers, ssh=signers.ssh or _NOBODY, fingerprints=signers.fingerprints or (_NOBODY.decode(),)
    )
