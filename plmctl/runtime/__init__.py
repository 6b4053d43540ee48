"""What a service loads: the artifacts that a lock pins, rendered into calls of a model.

    from plmctl.runtime import load

    registry = load("environments/production/support-bot.lock", source=".")
    call = registry.prompt("support/triage").render(ticket=text)

Everything is checked when it is loaded, and nothing is read or sent afterwards.
"""

from plmctl.core.call.artifact import Artifact
from plmctl.core.call.refusal import InputError, PromptError
from plmctl.core.call.request import Media, Message, Text, ToolCall
from plmctl.core.call.route import Route
from plmctl.core.finding import IntegrityError, PlmctlError
from plmctl.runtime.call import Call
from plmctl.runtime.prompt import Prompt
from plmctl.runtime.registry import Registry, load
from plmctl.runtime.snapshot import NotLockedError

__all__ = [
    "Artifact",
    "Call",
    "InputError",
    "IntegrityError",
    "Media",
    "Message",
    "NotLockedError",
    "PlmctlError",
    "Prompt",
    "PromptError",
    "Registry",
    "Route",
    "Text",
    "ToolCall",
    "load",
]
