"""The steps of the GitHub Action, run in the checkout of a pull request."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from plmctl.core.value import Value
from tests.action.runner import ACTION, Runner, read, steps
from tests.action.standin import READ_ONLY, Service
from tests.commands.ground import FILES, folder_at, released, small_registry
from tests.git.builder import Folder

MARKER = "<!-- plmctl-diff -->\n"
PLACE = {"prompts/greet.md": "Greet {{name}} at {{place}}.\n"}
TONE = {"prompts/greet.md": "Greet {{name}} at {{place}} in {{tone}}.\n"}
NUMBER = "github.event.pull_request.number"


@pytest.fixture
def origin(tmp_path: Path) -> Folder:
    """A registry with a release on main; pull requests are made from its branch topic."""
    folder = small_registry(tmp_path / "origin")
    released(folder)
    folder.git("checkout", "-q", "-b", "topic")
    return folder


def proposed(origin: Folder, files: dict[str, str]) -> None:
    """A commit on topic, and the merge of it that GitHub checks out."""
    origin.commit(files)
    origin.git("checkout", "-q", "--detach", "main")
    origin.git("merge", "-q", "--no-ff", "-m", "merge", "topic")
    origin.git("update-ref", "refs/pull/7/merge", "HEAD")
    origin.git("checkout", "-q", "topic")


def checked_out(origin: Folder, tmp_path: Path, service: Service, *depth: str, base: str = "main") -> Runner:
    """A job in what actions/checkout leaves of a pull request: by default one commit, and no tag."""
    number = len(list(tmp_path.glob("job*")))
    folder = folder_at(tmp_path / f"job{number}" / "checkout")
    folder.path.mkdir(parents=True)
    folder.git("init", "-q")
    folder.git("remote", "add", "origin", origin.path.as_uri())
    wanted = "+refs/pull/7/merge:refs/remotes/pull/7/merge"
    folder.git("fetch", "-q", *(depth or ("--no-tags", "--depth=1")), "origin", wanted)
    folder.git("checkout", "-q", "--detach", "refs/remotes/pull/7/merge")
    return Runner(
        checkout=folder,
        temporary=folder.path.parent,
        variables={"GITHUB_API_URL": service.url, "GITHUB_BASE_REF": base},
        event={NUMBER: "7"},
    )


@pytest.mark.parametrize("shell", ["dash", "bash"])
def test_a_pull_request_is_checked_and_has_one_comment(
    shell: str, origin: Folder, service: Service, tmp_path: Path
) -> None:
    proposed(origin, PLACE)
    job = checked_out(origin, tmp_path, service)
    job.shell = shell
    assert job.step("plmctl validate").code == 0
    found = job.step("plmctl diff")
    assert (found.code, found.outputs["changed"]) == (1, "true")
    assert "::error file=prompts/greet" in found.said
    assert job.step("Keep the comment").said == "plmctl: the comment is created\n"
    assert service.bodies == [job.summary]
    assert job.summary.startswith(MARKER)
    assert "place" in job.summary

    proposed(origin, TONE)
    job = checked_out(origin, tmp_path, service)
    assert (job.step("plmctl diff").code, job.step("Keep the comment").code) == (1, 0)
    assert job.step("Keep the comment").said == "plmctl: the comment is up to date\n"
    assert service.bodies == [job.summary]
    assert "tone" in job.summary
    assert service.methods == ["POST", "PATCH"]


def test_a_token_that_may_only_read_leaves_the_summary(
    origin: Folder, service: Service, tmp_path: Path
) -> None:
    proposed(origin, PLACE)
    job = checked_out(origin, tmp_path, service, "--tags")
    assert job.step("plmctl diff", fail_on="never").code == 0
    comment = job.step("Keep the comment", token=READ_ONLY)
    assert comment.code == 0
    assert comment.said.startswith("::notice title=plmctl::no comment was written: the token may not ")
    assert (service.bodies, job.summary.startswith(MARKER)) == ([], True)


def test_what_changes_nothing_gets_no_comment(origin: Folder, service: Service, tmp_path: Path) -> None:
    proposed(origin, {"notes.txt": "Nothing.\n"})
    job = checked_out(origin, tmp_path, service)
    found = job.step("plmctl diff", diff_reports="json=plmctl.json\nsarif=plmctl.sarif\n")
    assert (found.code, found.outputs["changed"]) == (0, "false")
    assert job.step("Keep the comment").said == "plmctl: the comment is not needed\n"
    assert service.bodies == []
    assert {path.name for path in job.checkout.path.glob("plmctl.*")} == {
        "plmctl.json",
        "plmctl.sarif",
        "plmctl.yaml",
    }


def test_a_step_has_no_more_annotations_than_are_shown(
    origin: Folder, service: Service, tmp_path: Path
) -> None:
    prompt = FILES["prompts/greet.yaml"].replace("model: small", "model: smal")
    more = {f"prompts/p{n}.yaml": prompt.replace("greet", f"p{n}") for n in range(12)}
    texts = {f"prompts/p{n}.md": "{{a}}\n" for n in range(12)}
    proposed(origin, {**more, **texts, "evals/greet.yaml": "kind: [EvalSuite\n"})
    job = checked_out(origin, tmp_path, service)
    for name in ("plmctl validate", "plmctl diff"):
        done = job.step(name, validate_reports="junit=plmctl.xml")
        assert (done.code, sum(line.startswith("::") for line in done.said.splitlines())) == (1, 10)
    assert (job.checkout.path / "plmctl.xml").exists()


def test_without_a_pull_request_there_is_nothing_to_compare(
    origin: Folder, service: Service, tmp_path: Path
) -> None:
    proposed(origin, PLACE)
    job = checked_out(origin, tmp_path, service, base="")
    found = job.step("plmctl diff")
    assert (found.code, found.outputs, job.summary) == (0, {}, "")
    assert found.said.startswith("::notice title=plmctl::nothing to compare with")
    assert job.step("plmctl diff", base="v1.0.0").code == 1


def test_a_base_that_cannot_be_fetched_is_told_with_the_line(
    origin: Folder, service: Service, tmp_path: Path
) -> None:
    proposed(origin, PLACE)
    hostile = "x$(touch${IFS}pwned)`touch${IFS}pwned`;touch${IFS}pwned"
    job = checked_out(origin, tmp_path, service, base=hostile)
    found = job.step("plmctl diff")
    assert found.code == 3
    assert "::warning title=plmctl::git cannot fetch: check out with 'fetch-depth: 0'" in found.said
    assert "run 'git fetch --unshallow origin " in found.said
    assert list(tmp_path.rglob("*pwned*")) == []
    origin.git("branch", hostile, "main")
    assert job.step("plmctl diff").code == 1
    assert list(tmp_path.rglob("pwned")) == []


def test_of_a_fork_another_workflow_keeps_the_comment(
    origin: Folder, service: Service, tmp_path: Path
) -> None:
    proposed(origin, {"notes.txt": "Nothing.\n"})
    job = checked_out(origin, tmp_path, service)
    run = "github.event.workflow_run"
    sha = origin.git("rev-parse", "topic")
    job.event = {
        f"{run}.head_repository.owner.login": "mallory",
        f"{run}.head_branch": "topic",
        f"{run}.head_sha": sha,
    }
    service.pulls = [{"number": 7, "label": "mallory:topic", "head": {"sha": sha}}]
    folder = job.step("plmctl diff").outputs["folder"]
    assert sorted(os.listdir(folder)) == ["changed", "diff.md"]
    keep = "Keep the comment"
    assert job.step(keep, ACTION / "comment", folder=folder).said == "plmctl: the comment is not needed\n"
    (Path(folder) / "changed").unlink()
    assert job.step(keep, ACTION / "comment", folder=folder).said == "plmctl: the comment is created\n"
    assert "its author could have changed what they say" in service.bodies[0]


@pytest.mark.parametrize("source", ["", "plmctl==9.9"])
def test_plmctl_is_installed_beside_the_pythons_of_the_job(source: str, tmp_path: Path) -> None:
    # What the real programs do is tested where the wheel is; here it is with which words they are called.
    python = tmp_path / "bin" / "python3"
    python.parent.mkdir()
    python.write_text(
        """\
#!/bin/sh
[ "$2" = -c ] && exit 0
echo "$@" >>"$LOG"
[ "$3" != venv ] || { mkdir -p "$4/bin" && cp "$0" "$4/bin/python"; }
""",
        encoding="utf-8",
    )
    python.chmod(0o755)
    variables = {
        "PATH": f"{python.parent}:{os.environ['PATH']}",
        "LOG": str(tmp_path / "log"),
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_PATH": str(tmp_path / "path"),
        "GITHUB_ACTION_PATH": "/the/action",
        "PLMCTL_SOURCE": source,
    }
    subprocess.run(["sh", str(ACTION / "install.sh")], cwd=tmp_path, env=variables, check=True)
    assert (tmp_path / "log").read_text(encoding="utf-8").splitlines() == [
        f"-I -m venv {tmp_path}/plmctl/venv",
        f"-I -m pip install --quiet --disable-pip-version-check -- {source or '/the/action/..'}",
    ]
    assert (tmp_path / "path").read_text(encoding="utf-8") == f"{tmp_path}/plmctl/bin\n"
    assert (tmp_path / "plmctl/bin/plmctl").readlink() == Path("../venv/bin/plmctl")


@pytest.mark.parametrize("name", ["action.yml", "comment/action.yml"])
def test_what_a_stranger_chooses_reaches_a_shell_through_the_environment_only(name: str) -> None:
    found = steps(ACTION / name)
    assert [step["run"] for step in found if "${{" in str(step.get("run"))] == []
    assert {step["shell"] for step in found} == {"sh"}
    assert as_uses(found) == []
    assert read(ACTION / name)["runs"] == {"using": "composite", "steps": found}


def as_uses(found: list[Mapping[str, Value]]) -> list[str]:
    return [str(step["uses"]) for step in found if "uses" in step]
