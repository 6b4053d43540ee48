import pytest

from plmctl.core.call.refusal import Problem
from plmctl.core.remedy import first_options, option, remedy, takes
from plmctl.core.value import Value

SCHEMA: dict[str, Value] = {
    "type": "object",
    "required": ["ticket", "tier", "tone"],
    "properties": {
        "ticket": {"type": "string", "description": "The whole mail."},
        "tier": {"enum": ["guest", 3, None]},
        "days": {"type": "integer"},
        "tone": {"type": "string", "default": "calm"},
        "photos": {"type": "array", "items": {"type": ["string", "null"]}, "minItems": 1},
        "any": {},
        "order": {"$ref": "#/$defs/order"},
    },
    "$defs": {"order": {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}},
}


def mended(name: str, rule: str, given: dict[str, Value] | None = None) -> str | None:
    return remedy(Problem(input=name, rule=rule, message="wrong"), SCHEMA, given or {})


@pytest.mark.parametrize(
    ("name", "rule", "given", "expected"),
    [
        ("ticket", "required", None, "--input ticket=..."),
        ("ticket", "type", 3, "--input ticket=3"),
        ("ticket", "type", True, "--input ticket=true"),
        ("ticket", "type", ["x"], "--input ticket=..."),
        ("days", "type", "3", "--input days:=3"),
        ("days", "type", "three", "--input days:=0"),
        ("days", "type", "[", "--input days:=0"),
        ("days", "type", 3.5, "--input days:=0"),
        ("tier", "enum", "3", "--input tier:=3"),
        ("tier", "enum", "gust", "--input tier=guest"),
        ("photos", "type", "x", "--input 'photos:=[\"...\"]'"),
        ("photos", "media", 3, "--input photos=https://example.com"),
        ("order", "required", {}, "--input 'order:={\"id\": 0}'"),
        ("history", "messages", 3, '--input \'history:=[{"role": "user", "content": "..."}]\''),
        ("passages", "type", 3, None),
        ("ticket", "json", None, None),
        ("foo", "additionalProperties", 1, None),
        ("foo", "unknown", 1, None),
    ],
)
def test_the_option_that_mends_an_input(name: str, rule: str, given: Value, expected: str | None) -> None:
    assert mended(name, rule, {name: given}) == expected


def test_an_option_is_quoted_for_a_shell() -> None:
    assert option("a", "it's $HOME") == """--input 'a=it'"'"'s $HOME'"""
    assert option("a", "plain") == "--input a=plain"
    assert option("ä", {"b": "ö"}) == """--input 'ä:={"b": "ö"}'"""


def test_what_must_be_given_and_has_no_default() -> None:
    assert list(first_options(SCHEMA)) == ["--input ticket=...", "--input tier=guest"]


def test_what_is_taken_in_words() -> None:
    assert list(takes(SCHEMA)) == [
        "ticket  string, required: The whole mail.",
        "tier    one of guest, 3, null, required",
        "days    integer",
        'tone    string, default "calm"',
        "photos  array of string or null",
        "any     anything",
        "order   anything",
    ]
    assert list(takes({})) == []
