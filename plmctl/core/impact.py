"""What a change reaches: everything that depends on it, and the environments that run it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from plmctl.core.graph import Graph, distances
from plmctl.core.picture import Arrow, Picture

_ENVIRONMENT = "environment/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """An artifact in reach: how many steps away, and what it refers to on the shortest ways."""

    artifact: str
    distance: int
    through: tuple[str, ...]
    is_about: bool


def affected(picture: Picture, changed: Collection[str]) -> tuple[Affected, ...]:
    """What depends on the changed artifacts, and what is about one of all these, nearest first.

    Environments are left out: what they run is for their pins to say.
    """
    arrows = [arrow for arrow in picture.arrows if not arrow.source.startswith(_ENVIRONMENT)]
    steps = distances(_sources(arrows), changed)
    ways: dict[str, list[Arrow]] = {}
    for arrow in arrows:
        is_way = arrow.is_followed or arrow.source not in steps
        if is_way and arrow.target in steps and steps.get(arrow.source) != 0:
            ways.setdefault(arrow.source, []).append(arrow)
    found = (_affected(artifact, arrows, steps) for artifact, arrows in ways.items())
    return tuple(sorted(found, key=lambda a: (a.distance, a.artifact)))


def _sources(arrows: Collection[Arrow]) -> Graph:
    """What refers to each artifact so that it is followed."""
    found: dict[str, set[str]] = {}
    for arrow in arrows:
        if arrow.is_followed:
            found.setdefault(arrow.target, set()).add(arrow.source)
    return {target: frozenset(sources) for target, sources in found.items()}


def _affected(artifact: str, arrows: Collection[Arrow], steps: Mapping[str, int]) -> Affected:
    nearest = min(steps[arrow.target] for arrow in arrows)
    return Affected(
        artifact=artifact,
        distance=nearest + 1,
        through=tuple(arrow.target for arrow in arrows if steps[arrow.target] == nearest),
        is_about=not any(arrow.is_followed for arrow in arrows),
    )


def distance(graph: Graph, start: str, wanted: Collection[str]) -> int | None:
    """The fewest steps from an artifact to one of those that are wanted, None when it leads to none."""
    steps = distances(graph, (start,))
    return min((steps[end] for end in wanted if end in steps), default=None)
