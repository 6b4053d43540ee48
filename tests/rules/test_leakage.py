import pytest

from plmctl.rules.leakage import Exam, evaluation_data_trained_on, exams
from tests.rules.registries import example_registry, manifest, registry_of, told

HELP = "evaluate with data that no model of the application was fine-tuned on"


def dataset(name: str, *derived_from: str) -> dict[str, str]:
    spec = "purpose: [rag]\ndata: {uri: 's3://corpora/d', version: '1'}\nformat: jsonl\n"
    lineage = f"lineage: {{derivedFrom: [{', '.join(derived_from)}]}}\n" if derived_from else ""
    return {f"datasets/{name}.yaml": manifest("Dataset", name, spec + lineage)}


def model(name: str, tuning: str = "") -> dict[str, str]:
    spec = f"provider: openai\nmodel: {name}\npin: fixed\n"
    return {f"models/{name}.yaml": manifest("Model", name, spec + tuning)}


def prompt(name: str, model: str) -> dict[str, str]:
    spec = f"model: {model}\nmessages: [{{role: user, content: hi}}]\n"
    return {f"prompts/{name}.yaml": manifest("Prompt", name, spec)}


def suite(dataset: str, target: str, more: str = "") -> dict[str, str]:
    spec = f"target: {target}\ndataset: {dataset}\nmetrics: [{{name: accuracy}}]\n"
    return {"evals/s.yaml": manifest("EvalSuite", "s", spec + more)}


def application(uses: str, more: str = "") -> dict[str, str]:
    return {"applications/a.yaml": manifest("Application", "a", f"uses: [{uses}]\n{more}")}


TUNED = model("tuned", "fineTuning: {datasets: [train]}\n")
DESK = {**TUNED, **prompt("p", "tuned"), **application("prompt/p")}


def pairs(files: dict[str, str]) -> list[tuple[str, str, str, str | None, str, str]]:
    return [
        (e.application, e.suite.id, e.dataset.id, e.split, e.model, e.training.id)
        for e in exams(registry_of(files))
    ]


PAIR = ("application/a", "evalsuite/s", "dataset/held", None, "model/tuned", "dataset/train")
DATA = {**dataset("held"), **dataset("train")}


def test_an_application_is_judged_by_the_suites_of_what_it_uses() -> None:
    assert pairs({**DESK, **DATA, **suite("held", "prompt/p")}) == [PAIR]
    assert pairs({**DESK, **DATA, **suite("held", "application/a")}) == [PAIR]


def test_and_by_those_that_it_names() -> None:
    others = {**prompt("other", "m"), **suite("held", "prompt/other")}
    assert pairs({**DESK, **DATA, **others}) == []
    named = {**application("prompt/p", "evals: [s]\n")}
    assert pairs({**DESK, **DATA, **others, **named}) == [PAIR]


def test_the_split_of_a_suite_is_known() -> None:
    (pair,) = pairs({**DESK, **DATA, **suite("held", "prompt/p", "split: test\n")})
    assert pair[3] == "test"


def test_the_model_that_a_model_began_from_has_its_training_too() -> None:
    files = {
        **DATA,
        **TUNED,
        **model("again", "fineTuning: {base: tuned}\n"),
        **prompt("p", "again"),
        **application("prompt/p"),
        **suite("held", "prompt/p"),
    }
    assert pairs(files) == [PAIR]


def test_models_that_the_application_does_not_use_do_not_count() -> None:
    files = {**DATA, **TUNED, **prompt("p", "m"), **application("prompt/p"), **suite("held", "prompt/p")}
    assert pairs(files) == []


def test_a_pair_of_two_applications_is_told_once_and_a_suite_without_data_has_none() -> None:
    second = {"applications/b.yaml": manifest("Application", "b", "uses: [prompt/p]\n")}
    assert pairs({**DESK, **second, **DATA, **suite("held", "prompt/p")}) == [PAIR]
    bare = {"evals/s.yaml": manifest("EvalSuite", "s", "target: prompt/p\nmetrics: [{name: a}]\n")}
    assert pairs({**DESK, **DATA, **bare}) == []


def test_the_example_keeps_its_evaluation_data_apart() -> None:
    (exam,) = exams(example_registry())
    assert isinstance(exam, Exam)
    assert (exam.dataset.id, exam.model, exam.training.id) == (
        "dataset/triage-eval",
        "model/triage-ft",
        "dataset/triage-tickets",
    )
    assert list(evaluation_data_trained_on.findings(example_registry())) == []


def leaks(*files: dict[str, str], split: str = "") -> list[tuple[str, str, str | None]]:
    merged: dict[str, str] = {**DESK, **suite("held", "prompt/p", split)}
    for part in files:
        merged |= part
    return told(evaluation_data_trained_on, merged)


def test_data_that_was_kept_apart_is_not_told() -> None:
    assert leaks(DATA) == []
    assert leaks(dataset("raw"), dataset("held", "raw"), dataset("train", "raw")) == []
    assert leaks(dataset("train"), dataset("held", "train")) == []


def test_data_that_training_data_was_derived_from_is_told() -> None:
    assert leaks(dataset("held"), dataset("train", "held")) == [
        (
            "evals/s.yaml:6:12-16",
            (
                "'dataset/held' is in what 'model/tuned' was fine-tuned on (dataset/held <- dataset/train), "
                "and 'application/a' uses both"
            ),
            HELP,
        )
    ]


def test_lineage_is_followed_through_others_and_its_rings_end() -> None:
    found = leaks(dataset("held", "train"), dataset("middle", "held"), dataset("train", "middle", "train"))
    assert [message for _, message, _ in found] == [
        (
            "'dataset/held' is in what 'model/tuned' was fine-tuned on "
            "(dataset/held <- dataset/middle <- dataset/train), and 'application/a' uses both"
        )
    ]
    assert leaks(dataset("held"), dataset("a", "b"), dataset("b", "a"), dataset("train", "a", "b")) == []


@pytest.mark.parametrize(("split", "is_told"), [("", True), ("split: test\n", False)])
def test_the_very_training_data_is_told_but_for_a_split_of_it(split: str, is_told: bool) -> None:
    tuned = model("tuned", "fineTuning: {datasets: [held]}\n")
    found = leaks(dataset("held"), tuned, split=split)
    assert [message for _, message, _ in found] == (
        ["'dataset/held' is in what 'model/tuned' was fine-tuned on, and 'application/a' uses both"]
        if is_told
        else []
    )
    # Of data that training data was derived from a split is no excuse.
    assert len(leaks(dataset("held"), dataset("train", "held"), split=split)) == 1
