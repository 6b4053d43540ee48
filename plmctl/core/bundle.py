"""One file that holds all that a service loads: `bundle.json`, and the files that manifests include.

What it says is checked against its lock, and its lock against the tag that released it: whoever knows the
sha256 of the lock, or who may sign that tag, knows all of it (docs/bundle.md).
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from itertools import chain

from plmctl.core.archive import packed, unpacked
from plmctl.core.canonical import canonical_json, sha256_of
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import IntegrityError
from plmctl.core.lock import FILE_NAME, MEND, Lock, LockedArtifact, read_lock
from plmctl.core.signed import message_of
from plmctl.core.spelling import Entries
from plmctl.core.trailer import trailers
from plmctl.core.value import Value, as_mapping, as_text

BUNDLE_VERSION = 1
MAIN = "bundle.json"
FOLDER = "files/"
_FIELDS = ["artifacts", "bundleVersion", "lock", "release"]
_RELEASE_FIELDS = ["lock", "name", "tag"]
_ARTIFACT_FIELDS = ["manifest", "metadata"]
_FRAME = '{"artifacts":{},"bundleVersion":1,"lock":"","release":{"lock":"","name":"","tag":""}}'
_ARTIFACT_FRAME = '"":{"manifest":"","metadata":""},'
# What takes two bytes in a text of JSON; other controls take six, and of a text with one nothing is said.
_ESCAPED = b'"\\\b\f\n\r\t'
_LEAVING = frozenset({"", ".", ".."})
_MEND = "take the file from where it was made again, or make it anew with 'plmctl bundle'"
_NEWER = "a newer plmctl may read it: run pip install --upgrade plmctl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The two canonical texts of an artifact: what its digest hashes, and what its metadataDigest hashes."""

    manifest: bytes
    metadata: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """The registry release of a lock: its tag's name and raw object, and the plm.lock that it released."""

    name: str
    tag: bytes
    lock: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """What is in a bundle; `files` are by their paths in the registry, and have the bytes that Git has."""

    lock: Lock
    lock_data: bytes
    release: Release
    artifacts: Mapping[str, Texts]
    files: Mapping[str, bytes]


def bundled(bundle: Bundle) -> bytes:
    """The bytes of a bundle: the same bundle gives the same bytes. Raises IntegrityError for a plm.lock in
    another encoding, and ValueError for more than a bundle holds.
    """
    try:
        released = bundle.release.lock.decode()
    except UnicodeDecodeError as error:
        raise IntegrityError(f"the {FILE_NAME} of {bundle.release.name} is not UTF-8", hint=MEND) from error
    artifacts: dict[str, Value] = {
        artifact: {"manifest": texts.manifest.decode(), "metadata": texts.metadata.decode()}
        for artifact, texts in sorted(bundle.artifacts.items())
    }
    main: Value = {
        "artifacts": artifacts,
        "bundleVersion": BUNDLE_VERSION,
        "lock": bundle.lock_data.decode(),
        "release": {
            "lock": released,
            "name": bundle.release.name,
            "tag": base64.b64encode(bundle.release.tag).decode(),
        },
    }
    files = {FOLDER + path: data for path, data in sorted(bundle.files.items())}
    return packed({MAIN: canonical_json(main), **files})


def read_bundle(name: str, data: bytes) -> Bundle:
    """The bundle that these bytes are, all of it checked. Raises IntegrityError for anything else."""
    members = unpacked(name, data)
    if next(iter(members), None) != MAIN:
        raise _wrong(name, f"it does not begin with {MAIN}")
    try:
        release, lock_data, artifacts = _parsed(name, members.pop(MAIN))
    except (ValueError, RecursionError) as error:
        raise _wrong(name, f"{MAIN} is not JSON: {error}") from error
    lock = read_lock(f"{name}: the lock", lock_data)
    files = _files(name, members)
    bundle = Bundle(lock=lock, lock_data=lock_data, release=release, artifacts=artifacts, files=files)
    _check(name, bundle)
    return bundle


def included(lock: Lock) -> Mapping[str, str]:
    """The files that a bundle of a lock holds, with their sha256: all but the manifests themselves."""
    if isinstance(lock.artifacts, Entries):
        return lock.artifacts.included
    return {
        path: digest
        for entry in lock.artifacts.values()
        for path, digest in entry.files.items()
        if path != entry.path
    }


def tag_id(tag: bytes) -> str:
    """The id of a tag object, by the hash of the ids in it."""
    is_long = len(tag.partition(b"\n")[0]) > len("object ") + 40
    algorithm = "sha256" if is_long else "sha1"
    return hashlib.new(algorithm, b"tag %d\0" % len(tag) + tag, usedforsecurity=False).hexdigest()


def _parsed(name: str, data: memoryview) -> tuple[Release, bytes, Mapping[str, Texts]]:
    """The release, the lock and the artifacts of a bundle.json.

    Raises IntegrityError, and ValueError or RecursionError for what is no JSON.
    """
    parsed: Value = json.loads(str(data, "utf-8"))
    main = as_mapping(parsed)
    version = main.get("bundleVersion")
    if isinstance(version, int) and version > BUNDLE_VERSION:
        raise IntegrityError(
            f"{name}: bundleVersion {version} is newer than this plmctl reads ({BUNDLE_VERSION})", hint=_NEWER
        )
    # Python's True is its 1, and JSON's is not.
    is_ours = version == BUNDLE_VERSION and version is not True
    if sorted(main) != _FIELDS or not is_ours:
        raise _wrong(name, f"{MAIN} has other fields than a bundle")
    release = _release(name, as_mapping(main["release"]))
    lock = _text(name, main, "lock").encode()
    said = as_mapping(main["artifacts"]).items()
    artifacts = {artifact: _texts(name, artifact, texts) for artifact, texts in said}
    texts = b"".join([text for each in artifacts.values() for text in (each.manifest, each.metadata)])
    if not _is_shortest(main, [lock, release.lock, texts], len(data)) and canonical_json(parsed) != data:
        raise _wrong(name, f"{MAIN} is not as plmctl writes it")
    return release, lock, artifacts


def _is_shortest(main: Mapping[str, Value], texts: Collection[bytes], size: int) -> bool:
    """Whether a bundle.json of this size, with these texts in it, is canonical: there is no other as short.

    A blank, a character that is escaped without need, a field that stands twice: each would make it longer.
    To count takes a fifth of the time of spelling it again.
    """
    artifacts, release = as_mapping(main["artifacts"]), as_mapping(main["release"])
    is_ordered = (
        [*main, *release] == [*_FIELDS, *_RELEASE_FIELDS]
        and all([*as_mapping(fields)] == _ARTIFACT_FIELDS for fields in artifacts.values())
        and [*artifacts] == sorted(artifacts)
        and all(map(str.isascii, artifacts))
    )
    names = "".join([*artifacts, str(release["name"]), str(release["tag"])]).encode()
    written = [names, *texts]
    escapes = sum(len(text) - len(text.translate(None, _ESCAPED)) for text in written)
    frame = len(_FRAME) + len(artifacts) * len(_ARTIFACT_FRAME) - bool(artifacts)
    return is_ordered and frame + sum(map(len, written)) + escapes == size


def _release(name: str, said: Mapping[str, Value]) -> Release:
    if sorted(said) != _RELEASE_FIELDS:
        raise _wrong(name, "release has other fields than a bundle's")
    text = _text(name, said, "tag")
    try:
        tag = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _wrong(name, "release.tag is not base64") from error
    if base64.b64encode(tag).decode() != text:
        raise _wrong(name, "release.tag is not as plmctl writes it")
    return Release(name=_text(name, said, "name"), tag=tag, lock=_text(name, said, "lock").encode())


def _texts(name: str, artifact: str, said: Value) -> Texts:
    # There are many: what they are called is only asked of one that is wrong.
    if isinstance(said, dict) and len(said) == 2:
        manifest, metadata = said.get("manifest"), said.get("metadata")
        if isinstance(manifest, str) and isinstance(metadata, str):
            return Texts(manifest=manifest.encode(), metadata=metadata.encode())
    raise _wrong(name, f"{artifact!r} has other fields than a bundle's artifact")


def _text(name: str, said: Mapping[str, Value], field: str) -> str:
    text = as_text(said[field])
    if text is None:
        raise _wrong(name, f"{field} is not text")
    return text


def _files(name: str, members: Mapping[str, memoryview]) -> Mapping[str, bytes]:
    for member in members:
        # No file of a registry has such a name, and whoever unpacks a bundle may follow it.
        if not member.startswith(FOLDER) or not _LEAVING.isdisjoint(member.split("/")):
            raise _wrong(name, f"{member!r} does not belong to a bundle")
    return {member.removeprefix(FOLDER): bytes(data) for member, data in members.items()}


def _check(name: str, bundle: Bundle) -> None:
    problem = next(chain(_differing(bundle), _misreleased(bundle)), None)
    if problem is not None:
        raise _wrong(name, problem)


def _differing(bundle: Bundle) -> Iterator[str]:
    """What is not as the lock has it, up to the first: the names are the same from there on."""
    digests, metadata_digests = _digests(bundle.lock.artifacts)
    for artifact in sorted(digests.keys() ^ bundle.artifacts.keys()):
        yield f"{artifact!r} is {'missing' if artifact in digests else 'not in its lock'}"
    for artifact, texts in bundle.artifacts.items():
        if sha256_of(texts.manifest) != digests[artifact]:
            yield f"{artifact}: its manifest is not the one that was locked"
        if sha256_of(texts.metadata) != metadata_digests[artifact]:
            yield f"{artifact}: its metadata is not the one that was locked"
    wanted = included(bundle.lock)
    for path in sorted(wanted.keys() ^ bundle.files.keys()):
        yield f"the file {path!r} is {'missing' if path in wanted else 'not in its lock'}"
    if [*bundle.files] != sorted(bundle.files):
        yield "its files are not in order"
    for path, data in bundle.files.items():
        if sha256_of(data) != wanted[path]:
            yield f"the file {path!r} is not the one that was locked"


def _digests(locked: Mapping[str, LockedArtifact]) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The digests, and the digests of metadata."""
    if isinstance(locked, Entries):
        return locked.digests, locked.metadata_digests
    entries = locked.items()
    return {id_: entry.digest for id_, entry in entries}, {id_: e.metadata_digest for id_, e in entries}


def _misreleased(bundle: Bundle) -> Iterator[str]:
    """What the release of the lock does not confirm."""
    release, source = bundle.release, bundle.lock.source
    if release.name != source.release:
        yield f"it holds the release {release.name!r}, and its lock was read at {source.release!r}"
    if source.tag_object is not None and tag_id(release.tag) != source.tag_object:
        yield f"the tag object of {release.name} is not the one that was locked"
    if trailers(message_of(release.tag)).get("Lock") != sha256_of(release.lock):
        yield f"the {FILE_NAME} of {release.name} is not the one that its tag names"
    if bundle.lock.root is None and release.lock != bundle.lock_data:
        yield f"its lock is not the {FILE_NAME} of {release.name}"


def _wrong(name: str, why: str) -> IntegrityError:
    return IntegrityError(f"{name}: {why}", hint=_MEND)
