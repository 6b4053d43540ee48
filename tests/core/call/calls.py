"""Calls, and by adapter the body that a client sends for each: written by hand, from the APIs' documents."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from plmctl.core.call.adapter import AdapterError
from plmctl.core.call.anthropic import anthropic
from plmctl.core.call.litellm import litellm
from plmctl.core.call.openai import openai
from plmctl.core.call.request import Request
from plmctl.core.call.situation import Situation
from plmctl.core.value import Value
from tests.core.call.artifacts import prompt

FOLDER = Path(__file__).parent / "calls"
CALLS: Mapping[str, Any] = {
    path.stem: json.loads(path.read_bytes()) for path in sorted(FOLDER.glob("*.json"))
}
ADAPTERS = {"openai": openai, "anthropic": anthropic, "litellm": litellm}
MODELS: Mapping[str, Mapping[str, Value]] = {
    "openai": {"provider": "openai", "model": "gpt-6-astra"},
    "anthropic": {"provider": "anthropic", "model": "claude-opus-5", "parameters": {"maxOutputTokens": 500}},
    "litellm": {"provider": "openai", "model": "gpt-6-astra"},
}


def request_of(call: str, adapter: str) -> Request:
    """The request of a call to the model that it has for an adapter."""
    told = CALLS[call]
    models = {**MODELS, **told.get("models", {})}
    rendered = prompt(told["prompt"], {**told.get("artifacts", {}), "model/m": models[adapter]})
    return rendered.render(told.get("given", {}), Situation(select=told.get("select", {})))


def arguments_of(call: str, adapter: str) -> dict[str, Value]:
    """What a client is called with, or what is refused."""
    try:
        return ADAPTERS[adapter](request_of(call, adapter))
    except AdapterError as error:
        return {"refused": [*error.problems]}
