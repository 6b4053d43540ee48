"""`diff` of data: files by their listings, rows by their keys, from what is at hand (changes.md, data.md)."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from hashlib import md5
from pathlib import Path

import jsonschema_rs
import pytest

from plmctl.commands.diff import DiffOptions, diff
from plmctl.core.report import Report, exit_code
from plmctl.render.html import html
from plmctl.render.json import json_text
from plmctl.render.line import Paper
from plmctl.render.markdown import markdown
from plmctl.render.text import text
from plmctl.store.inner import InnerCache
from tests.commands.builder import opened, plmctl
from tests.commands.data import (
    CACHE,
    FAQ_MD5,
    FILES,
    FOLDER_OBJECTS,
    HELLO_MD5,
    ONE_MD5,
    data_shop,
    object_path,
    put_objects,
)
from tests.git.builder import Folder
from tests.programs import REPOSITORY

FAQ, JSONL = "dataset/faq data datasets/faq", "dataset/rows data datasets/rows.jsonl"
COUNTS = "2 files to 3 files, 7 to 9 bytes; files: 1 added, 1 changed, 1 renamed"
CHANGED = "rows: 1 changed, 1 added, 1 removed, 0 as before"
OVER = "the listing of 'datasets/faq' has over {} bytes, and is not read"
TWO_BYTES_MD5 = "b6d767d2f8ed5d21a44b0e5886680cb9"
OLD_ROWS = b'{"id": 1, "q": "a"}\n{"id": 2, "q": "b"}\n'
NEW_ROWS = b'{"id": 2, "q": "c"}\n{"id": 3, "q": "<b>"}\n'
ROWS = """\
apiVersion: plmctl/v1
kind: Dataset
metadata: {name: rows}
spec:
  purpose: [few-shot]
  format: jsonl
  key: id
  data: {dvc: rows.jsonl.dvc}
"""


def folder_pointer(listing: str, size: int, nfiles: int) -> tuple[str, bytes, str]:
    """The md5, the listing, and the pointer of a folder."""
    name = md5(listing.encode()).hexdigest() + ".dir"
    text = f"outs:\n- md5: {name}\n  size: {size}\n  nfiles: {nfiles}\n  hash: md5\n  path: faq\n"
    return name, listing.encode(), text


def rows_pointer(data: bytes) -> str:
    name = md5(data).hexdigest()
    return f"outs:\n- md5: {name}\n  size: {len(data)}\n  hash: md5\n  path: rows.jsonl\n"


@pytest.fixture
def shop(tmp_path: Path) -> Folder:
    """A folder in which a.txt moved, sub/b.txt changed, c.txt is new; and a file of records that changed."""
    folder = data_shop(tmp_path / "shop")
    ignored = {"datasets/.gitignore": "/faq\n/rows.jsonl\n"}
    folder.commit({**ignored, "datasets/rows.yaml": ROWS, "datasets/rows.jsonl.dvc": rows_pointer(OLD_ROWS)})
    listing = json.dumps(
        [
            {"md5": ONE_MD5, "relpath": "c.txt"},
            {"md5": HELLO_MD5, "relpath": "moved.txt"},
            {"md5": TWO_BYTES_MD5, "relpath": "sub/b.txt"},
        ]
    )
    name, data, pointer = folder_pointer(listing, 9, 3)
    folder.commit({"datasets/faq.dvc": pointer, "datasets/rows.jsonl.dvc": rows_pointer(NEW_ROWS)})
    objects = {name: data, TWO_BYTES_MD5: b"22", **FOLDER_OBJECTS}
    put_objects(folder, CACHE, {**objects, **{md5(d).hexdigest(): d for d in (OLD_ROWS, NEW_ROWS)}})
    return folder


def compared(folder: Folder, *revisions: str) -> Report:
    with opened(folder) as repo:
        kept = InnerCache(repo.top)
        return diff(repo, replace(DiffOptions(), revisions=revisions or ("HEAD~1", "HEAD"), kept=kept))


def shown(report: Report) -> list[str]:
    """The part of the text that tells of data."""
    lines = text(report, Paper(width=110)).splitlines()
    begin = next(n for n, line in enumerate(lines) if " data " in line and line.startswith("dataset/"))
    return lines[begin:-1]


def test_files_and_rows_are_told_apart(shop: Folder) -> None:
    said = shown(compared(shop))
    assert said[:6] == [
        f"{FAQ}  {COUNTS}; 3 bytes in; 1 byte out",
        "  + c.txt  1 byte",
        "  ~ sub/b.txt  1 to 2 bytes",
        "  > a.txt -> moved.txt  6 bytes",
        "",
        f"{JSONL}  40 to 42 bytes; {CHANGED}",
    ]
    assert said[6:10] == [
        "  ~ row 1 (id 2)",
        '      q: "b" -> "c"',
        '  + row 2 (id 3): {"id": 3, "q": "<b>"}',
        '  - row 1 (id 1): {"id": 1, "q": "a"}',
    ]


def test_programs_get_all_of_it(shop: Folder) -> None:
    value = json.loads(json_text(compared(shop)))
    published = REPOSITORY / "schemas" / "output" / "report.json"
    schema = jsonschema_rs.Draft202012Validator(json.loads(published.read_text(encoding="utf-8")))
    assert [error.message for error in schema.iter_errors(value)] == []
    files, rows = value["contents"]
    assert files["files"] == {
        "added": [{"path": "c.txt", "md5": ONE_MD5, "size": 1}],
        "removed": [],
        "changed": [
            {
                "old": {"path": "sub/b.txt", "md5": ONE_MD5, "size": 1},
                "new": {"path": "sub/b.txt", "md5": TWO_BYTES_MD5, "size": 2},
            }
        ],
        "renamed": [
            {
                "old": {"path": "a.txt", "md5": HELLO_MD5, "size": 6},
                "new": {"path": "moved.txt", "md5": HELLO_MD5, "size": 6},
            }
        ],
        "unchanged": 0,
        "bytesIn": 3,
        "bytesOut": 1,
    }
    assert rows["rows"]["changed"] == [
        {"key": [2], "numbers": [2, 1], "cells": [{"column": "q", "old": "b", "new": "c"}]}
    ]
    assert (rows["restricted"], rows["unknown"]) == (False, None)


@pytest.mark.parametrize("render", [markdown, html])
def test_reviewers_see_it_and_nothing_in_it_is_markup(render: Callable[[Report], str], shop: Folder) -> None:
    page = render(compared(shop))
    assert "<td>renamed</td><td><code>a.txt -&gt; moved.txt</code></td><td>6</td>" in page
    assert "&lt;b&gt;" in page
    assert '"<b>"' not in page


def test_values_that_not_everybody_may_see_are_not_shown(shop: Folder) -> None:
    restricted = f"{ROWS}  sensitivity: restricted\n"
    shop.commit({"datasets/rows.yaml": restricted, "datasets/rows.jsonl.dvc": rows_pointer(OLD_ROWS)})
    report = compared(shop, "HEAD~1", "HEAD")
    assert shown(report)[:2] == [
        f"{JSONL}  42 to 40 bytes; {CHANGED}; their values are not shown: not everybody may see the data",
        "",
    ]
    (value,) = json.loads(json_text(report))["contents"]
    assert (value["rows"], value["restricted"]) == (None, True)


def test_what_is_not_here_is_not_fetched(shop: Folder) -> None:
    old = md5(OLD_ROWS).hexdigest()
    (shop.path / CACHE).rename(shop.path / "../gone")
    changes = compared(shop).contents
    assert [change.why for change in changes] == [
        f"which files changed is not known: the data with md5 {FAQ_MD5} is not in .dvc/cache",
        f"which rows changed is not known: the data with md5 {old} is not in .dvc/cache",
    ]
    assert [(change.files, change.rows) for change in changes] == [(None, None), (None, None)]


def test_data_that_git_has_is_compared_too(shop: Folder) -> None:
    (shop.path / CACHE).rename(shop.path / "../gone")
    (shop.path / "datasets/.gitignore").unlink()
    old = {"datasets/faq.dvc": FILES["datasets/faq.dvc"], "datasets/rows.jsonl.dvc": rows_pointer(OLD_ROWS)}
    bytes_of_old = {"datasets/faq/a.txt": b"hello\n", "datasets/faq/sub/b.txt": b"1"}
    shop.commit({**old, **bytes_of_old, "datasets/rows.jsonl": OLD_ROWS})
    (shop.path / "datasets/faq/sub/b.txt").unlink()
    listing = f'[{{"md5": "{HELLO_MD5}", "relpath": "a.txt"}}]'
    shop.commit(
        {
            "datasets/faq.dvc": folder_pointer(listing, 6, 1)[2],
            "datasets/rows.jsonl.dvc": rows_pointer(NEW_ROWS),
            "datasets/rows.jsonl": NEW_ROWS,
        }
    )
    assert shown(compared(shop))[:2] == [
        f"{FAQ}  2 files to 1 file, 7 to 6 bytes; files: 1 removed, 1 as before; 0 bytes in; 1 byte out",
        "  - sub/b.txt  1 byte",
    ]


def test_a_listing_that_leads_out_of_its_folder_is_told(shop: Folder) -> None:
    name, data, pointer = folder_pointer('[{"md5": "' + ONE_MD5 + '", "relpath": "../../x"}]', 1, 1)
    put_objects(shop, CACHE, {name: data})
    shop.commit({"datasets/faq.dvc": pointer})
    (change,) = compared(shop).contents
    assert change.files is None
    assert "the path leaves its folder by '..'" in change.why


def test_a_large_listing_is_not_read(shop: Folder) -> None:
    with opened(shop) as repo:
        kept = InnerCache(repo.top, listing_limit=150)
        report = diff(repo, replace(DiffOptions(), revisions=("HEAD~1", "HEAD"), kept=kept))
    assert shown(report)[:2] == [
        f"{FAQ}  2 files to 3 files, 7 to 9 bytes; {OVER.format('150')}",
        "",
    ]


def test_the_command_reads_no_listing_over_16_mib(shop: Folder) -> None:
    place = shop.path / object_path(CACHE, FAQ_MD5)
    # It is refused for its size alone, so that it need not be a listing.
    os.truncate(place, 16 * 1024 * 1024 + 1)
    said = json.loads(plmctl(shop, "diff", "HEAD~1", "HEAD", "--format", "json").stdout)
    assert said["contents"][0]["unknown"] == OVER.format("16,777,216")


def test_a_listing_that_was_tampered_with_names_no_path_of_this_machine(shop: Folder) -> None:
    put_objects(shop, CACHE, {FAQ_MD5: b"[]"})
    change = compared(shop).contents[0]
    place = ".dvc/cache/files/md5/4e/c5dab3240316a5f1799cb173f217ce.dir"
    assert change.files is None
    assert change.why == (
        f"the listing of 'datasets/faq' in {place} is not the one that was added: "
        "its md5 is d751713988987e9331980363e24189ce.dir"
    )


def test_other_bytes_in_the_cache_are_not_compared(shop: Folder) -> None:
    put_objects(shop, CACHE, {md5(OLD_ROWS).hexdigest(): NEW_ROWS})
    change = compared(shop).contents[1]
    assert change.rows is None
    assert change.why.startswith("the cache holds other bytes than those of md5")


def test_a_large_file_is_not_compared_by_rows(shop: Folder) -> None:
    large = rows_pointer(OLD_ROWS).replace("size: 40", "size: 4194305")
    shop.commit({"datasets/rows.jsonl.dvc": large})
    (change,) = compared(shop).contents
    assert shown(compared(shop))[0].endswith("the rows were not compared: a side has over 4,194,304 bytes")
    assert change.why == ""


def test_a_file_that_became_a_folder_has_amounts_alone(shop: Folder) -> None:
    pointer = FILES["datasets/faq.dvc"].replace("path: faq", "path: rows.jsonl")
    shop.commit({"datasets/rows.jsonl.dvc": pointer})
    assert shown(compared(shop))[0] == (
        "dataset/rows data datasets/rows.jsonl  1 file to 2 files, 42 to 7 bytes"
    )


def test_floating_data_is_no_change(shop: Folder) -> None:
    shop.commit({"datasets/faq.yaml": f"{FILES['datasets/faq.yaml']}  floating: true\n"})
    shop.commit({"datasets/faq.dvc": FILES["datasets/faq.dvc"]})
    assert compared(shop).contents == ()


def test_many_files_are_counted(shop: Folder) -> None:
    rows = [{"md5": ONE_MD5, "relpath": f"{n:03}"} for n in range(22)]
    name, data, pointer = folder_pointer(json.dumps(rows), 22, 22)
    put_objects(shop, CACHE, {name: data})
    shop.commit({"datasets/faq.dvc": pointer})
    assert "  … 1 more added file" in shown(compared(shop))
    assert "<p>… 1 more added file</p>" in markdown(compared(shop))


@pytest.mark.parametrize(
    ("pointer", "codes"),
    [
        (FILES["datasets/faq.dvc"].replace("path: faq", "path: ../../faq"), ["REF026", "REF009"]),
        (FILES["datasets/faq.dvc"].replace("  size: 7\n", ""), ["REF023", "REF009"]),
        (None, ["REF005"]),
    ],
)
def test_a_pointer_that_cannot_be_used_any_more_is_a_finding_and_before_a_warning(
    pointer: str | None, codes: list[str], shop: Folder
) -> None:
    shop.git("rm", "-q", "datasets/faq.dvc")
    shop.commit({"datasets/faq.dvc": pointer} if pointer is not None else {})
    report = compared(shop)
    assert [finding.code for finding in report.findings] == codes
    assert (report.problems, exit_code(report)) == ((), 1)
    shop.commit({"datasets/faq.dvc": FILES["datasets/faq.dvc"]})
    mended = compared(shop)
    (problem,) = mended.problems
    why = report.findings[0]
    assert problem.message == (
        f"dataset/faq: its data at HEAD~1 was not compared: {why.code} {why.message} ({why.location})"
    )
    assert problem.hint == "'plmctl validate --rev HEAD~1' shows all that was wrong"
    assert (mended.findings, exit_code(mended), mended.reach is None) == ((), 0, False)


def test_a_pointer_that_was_broken_all_the_time_is_left_to_validate(shop: Folder) -> None:
    broken = FILES["datasets/faq.dvc"].replace("  size: 7\n", "")
    shop.commit({"datasets/faq.dvc": broken})
    shop.commit({"README.md": "else"})
    assert (compared(shop).findings, compared(shop).problems) == ((), ())
