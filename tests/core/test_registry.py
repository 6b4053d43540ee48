"""Loading all manifests of a tree."""

from collections.abc import Mapping

import pytest

from plmctl.core.configuration import NoRegistry
from plmctl.core.finding import ConfigurationError, UsageError
from plmctl.core.graph import Edge
from plmctl.core.kinds import BUILT_IN
from plmctl.core.ports import EntryKind, MemoryTree, Unreadable
from plmctl.core.reading import is_ours
from plmctl.core.registry import Registry, load
from plmctl.core.settings import LIMIT
from tests.core.own_schemas import KIND, text, with_spec
from tests.rules.registries import MODEL, SETTINGS, manifest

PLMCTL = SETTINGS + "spec: {}\n"
PROMPT = manifest("Prompt", "p", "model: m\nmessages: [{role: user, content: 'Hi {{> voice}}'}]\n")
PARTIAL = manifest("Partial", "voice", "content: Be kind.\n")


def loaded(files: Mapping[str, str | bytes], **kinds: EntryKind) -> Registry:
    """The registry of these files; other things stand below `prompts/`."""
    others = {f"prompts/{name}.yaml": kind for name, kind in kinds.items()}
    return load(MemoryTree({"plmctl.yaml": PLMCTL, **files}, others))


def test_without_plmctl_yaml_there_is_no_registry() -> None:
    with pytest.raises(NoRegistry) as caught:
        load(MemoryTree({"prompts/p.yaml": PROMPT}))
    assert (caught.value.message, caught.value.hint) == (
        "no plmctl.yaml here",
        "run 'plmctl init' to begin a registry",
    )


def test_two_plmctl_yaml_are_refused() -> None:
    with pytest.raises(UsageError, match=r"^more than one plmctl\.yaml: a/plmctl\.yaml, plmctl\.yaml(?m:$)"):
        load(MemoryTree({"plmctl.yaml": PLMCTL, "a/plmctl.yaml": PLMCTL}))


def test_a_plmctl_yaml_that_is_a_link_is_refused() -> None:
    with pytest.raises(UsageError, match=r"^plmctl\.yaml is no file(?m:$)"):
        load(MemoryTree({}, {"plmctl.yaml": EntryKind.LINK}))


def test_a_broken_plmctl_yaml_is_refused() -> None:
    with pytest.raises(ConfigurationError):
        load(MemoryTree({"plmctl.yaml": "spec: [\n"}))


def test_a_large_plmctl_yaml_is_refused() -> None:
    with pytest.raises(UsageError, match=rf"^plmctl\.yaml cannot be read: {LIMIT + 1} bytes, over"):
        load(MemoryTree({"plmctl.yaml": b"#" * (LIMIT + 1)}))


def test_manifests_are_sorted_by_id_wherever_they_lie() -> None:
    registry = loaded({"prompts/z.yaml": PROMPT, "models/a.yaml": MODEL, "prompts/v.yaml": PARTIAL})
    assert list(registry.manifests) == ["model/m", "partial/voice", "prompt/p"]
    assert (registry.findings, registry.broken, registry.skipped, registry.doubles) == ((), (), (), ())
    assert [m.id for m in registry.of_kind("Prompt")] == ["prompt/p"]


def test_one_broken_file_hides_nothing_of_the_others() -> None:
    registry = loaded({"models/a.yaml": MODEL, "prompts/bad.yaml": "a: [\n", "prompts/v.yaml": PARTIAL})
    assert list(registry.manifests) == ["model/m", "partial/voice"]
    assert registry.broken == ("prompts/bad.yaml",)
    assert [finding.location.path for finding in registry.findings] == ["prompts/bad.yaml"]


@pytest.mark.parametrize(
    "text",
    [
        manifest("Promt", "p", "{}\n"),
        manifest("Prompt", "UPPER", "{}\n"),
        manifest("Prompt", "a" * 101, "{}\n"),
        "apiVersion: plmctl/v1\n",
        "apiVersion: plmctl/v1\nkind: [Prompt]\nmetadata: {name: 1}\n",
    ],
)
def test_what_has_no_id_is_broken(text: str) -> None:
    registry = loaded({"prompts/p.yaml": text})
    assert (list(registry.manifests), registry.broken) == ([], ("prompts/p.yaml",))
    assert registry.findings != ()


def test_yaml_that_is_not_ours_is_skipped() -> None:
    registry = loaded(
        {"prompts/ci.yaml": "kind: Deployment\n", "prompts/list.yaml": "- 1\n", "README.md": "#"}
    )
    assert (registry.skipped, registry.findings) == (("prompts/ci.yaml", "prompts/list.yaml"), ())


@pytest.mark.parametrize(
    ("value", "is_one"),
    [
        ({"apiVersion": "plmctl/v9"}, True),
        ({"kind": "prompts"}, True),
        ({"kind": "Prompt"}, True),
        ({"kind": "Service"}, False),
        ({"kind": 1}, False),
        (["kind"], False),
        (None, False),
    ],
)
def test_a_kind_that_is_nearly_ours_is_ours(value: dict[str, str | int] | None, is_one: bool) -> None:
    assert is_ours(dict(value) if isinstance(value, dict) else None, BUILT_IN) is is_one


def test_a_registry_beside_the_manifests_is_told() -> None:
    found = loaded({"prompts/x.yaml": "apiVersion: plmctl/v1\nkind: Registry\nmetadata: {name: other}\n"})
    assert [(f.code, str(f.location), f.message, f.help) for f in found.findings] == [
        (
            "SCH001",
            "prompts/x.yaml:2:7",
            "'Registry' is the kind of plmctl.yaml alone",
            "move its settings there and delete this file",
        )
    ]


def test_a_name_that_stands_twice_is_a_double() -> None:
    registry = loaded({"models/a.yaml": MODEL, "models/b.yaml": MODEL})
    assert registry.manifests["model/m"].path == "models/a.yaml"
    assert [double.path for double in registry.doubles] == ["models/b.yaml"]


def test_what_is_no_file_is_told() -> None:
    registry = loaded(
        {}, link=EntryKind.LINK, module=EntryKind.SUBMODULE, pipe=EntryKind.OTHER, folder=EntryKind.FOLDER
    )
    assert [(f.code, f.location.path, f.message) for f in registry.findings] == [
        ("REF008", "prompts/folder.yaml", "a manifest is a file, this is a folder"),
        ("REF007", "prompts/link.yaml", "a manifest is a file, this is a symbolic link"),
        ("REF008", "prompts/module.yaml", "a manifest is a file, this is a submodule"),
        ("REF008", "prompts/pipe.yaml", "a manifest is a file, this is a special file"),
    ]
    assert len(registry.broken) == 4


def test_a_name_that_some_system_cannot_have_is_refused() -> None:
    registry = loaded({"prompts/con.yaml": PROMPT})
    assert [(f.code, f.message) for f in registry.findings] == [
        ("REF006", "the name 'con.yaml' cannot exist on Windows")
    ]


def test_a_large_manifest_is_refused() -> None:
    registry = loaded({"prompts/p.yaml": b"#" * (LIMIT + 1)})
    assert [(f.code[:3], f.location.path) for f in registry.findings] == [("YML", "prompts/p.yaml")]


class Fading(MemoryTree):
    """A tree whose prompts vanish while they are read."""

    def kind(self, path: str) -> EntryKind | None:
        """Nothing where `gone` stood."""
        return None if "gone" in path else super().kind(path)

    def read(self, path: str, *, limit: int) -> bytes:
        """Nothing of a prompt."""
        if path.startswith("prompts/"):
            raise Unreadable("permission denied")
        return super().read(path, limit=limit)


def test_a_manifest_that_cannot_be_read_is_told() -> None:
    registry = load(Fading({"plmctl.yaml": PLMCTL, "prompts/gone.yaml": "", "prompts/p.yaml": PROMPT}))
    assert [(f.code, f.message) for f in registry.findings] == [
        ("REF008", "a manifest is a file, this is a nothing"),
        ("REF009", "it cannot be read: permission denied"),
    ]


def edge_names(registry: Registry) -> list[str]:
    """Source, target, and whether it is a dependency."""
    return [f"{e.source} {'->' if e.is_dependency else '~>'} {e.target}" for e in registry.edges]


def test_edges_are_the_references_that_name_one_artifact() -> None:
    suite = manifest("EvalSuite", "e", "target: prompt/p\nmetrics: [{name: a, threshold: 1}]\n")
    registry = loaded(
        {
            "prompts/p.yaml": PROMPT,
            "models/m.yaml": MODEL,
            "partials/v.yaml": PARTIAL,
            "evals/e.yaml": suite,
            "routes/r.yaml": manifest("Route", "r", "strategy: failover\ntargets: [{model: gone}]\n"),
        }
    )
    assert edge_names(registry) == [
        "evalsuite/e ~> prompt/p",
        "prompt/p -> model/m",
        "prompt/p -> partial/voice",
    ]
    assert isinstance(registry.edges[0], Edge)
    assert registry.dependencies["prompt/p"] == {"model/m", "partial/voice"}
    assert registry.dependencies["evalsuite/e"] == frozenset()
    assert registry.dependencies_with({"model/m": "model/x"})["prompt/p"] == {"model/x", "partial/voice"}


def test_a_bare_name_can_mean_two_artifacts_and_a_full_id_one() -> None:
    route = manifest("Route", "m", "strategy: failover\ntargets: [{model: m}]\n")
    registry = loaded({"models/m.yaml": MODEL, "routes/m.yaml": route, "prompts/p.yaml": PROMPT})
    kinds = ("Model", "Route")
    assert registry.candidates_of("m", kinds) == ("model/m", "route/m")
    assert registry.candidates_of("route/m", kinds) == ("route/m",)
    assert registry.candidates_of("prompt/p", kinds) == ()
    assert registry.candidates_of("route/gone", kinds) == ()
    assert [registry.target(r) for r in registry.manifests["prompt/p"].references] == [None, None]


def test_former_names_lead_to_the_name_of_now() -> None:
    renamed = manifest("Model", "m2", "provider: openai\nmodel: x\n", ", formerly: [m, old]")
    registry = loaded({"models/m.yaml": MODEL, "models/m2.yaml": renamed})
    assert registry.former == {"model/old": "model/m2"}


def test_environments_have_no_versions() -> None:
    there = manifest("Environment", "e", "pins: {}\n")
    registry = loaded({"environments/e.yaml": there, "models/m.yaml": MODEL})
    assert [m.id for m in registry.versioned] == ["model/m"]


TEXT = manifest("Prompt", "t", "model: m\nmessages: [{role: user, contentFile: t.md}]\n")
MANY = {
    "plmctl.yaml": PLMCTL,
    "models/m.yaml": MODEL,
    "models/m2.yaml": MODEL,
    "models/broken.yaml": "kind: [\n",
    "models/other.yaml": "just: notes\n",
    "models/unknown.yaml": manifest("Modl", "x", "provider: openai\n"),
    "prompts/p.yaml": PROMPT,
    "prompts/t.yaml": TEXT,
    "prompts/t.md": "Hello {{name}}.\n",
    "partials/voice.yaml": PARTIAL,
}


@pytest.mark.parametrize(
    ("changed", "anew"),
    [
        ({}, {"prompt/t"}),
        ({"prompts/t.md": "Hi {{other}}.\n"}, {"prompt/t"}),
        ({"prompts/t.md": ""}, {"prompt/t"}),
        ({"prompts/p.yaml": PROMPT + "  description: New.\n"}, {"prompt/p", "prompt/t"}),
        (
            {"models/broken.yaml": manifest("Model", "b", "provider: openai\nmodel: x\n")},
            {"model/b", "prompt/t"},
        ),
        ({"models/other.yaml": "kind: [\n"}, {"prompt/t"}),
        ({"models/m.yaml": "just: notes\n"}, {"prompt/t"}),
    ],
)
def test_of_another_tree_only_what_is_another_is_read_anew(changed: dict[str, str], anew: set[str]) -> None:
    before = load(MemoryTree(MANY))
    tree = MemoryTree({path: text for path, text in (MANY | changed).items() if text})
    after = load(tree, before)
    assert after == load(tree)
    known = {id(found.manifest) for found in before.files.values() if found.manifest is not None}
    assert {m.id for m in after.manifests.values() if id(m) not in known} == anew
    # A manifest that includes a file is made again, of the document that was parsed.
    documents = {id(found.manifest.document) for found in before.files.values() if found.manifest is not None}
    parsed = {m.id for m in after.manifests.values() if id(m.document) not in documents}
    assert parsed == anew - {"prompt/t"}


def test_of_other_kinds_everything_is_read_anew() -> None:
    before = load(MemoryTree(MANY))
    own = {"plmctl.yaml": SETTINGS + "spec: {schemas: [kinds]}\n", KIND: text(with_spec({}))}
    after = load(MemoryTree(MANY | own), before)
    known = {id(manifest) for manifest in before.manifests.values()}
    assert [m.id for m in after.manifests.values() if id(m) in known] == []
    assert [*after.manifests] == [*before.manifests]
