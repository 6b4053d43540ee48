import pytest

from plmctl.core.log import Entry, followed
from plmctl.core.tag import ArtifactTag
from plmctl.core.version import parsed_version


def tag(version: str, *trailers: str) -> ArtifactTag:
    parsed = parsed_version(version)
    assert parsed is not None
    return ArtifactTag(
        name=f"prompt/a@v{version}",
        artifact="prompt/a",
        version=parsed,
        object_id="1" * 40,
        commit="2" * 40,
        digest="",
        metadata_digest="",
        closure="",
        message="\n\n".join(("prompt/a", "\n".join(trailers))),
    )


@pytest.mark.parametrize(
    ("said", "bump"),
    [("Bump: major", "major"), ("Bump: none", "none"), ("Bump: huge", ""), ("Registry: x", "")],
)
def test_the_bump_is_what_the_release_said(said: str, bump: str) -> None:
    assert Entry(tag=tag("1.1.0", said), previous=tag("1.0.0")).bump == bump


def test_a_first_version_raised_nothing() -> None:
    assert Entry(tag=tag("1.0.0", "Bump: minor"), previous=None).bump == ""


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ("Changes: PRM011 PRM040", ("PRM011", "PRM040")),
        ("Changes: none", ()),
        ("Changes: PRM0111 xPRM011 \u202ePRM012", ("PRM012",)),
        ("Bump: major", ()),
    ],
)
def test_the_codes_are_what_the_release_said(said: str, codes: tuple[str, ...]) -> None:
    assert Entry(tag=tag("1.1.0", said), previous=None).codes == codes


def test_a_version_followed_the_one_that_its_tag_names() -> None:
    first, second = tag("1.0.0"), tag("1.1.0")
    hotfix = tag("1.2.0", "Previous: prompt/a@v1.0.0")
    assert followed(hotfix, (first, second, hotfix)) is first


def test_a_version_whose_tag_names_none_of_those_before_it_followed_the_last_of_these() -> None:
    first, second, third = tag("1.0.0"), tag("1.1.0", "Previous: prompt/a@v1.2.0"), tag("1.2.0")
    assert followed(second, (first, second, third)) is first
    assert followed(third, (first, second, third)) is second
    assert followed(first, (first, second, third)) is None
