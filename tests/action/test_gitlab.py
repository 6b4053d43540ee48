"""The jobs of the GitLab template, run in the checkout of a merge request."""

import subprocess
import sys
from pathlib import Path

import pytest

from plmctl.core.value import as_mapping, as_texts
from tests.action.runner import read
from tests.action.standin import READ_ONLY, TOKEN, Service
from tests.cli.shells import path_with, shim
from tests.commands.ground import folder_at, released, small_registry
from tests.git.builder import Folder
from tests.programs import REPOSITORY

TEMPLATE = REPOSITORY / "gitlab" / "plmctl.yml"


@pytest.fixture
def merge_request(tmp_path: Path) -> Folder:
    """A clone with a released main, and a branch that takes an input from a prompt's callers."""
    origin = small_registry(tmp_path / "origin")
    released(origin)
    origin.git("checkout", "-q", "-b", "topic")
    origin.commit({"prompts/greet.md": "Greet {{name}} at {{place}}.\n"})
    origin.git("clone", "-q", str(origin.path), str(tmp_path / "clone"))
    return folder_at(tmp_path / "clone")


def ran(job: str, at: Folder, tmp_path: Path, service: Service, **more: str) -> tuple[int, str]:
    """The exit code and the output of a job's script, in which the token never is."""
    programs = shim(tmp_path / "bin")
    keeper = programs / "plmctl-keep-comment"
    keeper.write_text(
        f'#!/bin/sh\nexec "{sys.executable}" -I "{REPOSITORY}/action/keep_comment.py" "$@"\n',
        encoding="utf-8",
    )
    keeper.chmod(0o755)
    variables = {
        "CI_API_V4_URL": service.url,
        "CI_MERGE_REQUEST_PROJECT_ID": "5",
        "CI_MERGE_REQUEST_IID": "7",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": at.git("rev-parse", "origin/main"),
        "PLMCTL_FAIL_ON": "breaking",
    }
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", "\n".join(as_texts(as_mapping(read(TEMPLATE)[job])["script"]))],
        cwd=at.path,
        env={**path_with(programs), **variables, **more},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    assert "secret" not in done.stdout
    return done.returncode, done.stdout


def test_a_merge_request_has_one_note(merge_request: Folder, service: Service, tmp_path: Path) -> None:
    code, said = ran("plmctl-diff", merge_request, tmp_path, service, PLMCTL_TOKEN=TOKEN)
    assert (code, said.splitlines()[-1]) == (1, "plmctl: the comment is created")
    merge_request.commit({"prompts/greet.md": "Greet {{name}} in {{tone}}.\n"})
    code, said = ran("plmctl-diff", merge_request, tmp_path, service, PLMCTL_TOKEN=TOKEN)
    assert (code, said.splitlines()[-1]) == (1, "plmctl: the comment is updated")
    assert service.bodies == [(merge_request.path / "plmctl.md").read_text(encoding="utf-8")]
    assert service.methods == ["POST", "PUT"]


@pytest.mark.parametrize("token", ["", READ_ONLY])
def test_without_a_token_that_may_write_the_report_is_an_artifact(
    token: str, merge_request: Folder, service: Service, tmp_path: Path
) -> None:
    code, said = ran("plmctl-diff", merge_request, tmp_path, service, PLMCTL_TOKEN=token)
    assert (code, service.bodies) == (1, [])
    assert said.splitlines()[-1].startswith("plmctl: notice: no comment was written: ")
    artifacts = as_mapping(as_mapping(read(TEMPLATE)["plmctl-diff"])["artifacts"])
    assert artifacts["paths"] == ["plmctl.md"]
    assert (merge_request.path / "plmctl.md").is_file()


def test_the_manifests_are_validated_for_gitlab(
    merge_request: Folder, service: Service, tmp_path: Path
) -> None:
    assert ran("plmctl-validate", merge_request, tmp_path, service)[0] == 0
    merge_request.write("models/small.yaml", "kind: [Model\n")
    assert ran("plmctl-validate", merge_request, tmp_path, service)[0] == 1
    assert "<failure" in (merge_request.path / "plmctl.xml").read_text(encoding="utf-8")
    artifacts = as_mapping(as_mapping(read(TEMPLATE)["plmctl-validate"])["artifacts"])
    assert artifacts["reports"] == {"junit": "plmctl.xml"}
