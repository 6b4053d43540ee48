"""The door of the runtime: light, so that a service which starts waits for nothing that it does not use."""

import os
import re
from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from plmctl.runtime.registry import Registry

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_WRITTEN = "write it as plmctl bundle tells it: sha256: and 64 hexadecimal digits"
_SIGNERS = "name who may sign, too: load(..., signers=FILE, revoked=FILE)"
_BUNDLE = "make one: plmctl bundle --lock FILE -o FILE"

Path = str | os.PathLike[str]


def load(
    lock: Path | None = None,
    *,
    source: Path = ".",
    fallback: Path | None = None,
    digest: str | Collection[str] | None = None,
    signers: Path | None = None,
    revoked: Path | None = None,
    registry: str | None = None,
    not_older_than: str | None = None,
) -> "Registry":
    """The artifacts that a lock pins, from a repository (a folder in it, or a bare one) or from a bundle.

    Without `lock`, a bundle's own. Where `digest` is given, the lock's bytes must have that sha256, or one of
    several; where `signers`, a file of allowed signers as SSH has it, one of them must have signed its
    release, and not with a key that is `revoked` (a file of keys, or a key revocation list); where
    `registry`, it must be a lock of the registry of that name, and where `not_older_than`, of that registry
    tag (`v1.2.0`) or a later one. What cannot be loaded is replaced with the bundle `fallback`,
    and `stale` says so; all of this is asked of that, too. Raises PlmctlError.
    """
    from dataclasses import replace

    from plmctl.core.finding import PlmctlError, UsageError
    from plmctl.runtime.reading import Reading
    from plmctl.runtime.registry import LOG, Registry

    digests = (digest,) if isinstance(digest, str) else digest if digest is None else tuple(digest)
    if digests == ():
        raise UsageError("no digest is named, so that no lock would do", hint=_WRITTEN)
    for named in digests or ():
        if not _DIGEST.fullmatch(named):
            raise UsageError(f"{named!r} is no digest of a lock", hint=_WRITTEN)
    if revoked is not None and signers is None:
        raise UsageError("keys are revoked, and no signers are asked for", hint=_SIGNERS)
    if fallback is not None and os.path.isdir(fallback):
        raise UsageError(f"the fallback is a bundle, and {os.fspath(fallback)} is a folder", hint=_BUNDLE)
    reading = Reading(
        lock=lock,
        source=source,
        digests=digests,
        signers=signers,
        revoked=revoked,
        registry=registry,
        oldest=not_older_than,
    )
    try:
        return Registry(reading, reading.snapshot())
    except PlmctlError as error:
        if fallback is None:
            raise
        last = replace(reading, lock=None, source=fallback).instead_of(error)
        LOG.warning("the fallback %s is loaded: %s", fallback, error)
        return Registry(reading, last, error.message)
