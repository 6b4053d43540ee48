import ast
from collections.abc import Iterator
from statistics import median

from tests.house.sources import Source, sources


def functions(source: Source) -> Iterator[tuple[str, int]]:
    """Place and length in lines of every function of a file."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield (
                f"{source.path}:{node.lineno}: {node.name}",
                (node.end_lineno or node.lineno) - node.lineno + 1,
            )


def test_no_function_is_over_60_lines() -> None:
    assert [f for source in sources("plmctl", "tests") for f in functions(source) if f[1] > 60] == []


def test_no_file_is_over_400_lines() -> None:
    lengths = [(source.path, source.text.count("\n")) for source in sources("plmctl", "tests")]
    assert [(path, length) for path, length in lengths if length > 400] == []


def test_half_of_all_functions_have_at_most_10_lines() -> None:
    assert median(length for source in sources("plmctl") for _, length in functions(source)) <= 10


def test_half_of_all_files_have_at_most_120_lines() -> None:
    # An `__init__.py` without code is a name for a folder, no room that could be too large.
    rooms = [s for s in sources("plmctl") if len(s.tree.body) > 1]
    assert median(source.text.count("\n") for source in rooms) <= 120
