"""How much a manifest may be, so that what is too much is refused before it costs anything.

A tree asks for larger limits in its plmctl.yaml. It has them only as far as the user allows, or a branch that
whoever wrote the tree cannot choose: a stranger's tree never raises its own.
"""

from collections.abc import Callable, Mapping

from plmctl.core.dataclass import dataclass
from plmctl.core.finding import UsageError

SETTING = "PLMCTL_LIMITS"
"""The variable by which a user raises the limits of every tree, as `nodes=200000,findings=500`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The most that one manifest may have: bytes, levels, values, bytes of a text; and of findings."""

    file_bytes: int = 1024 * 1024
    depth: int = 64
    nodes: int = 50_000
    text_bytes: int = 256 * 1024
    findings: int = 100

    def or_more(self, other: "Limits") -> "Limits":
        """Of each the larger one."""
        return _of_each(max, self, other)

    def or_less(self, other: "Limits") -> "Limits":
        """Of each the smaller one."""
        return _of_each(min, self, other)

    def over(self, other: "Limits") -> Mapping[str, tuple[int, int]]:
        """By their names in plmctl.yaml those that are larger than another's, with that other one."""
        pairs = ((name, (getattr(self, field), getattr(other, field))) for name, field in NAMES.items())
        return {name: (own, others) for name, (own, others) in pairs if own > others}


NAMES: Mapping[str, str] = {
    "fileBytes": "file_bytes",
    "depth": "depth",
    "nodes": "nodes",
    "textBytes": "text_bytes",
    "findings": "findings",
}
"""The limits as people write them."""

LIMITS = Limits()
"""What holds where nobody raised anything."""
UTMOST = Limits(file_bytes=4 * 1024 * 1024, depth=128, nodes=200_000, text_bytes=1024 * 1024, findings=1_000)
"""What nobody can raise them over. The schema of plmctl.yaml has both, and a test compares."""


def _of_each(choose: Callable[[int, int], int], one: Limits, other: Limits) -> Limits:
    return Limits(**{name: choose(getattr(one, name), getattr(other, name)) for name in NAMES.values()})


def _none() -> Limits:
    return LIMITS


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """How far a tree may raise its limits: `user` always holds, `base` is asked only where the tree asks."""

    user: Limits = LIMITS
    base: Callable[[], Limits] = _none

    def granted(self, asked: Limits) -> Limits:
        """What holds for a tree that asks for so much."""
        return self.user if asked == LIMITS else self.user.or_more(asked.or_less(self.base()))


CLOSED = Ceiling()
"""Of a tree that raises nothing."""


def user_limits(written: str) -> Limits:
    """What a user wrote into the variable. Raises UsageError."""
    found: dict[str, int] = {}
    for part in filter(None, (part.strip() for part in written.split(","))):
        name, _, number = part.partition("=")
        field = NAMES.get(name.strip())
        # Longer numbers take Python long to read.
        if field is None or not number.isascii() or not number.isdigit() or len(number) > _DIGITS:
            raise UsageError(f"{SETTING} has {part[:_SHOWN]!r}", hint=_hint())
        least, most = getattr(LIMITS, field), getattr(UTMOST, field)
        if not least <= int(number) <= most:
            raise UsageError(f"{SETTING}: {name.strip()} is from {least} to {most}", hint=_hint())
        found[field] = int(number)
    return Limits(**found)


_DIGITS, _SHOWN = 12, 40


def _hint() -> str:
    each = ",".join(f"{name}={getattr(UTMOST, field)}" for name, field in NAMES.items())
    return f"some of these, with commas between: {each}"
