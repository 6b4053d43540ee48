"""What is known of manifests without their documents, from run to run: by path and identity of a file.

A brief is a line of fields, so that of ten thousand of them only those are taken apart that are asked for.
What is read back may be anything that somebody wrote: a brief of another form is none.
"""

import json
from collections.abc import Mapping
from functools import cached_property
from hashlib import sha256
from typing import Any
from zlib import crc32

from plmctl.core.cache import Cache
from plmctl.core.deferred import deferred
from plmctl.core.finding import Finding, PlmctlError
from plmctl.core.kinds import Kinds
from plmctl.core.known_identities import KnownIdentities
from plmctl.core.limits import LIMITS, Limits
from plmctl.core.manifest import Link, Manifest, Reference
from plmctl.core.reading import FileRead, content_of
from plmctl.core.tree import Tree
from plmctl.core.value import Pointer, Value
from plmctl.core.written_finding import items, number, read_finding, text, written_finding

KIND = "briefs"
"""What is kept in a cache: a few values for all manifests, of which there are many, and each is small."""
# Of one that changed only what is kept with it is written again.
SHARDS = 16
# No control character is in a field: what has one is not kept.
_LINE, _FIELD, _ITEM, _PART = "\n", "\x1f", "\x1e", "\x1d"
_CONTROL = deferred(r"[\x00-\x1f]")
_FIELDS = 13
NOT_OURS = "-"
_MOST_UNUSED = 1000


class Briefs:
    """The briefs of files, of a registry's kinds as one program knows them; they are no proof."""

    def __init__(self, cache: Cache, program: str):
        self._cache = cache
        self._program = program
        self.stamp = b""
        """What they are of: the program, and the schemas of a registry's own kinds."""
        self._lines: dict[tuple[str, str], str] = {}
        self._paths: frozenset[str] = frozenset()
        self._used: dict[tuple[str, str], str] = {}
        self._news: set[int] = set()
        self._shared: dict[str, tuple[str, ...]] = {}
        self.identities: KnownIdentities | None = None
        """The digests of artifacts, of the kinds that were asked for last."""

    def open(self, kinds: Kinds, limits: Limits) -> None:
        """Look for those of these kinds and limits: once, for all trees of a run have those of one."""
        stamp = _stamp(self._program, kinds, limits)
        if stamp == self.stamp:
            return
        known = self._cache.named(KIND, map(str, range(SHARDS))).values()
        texts = (value.decode("utf-8", "surrogateescape") for kept, value in known if kept == stamp)
        split = (line.split(_FIELD, 2) for text in texts for line in text.split(_LINE))
        self._lines = {(each[0], each[1]): each[2] for each in split if len(each) == 3}
        self._paths = frozenset(path for path, _ in self._lines)
        self.stamp, self._used, self._news = stamp, {}, set()
        self.identities = KnownIdentities(self._cache, stamp)

    def has(self, path: str) -> bool:
        """Whether there may be one of this file: then its identity is worth finding out."""
        return path in self._paths

    def find(self, tree: Tree, path: str, identity: str, kinds: Kinds) -> FileRead | None:
        """What a file came to that has this identity in a tree, None where that is not known."""
        key = path, identity
        line = self._lines.get(key) or self._used.get(key)
        found = self._read(tree, path, identity, line, kinds) if line is not None else None
        if found is None or not found.is_in(tree):
            return None
        assert line is not None
        self._used[key] = line
        return found

    def name(self, path: str, identity: str) -> tuple[str, tuple[str, ...]] | None:
        """The id and the former ids of what a file is, by itself: no other file has a say in its name.

        The id is empty for one that is broken, NOT_OURS for none of ours; None where nothing is known.
        """
        key = path, identity
        line = self._lines.get(key)
        fields = line.split(_FIELD, 5) if line is not None else ()
        if line is None or len(fields) != 6:
            return None
        self._used[key] = line
        formerly = fields[4]
        return fields[2], tuple(formerly.split(_ITEM)) if formerly else ()

    def learn(self, path: str, found: FileRead) -> None:
        """What was read of a file."""
        line = _written(path, found) if self._cache.is_lasting else None
        if line is not None:
            self._used[path, found.identity] = line
            self._news.add(_shard(path))

    def keep(self) -> None:
        """Know these in the next run; of others that were known some."""
        if self.identities is not None:
            self.identities.keep()
        if not self._news:
            return
        is_much = len(self._lines) > 2 * len(self._used) + _MOST_UNUSED
        known = self._used if is_much else self._lines | self._used
        self._lines, self._used = {}, {}
        keys: dict[int, list[tuple[str, str]]] = {s: [] for s in (range(SHARDS) if is_much else self._news)}
        for key in known:
            there = keys.get(_shard(key[0]))
            if there is not None:
                there.append(key)
        # One after the other: all of them are as much as the largest registry.
        for shard, found in keys.items():
            value = _LINE.join(_FIELD.join((*key, known.pop(key))) for key in found)
            self._cache.keep(KIND, {str(shard): (self.stamp, value.encode("utf-8", "surrogateescape"))})
        self.stamp, self._news = b"", set()

    def _read(self, tree: Tree, path: str, identity: str, line: str, kinds: Kinds) -> FileRead | None:
        fields = line.split(_FIELD)
        if len(fields) != _FIELDS:
            return None
        asked, sha, artifact, stability, formerly, findings = fields[:6]
        try:
            found = _findings(findings) if findings else ()
            own = _findings(fields[10]) if fields[10] else ()
            others = tuple((text(p), text(i)) for p, i in json.loads(asked)) if asked else ()
        except (AttributeError, LookupError, RecursionError, TypeError, ValueError):
            return None
        kind = kinds.by_prefix.get(artifact.partition("/")[0])
        if kind is None:
            return FileRead(
                sha256=sha, identity=identity, asked=others, is_ours=artifact != NOT_OURS, findings=found
            )
        shape = kinds.shape_of(kind)
        manifest = Manifest(
            artifact=artifact,
            shape=shape,
            path=path,
            sha256=sha,
            summary=KnownSummary(path, line, own, self._shared),
            content=content_of(tree, path, sha, shape, artifact.partition("/")[2]),
            stability=stability,
            formerly=tuple(formerly.split(_ITEM)) if formerly else (),
        )
        return FileRead(sha256=sha, identity=identity, asked=others, manifest=manifest, findings=found)


class KnownSummary:
    """A Summary out of the fields of a brief, each taken apart when it is asked for."""

    __slots__ = ("__dict__", "_line", "_path", "_shared", "findings")

    def __init__(
        self,
        path: str,
        line: str,
        findings: tuple[Finding, ...],
        shared: dict[str, tuple[str, ...]],
    ):
        self._path = path
        self._line = line
        self._shared = shared
        self.findings = findings

    @property
    def _fields(self) -> list[str]:
        # The line is there already; its parts would be as much again for each manifest.
        return self._line.split(_FIELD)[6:]

    @property
    def names(self) -> str:
        """A text with all names that its references write."""
        return self._fields[0]

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """What its references lead to, in their order."""
        written = self._fields[0]
        return tuple(map(self._link, written.split(_ITEM))) if written else ()

    def _link(self, said: str) -> Link:
        written, kinds, about = said.split(_PART)
        known = self._shared.get(kinds)
        if known is None:
            known = self._shared[kinds] = tuple(kinds.split(","))
        return Link(written, known, bool(about))

    @cached_property
    def references(self) -> tuple[Reference, ...]:
        """What names other artifacts."""
        found: list[list[Value]] = self._loaded(1)
        return tuple(self._reference(link, *said) for link, said in zip(self.links, found, strict=True))

    def _reference(self, link: Link, pointer: Value, is_key: Value, start: Value) -> Reference:
        return Reference(
            pointer=_pointer(pointer),
            written=link.written,
            kinds=link.kinds,
            is_about=link.is_about,
            is_key=is_key is True,
            start=_number(start),
        )

    @cached_property
    def metadata(self) -> Mapping[str, Value]:
        """The `metadata`."""
        found: Mapping[str, Value] = self._loaded(2)
        return found

    @cached_property
    def hashes(self) -> tuple[tuple[str, str], ...]:
        """The paths of the files that it includes, each with its sha256."""
        if not self._fields[6]:
            return ()
        return tuple((text(path), text(digest)) for path, digest in self._loaded(6))

    def _loaded(self, field: int) -> Any:
        try:
            return json.loads(self._fields[field])
        except ValueError:
            message = f"what was kept of {self._path} is damaged"
            raise PlmctlError(message, hint="run 'plmctl cache clear'") from None

    @property
    def outs(self) -> tuple[str, ...]:
        """The repository's paths of its data."""
        written = self._fields[3]
        return tuple(written.split(_ITEM)) if written else ()

    @property
    def origins(self) -> tuple[str, ...]:
        """By what its `data` says where it is."""
        written = self._fields[5]
        return tuple(written.split(_ITEM)) if written else ()


def _shard(path: str) -> int:
    return crc32(path.encode("utf-8", "surrogateescape")) % SHARDS


def _findings(written: str) -> tuple[Finding, ...]:
    return tuple(map(read_finding, json.loads(written)))


def _written(path: str, found: FileRead) -> str | None:
    """The fields of a brief, None for what cannot have one."""
    if found.asked is None or found.identity.endswith("changed"):
        return None
    asked = _json([list(other) for other in found.asked]) if found.asked else ""
    findings = _json([written_finding(finding) for finding in found.findings]) if found.findings else ""
    manifest = found.manifest
    if manifest is None:
        fields = [asked, found.sha256, "" if found.is_ours else NOT_OURS, "", "", findings, *[""] * 7]
    else:
        summary = manifest.summary
        fields = [
            asked,
            found.sha256,
            manifest.id,
            manifest.stability,
            _ITEM.join(manifest.formerly),
            findings,
            _ITEM.join(map(_written_link, summary.links)),
            _json([_said(reference) for reference in summary.references]),
            _json(dict(summary.metadata)),
            _ITEM.join(summary.outs),
            _json([written_finding(finding) for finding in summary.findings]) if summary.findings else "",
            _ITEM.join(summary.origins),
            _json([list(each) for each in summary.hashes]) if summary.hashes else "",
        ]
    parts = (path, *fields[:3], *_parts_of(manifest))
    return None if any(map(_CONTROL.search, parts)) else _FIELD.join(fields)


def _written_link(link: Link) -> str:
    return _PART.join((link.written, ",".join(link.kinds), "about" * link.is_about))


def _parts_of(manifest: Manifest | None) -> tuple[str, ...]:
    """All that stands in a brief as it is written in a manifest."""
    if manifest is None:
        return ()
    written = (link.written for link in manifest.links)
    return (
        manifest.stability,
        *manifest.formerly,
        *written,
        *manifest.summary.outs,
        *manifest.summary.origins,
    )


def _said(reference: Reference) -> Value:
    return [list(reference.pointer), reference.is_key, reference.start]


def _json(value: Value) -> str:
    # Surrogates stand for what is not UTF-8 in a path.
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


def _pointer(said: Value) -> Pointer:
    return tuple(step if isinstance(step, int) else text(step) for step in items(said))


def _number(said: Value) -> int | None:
    return None if said is None else number(said)


def _stamp(program: str, kinds: Kinds, limits: Limits) -> bytes:
    """What a brief is of: the program, the schemas of a registry's own kinds, and limits that were raised."""
    own = sha256(_json(dict(kinds.own)).encode()).hexdigest() if kinds.own else ""
    raised = limits.over(LIMITS)
    return f"{program} {own} {raised or ''}".encode()
