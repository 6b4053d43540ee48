"""All of the catalogue in one pull request: validate and diff answer within limits of time and memory."""

import json

import pytest

from tests.git.builder import Folder
from tests.hostile.stranger import GOOD, plmctl, state_of, strange_registry
from tests.hostile.yaml_cases import CATALOGUE

NESTED = "{{#a}}" * 500 + "x" + "{{/a}}" * 500
LINES = [f"Line {number}, about nothing." for number in range(8_000)]
PROMPT = """\
apiVersion: plmctl/v1
kind: Prompt
metadata: {{name: {name}}}
spec:
  model: model/small
  messages: [{{role: user, content: {content}}}]
  inputs: {inputs}
"""
DOUBLED = ", ".join(
    f"d{n + 1}: {{anyOf: [{{$ref: '#/$defs/d{n}'}}, {{$ref: '#/$defs/d{n}'}}]}}" for n in range(18)
)
SCHEMAS = {
    "backtracking": '{type: object, properties: {a: {type: string, pattern: "^(a+)+$"}}}',
    "repeats": '{type: object, properties: {a: {type: string, pattern: "^((a{0,1000}){0,1000}){0,1000}$"}}}',
    "cycle": '{$ref: "#/$defs/a", $defs: {a: {$ref: "#/$defs/b"}, b: {$ref: "#/$defs/a"}}}',
    "doubled": f"{{$ref: '#/$defs/d18', $defs: {{d0: {{}}, {DOUBLED}}}}}",
}


def text_of(lines: list[str]) -> str:
    """A manifest with a long text, far below the limits."""
    return GOOD.replace("Be kind.", json.dumps("\n".join(lines)))


def files() -> dict[str, bytes | str]:
    """The files of a stranger: the catalogue, schemas, templates, texts in which nothing is as it was."""
    return {
        **{f"partials/{case.name}.yaml": case.data() for case in CATALOGUE},
        **{
            f"prompts/{name}.yaml": PROMPT.format(name=name, content="Hello", inputs=schema)
            for name, schema in SCHEMAS.items()
        },
        "prompts/nested.yaml": PROMPT.format(name="nested", content=f'"{NESTED}"', inputs="{}"),
        "partials/good.yaml": text_of(LINES[::-1]),
    }


@pytest.fixture(scope="module")
def request_of_a_stranger(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Two commits that change a text into another, beside which all is hostile."""
    folder = strange_registry(tmp_path_factory.mktemp("bounded") / "registry")
    folder.commit({"partials/good.yaml": text_of(LINES)})
    folder.commit(files())
    folder.write("partials/again.yaml", GOOD)
    folder.git("add", "partials/again.yaml")
    return folder


@pytest.mark.parametrize(
    "command",
    [
        "validate",
        "validate --staged",
        "validate --rev HEAD",
        "diff --staged",
        "diff HEAD~1",
        "diff HEAD~1 HEAD",
        "diff HEAD~1 HEAD --format markdown",
    ],
)
def test_a_pull_request_of_nothing_but_attacks_is_answered(
    command: str, request_of_a_stranger: Folder
) -> None:
    before = state_of(request_of_a_stranger.path)
    # Within ten seconds and a gigabyte, or this raises.
    said = plmctl(request_of_a_stranger.path, *command.split())
    assert (said.code, said.err.count("Traceback")) == (1, 0), said.err
    assert state_of(request_of_a_stranger.path) == before
