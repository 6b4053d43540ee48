"""Which models answer: those that a prompt names, or that its route picks."""

from collections.abc import Iterator

from plmctl.core.dataclass import dataclass
from plmctl.core.manifest import Manifest, Reference
from plmctl.core.registry import Registry
from plmctl.core.value import as_mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """A reference, and the artifact that it leads to."""

    reference: Reference
    target: Manifest


def aims(registry: Registry, manifest: Manifest, *fields: str) -> Iterator[Aim]:
    """What the references below some fields of the spec lead to."""
    for reference in manifest.references:
        if reference.pointer[0] == "spec" and reference.pointer[1] in fields:
            target = registry.target(reference)
            if target is not None:
                yield Aim(reference=reference, target=registry.manifests[target])


def answering(registry: Registry, prompt: Manifest) -> tuple[Manifest, ...]:
    """The models that may answer a prompt, its route's targets among them, fallbacks not."""
    found: dict[str, Manifest] = {}
    for aim in aims(registry, prompt, "model"):
        is_route = aim.target.kind == "Route"
        models = aims(registry, aim.target, "targets", "match") if is_route else (aim,)
        found.update((model.target.id, model.target) for model in models)
    return tuple(found.values())


def limit_of(model: Manifest, name: str) -> int | None:
    """A limit that a model states."""
    limit = as_mapping(model.spec.get("limits")).get(name)
    return limit if isinstance(limit, int) else None
