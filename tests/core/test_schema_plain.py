"""What is refused and not explained in full: too much of it, or what the two libraries disagree on."""

import time

import jsonschema_rs

from plmctl.core.document import Document, read_document
from plmctl.core.kinds import Shape
from plmctl.core.schema import Node, shape_findings
from plmctl.core.value import Value
from tests.commands.counting import counted


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


def with_items(**more: Value) -> Shape:
    """A schema of a list that has no item but `a`."""
    spec: Node = {"items": {"anyOf": [{"const": "a"}] * 15}, **more}
    return Shape(kind="Thing", made=lambda: {"properties": {"spec": spec}, "$defs": {}})


def errors_made(shape: Shape, text: str) -> tuple[list[tuple[str, str, str]], int]:
    """What is found wrong, and of how many mistakes the library made an error for it."""
    with counted(jsonschema_rs.ValidationError.__init__) as made:
        told = found(shape, text)
    return told, made["__init__"]


def test_of_most_mistakes_that_are_not_told_no_error_is_made() -> None:
    told, made = errors_made(with_items(), f"spec: [{'0, ' * 20_000}0]\n")
    assert [message for _, _, message in told] == [
        f"spec[{index}] is not what 'anyOf' of its schema asks for" for index in range(100)
    ]
    assert made < 20_000


def test_mistakes_behind_many_items_that_are_right_are_told() -> None:
    told, _ = errors_made(with_items(), f"spec: [{'a, ' * 20_000}0]\n")
    assert [message for _, _, message in told] == ["spec[20000] is not what 'anyOf' of its schema asks for"]


def test_what_is_wrong_with_a_whole_list_is_told_of_the_whole() -> None:
    items = f"spec: [{'0, ' * 20_000}0]\n"
    told, made = errors_made(with_items(maxItems=50), items)
    assert [message for _, _, message in told if "[" not in message] == [
        "spec has 20001: at most 50 items are allowed"
    ]
    assert made < 20_000
    # Only the whole has enough.
    told, _ = errors_made(with_items(minItems=10_000), items)
    assert [message for _, _, message in told if "[" not in message] == []
    assert len(told) == 100
