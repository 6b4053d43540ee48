"""`hostile.md` Y, one test a line: the reader in a process of its own, with limits of time and memory."""

import json
import subprocess
import sys
from pathlib import Path

from tests.hostile.yaml_cases import CATALOGUE, Case

ROOT = Path(__file__).parents[2]
SECONDS = 10
PEAK_MIB = 200


def _messages(line: str) -> list[str]:
    """Every file of a line of the catalogue was judged as expected; what was said of them."""
    cases = [case for case in CATALOGUE if case.name.startswith(f"{line}-")]
    assert cases
    return [message for case in cases for message in _judged(case)]


def _judged(case: Case) -> list[str]:
    process = subprocess.run(
        [sys.executable, "-m", "tests.hostile.yaml_reading"],
        input=case.data(),
        capture_output=True,
        cwd=ROOT,
        timeout=SECONDS,
        check=False,
    )
    assert (process.returncode, process.stderr) == (0, b""), case.name
    answer = json.loads(process.stdout)
    found = [(code, line, column) for code, line, column, _ in answer["found"]]
    assert (case.name, frozenset(found), len(found)) == (case.name, case.expected, len(case.expected))
    # The 50 MB of input are the test's own, not the reader's.
    assert answer["peak"] < PEAK_MIB, case.name
    return [message for *_, message in answer["found"]]


def test_y01_an_alias_bomb_is_refused_at_its_anchors() -> None:
    _messages("y01")


def test_y02_a_merge_key_bomb_is_refused_at_its_merge_keys() -> None:
    _messages("y02")


def test_y03_a_recursive_alias_is_refused() -> None:
    _messages("y03")


def test_y04_60000_brackets_stop_at_depth_64() -> None:
    _messages("y04")


def test_y05_depth_1000_stops_at_depth_64() -> None:
    _messages("y05")


def test_y06_size_is_checked_before_parsing() -> None:
    assert _messages("y06") == [
        "the file has 50,000,003 bytes, over the limit of 1,048,576",
        "a text over 256 KiB",
    ]


def test_y07_200000_keys_stop_at_50000_nodes() -> None:
    _messages("y07")


def test_y08_keys_are_strings() -> None:
    _messages("y08")


def test_y09_200_dashes_on_a_line_stop_at_depth_64() -> None:
    _messages("y09")


def test_y10_a_duplicate_key_names_both_places() -> None:
    assert _messages("y10") == [
        "the key 'c' is already on line 2, column 5",
        "the key 'a' is already on line 1, column 1",
        "the key '\u00e9' is already on line 1, column 1",
    ]


def test_y11_old_booleans_octals_and_times_are_read() -> None:
    _messages("y11")


def test_y12_a_bad_date_and_5000_digits_raise_nothing() -> None:
    _messages("y12")


def test_y13_numbers_that_are_not_finite_are_refused() -> None:
    _messages("y13")


def test_y14_tags_and_directives_are_refused() -> None:
    _messages("y14")


def test_y15_binary_sets_and_complex_keys_are_refused() -> None:
    _messages("y15")


def test_y16_a_raw_nul_is_refused() -> None:
    _messages("y16")


def test_y17_escaped_controls_are_refused() -> None:
    _messages("y17")


def test_y18_an_escaped_surrogate_is_refused() -> None:
    _messages("y18")


def test_y19_only_utf_8_is_read() -> None:
    assert _messages("y19") == [
        "byte 0xff at offset 0 is not UTF-8",
        "NUL: this is no text",
        "byte 0xe9 at offset 11 is not UTF-8",
    ]


def test_y20_a_byte_order_mark_first_is_a_warning_and_later_an_error() -> None:
    _messages("y20")


def test_y21_crlf_and_lone_cr_are_read() -> None:
    _messages("y21")


def test_y22_several_documents_and_none_are_refused() -> None:
    _messages("y22")


def test_every_file_of_the_catalogue_belongs_to_one_of_the_22_lines() -> None:
    assert {case.name[:3] for case in CATALOGUE} == {f"y{n:02}" for n in range(1, 23)}
    assert len({case.name for case in CATALOGUE}) == len(CATALOGUE)
