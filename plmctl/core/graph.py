"""What depends on what: edges, cycles, closures."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from plmctl.core.dataclass import dataclass
from plmctl.core.manifest import Manifest, Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A reference that was resolved: from one artifact to another; `index` is its place in the manifest's."""

    source: str
    target: str
    manifest: Manifest
    index: int

    @property
    def reference(self) -> Reference:
        """The reference itself."""
        return self.manifest.references[self.index]

    @property
    def is_dependency(self) -> bool:
        """Whether the source behaves as the target does; an *about* edge is none."""
        return not self.manifest.links[self.index].is_about


Graph = Mapping[str, frozenset[str]]


class Asked(Graph):
    """A graph of which the targets of a node are found when somebody asks for them."""

    def __init__(self, nodes: Collection[str], targets: Callable[[str], Iterable[str]]):
        self._nodes = nodes
        self._targets = targets
        self._found: dict[str, frozenset[str]] = {}

    def __getitem__(self, node: str) -> frozenset[str]:
        """What it leads to. Raises KeyError where `targets` does."""
        found = self._found.get(node)
        if found is None:
            found = self._found[node] = frozenset(self._targets(node))
        return found

    def __iter__(self) -> Iterator[str]:
        """All nodes."""
        return iter(self._nodes)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._nodes)


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


def distances(graph: Graph, starts: Collection[str]) -> Mapping[str, int]:
    """How many steps the shortest way takes from one of the starts, for everything that they lead to."""
    steps, edge, distance = dict.fromkeys(starts, 0), set(starts), 0
    while edge:
        distance += 1
        edge = {target for node in edge for target in graph.get(node, frozenset())} - steps.keys()
        steps.update(dict.fromkeys(edge, distance))
    return steps


def reversed_graph(graph: Graph) -> Graph:
    """The same edges, the other way round."""
    back: dict[str, set[str]] = {node: set() for node in graph}
    for source, targets in graph.items():
        for target in targets:
            back.setdefault(target, set()).add(source)
    return {node: frozenset(sources) for node, sources in back.items()}


def cycles(graph: Graph) -> tuple[tuple[str, ...], ...]:
    """A shortest ring through the first id of each knot of artifacts that depend on each other, sorted."""
    knots = (knot for knot in _knots(graph) if len(knot) > 1 or knot[0] in graph.get(knot[0], frozenset()))
    return tuple(sorted(_ring(graph, min(knot)) for knot in knots))


def _knots(graph: Graph) -> Iterator[list[str]]:
    """The strongly connected components (Tarjan 1972, without recursion)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    for root in graph:
        if root in order:
            continue
        work: list[tuple[str, Iterator[str]]] = []
        _enter(root, graph, order, low, stack, on_stack, work)
        while work:
            node, targets = work[-1]
            target = next(targets, None)
            if target is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == order[node]:
                    yield _cut(stack, on_stack, node)
            elif target not in order:
                _enter(target, graph, order, low, stack, on_stack, work)
            elif target in on_stack:
                low[node] = min(low[node], order[target])


def _enter(
    node: str,
    graph: Graph,
    order: dict[str, int],
    low: dict[str, int],
    stack: list[str],
    on_stack: set[str],
    work: list[tuple[str, Iterator[str]]],
) -> None:
    order[node] = low[node] = len(order)
    stack.append(node)
    on_stack.add(node)
    work.append((node, iter(graph.get(node, frozenset()))))


def _cut(stack: list[str], on_stack: set[str], node: str) -> list[str]:
    knot = [stack.pop()]
    while knot[-1] != node:
        knot.append(stack.pop())
    on_stack.difference_update(knot)
    return knot


def _ring(graph: Graph, start: str) -> tuple[str, ...]:
    # Breadth first, so that the ring is a shortest one; it exists, because the start is in a knot.
    before: dict[str, str] = {}
    waiting = [start]
    while True:
        following: list[str] = []
        for node in waiting:
            for target in sorted(graph.get(node, frozenset())):
                if target == start:
                    return _trail(before, start, node)
                if target not in before:
                    before[target] = node
                    following.append(target)
        waiting = following


def _trail(before: Mapping[str, str], start: str, node: str) -> tuple[str, ...]:
    trail = [node]
    while trail[-1] != start:
        trail.append(before[trail[-1]])
    return tuple(reversed(trail))
