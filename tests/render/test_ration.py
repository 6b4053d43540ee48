from dataclasses import replace

from plmctl.core.judgement import Judgement
from plmctl.core.report import Moved
from plmctl.render.ration import Entry, Kept, Rationed, Room, rationed
from plmctl.render.section import Section
from tests.render.sample import CHANGED_TEXT, INPUT_ADDED, judged

BREAKS = judged(INPUT_ADDED, "B", new="value")
CHANGES = judged(CHANGED_TEXT, "c", new="value")
PLAIN = replace(CHANGES, message="p", change=replace(CHANGES.change, pointer=()))
MOVE = Moved(artifact="b", old="x", new="y")
FIRST = Section(artifact="a", judgements=(BREAKS, CHANGES, PLAIN))
SECOND = Section(artifact="b", judgements=(CHANGES, BREAKS), moves=(MOVE,))


class Letters:
    """A pen that needs 10 for an artifact, 2 for an entry, and so many as it is told for values."""

    end = "."

    def __init__(self, values: int = 4):
        self.asked: list[str] = []
        self._values = "v" * values

    def frame(self, section: Section) -> str:
        return "f" * 10

    def entry(self, entry: Entry) -> str:
        return "m" if isinstance(entry, Moved) else entry.message

    def values(self, judgement: Judgement) -> str:
        self.asked.append(judgement.message)
        return self._values


def chosen(room: int, values: int = 4) -> Rationed:
    """What fits in a room."""
    return rationed((FIRST, SECOND), Letters(values), Room(room, len))


def told(result: Rationed) -> list[str]:
    """Each artifact with its entries, the values behind them, and how many are left out."""
    return [f"{kept.section.artifact}: {_entries(kept)} +{kept.left_out}" for kept in result.kept]


def _entries(kept: Kept) -> str:
    return " ".join(said + values for said, values in kept.entries)


def test_where_there_is_room_all_is_shown_in_its_order() -> None:
    result = chosen(1000)
    assert told(result) == ["a: Bvvvv cvvvv p +0", "b: cvvvv Bvvvv m +0"]
    assert (result.artifacts, result.breaking, result.changes, result.values) == (0, 0, 0, 0)


def test_what_breaks_is_said_first_and_the_first_that_does_not_fit_ends_it() -> None:
    # Two frames and two entries are 24; the third entry is said, the fourth is not.
    result = chosen(27)
    assert told(result) == ["a: B c +1", "b: B +2"]
    assert (result.artifacts, result.breaking, result.changes, result.values) == (0, 0, 3, 3)


def test_an_artifact_of_which_nothing_is_shown_is_left_out() -> None:
    result = chosen(12)
    assert told(result) == ["a: B +2"]
    assert (result.artifacts, result.breaking, result.changes, result.values) == (1, 1, 5, 1)
    nothing = chosen(5)
    assert nothing == Rationed(kept=(), artifacts=2, breaking=2, changes=6, values=0)


def test_shown_and_left_out_are_all_at_every_size() -> None:
    for room in range(0, 400, 7):
        result = chosen(room, 90)
        shown = [entry for kept in result.kept for entry in kept.entries]
        assert len(shown) + result.changes == 6
        assert len(result.kept) + result.artifacts == 2
        assert sum(kept.left_out for kept in result.kept) <= result.changes
        size = 10 * len(result.kept) + sum(len(said + values) + 1 for said, values in shown)
        assert size <= room


def test_values_of_what_breaks_come_before_others() -> None:
    # 32 say everything, and three values of 100 fit: the last to be asked for waits.
    value = "v" * 100
    assert told(chosen(400, 100)) == [f"a: B{value} c{value} p +0", f"b: c B{value} m +0"]
    assert chosen(400, 100).values == 1


def test_values_of_what_breaks_leave_room_to_say_the_rest() -> None:
    many = Section(artifact="a", judgements=(BREAKS, *(CHANGES,) * 100))
    # 212 say everything; with the value of 250 at once there would be no room for half of it.
    result = rationed((many,), Letters(250), Room(312, len))
    assert (result.changes, result.values) == (0, 101)


def test_values_of_what_breaks_are_worth_more_than_to_say_all_the_rest() -> None:
    many = Section(artifact="a", judgements=(BREAKS, *(CHANGES,) * 400))
    result = rationed((many,), Letters(250), Room(600, len))
    # 12 say what breaks, 250 of the half of 588 show it, and the 338 that are left say 169 of the others.
    assert result.kept[0].entries[0] == ("B", "v" * 250)
    assert (len(result.kept[0].entries), result.changes) == (170, 231)


def test_after_many_that_do_not_fit_no_other_is_tried() -> None:
    pen = Letters(500)
    many = Section(artifact="a", judgements=(CHANGES,) * 40)
    result = rationed((many,), pen, Room(400, len))
    assert (result.changes, result.values, len(pen.asked)) == (0, 40, 11)


def test_a_room_keeps_what_it_is_told_to_keep_and_lends_a_part() -> None:
    room = Room(10, len)
    assert [room.take("1234567", keep=4), room.take("123456", keep=4), room.left] == [False, True, 4]
    part = room.split(3)
    assert [part.take("1234"), part.take("123"), part.left, room.left] == [False, True, 0, 4]
    assert room.split(9).left == 4


def test_of_nothing_nothing_is_shown() -> None:
    assert rationed((), Letters(), Room(100, len)) == Rationed(kept=())
