"""What is known of a manifest without its document: a line of fields, each read when it is asked for.

What is read back may be anything that somebody wrote: a brief of another form is none.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import field
from functools import cached_property
from typing import Any

from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.finding import Finding, PlmctlError
from plmctl.core.kinds import Kinds
from plmctl.core.manifest import Link, Manifest, Reference, names_written
from plmctl.core.reading import FileRead, content_of
from plmctl.core.tree import Tree
from plmctl.core.value import Pointer, Value
from plmctl.core.values import NO_VALUES, Values
from plmctl.core.written_finding import items, number, read_finding, text, written_finding

# No control character is in a field: what has one is not kept.
_FIELD, _ITEM, _PART = "\x1f", "\x1e", "\x1d"
_CONTROL = deferred(r"[\x00-\x1f]")
_FIELDS = 13
NOT_OURS = "-"
"""The id of a file that is none of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """The parts of a brief that many questions are about.

    `artifact` is empty for a file that is broken, `asked` are the other files that have a say in it.
    """

    artifact: str
    formerly: tuple[str, ...]
    asked: tuple[tuple[str, str], ...]
    outs: tuple[str, ...]
    origins: tuple[str, ...]
    has_findings: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What the briefs of a run share: lists of kinds that many have, and documents that are known."""

    values: Values = NO_VALUES
    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)


def glance(line: str) -> Glance | None:
    """A brief, looked at; None for one that is none."""
    fields = line.split(_FIELD)
    if len(fields) != _FIELDS:
        return None
    try:
        return Glance(
            artifact=fields[2],
            formerly=_split(fields[4]),
            asked=_asked(fields[0]),
            outs=_split(fields[9]),
            origins=_split(fields[11]),
            has_findings=bool(fields[5] or fields[10]),
        )
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return None


def name_of(line: str) -> tuple[str, tuple[str, ...]] | None:
    """The id and the former ids in a brief; None for one that is none."""
    fields = line.split(_FIELD, 5)
    return (fields[2], _split(fields[4])) if len(fields) == 6 else None


def names_in(line: str) -> Iterator[str]:
    """The bare names that the references in a brief may mean, each once."""
    links = _split(line.split(_FIELD, 7)[6])
    written = (link.partition(_PART)[0] for link in links)
    return iter(dict.fromkeys(name for each in written for name in names_written(each)))


def read_brief(
    tree: Tree, path: str, identity: str, line: str, kinds: Kinds, shared: Shared
) -> FileRead | None:
    """What a file of a tree came to that has this identity; None for a brief that is none."""
    fields = line.split(_FIELD)
    if len(fields) != _FIELDS:
        return None
    asked, sha, artifact, stability, formerly, findings = fields[:6]
    try:
        found = _findings(findings) if findings else ()
        own = _findings(fields[10]) if fields[10] else ()
        others = _asked(asked)
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
        summary=KnownSummary(path, line, own, shared.lists),
        content=content_of(tree, path, sha, shape, artifact.partition("/")[2], shared.values),
        stability=stability,
        formerly=_split(formerly),
    )
    return FileRead(sha256=sha, identity=identity, asked=others, manifest=manifest, findings=found)


def _asked(written: str) -> tuple[tuple[str, str], ...]:
    return tuple((text(p), text(i)) for p, i in json.loads(written)) if written else ()


def _split(written: str) -> tuple[str, ...]:
    return tuple(written.split(_ITEM)) if written else ()


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

    def let_go(self) -> None:
        """Forget what was taken out of the line."""
        vars(self).clear()

    @property
    def outs(self) -> tuple[str, ...]:
        """The repository's paths of its data."""
        return _split(self._fields[3])

    @property
    def origins(self) -> tuple[str, ...]:
        """By what its `data` says where it is."""
        return _split(self._fields[5])


def _findings(written: str) -> tuple[Finding, ...]:
    return tuple(map(read_finding, json.loads(written)))


def written_brief(path: str, found: FileRead) -> str | None:
    """The brief of what a file came to, None for what cannot have one."""
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
