"""Renames that nobody wrote down: one artifact goes, and another of its kind comes with the same spec."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from plmctl.core.canonical import canonical_json
from plmctl.core.form import forms_of
from plmctl.core.manifest import Manifest
from plmctl.core.registry import Registry

Spec = tuple[str, bytes]
"""A kind, and the canonical form of a resolved spec."""


def twins(
    before: Registry, after: Registry, gone: Iterable[str], come: Iterable[str], renames: Mapping[str, str]
) -> Mapping[str, str]:
    """What went, and what came with the same spec: each with the other's id.

    Of several that are alike the first that went belongs to the first that came, by their ids. A file that
    cannot be read on the other side may hold the artifact still, or held it before: it is left out.
    """
    older = [before.manifests[a] for a in gone if before.manifests[a].path not in after.broken]
    newer = [after.manifests[a] for a in come if after.manifests[a].path not in before.broken]
    kinds = {manifest.kind for manifest in older} & {manifest.kind for manifest in newer}
    was = _by_spec((m for m in older if m.kind in kinds), before, renames)
    found: dict[str, str] = {}
    for spec, ids in _by_spec((m for m in newer if m.kind in kinds), after, {}).items():
        for old, new in zip(was.get(spec, ()), ids, strict=False):
            found.update({old: new, new: old})
    return found


def _by_spec(
    manifests: Iterable[Manifest], registry: Registry, renames: Mapping[str, str]
) -> dict[Spec, tuple[str, ...]]:
    """The ids of those that have the same spec, sorted."""
    keyed = sorted(_keyed(manifests, registry, renames))
    return {spec: tuple(artifact for _, artifact in group) for spec, group in groupby(keyed, lambda k: k[0])}


def _keyed(
    manifests: Iterable[Manifest], registry: Registry, renames: Mapping[str, str]
) -> Iterator[tuple[Spec, str]]:
    for manifest in manifests:
        spec = forms_of(manifest, registry, renames).resolved["spec"]
        yield (manifest.kind, canonical_json(spec)), manifest.id
