"""A rendered prompt for a reader: who is asked, each message under its role, and what goes with them."""

from collections.abc import Iterator

from plmctl.core.call.request import Media, Message, OfferedTool, Text
from plmctl.core.canonical import canonical_json
from plmctl.core.rendering import Rendering
from plmctl.core.value import Value
from plmctl.render.impact import amounts
from plmctl.render.line import Line, Paper, Style, hanging, line
from plmctl.render.visible import cut_middle, visible, visible_lines

_INDENT = 2
_COLUMN = 12
# Of a data URI, as much as tells one from another.
_WIDEST = 72
_ROLES = {
    "system": Style.WARNING,
    "developer": Style.WARNING,
    "user": Style.INFO,
    "assistant": Style.GOOD,
    "tool": Style.FAINT,
}


def rendering_lines(rendering: Rendering, paper: Paper) -> Iterator[Line]:
    """The whole: a head, the messages, the facts."""
    yield from _head(rendering, paper)
    for message in rendering.request.messages:
        yield line()
        yield from _message(message, paper)
    yield line()
    yield from _facts(rendering, paper)


def _head(rendering: Rendering, paper: Paper) -> Iterator[Line]:
    identity, target = rendering.request.identity, rendering.request.target
    variant = f", variant {identity.variant}" if identity.variant is not None else ""
    yield line((Style.STRONG, identity.artifact), f" {rendering.version}{variant}")
    route = f" by {target.route}" if target.route is not None else ""
    asked = f"asks {target.artifact.id} ({target.model} of {target.provider_type}){route}"
    yield from hanging(line((Style.FAINT, asked)), paper, _INDENT)


def _message(message: Message, paper: Paper) -> Iterator[Line]:
    answers = f" answers {message.answers}" if message.answers is not None else ""
    yield line((_ROLES.get(message.role, Style.STRONG), message.role), answers)
    for part in message.parts:
        yield from _text(part, paper) if isinstance(part, Text) else _media(part, paper)
    for call in message.calls:
        told = f"{call.name} {_json(dict(call.arguments))} ({call.id})"
        yield from _indented(line((Style.FAINT, "calls "), told), paper)


def _text(part: Text, paper: Paper) -> Iterator[Line]:
    for text in visible_lines(part.text):
        # What is folded stands deeper than its line: a break of the author's own is told from one of ours.
        deeper = _INDENT + len(text) - len(text.lstrip(" "))
        yield from _indented(line(text), paper, deeper) if text else (line(),)


def _media(part: Media, paper: Paper) -> Iterator[Line]:
    shown = visible(part.value)
    size = f", {len(part.value):,} characters" if len(shown) > _WIDEST else ""
    detail = f", detail {part.detail}" if part.detail is not None else ""
    told = (Style.FAINT, f"{part.medium}{detail}{size}: ")
    yield from _indented(line(told, cut_middle(shown, _WIDEST)), paper)


def _indented(part: Line, paper: Paper, deeper: int = 0) -> Iterator[Line]:
    margin = (Style.PLAIN, " " * _INDENT)
    yield from hanging(Line((margin, *part.pieces)), paper, _INDENT + deeper)


def _facts(rendering: Rendering, paper: Paper) -> Iterator[Line]:
    request = rendering.request
    for index, tool in enumerate(request.tools):
        yield from _fact("" if index else "tools", _tool(tool), paper)
    if request.response_format is not None:
        form = request.response_format
        schema = " with a schema" if form.schema is not None else ""
        yield from _fact("answer", f"{form.kind}{schema}", paper)
    settings = ", ".join(f"{name} {_json(value)}" for name, value in request.parameters.items())
    yield from _fact("parameters", settings, paper)
    yield from _fact("tokens", _tokens(rendering), paper)


def _tool(tool: OfferedTool) -> str:
    shared = tool.artifact is not None and tool.artifact.rpartition("/")[2] != tool.name
    origin = f" ({tool.artifact})" if shared else ""
    bound = ", ".join(f"{name} is {_json(value)}" for name, value in tool.bound.items())
    return f"{tool.name}{origin}{f', where {bound}' if bound else ''}"


def _tokens(rendering: Rendering) -> str:
    by = "" if rendering.is_estimate else f" by {rendering.counter}"
    about = "about " if rendering.is_estimate else ""
    left = ", images and files not counted" if rendering.media else ""
    price = ""
    if rendering.cost is not None:
        (amount,) = amounts((rendering.cost,))
        price = f"; 1,000 such calls cost {amount} {rendering.currency} before their answers"
    return f"{about}{rendering.tokens:,}{by}{left}{price}"


def _fact(name: str, told: str, paper: Paper) -> Iterator[Line]:
    if told:
        yield from hanging(line((Style.FAINT, f"{name:{_COLUMN}}"), told), paper, _COLUMN)


def _json(value: Value) -> str:
    return canonical_json(value).decode()
