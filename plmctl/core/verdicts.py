"""What rules said of each manifest in the run before, for those of which they would say the same again.

What is said of a manifest depends on its files, on what its references lead to, and on what these lead to in
turn: of all but itself on more than their descriptions. Where none of that changed it is not looked at again,
and not even parsed. What is said of all of them together, as of rings of references, depends on their faces
alone.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from plmctl.core.cache import Cache, one
from plmctl.core.dataclass import dataclass
from plmctl.core.face import NO_FACE, face_of, outside_of, settings_face
from plmctl.core.finding import Finding
from plmctl.core.graph import Asked, distances
from plmctl.core.manifest import Manifest
from plmctl.core.registry import Registry
from plmctl.core.stock import Stock
from plmctl.core.view import View
from plmctl.core.written_finding import read_finding, text, written_finding

KIND = "verdicts"
"""What is kept in a cache, beside a stock of manifests: few values for all of them."""
_STATE, _FEW, _FACES = "state", "few", "faces"
_NEVER, _TODAY, _ALWAYS = "never", "today", ""
_POLICY = "contextpolicy/"
_PARTS = ("face", "outside", "when", "findings")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was said of a manifest: by which face, and when it may be said again.

    `outside` stands for what is said of others by: of all that the manifest says, and its files.
    """

    face: str
    outside: str
    when: str
    findings: str


_NONE = Verdict(face=NO_FACE, outside=NO_FACE, when=_NEVER, findings="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What can be said again: of `told` artifacts, and of all together; `judge` are those to look at.

    `of_all` is None where it has to be found out.
    """

    judge: frozenset[str]
    told: Mapping[str, tuple[Finding, ...]]
    of_all: tuple[Finding, ...] | None

    @property
    def each(self) -> Iterator[Finding]:
        """What is said again of single manifests."""
        return (f for artifact, found in self.told.items() if artifact not in self.judge for f in found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """What is known of the registry that was judged last: how it was not as the stock, and what was said.

    `each` are the verdicts on what is not as the stock's was; `when` and `findings` those of few others.
    """

    day: str
    settings: str
    of_all: tuple[Finding, ...]
    delta: Mapping[str, str]
    come: frozenset[str]
    gone: frozenset[str]
    each: Mapping[str, Verdict]


class Verdicts:
    """The verdicts on the registry that was judged last; they are no proof."""

    def __init__(self, cache: Cache):
        self._cache = cache
        self._before: _Before | None = None
        self._said: _Said | None = None
        self._news: dict[str, Verdict] = {}

    @property
    def is_new(self) -> bool:
        """Whether something was judged."""
        return self._said is not None

    def known(self, registry: Registry, today: str | None) -> Known:
        """What can be said again of a registry."""
        view, self._news = registry.view, {}
        before = self._before = _Before.read(self._cache, view.stock) if view is not None else None
        if view is None or before is None or before.state.settings != settings_face(registry):
            return Known(judge=frozenset(registry.manifests), told={}, of_all=None)
        state, here = before.state, registry.manifests
        paths = _other_paths(view, state)
        changed = frozenset(_changed(registry, view, state, paths))
        renamed = frozenset(_meaning_another(registry, view, state))
        is_seen = {a for a in changed if before.verdict(a).outside != outside_of(registry, here[a])}
        judge = _leading_to(registry, renamed | is_seen)
        judge |= _policies(registry, judge)
        is_same_day = state.day == (today or "")
        judge |= {a for a, when in before.when.items() if a in here and _is_due(when, is_same_day)}
        told = {a: found for a, found in before.told.items() if a in here}
        # What is said of a place in another file is not there any more.
        judge |= {a for a, found in told.items() if any(f.location.path in paths for f in found)}
        return Known(
            judge=judge | changed,
            told=told,
            of_all=state.of_all if _is_of_these(registry, view, before, changed | renamed) else None,
        )

    def note(self, part: Registry, each: Iterable[Finding]) -> None:
        """What was said of the suspects of a registry, while their documents are held."""
        if not self._cache.is_lasting:
            return
        found: dict[str, list[Finding]] = {}
        for finding in each:
            found.setdefault(finding.artifact or "", []).append(finding)
        for manifest in part.judged():
            self._news[manifest.id] = _verdict(part, manifest, found.get(manifest.id, ()))

    def keep(self, registry: Registry, today: str | None, known: Known, of_all: Sequence[Finding]) -> None:
        """Know in the next run what was noted, and what was said of all together."""
        if self._cache.is_lasting and (known.judge or known.of_all is None):
            day, settings = today or "", settings_face(registry)
            self._said = _Said(registry=registry, day=day, settings=settings, of_all=of_all, news=self._news)

    def write(self, stock: Stock | None, *, is_all: bool) -> None:
        """Keep what was said beside a stock; `is_all`: the stock is the very registry that was judged."""
        said = self._said
        if said is None or stock is None:
            return
        view, before = said.registry.view, self._before
        known = before.verdict if before is not None else None
        if is_all:
            here = said.registry.manifests
            verdicts = {a: said.news[a] if a in said.news or known is None else known(a) for a in here}
            others = {a: verdict for a, verdict in verdicts.items() if a not in stock.index}
            self._keep_base(stock, verdicts)
            self._keep_state(stock, said, others, {}, frozenset(others), frozenset())
        elif view is not None and view.stock is stock:
            each = {**(before.state.each if before is not None else {}), **said.news}
            if before is None:
                # It says what holds of this registry, not of the one that the stock was.
                self._keep_base(stock, {a: v for a, v in each.items() if view.is_kept(a)})
                each = {a: v for a, v in each.items() if a not in stock.index or not view.is_kept(a)}
            each = {a: verdict for a, verdict in each.items() if a in said.registry.manifests}
            self._keep_state(stock, said, each, view.delta, view.come, view.gone)

    def _keep_base(self, stock: Stock, verdicts: Mapping[str, Verdict]) -> None:
        each = {a: verdicts.get(a, _NONE) for a in stock.index}
        few = {
            "when": {a: verdict.when for a, verdict in each.items() if verdict.when},
            "findings": {a: verdict.findings for a, verdict in each.items() if verdict.findings},
        }
        faces = "".join(verdict.face + verdict.outside for verdict in each.values())
        values = {_FACES: faces.encode(), _FEW: json.dumps(few).encode()}
        self._cache.keep(KIND, {name: (stock.stamp, value) for name, value in values.items()})

    def _keep_state(
        self,
        stock: Stock,
        said: "_Said",
        each: Mapping[str, Verdict],
        delta: Mapping[str, str],
        come: Iterable[str],
        gone: Iterable[str],
    ) -> None:
        written = {
            "day": said.day,
            "settings": said.settings,
            "of_all": [written_finding(finding) for finding in said.of_all],
            "delta": dict(delta),
            "come": sorted(come),
            "gone": sorted(gone),
            "each": {a: [getattr(verdict, part) for part in _PARTS] for a, verdict in each.items()},
        }
        self._cache.keep(KIND, {_STATE: (stock.stamp, json.dumps(written).encode())})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What was said of a registry in this run."""

    registry: Registry
    day: str
    settings: str
    of_all: Sequence[Finding]
    news: Mapping[str, Verdict]


class _Before:
    """What the run before said."""

    def __init__(self, cache: Cache, stock: Stock, state: _State, few: Mapping[str, Mapping[str, str]]):
        self.state = state
        self._cache = cache
        self._stock = stock
        said = state.each.items()
        self.when = {**few["when"], **{artifact: verdict.when for artifact, verdict in said}}
        self._findings = {**few["findings"], **{artifact: verdict.findings for artifact, verdict in said}}
        self.told = {a: tuple(map(read_finding, json.loads(f))) for a, f in self._findings.items() if f}
        """The findings in single manifests, by id."""

    @classmethod
    def read(cls, cache: Cache, stock: Stock) -> "_Before | None":
        """What is kept beside a stock."""
        kept = cache.named(KIND, [_STATE, _FEW])
        if {stamp for stamp, _ in kept.values()} != {stock.stamp} or len(kept) < 2:
            return None
        try:
            said, few = json.loads(kept[_STATE][1]), json.loads(kept[_FEW][1])
            state = _State(
                day=text(said["day"]),
                settings=text(said["settings"]),
                of_all=tuple(map(read_finding, said["of_all"])),
                delta=dict(said["delta"]),
                come=frozenset(said["come"]),
                gone=frozenset(said["gone"]),
                each={
                    a: Verdict(**{name: text(each) for name, each in zip(_PARTS, words, strict=True)})
                    for a, words in said["each"].items()
                },
            )
            few = {name: {text(a): text(v) for a, v in few[name].items()} for name in ("when", "findings")}
            return cls(cache, stock, state, few)
        except (AttributeError, LookupError, RecursionError, TypeError, ValueError):
            return None

    def verdict(self, artifact: str) -> Verdict:
        """What was said of an artifact."""
        found = self.state.each.get(artifact)
        if found is not None:
            return found
        width, stock = len(NO_FACE), self._stock
        at = (stock.index.get(artifact, len(stock.paths)) + len(stock.index) - len(stock.paths)) * 2 * width
        faces = self._faces[at : at + 2 * width] or 2 * NO_FACE
        return Verdict(
            face=faces[:width],
            outside=faces[width:],
            when=self.when.get(artifact, _ALWAYS),
            findings=self._findings.get(artifact, ""),
        )

    @cached_property
    def _faces(self) -> str:
        stamp, value = one(self._cache, KIND, _FACES)
        is_whole = stamp == self._stock.stamp and len(value) == len(self._stock.index) * 2 * len(NO_FACE)
        return value.decode("ascii", "replace") if is_whole else ""


def has_verdicts(cache: Cache, stock: Stock) -> bool:
    """Whether something was judged beside a stock."""
    return one(cache, KIND, _STATE)[0] == stock.stamp


def _other_paths(view: View, state: _State) -> frozenset[str]:
    """The files that are not what they were."""
    either = state.delta.keys() | view.delta.keys()
    return frozenset(path for path in either if state.delta.get(path) != view.delta.get(path))


def _changed(registry: Registry, view: View, state: _State, others: frozenset[str]) -> Iterator[str]:
    """The artifacts of which a file is another."""
    for path in {p for other in others for p in (other, *view.stock.askers.get(other, ()))}:
        artifact = registry.artifact_in(path)
        if artifact is not None:
            yield artifact
    for read in view.own.values():
        if read.manifest is not None:
            is_other = read.asked is None or any(other in others for other, _ in read.asked)
            if is_other or read.manifest.id not in state.each:
                yield read.manifest.id


def _meaning_another(registry: Registry, view: View, state: _State) -> Iterator[str]:
    """The artifacts that came, and those of which a reference may mean something else."""
    for artifact in (state.come ^ view.come) | (state.gone ^ view.gone):
        if artifact in registry.manifests:
            yield artifact
        yield from (manifest.id for manifest in registry.referrers.writing(artifact.partition("/")[2]))


def _leading_to(registry: Registry, changed: frozenset[str]) -> frozenset[str]:
    """What is changed, and all that leads to it by references of any sort."""
    referring = Asked((), lambda artifact: (manifest.id for manifest in registry.referrers.of(artifact)))
    return frozenset(distances(referring, changed))


def _policies(registry: Registry, judge: Iterable[str]) -> frozenset[str]:
    """The context policies of prompts: what is said of one depends on those too that refer to it."""
    targets = (registry.targets(registry.manifests[artifact]) for artifact in judge)
    return frozenset(t for found in targets for t in found if t is not None and t.startswith(_POLICY))


def _is_due(when: str, is_same_day: bool) -> bool:
    return when == _NEVER or (when == _TODAY and not is_same_day)


def _is_of_these(registry: Registry, view: View, before: _Before, changed: frozenset[str]) -> bool:
    """Whether what was said of all together would be said again."""
    if (before.state.come, before.state.gone) != (view.come, view.gone):
        return False
    here = {artifact: registry.manifests[artifact] for artifact in changed}
    paths = {manifest.path for manifest in here.values()}
    # Of one that includes a folder nobody knows here what is in it now.
    is_same = all(
        registry.files[manifest.path].asked is not None and before.verdict(artifact).face == face_of(manifest)
        for artifact, manifest in here.items()
    )
    told = before.state.of_all
    return is_same and not any((f.artifact or "") in changed or f.location.path in paths for f in told)


def _verdict(registry: Registry, manifest: Manifest, findings: Sequence[Finding]) -> Verdict:
    return Verdict(
        face=face_of(manifest),
        outside=outside_of(registry, manifest),
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
