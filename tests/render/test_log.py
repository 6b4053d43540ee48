from dataclasses import replace

from plmctl.core.judgement import Judgement
from plmctl.core.log import Entry
from plmctl.core.report import Report
from plmctl.core.tag import ArtifactTag, RegistryTag
from plmctl.core.version import FIRST, Version
from plmctl.render.line import Paper
from plmctl.render.text import text
from tests.render.sample import CHANGED_TEXT, INPUT_ADDED, judged

RELEASE = RegistryTag(
    name="v1.0.0",
    version=FIRST,
    object_id="a" * 40,
    commit="0123456789abcdef",
    released=(),
    removed=(),
    lock="",
    previous=None,
)
TAG = ArtifactTag(
    name="prompt/greet@v1.0.0",
    artifact="prompt/greet",
    version=FIRST,
    object_id="b" * 40,
    commit=RELEASE.commit,
    digest="",
    metadata_digest="",
    closure="",
    message="prompt/greet 1.0.0\n\n- First release.\n\nBump: minor\nChanges: none\n",
    release=RELEASE,
)
FIRST_ENTRY = Entry(tag=TAG, previous=None, tagger="Ada <ada@example.com>", date="2026-03-04T05:06:07+01:00")


def later(*judgements: Judgement) -> Entry:
    tag = replace(
        TAG,
        version=Version(major=10, minor=0, patch=0),
        message="prompt/greet 10.0.0\n\nBump: major\n",
        release=replace(RELEASE, name="registry-v12.0.0"),
    )
    return Entry(
        tag=tag,
        previous=TAG,
        tagger="Bo <b@example.com>",
        date="2026-11-23T00:00:00+00:00",
        judgements=judgements,
    )


ADDED = judged(INPUT_ADDED, "required input 'order' was added: callers that do not send it fail now")
REPORT = Report(
    command="log", versions=(later(ADDED, judged(CHANGED_TEXT, "the text of message 1 changed")), FIRST_ENTRY)
)


def test_versions_stand_in_columns_with_their_changes_below() -> None:
    assert (
        text(REPORT, Paper())
        == """\
10.0.0  2026-11-23  major  registry-v12.0.0  0123456789  Bo
├─ PRM010 required-input-added: required input 'order' was added: callers that do not send it fail now
└─ PRM040 text-changed: the text of message 1 changed

1.0.0   2026-03-04  -      v1.0.0            0123456789  Ada
└─ the first version

"""
    )


def test_at_a_terminal_of_80_columns_long_lines_are_folded_inside_the_guides() -> None:
    assert (
        text(REPORT, Paper(width=80, is_terminal=True))
        == """\
10.0.0  2026-11-23  major  registry-v12.0.0  0123456789  Bo
├─ PRM010 required-input-added: required input 'order' was added: callers that
│    do not send it fail now
└─ PRM040 text-changed: the text of message 1 changed

1.0.0   2026-03-04  -      v1.0.0            0123456789  Ada
└─ the first version

"""
    )
    assert text(REPORT, Paper(width=160, is_terminal=True)) == text(REPORT, Paper())


def test_a_version_without_a_change_says_so() -> None:
    assert text(Report(command="log", versions=(later(),)), Paper()).split("\n")[1] == (
        "└─ nothing changed: the version was raised by hand"
    )


def test_what_a_tag_does_not_say_is_left_empty() -> None:
    bare = replace(FIRST_ENTRY, tag=replace(TAG, release=None), tagger="", date="")
    assert text(Report(command="log", versions=(bare,)), Paper()) == (
        "1.0.0    -    0123456789\n└─ the first version\n\n"
    )


def test_the_last_change_may_be_folded() -> None:
    shown = text(Report(command="log", versions=(later(ADDED),)), Paper(width=60, is_terminal=True))
    assert shown.split("\n")[1:4] == [
        "└─ PRM010 required-input-added: required input 'order' was",
        "     added: callers that do not send it fail now",
        "",
    ]
