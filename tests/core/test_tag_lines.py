"""Releases as lines: each follows one, and lines part and meet."""

from plmctl.core.tag import RegistryTag
from plmctl.core.version import FIRST, Version
from tests.commands.timeline import Timeline
from tests.core.test_numbering import BROKEN, FAREWELL, WARM
from tests.core.test_plan import BEGIN, NEWER, begun, without


def version(text: str) -> Version:
    """A final version."""
    major, minor, patch = map(int, text.split("."))
    return Version(major=major, minor=minor, patch=patch)


def named(timeline: Timeline, tag: str) -> RegistryTag:
    """A release of a timeline."""
    return timeline.past.by_name[tag]


def merged() -> Timeline:
    """Main with v2.0.0, and a line with v1.1.0 that was merged before v2.1.0."""
    main = begun()
    branch = main.forked()
    main.release(BROKEN)
    branch.release({**BEGIN, **FAREWELL})
    main.merge(branch)
    main.release({**BROKEN, **FAREWELL, **NEWER})
    return main


def test_release_follows_the_end_of_its_line() -> None:
    main = merged()
    ancestors = frozenset(main.registries)

    last = main.past.last_release(ancestors)
    before = main.past.last_release(ancestors, named(main, "v2.1.0"))

    assert (last, before) == (named(main, "v2.1.0"), named(main, "v2.0.0"))
    assert main.past.last_release(frozenset()) is None


def test_chain_of_a_release_has_what_it_follows_and_its_followers_what_follows_it() -> None:
    main = merged()
    ids = {tag: named(main, tag).object_id for tag in ("v1.0.0", "v1.1.0", "v2.0.0", "v2.1.0")}

    assert main.past.chain(named(main, "v2.1.0")) == {ids["v1.0.0"], ids["v2.0.0"], ids["v2.1.0"]}
    assert main.past.followers(named(main, "v1.0.0")) == frozenset(ids.values())
    assert main.past.followers(named(main, "v1.1.0")) == {ids["v1.1.0"]}


def test_history_of_some_releases_has_their_versions_alone() -> None:
    main = merged()

    only = main.past.of(main.past.chain(named(main, "v1.1.0")))

    assert [release.name for release in only.releases] == ["v1.0.0", "v1.1.0"]
    assert [str(tag.version) for tag in only.versions["prompt/greet"]] == ["1.0.0"]
    assert only.taken == main.past.taken


def test_version_at_a_release_is_that_of_the_nearest_before_it() -> None:
    timeline = begun()
    timeline.release(WARM, pre="rc")
    timeline.release({**BEGIN, **FAREWELL})
    timeline.release({**without("prompts/bye.yaml")})
    past = timeline.past

    held = {tag: past.held(past.by_name[tag], "prompt/bye") for tag in ("v1.0.0", "v1.1.0", "v2.0.0")}

    assert held == {"v1.0.0": FIRST, "v1.1.0": version("1.1.0"), "v2.0.0": None}
    assert past.held(past.by_name["v1.1.0"], "prompt/unknown") is None
    assert past.released == {"application/desk", "model/small", "prompt/bye", "prompt/greet"}


def test_final_release_holds_nothing_that_a_pre_release_made() -> None:
    timeline = begun()
    timeline.release(WARM, pre="rc")
    timeline.release({**BEGIN, **FAREWELL})
    past = timeline.past

    assert past.held(past.by_name["v1.1.0"], "prompt/greet") == FIRST
    assert str(past.held(past.by_name["v1.1.0-rc.1"], "prompt/greet")) == "1.1.0-rc.1"


def test_what_another_line_released_may_be_held_after_the_merge() -> None:
    main = merged()
    past = main.past
    theirs, ours = past.version("prompt/bye", version("1.1.0")), past.version("prompt/bye", FIRST)
    assert theirs is not None
    assert ours is not None

    assert past.held(named(main, "v2.1.0"), "prompt/bye") == FIRST
    assert past.may_hold(named(main, "v2.1.0"), theirs)
    assert past.may_hold(named(main, "v2.1.0"), ours)
    assert not past.may_hold(named(main, "v1.1.0"), ours)


def test_where_the_chain_is_cut_nothing_else_may_be_held() -> None:
    main = merged()
    theirs = main.past.version("prompt/bye", version("1.1.0"))
    assert theirs is not None
    del main.tags["v2.0.0"]

    assert not main.past.may_hold(named(main, "v2.1.0"), theirs)
