"""How a rule is written: a generator with a code, whose docstring is its page."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from inspect import cleandoc
from itertools import islice
from typing import TYPE_CHECKING

from plmctl.core.dataclass import dataclass
from plmctl.core.finding import Bump, Edit, Finding, Level, Location, Rule
from plmctl.core.manifest import Manifest
from plmctl.core.registry import Registry
from plmctl.core.secrecy import covered_lines

if TYPE_CHECKING:
    # Rules over a registry know no changes, and need not load what makes them.
    from plmctl.core.change import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """A class of changes: the level and the bump that go with it."""

    level: Level
    bump: Bump


BREAKING = Meaning(level=Level.ERROR, bump=Bump.MAJOR)
BEHAVIOURAL = Meaning(level=Level.WARNING, bump=Bump.MINOR)
SAFE = Meaning(level=Level.INFO, bump=Bump.PATCH)

Messages = Callable[["Change"], Iterator[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRule:
    """A rule over facts: it yields a message for a change that it speaks of."""

    rule: Rule
    messages: Messages


def change_rule(code: str, name: str, meaning: Meaning) -> Callable[[Messages], ChangeRule]:
    """Makes a rule of a generator of messages."""

    def made(messages: Messages) -> ChangeRule:
        rule = Rule(
            code=code,
            name=name,
            level=meaning.level,
            bump=meaning.bump,
            meaning=cleandoc(messages.__doc__ or ""),
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
    fix: tuple[Edit, ...] = ()


Faults = Callable[[Registry], Iterator[Fault]]
FaultsOfDay = Callable[[Registry, str], Iterator[Fault]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRule:
    """A rule over a registry: it yields what is wrong, some of it only on a known day (YYYY-MM-DD).

    `is_of_all`: it looks at what all manifests together say, and not at those alone that are judged.
    """

    rule: Rule
    faults: Callable[[Registry, str | None], Iterator[Fault]]
    is_of_all: bool = False

    def findings(self, registry: Registry, today: str | None = None) -> Iterator[Finding]:
        """Its faults as findings."""
        return (finding_of(self.rule, fault) for fault in self.faults(registry, today))


def finding_of(rule: Rule, fault: Fault) -> Finding:
    """A fault as a finding of a rule, with the line where it is: of data no line is shown."""
    manifest = fault.manifest
    finding = manifest.document.finding(rule, fault.message, fault.location, fault.help, manifest.id)
    if fault.location.path != manifest.path:
        finding = replace(finding, source=included_line(manifest, fault.location))
    return replace(finding, fix=fault.fix)


def included_line(manifest: Manifest, location: Location) -> str | None:
    """The line at a place in a text file that a manifest includes."""
    texts = (file.text for file in manifest.included.values() if file.path == location.path)
    text = next(texts, None)
    return None if text is None or location.line is None else covered_lines(text)[location.line - 1]


def check_rule(
    code: str, name: str, level: Level, *, is_of_all: bool = False
) -> Callable[[Faults], CheckRule]:
    """Makes a rule of a generator of faults, in the manifests that are judged or in all together."""

    def made(faults: Faults) -> CheckRule:
        def of_any_day(registry: Registry, _today: str | None) -> Iterator[Fault]:
            return faults(registry)

        rule = Rule(code=code, name=name, level=level, meaning=cleandoc(faults.__doc__ or ""))
        return CheckRule(rule=rule, faults=of_any_day, is_of_all=is_of_all)

    return made


def dated_rule(code: str, name: str, level: Level) -> Callable[[FaultsOfDay], CheckRule]:
    """Makes a rule of a generator that must know the day; where nobody knows it, the rule is silent."""

    def made(faults: FaultsOfDay) -> CheckRule:
        def of_day(registry: Registry, today: str | None) -> Iterator[Fault]:
            return iter(()) if today is None else faults(registry, today)

        rule = Rule(code=code, name=name, level=level, meaning=cleandoc(faults.__doc__ or ""))
        return CheckRule(rule=rule, faults=of_day)

    return made


ManifestFaults = Callable[[Registry, Manifest], Iterator[Fault]]


def manifest_rule(
    code: str, name: str, level: Level, kind: str | None = None
) -> Callable[[ManifestFaults], CheckRule]:
    """Makes a rule of a generator of one manifest's faults, of which no more are asked for than are told.

    With a kind, only the manifests of that kind are looked at.
    """

    def made(faults: ManifestFaults) -> CheckRule:
        def of_all(registry: Registry, _today: str | None) -> Iterator[Fault]:
            for manifest in registry.judged(kind):
                yield from islice(faults(registry, manifest), registry.settings.limits.findings)

        rule = Rule(code=code, name=name, level=level, meaning=cleandoc(faults.__doc__ or ""))
        return CheckRule(rule=rule, faults=of_all)

    return made
