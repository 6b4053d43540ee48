"""Every rule of plmctl, from the tables of all floors."""

import heapq
from collections.abc import Iterator, Mapping

from plmctl.commands.artifact import NEAREST
from plmctl.commands.obstacles import BUMP_TOO_SMALL
from plmctl.commands.retirement import RETIRED_AND_LOCKED
from plmctl.commands.staleness import LOCK_STALE, PIN_UNRELEASED, VERSION_YANKED
from plmctl.commands.trust import RELEASED_VERSION_CHANGED
from plmctl.core.accepted import MISNAMED
from plmctl.core.document import YML_RULES
from plmctl.core.finding import PlmctlError, Rule
from plmctl.core.include import INCLUDE_RULES
from plmctl.core.linked import LINKED_RULES
from plmctl.core.pointer import POINTER_RULES
from plmctl.core.reg import TAG_RULES
from plmctl.core.schema import SCH_RULES
from plmctl.core.slip import likeness_to
from plmctl.rules.checks import CHECK_RULES, TEXT_RULES
from plmctl.rules.connection import CONNECTION_RULES
from plmctl.rules.judge import CHANGE_RULES, OWN_RULES
from plmctl.rules.overrides import OVERRIDE_RULES
from plmctl.rules.records import RECORD_RULES
from plmctl.rules.registry import DEPENDENCY_CHANGED
from plmctl.rules.retired import RETIRED
from plmctl.rules.storage import STORAGE_RULES

OWN_KINDS = "the registry's own kinds"
REGISTRY_RULES = (
    *CONNECTION_RULES,
    RELEASED_VERSION_CHANGED,
    BUMP_TOO_SMALL,
    DEPENDENCY_CHANGED,
    LOCK_STALE,
    PIN_UNRELEASED,
    VERSION_YANKED,
    RETIRED_AND_LOCKED,
    *OVERRIDE_RULES,
    *STORAGE_RULES,
    MISNAMED,
)


def validation_tables() -> Iterator[tuple[str, tuple[Rule, ...]]]:
    """The tables of what `validate` reports, with the name of what each is about."""
    yield "YAML", YML_RULES
    yield "schemas", SCH_RULES
    yield "files", INCLUDE_RULES
    yield "pointers", (*POINTER_RULES, *LINKED_RULES)
    yield "checks", tuple(check.rule for check in CHECK_RULES)
    yield "texts", TEXT_RULES
    yield "records", tuple(record.rule for record in RECORD_RULES)


def change_tables() -> Iterator[tuple[str, tuple[Rule, ...]]]:
    """The tables of what changes mean, with their kinds."""
    for kind, rules in (*CHANGE_RULES.items(), (OWN_KINDS, OWN_RULES)):
        yield kind, tuple(change.rule for change in rules)


def tables() -> Iterator[tuple[str, tuple[Rule, ...]]]:
    """Every table of rules, with the name of what it is about."""
    yield from validation_tables()
    yield "tags", TAG_RULES
    yield "registry", REGISTRY_RULES
    yield from change_tables()


def catalogue() -> Mapping[str, tuple[Rule, ...]]:
    """The rules of every code, sorted; those of one code share its name, the most serious comes first."""
    found: dict[str, dict[Rule, None]] = {}
    for _, rules in tables():
        for rule in rules:
            found.setdefault(rule.code, {})[rule] = None
    return {code: tuple(sorted(found[code], key=lambda rule: -rule.level.rank)) for code in sorted(found)}


def rules_named(written: str) -> tuple[Rule, ...]:
    """The rules of a code or of a name, in any case. Raises PlmctlError with what may be meant."""
    known = catalogue()
    if written.upper() in known:
        return known[written.upper()]
    if written.upper() in RETIRED:
        raise PlmctlError(
            f"{written.upper()} is retired, {RETIRED[written.upper()]}", hint="'plmctl rules' lists the codes"
        )
    codes = [code for code, rules in known.items() if rules[0].name == written.lower()]
    if not codes:
        near = ", ".join(_nearest(written, known))
        raise PlmctlError(f"there is no rule '{written}'", hint=f"the nearest are {near}: see 'plmctl rules'")
    if len(codes) > 1:
        raise PlmctlError(f"several rules are named '{written}'", hint=f"say which: {', '.join(codes)}")
    return known[codes[0]]


def _nearest(written: str, known: Mapping[str, tuple[Rule, ...]]) -> list[str]:
    likeness = likeness_to(written)

    def rank(code: str) -> tuple[bool, float]:
        return code[:3] == written[:3].upper(), likeness(code.lower(), known[code][0].name)

    return heapq.nlargest(NEAREST, known, key=rank)
