"""Renames that nobody wrote down: which of what went belongs to which of what came."""

from collections.abc import Mapping

from plmctl.core.change import Fact
from plmctl.core.diff import compare
from plmctl.core.ports import MemoryTree
from plmctl.core.registry import Registry, load
from tests.rules.registries import SETTINGS, manifest

Files = Mapping[str, str]
ENDS = (Fact.ADDED, Fact.REMOVED)


def registry_of(files: Files) -> Registry:
    return load(MemoryTree({"plmctl.yaml": SETTINGS + "spec: {}\n", **files}))


def partials(**contents: str) -> dict[str, str]:
    """Partials by name, each in a file of its own."""
    return {
        f"partials/{name}.yaml": manifest("Partial", name, f"content: {content}\n")
        for name, content in contents.items()
    }


def twins(before: Files, after: Files) -> list[str]:
    """What went or came, with its twin."""
    changes = compare(registry_of(before), registry_of(after))
    return [f"{c.fact.value} {c.artifact}: {c.twin}" for c in changes if c.fact in ENDS and not c.pointer]


def test_what_went_and_what_came_with_the_same_spec_name_each_other() -> None:
    assert twins(partials(a="hi"), partials(b="hi")) == [
        "removed partial/a: partial/b",
        "added partial/b: partial/a",
    ]


def test_another_spec_is_no_twin() -> None:
    assert twins(partials(a="hi"), partials(b="ho")) == ["removed partial/a: None", "added partial/b: None"]


def test_another_kind_is_no_twin() -> None:
    model = manifest("Model", "b", "provider: openai\nmodel: gpt-4o-2024-08-06\n")
    assert twins(partials(a="hi"), {"models/b.yaml": model}) == [
        "added model/b: None",
        "removed partial/a: None",
    ]


def test_one_that_was_there_before_is_no_twin() -> None:
    assert twins(partials(a="hi", b="hi"), partials(b="hi")) == ["removed partial/a: None"]


def test_a_default_written_out_is_the_same_spec() -> None:
    written = manifest("Partial", "b", "content: hi\ntemplateFormat: mustache\n")
    assert twins(partials(a="hi"), {"partials/b.yaml": written}) == [
        "removed partial/a: partial/b",
        "added partial/b: partial/a",
    ]


def test_of_several_that_are_alike_the_first_belongs_to_the_first_whichever_way_it_goes() -> None:
    two, three = partials(a="hi", b="hi", z="no"), partials(c="hi", d="hi", e="hi")
    assert twins(two, three) == [
        "removed partial/a: partial/c",
        "removed partial/b: partial/d",
        "added partial/c: partial/a",
        "added partial/d: partial/b",
        "added partial/e: None",
        "removed partial/z: None",
    ]
    assert twins(three, two) == [
        "added partial/a: partial/c",
        "added partial/b: partial/d",
        "removed partial/c: partial/a",
        "removed partial/d: partial/b",
        "removed partial/e: None",
        "added partial/z: None",
    ]


def test_a_reference_to_what_was_renamed_is_the_same_spec() -> None:
    prompt = "model: m\nmessages: [{{role: user, content: 'hi {{{{> {}}}}}'}}]\n"
    tone = manifest("Partial", "voice", "content: Be kind.\n", ", formerly: [tone]")
    before = {**partials(tone="Be kind."), "prompts/a.yaml": manifest("Prompt", "a", prompt.format("tone"))}
    after = {"partials/tone.yaml": tone, "prompts/b.yaml": manifest("Prompt", "b", prompt.format("voice"))}
    assert twins(before, after) == ["removed prompt/a: prompt/b", "added prompt/b: prompt/a"]


def test_a_file_that_cannot_be_read_may_hold_the_artifact_still() -> None:
    unread = {"partials/a.yaml": "metadata: {name: a\n"}
    assert twins(partials(a="hi"), {**unread, **partials(b="hi")}) == [
        "removed partial/a: None",
        "added partial/b: None",
    ]
    assert twins({**unread, **partials(b="hi")}, partials(a="hi")) == [
        "added partial/a: None",
        "removed partial/b: None",
    ]


def test_of_some_artifacts_the_twin_is_known_too() -> None:
    before, after = registry_of(partials(a="hi")), registry_of(partials(b="hi"))
    for artifact, twin in (("partial/a", "partial/b"), ("partial/b", "partial/a")):
        found = compare(before, after, only={artifact})
        assert [(change.artifact, change.twin) for change in found] == [(artifact, twin)]
