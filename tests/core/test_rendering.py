from collections.abc import Mapping
from dataclasses import replace

from plmctl.core.call.request import Media, Message, OfferedTool, Request, ResponseFormat, Text
from plmctl.core.rendering import rendering_of, value_of_rendering
from plmctl.core.tokenizer import estimated
from plmctl.core.value import Value
from tests.core.call.artifacts import artifact, prompt, said

PRICES: Mapping[str, Value] = {"pricing": {"currency": "USD", "inputPerMTok": 500_000}}
REQUEST = prompt({"messages": said("Say hello to me.")}).render({})


def test_tokens_are_counted_and_have_a_price() -> None:
    model = replace(REQUEST.target.artifact, unhashed=PRICES)
    dear = replace(REQUEST, target=replace(REQUEST.target, artifact=model))
    found = rendering_of(dear, "1.0.0", estimated)
    assert (found.tokens, found.counter, found.is_estimate) == (5, "estimate", True)
    assert (found.cost, found.currency, found.media) == (2_500.0, "USD", 0)
    assert value_of_rendering(found)["cost"] == {"currency": "USD", "perThousandCalls": 2_500.0}


def test_a_model_without_prices_costs_nothing_that_is_known() -> None:
    found = rendering_of(REQUEST, "1.0.0", estimated)
    assert (found.cost, found.currency) == (None, None)


def full_request() -> Request:
    """A request with one of each."""
    provider = artifact("provider/eu", {})
    tool = OfferedTool(
        name="look_up", artifact="tool/look-up", description="d", parameters={"a": 1}, bound={"b": 2}
    )
    own = OfferedTool(name="w", artifact=None, description=None, parameters=None, bound={}, builtin="web")
    return replace(
        REQUEST,
        messages=(Message(role="user", parts=(Text(text="a"), Media(medium="image", value="u"))),),
        tools=(tool, own),
        response_format=ResponseFormat(kind="json", schema=None, is_extensible=True),
        parameters={"temperature": 0},
        target=replace(REQUEST.target, provider=provider, route="route/r"),
    )


def test_a_request_is_told_whole() -> None:
    assert value_of_rendering(rendering_of(full_request(), "1.0.0", estimated)) == {
        "identity": {
            "artifact": "prompt/p",
            "version": "1.0.0",
            "variant": None,
            "arm": None,
            "digest": "sha256:digest of prompt/p",
            "closure": "sha256:closure of prompt/p",
            "lock": None,
        },
        "messages": [{"role": "user", "content": [{"text": "a"}, {"image": "u"}]}],
        "tools": [
            {
                "name": "look_up",
                "artifact": "tool/look-up",
                "description": "d",
                "parameters": {"a": 1},
                "strict": None,
                "bound": {"b": 2},
                "builtin": None,
                "mcp": None,
            },
            {
                "name": "w",
                "artifact": None,
                "description": None,
                "parameters": None,
                "strict": None,
                "bound": {},
                "builtin": "web",
                "mcp": None,
            },
        ],
        "responseFormat": {"kind": "json", "schema": None, "extensible": True},
        "parameters": {"temperature": 0},
        "model": {
            "id": "model/m",
            "version": "1.0.0",
            "model": "gpt-4o-2024-08-06",
            "providerType": "openai",
            "provider": "provider/eu",
            "route": "route/r",
        },
        "tokens": {
            "input": 33,
            "counter": "estimate",
            "estimate": True,
            "mediaNotCounted": 1,
        },
        "cost": None,
    }
