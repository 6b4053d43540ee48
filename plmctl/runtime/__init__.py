"""What a service loads: the artifacts that a lock pins, rendered into calls of a model.

    from plmctl.runtime import load

    registry = load("environments/production/support-bot.lock", source=".")
    call = registry.prompt("support/triage").render(ticket=text)

Everything is checked when it is loaded, and nothing is read or sent afterwards.
"""

from plmctl.core.finding import IntegrityError, PlmctlError
from plmctl.runtime.registry import Registry, load
from plmctl.runtime.snapshot import NotLockedError

__all__ = ["IntegrityError", "NotLockedError", "PlmctlError", "Registry", "load"]
