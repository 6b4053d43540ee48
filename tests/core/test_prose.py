import re
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plmctl.core.change import Change, Fact
from plmctl.core.prose import Run, effort_for, prose_runs
from plmctl.core.value import Value

WHOLE = 600_000
# What each of 40 long texts in a report may cost.
SHARE = 25_000
SECONDS = 2
LINES = "".join(f"Line {n}: one.\n" for n in range(12_000))


def marked(old: str, new: str, effort: int = WHOLE) -> str:
    """The change as `git diff --word-diff` marks it; `~` is where only blanks changed."""
    return "".join(map(_marked, prose_runs(old, new, effort)))


def _marked(run: Run) -> str:
    if run.is_same:
        return run.old
    if run.is_spacing:
        return "~"
    return (f"[-{run.old}-]" if run.old else "") + (f"{{+{run.new}+}}" if run.new else "")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Be brief.", "Be brief.", "Be brief."),
        ("", "All new.", "{+All new.+}"),
        ("Be brief.", "Be very brief.", "Be {+very +}brief."),
        ("Be brief.", "Be kind.", "Be [-brief-]{+kind+}."),
        ("Ask {{name}}.", "Ask {{user.name}}.", "Ask [-{{name}}-]{+{{user.name}}+}."),
        ("Ask {{ name }} now", "Ask {{ name }} then", "Ask {{ name }} [-now-]{+then+}"),
        ("One. Two. Three.", "One. Three.", "One. [-Two. -]Three."),
        ("One. Three.", "One. And two. Three.", "One. {+And two. +}Three."),
        # The whole sentence is new, and not the end of one with the beginning of the next.
        (
            "Do it now. Do it well.",
            "Do it now. Do it twice. Do it well.",
            "Do it now. {+Do it twice. +}Do it well.",
        ),
        ("- one\n- two\n", "- one\n- more\n- two\n", "- one\n{+- more\n+}- two\n"),
        # The same words with other line breaks.
        ("A line of\nwords here.", "A line\nof words here.", "A line~of~words here."),
        ("A line of\nwords here.", "A line\nof words there.", "A line~of~words [-here-]{+there+}."),
        ("end\n", "end", "end~"),
        ("end", "end\n\n", "end~"),
        # A word that stayed by chance in what was written anew goes with it; between two words it stays.
        (
            "Determine how long the whole delivery takes.",
            "Estimate its duration as of the original presentation.",
            (
                "[-Determine how long the whole delivery takes-]"
                "{+Estimate its duration as of the original presentation+}."
            ),
        ),
        ("Use the cat.", "See the dog.", "[-Use-]{+See+} the [-cat-]{+dog+}."),
        ("Keep it. Then go on.", "Then go on. Keep it.", "[-Keep it. -]Then go on.{+ Keep it.+}"),
    ],
)
def test_what_changed_is_marked_by_sentences_and_words(old: str, new: str, expected: str) -> None:
    assert marked(old, new) == expected


def test_moved_sentences_never_cost_the_words_that_stayed_in_place() -> None:
    moved = "Then rate the selflessness of the speaker."
    old = f"# OUTPUT\n\n{moved}\n\nList the ideas that were new to you, and say for each of them why.\n"
    new = f"# OUTPUT\n\nList the ideas which were new to you, and say for each of them why.\n\n{moved}\n"
    assert marked(old, new) == (
        f"# OUTPUT\n\n[-{moved}\n\n-]List the ideas [-that-]{{+which+}} were new to you, "
        f"and say for each of them why.\n{{+\n{moved}\n+}}"
    )


TEXTS = st.lists(
    st.sampled_from(["Do", "it", "well", ". ", " ", "\n", "\n\n- ", "{{x}}", "{{", "}}", "e\u0301", "a"]),
    max_size=14,
).map("".join)


@given(old=TEXTS, new=TEXTS)
def test_runs_together_are_both_texts_and_never_two_alike(old: str, new: str) -> None:
    runs = prose_runs(old, new)
    assert "".join(run.old for run in runs) == old
    assert "".join(run.new for run in runs) == new
    assert all(not (a.is_same and b.is_same) for a, b in pairwise(runs))
    assert all(run.old or run.new for run in runs)


@given(TEXTS)
def test_a_text_and_itself_are_one_run(text: str) -> None:
    assert prose_runs(text, text) == ((Run(text, text),) if text else ())


@given(TEXTS)
def test_other_blanks_alone_mark_no_word(text: str) -> None:
    other = text.replace("\n", " \n").replace(". ", ".  ")
    assert all(run.is_same or run.is_spacing for run in prose_runs(text, other))


EFFORTS = st.integers(0, 60)


@given(old=TEXTS, new=TEXTS, effort=EFFORTS)
def test_with_little_effort_runs_are_still_both_texts(old: str, new: str, effort: int) -> None:
    runs = prose_runs(old, new, effort)
    assert "".join(run.old for run in runs) == old
    assert "".join(run.new for run in runs) == new
    assert all(not (a.is_same and b.is_same) for a, b in pairwise(runs))
    assert all(run.old or run.new for run in runs)


def test_a_long_text_with_a_few_changes_is_marked_as_a_short_one_is() -> None:
    paragraphs = [f"Rule {n}: keep it.\nSay {{{{name}}}} once. Be kind to all.\n\n" for n in range(200)]
    edited = list(paragraphs)
    edited[50] = edited[50].replace("kind", "kind and fair")
    edited[120] = ""
    edited[180] += "One more rule.\n\n"
    old, new = "".join(paragraphs), "".join(edited)
    assert marked(old, new, effort=1_000) == marked(old, new)
    assert re.findall(r"\[-(.*?)-\]|\{\+(.*?)\+\}", marked(old, new, effort=1_000), re.DOTALL) == [
        ("", "and fair "),
        (paragraphs[120], ""),
        ("", "One more rule.\n\n"),
    ]


@pytest.mark.parametrize("end", ["\n", " "], ids=["lines", "sentences"])
def test_a_long_paragraph_is_divided_at_what_stays(end: str) -> None:
    parts = [f"Keep rule {n}.{end}" for n in range(300)]
    edited = [part.replace("Keep", "Hold") if n in (3, 250) else part for n, part in enumerate(parts)]
    assert marked("".join(parts), "".join(edited), effort=400) == "".join(
        part.replace("Keep", "[-Keep-]{+Hold+}") if n in (3, 250) else part for n, part in enumerate(parts)
    )


def test_past_its_effort_what_changed_is_replaced_as_a_whole() -> None:
    old = "".join(f"Say it {n}\n" for n in range(100))
    new = old.replace("Say", "Sing")
    first, second = len("Say it 0\n"), len("Sing it 0\n")
    assert marked(old, new, effort=30) == (f"[-Say-]{{+Sing+}} it 0\n[-{old[first:]}-]{{+{new[second:]}+}}")


def test_no_long_text_is_divided_inside_a_tag() -> None:
    old = "Ask {{ a. b }} and {{ c. d }} now. " * 20
    for effort in range(0, 800, 40):
        for run in prose_runs(old, old.replace("b }}", "b }} or").replace("c. d", "c. e"), effort):
            assert run.old.count("{{") == run.old.count("}}")


def changed(old: Value, new: Value) -> Change:
    """A value that changed."""
    return Change(artifact="prompt/a", kind="Prompt", fact=Fact.CHANGED, old=old, new=new)


def test_the_texts_of_a_report_share_what_comparing_them_may_cost() -> None:
    long = changed("a" * 61, "b" * 61)
    assert effort_for([]) == effort_for([long]) == WHOLE
    assert effort_for([long] * 40) == SHARE
    assert effort_for([long] * 10_000) == 6_000
    # What is short, or stands on one side alone, costs nothing.
    assert effort_for([long, changed("a", "b" * 61), changed(None, ["b"]), changed("a" * 61, "b")]) == WHOLE


def nested(filler: str) -> str:
    """Words of which two are unique, and two more between what they divide, and so on, 4,000 times."""
    return " ".join(f"a{n} a{n + 1} {filler}" for n in range(4_000, 0, -1))


def islands(letter: str) -> str:
    """Long words that went, and short ones between them that stayed."""
    return " ".join(f"{letter * 40}{n} the{n}" for n in range(4_000))


@pytest.mark.parametrize(
    ("old", "new", "effort"),
    [
        (nested("x"), nested("y"), WHOLE),
        (islands("x"), islands("y"), WHOLE),
        (LINES, LINES.replace("one", "two"), SHARE),
        ("\n" * 200_000, "x\n" * 100_000, SHARE),
        ("{{" * 100_000, "{{ " * 60_000, SHARE),
        ("a. " * 60_000, "a b. " * 40_000, SHARE),
    ],
    ids=["nested", "islands", "lines", "newlines", "openings", "sentences"],
)
def test_no_two_texts_take_long(old: str, new: str, effort: int) -> None:
    began = time.process_time()
    runs = prose_runs(old, new, effort)
    assert time.process_time() - began < SECONDS
    assert ("".join(run.old for run in runs), "".join(run.new for run in runs)) == (old, new)
