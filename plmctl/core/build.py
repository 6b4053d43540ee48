"""What an index was built from: the closures of a retriever's datasets and of its embedder, as recorded."""

from collections.abc import Mapping

from plmctl.core.graph import reachable
from plmctl.core.manifest import Manifest
from plmctl.core.registry import Registry
from plmctl.core.value import Pointer, Value, as_mapping

BUILD: Pointer = ("spec", "index", "build")
CLOSURES = "closures"

_SOURCES: tuple[Pointer, ...] = (("spec", "datasets"), ("spec", "embedding", "model"))


def recorded_closures(manifest: Manifest) -> Mapping[str, Value] | None:
    """The closures that the build of a retriever's index records, by id; None where it records none."""
    index = as_mapping(manifest.spec.get("index"))
    build = as_mapping(index.get("build"))
    return as_mapping(build[CLOSURES]) if CLOSURES in build else None


def source_closures(registry: Registry, manifest: Manifest) -> Mapping[str, str] | None:
    """The closures of the datasets and the embedder that a retriever names now, by id, sorted.

    None where one of them cannot be found. Bytes of floating data are in none.
    """
    found: dict[str, str] = {}
    for reference in manifest.references:
        if any(reference.pointer[: len(below)] == below for below in _SOURCES):
            target = registry.target(reference)
            if target is None:
                return None
            found[target] = _closure(registry, target)
    return dict(sorted(found.items()))


def _closure(registry: Registry, artifact: str) -> str:
    # Few indexes record what they were built from.
    from plmctl.core.form import closure, identity_of

    members = reachable(registry.dependencies, artifact)
    digests = {member: identity_of(registry.manifests[member], registry).digest for member in members}
    return closure(artifact, registry.dependencies, digests)


def build_value(manifest: Manifest, name: str | None, closures: Mapping[str, str]) -> dict[str, Value]:
    """What `index.build` is to say: all that it says already, a name, and closures."""
    said = as_mapping(manifest.spec.get("index")).get("build")
    kept: dict[str, Value] = {"name": said} if isinstance(said, str) else dict(as_mapping(said))
    return {**kept, **({"name": name} if name is not None else {}), CLOSURES: dict(closures)}
