"""SECURITY.md: each sentence of the promise stands on tests that exist."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from tests.hostile.rows import GROUPS, ROWS, WITHOUT
from tests.house.sources import sources
from tests.programs import REPOSITORY

# By hand, from the design: neither page may promise less.
PROMISE = """\
A release is there, whole, or not there; kill plmctl anywhere and run it again: one release, or a named
reason. Two people cannot both take a version. `validate` and `diff` on a stranger's pull request run no code
from it, open no connection, leave the repository untouched and answer in bounded time. A deployment needs
only its lock, its bundle and a public key to know, offline, that it serves exactly what was released; if one
bit differs, nothing loads.""".replace("\n", " ")
_TEST = re.compile(r"`(?P<path>tests/[\w/]+\.py)::(?P<name>\w+)`")
_YAML = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def page(name: str) -> str:
    return (REPOSITORY / name).read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """What stands under a heading, until the next one of the same level."""
    below = text.partition(f"\n{heading}\n")[2]
    return below.partition(f"\n{heading.partition(' ')[0]} ")[0]


def named(text: str) -> set[str]:
    """The tests that a text names."""
    return {f"{match['path']}::{match['name']}" for match in _TEST.finditer(text)}


def existing() -> Iterator[str]:
    """The tests that there are."""
    for source in sources("tests"):
        for node in source.tree.body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield f"{source.path}::{node.name}"


def workflows(name: str) -> list[dict[object, object]]:
    """The whole workflows of GitHub that a page shows, or that a file is."""
    text = page(name).replace("@BRANCHES@", "[main]")
    blocks = _YAML.findall(text) if Path(name).suffix == ".md" else [text]
    found = [yaml.safe_load(block) for block in blocks]
    return [block for block in found if isinstance(block, dict) and "jobs" in block]


def test_the_readme_prints_the_promise() -> None:
    said = section(page("README.md"), "## What it promises").strip().partition("\n\n")[0]
    assert " ".join(said.split()) == PROMISE


def test_each_sentence_of_the_promise_names_its_tests() -> None:
    promise = section(page("SECURITY.md"), "## The promise")
    assert " ".join(re.findall(r"^### (.+\.)$", promise, re.MULTILINE)) == PROMISE
    assert promise.count("\n### ") == 4
    parts = promise.split("\n### ")[1:]
    assert [part.partition("\n")[0] for part in parts if not named(part)] == []
    rows = [line for line in promise.splitlines() if line.startswith("| ") and line != "| | |"]
    assert [row for row in rows if not named(row)] == []


def test_each_test_that_is_named_exists() -> None:
    assert sorted(named(page("SECURITY.md")) - set(existing())) == []
    assert page("SECURITY.md").count("::test_") == len(_TEST.findall(page("SECURITY.md")))


def test_each_row_of_the_catalogue_has_a_test_or_is_known_to_have_none() -> None:
    rows = {f"{group}{number:02}" for group, count in GROUPS.items() for number in range(1, count + 1)}
    assert (ROWS.keys() | WITHOUT, ROWS.keys() & WITHOUT) == (rows, set())
    assert sorted({f"tests/{test}" for test in ROWS.values()} - set(existing())) == []


def test_no_workflow_gives_a_strangers_code_a_token_that_writes() -> None:
    shown = [
        w for name in ("SECURITY.md", "docs/ci.md", "plmctl/starter/ci/github.yml") for w in workflows(name)
    ]
    # YAML 1.1 reads the key `on` as true.
    events = [str(workflow.get("on", workflow.get(True))) for workflow in shown]
    assert [event for event in events if "pull_request_target" in event] == []
    (recommended,) = workflows("SECURITY.md")
    assert (recommended[True], recommended["permissions"]) == ("pull_request", {"contents": "read"})
    for workflow in shown:
        text = str(workflow)
        assert ("actions/checkout" in text) <= ("'persist-credentials': False" in text), workflow["name"]
        assert not ("workflow_run" in text and "actions/checkout" in text), workflow["name"]


def test_nothing_that_is_shipped_pulls_the_data_of_a_pull_request() -> None:
    files = [
        path
        for folder in ("action", "gitlab", "plmctl/starter/ci", "examples")
        for path in (REPOSITORY / folder).rglob("*")
        if path.suffix in (".yml", ".yaml", ".sh", ".json") and path.is_file()
    ]
    assert {path.parent.name for path in files} >= {"action", "ci"}
    hooks = REPOSITORY / ".pre-commit-hooks.yaml"
    moves = re.compile(r"data (pull|push)|dvc (pull|fetch)")
    assert [path for path in (*files, hooks) if moves.search(path.read_text(encoding="utf-8"))] == []
