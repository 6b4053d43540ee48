import pytest

from plmctl.rules.checks import findings
from plmctl.rules.credentials import credential_value
from tests.rules.registries import example_registry, manifest, registry_of, told

CURE = "name it: {env: NAME}, {secret: URI} or {identity: NAME}; revoke it if it was a real one"
# Put together here, so that no scanner takes this file for a leak.
KEY = "sk-" + "proj-Ab12Cd34Ef56Gh78Ij90"


def provider(credential: str, kind: str = "Provider") -> dict[str, str]:
    return {"providers/p.yaml": manifest(kind, "p", f"type: openai\ncredential: {credential}\n")}


def test_the_example_is_sound() -> None:
    assert list(credential_value.findings(example_registry())) == []


@pytest.mark.parametrize(
    ("credential", "place", "message"),
    [
        (KEY, "15-43", "spec.credential is a value, not the name of one"),
        ("{env: my-key}", "21-27", "spec.credential.env is not the name of an environment variable"),
        ("{secret: hunter2}", "24-31", "spec.credential.secret is not the URI of a secret"),
        ("{key: hunter2}", "21-28", "spec.credential.key is a value, not the name of one"),
    ],
)
def test_credential_that_is_no_name(credential: str, place: str, message: str) -> None:
    assert told(credential_value, provider(credential)) == [(f"providers/p.yaml:6:{place}", message, CURE)]


@pytest.mark.parametrize(
    "credential", ["{env: OPENAI_API_KEY}", "{secret: vault://kv/openai}", "{identity: bot}"]
)
def test_credential_that_is_a_name(credential: str) -> None:
    assert told(credential_value, provider(credential)) == []


def test_a_provider_without_a_credential_needs_none() -> None:
    assert told(credential_value, {"providers/p.yaml": manifest("Provider", "p", "type: ollama\n")}) == []


def test_another_kind_may_mean_something_else_by_the_word() -> None:
    assert told(credential_value, provider("hunter2", "Tool")) == []


def test_what_the_schema_says_of_a_credential_is_told_where_it_is_no_error_of_its_own() -> None:
    files = provider(f"{{env: {KEY}}}")
    assert [finding.code for finding in findings(registry_of(files))] == ["LNT016"]
    rule = "spec: {rules: [{code: LNT016, level: 'off', reason: r}]}\n"
    assert [finding.code for finding in findings(registry_of(files, rule))] == ["SCH006"]


def test_the_value_is_masked_in_every_finding() -> None:
    rule = "spec: {rules: [{code: LNT016, level: warning, reason: r}]}\n"
    found = findings(registry_of(provider(f"{{env: {KEY}}}"), rule))
    assert [(finding.code, finding.source) for finding in found] == [
        ("LNT016", f"  credential: {{env: {'*' * len(KEY)}}}"),
        ("SCH006", f"  credential: {{env: {'*' * len(KEY)}}}"),
    ]
    assert found[1].message == (
        "spec.credential.env is '***': it must be the name of an environment variable: "
        "letters, digits and '_'"
    )


def test_a_level_for_some_providers_ends_with_its_day() -> None:
    files = provider("{env: AKIA" + "IOSFODNN7EXAMPLE}")
    rule = "{code: LNT016, level: 'off', reason: r, artifacts: ['provider/p*'], until: '2026-05-31'}"
    registry = registry_of(files, f"spec: {{rules: [{rule}]}}\n")
    assert [finding.code for finding in findings(registry, "2026-05-31")] == []
    assert [finding.code for finding in findings(registry, "2026-06-01")] == ["LNT016"]
    other = registry_of(files, f"spec: {{rules: [{rule.replace('/p*', '/q*')}]}}\n")
    assert [finding.code for finding in findings(other, "2026-05-31")] == ["LNT016"]
