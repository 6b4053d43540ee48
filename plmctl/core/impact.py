"""What a change reaches: everything that depends on it, and what is about one of all these."""

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property

from plmctl.core.dataclass import dataclass
from plmctl.core.graph import Graph, distances, reachable, reversed_graph

_ENVIRONMENT = "environment/"


@dataclass(frozen=True, kw_only=True)
class Web:
    """What refers to what, by source and target, and whether that is a dependency.

    Environments are left out: what they run is for their pins to say.
    """

    links: Mapping[tuple[str, str], bool]

    @cached_property
    def depends(self) -> Graph:
        """What each artifact depends on."""
        return self._graph(is_dependency=True)

    @cached_property
    def about(self) -> Graph:
        """What each artifact is only about."""
        return self._graph(is_dependency=False)

    def _graph(self, *, is_dependency: bool) -> Graph:
        found: dict[str, set[str]] = {}
        for (source, target), depends in self.links.items():
            if depends is is_dependency:
                found.setdefault(source, set()).add(target)
        return {source: frozenset(targets) for source, targets in found.items()}

    @cached_property
    def above(self) -> Graph:
        """What depends on each artifact."""
        return reversed_graph(self.depends)

    def seen_from(self, artifact: str) -> frozenset[str]:
        """An artifact and what it is about, and all that these depend on."""
        starts = {artifact, *self.about.get(artifact, ())}
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


def web_of(ties: Iterable[Tie]) -> Web:
    """The web that some references make."""
    links: dict[tuple[str, str], bool] = {}
    for source, target, is_dependency in ties:
        if not source.startswith(_ENVIRONMENT):
            ends = source, target
            links[ends] = is_dependency or links.get(ends, False)
    return Web(links=dict(sorted(links.items())))


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
    for (source, target), is_dependency in web.links.items():
        is_way = is_dependency or source not in steps
        if is_way and target in steps and steps.get(source) != 0:
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
