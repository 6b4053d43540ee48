"""Who refers to an artifact, whether it is searched for or all are resolved."""

from plmctl.core.manifest import Manifest
from plmctl.core.ports import MemoryTree
from plmctl.core.referrers import Referrers
from plmctl.core.registry import Registry, load
from tests.commands.remembering import LastingCache
from tests.core.test_brief import known
from tests.rules.registries import MODEL, SETTINGS, manifest


def registry_of(count: int, names: str = "voice-{}") -> Registry:
    """Partials of which each includes the one before, and all the first one."""
    return load(MemoryTree(files_of(count, names)))


def files_of(count: int, names: str = "voice-{}") -> dict[str, str]:
    """The files of it."""
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
    return {"plmctl.yaml": SETTINGS, "models/m.yaml": MODEL, "partials/0.yaml": first, **texts}


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


def test_each_manifest_is_resolved_once_where_no_view_knows_who_writes_a_name() -> None:
    registry = registry_of(40)
    resolved: list[str] = []

    def targets(manifest: Manifest) -> tuple[str | None, ...]:
        resolved.append(manifest.id)
        return registry.targets(manifest)

    found = Referrers(registry.manifests, None, targets)
    for n in range(40):
        found.of(f"partial/voice-{n}")
    assert resolved == list(registry.manifests)


def test_a_view_resolves_those_that_write_a_name_and_all_of_them_once_where_it_stands_everywhere() -> None:
    files = files_of(40)
    cache = LastingCache()
    known(cache, files)
    registry = known(cache, files | {"partials/0039.yaml": files["partials/0039.yaml"] + "# more\n"})
    assert registry.view is not None
    assert [m.id for m in registry.view.ours] == ["partial/voice-39"]
    resolved: list[str] = []

    def targets(manifest: Manifest) -> tuple[str | None, ...]:
        resolved.append(manifest.id)
        return registry.targets(manifest)

    found = Referrers(registry.manifests, registry.view, targets)
    assert [m.id for m in found.of("partial/voice-38")] == ["partial/voice-39"]
    assert resolved == ["partial/voice-39"]
    assert [m.id for m in found.writing("voice-37")] == ["partial/voice-38"]
    resolved.clear()
    wanted = sorted(f"partial/voice-{n}" for n in range(1, 40))
    assert [m.id for m in found.of("partial/voice-0")] == wanted
    assert [m.id for m in found.of("partial/voice-5")] == ["partial/voice-6"]
    assert [m.id for m in found.of("model/voice-0")] == []
    assert len(resolved) <= 2 * len(registry.manifests)
