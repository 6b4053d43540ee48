from collections.abc import Iterable

import pytest

from plmctl.core.picture import Branch, Mark, Picture, picture_of
from plmctl.core.ports import MemoryTree
from plmctl.core.registry import load

SETTINGS = "apiVersion: plmctl/v1\nkind: Registry\nmetadata: {name: shop}\n"


def manifest(kind: str, name: str, spec: str) -> str:
    return f"apiVersion: plmctl/v1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec: {spec}\n"


def prompt(name: str, model: str, text: str = "Hi.") -> str:
    return manifest("Prompt", name, f"{{model: {model}, messages: [{{role: user, content: '{text}'}}]}}")


FILES = {
    "models/m.yaml": manifest("Model", "m", "{provider: openai, model: gpt-4o-2024-08-06}"),
    "partials/a.yaml": manifest("Partial", "a", "{content: A}"),
    "prompts/one.yaml": prompt("one", "m", "{{> a}}"),
    "prompts/two.yaml": prompt("two", "model/m", "{{> a}}"),
    "evals/e.yaml": manifest(
        "EvalSuite", "e", "{target: prompt/one, metrics: [{name: x, judge: {prompt: two}}]}"
    ),
    "applications/desk.yaml": manifest("Application", "desk", "{uses: [prompt/one, prompt/two], evals: [e]}"),
    "environments/prod.yaml": manifest("Environment", "prod", "{pins: {desk: ^1}, after: stage}"),
    "environments/stage.yaml": manifest("Environment", "stage", "{pins: {}}"),
}


def drawn(**files: str) -> Picture:
    named = {f"{name}.yaml": text for name, text in files.items()}
    return picture_of(load(MemoryTree({"plmctl.yaml": SETTINGS, **FILES, **named})))


def tree(branches: Iterable[Branch]) -> list[str]:
    """Rows as `depth artifact`, with the mark and whether it is only about it."""
    return [
        f"{b.depth} {b.artifact}{' about' if b.is_about else ''}{f' {b.mark.value}' if b.mark.value else ''}"
        for b in branches
    ]


def test_all_of_it_begins_where_nothing_leads_to() -> None:
    picture = drawn()
    assert picture.roots == ("environment/prod", "evalsuite/e")
    assert tree(picture.branches(picture.roots)) == [
        "0 environment/prod",
        "1 application/desk about",
        "2 prompt/one",
        "3 model/m",
        "3 partial/a",
        "2 prompt/two",
        "3 model/m",
        "3 partial/a",
        "2 evalsuite/e about",
        "1 environment/stage about",
        "0 evalsuite/e",
        "1 prompt/two *",
        "1 prompt/one about",
    ]


def test_what_is_about_something_is_drawn_and_not_followed() -> None:
    assert tree(drawn().branches(["evalsuite/e"])) == [
        "0 evalsuite/e",
        "1 prompt/two",
        "2 model/m",
        "2 partial/a",
        "1 prompt/one about",
    ]


def test_turned_it_shows_what_refers_to_an_artifact() -> None:
    picture = drawn().turned()
    assert tree(picture.branches(["partial/a"])) == [
        "0 partial/a",
        "1 prompt/one",
        "2 application/desk",
        "3 environment/prod about",
        "2 evalsuite/e about",
        "1 prompt/two",
        "2 application/desk *",
        "2 evalsuite/e",
        "3 application/desk about",
    ]
    assert picture.turned() == drawn()


def test_so_many_steps_are_drawn() -> None:
    picture = drawn()
    assert tree(picture.branches(["application/desk"], 0)) == ["0 application/desk"]
    assert tree(picture.branches(["application/desk"], 1)) == [
        "0 application/desk",
        "1 prompt/one",
        "1 prompt/two",
        "1 evalsuite/e about",
    ]
    near = picture.within(["application/desk"], 1)
    assert list(near.nodes) == ["application/desk", "evalsuite/e", "prompt/one", "prompt/two"]
    assert [(a.source, a.target) for a in near.arrows] == [
        ("application/desk", "evalsuite/e"),
        ("application/desk", "prompt/one"),
        ("application/desk", "prompt/two"),
    ]
    assert list(picture.within(["application/desk"], 0).nodes) == ["application/desk"]


def test_where_steps_are_counted_what_was_cut_off_is_drawn_where_there_is_room() -> None:
    chain = {
        "partials/b": manifest("Partial", "b", "{content: '{{> c}}'}"),
        "partials/c": manifest("Partial", "c", "{content: '{{> d}}'}"),
        "partials/d": manifest("Partial", "d", "{content: D}"),
        "prompts/three": prompt("three", "m", "{{> b}}{{> c}}"),
    }
    assert tree(drawn(**chain).branches(["prompt/three"], 2)) == [
        "0 prompt/three",
        "1 model/m",
        "1 partial/b",
        "2 partial/c",
        "1 partial/c",
        "2 partial/d",
    ]


def test_all_that_it_leads_to_is_within() -> None:
    whole = drawn()
    assert whole.within(whole.roots, None) == whole
    assert list(whole.within(["prompt/one"], None).nodes) == ["model/m", "partial/a", "prompt/one"]


def test_what_is_first_only_about_and_then_followed_is_within_with_what_it_leads_to() -> None:
    files = {
        "providers/p": manifest("Provider", "p", "{type: openai}"),
        "models/base": manifest("Model", "base", "{provider: provider/p, model: gpt-4o-2024-08-06}"),
        "models/tuned": manifest("Model", "tuned", "{provider: openai, model: x, fineTuning: {base: base}}"),
        "contexts/talk": manifest("ContextPolicy", "talk", "{history: {summarizeWith: four}}"),
        "prompts/three": prompt("three", "tuned").replace("model: tuned", "model: tuned, context: talk"),
        "prompts/four": prompt("four", "base"),
    }
    picture = drawn(**files)
    assert list(picture.within(["prompt/three"], 2).nodes) == [
        "contextpolicy/talk",
        "model/base",
        "model/tuned",
        "prompt/four",
        "prompt/three",
    ]
    assert "provider/p" in picture.within(["prompt/three"], None).nodes


def test_what_leads_to_some_kinds_is_kept() -> None:
    picture = drawn().towards(["application/desk"], ["partial/a"])
    assert list(picture.nodes) == [
        "application/desk",
        "environment/prod",
        "evalsuite/e",
        "partial/a",
        "prompt/one",
        "prompt/two",
    ]
    assert all(arrow.target != "model/m" for arrow in picture.arrows)
    assert list(drawn().towards(["environment/stage"], []).nodes) == ["environment/stage"]


def test_a_ring_is_marked_and_never_endless() -> None:
    ring = {
        "partials/x": manifest("Partial", "x", "{content: '{{> y}}'}"),
        "partials/y": manifest("Partial", "y", "{content: '{{> x}}'}"),
        "partials/z": manifest("Partial", "z", "{content: '{{> z}}'}"),
    }
    picture = drawn(**ring)
    assert picture.cycles == (("partial/x", "partial/y"), ("partial/z",))
    assert picture.roots == ("environment/prod", "evalsuite/e", "partial/x", "partial/z")
    assert tree(picture.branches(["partial/x", "partial/z"])) == [
        "0 partial/x",
        "1 partial/y",
        "2 partial/x cycle",
        "0 partial/z",
        "1 partial/z cycle",
    ]
    assert tree(picture.branches(["partial/x"], 9)) == ["0 partial/x", "1 partial/y", "2 partial/x cycle"]


@pytest.mark.parametrize(
    ("reference", "node", "mark"),
    [("gone", "gone", Mark.MISSING), ("both", "both", Mark.AMBIGUOUS)],
)
def test_a_name_that_leads_nowhere_is_drawn(reference: str, node: str, mark: Mark) -> None:
    both = {
        "models/both": FILES["models/m.yaml"].replace("name: m", "name: both"),
        "routes/both": manifest("Route", "both", "{strategy: failover, targets: [{model: m}]}"),
    }
    picture = drawn(**both, **{"prompts/one": prompt("one", reference)})
    assert picture.nodes[node] is mark
    assert f"1 {node} {mark.value}" in tree(picture.branches(["prompt/one"]))


def test_a_reference_to_an_artifact_of_another_kind_leads_to_it() -> None:
    picture = drawn(**{"prompts/one": prompt("one", "partial/a")})
    assert picture.nodes["partial/a"] is Mark.NONE
    assert [a.target for a in picture.arrows_of["prompt/one"]] == ["partial/a"]


def test_an_arrow_knows_the_places_of_its_references() -> None:
    use = manifest("Application", "desk", "{uses: [prompt/one, one]}")
    (arrow,) = drawn(**{"applications/desk": use}).arrows_of["application/desk"]
    assert arrow.pointers == (("spec", "uses", 0), ("spec", "uses", 1))


def test_a_chain_of_thousands_is_drawn() -> None:
    chain = {
        f"partials/c{i}": manifest("Partial", f"c{i}", f"{{content: '{{{{> c{i + 1}}}}}'}}")
        for i in range(1500)
    }
    rows = list(drawn(**chain).branches(["partial/c0"]))
    assert (len(rows), rows[-1]) == (1501, Branch(depth=1500, artifact="c1500", mark=Mark.MISSING))
