"""The text of a lock taken apart by its spelling, without the engine of JSON Schema.

Services wait for it: to parse a lock of 1,000 artifacts, hold it to its schema and write it again takes four
times as long, and the engine longer to import than all else. `schemas/lock.json` stays the one truth: what is
read here surely is a lock as plmctl writes it, and of any other text nothing is said.

Artifacts are cut out between quotes and ends of lines; what was cut out is looked at afterwards, one thing
of all artifacts at once, since classes of characters are what takes `re` long. What is left must be a lock
without artifacts, short enough to be written again.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain, pairwise, repeat, starmap
from operator import lt
from typing import TypeVar

from plmctl.core.deferred import deferred
from plmctl.core.lock import (
    DataEntry,
    Lock,
    LockedArtifact,
    data_from,
    data_value,
    indented,
    lock_from,
    serialised,
)

# As schemas/lock.json and schemas/defs.json have them, to the letter: a test compares.
_SEGMENT = "[a-z0-9]([a-z0-9_-]*[a-z0-9])?"
NAME = f"^{_SEGMENT}(/{_SEGMENT})*$"
ID = f"^{_SEGMENT}(/{_SEGMENT})+$"
URL = r"^((https?|ssh|git)://[^@/\s]+(/[^\s]*)?|file:///[^\s]*|[A-Za-z0-9][A-Za-z0-9.-]*:/?[^/\s][^\s]*)$"
OBJECT_ID = "^([0-9a-f]{40}|[0-9a-f]{64})$"
MD5 = r"^[0-9a-f]{32}(\.dir)?$"
SHA256 = "^[0-9a-f]{64}$"
_NUMBER, _PRE = "(0|[1-9][0-9]*)", r"(-[0-9a-z]+(\.[0-9a-z]+)*)?"
_EXACT = rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}{_PRE}"
_BOUND = rf"(\^|~|>=|<)\s*{_NUMBER}(\.{_NUMBER}(\.{_NUMBER}{_PRE})?)?"
VERSION = f"^{_EXACT}$"
RANGE = rf"^\s*({_EXACT}|{_BOUND}(\s*,\s*{_BOUND})*)\s*$"
LONGEST: Mapping[str, int] = {NAME: 100, ID: 120, URL: 1000, RANGE: 200}

_ENTRY = deferred(
    r'([{,])\n    "([^"]*)": \{'
    r'\n      "version": (null|"[^"]*"),'
    r'\n      "path": "([^"]*)",'
    r'\n      "digest": "(sha256:[^"]*)",'
    r'\n      "metadataDigest": "(sha256:[^"]*)",'
    r'\n      "closure": "(sha256:[^"]*)",'
    r'\n      "files": \{((?:\n        "[^\n]*)+)\n      \},'
    r'\n      "requires": \[(?:\]|((?:\n        "[^\n]*)+)\n      \])'
    r'(?:,\n      "data": (\[(?:\n        [^\n]*)+\n      \]))?'
    r"\n    \}"
)
_FILE = deferred(r'\n        "([^"]*)": "(sha256:[^"]*)",')
_REQUIRED = deferred(r'\n        "([^"]*)",')
_WIDTH = 1 + _ENTRY.groups
_END = "\n  }"
# A hash all of whose digits were made 0.
_HASH, _ZEROS = b"sh0000:" + b"0" * 64, bytes.maketrans(b"123456789abcdef", b"0" * 15)
# Blanks to `re`, and to nobody else.
_BLANK = deferred("[\x1c-\x1f]")
_ESCAPED = bytes([*range(0x20), ord("\\")])
_Owner = TypeVar("_Owner", str, int)


def spelt(data: bytes) -> Lock:
    """The lock that these bytes surely are. Raises ValueError or LookupError where its schema has to say."""
    head, *columns, tail = _ENTRY.split(data.decode())
    _demand(tail.startswith(_END))
    rest = f"{head}{{}}{tail.removeprefix(_END)}"
    lock = lock_from(json.loads(rest))
    _demand(serialised(lock) == rest.encode())
    _demand(_fit(NAME, [lock.registry, lock.environment, lock.arm]) and _fit(URL, [lock.git]))
    _demand(_fit(OBJECT_ID, [lock.source.tag_object, lock.source.commit]) and lock.source.release != "")
    _demand(_fit(ID, [lock.root, *lock.bind, *lock.bind.values()]) and _fit(RANGE, [lock.want]))
    return replace(lock, artifacts=Entries(columns))


class Entries(Mapping[str, LockedArtifact]):
    """The artifacts of a lock by their ids; each is made when it is first asked for."""

    def __init__(self, columns: list[str]):
        """Raises ValueError or LookupError for what is not surely in a lock."""
        marks, ids, versions, paths, digests, metadata_digests, closures, files, requires, data = (
            columns[column::_WIDTH] for column in range(_WIDTH - 1)
        )
        self._columns = columns
        self._places = dict(zip(ids, range(0, len(columns), _WIDTH), strict=True))
        self._data = {artifact: _data(text) for artifact, text in zip(ids, data, strict=True) if text}
        self._made: dict[str, LockedArtifact] = {}
        self._paths = dict(zip(ids, paths, strict=True))
        self._owned, (names, hashes) = _said(_FILE, ids, files)
        self._hashes = hashes
        self.digests: Mapping[str, str] = dict(zip(ids, digests, strict=True))
        self.metadata_digests: Mapping[str, str] = dict(zip(ids, metadata_digests, strict=True))
        # Many artifacts require the same.
        each = [block for block in {*requires} if block]
        _, (required,) = _said(_REQUIRED, range(len(each)), each)
        _demand("".join(marks) == "{".ljust(len(ids), ",") and not any(columns[_WIDTH - 1 :: _WIDTH]))
        _demand(_is_rising(ids))
        _demand(_fit(ID, {*ids, *required}))
        _demand(_fit(VERSION, {version[1:-1] for version in versions if version != "null"}))
        _demand(_are_paths([*paths, *names]))
        _demand(_are_hashes([*digests, *metadata_digests, *closures, *hashes]))

    @property
    def included(self) -> Mapping[str, str]:
        """The files of all artifacts, with their sha256, but for the manifests themselves."""
        files = zip(self._owned, self._hashes, strict=True)
        return {path: digest for (artifact, path), digest in files if path != self._paths[artifact]}

    def __getitem__(self, artifact: str) -> LockedArtifact:
        found = self._made.get(artifact)
        if found is None:
            found = self._made[artifact] = self._artifact(artifact)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def _artifact(self, artifact: str) -> LockedArtifact:
        place = self._places[artifact] + 2
        version, path, digest, metadata_digest, closure, files, requires = self._columns[place : place + 7]
        return LockedArtifact(
            version=None if version == "null" else version[1:-1],
            path=path,
            digest=digest,
            metadata_digest=metadata_digest,
            closure=closure,
            files=dict(_FILE.findall(f"{files},")),
            requires=tuple(_REQUIRED.findall(f"{requires or ''},")),
            data=self._data.get(artifact, ()),
        )


def _demand(is_so: bool) -> None:
    if not is_so:
        raise ValueError("not surely a lock")


def _fit(pattern: str, texts: Iterable[str | None]) -> bool:
    """Whether these texts, as far as they are there, match a pattern of the schema."""
    there = [text for text in texts if text is not None]
    longest = max(map(len, there), default=0)
    is_short = longest <= LONGEST.get(pattern, longest)
    return is_short and all(map(re.compile(pattern).fullmatch, there)) and not _BLANK.search("".join(there))


def _said(
    pattern: re.Pattern[str], owners: Iterable[_Owner], blocks: list[str]
) -> tuple[list[tuple[_Owner, str]], list[list[str]]]:
    """What stands in the lines of blocks: each with the owner of its block, and by the groups of the pattern.

    Raises ValueError where it does not rise in every block.
    """
    lines = pattern.split("".join([f"{block}," for block in blocks]))
    width = pattern.groups + 1
    each = chain.from_iterable(map(repeat, owners, [block.count("\n") for block in blocks]))
    columns = [lines[column::width] for column in range(1, width)]
    owned = list(zip(each, columns[0], strict=True))
    _demand(not any(lines[::width]) and _is_rising(owned))
    return owned, columns


def _data(text: str) -> tuple[DataEntry, ...]:
    """The data of an artifact. Raises ValueError or LookupError for what is not surely that."""
    entries = tuple(map(data_from, json.loads(text)))
    _demand(indented([data_value(entry) for entry in entries], "\n      ") == text)
    for entry in entries:
        numbers = [number for number in (entry.size, entry.nfiles) if number is not None]
        _demand(all(type(number) is int and number >= 0 for number in numbers))
        _demand(_fit(MD5, [entry.md5]) and _fit(SHA256, [entry.sha256]) and _fit(OBJECT_ID, [entry.commit]))
        _demand(_are_paths([entry.path]) and entry.out != "")
    return entries


def _is_rising(items: list[str] | list[tuple[_Owner, str]]) -> bool:
    """Whether each comes after the one before, so that none stands twice."""
    return all(starmap(lt, pairwise(items)))


def _are_hashes(texts: list[str]) -> bool:
    digits = "\n".join(texts).encode().translate(_ZEROS)
    return digits == b"\n".join([_HASH] * len(texts))


def _are_paths(texts: list[str]) -> bool:
    """Whether each is a path inside a repository, in which JSON escapes nothing."""
    joined = '"{}"'.format('"'.join(texts))
    is_plain = joined.encode().translate(None, _ESCAPED) == joined.encode()
    return is_plain and '""' not in joined and '"/' not in joined
