"""The fingerprints of judgements, against sha256 over JSON that was written by hand."""

import hashlib
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plmctl.core.change import Change, Fact
from plmctl.core.diff import compare
from plmctl.core.finding import Level
from plmctl.core.fingerprint import fingerprinted, lasting_pointer
from plmctl.core.judgement import Judgement
from plmctl.core.ports import MemoryTree
from plmctl.core.registry import Registry, load
from plmctl.core.value import Pointer
from plmctl.rules.judge import judgements
from tests.rules.registries import SETTINGS, manifest

TOOLS = """\
model: m
messages:
  - {{role: user, content: "hi {{{{a}}}}"}}
inputs:
  properties:
    a: {{type: string, enum: [{enum}]}}
tools:
{tools}
examples:
  - {{name: one, input: {{a: x}}, output: hi}}
"""
LOOKUP = "  - {name: lookup, description: Look it up., parameters: {type: object}}"
OTHER = "  - {name: other, description: Something else., parameters: {type: object}}"


def digits(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def item(content: str) -> str:
    """How an item with this JSON is named."""
    return "#" + digits(content)


def registry(
    spec: str, *, path: str = "prompts/p.yaml", metadata: str = "", kind: str = "Prompt"
) -> Registry:
    return load(
        MemoryTree({"plmctl.yaml": SETTINGS + "spec: {}\n", path: manifest(kind, "p", spec, metadata)})
    )


def tooled(*tools: str, enum: str = "x, y", path: str = "prompts/p.yaml") -> Registry:
    return registry(TOOLS.format(tools="\n".join(tools), enum=enum), path=path)


def judged(before: Registry, after: Registry) -> list[Judgement]:
    return list(judgements(compare(before, after), after.settings))


def names(before: Registry, after: Registry) -> dict[str, str]:
    """The fingerprints, by code and lasting pointer."""
    return {f"{j.code} {lasting_pointer(j.change)}": j.fingerprint for j in judged(before, after)}


def test_it_is_over_rule_artifact_place_and_values() -> None:
    (found,) = judged(registry("content: hi\n", kind="Partial"), registry("content: ho\n", kind="Partial"))
    assert found.fingerprint == digits('["PRM040","partial/p","/spec/content","hi","ho"]')
    (gone,) = judged(
        registry("content: hi\n", kind="Partial"), load(MemoryTree({"plmctl.yaml": SETTINGS + "spec: {}\n"}))
    )
    assert gone.fingerprint == digits('["PRM001","partial/p","","partial/p",null]')


def test_an_item_of_a_keyed_list_goes_by_its_key() -> None:
    found = names(tooled(LOOKUP), tooled(LOOKUP.replace("Look", "Find")))
    subject = '["PRM046","prompt/p","/spec/tools/name=lookup/description","Look it up.","Find it up."]'
    assert found == {"PRM046 /spec/tools/name=lookup/description": digits(subject)}


def test_another_item_goes_by_a_hash_of_its_content() -> None:
    old, new = tooled(LOOKUP, enum="x, y"), tooled(LOOKUP, enum="x")
    (found,) = (judgement for judgement in judged(old, new) if judgement.level is Level.ERROR)
    if found.change.fact is Fact.REMOVED:
        step = item('"y"')
        assert lasting_pointer(found.change) == f"/spec/inputs/properties/a/enum/{step}"
    assert found.fingerprint == digits(
        f'["{found.code}","prompt/p","{lasting_pointer(found.change)}",'
        f"{text(found.change.old)},{text(found.change.new)}]"
    )


def text(value: object) -> str:
    """JSON of the values in these tests, which are as canonical as they are written."""
    return json.dumps(value, separators=(",", ":"), sort_keys=True)


def test_what_is_added_and_what_is_compared_inside_go_by_their_content() -> None:
    def messages(*contents: str) -> Registry:
        written = "".join(f"  - {{role: user, content: {content}}}\n" for content in contents)
        return registry(f"messages:\n{written}")

    added = names(messages("a"), messages("a", "b"))
    assert list(added) == ["PRM041 /spec/messages/" + item('{"content":"b","role":"user"}')]
    inside = names(messages("a", "b"), messages("a", "c"))
    assert list(inside) == ["PRM040 /spec/messages/" + item('{"content":"c","role":"user"}') + "/content"]
    # An equal message before it moves it, and changes nothing.
    assert names(messages("z", "a", "b"), messages("z", "a", "c")) == inside


@settings(max_examples=20)
@given(
    before=st.lists(st.sampled_from((OTHER, OTHER.replace("other", "third"))), unique=True),
    is_moved=st.booleans(),
    is_first=st.booleans(),
)
def test_it_stays_when_other_things_come_go_and_move(
    before: list[str], is_moved: bool, is_first: bool
) -> None:
    alone = names(
        tooled(LOOKUP), tooled(LOOKUP.replace("object}", "object, properties: {q: {}}, required: [q]}"))
    )
    changed = LOOKUP.replace("object}", "object, properties: {q: {}}, required: [q]}")
    alone = names(tooled(LOOKUP), tooled(changed))
    tools = (*before, changed) if is_first else (changed, *before)
    path = "prompts/deep/q.yaml" if is_moved else "prompts/p.yaml"
    among = names(tooled(LOOKUP), tooled(*tools, path=path))
    assert alone
    assert alone.items() <= among.items()


def test_layout_is_no_part_of_it() -> None:
    spec = "# why\ncontent:   'ho'\n"
    plain = names(registry("content: hi\n", kind="Partial"), registry("content: ho\n", kind="Partial"))
    assert names(registry('content: "hi"\n', kind="Partial"), registry(spec, kind="Partial")) == plain


def said(code: str, message: str, pointer: Pointer = ("spec", "x")) -> Judgement:
    """A judgement of a fact that stands nowhere."""
    (some,) = judged(registry("content: hi\n", kind="Partial"), registry("content: ho\n", kind="Partial"))
    change = Change(artifact="prompt/p", kind="Prompt", fact=Fact.CHANGED, pointer=pointer, place=pointer)
    return replace(some, rule=replace(some.rule, code=code), change=change, message=message)


def test_the_message_is_no_part_of_it_and_what_is_said_twice_is_counted() -> None:
    plain = '["PRM011","prompt/p","/spec/x",null,null]'
    first, second, other = fingerprinted([said("PRM011", "a"), said("PRM011", "b"), said("PRM012", "a")])
    assert (first.fingerprint, second.fingerprint) == (digits(plain), digits(f"2:{plain}"))
    assert other.fingerprint == digits(plain.replace("011", "012"))
    (alone,) = fingerprinted([said("PRM011", "b")])
    assert alone.fingerprint == first.fingerprint


@pytest.mark.parametrize("pointer", [("spec", 0, "x"), ("spec", 7), (3, "x")])
def test_an_item_that_stands_nowhere_has_no_content(pointer: Pointer) -> None:
    steps = [item('"-"') if isinstance(step, int) else step for step in pointer]
    assert lasting_pointer(said("PRM011", "a", pointer).change) == "/" + "/".join(steps)


def test_positions_outside_of_a_list_are_nowhere() -> None:
    (some,) = judged(registry("content: hi\n", kind="Partial"), registry("content: ho\n", kind="Partial"))
    for place in (("spec", "content", 0, "x"), ("spec", 4, "x"), ("spec", "none", 0)):
        change = replace(some.change, pointer=place, place=place)
        assert item('"-"') in lasting_pointer(change)


def test_credentials_are_masked_before() -> None:
    def provider(key: str) -> Registry:
        return registry(
            f"type: openai\ncredential: {{env: {key}}}\n", path="providers/p.yaml", kind="Provider"
        )

    key = "sk-abcdefghijklmnopqrstuvwxyz123456"
    one, two = (judged(provider("A_KEY"), provider(f"{key}{n}"))[0] for n in (1, 2))
    assert one.fingerprint == two.fingerprint
    assert one.fingerprint == digits(
        f'["{one.code}","provider/p","{lasting_pointer(one.change)}","A_KEY","***"]'
    )
