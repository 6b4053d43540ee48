import pytest

from plmctl.core.finding import Finding, Level
from plmctl.core.ports import MemoryTree
from plmctl.core.registry import Registry, load
from plmctl.rules.checks import findings
from plmctl.rules.hidden import HIDDEN_RULES
from tests.rules.registries import SETTINGS, example_registry, manifest, registry_of

ORDER = "".join(chr(0xE0000 + ord(c)) for c in "go")
WORDS = "'go' is hidden in 2 tag characters"


def hidden(registry: Registry) -> list[Finding]:
    """What the texts of a registry hide."""
    return [finding for finding in findings(registry) if finding.rule in HIDDEN_RULES]


def told(files: dict[str, str], spec: str = "spec: {}\n") -> list[tuple[str, str, str | None]]:
    found = hidden(registry_of(files, spec))
    return [(f"{each.location}-{each.location.end_column}", each.message, each.source) for each in found]


def test_the_example_hides_nothing() -> None:
    assert hidden(example_registry()) == []


def test_a_place_in_a_file_is_that_of_the_file() -> None:
    # Decomposed: the text that is rendered has two characters fewer in front.
    line = "Cafe\u0301, cafe\u0301" + ORDER
    files = {
        "partials/a.yaml": manifest("Partial", "a", "contentFile: a.md\n"),
        "partials/a.md": f"\n{line}\n",
    }
    assert told(files) == [("partials/a.md:2:13-15", WORDS, line)]


def test_a_file_that_two_include_is_told_of_once() -> None:
    files = {f"partials/{n}.yaml": manifest("Partial", n, "contentFile: x.md\n") for n in "ab"}
    assert told(files | {"partials/x.md": ORDER}) == [("partials/x.md:1:1-3", WORDS, ORDER)]


def test_the_files_of_a_folder_are_read_and_what_is_no_text_is_not() -> None:
    spec = "uses: []\nfiles: [graph]\n"
    files: dict[str, str | bytes] = {
        "plmctl.yaml": SETTINGS,
        "applications/a.yaml": manifest("Application", "a", spec),
        "applications/graph/a.json": f"\ufeff\r\n{ORDER}",
        "applications/graph/b.bin": f"{ORDER}\0",
        "applications/graph/c.txt": b"\xff" + ORDER.encode(),
        "applications/graph/d.txt": ORDER + "x" * 1024 * 1024,
    }
    found = hidden(load(MemoryTree(files)))
    assert [str(each.location) for each in found] == ["applications/graph/a.json:2:1"]


def test_data_is_no_text_of_the_registry() -> None:
    spec = "purpose: [few-shot]\ndata: {git: faq.jsonl}\nformat: jsonl\n"
    files = {"datasets/a.yaml": manifest("Dataset", "a", spec), "datasets/faq.jsonl": f'{{"a": "{ORDER}"}}\n'}
    assert told(files) == []


def test_a_second_artifact_of_a_name_is_read_too() -> None:
    files = {f"partials/{n}.yaml": manifest("Partial", "a", f"content: Hi{ORDER}\n") for n in "ab"}
    assert [place for place, *_ in told(files)] == ["partials/a.yaml:5:14-16", "partials/b.yaml:5:14-16"]


def test_what_stands_over_lines_has_no_end() -> None:
    text = manifest("Partial", "a", 'content: "Hi' + r"\n" * 41 + 'you\n  there"\n')
    assert [place for place, *_ in told({"partials/a.yaml": text})] == ["partials/a.yaml:5:97-100"]


def test_the_settings_are_read() -> None:
    found = told({}, f"spec: {{}}\n# {ORDER}\n")
    assert found == [("plmctl.yaml:5:3-5", WORDS, f"# {ORDER}")]
    assert SETTINGS.count("\n") == 3


@pytest.mark.parametrize("level", ["off", "warning"])
def test_a_rule_has_the_level_that_the_registry_gives_it(level: str) -> None:
    rule = f"spec: {{rules: [{{code: LNT022, level: '{level}', reason: tests of a filter}}]}}\n"
    found = findings(
        registry_of({"partials/a.yaml": manifest("Partial", "a", f"content: Hi{ORDER}\n")}, rule)
    )
    assert [(each.code, each.level) for each in found] == (
        [] if level == "off" else [("LNT022", Level.WARNING)]
    )


def test_a_key_in_tags_is_masked() -> None:
    # Put together here, so that no scanner takes this file for a leak.
    key = "sk-" + "proj-Ab12Cd34Ef56Gh78Ij90"
    tags = "".join(chr(0xE0000 + ord(c)) for c in key)
    files = {"partials/a.yaml": manifest("Partial", "a", f"content: Hi{tags}\n")}
    assert [each[1] for each in told(files)] == ["'sk-p***' is hidden in 28 tag characters"]


def test_where_a_language_turns_the_order_is_meant() -> None:
    text = manifest(
        "Partial", "a", "content: \u05e7\u05e8\u05d0 \u2067README\u2069\n", ", labels: {language: he}"
    )
    assert told({"partials/a.yaml": text}) == []
    assert [place for place, *_ in told({"partials/a.yaml": text.replace("he}", "en}")})] == [
        "partials/a.yaml:5:16-17"
    ]


def test_the_reason_of_an_acceptance_is_read() -> None:
    path = ".plmctl/accepted/0123456789ab.yaml"
    accepted = "apiVersion: plmctl/v1\nkind: Acceptance\nfingerprint: '0123456789ab'\nrule: PRM001\n"
    accepted += f"artifact: prompt/a\npointer: ''\nreason: meant{ORDER}\nby: ada\n"
    assert told({path: accepted}) == [(f"{path}:7:14-16", WORDS, f"reason: meant{ORDER}")]


def test_of_a_large_folder_the_first_16_megabytes_are_read() -> None:
    files = {f"applications/graph/{n:02}.txt": "x" * 1024 * 1024 for n in range(16)}
    files |= {"applications/a.yaml": manifest("Application", "a", "uses: []\nfiles: [graph]\n")}
    assert told(files | {"applications/graph/15.txt": ORDER, "applications/graph/16.txt": ORDER}) == [
        ("applications/graph/15.txt:1:1-3", WORDS, ORDER),
        ("applications/graph/16.txt:1:1-3", WORDS, ORDER),
    ]
    assert told(files | {"applications/graph/16.txt": ORDER}) == []


def test_a_control_character_in_a_file_is_told_where_it_is() -> None:
    files = {
        "partials/a.yaml": manifest("Partial", "a", "contentFile: a.md\n"),
        "partials/a.md": "a\nb\x1b[8mc",
    }
    assert [place for place, *_ in told(files)] == ["partials/a.md:2:2-3"]


def test_what_is_beside_words_as_an_escape_is_seen() -> None:
    pattern = manifest("Partial", "a", 'content: Hi\nx-pattern: "^[^\\u200b]+$"\n')
    assert told({"partials/a.yaml": pattern}) == []
    assert [place for place, *_ in told({"partials/a.yaml": pattern.replace("\\u200b", "\u200b")})] == [
        "partials/a.yaml:6:18-19"
    ]
