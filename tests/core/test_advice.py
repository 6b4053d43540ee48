"""What is said about a value of the wrong type, or in the wrong form: how to write it."""

import pytest

from tests.core.test_schema_explanation import Told, found, in_metadata, in_spec

_VERSION = 'write a whole version such as "{}", or a range such as ^{}'
_NAME = "lower case letters and digits, with '-' and '_' inside, in segments divided by '/'"


@pytest.mark.parametrize(
    ("written", "cure"),
    [
        ("1.10", _VERSION.format("1.10.0", "1.10")),
        ("2", _VERSION.format("2.0.0", "2")),
        ("true", "write a whole version such as 1.4.0, or a range such as ^1.4 or '>=1.2, <2'"),
    ],
)
def test_a_version_that_is_a_number_is_told_as_it_is_written(written: str, cure: str) -> None:
    assert in_spec(f"{{pins: {{desk: {written}}}}}", "Environment") == [
        ("SCH004", 4, 21, f"spec.pins.desk must be text, not {written}", cure)
    ]


@pytest.mark.parametrize(
    ("written", "cure"),
    [("1.10", f"write {_NAME}"), ("110", 'quote it: "110"'), ("true", 'quote it: "true"')],
)
def test_a_name_is_quoted_where_quotes_make_it_one(written: str, cure: str) -> None:
    assert in_metadata(f"{{name: {written}}}") == [
        ("SCH004", 3, 18, f"metadata.name must be text, not {written}", cure)
    ]


@pytest.mark.parametrize(
    ("written", "cure"),
    [
        ("30k", "write 30000"),
        ("1.5 K", "write 1500"),
        ("2M", "write 2000000"),
        ("128,000", "write 128000"),
        ("1_000_000", "write 1000000"),
        ("0,7", "write 0.7"),
        ("-0,25", "write -0.25"),
        ("'30'", "write it without quotes: 30"),
        ("soon", None),
    ],
)
def test_a_number_that_is_a_text_is_written_out(written: str, cure: str | None) -> None:
    spec = f"\n  strategy: weighted\n  targets:\n    - model: m\n  timeoutSeconds: {written}"
    shown = written.strip("'")
    assert in_spec(spec, "Route") == [
        ("SCH004", 8, 19, f"spec.timeoutSeconds must be a number, not the text '{shown}'", cure)
    ]


def test_a_fraction_is_no_cure_where_a_whole_number_is_wanted() -> None:
    spec = "\n  strategy: weighted\n  targets:\n    - model: m\n  retries: 0,7"
    assert in_spec(spec, "Route") == [
        ("SCH004", 8, 12, "spec.retries must be a whole number, not the text '0,7'", None)
    ]


@pytest.mark.parametrize(
    ("targets", "place", "told", "cure"),
    [
        ("\n    - gpt", (7, 7), "the text 'gpt'", "write '- model: gpt'"),
        (' ["gpt"]', (6, 13), "the text 'gpt'", 'write {model: "gpt"}'),
        (
            "\n    - model:gpt",
            (7, 7),
            "the text 'model:gpt'",
            "write 'model: gpt', with a space after ':'",
        ),
        (
            "\n    - model:\u00a0gpt",
            (7, 7),
            "the text 'model:\u00a0gpt'",
            "write 'model: gpt', with a space after ':'",
        ),
        ("\n    - 3", (7, 7), "3", None),
    ],
)
def test_a_text_that_stands_for_a_mapping_is_written_as_one(
    targets: str, place: tuple[int, int], told: str, cure: str | None
) -> None:
    assert in_spec(f"\n  strategy: weighted\n  targets:{targets}", "Route") == [
        ("SCH004", *place, f"spec.targets[0] must be a mapping, not {told}", cure)
    ]


def test_a_text_that_is_no_item_tells_no_field() -> None:
    assert in_spec("text", "Route") == [("SCH004", 4, 7, "spec must be a mapping, not the text 'text'", None)]


def test_a_dash_without_a_space_begins_no_item() -> None:
    assert in_spec("\n  strategy: weighted\n  targets:\n    -model: gpt", "Route") == [
        ("SCH004", 7, 5, "spec.targets must be a list, not a mapping", "put a space after '-'")
    ]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("human", "user"),
        ("AI", "assistant"),
        ("bot", "assistant"),
        ("model", "assistant"),
        ("function", "tool"),
    ],
)
def test_other_words_for_a_role_are_known(written: str, meant: str) -> None:
    assert in_spec(f"{{model: m, messages: [{{role: {written}, content: hi}}]}}", "Prompt") == [
        (
            "SCH005",
            4,
            36,
            f"spec.messages[0].role is '{written}': it must be system, developer, user, assistant or tool",
            f"did you mean '{meant}'?",
        )
    ]


@pytest.mark.parametrize(
    ("written", "cure"),
    [
        ("2026-6-1", "write '2026-06-01'"),
        ("2026/06/01", "write '2026-06-01'"),
        ("2026-06-01T10:00:00Z", "write '2026-06-01'"),
        ("2026-13-01", None),
        ("June", None),
    ],
)
def test_a_date_in_another_form_is_told_once(written: str, cure: str | None) -> None:
    assert in_metadata(f"{{name: a, deprecation: {{since: '{written}'}}}}") == [
        (
            "SCH006",
            3,
            42,
            f"metadata.deprecation.since is '{written}': it must be a date such as 2026-10-01",
            cure,
        )
    ]


def test_a_day_that_is_not_in_the_calendar_is_told() -> None:
    assert in_metadata("{name: a, deprecation: {since: 2026-02-30}}") == [
        ("SCH007", 3, 42, "metadata.deprecation.since is '2026-02-30': there is no such date", None)
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "apiVersion: plmctl/v1\nKind: Model\n",
            ("SCH001", 2, 1, "'kind' is missing from the manifest, which has 'Kind'", "did you mean 'kind'?"),
        ),
    ],
)
def test_a_key_in_capitals_is_shown_where_the_right_one_is_missing(text: str, told: Told) -> None:
    assert found(text, "") == [told]
