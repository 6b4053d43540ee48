"""What is wrong and where: findings, the rules behind their codes, and errors."""

from collections.abc import Iterable
from enum import Enum, IntEnum

from plmctl.core.dataclass import dataclass


class Level(Enum):
    """How serious a finding or a judgement is; `off` silences its rule."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    OFF = "off"

    @property
    def rank(self) -> int:
        """A larger rank is more serious."""
        return {"off": 0, "info": 1, "warning": 2, "error": 3}[self.value]


class Bump(IntEnum):
    """The part of a version that a change demands to be raised; larger is more."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3

    @property
    def label(self) -> str:
        """The word for it: none, patch, minor, major."""
        return self.name.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A stable code, its name, and what it means; a code is never reused or renumbered.

    `worst` is the most that it can be where what it finds decides, and then `level` and `bump` are the least.
    """

    code: str
    name: str
    level: Level
    meaning: str
    bump: Bump | None = None
    worst: tuple[Level, Bump] | None = None

    @property
    def levels(self) -> str:
        """The level in words, or from which to which."""
        return f"{self.level.value} to {self.worst[0].value}" if self.worst else self.level.value

    @property
    def bumps(self) -> str | None:
        """The bump likewise, None for a rule that has none."""
        if self.bump is None:
            return None
        return f"{self.bump.label} to {self.worst[1].label}" if self.worst else self.bump.label


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A place in a file; lines and columns count from 1, columns in characters, the end is exclusive."""

    path: str
    line: int | None = None
    column: int | None = None
    end_column: int | None = None

    def __str__(self) -> str:
        parts = [self.path, *(str(n) for n in (self.line, self.column) if n is not None)]
        return ":".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A place on one line, whose end is known, the text that stands there, and what is to stand there."""

    location: Location
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something wrong, with its place, the source line there, and what to do about it.

    `fix` mends it, all of it together, where only one mending can be meant; `validate --fix` applies it.
    """

    rule: Rule
    message: str
    location: Location
    level: Level
    help: str | None = None
    source: str | None = None
    artifact: str | None = None
    fix: tuple[Edit, ...] = ()

    @property
    def code(self) -> str:
        """The code of the rule that found it."""
        return self.rule.code


def sorted_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings in the order they are shown: by file, line, column, code, message; doubles dropped."""
    found = dict.fromkeys(findings)
    # Nothing is wrong with most files.
    if not found:
        return ()
    return tuple(
        sorted(
            found,
            key=lambda f: (
                f.location.path,
                f.location.line or 0,
                f.location.column or 0,
                f.code,
                f.message,
            ),
        )
    )


class PlmctlError(Exception):
    """A question that could not be answered: what, and what to do (exit 3)."""

    exit_code = 3

    def __init__(self, message: str, *, hint: str | None = None, location: Location | None = None):
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.location = location

    def __str__(self) -> str:
        # A log of a service has only this.
        return self.message if self.hint is None else f"{self.message}\n  hint: {self.hint}"


class UnsettledError(PlmctlError):
    """Something was begun elsewhere, and whether it was done is not known (exit 3)."""


class UsageError(PlmctlError):
    """Wrong usage or a broken configuration (exit 2)."""

    exit_code = 2


class ConfigurationError(UsageError):
    """plmctl.yaml cannot be used; its findings say where and why (exit 2)."""

    def __init__(self, findings: tuple[Finding, ...]):
        first = findings[0]
        super().__init__(first.message, hint=first.help, location=first.location)
        self.findings = findings


class IntegrityError(PlmctlError):
    """What was read is not what was locked, tagged or hashed (exit 4)."""

    exit_code = 4


class DamagedError(IntegrityError):
    """What was fetched of a repository elsewhere is damaged here: it can be fetched anew (exit 4)."""
