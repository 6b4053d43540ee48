"""Profiles: how strict a registry is about everything that it does not speak of rule by rule."""

from enum import Enum

from plmctl.core.finding import Level

# The registry itself: what was released, what is pinned, what an application owes to its dependencies.
_EXEMPT = "REG"
_RAISED = {Level.WARNING: Level.ERROR}
_LOWERED = {Level.WARNING: Level.INFO}


class Profile(Enum):
    """Strict: a warning is an error. Lenient: all is one level lower, but what is invalid stays an error.

    No profile touches a bump, the REG rules, or a rule that is info.
    """

    STRICT = "strict"
    DEFAULT = "default"
    LENIENT = "lenient"

    def of_finding(self, code: str, level: Level) -> Level:
        """The level of a finding whose rule has this one."""
        if self is Profile.DEFAULT or code.startswith(_EXEMPT):
            return level
        return (_RAISED if self is Profile.STRICT else _LOWERED).get(level, level)

    def of_change(self, code: str, level: Level) -> Level:
        """The level of a change whose rule has this one."""
        is_broken = level is Level.ERROR and not code.startswith(_EXEMPT)
        return Level.WARNING if self is Profile.LENIENT and is_broken else self.of_finding(code, level)
