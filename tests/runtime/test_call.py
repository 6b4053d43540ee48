"""What a service does with a call once it is rendered."""

from pathlib import Path

import pytest

from plmctl.core.value import Value
from plmctl.runtime import Answer, AnswerError, Call, load
from tests.runtime.bundles import bundle_of, prompt, write_bundle

OUTPUTS: dict[str, Value] = {
    "format": "json",
    "schema": {"type": "object", "required": ["team"], "properties": {"team": {"enum": ["billing", "tech"]}}},
}


@pytest.fixture
def call(tmp_path: Path) -> Call:
    bundle = bundle_of({"prompt/triage": prompt("{{ticket}}", outputs=OUTPUTS)})
    return load(source=write_bundle(tmp_path / "b.plmz", bundle)).prompt("triage").render(ticket="Help!")


def test_an_answer_is_held_to_what_the_prompt_promises(call: Call) -> None:
    assert call.parse('{"team": "tech"}') == Answer(value={"team": "tech"})


def test_an_answer_that_is_not_promised_is_told_with_the_prompt(call: Call) -> None:
    with pytest.raises(AnswerError) as caught:
        call.parse('{"team": "sales"}')
    assert caught.value.message.startswith("prompt/triage@1.0.0: ")
    assert [(flaw.pointer, flaw.rule) for flaw in caught.value.flaws] == [(("team",), "enum")]
    assert caught.value.text == '{"team": "sales"}'


def test_a_trace_says_what_ran_and_nothing_that_was_said(call: Call) -> None:
    assert call.attributes["gen_ai.request.model"] == "gpt-4o-2024-08-06"
    assert call.attributes["plmctl.artifact"] == "prompt/triage"
    assert call.attributes["plmctl.lock"] == call.identity.lock
    assert "Help!" not in str(call.attributes)
