"""Three-way merges of manifests whose results were written by hand."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from plmctl.core.kinds import BUILT_IN
from plmctl.core.merging import Merge, Three, merge

CASES = tuple(sorted((Path(__file__).parent / "merges").glob("*.txt")))
_PART = re.compile(r"^##### (?P<name>\w+)(?P<crlf> crlf)?\n(?P<text>(?:(?!##### ).*\n)*)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A merge: its files, and what is to become of them."""

    files: Three
    result: Merge


def case_of(path: Path) -> Case:
    """What a file of `merges` says."""
    parts = {
        found["name"]: found["text"].replace("\n", "\r\n" if found["crlf"] else "\n").encode()
        for found in _PART.finditer(path.read_text(encoding="utf-8"))
    }
    assert {"base", "ours", "theirs"} < set(parts)
    files = Three(base=parts["base"], ours=parts["ours"], theirs=parts["theirs"])
    is_clean = "merged" in parts
    return Case(
        files=files, result=Merge(data=parts["merged" if is_clean else "conflict"], is_clean=is_clean)
    )


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_merge_is_as_it_was_written_by_hand(path: Path) -> None:
    case = case_of(path)
    found = merge(case.files, BUILT_IN)
    assert found is not None
    assert found.data.decode() == case.result.data.decode()
    assert found.is_clean == case.result.is_clean
