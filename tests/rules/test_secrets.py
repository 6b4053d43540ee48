from plmctl.core.change import Change
from plmctl.core.diff import compare
from plmctl.rules.judge import judgements
from plmctl.rules.secrets import secrets_elsewhere, secrets_in_texts
from tests.rules.registries import example_registry, manifest, registry_of

# Put together here, so that no scanner takes this file for a leak.
BODY, OTHER = "Ab1Cd2Ef3Gh4Ij5Kl6Mn7Op8", "Zy9Xw8Vu7Ts6Rq5Po4Nm3Lk2"
KEY = "sk-" + f"proj-{BODY}"
REVOKE = "revoke it, for Git's history keeps it; keep the new one in the environment or in a secret store"


def told(files: dict[str, str]) -> list[tuple[str, str, str | None, str | None]]:
    registry = registry_of(files)
    found = (*secrets_in_texts(registry), *secrets_elsewhere(registry))
    return [(f"{each.location}", each.message, each.source, each.help) for each in found]


def partial(text: str) -> dict[str, str]:
    return {"partials/a.yaml": manifest("Partial", "a", f"content: Hi\n{text}\n")}


def test_the_example_has_no_secret() -> None:
    assert list(secrets_in_texts(example_registry())) == []


def test_a_secret_is_told_where_it_is() -> None:
    assert told(partial(f"x-a: {KEY}")) == [
        (
            "partials/a.yaml:6:8",
            "it looks like a key of Anthropic, OpenAI or their like",
            f"  x-a: sk-p{'*' * (len(KEY) - 4)}",
            REVOKE,
        )
    ]


def test_a_secret_in_escapes_is_told_where_they_begin() -> None:
    text = partial('x-a: "\\u0073k-' + KEY[3:] + '"')
    assert [place for place, *_ in told(text)] == ["partials/a.yaml:6:9"]


def test_a_credential_of_a_provider_is_another_rule_s() -> None:
    spec = f"type: openai\ncredential: {KEY}\nendpoint: https://x.example?api_key={BODY}\n"
    found = told({"providers/p.yaml": manifest("Provider", "p", spec)})
    assert [place for place, *_ in found] == ["providers/p.yaml:7:39"]


def test_what_is_secret_by_its_name_is_in_no_message_of_a_change() -> None:
    before, after = (registry_of(partial(f"x-a: {{apiKey: {value}}}")) for value in (BODY, OTHER))
    (judged,) = judgements(compare(before, after), after.settings)
    assert judged.message == "'x-a.apiKey' changed from 'Ab1C***' to 'Zy9X***'"
    assert isinstance(judged.change, Change)
    assert (judged.change.old, judged.change.new) == ("Ab1C***", "Zy9X***")


def test_the_settings_are_read_too() -> None:
    registry = registry_of({}, f"spec: {{}}\n# {KEY}\n")
    assert [str(each.location) for each in secrets_elsewhere(registry)] == ["plmctl.yaml:5:3"]


def test_of_many_texts_those_are_read_closely_that_may_have_a_secret() -> None:
    files = {f"partials/{n}.yaml": manifest("Partial", f"p{n}", "content: Hi\n") for n in range(9)}
    files["partials/9.yaml"] = manifest("Partial", "p9", f"content: Hi\nx-a: {KEY}\n")
    assert [place for place, *_ in told(files)] == ["partials/9.yaml:6:8"]
    long = manifest("Partial", "a", f"content: |\n  {'Hi. ' * 6_000}\nx-a: {KEY}\n")
    assert [place for place, *_ in told({"partials/a.yaml": long})] == ["partials/a.yaml:7:8"]
