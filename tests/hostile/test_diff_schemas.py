"""Schemas that are slow to compare: `diff` says what it knows, in bounded time (hostile.md S)."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from plmctl.core.value import Value
from tests.git.builder import Folder
from tests.hostile.paths_cases import MODEL
from tests.hostile.stranger import strange_registry
from tests.hostile.weight import weighed

NAME = "prompts/hostile.yaml"
PROMPT = "apiVersion: plmctl/v1\nkind: Prompt\nmetadata: {name: hostile}\nspec: "
SECONDS, MEBIBYTES = 4, 200


def any_of(count: int, text: str) -> Mapping[str, Value]:
    """A schema of many texts, each of a pattern of its own that takes many states."""
    return {"anyOf": [{"type": "string", "pattern": text.replace("N", str(n))} for n in range(10, count)]}


def texts(count: int, more: int) -> Mapping[str, Value]:
    """A schema of texts of many lengths."""
    branches: list[Value] = [{"type": "string", "minLength": n, "maxLength": n + more} for n in range(count)]
    return {"anyOf": branches}


# Two schemas of an input: what was over a minute, and what is a question for each of its parts.
CASES: Mapping[str, tuple[Mapping[str, Value], Mapping[str, Value]]] = {
    "required": (
        {"type": "object", "required": [f"p{n}" for n in range(20_000)]},
        {"type": "object", "required": [f"q{n}" for n in range(20_000)]},
    ),
    "a thousand required": (
        {"type": "object", "required": [f"p{n}" for n in range(1_000)]},
        {"type": "object", "required": []},
    ),
    "patterns": (any_of(200, "(a|b)*a(a|b){N}$"), any_of(200, "(a|b)*b(a|b){N}$")),
    "lengths": (texts(450, 3), texts(450, 4)),
    "types": (
        {"anyOf": [{"type": ["string", "integer", "null", "array", "object", "boolean"]}] * 400},
        {"anyOf": [{"type": ["string", "integer", "null", "array", "object"]}] * 400},
    ),
}


def prompt(schema: Mapping[str, Value]) -> str:
    """A prompt with an input of this schema."""
    inputs = {"type": "object", "properties": {"a": dict(schema)}, "required": ["a"]}
    spec = {"model": "model/small", "messages": [{"role": "user", "content": "Hi {{a}}"}], "inputs": inputs}
    return f"{PROMPT}{json.dumps(spec)}\n"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A stranger's registry. Copy it."""
    folder = strange_registry(tmp_path_factory.mktemp("schemas") / "registry")
    (folder.path / "partials/wrong.yaml").unlink()
    folder.commit({"models/small.yaml": MODEL})
    return folder


@pytest.mark.parametrize("name", CASES)
def test_schemas_that_are_slow_to_compare_are_answered(name: str, base: Folder, tmp_path: Path) -> None:
    folder = base.at(Path(shutil.copytree(base.path, tmp_path / "registry")))
    for schema in CASES[name]:
        folder.commit({NAME: prompt(schema)})
    weight = weighed(folder.path, ["diff", "HEAD~1", "HEAD", "--format", "json"])
    codes = {change["code"] for change in json.loads(weight.said)["changes"]}
    # What is not decided is narrowed and widened; what no longer must be there is widened.
    assert (weight.code, codes) == (0, {"PRM051" if name == "a thousand required" else "PRM013"})
    assert (weight.seconds < SECONDS, weight.mebibytes < MEBIBYTES) == (True, True), weight
