import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from plmctl.commands.data_add import DataAddOptions, data_add
from plmctl.core.finding import PlmctlError, UsageError
from plmctl.core.inventory import Inventory, Measured, Row
from plmctl.core.ports import MemoryTree
from plmctl.core.registry import load
from plmctl.core.report import Report
from plmctl.core.value import Value
from tests.commands.cellar import FAQ, OTHER, TICKETS, Cellar, pointer_text, registry_with_data
from tests.commands.ground import opened
from tests.git.builder import Folder

LINES = b'{"id": "T1", "text": "lost"}\n{"id": "T2", "text": "late"}\n'
PURPOSES = ("evaluation", "few-shot")
NEW = {"data/new.jsonl": pointer_text(OTHER, len(LINES), "new.jsonl")}


@pytest.fixture(scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return registry_with_data(tmp_path_factory.mktemp("add") / "registry")


@pytest.fixture
def folder(_made: Folder, tmp_path: Path) -> Folder:
    """A registry whose data/new.jsonl nobody has yet."""
    return _made.at(Path(shutil.copytree(_made.path, tmp_path / "registry", symlinks=True)))


def cellar(folder: Folder, pointers: dict[str, str]) -> Cellar:
    tree = {path: Measured(md5=OTHER, size=len(LINES)) for path in ("data/new.jsonl", *pointers)}
    return Cellar(tree=tree, pointers=pointers, contents={OTHER: LINES}, top=folder.path)


def added(
    folder: Folder, store: Cellar, path: str, name: str | None = None, *, manifests: str | None = None
) -> Report:
    options = DataAddOptions(path=path, name=name, purposes=lambda: PURPOSES, folder=manifests)
    with opened(folder) as repo:
        return data_add(repo, store, options)


def spec(folder: Folder, path: str, artifact: str) -> dict[str, Value]:
    """The spec of a manifest that was written, which is valid."""
    with opened(folder) as repo:
        tree = repo.work_tree()
        files = {p: tree.read(p, limit=1 << 20) for p in tree.paths()}
    registry = load(MemoryTree(files))
    assert [f.message for f in registry.findings if f.location.path == path] == []
    assert registry.manifests[artifact].path == path
    return dict(registry.manifests[artifact].spec)


def test_a_file_becomes_a_dataset_with_what_its_records_say(folder: Folder) -> None:
    report = added(folder, cellar(folder, NEW), "data/new.jsonl", "support/new")
    path = "datasets/support/new.yaml"
    assert report.done == (
        "data/new.jsonl.dvc points to data/new.jsonl: 58 bytes",
        f"wrote {path}: dataset/support/new",
    )
    assert report.notes == ("the schema is read off all records: narrow it to what they must be",)
    assert report.next == (
        f"fill in {path}",
        f"git add :/data/new.jsonl.dvc :/data/.gitignore :/{path} && git commit",
        "plmctl data push dataset/support/new",
    )
    assert report.data == {
        "id": "dataset/support/new",
        "path": path,
        "pointer": "data/new.jsonl.dvc",
        "bytes": 58,
        "files": None,
        "wrote": True,
    }
    assert spec(folder, path, "dataset/support/new") == {
        "purpose": ["evaluation", "few-shot"],
        "data": {"dvc": "../../data/new.jsonl.dvc"},
        "format": "jsonl",
        "schema": {
            "type": "object",
            "properties": {"id": {"type": "string"}, "text": {"type": "string"}},
            "required": ["id", "text"],
        },
        "key": "id",
    }
    # What nobody can know stands there as a comment.
    assert (
        "  # The SPDX licence.\n" in (folder.path / path).read_text()
        or "#license:" in (folder.path / path).read_text()
    )


def test_a_folder_is_what_most_of_its_files_are(folder: Folder) -> None:
    store = cellar(folder, {"data/mixed": pointer_text(f"{FAQ}.dir", 9, "mixed", 3)})
    rows = [Row(relpath=name, md5=OTHER) for name in ("README.md", "a.jsonl", "b.jsonl")]
    store.listings[f"{FAQ}.dir"] = Inventory.of(rows)
    report = added(folder, store, "data/mixed", "mixed")
    found = spec(folder, "datasets/mixed.yaml", "dataset/mixed")
    # Both files have the same records, so that nothing tells them apart.
    assert (found["format"], "schema" in found, "key" in found) == ("jsonl", True, False)
    assert report.done[0] == "data/mixed.dvc points to data/mixed: 3 files, 9 bytes"


def test_a_format_that_nobody_knows_is_said(folder: Folder) -> None:
    store = cellar(folder, {"data/blob.xyz": pointer_text(TICKETS, 9, "blob.xyz")})
    report = added(folder, store, "data/blob.xyz", "blob", manifests="datasets/raw")
    assert spec(folder, "datasets/raw/blob.yaml", "dataset/blob") == {
        "purpose": ["evaluation", "few-shot"],
        "data": {"dvc": "../../data/blob.xyz.dvc"},
        "format": "unknown",
    }
    assert report.notes == (
        "the names of the files do not say what format it is: the manifest says 'unknown'",
    )


def test_data_that_an_artifact_has_gets_its_pointer_brought_up_to_date(folder: Folder) -> None:
    store = cellar(folder, {"data/faq": pointer_text(f"{OTHER}.dir", 12, "faq", 4)})
    report = added(folder, store, "data/faq")
    assert report.done == ("data/faq.dvc points to data/faq: 4 files, 12 bytes; before: 3 files, 1.2 MB",)
    assert report.next == (
        "git add :/data/faq.dvc :/data/.gitignore && git commit",
        "plmctl data push dataset/faq",
    )
    assert (report.data or {})["wrote"] is False
    again = added(folder, store, "data/faq", "faq")
    assert again.notes == ("data/faq.dvc says that already: nothing changed",)
    assert (again.done, again.next) == ((), ())
    with pytest.raises(UsageError, match="dataset/faq has this data already"):
        added(folder, store, "data/faq", "other")


@pytest.mark.parametrize(
    ("name", "manifests", "said"),
    [
        (None, None, "no artifact has the data of data/new.jsonl yet"),
        ("faq", None, "there is dataset/faq already: datasets/faq.yaml"),
        ("FAQ", None, "'FAQ' cannot be a name"),
        ("there", None, "there is a file already: datasets/there.yaml"),
        ("new", "elsewhere", "no manifest would be looked for at elsewhere/new.yaml"),
    ],
)
def test_what_cannot_be_written_is_refused_before_dvc_is_called(
    folder: Folder, name: str | None, manifests: str | None, said: str
) -> None:
    folder.write("datasets/there.yaml", "mine: true\n")
    with pytest.raises(UsageError) as caught:
        added(folder, cellar(folder, NEW), "data/new.jsonl", name, manifests=manifests)
    assert caught.value.message == said
    assert not (folder.path / "data/new.jsonl.dvc").exists()
    if name is None:
        assert caught.value.hint == "write 'plmctl data add data/new.jsonl --name new --purpose rag'"


@pytest.mark.parametrize("name", [None, "other"])
def test_the_output_of_a_stage_is_not_added(folder: Folder, name: str | None) -> None:
    """Not even before the stage ran."""
    path = folder.path / "datasets/faq.yaml"
    path.write_text(
        path.read_text().replace("{dvc: ../data/faq.dvc}", "{dvc: ../dvc.yaml, out: data/new.jsonl}")
    )
    with pytest.raises(UsageError) as caught:
        added(folder, cellar(folder, NEW), "data/new.jsonl", name)
    assert caught.value.message == (
        "data/new.jsonl is the output of a stage in dvc.yaml, and the data of dataset/faq already"
    )
    assert caught.value.hint == "run 'dvc repro dvc.yaml': the dvc.lock beside it is the pointer"
    assert not (folder.path / "data/new.jsonl.dvc").exists()


def test_nobody_is_asked_what_data_is_for_that_cannot_be_added(folder: Folder) -> None:
    def asked() -> tuple[str, ...]:
        raise AssertionError("somebody is asked")

    options = DataAddOptions(path="data/new.jsonl", name="new", purposes=asked)
    with opened(folder) as repo, pytest.raises(PlmctlError) as caught:
        data_add(repo, Cellar(), options)
    assert (caught.value.message, caught.value.exit_code) == ("there is no data at 'data/new.jsonl'", 3)
    assert caught.value.hint == "name a file or a folder of the work tree"
    with opened(folder) as repo, pytest.raises(UsageError, match="there is dataset/faq already"):
        data_add(repo, cellar(folder, NEW), replace(options, name="faq"))


def test_where_dvc_fails_nothing_is_written(folder: Folder) -> None:
    with pytest.raises(PlmctlError, match="DVC is not installed"):
        added(folder, cellar(folder, {}), "data/new.jsonl", "new")
    assert folder.git("status", "--short") == ""


def test_a_pointer_that_cannot_be_used_is_no_dataset(folder: Folder) -> None:
    store = cellar(folder, {"data/new.jsonl": "outs: []\n"})
    with pytest.raises(PlmctlError) as caught:
        added(folder, store, "data/new.jsonl", "new")
    assert caught.value.message == (
        "DVC wrote data/new.jsonl.dvc, and plmctl cannot use it: the pointer has 0 outputs, not one"
    )
    assert not (folder.path / "datasets/new.yaml").exists()


def test_what_dvc_passes_over_is_told(folder: Folder) -> None:
    store = cellar(folder, {"data/faq": pointer_text(f"{FAQ}.dir", 1_234_567, "faq", 3)})
    store.passed["data/faq"] = ("data/faq/a.tmp",)
    why = "a .dvcignore says so, or it is a link to a folder"
    told = f"DVC passes over data/faq/a.tmp: no version of the data has it; {why}"
    assert added(folder, store, "data/faq").notes == ("data/faq.dvc says that already: nothing changed", told)
    store.pointers["data/new"] = pointer_text(f"{OTHER}.dir", 9, "new", 3)
    store.tree["data/new"] = Measured(md5=f"{OTHER}.dir", size=9)
    store.passed["data/new"] = ("data/new/a", "data/new/b", "data/new/c", "data/new/d")
    four = "data/new/a, data/new/b, data/new/c and 1 more"
    told = f"DVC passes over {four}: no version of the data has them; {why}"
    assert added(folder, store, "data/new", "new").notes[-1] == told


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("data/new.jsonl", "data/new.jsonl"),
        ("data/faq", "data/faq/a b.md, data/faq/c.md, data/faq/d.md and 1 more in data/faq"),
    ],
)
def test_what_git_tracks_is_refused_before_dvc_is_asked(folder: Folder, path: str, what: str) -> None:
    names = ("faq/a b.md", "faq/c.md", "faq/d.md", "faq/e.md", "new.jsonl", "faq.md", "new.jsonl.old")
    folder.commit({f"data/{name}": "1\n" for name in names})
    with pytest.raises(PlmctlError) as caught:
        added(folder, Cellar.full() if path == "data/faq" else cellar(folder, NEW), path, "new")
    assert caught.value.message == f"Git tracks {what}, and DVC adds nothing that Git has"
    assert caught.value.hint == f"run 'git rm -r --cached :/{path}', then this again"
    assert caught.value.exit_code == 3
