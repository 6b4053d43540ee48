import pytest

from plmctl.rules.licenses import (
    LICENSE_RULES,
    license_not_allowed,
    license_unknown,
    personal_data_unaccounted,
)
from plmctl.rules.rule import CheckRule
from tests.rules.registries import as_told, example_registry, manifest, registry_of, told

DATA = "purpose: [rag]\ndata: {uri: 's3://corpora/d', version: '1'}\nformat: jsonl\n"
PLACE = "datasets/d.yaml:8:"
ALLOWED = "spec: {licenses: {allow: [MIT, CC-BY-4.0]}}\n"


def dataset(spec: str) -> dict[str, str]:
    return {"datasets/d.yaml": manifest("Dataset", "d", DATA + spec)}


@pytest.mark.parametrize("rule", LICENSE_RULES, ids=lambda rule: rule.rule.code)
def test_rule_is_silent_on_the_example(rule: CheckRule) -> None:
    assert list(rule.findings(example_registry())) == []


@pytest.mark.parametrize("license_", ["MIT", "LicenseRef-Acme", "MIT OR (CC-BY-4.0 AND 0BSD)"])
def test_a_license_of_the_list_or_of_ones_own_is_known(license_: str) -> None:
    assert told(license_unknown, dataset(f"license: {license_}\n")) == []


def test_another_license_is_not() -> None:
    assert told(license_unknown, dataset("license: our own\n")) == [
        (
            f"{PLACE}12-19",
            "'our' is no license of the SPDX list",
            "write LicenseRef- and a name of your own for a license that is not in the list",
        )
    ]


def test_a_license_that_is_no_text_is_told_by_the_schema() -> None:
    assert told(license_unknown, dataset("license: 5\n")) == []


def test_without_a_list_every_license_is_allowed() -> None:
    assert told(license_not_allowed, dataset("license: CC-BY-NC-4.0\n")) == []
    assert told(license_not_allowed, dataset("")) == []


def refused(spec: str, settings: str = ALLOWED) -> list[tuple[str, str, str | None]]:
    return [as_told(f) for f in license_not_allowed.findings(registry_of(dataset(spec), settings))]


@pytest.mark.parametrize("license_", ["MIT", "cc-by-4.0", "MIT OR GPL-3.0-only", "MIT AND CC-BY-4.0"])
def test_what_the_list_allows(license_: str) -> None:
    assert refused(f"license: {license_}\n") == []


@pytest.mark.parametrize("license_", ["GPL-3.0-only", "MIT AND GPL-3.0-only", "our own"])
def test_what_the_list_does_not_allow(license_: str) -> None:
    assert refused(f"license: {license_}\n") == [
        (
            f"{PLACE}12-{12 + len(license_)}",
            f"the license '{license_}' is not among those that are allowed: MIT, CC-BY-4.0",
            "use other data, or add it to 'spec.licenses.allow' of plmctl.yaml",
        )
    ]


def test_a_dataset_without_a_license_has_none_that_is_allowed() -> None:
    assert refused("") == [
        (
            "datasets/d.yaml:4:1-5",
            "'dataset/d' states no license",
            "write 'license:' and one that is allowed: MIT, CC-BY-4.0",
        )
    ]


def test_what_is_no_expression_is_allowed_as_it_is_written_and_a_long_list_is_cut() -> None:
    settings = "spec: {licenses: {allow: [our own, A, B, C, D, E, F, G, H, I]}}\n"
    assert refused("license: our own\n", settings) == []
    (told_,) = refused("license: MIT\n", settings)
    assert told_[1].endswith(": our own, A, B, C, D, E, F, G and 2 more")


@pytest.mark.parametrize(
    "people",
    [
        "{present: false}",
        "{categories: [contact]}",
        "{present: true, lawfulBasis: consent, retentionDays: 0}",
    ],
)
def test_data_without_people_or_with_all_that_the_law_asks(people: str) -> None:
    assert told(personal_data_unaccounted, dataset(f"personalData: {people}\n")) == []
    assert told(personal_data_unaccounted, dataset("")) == []


def test_personal_data_needs_a_basis_and_an_end() -> None:
    assert told(personal_data_unaccounted, dataset("personalData: {present: true}\n")) == [
        (
            f"{PLACE}27-31",
            "'dataset/d' holds personal data, and has no 'lawfulBasis'",
            "write it there: lawfulBasis: consent, or contract, legal obligation, legitimate interest",
        ),
        (
            f"{PLACE}27-31",
            "'dataset/d' holds personal data, and has no 'retentionDays'",
            "write it there: retentionDays: 365, after which the data is deleted",
        ),
    ]
