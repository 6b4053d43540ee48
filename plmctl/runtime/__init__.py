"""What a service loads: the artifacts that a lock pins, rendered into calls of a model.

    from plmctl.runtime import load

    registry = load("environments/production/support-bot.lock", source=".")
    call = registry.prompt("support/triage").render(ticket=text)

Everything is checked when it is loaded, and nothing is read or sent afterwards.
"""

from typing import TYPE_CHECKING

from plmctl.runtime.loading import load

if TYPE_CHECKING:
    from plmctl.core.call.adapter import AdapterError
    from plmctl.core.call.answer import Answer, AnswerError, Flaw
    from plmctl.core.call.artifact import Artifact
    from plmctl.core.call.refusal import InputError, Problem, PromptError
    from plmctl.core.call.request import (
        Identity,
        Media,
        Message,
        OfferedTool,
        ResponseFormat,
        Target,
        Text,
        ToolCall,
    )
    from plmctl.core.call.route import Pick, Route
    from plmctl.core.finding import IntegrityError, PlmctlError, UsageError
    from plmctl.runtime.call import Call
    from plmctl.runtime.prompt import Prompt
    from plmctl.runtime.registry import Registry
    from plmctl.runtime.snapshot import NotLockedError
else:
    # A service that starts waits for `load` alone: what it loads brings the rest.
    _HOMES = {
        "AdapterError": "core.call.adapter",
        "Answer": "core.call.answer",
        "AnswerError": "core.call.answer",
        "Artifact": "core.call.artifact",
        "Call": "runtime.call",
        "Flaw": "core.call.answer",
        "Identity": "core.call.request",
        "InputError": "core.call.refusal",
        "IntegrityError": "core.finding",
        "Media": "core.call.request",
        "Message": "core.call.request",
        "NotLockedError": "runtime.snapshot",
        "OfferedTool": "core.call.request",
        "Pick": "core.call.route",
        "PlmctlError": "core.finding",
        "Problem": "core.call.refusal",
        "Prompt": "runtime.prompt",
        "PromptError": "core.call.refusal",
        "Registry": "runtime.registry",
        "ResponseFormat": "core.call.request",
        "Route": "core.call.route",
        "Target": "core.call.request",
        "Text": "core.call.request",
        "ToolCall": "core.call.request",
        "UsageError": "core.finding",
    }

    def __getattr__(name):
        if name not in _HOMES:
            raise AttributeError(f"module 'plmctl.runtime' has no attribute {name!r}")
        from importlib import import_module

        globals()[name] = getattr(import_module(f"plmctl.{_HOMES[name]}"), name)
        return globals()[name]

    def __dir__():
        return sorted({*globals(), *__all__})


__all__ = [
    "AdapterError",
    "Answer",
    "AnswerError",
    "Artifact",
    "Call",
    "Flaw",
    "Identity",
    "InputError",
    "IntegrityError",
    "Media",
    "Message",
    "NotLockedError",
    "OfferedTool",
    "Pick",
    "PlmctlError",
    "Problem",
    "Prompt",
    "PromptError",
    "Registry",
    "ResponseFormat",
    "Route",
    "Target",
    "Text",
    "ToolCall",
    "UsageError",
    "load",
]
