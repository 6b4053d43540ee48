"""Texts that belong to one artifact: named as its manifest is, and included by no other."""

import posixpath
from collections.abc import Iterator, Mapping

from plmctl.core.dataclass import dataclass
from plmctl.core.manifest import Manifest
from plmctl.core.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Companions:
    """The texts of a manifest that are named as it is: where some are to be, and which of them stay."""

    moves: Mapping[str, str]
    shared: tuple[str, ...] = ()


def companions(registry: Registry, manifest: Manifest, path: str) -> Companions:
    """The texts that go with a manifest to a path."""
    old, new = _stem(manifest.path), _stem(path)
    if old == new:
        return Companions(moves={})
    named = {t.path for t in manifest.templates if t.path is not None and t.path.startswith(f"{old}.")}
    others = tuple(_included_elsewhere(registry, manifest))
    shared = {text for text in named if any(_holds(place, text) for place in others)}
    return Companions(
        moves={text: new + text[len(old) :] for text in sorted(named - shared)}, shared=tuple(sorted(shared))
    )


def _stem(path: str) -> str:
    return posixpath.splitext(path)[0]


def _included_elsewhere(registry: Registry, manifest: Manifest) -> Iterator[str]:
    """The files and folders that the others include; a text that is a manifest itself is one of those."""
    for other in (*registry.manifests.values(), *registry.doubles):
        yield other.path
        if other is not manifest:
            yield from (included.path for included in other.included.values())


def _holds(place: str, path: str) -> bool:
    return path == place or path.startswith(f"{place}/")
