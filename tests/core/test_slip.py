import pytest

from plmctl.core.slip import certain, likeness_to, nearest
from tests.rules.registries import example_registry

FIELDS = ("model", "messages", "inputs", "outputs", "tools", "parameters", "topP", "topK", "maxOutputTokens")


@pytest.mark.parametrize(
    ("word", "meant"),
    [("temprature", "temperature"), ("TOP_P", "topP"), ("stop", "stop"), ("zebra", None), ("t" * 101, None)],
)
def test_nearest_is_the_word_that_was_meant(word: str, meant: str | None) -> None:
    assert nearest(word, ["temperature", "topP", "stop"]) == meant


def test_likeness_is_that_of_the_text_which_is_most_like_the_word() -> None:
    likeness = likeness_to("Greet")
    assert (likeness("greet"), likeness("zzz"), likeness("zzz", "greet")) == (1, 0, 1)


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("modle", "model"),
        ("mesages", "messages"),
        ("Model", "model"),
        ("max_output_tokens", "maxOutputTokens"),
        ("top-p", "topP"),
        ("topQ", None),
        ("top", None),
        ("inpust", "inputs"),
        ("puts", None),
        ("zzz", None),
        ("maxOuptutTokesn", "maxOutputTokens"),
        ("", None),
    ],
)
def test_a_misspelt_field_means_the_one_that_is_near(word: str, meant: str | None) -> None:
    assert certain(word, FIELDS) == meant


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("gpt-4", ("gpt-4o",), None),
        ("reply-v2", ("reply-v3",), None),
        ("reply2", ("reply1",), None),
        ("eu-west", ("us-west",), None),
        ("gpt-41", ("gpt-4-1",), None),
        ("support-triage", ("support/triage",), "support/triage"),
        ("support/traige", ("support/triage", "support/reply"), "support/triage"),
        ("model/smal", ("model/small", "model/smart"), None),
        ("model/smalll", ("model/small", "model/large"), "model/small"),
        ("supportt-triage", ("support/desk/triage",), None),
        ("a-b", ("a_b", "a/b"), None),
        ("user", (), None),
        ("triage", ("triage-and-much-more",), None),
        ("abcdefgh", ("stuvwxyz",), None),
    ],
)
def test_numbers_versions_and_short_parts_are_no_slips(
    word: str, known: tuple[str, ...], meant: str | None
) -> None:
    assert certain(word, known) == meant


def test_no_name_of_the_example_registry_means_another_one() -> None:
    names = [manifest.name for manifest in example_registry().manifests.values()]
    for name in set(names):
        others = [other for other in names if other != name]
        assert certain(name, others) is None, name
