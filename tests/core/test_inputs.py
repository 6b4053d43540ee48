"""What a prompt takes: declared, or told by its text."""

import pytest

from plmctl.core.inputs import inference_of, inferred_inputs_of, inputs_of, provided_names
from plmctl.core.manifest import Manifest
from plmctl.core.template.infer import Inferred
from plmctl.core.value import Value
from tests.rules.registries import manifest, registry_of

INFERRED: Value = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}


def prompt(spec: str) -> Manifest:
    """A prompt with more in its spec."""
    return registry_of({"prompts/p.yaml": manifest("Prompt", "p", f"model: m\n{spec}")}).manifests["prompt/p"]


def test_the_text_tells_the_inputs() -> None:
    found = prompt("messages: [{role: user, content: 'Hi {{a}}'}]\n")
    assert isinstance(inference_of(found), Inferred)
    assert inferred_inputs_of(found) == INFERRED
    assert inputs_of(found) == INFERRED


def test_what_retrieval_and_the_session_fill_is_no_input() -> None:
    spec = (
        "retrieval: {ref: r, query: a, into: found}\ncontext: c\n"
        "messages: [{role: user, content: '{{a}} {{#found}}{{.}}{{/found}} {{session.x}}'}]\n"
    )
    assert provided_names(prompt(spec)) == {"found", "session"}
    assert inferred_inputs_of(prompt(spec)) == INFERRED
    assert provided_names(prompt("retrieval: {into: [x]}\n")) == frozenset()


def test_declared_inputs_are_not_guessed() -> None:
    found = prompt("inputs: {type: object}\nmessages: [{role: user, content: '{{a}}'}]\n")
    assert (inference_of(found), inferred_inputs_of(found)) == (None, None)
    assert inputs_of(found) == {"type": "object"}


@pytest.mark.parametrize(
    "spec",
    [
        "messages: [{role: user, content: '{{ a }}{{ b + c }}', templateFormat: jinja2}]\n",
        "messages: [{role: user, content: '{{#a}}{{b}}{{/a}}'}]\n",
    ],
)
def test_a_mistake_in_jinja2_and_a_section_with_names_tell_nothing(spec: str) -> None:
    assert inferred_inputs_of(prompt(spec)) is None
    assert inputs_of(prompt(spec)) == {}


def test_a_jinja2_text_tells_its_inputs() -> None:
    found = prompt("templateFormat: jinja2\nmessages: [{role: user, content: '{{ a }}'}]\n")
    assert inferred_inputs_of(found) == INFERRED


def test_raw_text_has_no_inputs() -> None:
    found = inferred_inputs_of(prompt("templateFormat: raw\nmessages: [{role: user, content: '{{a}}'}]\n"))
    assert found == {"type": "object", "properties": {}, "required": []}


def test_a_kind_without_inputs_has_none() -> None:
    model = registry_of({}).manifests["model/m"]
    assert inference_of(model) is None
    assert inputs_of(model) == {}


def test_inputs_that_are_no_mapping_are_none() -> None:
    assert inputs_of(prompt("inputs: [a]\n")) == {}
