from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plmctl.core.finding import Finding, Level, Location
from plmctl.core.pointer import (
    IMPORTED,
    LEGACY,
    POINTER_RULES,
    BrokenPointer,
    Pointer,
    read_lock_output,
    read_pointer,
)

# As DVC 3.67.1 writes them.
FILE = """\
outs:
- md5: bc6158322d7ce9fb3f297b59a6a71712
  size: 8
  hash: md5
  path: tickets.jsonl
"""
FOLDER = """\
outs:
- md5: 065478e18cdd1e6949179634994ce7af.dir
  size: 4
  nfiles: 2
  hash: md5
  path: faq
"""
EMPTY_FOLDER = """\
outs:
- md5: d751713988987e9331980363e24189ce.dir
  size: 0
  nfiles: 0
  hash: md5
  path: empty
"""
EXECUTABLE = """\
outs:
- md5: bc6158322d7ce9fb3f297b59a6a71712
  size: 8
  isexec: true
  hash: md5
  path: é x.jsonl
"""
DIGITS = """\
outs:
- md5: '12345678901234567890123456789012'
  size: 8
  hash: md5
  path: x
"""
IMPORTED_URL = """\
md5: 515c98113292f8563534b5a4446e9546
frozen: true
deps:
- md5: bc6158322d7ce9fb3f297b59a6a71712
  size: 8
  hash: md5
  path: ../x.jsonl
outs:
- md5: bc6158322d7ce9fb3f297b59a6a71712
  size: 8
  hash: md5
  path: imported.jsonl
"""
NOT_DOWNLOADED = """\
md5: d64afc838ba0ba99a5541723ddf235c2
frozen: true
deps:
- md5: bc6158322d7ce9fb3f297b59a6a71712
  size: 8
  hash: md5
  path: ../x.jsonl
outs:
- hash: md5
  path: nodl.jsonl
"""
OTHER_REPOSITORY = """\
md5: 35f9f3f2b729f4c77b4d31b65cc767a8
frozen: true
deps:
- path: data/faq
  repo:
    url: ../other
    rev_lock: e3514c16b3792076d425767de284969419fcdfe8
outs:
- md5: 065478e18cdd1e6949179634994ce7af.dir
  size: 4
  nfiles: 2
  hash: md5
  path: faq
"""
LOCK = """\
schema: '2.0'
stages:
  build:
    cmd: mkdir -p out/faq && cp data/faq/a.md out/faq/ && cp data/tickets.jsonl
      out/t.jsonl
    deps:
    - path: data/faq
      hash: md5
      md5: 065478e18cdd1e6949179634994ce7af.dir
      size: 4
      nfiles: 2
    outs:
    - path: out/faq
      hash: md5
      md5: 4e47b090c65a5576d44b7ec827a817de.dir
      size: 2
      nfiles: 1
    - path: out/t.jsonl
      hash: md5
      md5: bc6158322d7ce9fb3f297b59a6a71712
      size: 8
"""

MD5 = "bc6158322d7ce9fb3f297b59a6a71712"


def a_pointer(md5: str, size: int, nfiles: int | None, out_path: str) -> Pointer:
    """A pointer of DVC 3 without findings."""
    return Pointer(
        path="data/x.dvc",
        md5=md5,
        size=size,
        nfiles=nfiles,
        is_legacy=False,
        out_path=out_path,
        findings=(),
    )


@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        (FILE, a_pointer(MD5, 8, None, "data/tickets.jsonl")),
        (FOLDER, a_pointer("065478e18cdd1e6949179634994ce7af.dir", 4, 2, "data/faq")),
        (EMPTY_FOLDER, a_pointer("d751713988987e9331980363e24189ce.dir", 0, 0, "data/empty")),
        (EXECUTABLE, a_pointer(MD5, 8, None, "data/é x.jsonl")),
        (DIGITS, a_pointer("12345678901234567890123456789012", 8, None, "data/x")),
        (IMPORTED_URL, a_pointer(MD5, 8, None, "data/imported.jsonl")),
        (FILE + "wdir: sub\n", a_pointer(MD5, 8, None, "data/sub/tickets.jsonl")),
        (
            FILE + "wdir:\ndesc: x\nmeta: {a: 1}\nalways_changed: false\n",
            a_pointer(MD5, 8, None, "data/tickets.jsonl"),
        ),
        (
            FILE + "  desc: x\n  type: t\n  labels: [a]\n  meta: 1\n  remote: r\n"
            "  cache: true\n  persist: false\n  push: true\n  isexec: false\n",
            replace(a_pointer(MD5, 8, None, "data/tickets.jsonl"), remote="r"),
        ),
    ],
)
def test_what_dvc_writes_is_read(text: str, pointer: Pointer) -> None:
    assert read_pointer("data/x.dvc", text.encode()) == pointer


def test_a_folder_has_a_count_of_files() -> None:
    found = [read_pointer("x.dvc", text.encode()) for text in (FILE, FOLDER, EMPTY_FOLDER)]
    assert [p.is_folder for p in found if isinstance(p, Pointer)] == [False, True, True]


def test_a_pointer_of_dvc_2_is_read_with_an_info() -> None:
    pointer = read_pointer("x.dvc", FILE.replace("  hash: md5\n", "").encode())
    assert pointer == Pointer(
        path="x.dvc",
        md5=MD5,
        size=8,
        nfiles=None,
        is_legacy=True,
        out_path="tickets.jsonl",
        findings=(
            Finding(
                rule=LEGACY,
                message="a pointer of DVC 2: its md5 ignores line endings",
                location=Location(path="x.dvc", line=2, column=3),
                level=Level.INFO,
                help="run 'dvc add' again with DVC 3",
                source=f"- md5: {MD5}",
            ),
        ),
    )


def test_data_of_another_repository_is_read_with_a_warning() -> None:
    pointer = read_pointer("faq.dvc", OTHER_REPOSITORY.encode())
    assert isinstance(pointer, Pointer)
    assert [(f.rule, f.level, f.location.line, f.message) for f in pointer.findings] == [
        (IMPORTED, Level.WARNING, 6, "the data belongs to another repository")
    ]
    assert pointer.is_imported
    assert not replace(pointer, findings=()).is_imported


LONG = "the md5 is not 32 hexadecimal digits in lower case, with '.dir' for a folder"
ORDERS = "from which programs take orders"
AROUND = "the path is the folder in which the pointer itself lies"
READ = "is a file that Git or DVC reads, and no data"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- 1\n", ["REF020 1 a DVC pointer is an object with 'outs'"]),
        ("outs: [1]\n", ["REF020 1 an output is an object with 'md5', 'size' and 'path'"]),
        ("outs: []\n", ["REF022 1 the pointer has 0 outputs, not one"]),
        ("md5: x\n", ["REF022 1 the pointer has 0 outputs, not one"]),
        ("outs:\n", ["REF022 1 the pointer has 0 outputs, not one"]),
        (FILE + "- path: y\n", ["REF022 2 the pointer has 2 outputs, not one"]),
        (FILE + "  etag: x\n", ["REF021 6 unknown key 'etag' in a DVC pointer"]),
        (FILE + "cmd: x\n", ["REF021 6 unknown key 'cmd' in a DVC pointer"]),
        (FILE.replace("size: 8", "size: true"), ["REF020 3 'size' has the wrong type"]),
        (FILE.replace("tickets.jsonl", "1"), ["REF020 5 'path' has the wrong type"]),
        (FILE.replace("size: 8", "size: '8'"), ["REF020 3 'size' has the wrong type"]),
        (FILE.replace("size: 8", "size: -1"), ["REF025 3 'size' is negative"]),
        (FILE.replace("  size: 8\n", ""), ["REF023 2 the pointer has no 'size'"]),
        (FILE.replace(MD5, ""), ["REF023 2 the pointer has no 'md5'"]),
        (FILE.replace(MD5, "1"), ["REF020 2 'md5' has the wrong type"]),
        (FILE.replace(MD5, MD5.upper()), [f"REF025 2 {LONG}"]),
        (FILE.replace(MD5, MD5 + ".dir"), ["REF023 2 the pointer has no 'nfiles'"]),
        (FILE + "  nfiles: 1\n", ["REF025 6 'nfiles' is given, and the md5 is not of a folder"]),
        (FILE.replace("hash: md5", "hash: sha256"), ["REF024 4 the hash is not md5"]),
        (FILE.replace("hash: md5", "hash:"), ["REF024 4 the hash is not md5"]),
        (FILE.replace("tickets.jsonl", "../x"), ["REF026 5 the path leaves the pointer's folder"]),
        (FILE.replace("tickets.jsonl", "/etc/x"), ["REF026 5 the path '/etc/x' is not relative"]),
        (FILE.replace("tickets.jsonl", "a/../x"), ["REF026 5 the path leaves the pointer's folder"]),
        (FILE.replace("tickets.jsonl", "''"), [f"REF026 5 {AROUND}", "REF026 5 the path is empty"]),
        (FILE.replace("tickets.jsonl", ".GIT/hooks/x"), ["REF026 5 the path leads into '.GIT', " + ORDERS]),
        (FILE + "wdir: sub/.dvc\n", ["REF026 5 the path leads into '.dvc', " + ORDERS]),
        (FILE.replace("tickets.jsonl", "a/.GitAttributes"), ["REF026 5 '.GitAttributes' " + READ]),
        (FILE.replace("tickets.jsonl", "x.dvc"), ["REF026 5 'x.dvc' " + READ]),
        (FILE + "wdir: ..\n", ["REF026 6 the path leaves the pointer's folder"]),
        (FILE + "wdir: 1\n", ["REF020 6 'wdir' is not text"]),
        (NOT_DOWNLOADED, ["REF023 9 the pointer has no 'md5'", "REF023 9 the pointer has no 'size'"]),
    ],
)
def test_a_pointer_that_does_not_say_its_data_is_broken(text: str, expected: list[str]) -> None:
    broken = read_pointer("x.dvc", text.encode())
    assert isinstance(broken, BrokenPointer)
    assert [f"{f.code} {f.location.line} {f.message}" for f in broken.findings] == expected


def test_a_pointer_in_the_folder_of_dvc_points_to_no_data() -> None:
    found = read_pointer(".dvc/x.dvc", FILE.replace("tickets.jsonl", "config").encode())
    assert [f.message for f in found.findings] == [f"the path leads into '.dvc', {ORDERS}"]
    assert isinstance(found, BrokenPointer)


@pytest.mark.parametrize("path", ["x.dvc", "data/x.dvc"])
def test_a_pointer_points_to_no_folder_that_it_lies_in(path: str) -> None:
    found = read_pointer(path, FILE.replace("tickets.jsonl", "./").encode())
    assert [f.message for f in found.findings] == [AROUND]
    assert isinstance(found, BrokenPointer)
    beside = read_pointer(path, (FILE.replace("tickets.jsonl", ".") + "wdir: sub\n").encode())
    assert isinstance(beside, Pointer)


def test_all_problems_of_a_pointer_are_reported() -> None:
    text = "outs:\n- md5: x\n  path: ../y\n  foo: 1\n  nfiles: 2\nbar: 1\n"
    broken = read_pointer("x.dvc", text.encode())
    assert [f.code for f in broken.findings] == [
        "REF021",
        "REF023",
        "REF027",
        "REF025",
        "REF025",
        "REF026",
        "REF021",
    ]


@pytest.mark.parametrize("text", ["outs: [", "outs: &a [*a]", "<<<<<<< HEAD\nouts: []\n"])
def test_a_pointer_that_is_no_yaml_is_broken(text: str) -> None:
    broken = read_pointer("x.dvc", text.encode())
    assert isinstance(broken, BrokenPointer)
    assert {f.code[:3] for f in broken.findings} == {"YML"}


def test_an_output_of_a_lock_is_read_by_its_path() -> None:
    assert read_lock_output("pipe/dvc.lock", LOCK.encode(), "out/faq") == Pointer(
        path="pipe/dvc.lock",
        md5="4e47b090c65a5576d44b7ec827a817de.dir",
        size=2,
        nfiles=1,
        is_legacy=False,
        out_path="pipe/out/faq",
        findings=(),
    )


@pytest.mark.parametrize(
    ("text", "out", "expected"),
    [
        (LOCK, "data/faq", "REF029 3 no stage has the output 'data/faq'"),
        (
            LOCK + "  again:\n    outs:\n    - path: out/faq\n",
            "out/faq",
            "REF029 3 2 stages have the output 'out/faq'",
        ),
        (
            "schema: '2.0'\nstages: {a: 1, b: {outs: 1}, c: {outs: [1]}}\n",
            "x",
            "REF029 2 no stage has the output 'x'",
        ),
        ("schema: '1.0'\nstages: {}\n", "x", "REF020 1 not a dvc.lock of schema 2.0 with stages"),
        ("[]\n", "x", "REF020 1 not a dvc.lock of schema 2.0 with stages"),
        (LOCK.replace("      size: 8\n", ""), "out/t.jsonl", "REF023 18 the pointer has no 'size'"),
    ],
)
def test_an_output_that_a_lock_does_not_have_is_broken(text: str, out: str, expected: str) -> None:
    broken = read_lock_output("dvc.lock", text.encode(), out)
    assert isinstance(broken, BrokenPointer)
    assert [f"{f.code} {f.location.line} {f.message}" for f in broken.findings] == [expected]


def test_a_lock_that_is_no_yaml_is_broken() -> None:
    assert isinstance(read_lock_output("dvc.lock", b"\xff", "x"), BrokenPointer)


def test_codes_are_distinct_and_in_order() -> None:
    assert [r.code for r in POINTER_RULES] == [f"REF0{n}" for n in range(20, 30)]


FRAGMENTS = (
    "outs:\n",
    "- ",
    "  ",
    "md5: ",
    MD5,
    ".dir",
    "\n",
    "size: 1\n",
    "path: x\n",
    "hash: md5\n",
    "nfiles: 1\n",
    "wdir: ",
)


@given(st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=3)), max_size=12).map("".join))
def test_any_text_is_a_pointer_or_broken_with_an_error(text: str) -> None:
    pointer = read_pointer("x.dvc", text.encode("utf-8", "surrogatepass"))
    is_error = any(f.level is Level.ERROR for f in pointer.findings)
    assert is_error == isinstance(pointer, BrokenPointer)
