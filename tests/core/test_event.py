from plmctl.core.event import Event, EventKind, in_utc, written_by
from plmctl.core.past import FileChange
from tests.core.pasts import ADA, BOB, EVE, commit_of

FILE = FileChange(path="a.lock", old=None, new="1")
OTHER = FileChange(path="b.lock", old=None, new="1")


def event(writers: tuple[str, ...], merged_by: str | None = None, **fields: str | None) -> Event:
    details = tuple(filter(None, (fields.pop("details", None),)))
    return Event(
        commit=commit_of("c", (FILE,), "promote"),
        kind=EventKind.PROMOTION,
        writers=writers,
        merged_by=merged_by,
        details=details,
        **fields,
    )


def test_people_are_told_by_their_names() -> None:
    assert event((ADA,)).people == "Ada"
    assert event((ADA,), ADA).people == "Ada"
    assert event((BOB, EVE), ADA).people == "Bob, Eve, merged by Ada"
    assert event(("",)).people == "nobody"


def test_versions_are_told_as_steps() -> None:
    assert event((ADA,)).versions == "-"
    assert event((ADA,), old="1.0.0", new="1.0.0").versions == "1.0.0"
    assert event((ADA,), old="1.0.0").versions == "1.0.0 -> none"
    assert event((ADA,), new="1.0.0").versions == "none -> 1.0.0"


def test_an_arm_stands_after_a_dot() -> None:
    assert event((ADA,), application="application/desk", arm="b").name == "desk.b"
    assert event((ADA,)).name == ""


def test_details_stand_beside_the_subject() -> None:
    assert event((ADA,)).remark == "promote"
    assert event((ADA,), details="pin 1 -> 2").remark == "promote (pin 1 -> 2)"


def test_times_are_told_in_utc() -> None:
    assert in_utc("2026-03-04T05:06:07+02:00") == "2026-03-04 03:06"
    assert in_utc("") == "-"
    assert in_utc("9999-12-31T23:59:59-14:00") == "9999-12-31T23:59:59-14:00"


def test_a_commit_is_written_by_its_author_and_a_merge_by_those_it_brought() -> None:
    paths = frozenset(("a.lock",))
    by_bob, by_eve = commit_of("b", (FILE,), author=BOB), commit_of("e", (FILE,), author=EVE)
    assert written_by(commit_of("c", (FILE,)), paths) == ((ADA,), None)
    merge = commit_of("m", (FILE,), parents=2, brought=(by_eve, by_bob, by_bob))
    assert written_by(merge, paths) == ((BOB, EVE), ADA)
    elsewhere = commit_of("m", (FILE,), parents=2, brought=(commit_of("o", (OTHER,), author=BOB),))
    assert written_by(elsewhere, paths) == ((ADA,), ADA)


def test_who_merges_into_a_side_writes_nothing_unless_nobody_else_did() -> None:
    paths = frozenset(("a.lock",))
    inner = commit_of("i", (FILE,), author=EVE, parents=2)
    by_bob = commit_of("b", (FILE,), author=BOB)
    assert written_by(commit_of("m", (FILE,), parents=2, brought=(inner, by_bob)), paths) == ((BOB,), ADA)
    assert written_by(commit_of("m", (FILE,), parents=2, brought=(inner,)), paths) == ((EVE,), ADA)
