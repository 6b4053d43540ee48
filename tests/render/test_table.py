import pytest
from hypothesis import given
from hypothesis import strategies as st

from plmctl.render.line import Paper
from plmctl.render.table import rows_in_columns
from plmctl.render.visible import width

HEADINGS = ("id", "owners", "title")
ROWS = (
    ("prompt/support/triage", "team-support", "Sorts tickets by urgency and topic"),
    ("model/\u6f22\u5b57", "", "A model"),
)


def shown(columns: int, spare: tuple[str, ...] = (), *, is_terminal: bool = True) -> list[str]:
    """The table as lines."""
    paper = Paper(width=columns, is_terminal=is_terminal)
    return [part.plain for part in rows_in_columns(HEADINGS, ROWS, paper, spare)]


WHOLE = [
    "id                     owners        title",
    "prompt/support/triage  team-support  Sorts tickets by urgency and topic",
    "model/\u6f22\u5b57                           A model",
]


def test_a_table_that_fits_or_is_for_a_program_is_whole() -> None:
    assert shown(71) == WHOLE
    assert shown(20, ("owners",), is_terminal=False) == WHOLE


def test_the_last_column_is_folded_first() -> None:
    assert shown(60, ("owners",)) == [
        "id                     owners        title",
        "prompt/support/triage  team-support  Sorts tickets by",
        "                                     urgency and topic",
        "model/\u6f22\u5b57                           A model",
    ]


def test_then_a_column_that_can_be_spared_is_left_out() -> None:
    assert shown(50, ("owners",)) == [
        "id                     title",
        "prompt/support/triage  Sorts tickets by urgency",
        "                       and topic",
        "model/\u6f22\u5b57             A model",
        "(owners: not shown in 50 columns)",
    ]
    assert shown(25, ("title", "owners"))[-2:] == ["(owners, title: not", "shown in 25 columns)"]


def test_then_the_widest_are_folded_and_nothing_is_cut() -> None:
    assert shown(40) == [
        "id            owners        title",
        "prompt/       team-support  Sorts",
        "support/                    tickets by",
        "triage                      urgency and",
        "                            topic",
        "model/\u6f22\u5b57                  A model",
    ]


DIGESTS = ("sha256:" + "ab" * 32, "sha256:" + "cd" * 32)


def digests(columns: int) -> list[str]:
    rows = (("prompt/support/triage", "1.0.0", DIGESTS[0]), ("model/m", "-", DIGESTS[1]))
    paper = Paper(width=columns, is_terminal=True)
    return [part.plain for part in rows_in_columns(("what", "version", "sha256"), rows, paper, ("sha256",))]


def test_a_digest_that_does_not_fit_beside_the_rest_stands_whole_below() -> None:
    assert digests(103)[1] == f"prompt/support/triage  1.0.0    {DIGESTS[0]}"
    for columns in (102, 80, 73):
        assert digests(columns) == [
            "what                   version",
            "  sha256",
            "prompt/support/triage  1.0.0",
            f"  {DIGESTS[0]}",
            "model/m                -",
            f"  {DIGESTS[1]}",
        ]
    assert digests(72)[1].startswith("prompt/support/triage  1.0.0    sha256:abab")


def test_what_stands_above_a_digest_is_folded_too() -> None:
    rows = (("prompt/" + "a" * 90, DIGESTS[0]),)
    paper = Paper(width=80, is_terminal=True)
    found = [part.plain for part in rows_in_columns(("what", "sha256"), rows, paper)]
    assert found == ["what", "  sha256", "prompt/", "a" * 80, "a" * 10, f"  {DIGESTS[0]}"]


def test_where_no_width_helps_the_terminal_folds() -> None:
    assert shown(20)[0] == "id                     owners        title"


@given(
    st.integers(2, 5).flatmap(
        lambda size: st.lists(
            st.tuples(*[st.text(st.sampled_from("ab/ \u6f22\u0301"), max_size=30)] * size),
            min_size=1,
            max_size=4,
        )
    ),
    st.integers(60, 100),
)
def test_at_a_terminal_every_line_fits_and_no_character_is_lost(
    rows: list[tuple[str, ...]], columns: int
) -> None:
    headings = tuple("heading" for _ in rows[0])
    lines = [part.plain for part in rows_in_columns(headings, rows, Paper(width=columns, is_terminal=True))]
    assert max(width(text) for text in lines) <= columns
    lost = sorted("".join("".join(row) for row in rows).replace(" ", ""))
    assert sorted("".join(lines[1:]).replace(" ", "")) == lost


def test_a_row_of_another_length_is_a_bug() -> None:
    with pytest.raises(ValueError, match="zip"):
        list(rows_in_columns(("a", "b"), [("1",)], Paper()))
