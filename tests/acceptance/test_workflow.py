"""The workflows that `init --ci` writes: what a runner would do with them, on a pull request."""

import re
import subprocess
from pathlib import Path
from typing import cast

import pytest
import yaml

from plmctl.core.starter import workflow
from plmctl.core.value import Value, as_items, as_mapping, as_text, as_texts
from tests.cli.shells import path_with, shim
from tests.commands.ground import folder_at, released, small_registry
from tests.git.builder import Folder

_PINNED = re.compile(r"[\w-]+/[\w-]+@[0-9a-f]{40}")


def loaded(service: str) -> dict[str, Value]:
    # PyYAML reads YAML 1.1, where `on` is a boolean.
    text = workflow(service, ("main",)).replace("\non:\n", "\n'on':\n")
    return cast(dict[str, Value], yaml.safe_load(text))


def steps() -> list[dict[str, Value]]:
    job = as_mapping(as_mapping(loaded("github")["jobs"])["check"])
    return [dict(as_mapping(step)) for step in as_items(job["steps"])]


def github_commands() -> list[str]:
    runs = [as_text(step.get("run")) for step in steps()]
    return [run for run in runs if run and not run.startswith("pip ")]


def gitlab_commands() -> list[str]:
    return [
        line
        for line in as_texts(as_mapping(loaded("gitlab")["plmctl"])["script"])
        if not line.startswith("pip ")
    ]


@pytest.fixture
def pull_request(tmp_path: Path) -> Folder:
    """A clone with a released main, and a branch that takes an input from a prompt's callers."""
    origin = small_registry(tmp_path / "origin")
    released(origin)
    origin.git("checkout", "-q", "-b", "topic")
    origin.commit({"prompts/greet.md": "Greet {{name}} at {{place}}.\n"})
    subprocess.run(["git", "clone", "-q", str(origin.path), str(tmp_path / "clone")], check=True)
    return folder_at(tmp_path / "clone")


def ran(command: str, at: Folder, tmp_path: Path, **more: str) -> tuple[int, str]:
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", command],
        cwd=at.path,
        env={**path_with(shim(tmp_path / "bin")), **more},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return done.returncode, done.stdout.decode()


def test_the_github_workflow_trusts_nobody() -> None:
    found = loaded("github")
    assert found["permissions"] == {"contents": "read"}
    assert found["on"] == {"pull_request": None, "push": {"branches": ["main"]}}
    uses = [str(step["uses"]) for step in steps() if "uses" in step]
    assert uses
    assert [used for used in uses if not _PINNED.fullmatch(used)] == []
    # What a stranger chooses reaches a shell through the environment only.
    assert [command for command in github_commands() if "${{" in command] == []


def test_the_github_workflow_finds_what_a_pull_request_breaks(pull_request: Folder, tmp_path: Path) -> None:
    summary = tmp_path / "summary"
    summary.touch()
    variables = {"BASE": "main", "GITHUB_STEP_SUMMARY": str(summary)}
    results = [ran(command, pull_request, tmp_path, **variables) for command in github_commands()]
    assert [code for code, _ in results] == [0, 0, 1]
    assert "::error file=prompts/greet" in results[2][1]
    assert summary.read_text(encoding="utf-8").startswith("<!-- plmctl-diff -->\n")


def test_the_gitlab_job_finds_what_a_merge_request_breaks(pull_request: Folder, tmp_path: Path) -> None:
    base = pull_request.git("rev-parse", "origin/main").strip()
    commands = gitlab_commands()
    on_request = [ran(c, pull_request, tmp_path, CI_MERGE_REQUEST_DIFF_BASE_SHA=base)[0] for c in commands]
    on_branch = [ran(c, pull_request, tmp_path, CI_MERGE_REQUEST_DIFF_BASE_SHA="")[0] for c in commands]
    assert (on_request, on_branch) == ([0, 0, 1], [0, 0, 0])
    assert (pull_request.path / "plmctl.xml").read_text(encoding="utf-8").startswith("<?xml")
    assert (pull_request.path / "plmctl.md").read_text(encoding="utf-8").startswith("<!-- plmctl-diff -->\n")
    artifacts = as_mapping(as_mapping(loaded("gitlab")["plmctl"])["artifacts"])
    assert (artifacts["reports"], artifacts["paths"]) == ({"junit": "plmctl.xml"}, ["plmctl.md"])
