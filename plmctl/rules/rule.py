"""How a rule is written: a generator with a code, whose docstring is its page."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from inspect import cleandoc
from itertools import islice

from plmctl.core.diff import Change
from plmctl.core.finding import Bump, Finding, Level, Location, Rule
from plmctl.core.manifest import Manifest
from plmctl.core.registry import Registry
from plmctl.core.schema import FINDINGS_LIMIT


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


Faults = Callable[[Registry], Iterator[Fault]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRule:
    """A rule over a registry: it yields what is wrong."""

    rule: Rule
    faults: Faults

    def findings(self, registry: Registry) -> Iterator[Finding]:
        """Its faults as findings."""
        for fault in self.faults(registry):
            manifest = fault.manifest
            finding = manifest.document.finding(
                self.rule, fault.message, fault.location, fault.help, manifest.id
            )
            if fault.location.path != manifest.path:
                finding = replace(finding, source=included_line(manifest, fault.location))
            yield finding


def included_line(manifest: Manifest, location: Location) -> str | None:
    """The line at a place in a text file that a manifest includes."""
    texts = (file.text for file in manifest.included.values() if file.path == location.path)
    text = next(texts, None)
    return None if text is None or location.line is None else text.split("\n")[location.line - 1]


def check_rule(code: str, name: str, level: Level) -> Callable[[Faults], CheckRule]:
    """Makes a rule of a generator of faults."""

    def made(faults: Faults) -> CheckRule:
        rule = Rule(code=code, name=name, level=level, meaning=cleandoc(faults.__doc__ or ""))
        return CheckRule(rule=rule, faults=faults)

    return made


ManifestFaults = Callable[[Registry, Manifest], Iterator[Fault]]


def manifest_rule(code: str, name: str, level: Level) -> Callable[[ManifestFaults], CheckRule]:
    """Makes a rule of a generator of one manifest's faults, of which FINDINGS_LIMIT are asked for."""

    def made(faults: ManifestFaults) -> CheckRule:
        def of_all(registry: Registry) -> Iterator[Fault]:
            for manifest in registry.manifests.values():
                yield from islice(faults(registry, manifest), FINDINGS_LIMIT)

        rule = Rule(code=code, name=name, level=level, meaning=cleandoc(faults.__doc__ or ""))
        return CheckRule(rule=rule, faults=of_all)

    return made
