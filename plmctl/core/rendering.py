"""A prompt that was rendered: its request, how many tokens that has, and what it costs."""

from collections.abc import Mapping
from dataclasses import asdict

from plmctl.core.call.context import tokens_of
from plmctl.core.call.conversation import value_of
from plmctl.core.call.request import Media, OfferedTool, Request, ResponseFormat, Target
from plmctl.core.cost import stated_price
from plmctl.core.dataclass import dataclass
from plmctl.core.reach import ESTIMATE
from plmctl.core.tokenizer import Tokenizers
from plmctl.core.value import Value

Object = dict[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """A request, and the version of its prompt in words.

    `tokens` are those of what is sent but for images, audio, files, and what a provider adds; `counter` is
    what counted. `cost` is that of a thousand such calls without their answers, in `currency`; None where
    the model has no prices.
    """

    request: Request
    version: str
    counter: str
    tokens: int
    cost: float | None
    currency: str | None

    @property
    def is_estimate(self) -> bool:
        """Whether no tokenizer counted."""
        return self.counter == ESTIMATE

    @property
    def media(self) -> int:
        """The images, audio and files, which are not counted."""
        return sum(isinstance(part, Media) for message in self.request.messages for part in message.parts)


def rendering_of(request: Request, version: str, tokenizers: Tokenizers) -> Rendering:
    """A request with its tokens and its price."""
    tokenizer = tokenizers(request.target.model or None)
    tokens = tokens_of(request.messages, request.tools, tokenizer.count)
    price = stated_price(request.target.artifact.unhashed.get("pricing"))
    return Rendering(
        request=request,
        version=version,
        counter=tokenizer.name,
        tokens=tokens,
        cost=price.of(tokens) if price is not None else None,
        currency=price.currency if price is not None else None,
    )


def value_of_rendering(rendering: Rendering) -> Object:
    """A rendering for programs."""
    request = rendering.request
    return {
        "identity": asdict(request.identity),
        "messages": [dict(value_of(message)) for message in request.messages],
        "tools": [_tool(tool) for tool in request.tools],
        "responseFormat": _format(request.response_format),
        "parameters": dict(request.parameters),
        "model": _target(request.target),
        "tokens": {
            "input": rendering.tokens,
            "counter": rendering.counter,
            "estimate": rendering.is_estimate,
            "mediaNotCounted": rendering.media,
        },
        "cost": _cost(rendering),
    }


def _tool(tool: OfferedTool) -> Object:
    return {
        "name": tool.name,
        "artifact": tool.artifact,
        "description": tool.description,
        "parameters": _mapping(tool.parameters),
        "strict": tool.strict,
        "bound": dict(tool.bound),
        "builtin": tool.builtin,
        "mcp": tool.mcp,
    }


def _mapping(value: Mapping[str, Value] | None) -> Value:
    return None if value is None else dict(value)


def _format(form: ResponseFormat | None) -> Value:
    if form is None:
        return None
    return {"kind": form.kind, "schema": _mapping(form.schema), "extensible": form.is_extensible}


def _target(target: Target) -> Object:
    return {
        "id": target.artifact.id,
        "version": target.artifact.version,
        "model": target.model,
        "providerType": target.provider_type,
        "provider": target.provider.id if target.provider is not None else None,
        "route": target.route,
    }


def _cost(rendering: Rendering) -> Value:
    if rendering.cost is None:
        return None
    return {"currency": rendering.currency, "perThousandCalls": rendering.cost}
