"""Tools as a model is offered them."""

import pytest

from plmctl.core.call.refusal import PromptError
from plmctl.core.call.request import OfferedTool
from plmctl.core.value import Value
from tests.core.call.artifacts import prompt, said

LOOKUP: dict[str, Value] = {
    "description": "Look up an order.",
    "parameters": {
        "type": "object",
        "required": ["order", "customer"],
        "properties": {"order": {"type": "string"}, "customer": {"type": "string"}},
        "additionalProperties": False,
    },
    "strict": True,
}
MCP: dict[str, Value] = {"description": "d", "mcp": {"server": "https://mcp.example.com", "tools": ["a"]}}


def offered(
    tools: list[Value], given: dict[str, object], others: dict[str, dict[str, Value]] | None = None
) -> tuple[OfferedTool, ...]:
    """The tools of a prompt with these."""
    found = prompt({"messages": said("a"), "inputs": {"type": "object"}, "tools": tools}, others)
    return found.render(given).tools


def test_a_tool_of_the_prompt_is_offered_as_it_stands() -> None:
    parameters: dict[str, Value] = {"type": "object", "properties": {"a": {}}}
    tools: list[Value] = [
        {"name": "own", "description": "d", "parameters": parameters, "strict": False},
        {"name": "bare"},
    ]
    assert offered(tools, {}) == (
        OfferedTool(
            name="own", artifact=None, description="d", parameters=parameters, strict=False, bound={}
        ),
        OfferedTool(
            name="bare",
            artifact=None,
            description=None,
            parameters={"type": "object", "properties": {}},
            bound={},
        ),
    )


def test_bound_arguments_are_not_offered_and_have_the_values_of_inputs() -> None:
    tools: list[Value] = [{"ref": "tool/orders/lookup", "as": "find_order", "with": {"customer": "id"}}]
    expected = OfferedTool(
        name="find_order",
        artifact="tool/orders/lookup",
        description="Look up an order.",
        parameters={
            "type": "object",
            "required": ["order"],
            "properties": {"order": {"type": "string"}},
            "additionalProperties": False,
        },
        strict=True,
        bound={"customer": "C-1"},
    )
    assert offered(tools, {"id": "C-1"}, {"tool/orders/lookup": LOOKUP}) == (expected,)


def test_an_argument_whose_input_is_absent_is_hidden_and_has_no_value() -> None:
    tools: list[Value] = [{"ref": "tool/orders/lookup", "with": {"customer": "id", "order": "order"}}]
    (tool,) = offered(tools, {}, {"tool/orders/lookup": LOOKUP})
    assert (tool.name, tool.bound) == ("lookup", {})
    assert tool.parameters == {"type": "object", "properties": {}, "additionalProperties": False}


def test_arguments_that_the_schema_does_not_describe_are_bound_too() -> None:
    tools: list[Value] = [{"ref": "tool/t", "with": {"x": "a"}}]
    (tool,) = offered(tools, {"a": None}, {"tool/t": {"description": "d", "parameters": {"type": "object"}}})
    assert (tool.parameters, tool.bound) == ({"type": "object"}, {"x": None})


def test_a_shared_tool_without_bound_arguments_is_offered_whole() -> None:
    (tool,) = offered([{"ref": "tool/orders/lookup"}], {}, {"tool/orders/lookup": LOOKUP})
    assert tool.parameters == LOOKUP["parameters"]


def test_what_the_provider_runs_has_no_parameters() -> None:
    search: dict[str, Value] = {"description": "Search.", "builtin": "web_search"}
    assert offered([{"ref": "tool/s"}, {"ref": "tool/c"}], {}, {"tool/s": search, "tool/c": MCP}) == (
        OfferedTool(
            name="s",
            artifact="tool/s",
            description="Search.",
            parameters=None,
            bound={},
            builtin="web_search",
        ),
        OfferedTool(name="c", artifact="tool/c", description="d", parameters=None, bound={}, mcp=MCP["mcp"]),
    )


@pytest.mark.parametrize(
    ("tool", "message", "hint"),
    [
        (
            {"description": "d", "openapi": "sha256:0"},
            "prompt/p@1.0.0: tool/t@1.0.0 is an OpenAPI description, which no model can be offered",
            "make a Tool with 'parameters' of each operation that the model may call",
        ),
        (
            MCP,
            "prompt/p@1.0.0: tool/t@1.0.0 is run by the provider, which cannot be given bound arguments",
            "leave 'with' out",
        ),
    ],
)
def test_a_tool_that_cannot_be_offered_is_told_when_the_prompt_is_read(
    tool: dict[str, Value], message: str, hint: str
) -> None:
    with pytest.raises(PromptError) as caught:
        offered([{"ref": "tool/t", "with": {"a": "b"}}], {}, {"tool/t": tool})
    assert (caught.value.message, caught.value.hint) == (message, hint)
