import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache

from tests.house.sources import Source, sources

BUDGET = 20

SWITCH = re.compile(r"#\s*(?:pragma:\s*no (?:cover|branch)|type:\s*ignore|noqa)\b[^(#]*(?P<reason>.*)")
SKIPS = frozenset(
    f"pytest.{name}" for name in ("skip", "xfail", "importorskip", "mark.skip", "mark.skipif", "mark.xfail")
)


def switches(source: Source) -> Iterator[tuple[int, str]]:
    """Line and reason of every comment that silences a tool; strings that look like one are none."""
    if not SWITCH.search(source.text):
        return
    for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
        if token.type == tokenize.COMMENT and (switch := SWITCH.search(token.string)):
            yield token.start[0], switch["reason"].strip("(#) ")


def skips(source: Source) -> Iterator[tuple[int, str]]:
    """Line and reason of every test that may be skipped: the reason is what the skip itself is told."""
    if not any(f".{name.rpartition('.')[2]}" in source.text for name in SKIPS):
        return
    called = {id(node.func): node for node in ast.walk(source.tree) if isinstance(node, ast.Call)}
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node) in SKIPS:
            call = called.get(id(node))
            reasons = [*call.args, *(k.value for k in call.keywords if k.arg == "reason")] if call else []
            yield node.lineno, ast.unparse(reasons[-1]) if reasons else ""


@cache
def exceptions() -> list[tuple[str, str]]:
    """Place and reason of everything that switches a check off."""
    return [
        (f"{source.path}:{line}", reason)
        for source in sources("plmctl", "tests")
        for line, reason in (*switches(source), *skips(source))
    ]


def test_at_most_20_checks_are_switched_off() -> None:
    assert len(exceptions()) <= BUDGET, exceptions()


def test_each_check_that_is_switched_off_says_why() -> None:
    assert [place for place, reason in exceptions() if not reason] == []
