from benchmarks.results import Allowed
from benchmarks.rows import ROWS, Row

KNOWN = {row.name: row for row in ROWS}


def allowed(row: Row) -> list[Allowed]:
    return [row.allowed_at(size) for size in row.sizes]


def test_rows_have_names_of_their_own_and_begin_with_the_smallest_size() -> None:
    assert len(KNOWN) == len(ROWS)
    assert [row.name for row in ROWS if sorted(row.sizes) != list(row.sizes)] == []


def test_numbers_are_asked_at_ten_thousand_manifests_and_growth_at_any() -> None:
    growing = Allowed(growth=1.5)
    assert allowed(KNOWN["diff, 20 changed"]) == [growing, Allowed(ratio=4, growth=1.5), growing]
    assert allowed(KNOWN["--version"]) == [Allowed(ratio=1.3)]
