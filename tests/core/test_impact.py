from plmctl.core.graph import distances
from plmctl.core.impact import Affected, Web, affected, distance, renamed, web_of
from plmctl.core.ports import MemoryTree
from plmctl.core.registry import Registry, load
from tests.core.test_picture import FILES, SETTINGS, manifest, prompt


def registry_with(**files: str) -> Registry:
    named = {f"{name}.yaml": text for name, text in files.items()}
    return load(MemoryTree({"plmctl.yaml": SETTINGS, **FILES, **named}))


def web(**files: str) -> Web:
    return web_of(registry_with(**files))


def test_what_depends_on_an_artifact_is_nearest_first() -> None:
    assert affected(web(), ["partial/a"]) == (
        Affected(artifact="prompt/one", distance=1, through=("partial/a",), is_about=False),
        Affected(artifact="prompt/two", distance=1, through=("partial/a",), is_about=False),
        Affected(
            artifact="application/desk", distance=2, through=("prompt/one", "prompt/two"), is_about=False
        ),
        Affected(artifact="evalsuite/e", distance=2, through=("prompt/two",), is_about=False),
    )


def test_what_is_about_one_of_them_is_told_and_leads_no_further() -> None:
    suite = FILES["evals/e.yaml"].replace("judge: {prompt: two}", "threshold: 1")
    found = affected(web(**{"evals/e": suite}), ["prompt/one"])
    assert [(a.artifact, a.distance, a.is_about) for a in found] == [
        ("application/desk", 1, False),
        ("evalsuite/e", 1, True),
    ]


def test_of_several_the_nearest_counts_and_none_of_them_is_told() -> None:
    found = affected(web(), ["partial/a", "prompt/one"])
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
    assert [a.artifact for a in affected(web(**ring), ["partial/x"])] == ["partial/y", "prompt/three"]
    assert affected(web(), ["application/desk", "environment/stage"]) == ()


def test_the_distance_is_the_shortest() -> None:
    graph = {"a": frozenset({"b", "c"}), "b": frozenset({"c"}), "c": frozenset({"d"}), "d": frozenset({"a"})}
    assert [distance(graph, "a", [end]) for end in "abcd"] == [0, 1, 1, 2]
    assert distance(graph, "a", ["e"]) is None
    assert distance({}, "a", ["b"]) is None


def test_a_way_is_a_shortest_one_and_of_two_the_first() -> None:
    steps = distances(web().above, ("partial/a",))
    assert web().way(steps, "application/desk") == ("partial/a", "prompt/one", "application/desk")
    assert web().way(steps, "partial/a") == ("partial/a",)
    assert web().way(steps, "model/m") == ("model/m",)


def test_one_sees_what_one_is_about_and_what_that_depends_on() -> None:
    suite = FILES["evals/e.yaml"].replace("judge: {prompt: two}", "threshold: 1")
    seen = web(**{"evals/e": suite}).seen_from("evalsuite/e")
    assert seen == {"evalsuite/e", "prompt/one", "model/m", "partial/a"}
    # The application is judged by the suite, and does not see further through it.
    only = web(
        **{
            "evals/e": suite,
            "applications/desk": manifest("Application", "desk", "{uses: [prompt/two], evals: [e]}"),
        }
    )
    assert only.seen_from("application/desk") == {
        "application/desk",
        "evalsuite/e",
        "model/m",
        "partial/a",
        "prompt/two",
    }


def test_a_reference_that_is_both_is_a_dependency() -> None:
    suite = manifest("EvalSuite", "e", "{target: prompt/one, metrics: [{name: x, judge: {prompt: one}}]}")
    found = web(**{"evals/e": suite})
    assert found.to("evalsuite/e") == {"prompt/one": True}
    assert found.of("prompt/one") == {"application/desk": True, "evalsuite/e": True}


def test_what_was_referred_to_is_in_the_web_too() -> None:
    were = (
        ("prompt/gone", "partial/a", True),
        ("prompt/one", "tool/gone", False),
        ("prompt/one", "partial/a", False),
        ("environment/stage", "prompt/gone", True),
    )
    found = web_of(registry_with(), were)
    assert found.of("partial/a") == {"prompt/gone": True, "prompt/one": True, "prompt/two": True}
    assert found.to("prompt/one") == {"model/m": True, "partial/a": True, "tool/gone": False}
    assert (found.of("prompt/gone"), found.to("environment/stage"), found.to("x")) == ({}, {}, {})
    assert found.seen_from("prompt/gone") == {"prompt/gone", "partial/a"}


def test_renamed_references_have_the_names_of_now() -> None:
    registry = registry_with()
    ties = tuple(tie for manifest in registry.manifests.values() for tie in registry.ties(manifest))
    names = {"prompt/one": "prompt/1", "evalsuite/e": "evalsuite/f"}
    found = {(source, target) for source, target, _ in renamed(ties, names)}
    assert ("application/desk", "prompt/1") in found
    assert ("evalsuite/f", "prompt/1") in found
    assert ("prompt/1", "partial/a") in found
    assert {word for ends in found for word in ends}.isdisjoint({"prompt/one", "evalsuite/e"})
    assert tuple(renamed(ties, {})) == ties
