import pytest

from plmctl.commands.judging import judging
from tests.commands.builder import BYE, MODEL
from tests.commands.timeline import registry_of


@pytest.mark.parametrize(
    ("old", "new", "code", "is_breaking", "is_behavioural"),
    [
        ("goodbye", "farewell", "PRM040", False, True),
        ("  model: small\n", "", "PRM047", False, True),
        ("{name: bye}", "{name: bye, title: Bye}", "PRM901", False, False),
    ],
)
def test_what_a_judgement_means(
    old: str, new: str, code: str, is_breaking: bool, is_behavioural: bool
) -> None:
    before = registry_of({"models/small.yaml": MODEL, "prompts/bye.yaml": BYE})
    after = registry_of({"models/small.yaml": MODEL, "prompts/bye.yaml": BYE.replace(old, new)})

    (found,) = judging()(before, after, frozenset({"prompt/bye"}))

    assert (found.code, found.is_breaking, found.is_behavioural) == (code, is_breaking, is_behavioural)


def test_removal_is_breaking() -> None:
    before = registry_of({"models/small.yaml": MODEL, "prompts/bye.yaml": BYE})

    (found,) = judging()(before, registry_of({"models/small.yaml": MODEL}), frozenset({"prompt/bye"}))

    assert (found.code, found.is_breaking, found.is_behavioural) == ("PRM001", True, False)
