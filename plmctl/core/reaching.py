"""From what is judged to what it reaches: a Reach for each artifact, in the order in which reviewers ask."""

from collections.abc import Iterable, Mapping
from dataclasses import field

from plmctl.core.change import Fact
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import Bump
from plmctl.core.graph import distances
from plmctl.core.impact import Affected, Web, affected
from plmctl.core.judgement import Judgement, Reason
from plmctl.core.reach import Reach, Running

_NO_VERSIONS = "environment/"
_EVALUATION = "evalsuite/"

Runs = Mapping[str, tuple[Running, ...]]
"""The environments that run each application, those that a change gets to."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """The judgements by artifact, the one with the largest bump first; Environments have none.

    Of `shown` somebody wants to hear: of reasons that weigh the same theirs come first. None is all.
    """

    by_artifact: Mapping[str, tuple[Judgement, ...]]
    shown: frozenset[str] | None = None

    def bump(self, artifact: str) -> Bump:
        """The smallest that the next version of an artifact may have."""
        return max((judgement.bump for judgement in self.by_artifact.get(artifact, ())), default=Bump.NONE)

    def reasons(self, artifact: str) -> tuple[Reason, ...]:
        """Why, worst first."""
        found = self.by_artifact.get(artifact, ())
        return tuple(
            dict.fromkeys(
                reason
                for judgement in found
                for reason in sorted(judgement.reasons, key=lambda reason: not self.is_shown(reason.artifact))
            )
        )

    def is_shown(self, artifact: str) -> bool:
        """Whether somebody wants to hear of an artifact."""
        return self.shown is None or artifact in self.shown

    def is_changed(self, artifact: str) -> bool:
        """Whether something of it changed, and not only what it depends on."""
        return any(not judgement.because for judgement in self.by_artifact.get(artifact, ()))

    def is_removed(self, artifact: str) -> bool:
        """Whether it is gone."""
        found = self.by_artifact.get(artifact, ())
        return any(j.change.fact is Fact.REMOVED and not j.change.pointer for j in found)

    def is_different(self, artifact: str) -> bool:
        """Whether it broke, or may behave differently."""
        found = self.by_artifact.get(artifact, ())
        return any(not j.because and (j.is_breaking or j.is_behavioural) for j in found)

    def origins(self, artifacts: Iterable[str]) -> frozenset[str]:
        """Where it began that these artifacts are judged: themselves, or what they depend on."""
        return frozenset(
            reason.artifact
            for artifact in artifacts
            for judgement in self.by_artifact.get(artifact, ())
            for reason in judgement.reasons
        )


def judged_of(judgements: Iterable[Judgement], shown: frozenset[str] | None = None) -> Judged:
    """Judgements, sorted out."""
    found: dict[str, list[Judgement]] = {}
    for judgement in sorted(judgements, key=lambda judgement: -judgement.bump):
        if not judgement.change.artifact.startswith(_NO_VERSIONS) and not _is_of_registry(judgement):
            found.setdefault(judgement.change.artifact, []).append(judgement)
    by_artifact = {artifact: tuple(items) for artifact, items in sorted(found.items())}
    return Judged(by_artifact=by_artifact, shown=shown)


def _is_of_registry(judgement: Judgement) -> bool:
    """Whether the registry has become wrong at an artifact that did not change (REG001 and its like)."""
    return judgement.code.startswith("REG") and not judgement.because


def reach_of(web: Web, judged: Judged, runs: Runs) -> tuple[Reach, ...]:
    """What the changes reach, or those that are shown; Applications first, worst first."""
    starts = [artifact for artifact in judged.by_artifact if judged.is_shown(artifact)]
    reached = affected(web, starts)
    chains = _Chains(web=web, judged=judged).of(starts, reached)
    about = {found.artifact for found in reached if found.is_about}
    found = [
        Reach(
            artifact=artifact,
            bump=judged.bump(artifact),
            why=tuple(map(str, judged.reasons(artifact))),
            chain=chain,
            running=runs.get(artifact, ()),
            is_about=artifact in about,
            is_to_run=_is_to_run(artifact, web, judged),
        )
        for artifact, chain in chains.items()
    ]
    # An environment can put in an application's place what it does not depend on otherwise.
    bound = (a for a in runs if a not in chains and a not in judged.by_artifact)
    found.extend(Reach(artifact=a, bump=judged.bump(a), running=runs[a]) for a in bound)
    return tuple(sorted(found, key=_order))


def _order(reach: Reach) -> tuple[bool, int, int, str]:
    return not reach.is_application, -reach.bump, len(reach.chain), reach.artifact


def _is_to_run(artifact: str, web: Web, judged: Judged) -> bool:
    """Whether it is an evaluation, and something that it is about, or is made of, may behave differently."""
    if not artifact.startswith(_EVALUATION) or judged.is_removed(artifact):
        return False
    return any(map(judged.is_different, web.seen_from(artifact)))


@dataclass(frozen=True, kw_only=True)
class _Chains:
    """The ways from what changed to what it reaches."""

    web: Web
    judged: Judged
    steps: dict[str, Mapping[str, int]] = field(default_factory=dict)

    def of(self, starts: Iterable[str], reached: Iterable[Affected]) -> dict[str, tuple[str, ...]]:
        """A chain for each start, and for each that is reached, nearest first."""
        chains = {artifact: self._from_its_reason(artifact) for artifact in starts}
        for found in reached:
            here, is_judged = found.artifact, found.artifact in self.judged.by_artifact
            chains[here] = self._from_its_reason(here) if is_judged else (*chains[found.through[0]], here)
        return chains

    def _from_its_reason(self, artifact: str) -> tuple[str, ...]:
        """From the worst reason where it is none itself: the way there is in the web."""
        if self.judged.is_changed(artifact):
            return (artifact,)
        cause = self.judged.reasons(artifact)[0].artifact
        self.steps[cause] = self.steps.get(cause) or distances(self.web.above, (cause,))
        return self.web.way(self.steps[cause], artifact)
