"""Patterns that are compiled when they are first asked."""

import importlib
import pkgutil
import re

import pytest

import plmctl
from plmctl.core.deferred import deferred


def test_it_answers_as_the_pattern_does() -> None:
    late, now = deferred(r"(\d+)-(\w)", re.ASCII), re.compile(r"(\d+)-(\w)", re.ASCII)
    text = "12-a and 7-b"
    for _ in range(2):
        assert late.findall(text) == now.findall(text) == [("12", "a"), ("7", "b")]
        assert late.split(text) == now.split(text)
        assert late.sub(r"\2", text) == now.sub(r"\2", text) == "a and b"
        assert late.subn("", text) == now.subn("", text)
        assert [m.span() for m in late.finditer(text)] == [(0, 4), (9, 12)]
    found = late.match(text), late.fullmatch(text), late.search(text, 4)
    assert [m and m[0] for m in found] == ["12-a", None, "7-b"]
    assert (late.pattern, late.groups) == (now.pattern, now.groups)
    assert deferred(rb"\d").findall(b"a1") == [b"1"]


def test_what_is_wrong_is_raised_when_it_is_used() -> None:
    wrong = deferred("(")
    with pytest.raises(re.error, match="missing"):
        wrong.search("x")
    with pytest.raises(AttributeError, match="groupindex"):
        _ = wrong.groupindex


def test_every_pattern_of_the_program_compiles() -> None:
    count = 0
    for module in pkgutil.walk_packages(plmctl.__path__, "plmctl."):
        if module.name != "plmctl.__main__":
            there = vars(importlib.import_module(module.name)).values()
            # Asked how many groups it has, it is compiled.
            count += sum(found.groups >= 0 for found in there if type(found) is type(deferred("")))
    assert count > 150
