"""The sha256 of data by the md5 of its pointer: recorded in the tags of artifacts, copied by locks."""

from collections.abc import Callable, Mapping

from plmctl.core.deferred import deferred
from plmctl.core.lock import LockedArtifact
from plmctl.core.manifest import Manifest
from plmctl.core.pointer import Pointer
from plmctl.core.tag import ArtifactTag
from plmctl.core.trailer import trailers

Sums = Mapping[str, str]
"""The hex digits of a sha256, by the md5 of a pointer."""
Summing = Callable[[Pointer], str | None]
"""The sha256, in hex, of a pointer's data whose bytes are at hand and have its md5; else None."""

TRAILER = "Data"
_SUM = deferred(r"([0-9a-f]{32}(?:\.dir)?)=sha256:([0-9a-f]{64})")


def unsummed(pointer: Pointer) -> None:
    """The sha256 of data that nobody looks at."""


def trailer(sums: Sums) -> str:
    """What the trailer of an artifact's tag says of its data."""
    return " ".join(f"{md5}=sha256:{sha256}" for md5, sha256 in sorted(sums.items()))


def recorded(tag: ArtifactTag | None) -> Sums:
    """What the tag of a version recorded of its data; words that plmctl does not write say nothing."""
    said = trailers(tag.message).get(TRAILER, "") if tag is not None else ""
    found = (_SUM.fullmatch(word) for word in said.split(" "))
    return {match[1]: match[2] for match in found if match is not None}


def locked_sums(entry: LockedArtifact | None) -> Sums:
    """What a lock copied of an artifact's data."""
    data = entry.data if entry is not None else ()
    return {each.md5: each.sha256 for each in data if each.sha256 is not None}


def sums_of(manifest: Manifest, known: Sums, summing: Summing) -> Sums:
    """What the release of an artifact records of its data: what is known of it, else what is at hand."""
    found: dict[str, str] = {}
    for data in manifest.data:
        sha256 = known.get(data.md5) or summing(data)
        if sha256 is not None:
            found[data.md5] = sha256
    return found
