from pathlib import Path

import pytest

from plmctl.commands.impact import ImpactOptions, impact
from plmctl.core.finding import PlmctlError, UsageError
from plmctl.core.report import Report
from tests.commands.builder import APPLICATION, ENVIRONMENT, LOCK, opened, released_shop, shop
from tests.git.builder import Folder

SUITE = """\
apiVersion: plmctl/v1
kind: EvalSuite
metadata: {name: tone}
spec: {target: prompt/greet, metrics: [{name: x}]}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Three releases, and a lock of `desk` in production at the second."""
    made = released_shop(tmp_path_factory.mktemp("impact") / "repo")
    made.write("evals/tone.yaml", SUITE)
    return made


def reached(folder: Folder, *artifacts: str) -> Report:
    with opened(folder) as repo:
        return impact(repo, ImpactOptions(artifacts=artifacts))


def told(report: Report) -> tuple[tuple[str, ...], ...]:
    assert report.table is not None
    return report.table.rows


def test_everything_that_depends_on_an_artifact_is_told_up_to_the_environments(folder: Folder) -> None:
    report = reached(folder, "model/small")
    assert report.table is not None
    assert report.table.headings == ("artifact", "steps", "through")
    assert report.table.rows == (
        ("prompt/bye", "1", "model/small"),
        ("prompt/greet", "1", "model/small"),
        ("application/desk", "2", "prompt/greet"),
        ("evalsuite/tone (about)", "2", "prompt/greet"),
        ("environment/production", "3", "application/desk ^1.0, locked 1.1.0 with 1.0.0"),
    )
    assert report.data == {
        "artifacts": ["model/small"],
        "affected": [
            {"id": "prompt/bye", "distance": 1, "through": ["model/small"], "about": False},
            {"id": "prompt/greet", "distance": 1, "through": ["model/small"], "about": False},
            {"id": "application/desk", "distance": 2, "through": ["prompt/greet"], "about": False},
            {"id": "evalsuite/tone", "distance": 2, "through": ["prompt/greet"], "about": True},
        ],
        "environments": [
            {
                "id": "environment/production",
                "application": "application/desk",
                "pin": "^1.0",
                "distance": 3,
                "locked": "1.1.0",
                "holds": {"model/small": "1.0.0"},
            }
        ],
    }
    assert report.summary == {"artifacts": 4, "applications": 1, "environments": 1}
    assert report.notes == ()


def test_an_application_is_pinned_itself(folder: Folder) -> None:
    assert told(reached(folder, "desk")) == (
        ("environment/production", "1", "application/desk ^1.0, locked 1.1.0"),
    )


def test_several_artifacts_are_taken_together(folder: Folder) -> None:
    assert told(reached(folder, "model/small", "prompt/greet")) == (
        ("application/desk", "1", "prompt/greet"),
        ("evalsuite/tone (about)", "1", "prompt/greet"),
        ("prompt/bye", "1", "model/small"),
        (
            "environment/production",
            "2",
            "application/desk ^1.0, locked 1.1.0 with model/small 1.0.0, prompt/greet 1.1.0",
        ),
    )


def test_nothing_may_refer_to_an_artifact(folder: Folder) -> None:
    report = reached(folder, "prompt/bye")
    assert (report.table, report.notes) == (None, ("nothing refers to prompt/bye",))
    assert report.summary == {"artifacts": 0, "applications": 0, "environments": 0}


def test_what_the_lock_does_not_hold_is_told(tmp_path: Path) -> None:
    folder = released_shop(tmp_path / "repo")
    folder.write("applications/desk.yaml", APPLICATION.replace("[prompt/greet]", "[prompt/greet, bye]"))
    assert told(reached(folder, "prompt/bye"))[-1] == (
        "environment/production",
        "2",
        "application/desk ^1.0, locked 1.1.0 without it",
    )


@pytest.mark.parametrize("text", [None, "{", "[]", '{"artifacts": 1}'])
def test_an_environment_may_have_no_lock_that_can_be_read(text: str | None, tmp_path: Path) -> None:
    folder = shop(tmp_path / "repo")
    if text is not None:
        folder.write(LOCK, text)
    assert told(reached(folder, "prompt/greet"))[-1] == (
        "environment/production",
        "2",
        "application/desk ^1.0, not locked",
    )


def test_a_lock_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    folder = shop(tmp_path / "repo")
    (folder.path / LOCK).parent.mkdir()
    (folder.path / LOCK).symlink_to(tmp_path / "elsewhere")
    assert told(reached(folder, "prompt/greet"))[-1][2] == "application/desk ^1.0, not locked"


def test_what_an_environment_replaces_does_not_reach_it_and_the_replacement_does(tmp_path: Path) -> None:
    folder = shop(tmp_path / "repo")
    folder.write(
        "environments/production.yaml", f"{ENVIRONMENT}  bind: {{greet: prompt/bye, gone: model/small}}\n"
    )
    assert [row[0] for row in told(reached(folder, "prompt/greet"))] == ["application/desk"]
    assert told(reached(folder, "prompt/bye")) == (
        ("environment/production", "2", "application/desk ^1.0, not locked"),
    )


def test_an_environment_without_pins_runs_nothing(tmp_path: Path) -> None:
    folder = shop(tmp_path / "repo")
    folder.write("environments/production.yaml", ENVIRONMENT.replace('{desk: "^1.0"}', "{}"))
    assert [row[0] for row in told(reached(folder, "prompt/greet"))] == ["application/desk"]


def test_of_many_ways_three_are_named_and_the_rest_counted(tmp_path: Path) -> None:
    folder = shop(tmp_path / "repo")
    prompt = (folder.path / "prompts/bye.yaml").read_text(encoding="utf-8")
    names = [f"bye{n}" for n in range(5)]
    for name in names:
        folder.write(f"prompts/{name}.yaml", prompt.replace("name: bye", f"name: {name}"))
    folder.write("applications/desk.yaml", APPLICATION.replace("[prompt/greet]", f"[{', '.join(names)}]"))
    rows = {row[0]: row[2] for row in told(reached(folder, "model/small"))}
    assert rows["application/desk"] == "prompt/bye0, prompt/bye1, prompt/bye2 and 2 more"


def test_what_names_nothing_is_refused(folder: Folder) -> None:
    with pytest.raises(PlmctlError) as error:
        reached(folder, "prompt/gret")
    assert (error.value.message, error.value.hint, error.value.exit_code) == (
        "there is no artifact 'prompt/gret'",
        "the nearest are prompt/greet, prompt/bye, environment/production",
        3,
    )
    with pytest.raises(UsageError) as error:
        reached(folder)
    assert (error.value.message, error.value.hint) == ("no artifact is named", "run 'plmctl list' to see all")
