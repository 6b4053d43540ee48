from dataclasses import replace

import pytest

from plmctl.core.accepted import Accepted
from plmctl.core.accepting import acceptance_of, honoured
from plmctl.core.change import Change, Fact
from plmctl.core.finding import Bump, Level, Rule
from plmctl.core.fingerprint import fingerprinted
from plmctl.core.judgement import Acceptance, Judgement
from plmctl.core.settings import Settings

SETTINGS = Settings(folder="reg", name="acme")
RULE = Rule(code="PRM011", name="input-removed", level=Level.ERROR, bump=Bump.MAJOR, meaning="Gone.")
CHANGE = Change(
    artifact="prompt/p",
    kind="Prompt",
    fact=Fact.REMOVED,
    pointer=("spec", "inputs"),
    place=("spec", "inputs"),
    old=1,
)
(BROKEN,) = fingerprinted(
    [Judgement(rule=RULE, change=CHANGE, level=Level.ERROR, bump=Bump.MAJOR, message="m")]
)
MEANT = acceptance_of(BROKEN, "meant", "Ada")
NAME = BROKEN.fingerprint


def told(
    before: dict[str, Accepted], after: dict[str, Accepted], judgement: Judgement = BROKEN
) -> Acceptance | None:
    (found,) = honoured([judgement], before, after, SETTINGS)
    assert replace(found, acceptance=None) == judgement
    return found.acceptance


def test_a_new_file_accepts() -> None:
    assert (
        Accepted(
            fingerprint=NAME,
            rule="PRM011",
            artifact="prompt/p",
            pointer="/spec/inputs",
            reason="meant",
            by="Ada",
        )
        == MEANT
    )
    accepted = Acceptance(reason="meant", by="Ada", path=f"reg/.plmctl/accepted/{NAME}.yaml")
    assert told({}, {NAME: MEANT}) == accepted
    assert (BROKEN.is_unaccepted, replace(BROKEN, acceptance=accepted).is_unaccepted) == (True, False)


def test_what_the_older_side_has_is_used_up_unless_it_says_something_else() -> None:
    assert told({NAME: MEANT}, {NAME: MEANT}) is None
    assert told({NAME: MEANT}, {}) is None
    again = replace(MEANT, reason="again")
    assert told({NAME: MEANT}, {NAME: again}) == Acceptance(
        reason="again", by="Ada", path=f"reg/.plmctl/accepted/{NAME}.yaml"
    )


@pytest.mark.parametrize(
    "other",
    [
        replace(MEANT, rule="PRM012"),
        replace(MEANT, artifact="prompt/q"),
        replace(MEANT, pointer="/spec/x"),
        replace(MEANT, fingerprint="0" * 12),
    ],
)
def test_a_file_about_another_change_accepts_nothing(other: Accepted) -> None:
    assert told({}, {NAME: other}) is None


@pytest.mark.parametrize("level", [Level.WARNING, Level.INFO, Level.OFF])
def test_what_is_no_error_here_needs_no_acceptance(level: Level) -> None:
    mild = replace(BROKEN, level=level)
    assert (told({}, {NAME: MEANT}, mild), mild.is_unaccepted) == (None, False)
