"""How a rule is written: a generator with a code, whose docstring is its page."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from inspect import cleandoc

from plmctl.core.diff import Change
from plmctl.core.finding import Bump, Finding, Level, Location, Rule
from plmctl.core.manifest import Manifest
from plmctl.core.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """A class of changes: the level and the bump that go with it."""

    level: Level
    bump: Bump


BREAKING = Meaning(level=Level.ERROR, bump=Bump.MAJOR)
BEHAVIOURAL = Meaning(level=Level.WARNING, bump=Bump.MINOR)
SAFE = Meaning(level=Level.INFO, bump=Bump.PATCH)
MEANINGS = {"breaking": BREAKING, "behavioural": BEHAVIOURAL, "safe": SAFE}

Messages = Callable[[Change], Iterator[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRule:
    """A rule over facts: it yields a message for a change that it speaks of."""

    rule: Rule
    messages: Messages


def change_rule(code: str, name: str, meaning: Meaning) -> Callable[[Messages], ChangeRule]:
    """Makes a rule of a generator of messages."""

    def made(messages: Messages) -> ChangeRule:
        rule = Rule(
            code=code, name=name, level=meaning.level, bump=meaning.bump, meaning=cleandoc(messages.__doc__ or "")
        )
        return ChangeRule(rule=rule, messages=messages)

    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something wrong in a manifest: where, what, and what to do."""

    manifest: Manifest
    location: Location
    message: str
    help: str | None = None


Faults = Callable[[Registry], Iterator[Fault]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRule:
    """A rule over a registry: it yields what is wrong."""

    rule: Rule
    faults: Faults

    def findings(self, registry: Registry) -> Iterator[Finding]:
        """Its faults as findings."""
        for fault in self.faults(registry):
            yield fault.manifest.document.finding(
                self.rule, fault.message, fault.location, fault.help, fault.manifest.id
            )


def check_rule(code: str, name: str, level: Level) -> Callable[[Faults], CheckRule]:
    """Makes a rule of a generator of faults."""

    def made(faults: Faults) -> CheckRule:
        rule = Rule(code=code, name=name, level=level, meaning=cleandoc(faults.__doc__ or ""))
        return CheckRule(rule=rule, faults=faults)

    return made
