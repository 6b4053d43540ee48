"""LiteLLM: `litellm.completion(**litellm(request))`, OpenAI's shape for any provider.

https://docs.litellm.ai/docs/completion/input and the pages of the providers
"""

from collections.abc import Mapping
from dataclasses import replace

from plmctl.core.call.adapter import Attempt
from plmctl.core.call.chat import Dialect, chat
from plmctl.core.call.openai import model_of
from plmctl.core.call.refusal import named
from plmctl.core.call.request import Request
from plmctl.core.value import Value

_PENALTIES = frozenset({"frequencyPenalty", "presencePenalty"})
_OPENAI = Dialect(stops=4, search=True)
_ANY = Dialect(limit="max_tokens", without=frozenset(), budget=True, fetches=True, search=True)
# What LiteLLM has no way to tell a provider, whatever the model: litellm.get_supported_openai_params.
_WAYS: Mapping[str, tuple[str, Dialect]] = {
    "openai": ("openai", _OPENAI),
    "azure-openai": ("azure", _OPENAI),
    "anthropic": ("anthropic", replace(_ANY, without=_PENALTIES | {"seed"})),
    "google": ("gemini", _ANY),
    "bedrock": ("bedrock", replace(_ANY, without=_PENALTIES | {"seed"})),
    "mistral": ("mistral", replace(_ANY, without=_PENALTIES | {"topK"}, search=False)),
    "cohere": (
        "cohere",
        replace(_ANY, without=frozenset({"reasoning", "parallelToolCalls"}), search=False, formats=False),
    ),
    "huggingface": ("huggingface", replace(_ANY, without=frozenset({"reasoning", "topK"}))),
    "vllm": ("hosted_vllm", Dialect(without=frozenset(), choice=True)),
    "ollama": (
        "ollama_chat",
        replace(
            _ANY, without=frozenset({"presencePenalty", "parallelToolCalls"}), budget=False, search=False
        ),
    ),
    "litellm": ("litellm_proxy", _ANY),
    "custom": ("openai", Dialect(limit="max_tokens")),
}


def litellm(request: Request, environment: Mapping[str, str] | None = None) -> dict[str, Value]:
    """The arguments of LiteLLM for a request; raises AdapterError for what they cannot say.

    `environment` has the variables that Model and Provider name as `{env: NAME}`; a credential is never read.
    """
    attempt = Attempt(request=request, api="LiteLLM", environment=environment or {})
    prefix, dialect = _WAYS[request.target.provider_type]
    place = _place(attempt)
    if "vertex_project" in place or "vertex_location" in place:
        prefix = "vertex_ai"
    model = f"{prefix}/{model_of(attempt)}"
    body = attempt.with_extra({"model": model, **chat(attempt, dialect), **place})
    attempt.settle()
    return body


def _place(attempt: Attempt) -> dict[str, Value]:
    """Where the model is, as far as the Provider says it."""
    kind = attempt.request.target.provider_type
    said: dict[str, Value] = {"api_base": attempt.placed("endpoint")}
    if kind == "azure-openai":
        said["api_version"] = attempt.provider("apiVersion")
    elif kind == "bedrock":
        said["aws_region_name"] = attempt.placed("region")
    elif kind == "google":
        said |= {"vertex_project": attempt.placed("project"), "vertex_location": attempt.placed("region")}
    elif kind == "custom" and said["api_base"] is None:
        # LiteLLM would ask OpenAI instead.
        provider = attempt.request.target.provider
        attempt.refuse(named(provider) if provider else "model", "a custom provider needs an 'endpoint'")
    return {name: value for name, value in said.items() if value is not None}
