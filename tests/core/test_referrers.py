"""Who refers to an artifact, whether it is searched for or all are resolved."""

from plmctl.core.manifest import Manifest
from plmctl.core.ports import MemoryTree
from plmctl.core.referrers import Referrers
from plmctl.core.registry import Registry, load
from tests.rules.registries import MODEL, SETTINGS, manifest


def registry_of(count: int, names: str = "voice-{}") -> Registry:
    """Partials of which each includes the one before, and all the first one."""
    name = names.format
    texts = {
        f"partials/{n:04}.yaml": manifest(
            "Partial",
            name(n),
            f"content: 'Hi {{{{> {name(0)}}}}}{{{{> {name(n - 1)}}}}} and {name(n + 1)}.'\n",
        )
        for n in range(1, count)
    }
    first = manifest("Partial", name(0), "content: Be kind.\n")
    return load(
        MemoryTree({"plmctl.yaml": SETTINGS, "models/m.yaml": MODEL, "partials/0.yaml": first, **texts})
    )


def of(registry: Registry, artifact: str) -> list[str]:
    return [manifest.id for manifest in registry.referrers.of(artifact)]


def test_who_refers_is_found_sorted_and_once() -> None:
    registry = registry_of(4)
    assert of(registry, "partial/voice-0") == ["partial/voice-1", "partial/voice-2", "partial/voice-3"]
    assert of(registry, "partial/voice-2") == ["partial/voice-3"]
    assert of(registry, "partial/voice-3") == []


def test_a_name_inside_of_another_or_in_a_text_is_no_reference() -> None:
    registry = registry_of(12)
    # voice-10 and voice-11 stand where voice-1 is looked for.
    assert of(registry, "partial/voice-1") == ["partial/voice-2"]
    assert (of(registry, "model/m"), of(registry, "model/voice-1"), of(registry, "partial/oice")) == (
        [],
        [],
        [],
    )


def test_who_asks_about_many_gets_the_same() -> None:
    registry = registry_of(260)
    asked = [f"partial/voice-{n}" for n in range(260)]
    wanted = [
        sorted(m.id for m in registry.manifests.values() if artifact in registry.targets(m))
        for artifact in asked
    ]
    assert [of(registry, artifact) for artifact in asked] == wanted
    assert [of(registry, artifact) for artifact in asked] == wanted


def test_each_manifest_is_resolved_a_few_times_at_most_whatever_the_names_are() -> None:
    count = 300
    registry = registry_of(count, "a{}")
    resolved: list[str] = []

    def targets(manifest: Manifest) -> tuple[str | None, ...]:
        resolved.append(manifest.id)
        return registry.targets(manifest)

    found = Referrers(registry.manifests, None, targets)
    # Two of the names stand in all that is written, and each of the others in something.
    for n in range(count):
        found.of(f"partial/a{n}")
    assert len(resolved) < 4 * count
