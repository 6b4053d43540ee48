"""OpenAI's chat API: `client.chat.completions.create(**openai(request))`.

https://platform.openai.com/docs/api-reference/chat/create
"""

from collections.abc import Mapping

from plmctl.core.call.adapter import Attempt, arguments
from plmctl.core.call.chat import Dialect, chat
from plmctl.core.call.request import Request
from plmctl.core.value import Value

# Servers of open models count the tokens of an answer by the older name.
_DIALECTS: Mapping[str, Dialect] = {
    "openai": Dialect(stops=4, search=True),
    "azure-openai": Dialect(stops=4),
    "vllm": Dialect(without=frozenset(), choice=True),
    "ollama": Dialect(limit="max_tokens"),
    "huggingface": Dialect(limit="max_tokens"),
    "litellm": Dialect(without=frozenset(), budget=True, search=True),
    "custom": Dialect(limit="max_tokens"),
}
# What the client takes by name is an argument; what else a server takes goes into the body beside it.
_ARGUMENTS = frozenset(
    {
        "frequency_penalty",
        "max_completion_tokens",
        "max_tokens",
        "messages",
        "model",
        "parallel_tool_calls",
        "presence_penalty",
        "reasoning_effort",
        "response_format",
        "seed",
        "stop",
        "temperature",
        "tool_choice",
        "tools",
        "top_p",
        "web_search_options",
    }
)


def openai(request: Request, environment: Mapping[str, str] | None = None) -> dict[str, Value]:
    """The arguments of the OpenAI client for a request; raises AdapterError for what they cannot say.

    `environment` has the variables that the Model names as `{env: NAME}`; nothing else is read.
    """
    target = request.target
    attempt = Attempt(request=request, api="OpenAI's chat API", environment=environment or {})
    dialect = _DIALECTS.get(target.provider_type)
    if dialect is None:
        raise attempt.stranger()
    body = attempt.with_extra({"model": model_of(attempt), **chat(attempt, dialect)})
    attempt.settle()
    return arguments(body, _ARGUMENTS)


def model_of(attempt: Attempt) -> str:
    """The model's name in a request: on Azure it is that of the deployment."""
    target = attempt.request.target
    if target.provider_type == "azure-openai" and "deployment" in target.artifact.spec:
        return attempt.text(target.artifact.spec["deployment"], f"{target.artifact.id} deployment") or ""
    return target.model
