"""What validate said of the same files is said again, and no document is parsed for it."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from plmctl.commands.validate import KIND, ValidateOptions
from plmctl.core.document import read_document
from plmctl.core.finding import PlmctlError
from plmctl.core.limits import LIMITS
from plmctl.core.report import Report
from plmctl.git.disk import read_file
from plmctl.git.objects import ObjectReader
from tests.commands.builder import validated
from tests.commands.counting import counted
from tests.commands.ground import small_registry
from tests.commands.remembering import LastingCache, later, memo
from tests.commands.test_records import GOOD, dataset
from tests.git.builder import Folder

STAGED = ValidateOptions(is_staged=True, today="2026-03-04")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A registry of four manifests, with one mistake."""
    folder = small_registry(tmp_path / "registry")
    folder.commit({"prompts/greet.md": "Greet {{name}} {{\n"})
    return folder


def said(folder: Folder, options: ValidateOptions) -> tuple[Report, int, int]:
    """What validate reports, how many documents it parsed, and how many objects it read."""
    with counted(read_document, ObjectReader.read) as found:
        report = validated(folder, options)
    return report, found["read_document"], found["read"]


# plmctl.yaml, four manifests; and the text that one of them includes.
DOCUMENTS, BLOBS = 5, 6


def test_nothing_is_parsed_where_nothing_changed(folder: Folder) -> None:
    cold = said(folder, STAGED)
    assert [finding.code for finding in cold[0].findings] == ["TPL003"]
    assert cold[1:] == (DOCUMENTS, BLOBS)
    options = replace(STAGED, memo=memo())
    assert said(folder, options) == cold
    assert said(folder, options) == (cold[0], 0, 0)


@pytest.mark.parametrize("paths", [("prompts",), ("models/small.yaml",), ("prompts/greet.md", "evals")])
def test_who_asks_about_some_files_gets_of_the_same_answer_what_is_theirs(
    folder: Folder, paths: tuple[str, ...]
) -> None:
    options = replace(STAGED, memo=memo())
    validated(folder, options)
    cold = validated(folder, replace(STAGED, paths=paths))
    assert said(folder, replace(options, paths=paths)) == (cold, 0, 0)


def test_work_tree_index_and_commit_have_one_answer(folder: Folder) -> None:
    cache = LastingCache()
    validated(folder, replace(STAGED, memo=memo(cache)))
    for options in (replace(STAGED, is_staged=False), replace(STAGED, is_staged=False, revision="HEAD")):
        report, parsed, _ = said(folder, replace(options, memo=memo(cache)))
        assert (report, parsed) == (validated(folder, options), 0)


@pytest.mark.parametrize(
    "files",
    [
        {"prompts/greet.md": "Greet {{name}}.\n"},
        {"models/small.yaml": "kind: [\n"},
        {"plmctl.yaml": "apiVersion: plmctl/v1\nkind: Registry\nmetadata: {name: other}\n"},
        {"models/other.yaml": "apiVersion: plmctl/v1\nkind: Model\nmetadata: {name: other}\n"},
        {"notes.txt": "a new name\n"},
    ],
    ids=["a text", "a manifest", "the settings", "a new manifest", "a new name"],
)
def test_what_changed_is_seen(folder: Folder, files: dict[str, str]) -> None:
    options = replace(STAGED, memo=memo())
    validated(folder, options)
    folder.commit(files)
    report, _, read = said(folder, options)
    assert report == validated(folder, STAGED)
    assert read > 0


def test_another_day_and_another_program_ask_anew(folder: Folder) -> None:
    options = replace(STAGED, memo=memo(cache := LastingCache()))
    validated(folder, options)
    # The settings are read, and no manifest: none of them says that its day comes.
    assert said(folder, replace(options, today="2026-03-05"))[1:] == (0, 1)
    assert said(folder, replace(options, today="2026-03-05"))[1:] == (0, 0)
    assert said(folder, replace(options, memo=memo(cache, "another")))[1] == DOCUMENTS


def test_a_value_that_is_no_answer_is_found_out_anew(folder: Folder) -> None:
    options = replace(STAGED, memo=memo(cache := LastingCache()))
    cold = validated(folder, options)
    ((name, (stamp, _)),) = cache.every(KIND).items()
    cache.keep(KIND, {name: (stamp, b"{}")})
    # The settings are read; of manifests it is known what they say, and what is said of them.
    assert said(folder, options) == (cold, 0, 1)
    assert said(folder, options) == (cold, 0, 0)


def test_of_what_cannot_be_read_nothing_is_kept(folder: Folder) -> None:
    folder.commit({"models/large.yaml": f"# {'x' * LIMITS.file_bytes}\n"})
    options = replace(STAGED, memo=memo(cache := LastingCache()))
    assert "YML001" in {finding.code for finding in validated(folder, options).findings}
    assert cache.every(KIND) == {}


def test_of_what_is_known_no_object_is_read_and_so_none_is_missed(folder: Folder) -> None:
    """As docs/cache.md says; who has to read it finds out."""
    options = replace(STAGED, memo=memo())
    report = validated(folder, options)
    folder.loose(lost := folder.git("rev-parse", "HEAD:models/small.yaml")).unlink()
    assert said(folder, options) == (report, 0, 0)
    assert said(folder, replace(options, today="2026-03-05")) == (report, 0, 1)
    with pytest.raises(PlmctlError, match=f"object {lost} is not in this repository"):
        validated(folder, STAGED)


def test_the_line_ends_of_a_checkout_make_no_file_too_large(folder: Folder) -> None:
    """What was said of the index is said of the work tree, with what is known and without."""
    place, lines = folder.path / "models/small.yaml", b"#\n" * (LIMITS.file_bytes // 2 - 1000)
    place.write_bytes(place.read_bytes() + lines)
    folder.git("add", "--all")
    options = replace(STAGED, memo=memo())
    report = validated(folder, options)
    place.write_bytes(place.read_bytes().replace(b"\n", b"\r\n"))
    assert place.stat().st_size > LIMITS.file_bytes
    for each in (replace(STAGED, is_staged=False), replace(options, is_staged=False)):
        assert validated(folder, each) == report


def test_a_file_that_comes_where_none_was_is_seen(folder: Folder) -> None:
    (folder.path / "prompts/greet.md").unlink()
    options = replace(STAGED, is_staged=False, memo=memo())
    report = validated(folder, options)
    assert [finding.code for finding in report.findings] == ["REF005"]
    assert said(folder, options) == (report, 0, 0)
    folder.write("prompts/greet.md", "Greet {{name}}.\n")
    assert validated(folder, options).findings == ()


def test_records_that_may_be_at_hand_or_not_are_looked_for_each_time(tmp_path: Path) -> None:
    folder = small_registry(tmp_path / "registry")
    folder.commit({**dataset("d", "git: d.jsonl"), "datasets/d.jsonl": GOOD + GOOD})
    options = replace(STAGED, is_staged=False, memo=memo(cache := LastingCache()))
    report, parsed, _ = said(folder, options)
    assert [finding.code for finding in report.findings] == ["REC005"]
    assert parsed == DOCUMENTS + 1
    assert cache.every(KIND) == {}
    # What a hook asks for leaves data alone, so its answer is kept; who looks into data cannot use it.
    staged = replace(options, is_staged=True)
    assert [said(folder, staged)[1:] for _ in range(2)] == [(0, 1), (0, 0)]
    assert said(folder, options)[:2] == (report, 1)


def test_data_that_is_only_an_address_is_no_reason_to_look(tmp_path: Path) -> None:
    folder = small_registry(tmp_path / "registry")
    folder.commit(dataset("d", "uri: 'https://data.example.com/d', version: '1'"))
    options = replace(STAGED, is_staged=False, memo=memo())
    assert [said(folder, options)[1] for _ in range(2)] == [DOCUMENTS + 1, 0]


def opens(folder: Folder, options: ValidateOptions) -> tuple[Report, int]:
    """What validate reports of the work tree, and how many files it opened."""
    with counted(read_file) as found:
        report = validated(folder, options)
    return report, found["read_file"]


@pytest.fixture
def options() -> ValidateOptions:
    """Of the work tree, whose files were all written long ago."""
    return replace(STAGED, is_staged=False, memo=memo(clock=later))


def test_no_file_is_opened_where_nothing_changed(folder: Folder, options: ValidateOptions) -> None:
    cold = opens(folder, replace(options, memo=None))
    assert cold[1] == BLOBS
    assert opens(folder, options) == cold
    assert opens(folder, options) == (cold[0], 0)


def test_only_a_file_that_was_touched_is_opened_again(folder: Folder, options: ValidateOptions) -> None:
    report = validated(folder, options)
    os.utime(folder.path / "models/small.yaml")
    assert [opens(folder, options) for _ in range(2)] == [(report, 1), (report, 0)]
    text = (folder.path / "prompts/greet.md").read_text(encoding="utf-8")
    folder.write("prompts/greet.md", text)
    assert [opens(folder, options) for _ in range(2)] == [(report, 1), (report, 0)]


def test_an_edit_is_seen_that_keeps_size_and_time(folder: Folder, options: ValidateOptions) -> None:
    assert [finding.code for finding in validated(folder, options).findings] == ["TPL003"]
    path = folder.path / "prompts/greet.md"
    before = path.stat()
    path.write_text("Greet {{name}} !!\n", encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert validated(folder, options).findings == ()
    assert opens(folder, options)[1] == 0


def test_what_was_written_just_now_is_opened_each_time(folder: Folder, options: ValidateOptions) -> None:
    report = validated(folder, options)
    # Its times are those that it will have: a write within the same tick changes neither.
    racy = replace(options, memo=memo(cache := LastingCache()))
    os.utime(folder.path / "prompts/greet.md")
    assert [opens(folder, racy)[0] for _ in range(2)] == [report] * 2
    assert opens(folder, racy)[1] == BLOBS
    options = replace(racy, memo=memo(cache, clock=later))
    assert [opens(folder, options) for _ in range(2)] == [(report, BLOBS), (report, 0)]
