"""What is refused and not explained in full: too much of it, or what the two libraries disagree on."""

import time

from plmctl.core.document import Document, read_document
from plmctl.core.kinds import Shape
from plmctl.core.schema import Node, shape_findings
from plmctl.core.value import Value


def found(shape: Shape, text: str) -> list[tuple[str, str, str]]:
    """What a schema finds wrong with a document, as code, place and message."""
    document = read_document("thing.yaml", text.encode())
    assert isinstance(document, Document)
    return [(f.code, str(f.location), f.message) for f in shape_findings(document, shape)]


def test_a_number_that_one_library_refuses_is_a_finding() -> None:
    shape = Shape(kind="Thing", made=lambda: {"properties": {"spec": {"multipleOf": 1.1}}, "$defs": {}})
    assert found(shape, "spec: 9007199254740991\n") == [
        ("SCH007", "thing.yaml:1:7", "spec is not what 'multipleOf' of its schema asks for")
    ]


def test_many_values_with_many_alternatives_are_told_in_fewer_words_and_in_time() -> None:
    alternatives: list[Value] = [{"const": n} for n in range(15)]
    shape = Shape(
        kind="Thing",
        made=lambda: {"properties": {"spec": {"items": {"anyOf": alternatives}}}, "$defs": {}},
    )
    assert shape.weight == 16
    assert found(shape, "spec: [14, 15]\n")[0][2].startswith("spec[1] is ")
    began = time.process_time()
    assert found(shape, f"spec: [{'14, ' * 40_000}15]\n") == [
        ("SCH007", "thing.yaml:1:160008", "spec[40000] is not what 'anyOf' of its schema asks for")
    ]
    assert time.process_time() - began < 5


def test_of_too_many_the_number_is_told() -> None:
    bundle: Node = {"properties": {"spec": {"maxItems": 1_000}, "x": {"maxProperties": 1}}, "$defs": {}}
    shape = Shape(kind="Thing", made=lambda: bundle)
    assert found(shape, f"x: {{a: 1, b: 2}}\nspec: [{'0, ' * 40_000}0]\n") == [
        ("SCH007", "thing.yaml:1:4", "x has 2: at most 1 field is allowed"),
        ("SCH007", "thing.yaml:2:7", "spec has 40001: at most 1000 items are allowed"),
    ]
