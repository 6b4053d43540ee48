"""The reference graph as people look at it: what refers to what, missing targets included."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from enum import Enum
from functools import cached_property

from plmctl.core.dataclass import dataclass
from plmctl.core.graph import Graph, cycles, reachable, reversed_graph
from plmctl.core.manifest import Manifest, Reference
from plmctl.core.registry import Registry
from plmctl.core.value import Pointer


class Mark(Enum):
    """What is said of an artifact where it stands in a drawing."""

    NONE = ""
    REPEATED = "*"
    CYCLE = "cycle"
    MISSING = "missing"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """One artifact refers to another, at these places of its manifest."""

    source: str
    target: str
    is_about: bool
    is_followed: bool
    pointers: tuple[Pointer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A row of a tree: how deep it stands, and what is there; `detail` is shown where there is room."""

    depth: int
    artifact: str
    mark: Mark = Mark.NONE
    is_about: bool = False
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A part of the graph: its artifacts (MISSING and AMBIGUOUS are names that lead nowhere), sorted."""

    nodes: Mapping[str, Mark]
    arrows: tuple[Arrow, ...]

    @cached_property
    def arrows_of(self) -> Mapping[str, tuple[Arrow, ...]]:
        """What each artifact refers to: what it depends on first."""
        found: dict[str, list[Arrow]] = {node: [] for node in self.nodes}
        for arrow in sorted(self.arrows, key=lambda a: (a.is_about, a.target)):
            found[arrow.source].append(arrow)
        return {node: tuple(arrows) for node, arrows in found.items()}

    @cached_property
    def _followed(self) -> Graph:
        return {
            node: frozenset(arrow.target for arrow in arrows if arrow.is_followed)
            for node, arrows in self.arrows_of.items()
        }

    @property
    def cycles(self) -> tuple[tuple[str, ...], ...]:
        """The rings in it, sorted."""
        return cycles(self._followed)

    @property
    def roots(self) -> tuple[str, ...]:
        """Where a drawing of all of it begins: each artifact is in it, and no tree stands in another."""
        inner = {arrow.target for arrow in self.arrows if arrow.is_followed}
        leaves = {arrow.target for arrow in self.arrows if not self.arrows_of[arrow.target]}
        found = [node for node in self.nodes if node not in inner and node not in leaves]
        seen = {node for root in found for node in reachable(self._followed, root)} | leaves
        # What is left has only rings above it.
        for node in self.nodes:
            if node not in seen:
                found.append(node)
                seen.update(reachable(self._followed, node))
        return tuple(sorted(found))

    def turned(self) -> "Picture":
        """The same with every arrow the other way round."""
        back = (replace(arrow, source=arrow.target, target=arrow.source) for arrow in self.arrows)
        return Picture(nodes=self.nodes, arrows=tuple(sorted(back, key=_ends)))

    def within(self, starts: Collection[str], depth: int | None) -> "Picture":
        """What the starts lead to in so many steps, and the arrows on the way."""
        seen, edge, steps = set(starts), set(starts), 0
        arrows: list[Arrow] = []
        while edge and (depth is None or steps < depth):
            found = [arrow for node in edge for arrow in self.arrows_of[node]]
            arrows.extend(found)
            edge = {arrow.target for arrow in found if arrow.is_followed} - seen
            seen.update(edge)
            steps += 1
        return self._with({*seen, *(arrow.target for arrow in arrows)}, arrows)

    def towards(self, starts: Collection[str], wanted: Collection[str]) -> "Picture":
        """The starts, and of the rest what is wanted and what leads to it."""
        whole = {node: frozenset(a.target for a in arrows) for node, arrows in self.arrows_of.items()}
        back = reversed_graph(whole)
        kept = {node for end in wanted for node in reachable(back, end)}
        return self._with({*kept, *starts}, [a for a in self.arrows if a.target in kept and a.source in kept])

    def _with(self, nodes: Collection[str], arrows: Iterable[Arrow]) -> "Picture":
        kept = {node: mark for node, mark in self.nodes.items() if node in nodes}
        return Picture(nodes=kept, arrows=tuple(sorted(arrows, key=_ends)))

    def branches(self, starts: Iterable[str], depth: int | None = None) -> Iterator[Branch]:
        """The rows of a tree below each start; what stands below an artifact is drawn once."""
        drawn: dict[str, int] = {}
        for start in starts:
            yield from self._tree(start, depth, drawn)

    def _tree(self, start: str, limit: int | None, drawn: dict[str, int]) -> Iterator[Branch]:
        path: list[str] = []
        waiting: list[tuple[int, str, Arrow | None]] = [(0, start, None)]
        while waiting:
            depth, node, arrow = waiting.pop()
            del path[depth:]
            below = self.arrows_of[node] if arrow is None or arrow.is_followed else ()
            is_drawn = node in drawn and (limit is None or drawn[node] <= depth)
            mark = self._mark(node, path, below, is_drawn=is_drawn)
            yield Branch(depth=depth, artifact=node, mark=mark, is_about=arrow is not None and arrow.is_about)
            if mark is Mark.NONE and below and (limit is None or depth < limit):
                drawn[node] = depth
                path.append(node)
                waiting.extend((depth + 1, arrow.target, arrow) for arrow in reversed(below))

    def _mark(self, node: str, path: list[str], below: tuple[Arrow, ...], *, is_drawn: bool) -> Mark:
        if node in path and below:
            return Mark.CYCLE
        return Mark.REPEATED if is_drawn and below else self.nodes[node]


def picture_of(registry: Registry) -> Picture:
    """The graph of a registry."""
    nodes: dict[str, Mark] = dict.fromkeys(registry.manifests, Mark.NONE)
    places: dict[tuple[str, str], list[Reference]] = {}
    for manifest in registry.manifests.values():
        for reference in manifest.references:
            found = registry.candidates(reference)
            target = found[0] if len(found) == 1 else reference.written
            if len(found) != 1 and target not in registry.manifests:
                nodes[target] = Mark.AMBIGUOUS if found else Mark.MISSING
            places.setdefault((manifest.id, target), []).append(reference)
    arrows = (_arrow(registry.manifests[source], target, found) for (source, target), found in places.items())
    return Picture(nodes=dict(sorted(nodes.items())), arrows=tuple(sorted(arrows, key=_ends)))


def _arrow(source: Manifest, target: str, references: list[Reference]) -> Arrow:
    # An environment has no versions and depends on nothing: what it names beside its pins, it is only about.
    is_about = source.kind == "Environment" or all(reference.is_about for reference in references)
    return Arrow(
        source=source.id,
        target=target,
        is_about=is_about,
        is_followed=not is_about or any(is_pin(source, reference) for reference in references),
        pointers=tuple(sorted({reference.pointer for reference in references}, key=str)),
    )


def is_pin(source: Manifest, reference: Reference) -> bool:
    """Whether an Environment says with it which version of an Application it runs."""
    return source.kind == "Environment" and reference.pointer[:2] == ("spec", "pins")


def _ends(arrow: Arrow) -> tuple[str, str]:
    return arrow.source, arrow.target
