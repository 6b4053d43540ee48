"""The door of the runtime: light, so that a service which starts waits for nothing that it does not use."""

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from plmctl.runtime.registry import Registry

Path = str | os.PathLike[str]


def load(
    lock: Path | None = None,
    *,
    source: Path = ".",
    fallback: Path | None = None,
    digest: str | None = None,
    signers: Path | None = None,
) -> "Registry":
    """The artifacts that a lock pins, from a repository (a folder in it, or a bare one) or from a bundle.

    Without `lock`, a bundle's own. Where `digest` is given, the lock's bytes must have that sha256; where
    `signers`, a file of allowed signers as SSH has it, one of them must have signed its release. What cannot
    be loaded is replaced with the bundle `fallback`, and `stale` says so; signers are asked of that, too.
    Raises PlmctlError.
    """
    from plmctl.core.finding import PlmctlError
    from plmctl.runtime.reading import Reading
    from plmctl.runtime.registry import LOG, Registry

    reading = Reading(lock=lock, source=source, digest=digest, signers=signers)
    try:
        return Registry(reading, reading.snapshot())
    except PlmctlError as error:
        if fallback is None:
            raise
        last = Reading(lock=None, source=fallback, signers=signers).snapshot()
        LOG.warning("the fallback %s is loaded: %s", fallback, error.message)
        return Registry(reading, last, error.message)
