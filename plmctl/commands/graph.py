"""graph: what refers to what."""

from collections.abc import Collection
from dataclasses import replace

from plmctl.commands.amount import amount
from plmctl.commands.artifact import present
from plmctl.commands.holding import holdings, pointer_value
from plmctl.commands.kind import kind_named
from plmctl.commands.moment import current, unread_notes
from plmctl.commands.tree import tree_of
from plmctl.core.dataclass import dataclass
from plmctl.core.memo import Memo
from plmctl.core.picture import Arrow, Branch, Mark, Picture, picture_of
from plmctl.core.pointer import Pointer
from plmctl.core.ports import Repo
from plmctl.core.registry import Registry
from plmctl.core.report import Report
from plmctl.core.value import Value, pointer_text


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphOptions:
    """Where to begin (None: all), which way, how many steps; `kinds` keeps these and what leads to them."""

    artifact: str | None = None
    is_upstream: bool = False
    depth: int | None = None
    kinds: tuple[str, ...] = ()
    revision: str | None = None


def graph(repo: Repo, options: GraphOptions, memo: Memo | None = None) -> tuple[Report, Picture]:
    """What an artifact refers to, or what refers to it; and the same as a picture for other programs.

    `memo` is what runs before found out.
    """
    registry = current(tree_of(repo, options.revision, memo=memo), memo)
    start = present(options.artifact, registry) if options.artifact is not None else None
    wanted = {kind_named(word, registry.kinds.names) for word in options.kinds}
    whole = picture_of(registry)
    turned = whole.turned() if options.is_upstream else whole
    starts = (start,) if start is not None else turned.roots
    shown = turned.within(starts, options.depth)
    if wanted:
        shown = shown.towards(starts if start is not None else (), _of_kinds(registry, wanted))
        starts = tuple(artifact for artifact in starts if artifact in shown.nodes)
    picture = shown.turned() if options.is_upstream else shown
    report = Report(
        command="graph",
        branches=tuple(_sized(branch, registry) for branch in shown.branches(starts, options.depth)),
        data=_data(picture, registry, start, options),
        summary={"artifacts": len(picture.nodes), "references": len(picture.arrows)},
        notes=(*_cycle_notes(picture), *unread_notes(registry)),
    )
    return report, picture


def _of_kinds(registry: Registry, kinds: Collection[str]) -> frozenset[str]:
    return frozenset(m.id for m in registry.manifests.values() if m.kind in kinds)


def _pointers(artifact: str, registry: Registry) -> tuple[Pointer, ...]:
    """What points to the data of an artifact; nothing where it is missing."""
    known = (artifact,) if artifact in registry.manifests else ()
    return tuple(holding.pointer for holding in holdings(registry, known))


def _sized(branch: Branch, registry: Registry) -> Branch:
    """A row that says how much data the artifact has."""
    amounts = (amount(p.size, p.nfiles) for p in _pointers(branch.artifact, registry))
    return replace(branch, detail="; ".join(amounts))


def _cycle_notes(picture: Picture) -> tuple[str, ...]:
    return tuple(f"a cycle: {' -> '.join((*ring, ring[0]))}" for ring in picture.cycles)


def _data(picture: Picture, registry: Registry, start: str | None, options: GraphOptions) -> dict[str, Value]:
    return {
        "start": start,
        "direction": "upstream" if options.is_upstream else "downstream",
        "nodes": [_node(node, mark, registry) for node, mark in picture.nodes.items()],
        "edges": [_edge(arrow) for arrow in picture.arrows],
        "cycles": [[*ring] for ring in picture.cycles],
    }


def _node(node: str, mark: Mark, registry: Registry) -> Value:
    manifest = registry.manifests.get(node)
    return {
        "id": node,
        "kind": manifest.kind if manifest is not None else None,
        "path": manifest.path if manifest is not None else None,
        "problem": mark.value or None,
        "data": [pointer_value(pointer) for pointer in _pointers(node, registry)],
    }


def _edge(arrow: Arrow) -> Value:
    return {
        "source": arrow.source,
        "target": arrow.target,
        "about": arrow.is_about,
        "pointers": [pointer_text(pointer) for pointer in arrow.pointers],
    }
