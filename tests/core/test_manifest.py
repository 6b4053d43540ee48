"""One artifact as its file states it."""

import pytest

from plmctl.core.finding import UsageError
from plmctl.core.manifest import Manifest, nodes, tag_place
from plmctl.core.ports import MemoryTree
from plmctl.core.registry import load
from plmctl.core.shape import Node, walked
from plmctl.core.template.mustache import parse
from plmctl.core.value import Value
from tests.commands.counting import counted
from tests.rules.registries import SETTINGS, manifest


def read(text: str, path: str = "prompts/p.yaml", **files: str) -> Manifest:
    """The only manifest of a registry, with text files beside it."""
    beside = {f"prompts/{name}.md": data for name, data in files.items()}
    registry = load(MemoryTree({"plmctl.yaml": SETTINGS + "spec: {}\n", path: text, **beside}))
    (found,) = registry.manifests.values()
    return found


def references(found: Manifest) -> list[str]:
    """Place, pointer, text and kinds of each reference."""
    return [
        f"{found.location_of(r)} /{'/'.join(map(str, r.pointer))} {r.written} {','.join(r.kinds)}"
        f"{' about' if r.is_about else ''}{' key' if r.is_key else ''}{' partial' if r.is_partial else ''}"
        for r in found.references
    ]


def test_references_are_fields_items_keys_and_partial_tags() -> None:
    text = manifest(
        "Prompt",
        "p",
        """\
        model: m
        guardrails: [a, guardrail/b]
        messages:
          - {role: system, contentFile: a.md}
          - role: user
            content: |
              x {{> voice}}
        """,
    )
    assert references(read(text, a="{{> rules}}")) == [
        "prompts/p.yaml:5:10 /spec/model m Model,Route",
        "prompts/p.yaml:6:16 /spec/guardrails/0 a Guardrail",
        "prompts/p.yaml:6:19 /spec/guardrails/1 guardrail/b Guardrail",
        "prompts/a.md:1:1 /spec/messages/0/contentFile rules Partial partial",
        "prompts/p.yaml:11:11 /spec/messages/1/content voice Partial partial",
    ]


def test_pins_are_references_by_key() -> None:
    text = manifest("Environment", "e", "pins: {bot: ^1.0}\nbind: {route/a: model/b}\n")
    found = references(read(text, "environments/e.yaml"))
    assert [line.partition(" ")[2].split(" Prompt")[0] for line in found] == [
        "/spec/pins/bot bot Application about key",
        "/spec/bind/route/a route/a",
        "/spec/bind/route/a model/b",
    ]


def test_a_word_for_a_provider_is_its_type() -> None:
    text = "provider: {}\nmodel: x\n"
    assert references(read(manifest("Model", "m", text.format("openai")), "models/m.yaml")) == []
    found = references(read(manifest("Model", "m", text.format("provider/eu")), "models/m.yaml"))
    assert [line.rpartition("/spec/")[2] for line in found] == ["provider provider/eu Provider"]


def test_a_template_knows_its_language_its_text_and_its_file() -> None:
    text = manifest(
        "Prompt",
        "p",
        """\
        model: m
        templateFormat: raw
        messages:
          - {role: system, contentFile: a.md}
          - {role: user, content: "{{x}}", templateFormat: mustache}
          - {role: user, contentFile: gone.md}
          - {role: user, content: [{text: hi}, {image: photo}]}
        """,
    )
    found = [
        (t.pointer[2:], t.format, t.text, t.path, t.program is None) for t in read(text, a="A").templates
    ]
    assert found == [
        ((0, "contentFile"), "raw", "A", "prompts/a.md", True),
        ((1, "content"), "mustache", "{{x}}", None, False),
        ((3, "content", 0, "text"), "raw", "hi", None, True),
    ]


def test_a_text_is_parsed_to_know_what_it_includes_only_where_it_may_include_something() -> None:
    messages = "messages: [{role: user, content: '{{a}} {{> b}}'}, {role: user, content: '{{a}} > b'}]\n"
    with counted(parse) as found:
        including, other = read(manifest("Prompt", "p", messages)).templates
        assert [inclusion.name for inclusion in including.inclusions] == ["b"]
        assert other.inclusions == ()
    assert found == {"parse": 1}
    with counted(parse) as found:
        program, again = other.program, other.program
    assert program is again
    assert (program, found) == (parse("{{a}} > b"), {"parse": 1})


def test_a_file_that_is_missing_is_a_finding_at_its_field() -> None:
    text = manifest("Partial", "v", "contentFile: gone.md\n")
    found = read(text, "prompts/v.yaml")
    assert [(f.code, str(f.location), f.message) for f in found.findings] == [
        ("REF005", "prompts/v.yaml:5:16", "no such file: 'prompts/gone.md'")
    ]
    assert found.templates == ()


def test_a_text_that_is_not_utf8_is_a_finding_in_that_text() -> None:
    files = {"partials/v.yaml": manifest("Partial", "v", "contentFile: v.md\n").encode()}
    tree = MemoryTree({"plmctl.yaml": SETTINGS + "spec: {}\n", **files, "partials/v.md": b"a\nb \xe9 c\n"})
    (finding,) = load(tree).findings
    assert (finding.code, str(finding.location), finding.source, finding.artifact) == (
        "REF009",
        "partials/v.md:2:3",
        "b \ufffd c",
        "partial/v",
    )


def test_data_is_read_through_its_pointer_only_where_the_schema_has_one() -> None:
    data = "purpose: [rag]\nformat: jsonl\ndata: {{dvc: {}}}\n"
    gone = read(manifest("Dataset", "d", data.format("x.dvc")), "datasets/d.yaml")
    assert [(f.code, str(f.location)) for f in gone.findings] == [("REF005", "datasets/d.yaml:7:15")]
    assert read(manifest("Dataset", "d", data.format("[x]")), "datasets/d.yaml").findings == ()
    other = manifest("Guardrail", "g", "stage: input\nengine: x\nconfig: {dvc: x.dvc}\n")
    assert read(other, "guardrails/g.yaml").findings == ()
    uri = "purpose: [rag]\nformat: jsonl\ndata: {uri: x, version: '1'}\n"
    assert read(manifest("Dataset", "d", uri), "datasets/d.yaml").included == {}


def test_an_output_of_a_pipeline_is_read_from_its_lock() -> None:
    data = "purpose: [rag]\nformat: jsonl\ndata: {dvc: dvc.yaml, out: train}\n"
    found = read(manifest("Dataset", "d", data), "datasets/d.yaml")
    assert [f.message for f in found.findings] == ["no such file: 'datasets/dvc.yaml'"]


def test_what_the_metadata_says() -> None:
    found = read(
        manifest("Model", "m", "provider: openai\nmodel: x\n", ", formerly: [a, b]"), "models/m.yaml"
    )
    assert (found.id, found.path, found.stability) == ("model/m", "models/m.yaml", "stable")
    assert (found.formerly, found.is_floating) == (("model/a", "model/b"), False)
    other = read(manifest("Model", "m", "[]\n", ", stability: experimental, formerly: x"), "models/m.yaml")
    assert (other.spec, other.stability, other.formerly) == ({}, "experimental", ())
    floating = read(manifest("Dataset", "d", "floating: true\n"), "datasets/d.yaml")
    assert floating.is_floating


def test_a_tag_stands_in_its_file_or_in_the_manifest() -> None:
    text = manifest(
        "Prompt",
        "p",
        """\
        model: m
        messages:
          - {role: system, contentFile: a.md}
          - role: user
            content: |
              one
              two {{b}}
          - {role: user, content: "one {{c}}"}
        """,
    )
    found = read(text, a="A\nB {{a}}")
    tags = [(t, t.program.tags[0]) for t in found.templates if t.program is not None]
    places = [tag_place(found.document, template, tag) for template, tag in tags]
    assert [(str(place), place.end_column) for place in places] == [
        ("prompts/a.md:2:3", 8),
        ("prompts/p.yaml:11:13", 18),
        ("prompts/p.yaml:12:29", 40),
    ]


def test_owners_and_data_are_those_that_it_states() -> None:
    text = manifest("Dataset", "d", "purpose: [rag]\nformat: jsonl\ndata: {dvc: d.dvc}\n", ", owners: [us]")
    pointer = f"outs:\n- md5: {'a' * 32}\n  size: 3\n  hash: md5\n  path: d\n"
    for more, outs in (("", [("a" * 32, 3)]), ("  floating: true\n", [])):
        files = {
            "plmctl.yaml": SETTINGS + "spec: {}\n",
            "datasets/d.yaml": text + more,
            "datasets/d.dvc": pointer,
        }
        found = load(MemoryTree(files)).manifests["dataset/d"]
        assert found.owners == ("us",)
        assert [(data.md5, data.size) for data in found.data] == outs


@pytest.mark.usefixtures("_without_jinja2")
def test_without_jinja2_the_place_of_its_text_is_told() -> None:
    spec = "model: m\ntemplateFormat: jinja2\nmessages:\n  - {role: user, content: x}\n"
    with pytest.raises(UsageError) as caught:
        read(manifest("Prompt", "p", spec))
    assert str(caught.value.location) == "prompts/p.yaml:8:29"
    assert caught.value.hint == "run pip install 'plmctl[jinja2]'"


def test_a_json_schema_leads_to_nothing_whatever_it_describes() -> None:
    inside: Node = {"properties": {"a": {"x-plm-file": True}}}
    value: Value = {"a": "b"}
    assert [node.pointer for node in nodes(value, walked(inside))] == [(), ("a",)]
    assert [node.pointer for node in nodes(value, walked({**inside, "x-plm-schema": True}))] == [()]
