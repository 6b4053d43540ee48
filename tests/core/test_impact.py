from plmctl.core.impact import Affected, affected, distance
from tests.core.test_picture import FILES, drawn, manifest, prompt


def test_what_depends_on_an_artifact_is_nearest_first() -> None:
    assert affected(drawn(), ["partial/a"]) == (
        Affected(artifact="prompt/one", distance=1, through=("partial/a",), is_about=False),
        Affected(artifact="prompt/two", distance=1, through=("partial/a",), is_about=False),
        Affected(
            artifact="application/desk", distance=2, through=("prompt/one", "prompt/two"), is_about=False
        ),
        Affected(artifact="evalsuite/e", distance=2, through=("prompt/two",), is_about=False),
    )


def test_what_is_about_one_of_them_is_told_and_leads_no_further() -> None:
    suite = FILES["evals/e.yaml"].replace("judge: {prompt: two}", "threshold: 1")
    assert [
        (a.artifact, a.distance, a.is_about) for a in affected(drawn(**{"evals/e": suite}), ["prompt/one"])
    ] == [
        ("application/desk", 1, False),
        ("evalsuite/e", 1, True),
    ]


def test_of_several_the_nearest_counts_and_none_of_them_is_told() -> None:
    found = affected(drawn(), ["partial/a", "prompt/one"])
    assert [(a.artifact, a.distance, a.through) for a in found] == [
        ("application/desk", 1, ("prompt/one",)),
        ("prompt/two", 1, ("partial/a",)),
        ("evalsuite/e", 2, ("prompt/two",)),
    ]


def test_environments_and_rings_are_no_matter() -> None:
    ring = {
        "partials/x": manifest("Partial", "x", "{content: '{{> y}}'}"),
        "partials/y": manifest("Partial", "y", "{content: '{{> x}}'}"),
        "prompts/three": prompt("three", "m", "{{> x}}"),
    }
    assert [a.artifact for a in affected(drawn(**ring), ["partial/x"])] == ["partial/y", "prompt/three"]
    assert affected(drawn(), ["application/desk", "environment/stage"]) == ()


def test_the_distance_is_the_shortest() -> None:
    graph = {"a": frozenset({"b", "c"}), "b": frozenset({"c"}), "c": frozenset({"d"}), "d": frozenset({"a"})}
    assert [distance(graph, "a", [end]) for end in "abcd"] == [0, 1, 1, 2]
    assert distance(graph, "a", ["e"]) is None
    assert distance({}, "a", ["b"]) is None
