"""Pre-releases, and lines of releases beside each other."""

from collections.abc import Mapping

import pytest

from plmctl.commands.obstacles import plan_obstacles
from plmctl.core.numbering import is_pre_release_word
from plmctl.core.plan import Plan, artifact_tag, registry_tag
from plmctl.core.trailer import trailers
from plmctl.core.version import parsed_range, parsed_version
from tests.commands.builder import BYE, LARGE
from tests.commands.timeline import Timeline, versions
from tests.core.test_plan import BEGIN, BEHAVES, BREAKS, NEWER, TITLED, begun, without

WARM = {**BEGIN, **BEHAVES}
KIND = {**BEGIN, "prompts/greet.yaml": WARM["prompts/greet.yaml"].replace("warmly", "kindly")}
BROKEN = {**BEGIN, **BREAKS}
FAREWELL = {"prompts/bye.yaml": BYE.replace("goodbye", "farewell")}


def locked(made: Plan) -> dict[str, str | None]:
    """The versions in the lock of a plan."""
    return {artifact: entry.version for artifact, entry in made.lock.artifacts.items()}


def refusals(made: Plan, timeline: Timeline) -> list[str]:
    """What stops a plan, accepted or not."""
    found = plan_obstacles(made, timeline.past.taken, {})
    return [problem.message for problem in found if "nobody has accepted" not in problem.message]


@pytest.mark.parametrize("word", ["rc", "beta", "2", "0", "1a", "01a"])
def test_words_that_pre_releases_may_have(word: str) -> None:
    assert is_pre_release_word(word)


@pytest.mark.parametrize("word", ["", "RC", "r-c", "r.c", "01", "é", "rc\n", "²"])
def test_words_that_they_may_not_have(word: str) -> None:
    assert not is_pre_release_word(word)


def test_pre_release_is_of_the_versions_that_are_demanded() -> None:
    made = begun().planned(WARM, pre="rc")

    assert versions(made) == ["application/desk 1.1.0-rc.1 minor", "prompt/greet 1.1.0-rc.1 minor"]
    assert (made.tag, made.lock.source.release) == ("v1.1.0-rc.1", "v1.1.0-rc.1")
    assert locked(made) == {
        "application/desk": "1.1.0-rc.1",
        "model/small": "1.0.0",
        "prompt/bye": "1.0.0",
        "prompt/greet": "1.1.0-rc.1",
    }


def test_first_release_may_be_a_pre_release() -> None:
    timeline = Timeline()
    timeline.release(BEGIN, pre="rc")

    made = timeline.planned(BEGIN)

    assert [tag for tag in timeline.tags if tag.startswith("v")] == ["v1.0.0-rc.1"]
    assert versions(made) == [
        "application/desk 1.0.0 minor",
        "model/small 1.0.0 minor",
        "prompt/bye 1.0.0 minor",
        "prompt/greet 1.0.0 minor",
    ]
    assert made.tag == "v1.0.0"


def test_next_pre_release_takes_what_changed_since_the_last_one_alone() -> None:
    timeline = begun()
    timeline.release(WARM, pre="rc")

    made = timeline.release({**WARM, **FAREWELL}, pre="rc")

    assert (versions(made), made.tag) == (["prompt/bye 1.1.0-rc.1 minor"], "v1.1.0-rc.2")
    assert locked(made) == {
        "application/desk": "1.1.0-rc.1",
        "model/small": "1.0.0",
        "prompt/bye": "1.1.0-rc.1",
        "prompt/greet": "1.1.0-rc.1",
    }
    assert timeline.planned({**WARM, **FAREWELL}, pre="rc").is_empty


def test_pre_release_counts_on_for_what_changed_again() -> None:
    timeline = begun()
    timeline.release(WARM, pre="rc")

    made = timeline.planned(KIND, pre="rc")

    assert versions(made) == ["application/desk 1.1.0-rc.2 minor", "prompt/greet 1.1.0-rc.2 minor"]


def test_larger_bump_begins_the_pre_releases_of_another_version() -> None:
    timeline = begun()
    timeline.release(WARM, pre="rc")

    made = timeline.planned(BROKEN, pre="rc")

    assert (versions(made), made.tag) == (
        ["application/desk 2.0.0-rc.1 major", "prompt/greet 2.0.0-rc.1 major"],
        "v2.0.0-rc.1",
    )


def test_another_word_makes_all_of_it_anew() -> None:
    timeline = begun()
    timeline.release(WARM, pre="beta")

    made = timeline.planned(WARM, pre="rc")

    assert versions(made) == ["application/desk 1.1.0-rc.1 minor", "prompt/greet 1.1.0-rc.1 minor"]


def test_plain_release_finalises_what_is_as_it_was_in_the_pre_release() -> None:
    timeline = begun()
    timeline.release(WARM, pre="rc")

    made = timeline.release(WARM)

    assert versions(made) == ["application/desk 1.1.0 minor", "prompt/greet 1.1.0 minor"]
    assert (made.tag, made.previous) == ("v1.1.0", timeline.tags["v1.1.0-rc.1"].object_id)
    assert made.planned[1].previous is not None
    assert made.planned[1].previous.name == "prompt/greet@v1.0.0"
    assert timeline.planned(WARM).is_empty
    assert timeline.planned(WARM, pre="rc").is_empty
    assert timeline.past.findings == ()


def test_pre_release_that_came_to_nothing_leaves_the_numbers_and_the_chain_whole() -> None:
    timeline = begun()
    timeline.release(BROKEN, pre="rc")

    made = timeline.release(WARM)
    later = timeline.release({**WARM, **FAREWELL})

    assert (made.tag, made.previous) == ("v1.1.0", timeline.tags["v2.0.0-rc.1"].object_id)
    assert (later.tag, later.previous) == ("v1.2.0", timeline.tags["v1.1.0"].object_id)
    assert timeline.past.findings == ()


@pytest.mark.parametrize(
    ("wanted", "is_allowed"),
    [("^1.0.0", False), ("~1.1.0", False), ("1.1.0-rc.1", True), (">=1.1.0-rc.1, <2", True)],
)
def test_pre_release_is_in_no_range_that_does_not_ask_for_it(wanted: str, is_allowed: bool) -> None:
    version, found = parsed_version("1.1.0-rc.1"), parsed_range(wanted)

    assert version is not None
    assert found is not None
    assert found.allows(version) is is_allowed


def test_removal_in_a_pre_release_is_major_and_said_once_by_each_kind_of_release() -> None:
    timeline = begun()
    gone = without("prompts/bye.yaml")

    first = timeline.release(gone, pre="rc")
    second = timeline.release({**gone, **BEHAVES}, pre="rc")
    last = timeline.release({**gone, **BEHAVES})

    assert [(made.tag, made.removed) for made in (first, second, last)] == [
        ("v2.0.0-rc.1", ("prompt/bye",)),
        ("v2.0.0-rc.2", ()),
        ("v2.0.0", ("prompt/bye",)),
    ]
    assert timeline.planned({**gone, **BEHAVES}).is_empty


def test_selected_pre_release_leaves_the_others_as_they_are() -> None:
    timeline = begun()
    timeline.release({**WARM, **FAREWELL}, selected={"prompt/bye"}, pre="rc")

    made = timeline.planned({**WARM, **FAREWELL}, selected={"prompt/greet"}, pre="rc")

    assert (versions(made), made.left) == (
        ["prompt/greet 1.1.0-rc.1 minor"],
        ("application/desk", "prompt/bye"),
    )
    assert locked(made) == {
        "application/desk": None,
        "model/small": "1.0.0",
        "prompt/bye": "1.1.0-rc.1",
        "prompt/greet": "1.1.0-rc.1",
    }


def line_of_1(main: Mapping[str, str] = BROKEN) -> tuple[Timeline, Timeline]:
    """Main, with a release of these files, and a branch that began before it."""
    timeline = begun()
    branch = timeline.forked()
    timeline.release(main)
    return timeline, branch


def test_line_whose_required_version_is_free_has_no_hotfix() -> None:
    main, branch = line_of_1()

    made = branch.planned(WARM)

    assert (versions(made), made.tag, made.elsewhere) == (
        ["application/desk 1.1.0 minor", "prompt/greet 1.1.0 minor"],
        "v1.1.0",
        None,
    )
    assert [planned.elsewhere for planned in made.planned] == [None, None]
    assert main.past.findings == ()


def test_what_behaves_otherwise_on_a_hotfix_line_takes_the_next_free_patch() -> None:
    _, branch = line_of_1(WARM)

    made = branch.release(KIND)
    again = branch.planned({**KIND, **NEWER})

    assert (versions(made), made.tag) == (
        ["application/desk 1.0.1 minor", "prompt/greet 1.0.1 minor"],
        "v1.0.1",
    )
    assert [str(planned.elsewhere) for planned in made.planned] == ["1.1.0", "1.1.0"]
    assert (versions(again), again.tag) == (
        ["application/desk 1.0.2 minor", "model/small 1.1.0 minor"],
        "v1.0.2",
    )
    assert branch.past.findings == ()


def test_hotfix_is_said_in_its_tags() -> None:
    _, branch = line_of_1(WARM)
    made = branch.planned(KIND)

    said = trailers(artifact_tag(made.planned[1], "shop").message)
    whole = trailers(registry_tag(made, {p.tag: "a" * 40 for p in made.planned}, "word").message)

    assert (said["Bump"], said["Previous"], said["Hotfix"]) == ("minor", "prompt/greet@v1.0.0", "true")
    assert whole["Hotfix"] == "true"


def test_patch_that_another_line_has_is_passed_over() -> None:
    main, branch = line_of_1({**BEGIN, **TITLED})
    main.release({**BEGIN, **TITLED, **FAREWELL})
    other = {"prompts/greet.yaml": TITLED["prompts/greet.yaml"].replace("Greeting", "Hello")}

    made = branch.planned({**BEGIN, **other})

    assert (versions(made), made.tag) == (["prompt/greet 1.0.2 patch"], "v1.0.2")


def test_new_artifact_on_a_hotfix_line_that_main_has_too_takes_a_patch() -> None:
    _, branch = line_of_1({**BEGIN, "models/large.yaml": LARGE})

    made = branch.planned({**BEGIN, "models/large.yaml": LARGE})

    assert (versions(made), made.tag) == (["model/large 1.0.1 minor"], "v1.0.1")


def test_what_breaks_on_a_hotfix_line_is_refused() -> None:
    _, branch = line_of_1()
    other = {"prompts/greet.yaml": BREAKS["prompts/greet.yaml"].replace("{{name}}", "{{who}}")}

    made = branch.planned({**BEGIN, **other})

    assert refusals(made, branch) == [
        "application/desk needs 2.0.0, which another branch has released: nothing may break here",
        "prompt/greet needs 2.0.0, which another branch has released: nothing may break here",
    ]


def test_removal_on_a_hotfix_line_is_refused() -> None:
    _, branch = line_of_1()

    made = branch.planned(without("prompts/bye.yaml"))

    assert refusals(made, branch) == [
        "the registry needs 2.0.0, which another branch has released: nothing may break here"
    ]


def test_pre_release_of_a_hotfix_is_one_of_its_patch() -> None:
    _, branch = line_of_1(WARM)
    branch.release(KIND, pre="rc")

    made = branch.release(KIND)

    assert "prompt/greet@v1.0.1-rc.1" in branch.tags
    assert (versions(made), made.tag) == (
        ["application/desk 1.0.1 minor", "prompt/greet 1.0.1 minor"],
        "v1.0.1",
    )


def test_first_release_where_others_have_one_is_no_hotfix() -> None:
    made = Timeline(tags=begun().tags).planned(BEGIN)

    assert (made.tag, made.elsewhere) == ("v1.0.0", None)
    assert refusals(made, begun())[-1] == "the tag v1.0.0 exists already"


def test_hotfix_that_is_merged_back_is_released_there_and_the_numbers_of_main_go_on() -> None:
    main, branch = line_of_1(BROKEN)
    branch.release({**BEGIN, **FAREWELL})
    main.merge(branch)

    made = main.planned({**BROKEN, **FAREWELL})
    later = main.release({**BROKEN, **FAREWELL, **NEWER})

    assert made.is_empty
    assert locked(made)["prompt/bye"] == "1.1.0"
    assert (versions(later), later.tag) == (
        ["application/desk 2.1.0 minor", "model/small 1.1.0 minor"],
        "v2.1.0",
    )
    assert later.previous == main.tags["v2.0.0"].object_id
    assert main.past.findings == ()
