"""Every rule of validation fires where its examples say, and nowhere when they are mended."""

import json
import re
from collections.abc import Iterator

import pytest

from plmctl.commands.catalogue import validation_tables
from plmctl.core.finding import Finding
from plmctl.core.ports import EntryKind
from plmctl.rules.examples import Example, example_codes, example_of, side_of
from tests.programs import REPOSITORY

CHECKS = REPOSITORY / "docs" / "checks.md"


def example(code: str) -> Example:
    found = example_of(code)
    assert found is not None
    return found


def place(finding: Finding) -> str:
    return f"{finding.location} {finding.code}"


def clauses() -> Iterator[tuple[str, str]]:
    """Code and file of every row of docs/checks.md."""
    for row in re.finditer(r"^\| .* \| ([A-Z]{3}\d{3}) \| (.*) \|$", CHECKS.read_text("utf-8"), re.MULTILINE):
        yield from ((row[1], name) for name in re.findall(r"`([^`]+)`", row[2]))


@pytest.mark.parametrize("code", example_codes())
def test_what_is_found_in_the_bad_registry_is_what_was_written_down(code: str) -> None:
    assert sorted(map(place, example(code).bad.findings())) == sorted(example(code).expected)


@pytest.mark.parametrize("code", example_codes())
def test_nothing_is_found_in_the_mended_registry(code: str) -> None:
    assert example(code).good.findings() == ()


@pytest.mark.parametrize("code", example_codes())
def test_a_rule_shows_what_it_found_first_and_what_mends_it(code: str) -> None:
    assert example(code).shown().code == code
    # A file with a bad name is mended by another name, which is no line of a file.
    assert bool(example(code).mending()) is (code != "LNT002")


def test_every_rule_of_validation_has_an_example_and_there_are_no_others() -> None:
    assert list(example_codes()) == sorted(rule.code for _, rules in validation_tables() for rule in rules)


def test_no_example_is_a_second_registry_of_this_repository() -> None:
    assert list((REPOSITORY / "tests" / "examples").rglob("plmctl.yaml")) == []
    assert b"kind: Registry\n" in example("REF001").bad.tree.read("plmctl.yaml", limit=1000)


def test_a_code_without_an_example_has_none() -> None:
    assert example_of("PRM010") is None


@pytest.mark.parametrize("code", example_codes())
def test_every_manifest_that_is_mended_was_found_to_be_wrong(code: str) -> None:
    bad, good = example(code).bad.files, example(code).good.files
    mended = {path for path in bad if path.endswith((".yaml", ".dvc")) and good.get(path) != bad[path]}
    assert mended - {line.partition(":")[0].partition(" ")[0] for line in example(code).expected} == set()


@pytest.mark.parametrize("code", [c for c in example_codes() if c.startswith(("REF02", "LNT", "REC"))])
def test_every_finding_about_pointers_and_mistakes_says_what_to_do(code: str) -> None:
    assert [place(f) for f in example(code).bad.findings() if f.help is None and f.code == code] == []


@pytest.mark.parametrize(("code", "name"), [*clauses()])
def test_every_clause_of_the_design_has_a_file_that_breaks_it(code: str, name: str) -> None:
    paths = [path for path in example(code).bad.tree.paths() if path.endswith(f"/{name}")]
    found = {line for line in example(code).expected if line.endswith(f" {code}")}
    assert [line for line in found for path in paths if re.match(rf"{re.escape(path)}[: ]", line)]


def test_the_table_of_clauses_is_read_whole() -> None:
    rows = [line for line in CHECKS.read_text("utf-8").splitlines() if line.startswith("| ")]
    assert len({code for code, _ in clauses()}) > 25
    assert len(list(clauses())) >= len(rows) - 1


def test_a_tree_holds_what_no_checkout_can() -> None:
    linked = example("REF007").bad.tree
    assert linked.kind("prompts/texts/link.md") is EntryKind.LINK
    named = example("LNT002").bad
    assert "partials/case-twin.yaml" in named.files
    assert named.tree.kind("partials/case-twin.yaml") is None
    assert named.tree.kind("partials/Case.yaml") is EntryKind.FILE
    large = example("YML014").bad
    line = b"        The same advice, again and again: wait.\n"
    assert large.tree.read("prompts/long.yaml", limit=10**6).count(line) == 10_000
    assert large.files["prompts/long.yaml"].count(line) == 1


def test_a_mending_is_that_of_the_file_where_the_finding_is() -> None:
    assert example("REF001").shown().location.path == "prompts/reference.yaml"
    assert example("REF001").mending() == (
        "--- bad/prompts/reference.yaml",
        "+++ good/prompts/reference.yaml",
        "@@ -4,5 +4,5 @@",
        "   name: reference",
        " spec:",
        "-  model: smal",
        "+  model: small",
        "   messages:",
        "     - role: user",
    )


def test_a_mending_is_that_of_the_nearest_file_where_the_manifest_stays_as_it_is() -> None:
    assert example("REF009").shown().location.path == "prompts/latin.md"
    assert example("REF009").mending() == (
        "--- bad/prompts/latin.md",
        "+++ good/prompts/latin.md",
        "@@ -1 +1 @@",
        "-Wish a good Stra\\xdfe.",
        "+Wish a good Straße.",
    )


def test_a_file_that_was_not_there_is_all_new() -> None:
    assert example("REF007").good.files["prompts/manifest.yaml"].startswith(b"apiVersion")
    assert example("YML009").mending()[:4] == (
        "--- bad/prompts/empty.yaml",
        "+++ good/prompts/empty.yaml",
        "@@ -0,0 +1,9 @@",
        "+apiVersion: plmctl/v1",
    )


def test_a_line_that_stands_often_is_written_once_in_an_example() -> None:
    (path, note), *_ = json.loads((REPOSITORY / "tests/examples/YML013/tree.json").read_text("utf-8")).items()
    name, _, inside = path.partition("/")
    side = side_of("YML013", name)
    lines = side.files[inside].split(b"\n")
    repeated = lines[: note["line"] - 1] + [lines[note["line"] - 1]] * note["times"] + lines[note["line"] :]
    assert side.tree.read(inside, limit=1 << 26) == b"\n".join(repeated)
