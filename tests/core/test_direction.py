import pytest

from plmctl.core.direction import is_right_to_left, speaks_right_to_left
from tests.rules.registries import manifest, registry_of


@pytest.mark.parametrize(
    "tag", ["ar", "ar-EG", "he", "iw", "fa_IR", "UR", "yi", "az-Arab", "pa-Arab-PK", "ff-Adlm"]
)
def test_languages_that_are_written_from_right_to_left(tag: str) -> None:
    assert is_right_to_left(tag)


@pytest.mark.parametrize(
    "tag", ["en", "ar-Latn", "he-Latn-IL", "az", "ks-Deva", "arabic", "", "de-AT", "hea"]
)
def test_languages_that_are_not(tag: str) -> None:
    assert not is_right_to_left(tag)


PROMPT = "model: m\nmessages: [{role: user, content: Hi}]\n"


@pytest.mark.parametrize(
    ("spec", "metadata", "expected"),
    [
        (PROMPT, "", False),
        (PROMPT, ", labels: {language: en}", False),
        (PROMPT, ", labels: {language: he}", True),
        (PROMPT + "variants: [{name: a, when: {locale: ar}}]\n", ", labels: {language: en}", True),
        (PROMPT + "variants: [{name: a, when: {locale: [de, fa]}}]\n", "", True),
        (PROMPT + "variants: [{name: a, when: {locale: [de, en]}}, {name: b}]\n", "", False),
    ],
)
def test_an_artifact_says_how_it_is_written(spec: str, metadata: str, expected: bool) -> None:
    registry = registry_of({"prompts/p.yaml": manifest("Prompt", "p", spec, metadata)})
    assert speaks_right_to_left(registry.manifests["prompt/p"]) is expected
