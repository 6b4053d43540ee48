"""What a service does with a call once it is rendered."""

from pathlib import Path
from typing import Any

import pytest

from plmctl.core.value import Value
from plmctl.runtime import AdapterError, Answer, AnswerError, Call, UsageError, load
from tests.runtime.bundles import Specs, bundle_of, prompt, write_bundle

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


def test_a_call_is_the_arguments_of_a_client(call: Call) -> None:
    messages = [{"role": "user", "content": "Help!"}]
    asked = call.as_openai()
    assert asked.pop("response_format")["json_schema"]["name"] == "triage"
    assert asked == {"model": "gpt-4o-2024-08-06", "messages": messages}
    assert call.as_litellm() == {**call.as_openai(), "model": "openai/gpt-4o-2024-08-06"}


def test_a_call_that_a_client_cannot_make_is_refused(call: Call) -> None:
    with pytest.raises(AdapterError) as caught:
        call.as_anthropic()
    assert caught.value.problems == ("model: a model of 'openai' is not asked in this way",)
    assert caught.value.hint == "take as_openai() or as_litellm()"
    assert str(caught.value) == (
        "prompt/triage@1.0.0 with model/small@1.0.0 cannot be put to Anthropic's messages API as it is:\n"
        "  model: a model of 'openai' is not asked in this way\n"
        "  hint: take as_openai() or as_litellm()"
    )


def anything(value: object) -> Any:
    """A value as callers without a type checker pass it."""
    return value


def test_what_is_not_given_by_name_is_told(tmp_path: Path) -> None:
    path = write_bundle(tmp_path / "b.plmz", bundle_of({"prompt/triage": prompt("{{ticket}}")}))
    triage = load(source=path).prompt("triage")
    with pytest.raises(UsageError) as caught:
        triage.render(anything("Help!"))
    assert (caught.value.message, caught.value.hint) == (
        "prompt/triage: inputs are given by name, and this is a value of the type str",
        'write render(NAME=VALUE), or render({"NAME": VALUE})',
    )
    with pytest.raises(UsageError) as chosen:
        triage.render(ticket="Help!", select=anything("de"))
    assert (chosen.value.message, chosen.value.hint) == (
        "prompt/triage: select is a mapping, and not a value of the type str",
        'write select={"locale": "de"}, by what the variants and routes choose',
    )


REFUND: dict[str, Value] = {
    "type": "object",
    "properties": {"order": {"type": "string"}, "customer": {"type": "string"}},
}


def test_the_arguments_that_a_prompt_binds_are_added_to_those_of_the_model(tmp_path: Path) -> None:
    tools: list[Value] = [{"ref": "tool/refund", "as": "pay_back", "with": {"customer": "who"}}]
    artifacts: Specs = {
        "prompt/pay": prompt("{{who}}", tools=tools),
        "tool/refund": {"description": "Refund.", "parameters": REFUND},
    }
    call = (
        load(source=write_bundle(tmp_path / "b.plmz", bundle_of(artifacts))).prompt("pay").render(who="Ada")
    )
    assert call.bound_arguments("pay_back") == {"customer": "Ada"}
    assert call.complete("pay_back", {"order": "7", "customer": "Eve"}) == {"order": "7", "customer": "Ada"}
    with pytest.raises(UsageError) as caught:
        call.complete("refund", {})
    assert (caught.value.message, caught.value.hint) == (
        "'refund' is not a tool that was offered",
        "there is pay_back",
    )


def test_a_prompt_without_tools_binds_nothing(call: Call) -> None:
    with pytest.raises(UsageError) as caught:
        call.bound_arguments("refund")
    assert caught.value.hint == "there is no tool"
