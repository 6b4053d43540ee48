"""What a change reaches: everything that depends on it, and what is about one of all these."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property

from plmctl.core.dataclass import dataclass
from plmctl.core.graph import Asked, Graph, distances, reachable
from plmctl.core.registry import Registry

_ENVIRONMENT = "environment/"


Ends = Mapping[str, bool]
"""Artifacts at the other ends of references, and whether one of these is a dependency."""


@dataclass(frozen=True, kw_only=True)
class Web:
    """What refers to what, found when it is asked for: what an artifact refers `to`, and who does so `of` it.

    Environments are left out: what they run is for their pins to say.
    """

    to: Callable[[str], Ends]
    of: Callable[[str], Ends]

    @cached_property
    def depends(self) -> Graph:
        """What each artifact depends on."""
        return Asked((), lambda artifact: _ends(self.to(artifact), is_dependency=True))

    @cached_property
    def above(self) -> Graph:
        """What depends on each artifact."""
        return Asked((), lambda artifact: _ends(self.of(artifact), is_dependency=True))

    def seen_from(self, artifact: str) -> frozenset[str]:
        """An artifact and what it is about, and all that these depend on."""
        starts = {artifact, *_ends(self.to(artifact), is_dependency=False)}
        return frozenset(end for start in starts for end in reachable(self.depends, start))

    def way(self, steps: Mapping[str, int], end: str) -> tuple[str, ...]:
        """The shortest way up to an artifact from where `steps` begin, both included; just it for none."""
        trail = [end]
        while steps.get(trail[-1]):
            nearer = steps[trail[-1]] - 1
            trail.append(min(t for t in self.depends[trail[-1]] if steps.get(t) == nearer))
        return tuple(reversed(trail))


Tie = tuple[str, str, bool]
"""What refers, to what, and whether that is a dependency."""


def web_of(registry: Registry, also: Iterable[Tie] = ()) -> Web:
    """The web of the references of a registry, and of some that were."""
    were = [tie for tie in also if not tie[0].startswith(_ENVIRONMENT)]
    to, of = _gathered(were), _gathered((target, source, depends) for source, target, depends in were)

    def referred_to(artifact: str) -> Ends:
        manifest = registry.manifests.get(artifact)
        is_here = manifest is not None and not artifact.startswith(_ENVIRONMENT)
        ties = registry.ties(manifest) if manifest is not None and is_here else ()
        return _merged(to.get(artifact, {}), ((target, depends) for _, target, depends in ties))

    def referring_to(artifact: str) -> Ends:
        sources = (m for m in registry.referrers.of(artifact) if not m.id.startswith(_ENVIRONMENT))
        ties = (tie for source in sources for tie in registry.ties(source))
        here = ((source, depends) for source, target, depends in ties if target == artifact)
        return _merged(of.get(artifact, {}), here)

    return Web(to=referred_to, of=referring_to)


def _gathered(ties: Iterable[Tie]) -> dict[str, Ends]:
    found: dict[str, Ends] = {}
    for start, end, depends in ties:
        found[start] = _merged(found.get(start, {}), ((end, depends),))
    return found


def _merged(ends: Ends, more: Iterable[tuple[str, bool]]) -> Ends:
    """Both, in the order of ids; a reference that is both is a dependency."""
    found = dict(ends)
    for end, depends in more:
        found[end] = depends or found.get(end, False)
    return dict(sorted(found.items()))


def _ends(ends: Ends, *, is_dependency: bool) -> Iterator[str]:
    return (end for end, depends in ends.items() if depends is is_dependency)


def renamed(ties: Iterable[Tie], names: Mapping[str, str]) -> Iterable[Tie]:
    """References with the ids that artifacts have now."""
    return (
        (names.get(source, source), names.get(target, target), depends) for source, target, depends in ties
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """An artifact in reach: how many steps away, and what it refers to on the shortest ways."""

    artifact: str
    distance: int
    through: tuple[str, ...]
    is_about: bool


def affected(web: Web, changed: Collection[str]) -> tuple[Affected, ...]:
    """What depends on the changed artifacts, and what is about one of all these, nearest first."""
    steps = distances(web.above, changed)
    ways: dict[str, list[str]] = {}
    for target in sorted(steps):
        for source, is_dependency in web.of(target).items():
            if (is_dependency or source not in steps) and steps.get(source) != 0:
                ways.setdefault(source, []).append(target)
    found = (_affected(artifact, targets, steps) for artifact, targets in ways.items())
    return tuple(sorted(found, key=lambda a: (a.distance, a.artifact)))


def _affected(artifact: str, targets: Collection[str], steps: Mapping[str, int]) -> Affected:
    nearest = min(steps[target] for target in targets)
    return Affected(
        artifact=artifact,
        distance=nearest + 1,
        through=tuple(target for target in targets if steps[target] == nearest),
        is_about=artifact not in steps,
    )


def distance(graph: Graph, start: str, wanted: Collection[str]) -> int | None:
    """The fewest steps from an artifact to one of those that are wanted, None when it leads to none."""
    steps = distances(graph, (start,))
    return min((steps[end] for end in wanted if end in steps), default=None)
