"""Facts between two registries, written by hand."""

import json
from collections.abc import Mapping

import pytest

from plmctl.core.canonical import canonical_json
from plmctl.core.change import ANY, Change, Fact
from plmctl.core.diff import compare, item_key
from plmctl.core.ports import MemoryTree
from plmctl.core.registry import Registry, load
from plmctl.core.schema import Node
from plmctl.core.value import Value
from tests.core.own_schemas import with_spec
from tests.rules.registries import SETTINGS, manifest

Files = Mapping[str, str]


def registry_of(files: Files) -> Registry:
    """A registry of files below `prompts/`."""
    below = {f"prompts/{name}": text for name, text in files.items()}
    return load(MemoryTree({"plmctl.yaml": SETTINGS + "spec: {}\n", **below}))


def facts(before: Files, after: Files) -> list[str]:
    """Each fact as a line: what, where, old, new."""
    return [told(change) for change in compare(registry_of(before), registry_of(after))]


def told(change: Change) -> str:
    """A fact as a line."""
    values = f"{change.old!r} -> {change.new!r}"
    return f"{change.fact.value} {change.artifact} /{'/'.join(map(str, change.pointer))} {values}"


def between(kind: str, old: str, new: str, metadata: tuple[str, str] = ("", "")) -> list[str]:
    """The facts of one artifact, `a`, whose spec was old and is new; without its id."""
    before, after = manifest(kind, "a", old, metadata[0]), manifest(kind, "a", new, metadata[1])
    found = facts({"a.yaml": before}, {"a.yaml": after})
    return [line.replace(f" {kind.lower()}/a ", " ") for line in found]


def test_a_new_and_a_gone_artifact_are_one_fact_each() -> None:
    one, two = manifest("Partial", "one", "content: a\n"), manifest("Partial", "two", "content: b\n")
    assert facts({"a.yaml": one}, {"a.yaml": two}) == [
        "removed partial/one / 'partial/one' -> None",
        "added partial/two / None -> 'partial/two'",
    ]


def test_a_moved_file_is_one_fact() -> None:
    text = manifest("Partial", "one", "content: a\n")
    assert facts({"a.yaml": text}, {"b.yaml": text}) == [
        "moved partial/one / 'prompts/a.yaml' -> 'prompts/b.yaml'"
    ]


def test_a_rename_is_no_removal() -> None:
    prompt = "model: m\nmessages: [{{role: user, content: '{{{{> {}}}}}'}}]\n"
    before = {
        "a.yaml": manifest("Partial", "one", "content: a\n"),
        "p.yaml": manifest("Prompt", "p", prompt.format("one")),
    }
    after = {
        "a.yaml": manifest("Partial", "two", "content: a\n", ", formerly: [one]"),
        "p.yaml": manifest("Prompt", "p", prompt.format("two")),
    }
    assert [line.partition(" [")[0].partition(" {")[0] for line in facts(before, after)] == [
        "renamed partial/two / 'partial/one' -> 'partial/two'",
        "added partial/two /metadata/formerly None ->",
        "rewritten prompt/p /spec None -> None",
    ]


def test_a_former_name_that_still_stands_is_no_rename() -> None:
    one = manifest("Partial", "one", "content: a\n")
    two = manifest("Partial", "two", "content: a\n", ", formerly: [one]")
    assert facts({"a.yaml": one}, {"a.yaml": one, "b.yaml": two}) == [
        "added partial/two / None -> 'partial/two'"
    ]
    assert facts({"a.yaml": one, "b.yaml": two}, {"a.yaml": one, "b.yaml": two}) == []


def test_a_reference_by_a_name_from_before_a_rename_is_no_change() -> None:
    # It dangles, which is judged by itself; the digest of the prompt is the same.
    prompt = "model: m\nmessages: [{role: user, content: '{{> one}}'}]\n"
    before = {"a.yaml": manifest("Partial", "one", "content: a\n"), "b.yaml": manifest("Prompt", "b", prompt)}
    after = {**before, "a.yaml": manifest("Partial", "two", "content: a\n", ", formerly: [one]")}
    assert [line for line in facts(before, after) if "prompt/b" in line] == []


def test_fields_are_added_removed_and_changed() -> None:
    found = between(
        "ContextPolicy",
        "window: {maxTokens: 1}\noverflow: error\n",
        "window: {maxTokens: 2}\nmemory: {topK: 1}\n",
    )
    assert found == [
        "added /spec/memory None -> {'topK': 1}",
        "removed /spec/overflow 'error' -> None",
        "changed /spec/window/maxTokens 1 -> 2",
    ]


def test_an_item_put_before_the_others_is_one_addition() -> None:
    suite = "target: prompt/p\nmetrics: [{}]\n"
    old = suite.format("{name: a, threshold: 1}, {name: b, threshold: 1}")
    new = suite.format("{name: c, threshold: 1}, {name: a, threshold: 1}, {name: b, threshold: 2}")
    assert between("EvalSuite", old, new) == [
        "added /spec/metrics/name=c None -> {'name': 'c', 'threshold': 1}",
        "changed /spec/metrics/name=b/threshold 1 -> 2",
    ]


def test_keyed_items_are_removed_and_reordered() -> None:
    suite = "target: prompt/p\nmetrics: [{}]\n"
    assert between(
        "EvalSuite", suite.format("{name: a}, {name: b}, {name: c}"), suite.format("{name: c}, {name: a}")
    ) == [
        "removed /spec/metrics/name=b {'name': 'b'} -> None",
        "reordered /spec/metrics ['a', 'c'] -> ['c', 'a']",
    ]


@pytest.mark.parametrize("items", ["{name: a}, {name: a}", "{threshold: 1}", "[x]"])
def test_items_without_a_key_of_their_own_are_compared_by_content(items: str) -> None:
    suite = "target: prompt/p\nmetrics: [{}]\n"
    found = between("EvalSuite", suite.format("{name: z}"), suite.format(f"{{name: z}}, {items}"))
    assert [line.split()[0] for line in found] == ["added"] * (2 if "}, {" in items else 1)
    assert all("/spec/metrics/" in line for line in found)


@pytest.mark.parametrize(
    ("item", "key"),
    [
        ({"name": "a"}, "a"),
        ({"ref": "tool/x/lookup"}, "lookup"),
        ({"ref": "tool/x", "as": "y"}, "y"),
        ({"name": 1}, None),
        ({}, None),
        ("a", None),
    ],
)
def test_a_tool_goes_by_what_the_model_sees(item: Value, key: str | None) -> None:
    assert item_key(item, "name") == key


def test_texts_of_a_list_come_and_go() -> None:
    assert between("Application", "uses: [q, r]\n", "uses: [r, s, t]\n") == [
        "removed /spec/uses/0 'q' -> None",
        "added /spec/uses/1 None -> 's'",
        "added /spec/uses/2 None -> 't'",
    ]
    assert between("Application", "uses: [q, r]\n", "uses: [r, q]\n") == [
        "reordered /spec/uses ['q', 'r'] -> ['r', 'q']"
    ]


def test_objects_of_a_list_without_a_key_are_compared_inside() -> None:
    prompt = "model: m\nmessages: [{{role: system, content: same}}, {{role: user, content: {}}}]\n"
    assert between("Prompt", prompt.format("one"), prompt.format("two")) == [
        "changed /spec/messages/1/content 'one' -> 'two'"
    ]


def test_another_shape_is_one_change() -> None:
    assert between("Model", "deployment: a\n", "deployment: {env: A}\n") == [
        "changed /spec/deployment 'a' -> {'env': 'A'}"
    ]


def test_values_without_a_schema_are_compared_inside() -> None:
    old = "x-team: {a: 1, b: [1, 2], c: {d: 1}}\ncontent: a\n"
    new = "x-team: {a: 1.0, b: [1, 2, 3], e: 1, c: {d: 2}}\ncontent: a\n"
    assert sorted(between("Partial", old, new)) == [
        "added /spec/x-team/b/2 None -> 3",
        "added /spec/x-team/e None -> 1",
        "changed /spec/x-team/c/d 1 -> 2",
    ]
    assert between("Partial", "x-team: {a: 1, b: 2}\n", "x-team: {a: 1}\n") == [
        "removed /spec/x-team/b 2 -> None"
    ]
    assert between("Partial", "x-team: 1\n", "x-team: [1]\n") == ["changed /spec/x-team 1 -> [1]"]


def test_a_number_that_is_written_in_another_way_is_the_same_in_a_list_without_a_schema() -> None:
    assert between("Partial", "x-team: {k: [a, {}, 1]}\n", "x-team: {k: [false, {}, 1.0]}\n") == [
        "changed /spec/x-team/k/0 'a' -> False"
    ]


NUMBERS: tuple[Value, ...] = (1, 1.0, 1.0000000000000002, 0.3, 0.1 + 0.2)
VALUES: tuple[Value, ...] = (*NUMBERS, True, None, "1", "", [1], [], {}, {"__a": 1}, {"a": True})


@pytest.mark.parametrize("old", VALUES, ids=repr)
def test_every_difference_of_values_without_a_schema_is_told(old: Value) -> None:
    for new in VALUES:
        before, after = (
            manifest("Partial", "a", f"x-team: {{deep: {json.dumps({'a': [value], 'b': value})}}}\n")
            for value in (old, new)
        )
        found = facts({"a.yaml": before}, {"a.yaml": after})
        assert (found == []) is (canonical_json(old) == canonical_json(new))


def test_true_in_a_list_is_not_one() -> None:
    assert between("Partial", "x-team: {flags: [true]}\n", "x-team: {flags: [1]}\n") == [
        "changed /spec/x-team/flags [True] -> [1]"
    ]


def test_a_number_written_in_another_way_is_no_change_beside_one_that_is() -> None:
    old, new = "x-team: {deep: {a: 1, __b: 1}}\n", "x-team: {deep: {a: 1.0, __b: true}}\n"
    assert between("Partial", old, new) == ["changed /spec/x-team/deep/__b 1 -> True"]


def test_a_default_written_out_is_rewritten() -> None:
    found = compare(
        registry_of({"a.yaml": manifest("Partial", "a", "content: a\n")}),
        registry_of({"a.yaml": manifest("Partial", "a", "content: a\ntemplateFormat: mustache\n")}),
    )
    assert [(c.fact, c.pointer, c.in_digest) for c in found] == [(Fact.REWRITTEN, ("spec",), True)]
    stable = manifest("Partial", "a", "content: a\n", ", stability: stable")
    found = compare(
        registry_of({"a.yaml": manifest("Partial", "a", "content: a\n")}), registry_of({"a.yaml": stable})
    )
    assert [(c.fact, c.pointer, c.in_digest) for c in found] == [(Fact.REWRITTEN, ("metadata",), False)]


def test_a_name_that_means_another_artifact_is_a_change_though_no_byte_of_the_file_is() -> None:
    model = "provider: openai\nmodel: x\n"
    prompt = {"p.yaml": manifest("Prompt", "p", "model: m\nmessages: [{role: user, content: Hi}]\n")}
    old = prompt | {"m.yaml": manifest("Model", "m", model)}
    new = {
        "m.yaml": manifest("Model", "other", model),
        "r.yaml": manifest("Route", "m", "strategy: failover\ntargets: [{model: other}]\n"),
    }
    assert [line for line in facts(old, prompt | new) if " prompt/p " in line] == [
        "changed prompt/p /spec/model 'model/m' -> 'route/m'"
    ]


def test_a_file_that_is_included_is_a_change_though_no_byte_of_the_manifest_is() -> None:
    partial = {"a.yaml": manifest("Partial", "a", "contentFile: a.md\n")}
    assert facts(partial | {"a.md": "old\n"}, partial | {"a.md": "new\n"}) == [
        "changed partial/a /spec/content 'old' -> 'new'"
    ]
    assert facts(partial | {"a.md": "old\n"}, partial | {"a.md": "old\n"}) == []


def test_data_is_one_value() -> None:
    text = manifest("Dataset", "d", "purpose: [rag]\nformat: x\ndata: {dvc: d.dvc}\n")
    pointer = "outs:\n- md5: {}f7df1abef5990681fab106996e6254b\n  size: 20\n  hash: md5\n  path: data\n"
    found = compare(
        registry_of({"d.yaml": text, "d.dvc": pointer.format(1)}),
        registry_of({"d.yaml": text, "d.dvc": pointer.format(2)}),
    )
    assert [(c.fact, c.pointer) for c in found] == [(Fact.CHANGED, ("spec", "data", "dvc"))]


def test_a_side_knows_the_artifacts_of_its_moment() -> None:
    model = "provider: openai\nmodel: x\n"
    route = "strategy: failover\ntargets: [{model: one}]\n"
    old = {"m.yaml": manifest("Model", "one", model), "r.yaml": manifest("Route", "r", route)}
    new = {
        "m.yaml": manifest("Model", "two", model, ", formerly: [one]"),
        "r.yaml": manifest("Route", "r", "strategy: weighted\ntargets: [{model: two}]\n"),
    }
    change = next(c for c in compare(registry_of(old), registry_of(new)) if c.kind == "Route")
    assert change.before is not None
    assert change.after is not None
    found = [side.target("model/two") for side in (change.before, change.after)]
    assert [model.id if model is not None else "" for model in found] == ["model/one", "model/two"]
    assert change.before.target("model/none") is None
    assert change.before.target(7) is None


def test_a_change_knows_its_place_its_meaning_and_its_sides() -> None:
    old = manifest("Model", "a", "provider: openai\nmodel: x\npricing: {currency: USD, inputPerMTok: 1}\n")
    new = old.replace("inputPerMTok: 1", "inputPerMTok: 2").replace("model: x", "model: z")
    model, price = compare(registry_of({"a.yaml": old}), registry_of({"a.yaml": new}))
    assert (model.meaning, model.in_digest, model.is_prose) == ("behavioural", True, False)
    assert (price.meaning, price.in_digest, price.key) == ("safe", False, "inputPerMTok")
    assert price.before is not None
    assert price.before.value("spec", "pricing", "inputPerMTok") == 1
    assert price.before.value("spec", "pricing", "inputPerMTok", "none") is None
    assert price.at("spec", ANY, "inputPerMTok")
    assert not price.at("spec", "pricing")
    assert price.below("spec", "pricing")
    assert not price.below("spec", "limits")
    assert not price.below("spec", "pricing", "inputPerMTok", ANY)
    assert Change(artifact="a", kind="Model", fact=Fact.ADDED).key == ""


def test_prose_is_marked() -> None:
    text = manifest("Tool", "t", "description: One.\nbuiltin: x\n")
    (found,) = compare(registry_of({"t.yaml": text}), registry_of({"t.yaml": text.replace("One", "Two")}))
    assert found.is_prose


def persona_registry(meaning: str | None, tone: str | None, field_name: str = "tone") -> Registry:
    """A registry with a kind of its own, whose schema says what a change of `tone` means."""
    field: Node = {"type": "string", **({"x-plm-change": meaning} if meaning else {})}
    spec = f"{{tone: {tone}}}" if tone else "{}"
    return load(
        MemoryTree(
            {
                "plmctl.yaml": "apiVersion: plmctl/v1\nkind: Registry\nmetadata: {name: acme}\n"
                "spec: {schemas: [kinds]}\n",
                "kinds/persona.json": json.dumps(with_spec({"properties": {field_name: field}})),
                "personas/a.yaml": "apiVersion: plmctl/v1\nkind: Persona\nmetadata: {name: a}\n"
                f"spec: {spec}\n",
            }
        )
    )


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("breaking", "breaking", "breaking"),
        ("breaking", "safe", "breaking"),
        ("safe", "breaking", "breaking"),
        ("breaking", None, "breaking"),
        ("safe", "safe", "safe"),
        ("safe", None, "behavioural"),
    ],
)
@pytest.mark.parametrize("tone", ["calm", None])
def test_who_changes_the_schema_of_an_own_kind_does_not_judge_by_it(
    before: str | None, after: str | None, expected: str, tone: str | None
) -> None:
    changes = compare(persona_registry(before, "kind"), persona_registry(after, tone))
    assert [(change.pointer, change.meaning) for change in changes] == [(("spec", "tone"), expected)]


def test_a_field_that_the_older_schema_does_not_know_is_judged_by_the_newer_one() -> None:
    before = persona_registry("safe", "kind", field_name="other")
    changes = compare(before, persona_registry("breaking", "calm"))
    assert [(change.pointer, change.meaning) for change in changes] == [(("spec", "tone"), "breaking")]
