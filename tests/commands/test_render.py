from dataclasses import replace
from pathlib import Path

import pytest

from plmctl.commands.render import RenderOptions, render
from plmctl.core.finding import PlmctlError
from plmctl.core.report import Report, exit_code
from plmctl.core.value import Value, as_mapping
from tests.commands.ground import MODEL, PROMPT, opened, released, small_registry
from tests.git.builder import Folder

TAKING = f"""{PROMPT}\
  inputs:
    type: object
    required: [name]
    properties:
      name: {{type: string, description: Whom to greet.}}
      days: {{type: integer}}
    additionalProperties: false
  samples:
    - name: ada
      input: {{name: Ada}}
    - name: bob
      input: {{name: Bob}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return small_registry(tmp_path / "registry")


ADA = RenderOptions(prompt="greet", inputs={"name": "Ada"}, select={})


def rendered(folder: Folder, options: RenderOptions = ADA) -> Report:
    with opened(folder) as repo:
        return render(repo, options)


def refused(folder: Folder, options: RenderOptions) -> tuple[str, str | None, int]:
    with pytest.raises(PlmctlError) as error:
        rendered(folder, options)
    return error.value.message, error.value.hint, error.value.exit_code


def said(report: Report) -> Value:
    return as_mapping(dict(report.data or {}))["messages"]


def problems(report: Report) -> list[tuple[str, str | None]]:
    assert all(problem.exit_code == 2 for problem in report.problems)
    return [(problem.message, problem.hint) for problem in report.problems]


def test_a_prompt_of_the_work_tree_is_rendered(folder: Folder) -> None:
    report = rendered(folder)
    data = dict(report.data or {})
    identity = as_mapping(data.pop("identity"))
    assert {name: identity[name] for name in ("artifact", "version", "variant", "arm", "lock")} == {
        "artifact": "prompt/greet",
        "version": None,
        "variant": None,
        "arm": None,
        "lock": None,
    }
    assert data == {
        "messages": [{"role": "user", "content": "Greet Ada."}],
        "tools": [],
        "responseFormat": None,
        "parameters": {},
        "model": {
            "id": "model/small",
            "version": None,
            "model": "gpt-4o-mini-2024-07-18",
            "providerType": "openai",
            "provider": None,
            "route": None,
        },
        "tokens": {"input": 3, "counter": "estimate", "estimate": True, "mediaNotCounted": 0},
        "cost": None,
    }
    assert (exit_code(report), report.notes, report.next) == (0, (), ())


def test_a_version_is_rendered_as_it_was_released(folder: Folder) -> None:
    released(folder)
    folder.commit({"prompts/greet.md": "Hello {{name}}.\n"})
    folder.write("prompts/greet.md", "Hi {{name}}.\n")
    folder.git("add", "--all")
    folder.write("prompts/greet.md", "Hey {{name}}.\n")
    texts = {
        "Greet Ada.": replace(ADA, prompt="prompt/greet@0.1.0"),
        "Hello Ada.": replace(ADA, revision="HEAD"),
        "Hi Ada.": replace(ADA, is_staged=True),
        "Hey Ada.": ADA,
    }
    for text, options in texts.items():
        assert said(rendered(folder, options)) == [{"role": "user", "content": text}]
    report = rendered(folder, replace(ADA, prompt="prompt/greet@0.1.0"))
    assert report.rendering is not None
    assert report.rendering.version == "0.1.0"
    assert report.rendering.request.identity.version == "0.1.0"
    now = rendered(folder).rendering
    assert now is not None
    assert (now.version, now.request.identity.version) == ("0.1.0, changed", None)
    for other in (replace(ADA, revision="HEAD"), replace(ADA, is_staged=True)):
        assert refused(folder, replace(other, prompt="greet@0.1.0")) == (
            "'greet@0.1.0' is a version, and --rev or --staged names another moment",
            "give one of them",
            2,
        )


def test_only_prompts_are_rendered(folder: Folder) -> None:
    # The suite has the name of the prompt; nobody can mean it.
    assert exit_code(rendered(folder)) == 0
    assert refused(folder, replace(ADA, prompt="model/small")) == (
        "model/small is no prompt",
        "run 'plmctl list prompt' to see all that are",
        2,
    )
    assert refused(folder, replace(ADA, prompt="gret")) == (
        "there is no artifact 'gret'",
        "the nearest are prompt/greet",
        3,
    )


def test_a_sample_fills_what_is_not_given(folder: Folder) -> None:
    folder.write("prompts/greet.yaml", TAKING)
    sample = RenderOptions(prompt="greet", sample="bob", inputs={}, select={})
    assert said(rendered(folder, sample)) == [{"role": "user", "content": "Greet Bob."}]
    assert said(rendered(folder, replace(sample, inputs=ADA.inputs))) == [
        {"role": "user", "content": "Greet Ada."}
    ]
    assert refused(folder, replace(sample, sample="bobb")) == (
        "prompt/greet has no sample 'bobb'",
        "did you mean 'bob'?",
        2,
    )
    assert refused(folder, replace(sample, sample="xyz")) == (
        "prompt/greet has no sample 'xyz'",
        "its samples are ada, bob",
        2,
    )
    folder.write("prompts/greet.yaml", PROMPT)
    assert refused(folder, sample) == (
        "prompt/greet has no samples",
        "give its inputs: --input NAME=TEXT",
        2,
    )


def test_all_that_is_wrong_is_told_at_once_with_what_mends_it(folder: Folder) -> None:
    folder.write("prompts/greet.yaml", TAKING)
    report = rendered(folder, replace(ADA, inputs={"days": "3", "nam": "Ada"}))
    assert exit_code(report) == 2
    assert problems(report) == [
        ("inputs.days must be a whole number, not text (rule 'type')", "give --input days:=3"),
        ("'nam' is not a field of inputs (rule 'additionalProperties')", "did you mean 'name'?"),
        ("'name' is missing from inputs (rule 'required')", "name: Whom to greet.\ngive --input name=..."),
    ]


def test_without_inputs_those_are_told_that_it_takes(folder: Folder) -> None:
    folder.write("prompts/greet.yaml", TAKING)
    nothing = replace(ADA, inputs={})
    report = rendered(folder, nothing)
    assert exit_code(report) == 2
    assert problems(report) == [
        (
            "prompt/greet takes inputs, and none was given",
            "days  integer\nname  string, required: Whom to greet.",
        )
    ]
    assert report.next == (
        "plmctl render prompt/greet --sample ada",
        "plmctl render prompt/greet --input name=...",
    )
    folder.write("prompts/greet.yaml", PROMPT)
    assert rendered(folder, nothing).next == ("plmctl render prompt/greet --input name=...",)


def test_a_session_is_taken_by_name(folder: Folder) -> None:
    folder.write("prompts/greet.yaml", f"{TAKING}  context: desk\n")
    policy = """\
apiVersion: plmctl/v1
kind: ContextPolicy
metadata: {name: desk}
spec:
  session:
    type: object
    required: [locale]
    properties: {locale: {type: string}}
"""
    folder.write("contexts/desk.yaml", policy)
    assert problems(rendered(folder)) == [
        (
            "'locale' is missing from session (rule 'required')",
            'give --input \'session:={"locale": "..."}\'',
        )
    ]
    whole = '--input \'session:={"locale": "..."}\''
    assert rendered(folder, replace(ADA, inputs={})).next == (
        f"plmctl render prompt/greet --sample ada {whole}",
        f"plmctl render prompt/greet --input name=... {whole}",
    )
    folder.write("contexts/desk.yaml", policy.replace("    required: [locale]\n", ""))
    assert rendered(folder, replace(ADA, inputs={})).next == (
        "plmctl render prompt/greet --sample ada",
        "plmctl render prompt/greet --input name=...",
    )


ROUTE = """\
apiVersion: plmctl/v1
kind: Route
metadata: {name: split}
spec:
  strategy: weighted
  targets:
    - {model: small, weight: 1}
    - {model: large, weight: 3}
"""


def test_of_a_weighted_route_the_model_with_most_calls_is_shown(folder: Folder) -> None:
    large = MODEL.replace("small", "large") + "  pricing: {currency: EUR, inputPerMTok: 1000}\n"
    folder.write("models/large.yaml", large)
    folder.write("routes/split.yaml", ROUTE)
    folder.write("prompts/greet.yaml", PROMPT.replace("model: small", "model: split"))
    report = rendered(folder)
    assert report.rendering is not None
    assert report.rendering.request.target.artifact.id == "model/large"
    assert (report.rendering.cost, report.rendering.currency) == (3.0, "EUR")
    assert report.notes == (
        "route/split is weighted: model/large takes most calls; name another by --model, or a user by --key",
    )
    chosen = rendered(folder, replace(ADA, model="small"))
    assert chosen.rendering is not None
    assert (chosen.rendering.request.target.artifact.id, chosen.notes) == ("model/small", ())
    assert rendered(folder, replace(ADA, key="user-1")).notes == ()
    folder.write("routes/split.yaml", ROUTE.replace("    - {model: large, weight: 3}\n", ""))
    assert rendered(folder).notes == ()


def test_what_cannot_be_rendered_is_told_with_its_place(folder: Folder) -> None:
    folder.write("models/small.yaml", MODEL.replace("provider:", "provder:"))
    report = rendered(folder)
    assert exit_code(report) == 1
    assert {finding.location.path for finding in report.findings} == {"models/small.yaml"}
    folder.write("models/small.yaml", "kind: [\n")
    assert refused(folder, ADA) == (
        "prompt/greet needs model/small, which is not in the registry",
        "run 'plmctl validate'",
        3,
    )
