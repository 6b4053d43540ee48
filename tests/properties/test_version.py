"""The algebra of versions: bumps go up, ranges hold together."""

from hypothesis import given
from hypothesis import strategies as st

from plmctl.core.finding import Bump
from plmctl.core.version import Version, parsed_range, parsed_version

NUMBERS = st.integers(min_value=0, max_value=12)
PRE = st.lists(st.sampled_from(["0", "1", "10", "rc", "alpha", "1a"]), max_size=2).map(tuple)
VERSIONS = st.builds(Version, major=NUMBERS, minor=NUMBERS, patch=NUMBERS, pre=PRE)
FINAL = st.builds(Version, major=NUMBERS, minor=NUMBERS, patch=NUMBERS)


@given(FINAL, st.sampled_from(Bump), st.sampled_from(Bump))
def test_a_larger_bump_never_makes_a_smaller_version(version: Version, one: Bump, two: Bump) -> None:
    low, high = sorted((one, two))
    assert version <= version.bumped(low) <= version.bumped(high)


@given(FINAL, FINAL, st.sampled_from(Bump))
def test_bumps_keep_the_order_of_versions(one: Version, two: Version, bump: Bump) -> None:
    low, high = sorted((one, two))
    assert low.bumped(bump) <= high.bumped(bump)


@given(FINAL, st.sampled_from([Bump.PATCH, Bump.MINOR, Bump.MAJOR]))
def test_a_bump_makes_a_later_final_version(version: Version, bump: Bump) -> None:
    assert version < version.bumped(bump)
    assert version.bumped(bump).is_final


@given(VERSIONS)
def test_a_version_is_what_its_text_says(version: Version) -> None:
    assert parsed_version(str(version)) == version


@given(VERSIONS, VERSIONS, VERSIONS)
def test_precedence_is_an_order(one: Version, two: Version, three: Version) -> None:
    assert (one < two) + (two < one) + (one == two) == 1
    if one < two and two < three:
        assert one < three


@given(FINAL, FINAL)
def test_a_caret_never_allows_another_major_version(version: Version, other: Version) -> None:
    wanted = parsed_range(f"^{version}")
    assert wanted is not None
    assert wanted.allows(version)
    if wanted.allows(other):
        assert other.major == version.major
        assert other >= version
