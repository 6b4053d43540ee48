import pytest

from plmctl.core.instant import Then, day_of, instant, then, time_of


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("2026-03-04", "2026-03-04T23:59:59Z"),
        ("2026-03-04T05:06", "2026-03-04T05:06:59Z"),
        ("2026-03-04 05:06:07", "2026-03-04T05:06:07Z"),
        ("2026-03-04T05:06:07Z", "2026-03-04T05:06:07Z"),
        ("2026-03-04T05:06z", "2026-03-04T05:06:59Z"),
        ("2026-03-04T05:06:07+02:00", "2026-03-04T03:06:07Z"),
        ("2026-03-04T05:06-0230", "2026-03-04T07:36:59Z"),
    ],
)
def test_a_date_is_its_last_second_in_utc(text: str, last: str) -> None:
    found = instant(text)
    assert found is not None
    assert time_of(found) == last


@pytest.mark.parametrize(
    "text",
    [
        "v1.0.0",
        "",
        "2026",
        "2026-13-01",
        "2026-03-04T25:00",
        "20260304",
        "yesterday",
        "9999-12-31",
        "9999-12-31T23:59-14:00",
        "0001-01-01T00:00+14:00",
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert instant(text) is None


def test_a_second_belongs_to_a_day() -> None:
    assert day_of(1772582400) == "2026-03-04"
    assert day_of(1772582399) == "2026-03-03"


@pytest.mark.parametrize("seconds", [253402300800, 99999999999999, (1 << 64) - 1])
def test_a_second_that_no_calendar_has_belongs_to_none(seconds: int) -> None:
    assert (day_of(seconds), time_of(seconds)) == (None, "")
    assert (day_of(253402300799), time_of(253402300799)) == ("9999-12-31", "9999-12-31T23:59:59Z")


def test_the_newest_commit_that_says_no_later_time_counts() -> None:
    dates = (("c", 300), ("b", 200), ("a", 100))
    assert then(dates, 250) == Then(commit="b", seconds=200, behind=0)
    assert then(dates, 200) == Then(commit="b", seconds=200, behind=0)
    assert then(dates, 999) == Then(commit="c", seconds=300, behind=0)
    assert then(dates, 99) is None


def test_a_clock_that_went_backwards_is_counted() -> None:
    dates = (("d", 400), ("c", 150), ("b", 300), ("a", 100))
    assert then(dates, 200) == Then(commit="c", seconds=150, behind=1)
    assert then(dates, 100) == Then(commit="a", seconds=100, behind=0)
