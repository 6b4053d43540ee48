import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from plmctl.commands.data_status import DataStatusOptions, data_status
from plmctl.core.finding import PlmctlError
from plmctl.core.inventory import Inventory, Measured, Row
from plmctl.core.report import Problem, Report, exit_code
from plmctl.core.value import Value, as_items, as_mapping
from tests.commands.builder import problems
from tests.commands.cellar import (
    DATASET,
    FAQ,
    OTHER,
    TICKETS,
    TREE,
    WEIGHTS,
    Cellar,
    pointer_text,
    registry_with_data,
)
from tests.commands.ground import opened, released
from tests.git.builder import Folder

HEADINGS = ("artifact", "work tree", "release", "cache", "remote", "data")
NOT_ASKED = "no remote was asked: 'plmctl data status --remote' asks"


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A registry with data that was never released; nobody changes it."""
    return registry_with_data(tmp_path_factory.mktemp("data") / "registry")


def status_of(folder: Folder, cellar: Cellar, *names: str, asks_remote: bool = False) -> Report:
    with opened(folder) as repo:
        return data_status(repo, cellar, DataStatusOptions(names=names, asks_remote=asks_remote))


def rows(report: Report) -> tuple[tuple[str, ...], ...]:
    assert report.table is not None
    assert report.table.headings == HEADINGS
    return report.table.rows


def first(report: Report) -> dict[str, Value]:
    return dict(as_mapping(as_items((report.data or {})["artifacts"])[0]))


def test_all_is_well_and_no_remote_was_asked(quiet: Folder) -> None:
    cellar = Cellar.full()
    report = status_of(quiet, cellar)
    assert rows(report) == (
        ("dataset/faq", "same", "-", "whole", "not asked", "3 files, 1.2 MB"),
        ("dataset/tickets", "same", "-", "whole", "not asked", "9 bytes"),
        ("model/own", "same", "-", "whole", "not asked", "2.0 GB"),
    )
    assert (report.problems, report.findings, report.notes) == ((), (), (NOT_ASKED,))
    assert report.summary == {"data": 3, "same": 3, "changed": 0, "missing": 0, "notChecked": 0}
    assert (exit_code(report), cellar.asked) == (0, [])
    assert first(report) == {
        "artifact": "dataset/faq",
        "pointer": "data/faq.dvc",
        "path": "data/faq",
        "md5": f"{FAQ}.dir",
        "bytes": 1_234_567,
        "files": 3,
        "workTree": "same",
        "detail": "",
        "released": None,
        "changedSinceRelease": False,
        "cache": "whole",
        "remote": None,
        "inRemote": "notChecked",
    }


def test_only_what_is_named_and_what_it_depends_on_is_looked_at(quiet: Folder) -> None:
    report = status_of(quiet, Cellar.full(), "desk")
    assert [row[0] for row in rows(report)] == ["dataset/faq", "model/own"]
    report = status_of(quiet, Cellar.full(), "dataset/tickets", "small")
    assert [row[0] for row in rows(report)] == ["dataset/tickets"]
    with pytest.raises(PlmctlError, match="there is no artifact 'dataset/tickts'"):
        status_of(quiet, Cellar.full(), "dataset/tickts")


def test_data_that_is_not_here_is_told_once_with_what_brings_it(quiet: Folder) -> None:
    cellar = Cellar.full()
    cellar.tree.clear()
    cellar.cache.clear()
    report = status_of(quiet, cellar)
    assert [row[1:4] for row in rows(report)] == [("missing", "-", "missing")] * 3
    message = "dataset/faq, dataset/tickets, model/own: the data is not in the work tree"
    assert report.problems == (Problem(message=message, hint="run 'plmctl data pull'", exit_code=1),)
    assert exit_code(report) == 1
    cellar.tree["data/faq"] = TREE["data/faq"]
    cellar.tree["data/own.bin"] = TREE["data/own.bin"]
    cellar.cache |= {f"{FAQ}.dir", WEIGHTS}
    (problem,) = status_of(quiet, cellar).problems
    assert problem.hint == "run 'plmctl data pull dataset/tickets'"


def test_data_that_changed_says_by_size_or_by_content(quiet: Folder) -> None:
    cellar = Cellar.full()
    cellar.tree["data/faq"] = Measured(md5=f"{OTHER}.dir", size=1_234_568)
    cellar.tree["data/tickets.jsonl"] = Measured(md5=OTHER, size=9)
    cellar.tree["data/own.bin"] = Measured(md5=OTHER, size=1)
    cellar.cache.remove(TICKETS)
    report = status_of(quiet, cellar)
    assert [row[1] for row in rows(report)] == ["changed", "changed", "changed"]
    meant = "if that is meant; "
    discarded = f"{meant}'dvc checkout --force data/own.bin' discards the change"
    pulled = "to delete it and run 'plmctl data pull dataset/tickets' discards the change"
    assert [(p.message, p.hint, p.exit_code) for p in report.problems] == [
        (
            "dataset/faq: data/faq changed: 1,234,568 bytes; its pointer says 1,234,567",
            f"run 'plmctl data add data/faq' {meant}'dvc checkout --force data/faq' discards the change",
            1,
        ),
        (
            "dataset/tickets: data/tickets.jsonl changed: 9 bytes as its pointer says, with other content",
            f"run 'plmctl data add data/tickets.jsonl' {meant}{pulled}",
            1,
        ),
        (
            "model/own: data/own.bin changed: 1 byte; its pointer says 2.0 GB",
            f"run 'plmctl data add data/own.bin' {discarded}",
            1,
        ),
    ]


def test_data_that_the_cache_lacks_cannot_be_pushed_and_is_told(quiet: Folder) -> None:
    cellar = Cellar.full()
    cellar.cache.remove(TICKETS)
    report = status_of(quiet, cellar)
    assert rows(report)[1] == ("dataset/tickets", "same", "-", "missing", "not asked", "9 bytes")
    message = "dataset/tickets: the data is not in the cache here, and cannot be pushed"
    hint = "run 'dvc commit data/tickets.jsonl.dvc'"
    assert report.problems == (Problem(message=message, hint=hint, exit_code=0),)
    assert exit_code(report) == 0
    # What the remote has need not be pushed.
    assert status_of(quiet, cellar, asks_remote=True).problems == ()
    cellar.remotes["store"].remove(TICKETS)
    codes = [problem.exit_code for problem in status_of(quiet, cellar, asks_remote=True).problems]
    assert codes == [0, 1]


def test_what_cannot_be_read_is_not_checked_and_hides_nothing(quiet: Folder) -> None:
    cellar = replace(Cellar.full(), unreadable=frozenset({"data/faq"}))
    report = status_of(quiet, cellar)
    assert [row[1] for row in rows(report)] == ["not checked", "same", "same"]
    assert report.problems == (
        Problem(message="dataset/faq: 'data/faq' is a special file, not data", hint="delete it", exit_code=3),
    )
    assert (report.summary or {})["notChecked"] == 1


def test_a_remote_is_asked_where_somebody_asks(quiet: Folder) -> None:
    cellar = Cellar.full()
    cellar.remotes["store"].remove(f"{FAQ}.dir")
    report = status_of(quiet, cellar, asks_remote=True)
    assert [row[4] for row in rows(report)] == ["not in store", "store", "store"]
    assert report.problems == (
        Problem(
            message="dataset/faq: the remote store has not all of the data: nobody else can have it",
            hint="run 'plmctl data push dataset/faq' where the data is",
            exit_code=1,
        ),
    )
    assert report.notes == ()
    assert first(report)["inRemote"] == "missing"
    assert cellar.asked == ["ask data/faq store", "ask data/tickets.jsonl store", "ask data/own.bin store"]


def test_a_remote_that_does_not_answer_exits_3_and_names_the_artifacts(quiet: Folder) -> None:
    cellar = replace(Cellar.full(), down=frozenset({"store"}))
    report = status_of(quiet, cellar, "dataset/faq", asks_remote=True)
    assert rows(report)[0][4] == "no answer"
    assert report.problems == (
        Problem(message="dataset/faq: cannot ask data/faq.dvc at store: timed out", hint="look there"),
    )
    assert exit_code(report) == 3


def test_without_a_remote_there_is_none_to_ask(quiet: Folder) -> None:
    report = status_of(quiet, replace(Cellar.full(), default=None), "dataset/faq", asks_remote=True)
    assert rows(report)[0][4] == "none"
    assert problems(report) == ["3: dataset/faq: no DVC remote is configured for its data"]
    assert exit_code(report) == 3


def test_data_is_compared_with_the_last_release(tmp_path: Path) -> None:
    folder = registry_with_data(tmp_path / "registry")
    released(folder)
    folder.commit({"data/tickets.jsonl.dvc": pointer_text(OTHER, 9, "tickets.jsonl")})
    cellar = Cellar.full()
    cellar.tree["data/tickets.jsonl"] = Measured(md5=OTHER, size=9)
    cellar.cache.add(OTHER)
    report = status_of(folder, cellar)
    assert [row[2] for row in rows(report)] == ["1.0.0", "changed since 1.0.0", "1.0.0"]
    # It is what the next release is for.
    assert exit_code(report) == 0
    values = [as_mapping(row) for row in as_items((report.data or {})["artifacts"])]
    assert [v["changedSinceRelease"] for v in values] == [False, True, False]


def test_data_of_before_is_to_be_pulled_and_not_added_again(tmp_path: Path) -> None:
    """A colleague's newer data came by `git pull`, which brings the pointer alone."""
    folder = registry_with_data(tmp_path / "registry")
    released(folder)
    folder.commit({"data/tickets.jsonl.dvc": pointer_text(OTHER, 10, "tickets.jsonl")})
    cellar = Cellar.full()
    report = status_of(folder, cellar, "dataset/tickets")
    assert rows(report) == (
        ("dataset/tickets", "of 1.0.0", "changed since 1.0.0", "missing", "not asked", "10 bytes"),
    )
    assert report.problems == (
        Problem(
            message="dataset/tickets: data/tickets.jsonl is the data of 1.0.0, not what its pointer says",
            hint="run 'plmctl data pull dataset/tickets'",
            exit_code=1,
        ),
    )
    assert (first(report)["workTree"], first(report)["detail"]) == ("changed", "the data of 1.0.0")
    # DVC puts nothing over what the cache has not.
    cellar.cache.remove(TICKETS)
    (problem,) = status_of(folder, cellar, "dataset/tickets").problems
    assert problem.hint == "delete data/tickets.jsonl, then run 'plmctl data pull dataset/tickets'"
    # Of the size of a release, and still somebody's own.
    cellar.tree["data/tickets.jsonl"] = Measured(md5="e" * 32, size=9)
    (problem,) = status_of(folder, cellar, "dataset/tickets").problems
    assert problem.message == (
        "dataset/tickets: data/tickets.jsonl changed: 9 bytes; its pointer says 10 bytes"
    )


def test_data_that_no_version_had_is_that_of_a_commit(tmp_path: Path) -> None:
    folder = registry_with_data(tmp_path / "registry")
    folder.git("checkout", "-q", "-b", "side")
    then = folder.commit({"data/tickets.jsonl.dvc": pointer_text(OTHER, 9, "tickets.jsonl")})
    folder.commit({"data/tickets.jsonl.dvc": pointer_text("e" * 32, 9, "tickets.jsonl")})
    folder.git("checkout", "-q", "main")
    folder.commit({"README.md": "Tickets.\n"})
    folder.git("merge", "-q", "-m", "side", "side")
    cellar = Cellar.full()
    cellar.tree["data/tickets.jsonl"] = Measured(md5=OTHER, size=9)
    report = status_of(folder, cellar, "dataset/tickets")
    assert rows(report)[0][1] == f"of {then[:10]}"
    assert problems(report) == [
        f"1: dataset/tickets: data/tickets.jsonl is the data of commit {then[:10]}, not what its pointer says"
    ]


def test_an_output_of_a_stage_has_a_past_too(tmp_path: Path) -> None:
    folder = registry_with_data(tmp_path / "registry")
    lock = "schema: '2.0'\nstages:\n  build:\n    cmd: make\n    outs:\n    - path: out/t\n"
    rest = "      hash: md5\n      md5: {}\n      size: 9\n"
    dataset = DATASET.format(name="tickets", data="tickets", format="jsonl")
    output = "{dvc: ../data/dvc.yaml, out: out/t}"
    folder.commit(
        {
            "datasets/tickets.yaml": dataset.replace("{dvc: ../data/tickets.dvc}", output),
            "data/dvc.yaml": "stages: {build: {cmd: make, outs: [out/t]}}\n",
            "data/dvc.lock": lock + rest.format(TICKETS),
        }
    )
    released(folder)
    folder.commit({"data/dvc.lock": lock + rest.format(OTHER)})
    cellar = replace(Cellar.full(), tree={"data/out/t": Measured(md5=TICKETS, size=9)})
    assert problems(status_of(folder, cellar, "dataset/tickets")) == [
        "1: dataset/tickets: data/out/t is the data of 1.0.0, not what its pointer says"
    ]
    cellar.tree["data/out/t"] = Measured(md5="e" * 32, size=9)
    cellar.cache.add(OTHER)
    (problem,) = status_of(folder, cellar, "dataset/tickets").problems
    assert problem.hint == (
        "if you changed what its pointer says, run 'dvc commit --force data/out/t'; if what it said before, "
        "move data/out/t away, run 'plmctl data pull dataset/tickets', and bring your changes over"
    )
    cellar.tree["data/out/t"] = Measured(md5=OTHER, size=9)
    cellar.cache.remove(OTHER)
    assert problems(status_of(folder, cellar, "dataset/tickets")) == [
        "0: dataset/tickets: the data is not in the cache here, and cannot be pushed"
    ]
    assert status_of(folder, cellar, "dataset/tickets").problems[0].hint == "run 'dvc commit data/out/t'"


def test_a_change_of_older_data_is_not_to_be_added(quiet: Folder, tmp_path: Path) -> None:
    folder = quiet.at(Path(shutil.copytree(quiet.path, tmp_path / "registry", symlinks=True)))
    folder.commit({"data/tickets.jsonl.dvc": pointer_text(OTHER, 8, "tickets.jsonl")})
    cellar = Cellar.full()
    cellar.tree["data/tickets.jsonl"] = Measured(md5="e" * 32, size=7)
    away = "move data/tickets.jsonl away, run 'plmctl data pull dataset/tickets', and bring your changes over"
    add = "'plmctl data add data/tickets.jsonl'"
    (problem,) = status_of(folder, cellar, "dataset/tickets").problems
    assert problem.message == "dataset/tickets: data/tickets.jsonl changed: 7 bytes; its pointer says 8 bytes"
    assert problem.hint == f"{away}: {add} now would take back what others changed"
    cellar.cache.add(OTHER)
    (problem,) = status_of(folder, cellar, "dataset/tickets").problems
    assert problem.hint == (
        f"if you changed what its pointer says, run {add}; if what it said before, {away}"
    )


def test_a_half_written_pointer_is_a_finding_and_hides_nothing(tmp_path: Path) -> None:
    folder = registry_with_data(tmp_path / "registry")
    folder.write("data/faq.dvc", "outs:\n- md5: 12ab\n  path: faq\n")
    folder.write("models/broken.yaml", "kind: [\n")
    report = status_of(folder, Cellar.full())
    assert [row[0] for row in rows(report)] == ["dataset/tickets", "model/own"]
    assert [(f.code, str(f.location)) for f in report.findings] == [
        ("REF023", "data/faq.dvc:2:3"),
        ("REF025", "data/faq.dvc:2:8"),
        ("REF009", "datasets/faq.yaml:6:15"),
    ]
    assert report.notes == (NOT_ASKED, "1 file could not be read: run 'plmctl validate'")
    assert exit_code(report) == 1
    # Whose data is whole is not held up by others.
    assert status_of(folder, Cellar.full(), "dataset/tickets").findings == ()


def test_a_registry_without_data_says_how_it_gets_some(tmp_path: Path) -> None:
    folder = registry_with_data(tmp_path / "registry")
    report = status_of(folder, Cellar(), "model/small")
    assert report.table is None
    assert report.notes == (
        "no artifact has data behind a DVC pointer: run 'plmctl data add PATH --name NAME'",
    )
    assert exit_code(report) == 0


def test_what_git_has_in_data_and_dvc_passes_over_is_told(quiet: Folder, tmp_path: Path) -> None:
    folder = quiet.at(Path(shutil.copytree(quiet.path, tmp_path / "registry", symlinks=True)))
    folder.commit({"data/faq/a b.tmp": "1", "data/faq/c.md": "2", "data/faq.tmp": "3"})
    cellar = Cellar.full()
    cellar.passed["data/faq"] = ("data/faq/a b.tmp", "data/faq/never.tmp")
    report = status_of(folder, cellar)
    assert report.problems == (
        Problem(
            message="dataset/faq: DVC passes over data/faq/a b.tmp, which Git has: "
            "no new version of the data has it",
            hint="run 'dvc check-ignore --details 'data/faq/a b.tmp'': it says which line of a .dvcignore "
            "does it; take that out, or the file out of the data",
            exit_code=0,
        ),
    )
    assert exit_code(report) == 0


def test_what_a_pointer_has_and_dvc_passes_over_now_is_told(quiet: Folder) -> None:
    cellar = Cellar.full()
    cellar.tree["data/faq"] = Measured(md5=f"{OTHER}.dir", size=1)
    cellar.listings[f"{FAQ}.dir"] = Inventory.of(
        Row(relpath=name, md5=OTHER) for name in ("a", "b.tmp", "c.tmp")
    )
    cellar.passed["data/faq"] = ("data/faq/b.tmp", "data/faq/c.tmp", "data/faq/never.tmp")
    assert status_of(quiet, cellar, "dataset/faq").problems[1].message == (
        "dataset/faq: DVC passes over data/faq/b.tmp, data/faq/c.tmp, which data/faq.dvc has: "
        "no new version of the data has them"
    )
    cellar.tree["data/faq"] = TREE["data/faq"]
    assert status_of(quiet, cellar, "dataset/faq").problems == ()
