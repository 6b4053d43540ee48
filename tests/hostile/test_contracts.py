"""`hostile.md` S in the schemas and the samples of prompts, and U04, each in bounded time."""

import json
from collections.abc import Mapping

import pytest

from plmctl.core.value import Value
from tests.git.builder import Folder
from tests.hostile.paths_cases import MODEL
from tests.hostile.stranger import FOUND_IN_WRONG, plmctl, state_of, strange_registry

NAME = "prompts/hostile.yaml"
PROMPT = """\
apiVersion: plmctl/v1
kind: Prompt
metadata: {name: hostile}
spec:
  model: model/small
  messages: [{role: user, content: "Hello {{a}}"}]
  samples: [{name: one, input: SAMPLE}]
  inputs: SCHEMA
"""


def schema(field: Value, **more: Value) -> Mapping[str, Value]:
    """A schema of one field that must be there."""
    return {"type": "object", "properties": {"a": field}, "required": ["a"], **more}


TEXT: Value = {"type": "string"}


def pattern(written: str) -> Mapping[str, Value]:
    """A schema of a text that fits a pattern."""
    return schema({"type": "string", "pattern": written})


DOUBLED: dict[str, Value] = {"d0": TEXT} | {
    f"d{n + 1}": {"anyOf": [{"$ref": f"#/$defs/d{n}"}, {"$ref": f"#/$defs/d{n}"}]} for n in range(18)
}
RING: dict[str, Value] = {"b": {"$ref": "#/$defs/b"}}
ITEMS: list[Value] = [{"k": str(n)} for n in range(5_000)]
DEEP: Value = json.loads("[" * 50 + "]" * 50)

# The schema, the value of the sample's field, and what is found, with its line and column, if anything is.
CASES: Mapping[str, tuple[Mapping[str, Value], Value, tuple[str, int, int] | None]] = {
    "s01-ref-http": (schema({"$ref": "http://127.0.0.1:9/x.json"}), "x", ("SCH009", 8, 59)),
    "s01-ref-file": (schema({"$ref": "file:///etc/passwd"}), "x", ("SCH009", 8, 59)),
    "s02-schema": (schema({"type": "string"}, **{"$schema": "http://127.0.0.1:9/s"}), "x", ("SCH009", 8, 90)),
    "s03-nested-plus": (
        pattern("^(a+)+$"),
        "a" * 100_000 + "b",
        ("LNT006", 7, 38),
    ),
    "s04-many-stars": (pattern("a*a*a*a*b$"), "a" * 100_000, ("LNT006", 7, 38)),
    "s05-cycle": (schema({"$ref": "#/$defs/b"}, **{"$defs": RING}), "x", ("SCH009", 8, 117)),
    "s06-doubled": (
        schema({"$ref": "#/$defs/d18"}, **{"$defs": DOUBLED}),
        "x",
        ("SCH009", 8, 3),
    ),
    "s07-deep-instance": (schema({"type": "array"}), DEEP, None),
    "s08-unique-items": (schema({"type": "array", "uniqueItems": True}), ITEMS, None),
    "s08-twice": (schema({"type": "array", "uniqueItems": True}), [*ITEMS, ITEMS[0]], ("LNT006", 7, 38)),
    "s09-multiple-of-large": (schema({"type": "number", "multipleOf": 10**400}), 7, ("YML022", 8, 83)),
    "s09-multiple-of-small": (schema({"type": "number", "multipleOf": 1e-300}), 1e308, None),
    "s10-errors": (
        schema({"type": "array", "items": {"type": "string"}}),
        list(range(20_000)),
        ("LNT006", 7, 32),
    ),
    "s11-repeats": (
        pattern("^((a{0,1000}){0,1000}){0,1000}$"),
        "a",
        ("SCH009", 8, 80),
    ),
}


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A registry for all cases, one after the other."""
    folder = strange_registry(tmp_path_factory.mktemp("contracts") / "registry")
    folder.write("models/small.yaml", MODEL)
    return folder


@pytest.mark.parametrize("case", CASES)
def test_a_hostile_contract_is_told_in_bounded_time_and_hides_nothing(case: str, registry: Folder) -> None:
    contract, value, told = CASES[case]
    text = PROMPT.replace("SAMPLE", json.dumps({"a": value})).replace("SCHEMA", json.dumps(contract))
    registry.write(NAME, text)
    before = state_of(registry.path)
    said = plmctl(registry.path, "validate", "--format", "json")
    assert (said.code, said.err) == (1, "")
    found = set(said.found) - FOUND_IN_WRONG
    assert found == (set() if told is None else {(told[0], NAME, told[1], told[2])})
    assert len(said.found) <= 101
    assert state_of(registry.path) == before


def test_u04_a_key_that_only_looks_like_ours_is_told_by_its_code_point(registry: Folder) -> None:
    text = PROMPT.replace("model: model", "m\u043edel: model").replace(
        "SCHEMA", json.dumps(schema({"type": "string"}))
    )
    registry.write(NAME, text.replace("SAMPLE", "{a: x}"))
    said = plmctl(registry.path, "validate", NAME, "--format", "json")
    findings = json.loads(said.out)["findings"]
    assert (said.code, said.found) == (1, [("SCH002", NAME, 5, 3)])
    assert findings[0]["help"] == "did you mean 'model'?; the key contains U+043E"
