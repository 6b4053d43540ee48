import pytest

from plmctl.core.finding import Level
from plmctl.core.profile import Profile

LEVELS = (Level.ERROR, Level.WARNING, Level.INFO, Level.OFF)


@pytest.mark.parametrize(
    ("profile", "of_changes", "of_findings"),
    [
        (Profile.STRICT, "error error info off", "error error info off"),
        (Profile.DEFAULT, "error warning info off", "error warning info off"),
        (Profile.LENIENT, "warning info info off", "error info info off"),
    ],
)
def test_what_a_profile_makes_of_each_level(profile: Profile, of_changes: str, of_findings: str) -> None:
    assert [profile.of_change("PRM011", level).value for level in LEVELS] == of_changes.split()
    assert [profile.of_finding("TPL002", level).value for level in LEVELS] == of_findings.split()


@pytest.mark.parametrize("profile", Profile)
def test_no_profile_touches_the_registry_itself(profile: Profile) -> None:
    assert [profile.of_change("REG006", level) for level in LEVELS] == list(LEVELS)
    assert [profile.of_finding("REG011", level) for level in LEVELS] == list(LEVELS)
