"""The lockfile: one commit of the registry and the closure of one root in it (release.md, The lock)."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from json.encoder import encode_basestring
from typing import TYPE_CHECKING

from plmctl import __version__
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import IntegrityError
from plmctl.core.value import Value, as_items, as_mapping, as_text
from plmctl.core.version import Version, parsed_version

if TYPE_CHECKING:
    from plmctl.core.settings import Settings

FILE_NAME = "plm.lock"
LOCK_VERSION = 1
# A lock that is larger is not read.
LOCK_LIMIT = 64 * 1024 * 1024
_LINE = "\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class DataEntry:
    """Data that an artifact points to: its pointer's path, and what the pointer records."""

    path: str
    md5: str
    size: int
    out: str | None = None
    nfiles: int | None = None
    sha256: str | None = None
    commit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedArtifact:
    """One artifact as it is locked; `files` has the sha256 of bytes, `version` is None when unreleased."""

    version: str | None
    path: str
    digest: str
    metadata_digest: str
    closure: str
    files: Mapping[str, str]
    requires: tuple[str, ...]
    data: tuple[DataEntry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The registry release that a lock was read at; plm.lock itself cannot name its own commit."""

    release: str
    tag_object: str | None = None
    commit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """A lockfile; `root` is None for the whole registry, which is plm.lock."""

    registry: str
    git: str | None
    source: Source
    root: str | None
    artifacts: Mapping[str, LockedArtifact]
    want: str | None = None
    environment: str | None = None
    arm: str | None = None
    bind: Mapping[str, str]


class CannotLock(Exception):
    """Why a root cannot be locked, in a sentence, and what to do; `field` of a lock is what asks for it."""

    def __init__(self, message: str, *, field: str = "root", hint: str | None = None):
        super().__init__(message)
        self.field = field
        self.hint = hint


def locked_version(lock: Lock) -> Version | None:
    """The version that a lock holds of its root."""
    entry = lock.artifacts.get(lock.root or "")
    return parsed_version(entry.version) if entry is not None and entry.version is not None else None


def lock_path(settings: "Settings", environment: str, application: str, arm: str | None = None) -> str:
    """Where the lock of an application in an environment lies, or of an arm of an experiment with it."""
    # No name has a dot: an arm's lock is never that of another application.
    name = application if arm is None else f"{application}.{arm}"
    return f"{lock_folder(settings, environment)}/{name}.lock"


def lock_folder(settings: "Settings", environment: str) -> str:
    """Where the locks of an environment lie."""
    return settings.at(f"environments/{environment}")


def serialised(lock: Lock) -> bytes:
    """The one spelling of a lock: fixed key order, sorted entries, two spaces, LF, a final newline."""
    return f"{indented(lock_value(lock))}\n".encode()


def indented(value: Value, line: str = _LINE) -> str:
    """What `json.dumps` writes with two spaces, which takes it four times as long; `line` begins a line."""
    if isinstance(value, str):
        return encode_basestring(value)
    inner = f"{line}  "
    if isinstance(value, dict) and value:
        fields = [f"{inner}{encode_basestring(key)}: {indented(item, inner)}" for key, item in value.items()]
        return f"{{{','.join(fields)}{line}}}"
    if isinstance(value, list) and value:
        return f"[{','.join([inner + indented(item, inner) for item in value])}{line}]"
    return json.dumps(value)


def lock_value(lock: Lock) -> dict[str, Value]:
    """The JSON value of a lock, keys in the order they are written."""
    value: dict[str, Value] = {
        "lockVersion": LOCK_VERSION,
        "registry": _present(name=lock.registry, git=lock.git),
        "source": _present(
            release=lock.source.release, tagObject=lock.source.tag_object, commit=lock.source.commit
        ),
        "root": lock.root,
    }
    value.update(_present(want=lock.want, environment=lock.environment, arm=lock.arm))
    value["artifacts"] = {artifact: _artifact(entry) for artifact, entry in sorted(lock.artifacts.items())}
    if lock.bind:
        value["bind"] = dict(sorted(lock.bind.items()))
    return value


def _artifact(entry: LockedArtifact) -> Value:
    requires: list[Value] = [*sorted(entry.requires)]
    value: dict[str, Value] = {
        "version": entry.version,
        "path": entry.path,
        "digest": entry.digest,
        "metadataDigest": entry.metadata_digest,
        "closure": entry.closure,
        "files": dict(sorted(entry.files.items())),
        "requires": requires,
    }
    if entry.data:
        value["data"] = [data_value(data) for data in entry.data]
    return value


def data_value(entry: DataEntry) -> Value:
    """The JSON value of data in a lock, keys in the order they are written."""
    return _present(
        path=entry.path,
        out=entry.out,
        md5=entry.md5,
        size=entry.size,
        nfiles=entry.nfiles,
        sha256=entry.sha256,
        commit=entry.commit,
    )


def _present(**fields: Value) -> dict[str, Value]:
    return {name: value for name, value in fields.items() if value is not None}


def read_lock(name: str, data: bytes) -> Lock:
    """The lock that these bytes are, spelt as plmctl does. Raises IntegrityError naming the field."""
    from plmctl.core.spelling import spelt

    # From the quickest, which needs no schema, to the one that tells the place that is wrong.
    for reader in (spelt, _as_written):
        with suppress(ValueError, LookupError, RecursionError):
            return reader(data)
    value = _parsed(name, data)
    from plmctl.core.kinds import BUILT_IN

    version = value.get("lockVersion") if isinstance(value, dict) else None
    if isinstance(version, int) and not isinstance(version, bool) and version > LOCK_VERSION:
        raise IntegrityError(
            f"{name}: lockVersion {version} is newer than this plmctl reads ({LOCK_VERSION})",
            hint=_NEWER,
        )
    for error in BUILT_IN.shape_of("Lock").validator.iter_errors(value):
        hint = _NEWER if error.message.startswith(_UNKNOWN) else MEND
        raise _refused(name, f"{named(tuple(error.instance_path))}: {error.message}", hint)
    place = _misspelt(lock_from(value), value, data)
    raise _refused(name, f"{place} is not as plmctl writes it", MEND)


def _refused(name: str, why: str, hint: str) -> IntegrityError:
    """What is wrong with a lock, in one line of a log: it may hold whatever somebody wrote there."""
    from plmctl.core.phrase import one_line
    from plmctl.core.secrecy import masked

    told = one_line(masked(why[:_LONGEST]))
    return IntegrityError(f"{name}: {told}{'...' * (len(why) > _LONGEST)}", hint=hint)


def _as_written(data: bytes) -> Lock:
    """The lock that these bytes are. Raises ValueError, LookupError or RecursionError for anything else."""
    from plmctl.core.kinds import BUILT_IN

    value: Value = json.loads(data)
    # What has a key twice, or half a character, is not what is written again.
    if not BUILT_IN.shape_of("Lock").validator.is_valid(value):
        raise ValueError("another shape")
    lock = lock_from(value)
    if serialised(lock) != data:
        raise ValueError("another spelling")
    return lock


_LONGEST = 500
_UNKNOWN = "Additional properties are not allowed"
_NEWER = (
    f"this is plmctl {__version__}, which reads lockVersion {LOCK_VERSION}; a newer one may know more: "
    "run pip install --upgrade plmctl"
)
MEND = "locks are written by plmctl alone: restore the file from Git, or make it anew"
"""What to do about a lock that somebody changed."""


def named(pointer: tuple[str | int, ...]) -> str:
    """A place in a lock in words: the artifact, then the field."""
    if pointer[:1] == ("artifacts",) and len(pointer) > 1:
        field = ".".join(str(step) for step in pointer[2:])
        return f"{pointer[1]}: {field}" if field else str(pointer[1])
    return ".".join(str(step) for step in pointer) or "the whole file"


def is_conflicted(data: bytes) -> bool:
    """Whether a merge left its markers in a lock: no line of a lock itself begins so."""
    # Most have none, and to search for them takes as long as to parse it all.
    return b"<" * 7 in data and re.search(rb"^<{7}[ \r\n]", data, re.MULTILINE) is not None


def stated_versions(data: bytes) -> dict[str, str | None]:
    """The versions that a lock says, by artifact, for whoever only looks; nothing of it is checked."""
    artifacts = as_mapping(_stated(data).get("artifacts"))
    return {artifact: as_text(as_mapping(entry).get("version")) for artifact, entry in artifacts.items()}


def stated_version(data: bytes, names: Iterable[str]) -> str | None:
    """The version that a lock says of an artifact, by one of the ids that it has or had; None for none."""
    versions = stated_versions(data)
    return next((versions[name] for name in names if name in versions), None)


def stated_git(data: bytes) -> str | None:
    """Where the registry of a lock is, as it says; None for what is no lock. Nothing of it is checked."""
    value = _stated(data)
    return as_text(as_mapping(value.get("registry")).get("git")) if "lockVersion" in value else None


def _stated(data: bytes) -> Mapping[str, Value]:
    try:
        value: Value = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return as_mapping(value)


def _parsed(name: str, data: bytes) -> Value:
    try:
        parsed: Value = json.loads(data.decode("utf-8"), object_pairs_hook=_without_doubles)
        # An escaped half of a surrogate pair is JSON, and no text that can be written.
        json.dumps(parsed, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise _refused(name, f"not a lock: {error}", MEND) from error
    return parsed


def _without_doubles(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key!r} stands twice")
        found[key] = value
    return found


def lock_from(value: Value) -> Lock:
    """The lock of a JSON value that has its shape."""
    whole = as_mapping(value)
    registry, source = as_mapping(whole["registry"]), as_mapping(whole["source"])
    return Lock(
        registry=str(registry["name"]),
        git=as_text(registry.get("git")),
        source=Source(
            release=str(source["release"]),
            tag_object=as_text(source.get("tagObject")),
            commit=as_text(source.get("commit")),
        ),
        root=as_text(whole["root"]),
        want=as_text(whole.get("want")),
        environment=as_text(whole.get("environment")),
        arm=as_text(whole.get("arm")),
        artifacts={
            name: _locked(as_mapping(entry)) for name, entry in as_mapping(whole["artifacts"]).items()
        },
        bind={key: str(target) for key, target in as_mapping(whole.get("bind")).items()},
    )


def _locked(entry: Mapping[str, Value]) -> LockedArtifact:
    return LockedArtifact(
        version=as_text(entry["version"]),
        path=str(entry["path"]),
        digest=str(entry["digest"]),
        metadata_digest=str(entry["metadataDigest"]),
        closure=str(entry["closure"]),
        files={path: str(digest) for path, digest in as_mapping(entry["files"]).items()},
        requires=tuple(str(item) for item in as_items(entry["requires"])),
        data=tuple(map(data_from, as_items(entry.get("data")))),
    )


def data_from(value: Value) -> DataEntry:
    """The data of a JSON value that has its shape."""
    entry = as_mapping(value)
    return DataEntry(
        path=str(entry["path"]),
        out=as_text(entry.get("out")),
        md5=str(entry["md5"]),
        size=_number(entry.get("size")) or 0,
        nfiles=_number(entry.get("nfiles")),
        sha256=as_text(entry.get("sha256")),
        commit=as_text(entry.get("commit")),
    )


def differences(first: Lock, second: Lock) -> tuple[tuple[str, Value, Value], ...]:
    """The places, in words, where two locks differ, with the value of each."""
    # Most artifacts of two locks are the same. Those with data hold numbers, and True is equal to 1.
    same = {name for name, entry in first.artifacts.items() if _is_same(entry, second.artifacts.get(name))}
    one, other = (
        replace(lock, artifacts={name: e for name, e in lock.artifacts.items() if name not in same})
        for lock in (first, second)
    )
    return tuple(_differences((), lock_value(one), lock_value(other)))


def _is_same(entry: LockedArtifact, other: LockedArtifact | None) -> bool:
    return not entry.data and entry == other


def _differences(
    pointer: tuple[str | int, ...], first: Value, second: Value
) -> Iterator[tuple[str, Value, Value]]:
    if isinstance(first, dict) and isinstance(second, dict):
        for key in dict.fromkeys((*first, *second)):
            yield from _differences((*pointer, key), first.get(key), second.get(key))
    elif isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
        for index, (one, other) in enumerate(zip(first, second, strict=True)):
            yield from _differences((*pointer, index), one, other)
    elif first != second or type(first) is not type(second):
        yield named(pointer), first, second


def _misspelt(lock: Lock, value: Value, data: bytes) -> str:
    """The first place whose value is another, else the first line that is written in another way."""
    places = (place for place, _, _ in _differences((), value, lock_value(lock)))
    return next(places, f"line {_first_difference(serialised(lock), data)}")


def _first_difference(expected: bytes, found: bytes) -> int:
    lines = zip(expected.split(b"\n"), found.split(b"\n"), strict=False)
    return next(
        (n for n, (a, b) in enumerate(lines, 1) if a != b), min(expected.count(b"\n"), found.count(b"\n")) + 1
    )


def _number(value: Value) -> int | None:
    return value if isinstance(value, int) else None
