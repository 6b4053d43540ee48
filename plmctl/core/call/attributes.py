"""A request as attributes of OpenTelemetry: its GenAI semantic conventions, and what ran by our own names.

https://github.com/open-telemetry/semantic-conventions-genai, schema 1.42: its attributes are in development.
"""

from collections.abc import Mapping

from plmctl.core.call.request import Request
from plmctl.core.value import Value, as_texts

Attribute = str | bool | int | float | list[str]

# Other names are allowed, and are ours: huggingface, vllm, ollama, litellm, custom.
_PROVIDERS: Mapping[str, str] = {
    "azure-openai": "azure.ai.openai",
    "google": "gcp.gen_ai",
    "bedrock": "aws.bedrock",
    "mistral": "mistral_ai",
}
_DOUBLES: Mapping[str, str] = {
    "temperature": "gen_ai.request.temperature",
    "topP": "gen_ai.request.top_p",
    "topK": "gen_ai.request.top_k",
    "frequencyPenalty": "gen_ai.request.frequency_penalty",
    "presencePenalty": "gen_ai.request.presence_penalty",
}
_INTEGERS: Mapping[str, str] = {
    "maxOutputTokens": "gen_ai.request.max_tokens",
    "seed": "gen_ai.request.seed",
}


def attributes_of(request: Request) -> dict[str, Attribute]:
    """The attributes of a call, sorted by name: what is not known has none, and no text is in them."""
    found = {**_request(request), **_settings(request.parameters), **_identity(request)}
    return {name: found[name] for name in sorted(found)}


def _request(request: Request) -> dict[str, Attribute]:
    target, form = request.target, request.response_format
    found: dict[str, Attribute] = {
        "gen_ai.operation.name": "chat",
        "gen_ai.prompt.name": request.identity.artifact.partition("/")[2],
        "gen_ai.provider.name": _PROVIDERS.get(target.provider_type, target.provider_type),
        "gen_ai.request.model": target.model,
    }
    return found if form is None else {**found, "gen_ai.output.type": form.kind}


def _settings(parameters: Mapping[str, Value]) -> dict[str, Attribute]:
    found: dict[str, Attribute] = {}
    for name, value in parameters.items():
        if not isinstance(value, int | float):
            continue
        if name in _DOUBLES:
            found[_DOUBLES[name]] = float(value)
        elif name in _INTEGERS:
            found[_INTEGERS[name]] = int(value)
    stop = list(as_texts(parameters.get("stop")))
    return {**found, "gen_ai.request.stop_sequences": stop} if stop else found


def _identity(request: Request) -> dict[str, Attribute]:
    identity, target = request.identity, request.target
    named = {
        "plmctl.arm": identity.arm,
        "plmctl.artifact": identity.artifact,
        "plmctl.closure": identity.closure,
        "plmctl.digest": identity.digest,
        "plmctl.lock": identity.lock,
        "plmctl.model": target.artifact.id,
        "plmctl.route": target.route,
        "plmctl.variant": identity.variant,
        "plmctl.version": identity.version,
    }
    return {name: value for name, value in named.items() if value is not None}
