"""All that `validate` checks beyond the schemas."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from plmctl.core.finding import Finding, Level, Location, sorted_findings
from plmctl.core.registry import Registry
from plmctl.core.schema import SCH_RULES
from plmctl.core.settings import Settings
from plmctl.core.verdicts import Verdicts
from plmctl.rules.cases import CASE_RULES
from plmctl.rules.credentials import CREDENTIAL_RULES, credential_value
from plmctl.rules.hidden import HIDDEN_RULES, hidden_elsewhere, hidden_text
from plmctl.rules.indexes import INDEX_RULES
from plmctl.rules.leakage import LEAKAGE_RULES
from plmctl.rules.licenses import LICENSE_RULES
from plmctl.rules.lifecycle import LIFECYCLE_RULES
from plmctl.rules.media import MEDIA_RULES
from plmctl.rules.names import NAME_RULES
from plmctl.rules.references import REFERENCE_RULES
from plmctl.rules.rule import CheckRule
from plmctl.rules.secrets import SECRET_RULES, secrets_elsewhere, secrets_in_texts
from plmctl.rules.templates import TEMPLATE_RULES
from plmctl.rules.windows import WINDOW_RULES

if TYPE_CHECKING:
    from plmctl.core.survey import Survey

CHECK_RULES: tuple[CheckRule, ...] = (
    *REFERENCE_RULES,
    *TEMPLATE_RULES,
    *NAME_RULES,
    *MEDIA_RULES,
    *CASE_RULES,
    *WINDOW_RULES,
    *LIFECYCLE_RULES,
    *CREDENTIAL_RULES,
    *LICENSE_RULES,
    *LEAKAGE_RULES,
    *INDEX_RULES,
)

TEXT_RULES = (*HIDDEN_RULES, *SECRET_RULES)
"""What is asked of the texts of a registry, whatever they belong to."""


def findings(
    registry: Registry,
    today: str | None = None,
    surveys: "Mapping[str, Survey] | None" = None,
    verdicts: Verdicts | None = None,
) -> tuple[Finding, ...]:
    """What is wrong in a registry, at the levels that it asks for; of each file the 100 most serious.

    `surveys` has what is known of the records of datasets, by id; of others nothing is. An override that
    ended before `today` (YYYY-MM-DD) is not applied, and models that retire soon are told; without a day
    none has ended, and nothing is soon. With `verdicts` only what changed is looked at.
    """
    read = _of_reading(registry)
    said = _said(registry, today) if verdicts is None else _said_again(registry, today, verdicts)
    found = (levelled(f, registry.settings, today) for f in (*read, *said, *_of_records(registry, surveys)))
    each = _one_each(finding for finding in found if finding.level is not Level.OFF)
    return _most_serious(each, registry.settings.limits.findings)


def levelled(finding: Finding, settings: Settings, today: str | None) -> Finding:
    """A finding at the level of the profile and the overrides; the last override that applies wins."""
    told = (
        override.level
        for override in reversed(settings.overrides)
        if not override.is_over(today) and override.applies_to(finding.code, finding.artifact)
    )
    own = settings.profile.of_finding(finding.code, finding.level)
    return replace(finding, level=next((level for level in told if level is not None), own))


def _of_reading(registry: Registry) -> Iterator[Finding]:
    for finding in registry.findings:
        yield replace(finding, artifact=finding.artifact or registry.artifact_in(finding.location.path))
    yield from hidden_elsewhere(registry)
    yield from secrets_elsewhere(registry)


def _said(registry: Registry, today: str | None) -> tuple[Finding, ...]:
    return (*_of_each(registry, today), *_of_all(registry, today))


def _of_each(registry: Registry, today: str | None, verdicts: Verdicts | None = None) -> tuple[Finding, ...]:
    """What is wrong in the manifests that are judged."""
    found: list[Finding] = []
    for part in registry.parts():
        said = tuple(_of_part(part, today))
        found.extend(said)
        if verdicts is not None:
            verdicts.note(part, said)
    return tuple(found)


def _of_part(registry: Registry, today: str | None) -> Iterator[Finding]:
    for rule in CHECK_RULES:
        if not rule.is_of_all:
            yield from rule.findings(registry, today)
    yield from hidden_text(registry)
    yield from secrets_in_texts(registry)


def _of_all(registry: Registry, today: str | None) -> tuple[Finding, ...]:
    """What is wrong in all of them together."""
    return tuple(f for rule in CHECK_RULES if rule.is_of_all for f in rule.findings(registry, today))


def _said_again(registry: Registry, today: str | None, verdicts: Verdicts) -> Iterator[Finding]:
    """The same with what need not be found out again."""
    known = verdicts.known(registry, today)
    each = _of_each(replace(registry, suspects=known.judge), today, verdicts)
    of_all = _of_all(registry, today) if known.of_all is None else known.of_all
    verdicts.keep(registry, today, known, of_all)
    yield from (*known.each, *each, *of_all)


def _of_records(registry: Registry, surveys: "Mapping[str, Survey] | None") -> Iterator[Finding]:
    if surveys:
        # No hook looks into data, and few registries have records at hand.
        from plmctl.rules.records import RECORD_RULES

        for record_rule in RECORD_RULES:
            yield from record_rule.findings(registry, surveys)


def _one_each(found: Iterable[Finding]) -> Iterator[Finding]:
    """Without what a schema says of a credential that is told to be one, and each part of a text once."""
    kept = tuple(found)
    exposed = {f.location for f in kept if f.rule == credential_value.rule and f.level is Level.ERROR}
    first: dict[tuple[str, Location, str], Finding] = {}
    for finding in kept:
        if finding.rule in TEXT_RULES:
            # Of a file that several manifests include it is told by the first of them.
            key = finding.code, finding.location, finding.message
            first[key] = min(first.get(key, finding), finding, key=lambda each: each.artifact or "")
        elif finding.rule not in SCH_RULES or finding.location not in exposed:
            yield finding
    yield from first.values()


def _most_serious(found: Iterable[Finding], most: int) -> tuple[Finding, ...]:
    # By seriousness before place, or a hundred warnings at the head of a file would hide its error.
    of_file: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in sorted(sorted_findings(found), key=lambda finding: -finding.level.rank):
        of_file[finding.location.path].append(finding)
    return sorted_findings(finding for kept in of_file.values() for finding in kept[:most])
