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


def text(spec: str, name: str = "small", kind: str = "Model") -> bytes:
    return f"apiVersion: plmctl/v1\nkind: {kind}\nmetadata:\n  name: {name}\nspec:\n{spec}".encode()


BASE = text("  provider: openai\n  model: one\n  task: chat\n")
OURS = text("  provider: openai\n  # ours\n  model: two\n  task: chat\n")
THEIRS = text("  provider: openai\n  model: one\n  task: embedding  # theirs\n")
BOTH = Three(base=BASE, ours=OURS, theirs=THEIRS)


def test_a_merge_by_lines_is_taken_where_it_means_the_same() -> None:
    by_lines = text("  # by lines\n  provider: openai\n  model: two\n  task: embedding\n")
    assert merge(BOTH, BUILT_IN, by_lines) == Merge(data=by_lines, is_clean=True)


@pytest.mark.parametrize(
    "spec",
    [
        "  provider: openai\n  model: one\n  task: embedding\n",
        "  provider: openai\n  model: two\n  task: embedding\n  revision: more\n",
        "  provider: [openai]\n  model: two\n  task: embedding\n",
        "  provider: {openai: 1}\n  model: two\n  task: embedding\n",
        "  - openai\n",
        "  provider: openai: two\n",
    ],
)
def test_a_merge_by_lines_that_means_something_else_is_not(spec: str) -> None:
    expected = text("  provider: openai\n  # ours\n  model: two\n  task: embedding  # theirs\n")
    assert merge(BOTH, BUILT_IN, text(spec)) == Merge(data=expected, is_clean=True)


def test_a_merge_by_lines_with_another_number_of_items_is_not_taken() -> None:
    base, ours, theirs = (text(f"  capabilities: [{words}]\n") for words in ("a, b", "a, b, c", "d, a, b"))
    by_lines = text("  capabilities: [d, a, b]\n")
    found = merge(Three(base=base, ours=ours, theirs=theirs), BUILT_IN, by_lines)
    assert found == Merge(data=text("  capabilities: [d, a, b, c]\n"), is_clean=True)


def test_where_both_changed_neighbours_of_prose_lines_decide() -> None:
    """Folded sentences stand beside each other, and their lines do not."""
    base, ours, theirs, by_lines = (
        text(f"  content: >\n    {first}\n    Be brief and do\n    {last}\n", "tone", "Partial")
        for first, last in (
            ("Be kind.", "not guess."),
            ("Be very kind.", "not guess."),
            ("Be kind.", "not ask."),
            ("Be very kind.", "not ask."),
        )
    )
    files = Three(base=base, ours=ours, theirs=theirs)
    alone = merge(files, BUILT_IN)
    assert alone is not None
    assert not alone.is_clean
    assert merge(files, BUILT_IN, by_lines) == Merge(data=by_lines, is_clean=True)


def test_a_merge_by_lines_decides_nothing_that_is_a_conflict() -> None:
    files = Three(base=text("  model: one\n"), ours=text("  model: two\n"), theirs=text("  model: three\n"))
    found = merge(files, BUILT_IN, text("  model: two\n"))
    assert found is not None
    assert not found.is_clean


@pytest.mark.parametrize(
    "files",
    [
        Three(base=BASE, ours=b"a: [", theirs=THEIRS),
        Three(base=BASE, ours=OURS, theirs=b"a: ["),
        Three(base=b"a: [", ours=OURS, theirs=THEIRS),
        Three(base=BASE, ours=OURS, theirs=text("  builtin: web\n", kind="Tool")),
        Three(base=text("  builtin: web\n", kind="Tool"), ours=OURS, theirs=THEIRS),
        Three(base=b"kind: Unknown\n", ours=b"kind: Unknown\na: 1\n", theirs=b"kind: Unknown\nb: 1\n"),
        Three(base=b"[]\n", ours=b"[1]\n", theirs=b"[2]\n"),
        Three(base=BASE, ours=OURS, theirs=b"#" * (1024 * 1024 + 1)),
    ],
    ids=["ours", "theirs", "base", "their kind", "the base's kind", "no kind", "no mapping", "too large"],
)
def test_what_is_no_manifest_of_one_kind_on_all_sides_is_left_to_git(files: Three) -> None:
    assert merge(files, BUILT_IN) is None


@pytest.mark.parametrize(
    "items",
    [("a: 1", "a: 2", "{a: 1, b: 1}"), ("{a: 1, b: 1}", "a: 1", "{a: 1, b: 2}")],
    ids=["merged", "theirs of a conflict"],
)
def test_what_cannot_be_written_is_left_to_git(items: tuple[str, str, str]) -> None:
    # A mapping with one key in a list, without braces of its own, has no place for another key.
    base, ours, theirs = (text(f"  x-list: [{item}]\n  model: one\n") for item in items)
    assert merge(Three(base=base, ours=ours, theirs=theirs), BUILT_IN) is None


def test_the_size_of_markers_is_gits() -> None:
    files = Three(base=text("  model: one\n"), ours=text("  model: two\n"), theirs=text("  model: three\n"))
    found = merge(files, BUILT_IN, marker_size=9)
    marked = "<<<<<<<<< ours\n  model: two\n=========\n  model: three\n>>>>>>>>> theirs\n"
    assert found == Merge(data=text(marked), is_clean=False)


def test_a_byte_order_mark_and_a_missing_last_newline_stay() -> None:
    ours = b"\xef\xbb\xbf" + OURS.removesuffix(b"\n")
    found = merge(Three(base=BASE, ours=ours, theirs=THEIRS), BUILT_IN)
    assert found == Merge(data=ours.replace(b"chat", b"embedding  # theirs"), is_clean=True)
    same = merge(Three(base=BASE, ours=ours, theirs=BASE), BUILT_IN)
    assert same == Merge(data=ours, is_clean=True)


def test_carriage_returns_alone_stay() -> None:
    ours = OURS.replace(b"\n", b"\r")
    found = merge(Three(base=BASE, ours=ours, theirs=THEIRS), BUILT_IN)
    assert found == Merge(data=ours.replace(b"chat", b"embedding  # theirs"), is_clean=True)
