from pathlib import Path

import pytest

from plmctl.commands.graph import GraphOptions, graph
from plmctl.core.finding import PlmctlError, UsageError
from plmctl.core.picture import Picture
from plmctl.core.report import Report
from plmctl.core.value import Value, as_items
from tests.commands.ground import MODEL, PROMPT, opened, small_registry
from tests.git.builder import Folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return small_registry(tmp_path / "registry")


def drawn(folder: Folder, options: GraphOptions | None = None) -> tuple[Report, Picture]:
    with opened(folder) as repo:
        return graph(repo, options or GraphOptions())


def rows(report: Report) -> list[str]:
    return [f"{'  ' * branch.depth}{branch.artifact}" for branch in report.branches]


def test_the_whole_registry_is_drawn(folder: Folder) -> None:
    report, picture = drawn(folder)
    assert rows(report) == [
        "environment/staging",
        "evalsuite/greet",
        "  prompt/greet",
        "prompt/greet",
        "  model/small",
    ]
    assert report.data == {
        "start": None,
        "direction": "downstream",
        "nodes": [
            {
                "id": "environment/staging",
                "kind": "Environment",
                "path": "environments/staging.yaml",
                "problem": None,
                "data": [],
            },
            {
                "id": "evalsuite/greet",
                "kind": "EvalSuite",
                "path": "evals/greet.yaml",
                "problem": None,
                "data": [],
            },
            {"id": "model/small", "kind": "Model", "path": "models/small.yaml", "problem": None, "data": []},
            {
                "id": "prompt/greet",
                "kind": "Prompt",
                "path": "prompts/greet.yaml",
                "problem": None,
                "data": [],
            },
        ],
        "edges": [
            {
                "source": "evalsuite/greet",
                "target": "prompt/greet",
                "about": True,
                "pointers": ["/spec/target"],
            },
            {"source": "prompt/greet", "target": "model/small", "about": False, "pointers": ["/spec/model"]},
        ],
        "cycles": [],
    }
    assert report.summary == {"artifacts": 4, "references": 2}
    assert list(picture.nodes) == ["environment/staging", "evalsuite/greet", "model/small", "prompt/greet"]


def test_it_begins_at_an_artifact_by_its_name_and_goes_either_way(folder: Folder) -> None:
    assert rows(drawn(folder, GraphOptions(artifact="small"))[0]) == ["model/small"]
    report, picture = drawn(folder, GraphOptions(artifact="small", is_upstream=True))
    assert rows(report) == ["model/small", "  prompt/greet", "    evalsuite/greet"]
    assert report.data is not None
    assert (report.data["start"], report.data["direction"]) == ("model/small", "upstream")
    # Whichever way it is read, an arrow leads from what refers to what is referred to.
    assert [(a.source, a.target) for a in picture.arrows] == [
        ("evalsuite/greet", "prompt/greet"),
        ("prompt/greet", "model/small"),
    ]


def test_all_of_it_upstream_begins_at_what_refers_to_nothing(folder: Folder) -> None:
    assert rows(drawn(folder, GraphOptions(is_upstream=True))[0]) == [
        "environment/staging",
        "model/small",
        "  prompt/greet",
        "    evalsuite/greet",
    ]


def test_so_many_steps_are_drawn(folder: Folder) -> None:
    report, picture = drawn(folder, GraphOptions(artifact="small", is_upstream=True, depth=1))
    assert rows(report) == ["model/small", "  prompt/greet"]
    assert list(picture.nodes) == ["model/small", "prompt/greet"]


def test_some_kinds_and_what_leads_to_them_are_drawn(folder: Folder) -> None:
    assert rows(drawn(folder, GraphOptions(kinds=("model",)))[0]) == [
        "evalsuite/greet",
        "  prompt/greet",
        "prompt/greet",
        "  model/small",
    ]
    assert rows(drawn(folder, GraphOptions(artifact="prompt/greet", kinds=("tool",)))[0]) == ["prompt/greet"]
    assert rows(drawn(folder, GraphOptions(kinds=("tool", "dataset")))[0]) == []


def test_another_revision_is_drawn(folder: Folder) -> None:
    folder.git("rm", "-q", "evals/greet.yaml")
    assert "evalsuite/greet" not in rows(drawn(folder)[0])
    assert "evalsuite/greet" in rows(drawn(folder, GraphOptions(revision="HEAD"))[0])


def test_a_missing_artifact_and_a_ring_are_told(folder: Folder) -> None:
    partial = (
        "apiVersion: plmctl/v1\nkind: Partial\nmetadata: {{name: {}}}\nspec: {{content: '{{{{> {}}}}}'}}\n"
    )
    folder.write("partials/a.yaml", partial.format("a", "b"))
    folder.write("partials/b.yaml", partial.format("b", "a"))
    folder.write("prompts/greet.yaml", PROMPT.replace("model: small", "model: big"))
    report, _ = drawn(folder)
    assert report.data is not None
    missing: dict[str, Value] = {"id": "big", "kind": None, "path": None, "problem": "missing", "data": []}
    assert missing in as_items(report.data["nodes"])
    assert report.data["cycles"] == [["partial/a", "partial/b"]]
    assert report.notes == ("a cycle: partial/a -> partial/b -> partial/a",)


def test_files_that_cannot_be_read_are_counted(folder: Folder) -> None:
    folder.write("models/a.yaml", "apiVersion: plmctl/v1\nkind: [\n")
    assert drawn(folder)[0].notes == ("1 file could not be read: run 'plmctl validate'",)


@pytest.mark.parametrize(
    ("options", "message", "hint", "code"),
    [
        (
            GraphOptions(artifact="model/smal"),
            "there is no artifact 'model/smal'",
            "the nearest are model/small, model/old, environment/staging",
            3,
        ),
        (
            GraphOptions(artifact="small@1.0.0"),
            "'small@1.0.0' is a version",
            "leave it out: 'model/small'",
            2,
        ),
        (GraphOptions(artifact="model/old"), "model/old is model/small now", "write 'model/small'", 3),
        (GraphOptions(kinds=("promt",)), "'promt' is not a kind", "did you mean 'prompt'?", 2),
    ],
)
def test_what_names_nothing_is_refused(
    options: GraphOptions, message: str, hint: str, code: int, folder: Folder
) -> None:
    folder.write("models/small.yaml", MODEL.replace("  name: small\n", "  name: small\n  formerly: [old]\n"))
    with pytest.raises(PlmctlError) as error:
        drawn(folder, options)
    assert (error.value.message, error.value.hint, error.value.exit_code) == (message, hint, code)
    assert isinstance(error.value, UsageError) is (code == 2)
