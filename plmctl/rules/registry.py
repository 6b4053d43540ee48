"""REG006: what an Application owes to the artifacts that it depends on (release.md, Bumps)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from plmctl.core.diff import Change, Fact, Side, paired
from plmctl.core.finding import Bump, Level, Rule
from plmctl.core.form import closure, forms_of, identities
from plmctl.core.graph import reachable
from plmctl.core.judgement import Judgement
from plmctl.core.registry import Registry
from plmctl.rules.judge import overridden

DEPENDENCY_CHANGED = Rule(
    code="REG006",
    name="dependency-changed",
    level=Level.INFO,
    bump=Bump.PATCH,
    meaning="An Application depends on an artifact that changed, so its closure is another one. "
    "It bumps major when a contract that it uses broke, minor when something in its closure may behave "
    "differently, else patch. The change itself is told, and accepted, where it happened.",
)
# A break is an error where it happened, once, and not again for each application that is built on it.
_LEVELS = {Bump.PATCH: Level.INFO, Bump.MINOR: Level.WARNING, Bump.MAJOR: Level.WARNING}

Judged = Mapping[str, tuple[Judgement, ...]]


def application_judgements(
    before: Registry, after: Registry, judgements: Iterable[Judgement], today: str | None = None
) -> tuple[Judgement, ...]:
    """REG006 for each Application of both registries whose dependencies are others; sorted by id."""
    pairs = paired(before, after)
    older, newer = _moment(before), _moment(after)
    judged = _by_artifact(judgements)
    found: list[Judgement] = []
    for application in after.of_kind("Application"):
        old = pairs[application.id]
        if old is None or older.dependencies(old) == newer.dependencies(application.id):
            continue
        view = _View(older=older, newer=newer, old=old, new=application.id, pairs=pairs)
        bump, reason = view.verdict(judged)
        found.append(
            Judgement(
                rule=DEPENDENCY_CHANGED,
                change=view.change(),
                level=_LEVELS[bump],
                bump=bump,
                message=reason,
            )
        )
    return tuple(overridden(judgement, after.settings, today) for judgement in found)


def _by_artifact(judgements: Iterable[Judgement]) -> Judged:
    found: dict[str, tuple[Judgement, ...]] = {}
    for judgement in judgements:
        artifact = judgement.change.artifact
        found[artifact] = (*found.get(artifact, ()), judgement)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moment:
    """A registry with the digests of its artifacts."""

    registry: Registry
    digests: Mapping[str, str]

    def dependencies(self, application: str) -> dict[str, str]:
        """The digests of all that it depends on, itself left out."""
        members = reachable(self.registry.dependencies, application) - {application}
        return {member: self.digests[member] for member in members}

    def contracts(self, application: str) -> frozenset[str]:
        """What it uses by name, and the tools that those refer to."""
        used = {
            edge.target
            for edge in self.registry.edges
            if edge.source == application and edge.reference.pointer[:2] == ("spec", "uses")
        }
        below = {target for artifact in used for target in self.registry.dependencies[artifact]}
        return frozenset(used | {target for target in below if target.startswith("tool/")})

    def closure(self, application: str) -> str:
        """Its closure."""
        return closure(application, self.registry.dependencies, self.digests)

    def side(self, application: str) -> Side:
        """It as a side of a comparison."""
        manifest = self.registry.manifests[application]
        return Side(manifest=manifest, forms=forms_of(manifest, self.registry))


def _moment(registry: Registry) -> _Moment:
    digests = {artifact: identity.digest for artifact, identity in identities(registry).items()}
    return _Moment(registry=registry, digests=digests)


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """One application before and after; ids of the older side are read with the names that they have now."""

    older: _Moment
    newer: _Moment
    old: str
    new: str
    pairs: Mapping[str, str | None]

    def change(self) -> Change:
        """The fact: the closure is another one."""
        return Change(
            artifact=self.new,
            kind="Application",
            fact=Fact.CHANGED,
            old=self.older.closure(self.old),
            new=self.newer.closure(self.new),
            in_digest=False,
            before=self.older.side(self.old),
            after=self.newer.side(self.new),
        )

    def verdict(self, judged: Judged) -> tuple[Bump, str]:
        """The bump, and what decides it."""
        old, new = self._named_now(self.older.dependencies(self.old)), self.newer.dependencies(self.new)
        found = [judgement for artifact in sorted({*old, *new}) for judgement in judged.get(artifact, ())]
        contracts = {*self._named_now(self.older.contracts(self.old)), *self.newer.contracts(self.new)}
        for judgement in found:
            if judgement.is_breaking and judgement.change.artifact in contracts:
                return Bump.MAJOR, _reason(judgement)
        for judgement in found:
            if judgement.is_breaking or judgement.is_behavioural:
                return Bump.MINOR, _reason(judgement)
        changed = min(artifact for artifact in {*old, *new} if old.get(artifact) != new.get(artifact))
        if changed not in old:
            return Bump.PATCH, f"{changed} joined its closure"
        if changed not in new:
            return Bump.PATCH, f"{changed} left its closure"
        return Bump.PATCH, _reason(judged[changed][0])

    def _named_now(self, artifacts: Iterable[str]) -> dict[str, str | None]:
        names = {old: new for new, old in self.pairs.items() if old is not None}
        digests = self.older.digests
        return {names.get(artifact, artifact): digests[artifact] for artifact in artifacts}


def _reason(judgement: Judgement) -> str:
    return f"{judgement.change.artifact} {judgement.code} {judgement.rule.name}"
