"""REG006: what an Application owes to the artifacts that it depends on (release.md, Bumps)."""

from collections.abc import Collection, Iterable, Mapping

from plmctl.core.change import Change, Fact, Side
from plmctl.core.dataclass import dataclass
from plmctl.core.diff import Pairs
from plmctl.core.few import few
from plmctl.core.finding import Bump, Level, Rule
from plmctl.core.fingerprint import fingerprinted
from plmctl.core.form import closure, forms_of, identity_of
from plmctl.core.graph import distances, reachable
from plmctl.core.judgement import Judgement, Reason
from plmctl.core.registry import Registry
from plmctl.core.settings import Settings
from plmctl.rules.judge import guarded

DEPENDENCY_CHANGED = Rule(
    code="REG006",
    name="dependency-changed",
    level=Level.INFO,
    bump=Bump.PATCH,
    worst=(Level.WARNING, Bump.MAJOR),
    meaning="An Application depends on an artifact that changed, so its closure is another one. "
    "It bumps major when a contract that it uses broke, minor when something in its closure may behave "
    "differently, else patch."
    "\n\n"
    "The change itself is told, and accepted, where it happened. Run the evaluations of the Application.",
)
# A break is an error where it happened, once, and not again for each application that is built on it.
_LEVELS = {Bump.PATCH: Level.INFO, Bump.MINOR: Level.WARNING, Bump.MAJOR: Level.WARNING}

# More reasons than this are counted.
_MOST = 3

Judged = Mapping[str, tuple[Judgement, ...]]


def application_judgements(
    before: Registry,
    after: Registry,
    judgements: Iterable[Judgement],
    today: str | None = None,
    only: Collection[str] | None = None,
    guard: Settings | None = None,
) -> tuple[Judgement, ...]:
    """REG006 for each Application (or some) of both registries whose dependencies differ; sorted by id."""
    pairs = Pairs(before, after)
    older, newer = _Moment(before), _Moment(after)
    judged = _by_artifact(judgements)
    found: list[Judgement] = []
    # Of what does not lead to anything that is not the same, nothing need be asked.
    reached = distances(after.dependents, [manifest.id for manifest in after.apart_from(before)])
    for application in after.ids_of("Application"):
        old = pairs.old(application) if only is None or application in only else None
        is_reached = old != application or old in reached
        if old is None or not is_reached or newer.is_as_in(older, application, old):
            continue
        view = _View(older=older, newer=newer, old=old, new=application, names=pairs.renames)
        bump, because = view.verdict(judged)
        found.append(
            Judgement(
                rule=DEPENDENCY_CHANGED,
                change=view.change(),
                level=_LEVELS[bump],
                bump=bump,
                message=_told(because),
                because=because,
            )
        )
    return tuple(fingerprinted(guarded(judgement, after.settings, today, guard) for judgement in found))


def _by_artifact(judgements: Iterable[Judgement]) -> Judged:
    found: dict[str, list[Judgement]] = {}
    for judgement in judgements:
        found.setdefault(judgement.change.artifact, []).append(judgement)
    return {artifact: tuple(judged) for artifact, judged in found.items()}


class _Moment:
    """A registry with the digests of its artifacts, each computed when it is asked for.

    It is compared with one other.
    """

    def __init__(self, registry: Registry):
        self.registry = registry
        self._digests: dict[str, str] = {}
        self._same: dict[str, bool] = {}

    def digest(self, artifact: str) -> str:
        """The digest of an artifact."""
        if artifact not in self._digests:
            self._digests[artifact] = identity_of(self.registry.manifests[artifact], self.registry).digest
        return self._digests[artifact]

    def members(self, application: str) -> frozenset[str]:
        """All that it depends on, itself left out."""
        return reachable(self.registry.dependencies, application) - {application}

    def dependencies(self, application: str) -> dict[str, str]:
        """The digests of all that it depends on, itself left out."""
        return {member: self.digest(member) for member in self.members(application)}

    def is_as_in(self, other: "_Moment", application: str, there: str) -> bool:
        """Whether an application depends on what it did under the name that it had there."""
        members = self.members(application)
        # Digests cost as much as all the rest: of what was not read again none is asked for.
        if members == other.members(there) and all(self._is_same_in(other, member) for member in members):
            return True
        return self.dependencies(application) == other.dependencies(there)

    def _is_same_in(self, other: "_Moment", artifact: str) -> bool:
        """Whether an artifact is the same manifest there, and its references lead to the same."""
        if artifact not in self._same:
            here, there = self.registry, other.registry
            manifest = here.manifests[artifact]
            is_same_manifest = manifest is there.manifests[artifact]
            self._same[artifact] = is_same_manifest and (
                here.resolves_as(there) or here.targets(manifest) == there.targets(manifest)
            )
        return self._same[artifact]

    def contracts(self, application: str) -> frozenset[str]:
        """What it uses by name, and the tools that those refer to."""
        manifest = self.registry.manifests[application]
        pairs = zip(manifest.references, self.registry.targets(manifest), strict=True)
        used = {target for r, target in pairs if target is not None and r.pointer[:2] == ("spec", "uses")}
        below = {target for artifact in used for target in self.registry.dependencies[artifact]}
        return frozenset(used | {target for target in below if target.startswith("tool/")})

    def closure(self, application: str) -> str:
        """Its closure."""
        digests = {**self.dependencies(application), application: self.digest(application)}
        return closure(application, self.registry.dependencies, digests)

    def side(self, application: str) -> Side:
        """It as a side of a comparison."""
        manifest = self.registry.manifests[application]
        return Side(manifest=manifest, forms=forms_of(manifest, self.registry), registry=self.registry)


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """One application before and after; ids of the older side are read with the names that they have now."""

    older: _Moment
    newer: _Moment
    old: str
    new: str
    names: Mapping[str, str]

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

    def verdict(self, judged: Judged) -> tuple[Bump, tuple[Reason, ...]]:
        """The bump, and what decides it."""
        old, new = self._named_now(self.older.dependencies(self.old)), self.newer.dependencies(self.new)
        found = [judgement for artifact in sorted({*old, *new}) for judgement in judged.get(artifact, ())]
        contracts = {*self._contracts_before(), *self.newer.contracts(self.new)}
        broken = [j for j in found if j.is_breaking and j.change.artifact in contracts]
        if broken:
            return Bump.MAJOR, _reasons(broken)
        different = [j for j in found if j.is_breaking or j.is_behavioural]
        if different:
            return Bump.MINOR, _reasons(different)
        changed = sorted(artifact for artifact in {*old, *new} if old.get(artifact) != new.get(artifact))
        return Bump.PATCH, tuple(_change(artifact, old, new, judged) for artifact in changed)

    def _contracts_before(self) -> frozenset[str]:
        return frozenset(map(self._name_now, self.older.contracts(self.old)))

    def _named_now(self, digests: Mapping[str, str]) -> dict[str, str]:
        return {self._name_now(artifact): digest for artifact, digest in digests.items()}

    def _name_now(self, artifact: str) -> str:
        return self.names.get(artifact, artifact)


def _change(artifact: str, old: Mapping[str, str], new: Mapping[str, str], judged: Judged) -> Reason:
    if artifact not in old:
        return Reason(artifact=artifact, said="joined its closure")
    if artifact not in new:
        return Reason(artifact=artifact, said="left its closure")
    return judged[artifact][0].reasons[0]


def _reasons(found: Iterable[Judgement]) -> tuple[Reason, ...]:
    return tuple(dict.fromkeys(reason for judgement in found for reason in judgement.reasons))


def _told(reasons: tuple[Reason, ...]) -> str:
    return few([str(reason) for reason in reasons], _MOST)
