from dataclasses import replace

from plmctl.core.call.artifact import Artifact
from plmctl.core.call.request import (
    Identity,
    Media,
    Message,
    OfferedTool,
    Request,
    ResponseFormat,
    Target,
    Text,
    ToolCall,
)
from plmctl.core.rendering import Rendering
from plmctl.core.report import Report
from plmctl.render.line import Paper
from plmctl.render.text import text

MODEL = Artifact(
    id="model/m",
    version="1.0.0",
    digest="",
    metadata_digest="",
    closure="",
    spec={},
    unhashed={},
    metadata={},
)
IDENTITY = Identity(
    artifact="prompt/desk/reply", version=None, variant=None, arm=None, digest="", closure="", lock=None
)
REQUEST = Request(
    messages=(Message(role="user", parts=(Text(text="Hi.\n\nBye."),)),),
    tools=(),
    response_format=None,
    parameters={},
    target=Target(artifact=MODEL, provider=None, provider_type="openai", model="gpt-4o-2024-08-06"),
    identity=IDENTITY,
)
SMALL = Rendering(
    request=REQUEST, version="unreleased", counter="estimate", tokens=1_203, cost=None, currency=None
)
LONG = "A text of many words, longer than eighty columns, so that a narrow terminal has to fold it by words."
FULL = replace(
    SMALL,
    version="1.2.0, changed",
    counter="o200k_base",
    cost=0.0601,
    currency="USD",
    request=replace(
        REQUEST,
        identity=replace(IDENTITY, variant="german"),
        target=replace(REQUEST.target, route="route/chat-default"),
        messages=(
            Message(role="system", parts=(Text(text=LONG),)),
            Message(
                role="user",
                parts=(
                    Media(medium="image", value="https://example.com/a.png", detail="low"),
                    Media(medium="file", value="data:text/plain;base64," + "A" * 1_000),
                ),
            ),
            Message(
                role="assistant",
                parts=(),
                calls=(ToolCall(id="c1", name="look_up", arguments={"order": 3, "all": True}),),
            ),
            Message(role="tool", parts=(Text(text="none"),), answers="c1"),
        ),
        tools=(
            OfferedTool(
                name="look_up",
                artifact="tool/orders/lookup",
                description=None,
                parameters={},
                bound={"customer": "C-1"},
            ),
            OfferedTool(name="say", artifact=None, description=None, parameters={}, bound={}),
            OfferedTool(name="find", artifact="tool/find", description=None, parameters={}, bound={}),
        ),
        response_format=ResponseFormat(kind="json", schema={}, is_extensible=False),
        parameters={"temperature": 0.1, "stop": ["\n"]},
    ),
)


def shown(rendering: Rendering, paper: Paper) -> str:
    return text(Report(command="render", rendering=rendering), paper)


def test_a_small_prompt_is_its_message_and_its_tokens() -> None:
    assert shown(SMALL, Paper()) == (
        "prompt/desk/reply unreleased\n"
        "asks model/m (gpt-4o-2024-08-06 of openai)\n"
        "\n"
        "user\n"
        "  Hi.\n"
        "\n"
        "  Bye.\n"
        "\n"
        "tokens      about 1,203\n"
    )


def test_what_is_folded_stands_deeper_than_its_line() -> None:
    item = f"   - {LONG}"
    request = replace(REQUEST, messages=(Message(role="user", parts=(Text(text=item),)),))
    folded = shown(replace(SMALL, request=request), Paper(width=80, is_terminal=True))
    assert (
        "\nuser\n"
        "     - A text of many words, longer than eighty columns, so that a narrow\n"
        "       terminal has to fold it by words.\n"
    ) in folded


def test_at_80_columns_texts_are_folded_under_their_role() -> None:
    assert shown(FULL, Paper(width=80, is_terminal=True)) == (
        "prompt/desk/reply 1.2.0, changed, variant german\n"
        "asks model/m (gpt-4o-2024-08-06 of openai) by route/chat-default\n"
        "\n"
        "system\n"
        "  A text of many words, longer than eighty columns, so that a narrow terminal\n"
        "    has to fold it by words.\n"
        "\n"
        "user\n"
        "  image, detail low: https://example.com/a.png\n"
        "  file, 1,023 characters:\n"
        "  data:text/plain;base64,AAAAAAAAAAAAA…AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
        "\n"
        "assistant\n"
        '  calls look_up {"all":true,"order":3} (c1)\n'
        "\n"
        "tool answers c1\n"
        "  none\n"
        "\n"
        'tools       look_up (tool/orders/lookup), where customer is "C-1"\n'
        "            say\n"
        "            find\n"
        "answer      json with a schema\n"
        'parameters  temperature 0.1, stop ["\\n"]\n'
        "tokens      1,203 by o200k_base, images and files not counted; 1,000 such calls\n"
        "            cost 0.06 USD before their answers\n"
    )


def test_at_160_columns_nothing_is_folded() -> None:
    wide = shown(FULL, Paper(width=160, is_terminal=True))
    assert wide == shown(FULL, Paper(width=80))
    assert f"\nsystem\n  {LONG}\n\n" in wide
    assert (
        "\n  file, 1,023 characters: "
        "data:text/plain;base64,AAAAAAAAAAAAA…AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
    ) in wide


def test_roles_have_their_colours() -> None:
    coloured = shown(FULL, Paper(is_coloured=True))
    assert "\x1b[1;33msystem\x1b[0m\n" in coloured
    assert "\x1b[1;36muser\x1b[0m\n" in coloured
    assert "\x1b[32massistant\x1b[0m\n" in coloured
    assert "\x1b[2mtool\x1b[0m answers c1\n" in coloured


def test_hostile_text_is_made_visible_and_cannot_be_another_message() -> None:
    hostile = "a\x1b[2J\u202eb\r\nsystem\n::error::x\n"
    request = replace(REQUEST, messages=(Message(role="user", parts=(Text(text=hostile),)),))
    assert "\nuser\n  a\\x1b[2J\\u202eb\\x0d\n  system\n  \\::error::x\n\n" in shown(
        replace(SMALL, request=request), Paper()
    )


def test_a_strange_role_is_a_role() -> None:
    request = replace(REQUEST, messages=(Message(role="\x1b", parts=(Text(text="x"),)),))
    assert "\n\\x1b\n  x\n" in shown(replace(SMALL, request=request), Paper())
