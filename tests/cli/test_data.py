import json
import shutil
from hashlib import md5
from pathlib import Path

import jsonschema_rs
import pytest

from plmctl.core.value import Value
from plmctl.render.line import Paper
from plmctl.render.text import text
from tests.cli.running import Done, answered, plmctl
from tests.commands.cellar import DATASET, Cellar, pointer_text, registry_with_data
from tests.commands.ground import REGISTRY, folder_at
from tests.commands.test_data_status import status_of
from tests.programs import REPOSITORY

CONTENT = b'{"id": 1}\n'
MD5 = md5(CONTENT, usedforsecurity=False).hexdigest()
CONFIG = "[core]\n    remote = store\n['remote \"store\"']\n    url = ../../store\n"
SCHEMA = json.loads((REPOSITORY / "schemas/output/report.json").read_text(encoding="utf-8"))
PUBLISHED = jsonschema_rs.validator_for(SCHEMA)


@pytest.fixture(scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "registry"
    path.mkdir()
    folder = folder_at(path)
    folder.git("init", "-q", "-b", "main")
    folder.commit(
        {
            "plmctl.yaml": REGISTRY,
            "datasets/tickets.yaml": DATASET.format(name="tickets", data="tickets.jsonl", format="jsonl"),
            "data/tickets.jsonl.dvc": pointer_text(MD5, len(CONTENT), "tickets.jsonl"),
            "data/.gitignore": "/tickets.jsonl\n",
            ".dvc/config": CONFIG,
            ".dvc/.gitignore": "/config.local\n/tmp\n/cache\n",
        }
    )
    return path


@pytest.fixture
def cloned(_made: Path, tmp_path: Path) -> Path:
    """A registry with a dataset whose remote is a folder; nobody has the data yet."""
    return Path(shutil.copytree(_made, tmp_path / "registry"))


def kept(folder: Path) -> None:
    """The data in a cache or a remote, as DVC keeps it there."""
    place = folder / "files/md5" / MD5[:2] / MD5[2:]
    place.parent.mkdir(parents=True)
    place.write_bytes(CONTENT)


def data(*words: str, at: Path) -> Done:
    return plmctl("data", *words, at=at)


def report_of(done: Done) -> dict[str, Value]:
    found: dict[str, Value] = json.loads(done.out)
    assert [str(error) for error in PUBLISHED.iter_errors(found)] == []
    return found


def test_status_tells_what_is_missing_and_exits_1(cloned: Path) -> None:
    done = data("status", "--remote", at=cloned)
    assert done.out == (
        "artifact         work tree  release  cache    remote        data\n"
        "dataset/tickets  missing    -        missing  not in store  10 bytes\n"
    )
    assert done.err == (
        "error: dataset/tickets: the data is not in the work tree\n"
        "hint: run 'plmctl data pull'\n"
        "error: dataset/tickets: the remote store has not all of the data: nobody else can have it\n"
        "hint: run 'plmctl data push dataset/tickets' where the data is\n"
    )
    assert done.code == 1


def test_status_exits_0_where_all_is_well(cloned: Path) -> None:
    kept(cloned / ".dvc/cache")
    kept(cloned.parent / "store")
    (cloned / "data/tickets.jsonl").write_bytes(CONTENT)
    done = data("status", "--remote", "--format", "json", at=cloned / "data")
    report = report_of(done)
    assert (done.code, done.err, report["command"]) == (0, "", "data status")
    assert report["summary"] == {"data": 1, "same": 1, "changed": 0, "missing": 0, "notChecked": 0}
    (cloned / "data/tickets.jsonl").write_bytes(CONTENT.replace(b"1", b"2"))
    done = data("status", at=cloned)
    assert done.err.startswith("note: no remote was asked: 'plmctl data status --remote' asks\n")
    assert "data/tickets.jsonl changed: 10 bytes as its pointer says, with other content\n" in done.err
    assert done.code == 1


def test_what_the_cache_has_is_brought_into_a_folder_without_dvc(cloned: Path) -> None:
    kept(cloned / ".dvc/cache")
    done = data("pull", "tickets", "--to", "../out", at=cloned)
    assert done.out == "../out/data/tickets.jsonl: 10 bytes of dataset/tickets, from the cache\n"
    assert (cloned.parent / "out/data/tickets.jsonl").read_bytes() == CONTENT
    done = data("pull", "--rev", "HEAD", "--to", "../json/", "--format", "json", at=cloned)
    report = report_of(done)
    assert (done.code, report["command"]) == (0, "data pull")
    assert report["data"] == {
        "artifacts": [
            {
                "artifact": "dataset/tickets",
                "pointer": "data/tickets.jsonl.dvc",
                "path": "data/tickets.jsonl",
                "md5": MD5,
                "bytes": 10,
                "files": None,
                "to": "../json/data/tickets.jsonl",
                "from": None,
            }
        ],
        "folder": "../json",
    }


def test_a_folder_in_the_repository_or_with_something_in_it_is_refused(cloned: Path) -> None:
    (cloned.parent / "full").mkdir()
    (cloned.parent / "full/mine").write_text("mine")
    for folder, said in (
        ("data", f"data is inside the repository {cloned}"),
        (".", f". is inside the repository {cloned}"),
        ("../full", "../full is there, and not an empty folder"),
        ("../full/mine", "../full/mine is there, and not an empty folder"),
    ):
        done = data("pull", "--to", folder, at=cloned)
        assert (done.code, done.err.splitlines()[0]) == (2, f"error: {said}")
    (cloned.parent / "link").symlink_to(cloned / "data")
    assert data("pull", "--to", "../link/new", at=cloned).code == 2


def test_what_goes_only_with_a_folder_says_so(cloned: Path) -> None:
    done = data("pull", "--rev", "HEAD", "--format", "json", at=cloned)
    assert done.err == "error: --rev is for --to\nhint: write 'plmctl data pull --rev HEAD --to DIR'\n"
    assert (done.code, report_of(done)["command"]) == (2, "data pull")


def test_push_of_what_the_remote_has_starts_nothing(cloned: Path) -> None:
    kept(cloned.parent / "store")
    done = data("push", "--format", "json", at=cloned)
    report = report_of(done)
    assert (done.code, report["command"], report["summary"]) == (0, "data push", {"data": 1})
    assert report["done"] == ["the remote store has dataset/tickets: 10 bytes"]


def test_without_a_remote_nothing_can_be_moved(cloned: Path) -> None:
    (cloned / ".dvc/config").write_text("")
    for words in (("pull",), ("push",), ("pull", "--to", "../out"), ("pull", "--remote", "backup")):
        done = data(*words, at=cloned)
        first = done.err.splitlines()[0]
        assert first.startswith("error: dataset/tickets: "), done.err
        assert ("'backup'" in first) == ("backup" in words)
        assert done.code == 3
    assert not (cloned.parent / "out").exists()


def test_a_bare_repository_has_no_data(cloned: Path) -> None:
    folder_at(cloned).git("clone", "-q", "--bare", ".", "../bare.git")
    done = data("status", at=cloned.parent / "bare.git")
    assert (done.code, done.err) == (
        2,
        "error: a bare repository has no data: DVC keeps it beside a work tree\nhint: clone it\n",
    )


def test_the_table_fits_a_narrow_terminal_and_is_whole_on_a_wide_one(tmp_path: Path) -> None:
    folder = registry_with_data(tmp_path / "registry")
    name = "dataset/a-name-as-long-as-such-names-are"
    folder.write("datasets/faq.yaml", DATASET.format(name=name[8:], data="faq", format="markdown"))
    report = status_of(folder, Cellar.full(), name, asks_remote=True)
    narrow = text(report, Paper(width=80, is_coloured=False, is_terminal=True)).splitlines()
    assert narrow == [
        "artifact                                  work tree  release  cache  remote",
        f"{name}  same       -        whole  store",
        "(data: not shown in 80 columns)",
    ]
    wide = text(report, Paper(width=160, is_coloured=False, is_terminal=True)).splitlines()
    assert wide[1] == f"{name}  same       -        whole  store   3 files, 1.2 MB"


def test_add_asks_what_the_data_is_for(cloned: Path) -> None:
    (cloned / "data/new.jsonl").write_bytes(CONTENT)
    done = data("add", "data/new.jsonl", "--name", "new", at=cloned)
    hint = "hint: say --purpose with one of rag, fine-tuning, evaluation, few-shot\n"
    assert (done.code, done.err) == (2, f"error: what is the data for?\n{hint}")
    code, _, said = answered(b"nothing\n", "data", "add", "data/new.jsonl", "--name", "new", at=cloned)
    assert code == 2
    assert "error: 'nothing' is no purpose\nhint: there are rag, fine-tuning, evaluation, few-shot\n" in said
    done = data("add", ".", "--format", "json", at=cloned)
    assert (done.code, report_of(done)["command"]) == (2, "data add")
    assert done.err.startswith("error: the whole repository is no data\n")
