"""Whom the user's own configuration lets sign, and whom no more; never the repository's."""

import os
from collections.abc import Mapping

from plmctl.core.finding import PlmctlError
from plmctl.core.signature import Signers
from plmctl.core.signers import signers_of

_ALLOWED, _REVOKED = "gpg.ssh.allowedSignersFile", "gpg.ssh.revocationFile"


def own_signers(settings: Mapping[str, str], home: str) -> Signers:
    """What the files say that trusted settings name. Raises PlmctlError for one that cannot be read."""
    allowed = signers_of(_content(settings, home, _ALLOWED))
    return Signers(
        ssh=allowed.ssh, revoked=_content(settings, home, _REVOKED), fingerprints=allowed.fingerprints
    )


def _content(settings: Mapping[str, str], home: str, key: str) -> bytes:
    path = settings.get(key.lower(), "")
    if path.startswith("~/"):
        path = os.path.join(home, path[2:])
    # Git would look for a relative one in the working directory, which may be a stranger's.
    if not os.path.isabs(path):
        return b""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise PlmctlError(f"{key} cannot be read: {path}: {error.strerror}") from error
