import pytest

from plmctl.core.ports import MemoryTree
from plmctl.core.registry import load
from plmctl.rules.names import NAME_RULES, duplicate_artifact, names_fold
from plmctl.rules.rule import CheckRule
from tests.rules.registries import MODEL, SETTINGS, as_told, example_registry, manifest, told

PARTIAL = manifest("Partial", "a", "contentFile: a.md\n")
HELP = "rename one of them"


@pytest.mark.parametrize("rule", NAME_RULES, ids=lambda rule: rule.rule.code)
def test_rule_is_silent_on_the_example(rule: CheckRule) -> None:
    assert list(rule.findings(example_registry())) == []


def test_second_manifest_of_an_artifact_names_the_first() -> None:
    assert told(duplicate_artifact, {"models/z.yaml": MODEL}) == [
        (
            "models/z.yaml:3:18-19",
            "'model/m' is in models/m.yaml already",
            "give one of them another name, or delete it",
        )
    ]


def test_a_copy_is_told_and_not_the_file_that_is_called_by_the_name() -> None:
    assert told(duplicate_artifact, {"models/copy.yaml": MODEL}) == [
        (
            "models/copy.yaml:3:18-19",
            "'model/m' is in models/m.yaml already",
            "give one of them another name, or delete it",
        )
    ]


def test_manifests_that_differ_only_in_case() -> None:
    other = MODEL.replace("name: m", "name: n")
    message = "'models/m.yaml' and 'models/M.yaml' are one name on Windows and macOS"
    assert told(names_fold, {"models/M.yaml": other}) == [("models/m.yaml", message, HELP)]


def test_manifests_that_differ_only_in_how_an_accent_is_written() -> None:
    composed, decomposed = "partials/\u00e9.yaml", "partials/e\u0301.yaml"
    files = {name: manifest("Partial", f"p{len(name)}", "content: x\n") for name in (composed, decomposed)}
    message = f"'{composed}' and '{decomposed}' are one name on Windows and macOS"
    assert told(names_fold, files) == [(composed, message, HELP)]


def test_files_that_differ_only_in_case_are_told_at_the_field() -> None:
    files = {
        "partials/a.yaml": PARTIAL,
        "partials/b.yaml": manifest("Partial", "b", "contentFile: A.md\n"),
        "partials/a.md": "one",
        "partials/A.md": "two",
    }
    message = "'partials/a.md' and 'partials/A.md' are one name on Windows and macOS"
    assert told(names_fold, files) == [("partials/a.yaml:5:16-20", message, HELP)]


def test_folders_that_differ_only_in_case_are_told_once() -> None:
    files = {
        "prompts/T/a.yaml": manifest("Partial", "a", "content: x\n"),
        "prompts/t/b.yaml": manifest("Partial", "b", "content: x\n"),
        "prompts/t/c.yaml": manifest("Partial", "c", "content: x\n"),
    }
    message = "'prompts/t' and 'prompts/T' are one name on Windows and macOS"
    assert told(names_fold, files) == [("prompts/t/b.yaml", message, HELP)]


def test_doubles_are_files_too() -> None:
    registry = load(
        MemoryTree({"plmctl.yaml": SETTINGS + "spec: {}\n", "models/M.yaml": MODEL, "models/m.yaml": MODEL})
    )
    message = "'models/m.yaml' and 'models/M.yaml' are one name on Windows and macOS"
    assert [as_told(f) for f in names_fold.findings(registry)] == [("models/m.yaml", message, HELP)]
