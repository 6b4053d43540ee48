"""What may be done with data: its license, and what the law asks of data about people."""

from collections.abc import Iterator

from plmctl.core.few import few
from plmctl.core.finding import Level
from plmctl.core.manifest import Manifest
from plmctl.core.registry import Registry
from plmctl.core.spdx import NotSpdx, expression, is_allowed
from plmctl.core.value import as_mapping
from plmctl.rules.rule import CheckRule, Fault, manifest_rule

_LICENSE = ("spec", "license")
_PEOPLE = ("spec", "personalData")
_DUTIES = {
    "lawfulBasis": "lawfulBasis: consent, or contract, legal obligation, legitimate interest",
    "retentionDays": "retentionDays: 365, after which the data is deleted",
}
_SHOWN = 8


@manifest_rule("LNT017", "license-unknown", Level.WARNING, kind="Dataset")
def license_unknown(_registry: Registry, manifest: Manifest) -> Iterator[Fault]:
    """The license of a dataset is no SPDX expression: no program, and few lawyers, know what it allows.

    Write an id of the SPDX list, such as `CC-BY-4.0`, or join several with `OR`, `AND` and `WITH`. For a
    license that is not in the list write `LicenseRef-` and a name of your own: `LicenseRef-Acme-Internal`.
    """
    license_ = manifest.spec.get("license")
    said = expression(license_) if isinstance(license_, str) else None
    if isinstance(said, NotSpdx):
        yield Fault(
            manifest=manifest,
            location=manifest.document.location(_LICENSE),
            message=said.message,
            help=said.help,
        )


@manifest_rule("LNT018", "license-not-allowed", Level.ERROR, kind="Dataset")
def license_not_allowed(registry: Registry, manifest: Manifest) -> Iterator[Fault]:
    """A dataset has a license that `licenses.allow` of plmctl.yaml does not list, or states none.

    Whoever trains, indexes or publishes with it may break a contract. Use other data, or ask whoever
    answers for licenses to add this one to the list. Of `A OR B` one must be listed, of `A AND B` both; `A
    WITH EXCEPTION` is allowed where `A` is. Without a list every license is allowed.
    """
    allowed = registry.settings.allowed_licenses
    if not allowed:
        return
    license_ = manifest.spec.get("license")
    if not isinstance(license_, str):
        yield Fault(
            manifest=manifest,
            location=manifest.document.key_location(("spec",)),
            message=f"'{manifest.id}' states no license",
            help=f"write 'license:' and one that is allowed: {few(allowed, _SHOWN)}",
        )
        return
    said = expression(license_)
    is_listed = license_ in allowed if isinstance(said, NotSpdx) else is_allowed(said, allowed)
    if not is_listed:
        yield Fault(
            manifest=manifest,
            location=manifest.document.location(_LICENSE),
            message=f"the license '{license_}' is not among those that are allowed: {few(allowed, _SHOWN)}",
            help=f"use other data, or add it to 'spec.licenses.allow' of {registry.settings.path}",
        )


@manifest_rule("LNT019", "personal-data-unaccounted", Level.ERROR, kind="Dataset")
def personal_data_unaccounted(_registry: Registry, manifest: Manifest) -> Iterator[Fault]:
    """A dataset holds personal data, and states no lawful basis for it, or not how long it is kept.

    Nobody may hold data about people without either (GDPR, articles 5 and 6), and nobody knows when to
    delete it. Ask whoever answers for data protection, and write `lawfulBasis` and `retentionDays`.
    """
    people = as_mapping(manifest.spec.get("personalData"))
    if people.get("present") is not True:
        return
    for field, example in _DUTIES.items():
        if field not in people:
            yield Fault(
                manifest=manifest,
                location=manifest.document.location((*_PEOPLE, "present")),
                message=f"'{manifest.id}' holds personal data, and has no '{field}'",
                help=f"write it there: {example}",
            )


LICENSE_RULES: tuple[CheckRule, ...] = (license_unknown, license_not_allowed, personal_data_unaccounted)
