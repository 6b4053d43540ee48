"""What rules said of each manifest in the run before, for those of which they would say the same again.

What is said of a manifest depends on its files, on what its references lead to, and on what these lead to in
turn. Where none of that changed it is not looked at again, and not even parsed. What is said of all of them
together, as of rings of references, depends on their faces alone.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b

from plmctl.core.cache import Cache
from plmctl.core.canonical import canonical_json
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import Finding
from plmctl.core.graph import Asked, distances
from plmctl.core.manifest import Manifest
from plmctl.core.registry import Registry
from plmctl.core.value import as_mapping
from plmctl.core.written_finding import read_finding, written_finding

KIND = "verdicts"
"""What is kept in a cache: one value for all manifests, of which there are many, and each is small."""
_NAME = "registry"
_LINE, _FIELD = "\n", "\x1f"
_FIELDS = 5
_NEVER, _TODAY, _ALWAYS = "never", "today", ""
_POLICY = "contextpolicy/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was said of a manifest: of which files, by which face, and when it may be said again."""

    key: str
    face: str
    when: str
    findings: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What can be said again: `each` by artifact, and of all together; `judge` are those to look at.

    `of_all` is None where it has to be found out.
    """

    judge: frozenset[str]
    verdicts: Mapping[str, Verdict]
    of_all: tuple[Finding, ...] | None

    @property
    def each(self) -> Iterator[Finding]:
        """What is said again of single manifests."""
        for verdict in self.verdicts.values():
            if verdict.findings:
                yield from map(read_finding, json.loads(verdict.findings))


class Verdicts:
    """The verdicts on a registry as they were; they are no proof. `stamp` is what they are of."""

    def __init__(self, cache: Cache, stamp: bytes):
        self._cache = cache
        self._stamp = stamp

    def known(self, registry: Registry, today: str | None) -> Known:
        """What can be said again of a registry."""
        before = self._before(registry)
        if before is None:
            return Known(judge=frozenset(registry.manifests), verdicts={}, of_all=None)
        day, of_all, old = before
        changed = frozenset(_changed(registry, old))
        judge = _leading_to(registry, changed)
        judge |= _policies(registry, judge)
        judge |= {artifact for artifact in registry.manifests if _is_due(old.get(artifact), day == today)}
        return Known(
            judge=judge,
            verdicts={artifact: old[artifact] for artifact in registry.manifests if artifact not in judge},
            of_all=of_all if _is_of_these(of_all, registry, old, changed) else None,
        )

    def keep(
        self,
        registry: Registry,
        today: str | None,
        known: Known,
        each: Iterable[Finding],
        of_all: Sequence[Finding],
    ) -> None:
        """Know in the next run what was said of those that were judged, and of all together."""
        if not self._cache.is_lasting or (not known.judge and known.of_all is not None):
            return
        found: dict[str, list[Finding]] = {}
        for finding in each:
            found.setdefault(finding.artifact or "", []).append(finding)
        news = {a: _news(registry, registry.manifests[a], found.get(a, ())) for a in known.judge}
        head = [today or "", _settings(registry), [written_finding(finding) for finding in of_all]]
        lines = [
            json.dumps(head),
            *(
                _FIELD.join((artifact, verdict.key, verdict.face, verdict.when, verdict.findings))
                for artifact, verdict in {**known.verdicts, **news}.items()
            ),
        ]
        value = _LINE.join(lines).encode("utf-8", "surrogateescape")
        self._cache.keep(KIND, {_NAME: (self._stamp, value)})

    def _before(self, registry: Registry) -> tuple[str, tuple[Finding, ...], Mapping[str, Verdict]] | None:
        stamp, value = self._cache.named(KIND, [_NAME]).get(_NAME, (b"", b""))
        if stamp != self._stamp:
            return None
        head, *lines = value.decode("utf-8", "surrogateescape").split(_LINE)
        try:
            day, settings, of_all = json.loads(head)
            told = tuple(map(read_finding, of_all))
        except (AttributeError, LookupError, RecursionError, TypeError, ValueError):
            return None
        if settings != _settings(registry):
            return None
        split = (line.split(_FIELD) for line in lines)
        verdicts = {
            words[0]: Verdict(key=words[1], face=words[2], when=words[3], findings=words[4])
            for words in split
            if len(words) == _FIELDS
        }
        return day, told, verdicts


def _changed(registry: Registry, old: Mapping[str, Verdict]) -> Iterator[str]:
    """The artifacts whose files are others, or of which a reference may mean something else."""
    for artifact, manifest in registry.manifests.items():
        verdict = old.get(artifact)
        if verdict is None or not verdict.key or verdict.key != _key(registry, manifest):
            yield artifact
    other = old.keys() ^ registry.manifests.keys()
    if other:
        names = other | {artifact.partition("/")[2] for artifact in other}
        for artifact, manifest in registry.manifests.items():
            if any(link.written in names for link in manifest.links):
                yield artifact


def _leading_to(registry: Registry, changed: frozenset[str]) -> frozenset[str]:
    """What is changed, and all that leads to it by references of any sort."""
    referring = Asked((), lambda artifact: (manifest.id for manifest in registry.referrers.of(artifact)))
    return frozenset(distances(referring, changed))


def _policies(registry: Registry, judge: Iterable[str]) -> frozenset[str]:
    """The context policies of prompts: what is said of one depends on those too that refer to it."""
    targets = (registry.targets(registry.manifests[artifact]) for artifact in judge)
    return frozenset(t for found in targets for t in found if t is not None and t.startswith(_POLICY))


def _is_due(verdict: Verdict | None, is_same_day: bool) -> bool:
    return verdict is None or verdict.when == _NEVER or (verdict.when == _TODAY and not is_same_day)


def _is_of_these(
    of_all: Iterable[Finding], registry: Registry, old: Mapping[str, Verdict], changed: frozenset[str]
) -> bool:
    """Whether what was said of all together would be said again."""
    if registry.doubles or old.keys() != registry.manifests.keys():
        return False
    paths = {registry.manifests[artifact].path for artifact in changed}
    # Of one that includes a folder nobody knows here what is in it now.
    is_same = all(
        old[artifact].key and old[artifact].face == _face(registry.manifests[artifact])
        for artifact in changed
    )
    return is_same and not any((f.artifact or "") in changed or f.location.path in paths for f in of_all)


def _news(registry: Registry, manifest: Manifest, findings: Sequence[Finding]) -> Verdict:
    verdict = _verdict(registry, manifest, findings)
    if registry.is_large:
        manifest.let_go()
    return verdict


def _verdict(registry: Registry, manifest: Manifest, findings: Sequence[Finding]) -> Verdict:
    return Verdict(
        key=_key(registry, manifest),
        face=_face(manifest),
        when=_when(registry, manifest, findings),
        findings=json.dumps([written_finding(finding) for finding in findings]) if findings else "",
    )


def _when(registry: Registry, manifest: Manifest, findings: Sequence[Finding]) -> str:
    """When a verdict may be said again: what is said of names that mean nothing depends on all there are."""
    if None in registry.targets(manifest) or "deprecation" in manifest.metadata:
        return _NEVER
    if findings and manifest.kind == "ContextPolicy":
        return _NEVER
    return _TODAY if manifest.kind == "Model" and "retires" in manifest.spec else _ALWAYS


def _key(registry: Registry, manifest: Manifest) -> str:
    """Which files a manifest is of; empty where that is more than some."""
    file = registry.files[manifest.path]
    if file.asked is None:
        return ""
    key = "\x1e".join((manifest.path, file.identity, *(word for other in file.asked for word in other)))
    return "" if _LINE in key or _FIELD in key else key


def _face(manifest: Manifest) -> str:
    """What of a manifest has a say in what is said of all together."""
    said = (
        manifest.path,
        [path for path, _ in manifest.summary.hashes],
        manifest.stability,
        manifest.formerly,
        manifest.links,
        [reference.pointer for reference in manifest.references],
        as_mapping(manifest.metadata.get("deprecation")).get("replacedBy"),
        manifest.spec.get("split") if manifest.kind == "EvalSuite" else None,
    )
    return blake2b(repr(said).encode("utf-8", "surrogateescape"), digest_size=12).hexdigest()


def _settings(registry: Registry) -> str:
    """What the settings say."""
    document = registry.settings.document
    said = canonical_json(dict(as_mapping(document.value))) if document is not None else b""
    return blake2b(said, digest_size=12).hexdigest()
