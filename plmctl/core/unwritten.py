"""The plm.lock of a release that committed none: what the tags and its commit say it was."""

from collections.abc import Iterator

from plmctl.core.lock import serialised
from plmctl.core.locking import Now, registry_lock
from plmctl.core.numbering import Numbering
from plmctl.core.plan import Standing
from plmctl.core.tag import History, RegistryTag


def unwritten_locks(
    release: RegistryTag, now: Now, past: History, ancestors: frozenset[str]
) -> Iterator[bytes]:
    """What the lock may have been; the one whose hash the release's tag names is it.

    `now` is the registry at its commit, and `ancestors` are those of the commit. Releases may have been made
    on an earlier commit later on: then only those that it follows were there.
    """
    settings = now.registry.settings
    later = past.followers(release) - {release.object_id}
    every = frozenset(other.object_id for other in past.releases)
    for made in (every - later, past.chain(release)):
        known = past.of(made)
        pre = release.version.pre[0] if release.version.pre else None
        numbering = Numbering(past=known, ancestors=ancestors, settings=settings, pre=pre)
        standing = Standing(now=now, numbering=numbering)
        yield serialised(registry_lock(now, standing.versions, release.name, standing.sums))
