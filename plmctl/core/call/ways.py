"""Which clients ask a model, by its provider: docs/adapters.md has the table."""

from plmctl.core.call.request import Target

_OPENAI = frozenset({"openai", "azure-openai", "vllm", "ollama", "huggingface", "litellm", "custom"})
_ANTHROPIC = frozenset({"anthropic", "litellm", "custom"})
_CLOUDS = frozenset({"bedrock", "google"})


def ways_of(target: Target) -> tuple[str, ...]:
    """The clients that ask a model: `openai`, `anthropic`, `litellm`, those that there are."""
    ways = [("openai", target.provider_type in _OPENAI), ("anthropic", is_anthropics(target))]
    return (*(way for way, is_one in ways if is_one), "litellm")


def is_anthropics(target: Target) -> bool:
    """Whether a model speaks Anthropic's messages API: one of Anthropic's, at whichever cloud."""
    if target.provider_type in _CLOUDS:
        return "claude" in target.model.lower()
    return target.provider_type in _ANTHROPIC
