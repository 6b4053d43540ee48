import json
from dataclasses import replace

from plmctl import __version__
from plmctl.commands.diff import judge
from plmctl.core.diff import compare
from plmctl.core.finding import Edit, Finding, Level, Location
from plmctl.core.report import Problem, Report
from plmctl.core.value import Value
from plmctl.render.sarif import sarif, uri
from tests.render.official import official
from tests.render.sample import (
    ACCEPTED,
    CHANGED_TEXT,
    DANGLING,
    INPUT_ADDED,
    PRICE,
    SILENCED,
    UNUSED_INPUT,
    judged,
)
from tests.rules.registries import manifest, registry_of


def log(report: Report) -> dict[str, Value]:
    """The log of a report as a value."""
    found = json.loads(sarif(report))
    assert isinstance(found, dict)
    return found


def fingerprints(*findings: Finding) -> list[str]:
    """The fingerprints of findings."""
    run = json.loads(sarif(Report(command="validate", findings=findings)))["runs"][0]
    return [result["partialFingerprints"]["plmctl/v1"] for result in run["results"]]


FIXED = replace(
    DANGLING,
    fix=(
        Edit(
            location=Location(path="prompts/greet.yaml", line=12, column=10, end_column=15),
            old="gpt-5",
            new="gpt-4",
        ),
    ),
)


def described(code: str, name: str, level: str, meaning: str) -> dict[str, object]:
    """A rule as the log describes it."""
    return {
        "id": code,
        "name": name,
        "shortDescription": {"text": meaning},
        "fullDescription": {"text": meaning},
        "help": {"text": f"Run 'plmctl explain {code}' for its page, with examples."},
        "defaultConfiguration": {"level": level},
    }


PLACE = {"startLine": 12, "startColumn": 10, "endLine": 12, "endColumn": 15}
DANGLING_RESULT = {
    "ruleId": "REF001",
    "ruleIndex": 0,
    "level": "error",
    "message": {
        "text": "no Model is named 'gpt-5'\nhelp: did you mean 'gpt-4'?\nrun 'plmctl list model' to see all"
    },
    "locations": [{"physicalLocation": {"artifactLocation": {"uri": "prompts/greet.yaml"}, "region": PLACE}}],
    "partialFingerprints": {"plmctl/v1": fingerprints(FIXED)[0]},
    "properties": {"artifact": "prompt/greet", "bump": None},
    "fixes": [
        {
            "description": {"text": "did you mean 'gpt-4'?\nrun 'plmctl list model' to see all"},
            "artifactChanges": [
                {
                    "artifactLocation": {"uri": "prompts/greet.yaml"},
                    "replacements": [{"deletedRegion": PLACE, "insertedContent": {"text": "gpt-4"}}],
                }
            ],
        }
    ],
}
UNUSED_RESULT = {
    "ruleId": "TPL003",
    "ruleIndex": 1,
    "level": "warning",
    "message": {"text": "input 'name' is never used"},
    "locations": [
        {"physicalLocation": {"artifactLocation": {"uri": "prompts/greet.yaml"}, "region": {"startLine": 3}}}
    ],
    "partialFingerprints": {"plmctl/v1": fingerprints(UNUSED_INPUT)[0]},
    "properties": {"artifact": None, "bump": None},
}


def test_findings_are_results_with_their_rules() -> None:
    report = Report(command="validate", findings=(FIXED, UNUSED_INPUT, SILENCED))
    rules = [
        described("REF001", "no-such-artifact", "error", "It is not there."),
        described("TPL003", "unused-input", "warning", "Nobody reads it."),
    ]
    version = {"version": __version__, "semanticVersion": __version__}
    assert log(report) == {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "plmctl", **version, "rules": rules}},
                "columnKind": "unicodeCodePoints",
                "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": []}],
                "results": [DANGLING_RESULT, UNUSED_RESULT],
            }
        ],
    }


def test_every_shape_is_valid_by_the_official_schema() -> None:
    whole = replace(UNUSED_INPUT, location=Location(path="a b/\u6f22:%.yaml"), level=Level.INFO)
    wordless = replace(FIXED, help=None)
    reports = (
        Report(command="validate"),
        Report(command="validate", findings=(FIXED, UNUSED_INPUT, SILENCED, whole, wordless)),
        Report(
            command="diff",
            judgements=(judged(CHANGED_TEXT, "the text changed", old="a", new="b"), judged(PRICE, "cheaper")),
            problems=(Problem(message="x.yaml cannot be read", hint="mend it"), Problem(message="no")),
        ),
    )
    assert [error.message for report in reports for error in official().iter_errors(log(report))] == []


def test_the_official_schema_refuses_what_is_wrong() -> None:
    right = sarif(Report(command="validate", findings=(FIXED,)))
    for old, new in (
        ('"prompts/greet.yaml"', '"prompts/a b.yaml"'),
        ('"startLine": 12', '"startLine": 0'),
        ('"level": "error"', '"level": "info"'),
        ('"insertedContent"', '"inserted"'),
    ):
        assert old in right
        assert not official().is_valid(json.loads(right.replace(old, new)))


def test_a_judgement_says_its_bump_and_what_stopped_is_a_notification() -> None:
    judgement = judged(CHANGED_TEXT, "the text changed", old="a", new="b")
    report = Report(
        command="diff",
        judgements=(judgement,),
        problems=(Problem(message="x", hint="y"), Problem(message="z")),
    )
    run = json.loads(sarif(report))["runs"][0]
    assert run["invocations"] == [
        {
            "executionSuccessful": False,
            "toolExecutionNotifications": [
                {"level": "error", "message": {"text": "x\ny"}},
                {"level": "error", "message": {"text": "z"}},
            ],
        }
    ]
    assert run["results"] == [
        {
            "ruleId": "PRM040",
            "ruleIndex": 0,
            "level": "warning",
            "message": {"text": "prompt/greet: the text changed"},
            "locations": [],
            "partialFingerprints": {"plmctl/v1": run["results"][0]["partialFingerprints"]["plmctl/v1"]},
            "properties": {"artifact": "prompt/greet", "bump": "minor", "fingerprint": "3f9a1c22b0de"},
        }
    ]


def test_what_is_accepted_is_suppressed_with_its_reason() -> None:
    accepted = judged(INPUT_ADDED, "input 'tone' was added", acceptance=ACCEPTED)
    (result,) = json.loads(sarif(Report(command="diff", judgements=(accepted,))))["runs"][0]["results"]
    assert result["level"] == "error"
    assert result["suppressions"] == [
        {
            "kind": "external",
            "status": "accepted",
            "justification": "nobody calls it (Ada <ada@example.com>)",
            "location": {
                "physicalLocation": {"artifactLocation": {"uri": ".plmctl/accepted/3f9a1c22b0de.yaml"}}
            },
        }
    ]


def test_a_fingerprint_stays_when_lines_come_and_go_and_two_that_are_alike_differ() -> None:
    lower = replace(DANGLING, location=Location(path="b.yaml", line=90, column=10, end_column=15))
    other = replace(DANGLING, source="  other: gpt-5")
    assert fingerprints(DANGLING) == fingerprints(lower)
    assert fingerprints(DANGLING) != fingerprints(other)
    first, second = fingerprints(DANGLING, lower)
    assert (first, second) == (f"{first[:-2]}:1", f"{first[:-2]}:2")
    # Without a source line the message tells, and without an artifact the path does.
    assert fingerprints(UNUSED_INPUT) == fingerprints(
        replace(UNUSED_INPUT, location=Location(path="prompts/greet.yaml", line=4))
    )
    assert fingerprints(UNUSED_INPUT) != fingerprints(
        replace(UNUSED_INPUT, location=Location(path="b.yaml", line=3))
    )


def test_a_path_is_a_relative_reference_whatever_its_bytes() -> None:
    assert [uri(p) for p in ("a/b.yaml", "a b:c%.yaml", "\u6f22.yaml", "x\udcff")] == [
        "a/b.yaml",
        "a%20b%3Ac%25.yaml",
        "%E6%BC%A2.yaml",
        "x%FF",
    ]


def test_a_manifest_writes_no_link_and_hides_nothing() -> None:
    evil = replace(DANGLING, message="[click](https://evil.example) \x1b[0m\u202e\udcff [x]", help=None)
    written = sarif(Report(command="validate", findings=(evil,)))
    assert written.isascii()
    result = json.loads(written)["runs"][0]["results"][0]
    assert result["message"]["text"] == ("\\[click\\](https://evil.example) \\x1b[0m\\u202e\\xff [x]")


PROMPT = "model: m\nmessages: [{role: user, content: TEXT}]\n"
BEFORE = {
    "prompts/old name.yaml": manifest("Prompt", "old", PROMPT.replace("TEXT", "hi")),
    "prompts/gone.yaml": manifest("Prompt", "gone", PROMPT.replace("TEXT", "hi")),
    "applications/desk.yaml": manifest("Application", "desk", "uses: [prompt/old]\n"),
}
AFTER = {
    "prompts/new name.yaml": manifest(
        "Prompt", "new", PROMPT.replace("TEXT", "hello"), metadata=", formerly: [old]"
    ),
    "applications/desk.yaml": manifest("Application", "desk", "uses: [prompt/new]\n"),
}


def test_what_was_renamed_removed_and_depends_on_it_is_valid() -> None:
    before, after = registry_of(BEFORE), registry_of(AFTER)
    judgements = judge(before, after, compare(before, after), "2026-01-15")
    found = log(Report(command="diff", judgements=judgements))
    assert [error.message for error in official().iter_errors(found)] == []
    results = json.loads(json.dumps(found))["runs"][0]["results"]
    places = {
        (result["ruleId"], result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
        for result in results
    }
    # What is gone stands where it stood, in a file of that name; what depends on a change stands where it is.
    assert {
        ("PRM001", "prompts/gone.yaml"),
        ("PRM040", "prompts/new%20name.yaml"),
        ("REG006", "applications/desk.yaml"),
    } <= places
    assert len({result["partialFingerprints"]["plmctl/v1"] for result in results}) == len(results)
