"""Files that are part of an artifact."""

from collections.abc import Mapping

import pytest

from plmctl.core.canonical import canonical_json, digest_of, sha256_of
from plmctl.core.finding import Location
from plmctl.core.include import (
    FILE_LIMIT,
    LINK_REFUSED,
    NO_SUCH_FILE,
    NOT_A_FILE,
    PATH_REFUSED,
    TEXT_LIMIT,
    UNREADABLE_FILE,
    Included,
    NotIncluded,
    included_file,
    included_pointer,
    included_text,
)
from plmctl.core.ports import EntryKind, MemoryTree, Unreadable
from plmctl.core.registry import load
from plmctl.core.value import Value

POINTER = b"""\
outs:
- md5: 2f7df1abef5990681fab106996e6254b.dir
  size: 20
  nfiles: 3
  hash: md5
  path: docs
"""
LOCK = """\
schema: '2.0'
stages:
  split:
    cmd: python split.py
    outs:
    - path: train.jsonl
      hash: md5
      md5: 2f7df1abef5990681fab106996e6254b
      size: 20
"""


def tree(files: Mapping[str, bytes | str], **kinds: EntryKind) -> MemoryTree:
    """Files below `prompts/`, and other things by name."""
    below = {f"prompts/{name}": data for name, data in files.items()}
    return MemoryTree(below, {f"prompts/{name}": kind for name, kind in kinds.items()})


def refused(found: Included | NotIncluded) -> NotIncluded:
    """What was not included."""
    assert isinstance(found, NotIncluded)
    return found


def test_text_is_nfc_with_line_feeds_and_its_hash_is_of_the_bytes() -> None:
    data = b"\xef\xbb\xbfe\xcc\x81\r\nb\r\n"
    assert included_text(tree({"a.md": data}), "prompts", "a.md") == Included(
        path="prompts/a.md",
        value="\u00e9\nb\n",
        text="\u00e9\nb\n",
        texts=(("prompts/a.md", "e\u0301\nb\n"),),
        hashes=(("prompts/a.md", sha256_of(data)),),
    )


def test_text_that_is_not_utf8_says_which_byte() -> None:
    found = refused(included_text(tree({"a.md": b"\xef\xbb\xbfa\r\nb\xff c"}), "prompts", "a.md"))
    assert (found.rule, found.message, found.help) == (
        UNREADABLE_FILE,
        "prompts/a.md: byte 0xff at offset 7, line 2, is not UTF-8",
        "save the file as UTF-8",
    )
    assert found.location == Location(path="prompts/a.md", line=2, column=2)
    assert found.source == "b\ufffd c"


@pytest.mark.parametrize(
    ("written", "rule", "message"),
    [
        ("gone.md", NO_SUCH_FILE, "no such file: 'prompts/gone.md'"),
        ("../../a.md", PATH_REFUSED, "the path '../../a.md' leaves the repository"),
        ("..", PATH_REFUSED, "the path '..' is the whole repository"),
        ("link", LINK_REFUSED, "'prompts/link' is a symbolic link or leads through one"),
        ("module", NOT_A_FILE, "'prompts/module' is a submodule, not a file"),
        ("pipe", NOT_A_FILE, "'prompts/pipe' is a special file, not a file"),
        ("folder", NOT_A_FILE, "'prompts/folder' is a folder, not a file"),
    ],
)
def test_a_text_that_cannot_be_read_says_why(written: str, rule: object, message: str) -> None:
    there = tree({"folder/a.md": "a"}, link=EntryKind.LINK, module=EntryKind.SUBMODULE, pipe=EntryKind.OTHER)
    found = refused(included_text(there, "prompts", written))
    assert (found.rule, found.message) == (rule, message)
    assert refused(included_pointer(there, "prompts", written, None)).message == message


@pytest.mark.parametrize("written", ["gone.md", "link"])
def test_a_file_that_is_not_there_or_a_link_is_refused(written: str) -> None:
    assert isinstance(included_file(tree({}, link=EntryKind.LINK), "prompts", written), NotIncluded)


def test_a_folder_with_a_bad_name_is_refused() -> None:
    found = refused(included_text(MemoryTree({"-x/a.md": "a"}), "-x", "a.md"))
    assert (found.rule, found.message) == (PATH_REFUSED, "the name '-x' begins with a dash")


def test_a_text_file_is_hashed_as_it_is_read() -> None:
    expected = sha256_of("\u00e9\n".encode())
    for data in (b"\xc3\xa9\n", b"e\xcc\x81\r\n", b"\xef\xbb\xbf\xc3\xa9\n"):
        assert included_file(tree({"a.json": data}), "prompts", "a.json") == Included(
            path="prompts/a.json",
            value=expected,
            texts=(("prompts/a.json", data.decode("utf-8-sig").replace("\r", "")),),
            hashes=(("prompts/a.json", sha256_of(data)),),
        )


@pytest.mark.parametrize("data", [b"a\r\n\0", b"\xff\r\n"])
def test_a_file_that_is_no_text_is_hashed_as_it_is(data: bytes) -> None:
    found = included_file(tree({"a.png": data}), "prompts", "a.png")
    assert isinstance(found, Included)
    assert found.value == sha256_of(data)


def test_a_folder_is_the_hash_of_its_files() -> None:
    there = tree({"flows/a.md": "a\r\n", "flows/b/c.md": "c", "flows.md": "other"})
    assert included_file(there, "prompts", "flows") == Included(
        path="prompts/flows",
        value={"folder": digest_of([["a.md", sha256_of(b"a\n")], ["b/c.md", sha256_of(b"c")]])},
        texts=(("prompts/flows/a.md", "a\n"), ("prompts/flows/b/c.md", "c")),
        hashes=(("prompts/flows/a.md", sha256_of(b"a\r\n")), ("prompts/flows/b/c.md", sha256_of(b"c"))),
    )


def test_a_file_that_lists_a_folder_is_not_that_folder() -> None:
    rows: list[Value] = [["a.md", sha256_of(b"a")]]
    folder = included_file(tree({"flows/a.md": "a"}), "prompts", "flows")
    file = included_file(tree({"flows": canonical_json(rows)}), "prompts", "flows")
    assert isinstance(folder, Included)
    assert isinstance(file, Included)
    assert folder.value != file.value


def test_a_folder_with_a_link_in_it_is_refused() -> None:
    there = MemoryTree({"p/flows/a.md": "a"}, {"p/flows/b": EntryKind.LINK})
    assert refused(included_file(there, "p", "flows")).rule is LINK_REFUSED


def test_a_folder_without_files_is_refused() -> None:
    there = MemoryTree({}, {"p/flows": EntryKind.FOLDER})
    found = refused(included_file(there, "p", "flows"))
    assert (found.rule, found.message) == (NO_SUCH_FILE, "there is no file in 'p/flows'")


def test_a_large_file_is_refused() -> None:
    there = tree({"a.md": b"a" * (TEXT_LIMIT + 1)})
    found = refused(included_text(there, "prompts", "a.md"))
    message = f"'prompts/a.md' has {TEXT_LIMIT + 1} bytes, over the limit of {TEXT_LIMIT}"
    assert (found.rule, found.message, found.help) == (UNREADABLE_FILE, message, "split the file")
    assert refused(included_pointer(there, "prompts", "a.md", None)).message == message
    assert isinstance(included_file(there, "prompts", "a.md"), Included)


class Unwilling(MemoryTree):
    """A tree whose files are there and cannot be read."""

    def read(self, path: str, *, limit: int) -> bytes:
        """Nothing."""
        raise Unreadable(f"permission denied under {limit}")


def test_a_file_that_cannot_be_read_is_told() -> None:
    there = Unwilling({"p/a.md": "a", "p/dvc.yaml": "a", "p/dvc.lock": "a"})
    message = f"'p/a.md' cannot be read: permission denied under {FILE_LIMIT}"
    assert refused(included_file(there, "p", "a.md")).message == message
    assert refused(included_pointer(there, "p", "dvc.yaml", "out")).rule is UNREADABLE_FILE


def test_a_pointer_stands_for_what_it_records() -> None:
    found = included_pointer(tree({"docs.dvc": POINTER}), "prompts", "docs.dvc", None)
    assert isinstance(found, Included)
    assert found.value == {"md5": "2f7df1abef5990681fab106996e6254b.dir", "size": 20, "nfiles": 3}
    assert found.hashes == (("prompts/docs.dvc", sha256_of(POINTER)),)
    assert (found.out, found.text, found.findings) == (None, None, ())


def test_an_output_is_read_from_the_lock_beside_the_pipeline() -> None:
    there = tree({"dvc.yaml": "stages: {}", "dvc.lock": LOCK})
    found = included_pointer(there, "prompts", "dvc.yaml", "train.jsonl")
    assert isinstance(found, Included)
    assert found.value == {"md5": "2f7df1abef5990681fab106996e6254b", "size": 20}
    assert (found.path, found.out) == ("prompts/dvc.lock", "train.jsonl")


def test_an_output_without_a_lock_or_that_the_lock_has_not_is_refused() -> None:
    gone = refused(included_pointer(tree({"dvc.yaml": "a"}), "prompts", "dvc.yaml", "x"))
    assert (gone.rule, gone.message) == (NO_SUCH_FILE, "no such file: 'prompts/dvc.lock'")
    there = tree({"dvc.yaml": "a", "dvc.lock": LOCK})
    assert refused(included_pointer(there, "prompts", "dvc.yaml", "x")).rule is UNREADABLE_FILE


def test_a_broken_pointer_is_refused_with_its_findings() -> None:
    found = refused(included_pointer(tree({"a.dvc": "outs: []\n"}), "prompts", "a.dvc", None))
    assert (found.rule, found.message) == (UNREADABLE_FILE, "the DVC pointer 'prompts/a.dvc' cannot be used")
    assert [finding.code for finding in found.findings] == ["REF022"]


def test_of_files_that_are_not_there_the_first_hundred_are_told() -> None:
    head = "apiVersion: plmctl/v1\nkind: Application\nmetadata: {name: a}\nspec:\n  uses: []\n  files:\n"
    files = "".join(f"    - f{number}.txt\n" for number in range(150))
    settings = "apiVersion: plmctl/v1\nkind: Registry\nmetadata: {name: acme}\n"
    registry = load(MemoryTree({"plmctl.yaml": settings, "applications/a.yaml": head + files}))
    found = registry.manifests["application/a"].summary.findings
    assert [(finding.code, finding.location.line) for finding in found] == [
        ("REF005", line) for line in range(7, 107)
    ]
