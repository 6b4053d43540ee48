"""What is told of changes is looked through for secrets, each text once: most changes say what others say."""

import json

import pytest

from plmctl.core.diff import compare
from plmctl.core.judgement import Judgement
from plmctl.core.ports import MemoryTree
from plmctl.core.registry import Registry, load
from plmctl.core.secret import unspeakable
from plmctl.rules.judge import judgements
from tests.commands.counting import counted
from tests.rules.registries import SETTINGS, manifest


def partials(name: str, count: int, content: str) -> Registry:
    """A registry of partials that say the same."""
    spec = f"content: {content}\n"
    files = {f"partials/{name}{n}.yaml": manifest("Partial", f"{name}{n}", spec) for n in range(count)}
    return load(MemoryTree({"plmctl.yaml": SETTINGS + "spec: {}\n", **files}))


def team(inside: object) -> Registry:
    """A registry of one partial with a field that has no schema."""
    spec = f"content: Be kind.\nx-team: {json.dumps(inside)}\n"
    files = {"partials/p.yaml": manifest("Partial", "p", spec)}
    return load(MemoryTree({"plmctl.yaml": SETTINGS + "spec: {}\n", **files}))


def searched(before: Registry, after: Registry) -> tuple[tuple[Judgement, ...], int]:
    """The judgements between two registries, and how many texts were looked through for secrets."""
    changes = compare(before, after)
    with counted(unspeakable) as found:
        judged = judgements(changes, after.settings)
    return judged, found["unspeakable"]


def test_of_one_more_artifact_with_the_same_change_its_message_alone_is_searched() -> None:
    searched(partials("one", 1, "Be brief."), partials("one", 1, "Be brisk."))
    judged, count = searched(partials("of-many", 50, "Be brief."), partials("of-many", 50, "Be brisk."))
    assert (len(judged), count) == (50, 50)


@pytest.mark.parametrize("depth", [2, 20])
def test_of_one_more_judgement_its_key_and_its_message_are_searched(depth: int) -> None:
    inside: object = f"depth {depth}"
    for level in range(depth):
        inside = {f"key-{level}": inside}
    known = {f"known-{depth}-{n}": inside for n in range(10)}
    searched(team({"first": 1}), team({"first": 2, **known}))
    more = {f"more-{depth}-{n}": inside for n in range(10)}
    judged, count = searched(team({"first": 1}), team({"first": 1, **more}))
    assert (len(judged), count) == (10, 20)


@pytest.mark.parametrize("number", [0, 777, 1_999])
def test_of_many_texts_in_a_value_those_around_a_secret_are_searched(number: int) -> None:
    texts = [f"text {number} {n}" for n in range(2_000)]
    judged, few = searched(team({"first": 1}), team({"first": 1, f"harmless-{number}": texts}))
    assert (len(judged), few < 20) == (1, True)
    # Two texts that would be a secret together, and one that is.
    token = "ghp_A1b2C3d4E5f6G7h8I9j0K1l2M3n4"
    texts[number : number + 1] = [token[:20], token[20:], token]
    judged, _ = searched(team({"first": 1}), team({"first": 1, f"secret-{number}": texts}))
    told = judged[0].change.new
    assert told == [*texts[: number + 2], "ghp_***", *texts[number + 3 :]]
