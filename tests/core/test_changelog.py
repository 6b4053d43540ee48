from dataclasses import replace
from textwrap import dedent

import pytest

from plmctl.commands.catalogue import catalogue
from plmctl.core.changelog import (
    Note,
    ReleaseNotes,
    VersionNotes,
    in_markdown,
    of_artifacts,
    planned_notes,
    since,
    told,
    with_notes,
)
from plmctl.core.finding import Bump, Level, Rule
from plmctl.core.judgement import weight_of
from plmctl.core.version import FIRST, Version
from tests.commands.timeline import Timeline
from tests.core.test_numbering import FAREWELL, KIND, WARM
from tests.core.test_plan import BEGIN, BREAKS, REPRICED, begun, without

DAYS = {"v1.0.0": "2026-01-02", "v2.0.0": "2026-03-04"}
RUN = "Run the evaluations before it is released."
FILE = """\
# Changelog

Ours, by hand.

## [Unreleased]

- something to come

## v1.0.0 - 2026-01-02

### `prompt/greet` 1.0.0

First release.

[link]: somewhere
"""
NOTES = "## v1.1.0 - 2026-03-04\n\n### `prompt/greet` 1.1.0\n"


def lived() -> Timeline:
    """A registry with a release in which much happened at once."""
    timeline = begun()
    timeline.release({**without("prompts/bye.yaml"), **BREAKS, **REPRICED})
    return timeline


def notes_of(timeline: Timeline) -> tuple[ReleaseNotes, ...]:
    """What the tags of a timeline tell."""
    return told(timeline.past, DAYS, catalogue())


def test_tags_tell_what_each_release_changed_and_what_to_do() -> None:
    newest, oldest = notes_of(lived())

    assert (newest.name, newest.day, newest.removed) == ("v2.0.0", "2026-03-04", ("prompt/bye",))
    assert [f"{m.artifact} {m.version} {m.previous} {m.bump}" for m in newest.made] == [
        "application/desk 2.0.0 1.0.0 major",
        "model/small 1.0.1 1.0.0 patch",
        "prompt/greet 2.0.0 1.0.0 major",
    ]
    assert [(note.code, note.weight) for note in newest.made[2].notes] == [
        ("PRM010", "breaking"),
        ("PRM040", "behavioural"),
    ]
    assert newest.made[2].notes[1] == Note(
        code="PRM040",
        name="text-changed",
        message="the text of message 1 changed",
        weight="behavioural",
        advice=f"The contract with callers and consumers holds. {RUN}",
    )
    assert [(made.previous, made.notes) for made in oldest.made] == [(None, ())] * 4


def test_tags_tell_the_same_as_the_plan_did() -> None:
    timeline = begun()
    made = timeline.release({**without("prompts/bye.yaml"), **BREAKS, **REPRICED})

    assert notes_of(timeline)[0] == planned_notes(made, "2026-03-04")


def test_hotfix_is_told_as_one() -> None:
    timeline = begun()
    branch = timeline.forked()
    timeline.release(WARM)

    made = branch.release(KIND)

    assert [notes.is_hotfix for notes in planned_notes(made, "").made] == [True, True]
    assert "### `prompt/greet` 1.0.1, a hotfix\n" in in_markdown(notes_of(branch)[1])


def test_tag_without_headings_has_the_weights_of_the_rules() -> None:
    # As plmctl wrote them once.
    timeline = lived()
    tag = timeline.tags["prompt/greet@v2.0.0"]
    lines = [line for line in tag.message.split("\n") if not line.startswith("### ")]
    timeline.tags[tag.name] = replace(tag, message="\n".join(lines))

    assert [note.weight for note in notes_of(timeline)[0].made[2].notes] == ["breaking", "behavioural"]


def test_unknown_code_is_told_without_advice() -> None:
    timeline = lived()
    tag = timeline.tags["model/small@v1.0.1"]
    timeline.tags[tag.name] = replace(tag, message=tag.message.replace("MDL032", "ZZZ999"))
    bare = replace(tag, message=tag.message.replace("### Safe\n\n", "").replace("MDL032", "ZZZ999"))

    assert [(n.code, n.weight, n.advice) for n in notes_of(timeline)[0].made[1].notes] == [
        ("ZZZ999", "safe", "")
    ]
    timeline.tags[tag.name] = bare
    assert [(n.code, n.weight, n.advice) for n in notes_of(timeline)[0].made[1].notes] == [
        ("ZZZ999", "safe", "")
    ]


def test_version_whose_tag_is_not_here_is_left_out() -> None:
    timeline = lived()
    del timeline.tags["prompt/greet@v2.0.0"]

    assert [made.artifact for made in notes_of(timeline)[0].made] == ["application/desk", "model/small"]


def test_releases_since_one_are_those_above_it() -> None:
    timeline = lived()
    found = notes_of(timeline)

    assert [release.name for release in since(found, FIRST)] == ["v2.0.0"]
    assert since(found, None) == found


def test_releases_of_an_artifact_say_nothing_of_others() -> None:
    timeline = begun()
    timeline.release({**BEGIN, **FAREWELL})
    timeline.release(without("prompts/bye.yaml"))
    timeline.release({**without("prompts/bye.yaml"), **REPRICED})

    found = of_artifacts(notes_of(timeline), {"prompt/bye"})

    assert [(r.name, [str(m.version) for m in r.made], r.removed) for r in found] == [
        ("v2.0.0", [], ("prompt/bye",)),
        ("v1.1.0", ["1.1.0"], ()),
        ("v1.0.0", ["1.0.0"], ()),
    ]


def note(message: str, weight: str = "safe", code: str = "PRM053", advice: str = "") -> Note:
    """A note."""
    return Note(code=code, name="description-changed", message=message, weight=weight, advice=advice)


def notes(*found: Note, name: str = "v1.1.0", artifact: str = "prompt/greet") -> ReleaseNotes:
    """A release with one version."""
    made = VersionNotes(
        artifact=artifact,
        version=Version(major=1, minor=1, patch=0),
        previous=FIRST,
        bump="minor",
        is_hotfix=False,
        notes=found,
    )
    return ReleaseNotes(
        name=name, version=made.version, day="2026-03-04", made=(made,), removed=("prompt/old",)
    )


def test_markdown_is_grouped_by_weight_and_code() -> None:
    found = notes(
        note("one", advice="Nothing."),
        note("it broke", "breaking", "PRM010"),
        note("other", code="PRM055"),
        note("two", advice="Nothing."),
    )

    assert in_markdown(found) == dedent(
        """\
        ## v1.1.0 - 2026-03-04

        ### `prompt/greet` 1.1.0

        #### Breaking

        - PRM010 description-changed: it broke

        #### Safe

        - PRM053 description-changed: one
        - PRM053 description-changed: two
          - To do: Nothing.
        - PRM055 description-changed: other

        ### Removed

        - `prompt/old`
        """
    )


def test_markdown_of_first_versions_says_so() -> None:
    oldest = notes_of(begun())[0]

    assert in_markdown(replace(oldest, day="", made=oldest.made[:1])) == (
        "## v1.0.0\n\n### `application/desk` 1.0.0\n\nFirst release.\n"
    )


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("<script>alert(1)</script>", "`<script>alert(1)</script>`"),
        ("ask @team [now](x)", "ask `@team [now](x)`"),
        ("a\n## v9.0.0\n", "`a\\n#\\# v9.0.0\\n`"),
        ("##[group]x", "`#\\#[group]x`"),
        ("\x1b[31m", "`\\x1b[31m`"),
    ],
)
def test_text_of_tags_is_data_in_markdown(message: str, shown: str) -> None:
    text = in_markdown(notes(note(message)))

    line = next(line for line in text.split("\n") if "PRM053" in line)
    assert line == f"- PRM053 description-changed: {shown}"
    assert text.count("\n## ") == 0


def test_names_of_strange_tags_are_code() -> None:
    text = in_markdown(notes(name="<b>1.1.0", artifact="prompt/a`b"))

    assert text.startswith("## `<b>1.1.0` - 2026-03-04\n\n### ``prompt/a`b`` 1.1.0\n")


def test_notes_stand_above_older_ones_and_below_what_is_to_come() -> None:
    text = with_notes(FILE, NOTES)

    assert text == FILE.replace("## v1.0.0", f"{NOTES}\n## v1.0.0")
    assert text.replace(f"{NOTES}\n", "") == FILE


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", f"# Changelog\n\n{NOTES}"),
        (" \n", f"# Changelog\n\n{NOTES}"),
        ("# Ours\n", f"# Ours\n\n{NOTES}"),
        ("# Ours", f"# Ours\n\n{NOTES}"),
        ("# Ours\n\n## Unreleased\n- x\n", f"# Ours\n\n## Unreleased\n- x\n\n{NOTES}"),
        ("## 0.9\n", f"{NOTES}\n## 0.9\n"),
        ("```\n## no\n```\n## 0.9\n", f"```\n## no\n```\n{NOTES}\n## 0.9\n"),
        ("````\n```\n## no\n````\n## 0.9\n", f"````\n```\n## no\n````\n{NOTES}\n## 0.9\n"),
    ],
)
def test_notes_find_their_place_in_any_file(before: str, after: str) -> None:
    assert with_notes(before, NOTES) == after


def test_ends_of_lines_are_those_of_the_file() -> None:
    before = FILE.replace("\n", "\r\n")

    assert with_notes(before, NOTES) == with_notes(FILE, NOTES).replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("bump", "weight"),
    [(Bump.MAJOR, "breaking"), (Bump.MINOR, "behavioural"), (Bump.PATCH, "safe"), (None, "safe")],
)
def test_rule_whose_meaning_varies_weighs_what_it_bumps(bump: Bump | None, weight: str) -> None:
    rule = Rule(code="REG006", name="x", level=Level.INFO, meaning="", worst=(Level.WARNING, Bump.MAJOR))

    assert weight_of(rule, bump) == weight
