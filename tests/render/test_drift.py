from plmctl.core.drift import Drift, DriftKind
from plmctl.core.report import Report
from plmctl.render.drift import drift_lines
from plmctl.render.line import Paper
from plmctl.render.text import text

DRIFTS = (
    Drift(kind=DriftKind.BEHIND, message="staging has 1.2.0", environment="production", name="desk"),
    Drift(
        kind=DriftKind.STALE,
        message="it was made for '^1.0', the pin is '^1.1': run 'plmctl lock staging support-bot'",
        environment="staging",
        name="support-bot",
    ),
    Drift(kind=DriftKind.UNFINISHED, message="it was begun here", release="v1.3.0"),
)


def shown(columns: int, *drifts: Drift, is_terminal: bool = True) -> list[str]:
    """The drifts as lines."""
    return [
        part.plain for part in drift_lines(drifts or DRIFTS, Paper(width=columns, is_terminal=is_terminal))
    ]


WHOLE = [
    "",
    "production desk      behind      staging has 1.2.0",
    f"staging support-bot  stale       {DRIFTS[1].message}",
    "v1.3.0               unfinished  it was begun here",
]


def test_drifts_stand_in_columns_below_an_empty_line() -> None:
    assert shown(160) == WHOLE
    assert shown(40, is_terminal=False) == WHOLE


def test_what_is_said_is_folded_beside_its_columns() -> None:
    assert shown(80) == [
        "",
        "production desk      behind      staging has 1.2.0",
        "staging support-bot  stale       it was made for '^1.0', the pin is '^1.1': run",
        "                                 'plmctl lock staging support-bot'",
        "v1.3.0               unfinished  it was begun here",
    ]


def test_nothing_that_drifted_is_no_line() -> None:
    assert list(drift_lines((), Paper())) == []


def test_a_name_that_takes_the_line_leaves_room_for_what_is_said_of_it() -> None:
    long = Drift(kind=DriftKind.HELD, message="wrong answers", environment="production", name="x" * 70)
    assert max(map(len, shown(80, long))) <= 130


def test_what_a_manifest_says_is_made_visible_and_no_command() -> None:
    forged = Drift(kind=DriftKind.HELD, message="\x1b[2J\n::error::x", environment="production", name="desk")
    printed = text(Report(command="status", drifts=(forged,)), Paper())
    assert "\x1b" not in printed
    assert not any(row.startswith("::") for row in printed.split("\n"))
