"""What the digests hash, and what a comparison sees."""

from plmctl.core.canonical import digest_of
from plmctl.core.form import Forms, closure, forms_of, identities, identity_of
from plmctl.core.ports import MemoryTree
from plmctl.core.registry import Registry, load
from tests.rules.registries import MODEL, SETTINGS, manifest

POINTER = "outs:\n- md5: 2f7df1abef5990681fab106996e6254b\n  size: 20\n  hash: md5\n  path: data\n"
LOCK = (
    "schema: '2.0'\nstages:\n  one:\n    cmd: make\n    outs:\n    - path: train\n"
    "      hash: md5\n      md5: 2f7df1abef5990681fab106996e6254b\n      size: 20\n"
)


def registry_of(**files: str) -> Registry:
    """A registry of prompts, models and the like, by name of the file."""
    below = {f"prompts/{name.replace('__', '.')}": text for name, text in files.items()}
    return load(MemoryTree({"plmctl.yaml": SETTINGS + "spec: {}\n", **below}))


def forms(artifact: str, **files: str) -> Forms:
    """The forms of one of the artifacts."""
    registry = registry_of(**files)
    return forms_of(registry.manifests[artifact], registry)


def spec_of(artifact: str, **files: str) -> object:
    """The spec that the digest hashes."""
    return forms(artifact, **files).digest_form["spec"]


PROMPT = manifest(
    "Prompt",
    "p",
    """\
    model: m
    messages:
      - {role: system, contentFile: a.md}
      - role: user
        content: |
          {{x}}
      - {role: user, content: [{text: "hi\\n"}, {image: x}]}
    inputs: {type: object, properties: {x: {type: string}}}
    samples: [{name: one, input: {x: a}}]
    x-note: {model: m}
    """,
    ", owners: [a]",
)


def test_the_digest_form_has_full_ids_and_the_text_of_files() -> None:
    found = forms("prompt/p", p__yaml=PROMPT, a__md="One\r\n\r\n", m__yaml=MODEL)
    assert found.digest_form == {
        "apiVersion": "plmctl/v1",
        "kind": "Prompt",
        "name": "p",
        "spec": {
            "model": "model/m",
            "messages": [
                {"role": "system", "content": "One\n"},
                {"role": "user", "content": "{{x}}"},
                {"role": "user", "content": [{"text": "hi"}, {"image": "x"}]},
            ],
            "inputs": {"type": "object", "properties": {"x": {"type": "string"}}},
            "x-note": {"model": "m"},
        },
    }


def test_the_metadata_form_has_what_the_digest_leaves_out() -> None:
    found = forms("prompt/p", p__yaml=PROMPT, a__md="One", m__yaml=MODEL)
    samples = [{"name": "one", "input": {"x": "a"}}]
    assert found.metadata_form == {"metadata": {"owners": ["a"]}, "spec": {"samples": samples}}
    assert forms("model/m", m__yaml=MODEL).metadata_form == {"metadata": {}, "spec": {}}


def test_the_digests_are_those_of_the_forms() -> None:
    registry = registry_of(p__yaml=PROMPT, a__md="One", m__yaml=MODEL)
    found, identity = forms_of(registry.manifests["prompt/p"], registry), identities(registry)["prompt/p"]
    assert identity == identity_of(registry.manifests["prompt/p"], registry)
    assert identity.digest == digest_of(found.digest_form)
    assert identity.metadata_digest == digest_of(found.metadata_form)


def test_the_resolved_form_has_defaults_and_inferred_inputs() -> None:
    text = manifest("Partial", "v", "content: 'Hi {{a}}'\n")
    inputs = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
    spec = {"content": "Hi {{a}}", "inputs": inputs, "templateFormat": "mustache"}
    resolved = forms("partial/v", v__yaml=text).resolved
    assert resolved == {"metadata": {"stability": "stable"}, "spec": spec}


def test_inline_text_and_a_file_hash_alike() -> None:
    inline = spec_of("partial/v", v__yaml=manifest("Partial", "v", "content: |\n  One\n  two\n"))
    assert inline == {"content": "One\ntwo"}
    assert (
        spec_of("partial/v", v__yaml=manifest("Partial", "v", "contentFile: a.md\n"), a__md="One\ntwo")
        == inline
    )


def test_a_file_that_cannot_be_read_stands_as_it_is_written() -> None:
    assert spec_of("partial/v", v__yaml=manifest("Partial", "v", "contentFile: gone.md\n")) == {
        "content": "gone.md"
    }


def test_data_is_its_hash_and_size() -> None:
    text = manifest("Dataset", "d", "purpose: [rag]\nformat: jsonl\ndata: {dvc: d.dvc}\n")
    data = {"md5": "2f7df1abef5990681fab106996e6254b", "size": 20}
    expected = {"purpose": ["rag"], "format": "jsonl", "data": {"dvc": data}}
    assert spec_of("dataset/d", d__yaml=text, d__dvc=POINTER) == expected
    piped = text.replace("{dvc: d.dvc}", "{dvc: dvc.yaml, out: train}")
    assert spec_of("dataset/d", d__yaml=piped, dvc__yaml="stages: {}", dvc__lock=LOCK) == expected


def test_floating_data_is_outside_the_digest() -> None:
    text = manifest("Dataset", "d", "purpose: [rag]\nfloating: true\nformat: jsonl\ndata: {dvc: d.dvc}\n")
    expected = {"purpose": ["rag"], "floating": True, "format": "jsonl", "data": {"dvc": {}}}
    assert spec_of("dataset/d", d__yaml=text, d__dvc=POINTER) == expected


def test_pins_are_full_ids_where_they_name_one_application() -> None:
    text = manifest("Environment", "e", "pins: {bot: ^1.0, gone: ^1.0}\n")
    bot = manifest("Application", "bot", "uses: [gone]\n")
    assert spec_of("environment/e", e__yaml=text, bot__yaml=bot) == {
        "pins": {"application/bot": "^1.0", "application/gone": "^1.0"}
    }
    assert spec_of("application/bot", bot__yaml=bot) == {"uses": ["gone"]}


def test_renames_are_followed_in_references_and_partial_tags() -> None:
    text = manifest("Prompt", "p", "model: m\nmessages: [{role: user, content: 'a {{> voice }} {{> x}}'}]\n")
    registry = registry_of(p__yaml=text, m__yaml=MODEL, v__yaml=manifest("Partial", "voice", "content: a\n"))
    renames = {"model/m": "model/m2", "partial/voice": "partial/tone"}
    assert forms_of(registry.manifests["prompt/p"], registry, renames).digest_form["spec"] == {
        "model": "model/m2",
        "messages": [{"role": "user", "content": "a {{> tone }} {{> x}}"}],
    }


def test_a_spec_that_is_no_mapping_is_hashed_all_the_same() -> None:
    found = forms("partial/v", v__yaml=manifest("Partial", "v", "[a]\n"))
    assert (found.digest_form["spec"], found.metadata_form["spec"]) == ({}, {})


def test_a_number_where_a_name_belongs_is_kept() -> None:
    assert spec_of("prompt/p", p__yaml=manifest("Prompt", "p", "model: 5\nmessages: [1, null]\n")) == {
        "model": 5,
        "messages": [1, None],
    }


def test_an_odd_list_is_kept() -> None:
    found = forms(
        "tool/t", t__yaml=manifest("Tool", "t", "description: [a]\nstrict: {b: c}\nparameters: x\n")
    )
    expected = {"description": ["a"], "strict": {"b": "c"}, "parameters": "x"}
    assert (found.digest_form["spec"], found.resolved["spec"]) == (expected, expected)


def test_a_closure_changes_with_each_member_and_with_nothing_else() -> None:
    graph = {"a": frozenset({"b"}), "b": frozenset({"c"}), "c": frozenset[str](), "d": frozenset({"a"})}
    digests = {name: f"sha256:{name}" for name in graph}
    before = closure("a", graph, digests)
    assert before == digest_of([["a", "sha256:a"], ["b", "sha256:b"], ["c", "sha256:c"]])
    assert closure("a", graph, {**digests, "c": "sha256:x"}) != before
    assert closure("a", graph, {**digests, "d": "sha256:x"}) == before
