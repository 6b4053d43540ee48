import pytest

from plmctl.core.assignment import Assignment, assignments, named_values, values
from plmctl.core.finding import ConfigurationError, UsageError


def given(*written: str, **files: bytes) -> object:
    return values(assignments("--input", written), files)


def refused(*written: str, **files: bytes) -> tuple[str, str | None]:
    with pytest.raises(UsageError) as error:
        given(*written, **files)
    return error.value.message, error.value.hint


def test_the_first_sign_parts_a_name_from_its_value() -> None:
    assert assignments("--input", ["a=b:=c@d", "b:=1", "c@d=e", "e.f=\n"]) == (
        Assignment(option="--input", name="a", sign="=", rest="b:=c@d"),
        Assignment(option="--input", name="b", sign=":=", rest="1"),
        Assignment(option="--input", name="c", sign="@", rest="d=e"),
        Assignment(option="--input", name="e.f", sign="=", rest="\n"),
    )


def test_a_text_is_a_text_whatever_it_holds() -> None:
    assert given("a=3", "b=", "c=@/etc/passwd", "d={{x}}", "e==") == {
        "a": "3",
        "b": "",
        "c": "@/etc/passwd",
        "d": "{{x}}",
        "e": "=",
    }


def test_json_is_a_value_of_its_type() -> None:
    assert given('a:={"b": [1, true, null, "\\ud83d\\ude00"]}', "n:=3") == {
        "a": {"b": [1, True, None, "\U0001f600"]},
        "n": 3,
    }


def test_a_file_is_its_text_without_a_byte_order_mark() -> None:
    assert given("a@mail", mail=b"\xef\xbb\xbfHi.\r\n") == {"a": "Hi.\r\n"}
    assert refused("a@mail", mail=b"\xff") == (
        "--input a@mail: the file is not UTF-8",
        "a text is UTF-8; give an image or audio as an address or a data URI",
    )


def test_what_assigns_nothing_is_refused() -> None:
    for written in ("", "a", "=b", ":a"):
        assert refused(written) == (
            f"--input {written}: no name with a value",
            "write '--input NAME=TEXT', or '--input NAME:=JSON'",
        )
    assert refused("a=1", "a:=2") == ("--input gives 'a' twice", "give it once")
    for word, why in (
        ("word", "at column 1, where a text would stand in double quotes"),
        ("{a: 1}", "at column 2, where a text would stand in double quotes"),
        (" ", "nothing is there"),
        ("[NaN]", "NaN is no number of it"),
    ):
        assert refused(f"a:={word}") == (
            f"--input a:={word}: no JSON: {why}",
            "write '--input a=TEXT' for a text, and quote JSON for the shell",
        )
    assert refused("a:=[1") == (
        "--input a:=[1: no JSON: a ',' or ']' is missing here",
        "write '--input a=TEXT' for a text, and quote JSON for the shell",
    )


def test_a_document_gives_values_by_name() -> None:
    assert named_values("in.json", b'{"a": "\\ud83d\\ude00",\n\t"b": [1]}') == {"a": "\U0001f600", "b": [1]}
    assert named_values("in.yaml", b"a: |\n  hi\nb: no\n") == {"a": "hi\n", "b": "no"}
    with pytest.raises(UsageError) as error:
        named_values("stdin", b"- a\n")
    assert (error.value.message, error.value.hint) == (
        "stdin does not give values by name",
        "write it as 'ticket: ...', a line each",
    )
    with pytest.raises(ConfigurationError) as broken:
        named_values("in.json", b'{"a": 1, "a": 2}')
    assert [(f.code, str(f.location)) for f in broken.value.findings] == [("YML020", "in.json:1:10")]
