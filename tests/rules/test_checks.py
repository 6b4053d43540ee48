from collections.abc import Iterator

import pytest

from plmctl.core.finding import Level, Location, sorted_findings
from plmctl.core.registry import Registry
from plmctl.rules.checks import CHECK_RULES, findings
from plmctl.rules.guess import Guesses
from plmctl.rules.rule import Fault, check_rule
from tests.rules.registries import example_registry, manifest, registry_of

PROMPT = manifest(
    "Prompt",
    "a/p",
    "model: mm\ninputs: {type: object, properties: {spare: {}}}\n"
    "messages: [{role: user, content: hi}]\nwrong: 1\n",
)
FILES = {"prompts/p.yaml": PROMPT}


def levels(rules: str, today: str | None = None) -> dict[str, str]:
    """The level of each finding of one prompt, by code, under overrides."""
    spec = f"spec: {{rules: [{rules}]}}\n"
    return {f.code: f.level.value for f in findings(registry_of(FILES, spec), today)}


def test_the_example_has_no_findings() -> None:
    registry = example_registry()
    assert findings(registry) == ()
    # Where things stand nobody asked: to find it takes longer than to read a file.
    found = [m.path for m in registry.manifests.values() if "table" in vars(m.document.places)]
    assert found == []


def test_codes_are_unique_and_every_rule_is_described() -> None:
    codes = [rule.rule.code for rule in CHECK_RULES]
    assert len(set(codes)) == len(codes)
    assert all(rule.rule.meaning for rule in CHECK_RULES)


def test_findings_of_reading_and_of_rules_are_in_order_with_their_artifact() -> None:
    found = findings(registry_of(FILES))
    assert [(f.code, str(f.location), f.artifact) for f in found] == [
        ("REF001", "prompts/p.yaml:5:10", "prompt/a/p"),
        ("TPL002", "prompts/p.yaml:6:39", "prompt/a/p"),
        ("SCH002", "prompts/p.yaml:8:3", "prompt/a/p"),
    ]
    assert found == sorted_findings(found)


def test_findings_of_files_that_could_not_be_read_have_no_artifact() -> None:
    (finding,) = findings(registry_of({"models/b.yaml": "kind: Model\nkind: Model\n"}))
    assert (finding.code, finding.artifact) == ("YML020", None)


USUAL = {"REF001": "error", "SCH002": "error", "TPL002": "warning"}


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("", USUAL),
        ("{code: TPL002, level: error, reason: r}", USUAL | {"TPL002": "error"}),
        ("{code: SCH002, level: info, reason: r, artifacts: ['prompt/a/*']}", USUAL | {"SCH002": "info"}),
        ("{code: SCH002, level: info, reason: r, artifacts: ['prompt/b/*']}", USUAL),
        ("{code: TPL002, level: 'off', reason: r}", {"REF001": "error", "SCH002": "error"}),
        (
            "{code: TPL002, level: error, reason: r}, {code: TPL002, level: info, reason: r}",
            USUAL | {"TPL002": "info"},
        ),
        ("{code: TPL002, bump: minor, reason: r}", USUAL),
    ],
)
def test_levels_are_those_that_the_registry_asks_for(rules: str, expected: dict[str, str]) -> None:
    assert levels(rules) == expected


@pytest.mark.parametrize(
    ("today", "level"),
    [(None, "error"), ("2026-05-01", "error"), ("2026-05-31", "error"), ("2026-06-01", "warning")],
)
def test_override_ends_after_its_last_day(today: str | None, level: str) -> None:
    rules = "{code: TPL002, level: error, reason: r, until: '2026-05-31'}"
    assert levels(rules, today) == USUAL | {"TPL002": level}


@pytest.mark.parametrize(
    ("today", "codes"),
    [(None, []), ("2026-12-01", []), ("2026-12-02", ["LNT015"]), ("2027-03-01", ["LNT015"])],
)
def test_rules_that_depend_on_the_day_are_told_it(today: str | None, codes: list[str]) -> None:
    spec = 'provider: openai\nmodel: x-001\nretires: "2027-01-31"\n'
    registry = registry_of({"models/a.yaml": manifest("Model", "a", spec)})
    assert [finding.code for finding in findings(registry, today)] == codes


def test_a_hundred_warnings_do_not_hide_the_error_below_them() -> None:
    names = "".join(f"    n{number:03}: {{}}\n" for number in range(98))
    spec = (
        f"inputs:\n  type: object\n  properties:\n{names}messages: [{{role: user, content: hi}}]\nmodel: mm\n"
    )
    files = {"prompts/p.yaml": manifest("Prompt", "p", spec + "context: a\nguardrails: [b]\n")}
    found = findings(registry_of(files))
    assert len(found) == 100
    assert [f.code for f in found[-3:]] == ["REF001", "REF001", "REF001"]
    assert found[96].message == "nothing uses the input 'n096'"


@pytest.mark.parametrize(
    ("location", "source"),
    [
        (Location(path="partials/a.md", line=2, column=1), "two"),
        (Location(path="partials/a.md"), None),
        (Location(path="elsewhere.md", line=1), None),
        (Location(path="partials/a.yaml", line=2), "kind: Partial"),
        (Location(path="partials/a.yaml"), None),
    ],
)
def test_source_line_is_that_of_the_file_where_the_place_is(location: Location, source: str | None) -> None:
    @check_rule("LNT999", "test", Level.ERROR)
    def anywhere(registry: Registry) -> Iterator[Fault]:
        """A rule of this test."""
        yield Fault(manifest=registry.manifests["partial/a"], location=location, message="here")

    files = {
        "partials/a.yaml": manifest("Partial", "a", "contentFile: a.md\n"),
        "partials/a.md": "one\ntwo\n",
    }
    assert [f.source for f in anywhere.findings(registry_of(files))] == [source]


def test_guesses_stop_when_too_many_words_were_compared() -> None:
    guesses = Guesses(comparisons=3)
    assert guesses.near("nmae", ("name", "size")) == "name"
    assert not guesses.is_over
    assert guesses.near("sise", ("name", "size")) is None
    assert guesses.is_over
    assert guesses.near("nmae", ("name", "size")) == "name"


def test_what_was_meant_beyond_doubt_counts_as_well() -> None:
    guesses = Guesses(comparisons=3)
    assert guesses.certain("nmae", ("name", "size")) is None
    assert Guesses(comparisons=4).certain("nmae", ("name", "size")) == "name"
