"""What the tags of a repository say, as a run before read them: for who looks only, and no proof.

What is kept is known by the names and objects of all tags: one that comes, goes or moves makes it another.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import chain
from typing import Any

from plmctl.core.cache import one
from plmctl.core.memo import Memo
from plmctl.core.ports import Repo, TagId
from plmctl.core.settings import Settings
from plmctl.core.tag import ArtifactTag, History, RegistryTag, ReleasedLine, history, tag_name
from plmctl.core.version import Version, parsed_version

_KIND = "tags"
_NAME = "all"


def known_history(
    repo: Repo, settings: Settings, memo: Memo | None, tags: Sequence[TagId] | None = None
) -> History:
    """The versions that the tags of a repository hold: while the tags are the same they are read once.

    `tags` are those that there are, where that was asked already.
    """
    if memo is None or not memo.cache.is_lasting:
        return history(repo.tags(tags), settings)
    tags = repo.tag_ids() if tags is None else tags
    stamp = tags_stamp(tags, settings, memo.program)
    known, value = one(memo.cache, _KIND, _NAME)
    found = _read(value, frozenset(name for name, _, _ in tags)) if known == stamp else None
    if found is None:
        found = history(repo.tags(tags), settings)
        # Tags with something wrong are read each time: whoever mends them is told what is left.
        if not found.findings:
            memo.cache.keep(_KIND, {_NAME: (stamp, _written(found))})
    return found


def tags_stamp(tags: Iterable[TagId], settings: Settings, program: str) -> bytes:
    """By what is known again what tags say: their names and objects, and by how settings read them."""
    said = (program, settings.name, settings.tag, *settings.kinds.versioned, *chain.from_iterable(tags))
    return sha256("\0".join(said).encode("utf-8", "surrogateescape")).digest()


def _written(found: History) -> bytes:
    # Where nothing is wrong, each line of each release is a version, in this order.
    tags = iter(found.confirmed)
    releases = [
        [
            release.name,
            str(release.version),
            release.object_id,
            release.commit,
            release.lock,
            release.previous,
            release.removed,
            [_line(next(tags)) for _ in release.released],
        ]
        for release in found.releases
    ]
    return json.dumps([releases, found.foreign]).encode()


def _line(tag: ArtifactTag) -> list[str]:
    digests = tag.digest, tag.metadata_digest, tag.closure
    return [tag.artifact, str(tag.version), tag.object_id, *digests, tag.message]


def _read(value: bytes, taken: frozenset[str]) -> History | None:
    """What was written; None for anything else."""
    try:
        releases, foreign = json.loads(value)
        found = [*map(_release, releases)]
        return History(
            releases=tuple(release for release, _ in found),
            confirmed=tuple(tag for release, lines in found for tag in _tags(release, lines)),
            foreign=tuple(foreign),
            taken=taken,
            findings=(),
        )
    except (ValueError, TypeError):
        return None


def _release(row: list[Any]) -> tuple[RegistryTag, list[list[str]]]:
    name, version, object_id, commit, lock, previous, removed, lines = row
    release = RegistryTag(
        name=name,
        version=_version(version),
        object_id=object_id,
        commit=commit,
        released=tuple(
            ReleasedLine(artifact=artifact, version=_version(said), tag_object=tag, digest=digest)
            for artifact, said, tag, digest, *_ in lines
        ),
        removed=tuple(removed),
        lock=lock,
        previous=previous,
    )
    return release, lines


def _tags(release: RegistryTag, lines: list[list[str]]) -> Iterator[ArtifactTag]:
    for line, (*_, metadata_digest, closure, message) in zip(release.released, lines, strict=True):
        yield ArtifactTag(
            name=tag_name(line.artifact, line.version),
            artifact=line.artifact,
            version=line.version,
            object_id=line.tag_object,
            commit=release.commit,
            digest=line.digest,
            metadata_digest=metadata_digest,
            closure=closure,
            message=message,
            release=release,
        )


def _version(said: str) -> Version:
    version = parsed_version(said)
    if version is None:
        raise ValueError(said)
    return version
