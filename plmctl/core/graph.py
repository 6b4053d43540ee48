"""What depends on what: edges, cycles, closures."""

from collections.abc import Mapping
from dataclasses import dataclass

from plmctl.core.manifest import Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A reference that was resolved: from one artifact to another."""

    source: str
    target: str
    reference: Reference

    @property
    def is_dependency(self) -> bool:
        """Whether the source behaves as the target does; an *about* edge is none."""
        return not self.reference.is_about


Graph = Mapping[str, frozenset[str]]


def reachable(graph: Graph, start: str) -> frozenset[str]:
    """The start and everything it leads to."""
    seen = {start}
    waiting = [start]
    while waiting:
        for target in graph.get(waiting.pop(), frozenset()):
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    return frozenset(seen)


def reversed_graph(graph: Graph) -> Graph:
    """The same edges, the other way round."""
    back: dict[str, set[str]] = {node: set() for node in graph}
    for source, targets in graph.items():
        for target in targets:
            back.setdefault(target, set()).add(source)
    return {node: frozenset(sources) for node, sources in back.items()}


def cycles(graph: Graph) -> tuple[tuple[str, ...], ...]:
    """Every smallest ring of artifacts that depend on each other, once, from its first id on."""
    found: list[tuple[str, ...]] = []
    ringed: set[str] = set()
    for start in sorted(graph):
        if start not in ringed:
            ring = _ring(graph, start)
            if ring:
                ringed.update(ring)
                found.append(ring)
    return tuple(found)


def _ring(graph: Graph, start: str) -> tuple[str, ...]:
    # Breadth first, so that the ring is a shortest one through its start.
    before: dict[str, str] = {}
    waiting = [start]
    while waiting:
        following: list[str] = []
        for node in waiting:
            for target in sorted(graph.get(node, frozenset())):
                if target == start:
                    return _trail(before, start, node)
                if target not in before:
                    before[target] = node
                    following.append(target)
        waiting = following
    return ()


def _trail(before: Mapping[str, str], start: str, node: str) -> tuple[str, ...]:
    trail = [node]
    while trail[-1] != start:
        trail.append(before[trail[-1]])
    return tuple(reversed(trail))
