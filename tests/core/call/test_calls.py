"""The calls in `calls/` through each adapter."""

import pytest

from tests.core.call.calls import ADAPTERS, CALLS, arguments_of


def test_there_are_fifteen_calls_and_each_says_what_every_adapter_makes_of_it() -> None:
    assert len(CALLS) >= 15
    assert all(call["bodies"].keys() == ADAPTERS.keys() for call in CALLS.values())


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("adapter", ["openai", "anthropic"])
def test_the_arguments_are_the_body(call: str, adapter: str) -> None:
    arguments = arguments_of(call, adapter)
    beside = arguments.pop("extra_body", {})
    headers = arguments.pop("extra_headers", None)
    assert isinstance(beside, dict)
    assert {**arguments, **beside} == CALLS[call]["bodies"][adapter]
    assert headers == (
        {"anthropic-version": "2023-06-01"} if (call, adapter) == ("settings", "anthropic") else None
    )
