"""What is asked of all artifacts of a registry at once: most of them need not be made for it."""

from collections.abc import Iterator

from plmctl.core.known_digests import known_digests
from plmctl.core.manifest import Manifest
from plmctl.core.registry import Registry


def versioned_ids(registry: Registry) -> tuple[str, ...]:
    """The ids of the artifacts that have versions, sorted."""
    known = registry.kinds.by_prefix
    prefixes = {prefix for prefix, kind in known.items() if kind in registry.kinds.versioned}
    return tuple(a for a in registry.manifests if a.partition("/")[0] in prefixes)


def having_data(registry: Registry) -> Iterator[Manifest]:
    """The artifacts that name data in the repository."""
    if registry.view is None:
        return (m for m in registry.manifests.values() if m.summary.outs)
    return (registry.manifests[artifact] for artifact, _ in registry.view.having("outs"))


def including(registry: Registry) -> Iterator[Manifest]:
    """The artifacts in which files have a say that are no manifests of their own."""
    view = registry.view
    if view is None:
        return (m for m in registry.manifests.values() if m.summary.hashes)
    paths = (*(path for path in view.stock.few.asked if view.has(path)), *view.own)
    found = (view.file(path).manifest for path in dict.fromkeys(paths))
    return (m for m in found if m is not None and m.summary.hashes)


def retired(registry: Registry) -> tuple[Manifest, ...]:
    """The artifacts that are retired, sorted by id."""
    known = known_digests(registry)
    ids = registry.manifests if known is None else known.perhaps_retired()
    return tuple(m for m in map(registry.manifests.__getitem__, ids) if m.stability == "retired")
