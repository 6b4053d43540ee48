from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plmctl.core.prose import Run, prose_runs


def marked(old: str, new: str) -> str:
    """The change as `git diff --word-diff` marks it; `~` is where only blanks changed."""
    return "".join(map(_marked, prose_runs(old, new)))


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
