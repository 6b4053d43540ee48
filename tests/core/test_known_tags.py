"""What tags say by what a run before read of them, against what is read of them now."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

import pytest

from plmctl.core.cache import MemoryCache
from plmctl.core.known_tags import known_history, tags_stamp
from plmctl.core.ports import Repo, TagId, TagRef
from plmctl.core.settings import Settings
from plmctl.core.tag import History, history
from tests.commands.remembering import PROGRAM, LastingCache, again, memo
from tests.commands.timeline import Timeline
from tests.core.test_tag import BEGIN, LATER, SETTINGS, foreign


@dataclass(slots=True, kw_only=True)
class Tags:
    """The tags of a repository, and how often they were asked for and read."""

    refs: Mapping[str, TagRef]
    asks: int = 0
    reads: int = 0

    def tag_ids(self) -> tuple[TagId, ...]:
        self.asks += 1
        return tuple((tag.name, tag.object_id, tag.object_type) for tag in self.refs.values())

    def tags(self, ids: Sequence[TagId] | None = None) -> tuple[TagRef, ...]:
        if ids is None:
            self.tag_ids()
        self.reads += 1
        return tuple(self.refs.values())

    @property
    def repo(self) -> Repo:
        return cast(Repo, self)


@pytest.fixture
def timeline() -> Timeline:
    """Three releases: everything, one prompt of which a pre-release came first, and one without it."""
    made = Timeline()
    made.release(BEGIN)
    made.release(LATER, pre="rc")
    made.release(LATER)
    made.release({"models/small.yaml": BEGIN["models/small.yaml"]})
    return made


def odd_message(tags: dict[str, TagRef]) -> None:
    tag = tags["model/small@v1.0.0"]
    tags[tag.name] = replace(tag, message=f'"\\ \udc80 é\u2028\n\n{tag.message}')


CHANGES: Mapping[str, Callable[[dict[str, TagRef]], object]] = {
    "nothing": lambda tags: None,
    "a tag of others": lambda tags: tags.update({"v7.0.0": foreign("v7.0.0")}),
    "a message with all that JSON writes in another way": odd_message,
    "no tag at all": lambda tags: tags.clear(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_is_known_is_what_is_read(
    timeline: Timeline, change: Callable[[dict[str, TagRef]], object]
) -> None:
    change(timeline.tags)
    tags, known = Tags(refs=timeline.tags), memo()
    read = history(timeline.tags.values(), SETTINGS)

    found = [known_history(tags.repo, SETTINGS, again(known)) for _ in range(3)]

    assert (read.findings, found, tags.reads) == ((), [read, read, read], 1)


def test_each_release_and_version_is_whole(timeline: Timeline) -> None:
    """The registries of the other tests have all that a tag can say."""
    read = timeline.past

    assert [(r.name, r.previous is None, len(r.released), r.removed) for r in read.releases] == [
        ("v1.0.0", True, 2, ()),
        ("v1.1.0-rc.1", False, 1, ()),
        ("v1.1.0", False, 1, ()),
        ("v2.0.0", False, 0, ("prompt/bye",)),
    ]
    assert {tag.release for tag in read.confirmed} <= {*read.releases}


def test_another_tag_is_read(timeline: Timeline) -> None:
    tags, known = Tags(refs=timeline.tags), memo()
    before = known_history(tags.repo, SETTINGS, known)
    timeline.release(BEGIN)

    after = known_history(tags.repo, SETTINGS, again(known))

    assert (before == after, after, tags.reads) == (False, timeline.past, 2)


@pytest.mark.parametrize(
    ("settings", "program"),
    [
        (replace(SETTINGS, name="other"), PROGRAM),
        (replace(SETTINGS, tag="release-{version}"), PROGRAM),
        (SETTINGS, "another one"),
    ],
    ids=["name", "tag", "program"],
)
def test_other_eyes_read_for_themselves(timeline: Timeline, settings: Settings, program: str) -> None:
    tags, cache = Tags(refs=timeline.tags), LastingCache()
    known_history(tags.repo, SETTINGS, memo(cache))

    found = known_history(tags.repo, settings, memo(cache, program))

    assert (found, tags.reads) == (history(timeline.tags.values(), settings), 2)


def test_what_is_wrong_is_told_each_time(timeline: Timeline) -> None:
    del timeline.tags["prompt/bye@v1.1.0"]
    tags, known = Tags(refs=timeline.tags), memo()

    found = [known_history(tags.repo, SETTINGS, again(known)) for _ in range(2)]

    assert (found, tags.reads) == ([timeline.past, timeline.past], 2)
    assert [finding.code for finding in found[1].findings] == ["REG017"]


@pytest.mark.parametrize(
    "value",
    [b"", b"\xff", b"{", b"[]", b"7", b"{}", b"[[], 3]", b"[[[]], []]", b"[[7], []]"]
    + [
        f'[[["v1.0.0", {said}, "a", "b", "c", null, [], {lines}]], []]'.encode()
        for said, lines in (('"none"', "[]"), ("7", "[]"), ('"1.0.0"', "[[]]"), ('"1.0.0"', "7"))
    ],
)
def test_what_nobody_wrote_is_not_believed(timeline: Timeline, value: bytes) -> None:
    tags, cache = Tags(refs=timeline.tags), LastingCache()
    known = memo(cache)
    cache.keep("tags", {"all": (tags_stamp(tags.tag_ids(), SETTINGS, known.program), value)})

    found = [known_history(tags.repo, SETTINGS, again(known)) for _ in range(2)]

    assert (found, tags.reads) == ([timeline.past, timeline.past], 1)


def test_who_claims_something_reads_the_tags(timeline: Timeline) -> None:
    tags = Tags(refs=timeline.tags)

    found: list[History] = [known_history(tags.repo, SETTINGS, None) for _ in range(2)]

    assert (found, tags.reads) == ([timeline.past, timeline.past], 2)


@pytest.mark.parametrize("cache", [LastingCache(), MemoryCache()], ids=["kept", "not kept"])
def test_tags_are_asked_for_once(timeline: Timeline, cache: MemoryCache) -> None:
    tags = Tags(refs=timeline.tags)
    known_history(tags.repo, SETTINGS, memo(cache))
    assert (tags.asks, tags.reads) == (1, 1)
    known_history(tags.repo, SETTINGS, memo(LastingCache()), tags.tag_ids())
    assert (tags.asks, tags.reads) == (2, 2)
