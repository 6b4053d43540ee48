import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from plmctl.commands.history import HistoryOptions, history
from plmctl.commands.rename import RenameOptions, rename
from plmctl.core.finding import PlmctlError
from plmctl.core.report import Report
from plmctl.core.value import Value
from plmctl.render.line import Paper
from plmctl.render.table import rows_in_columns
from tests.commands.builder import made_locks, make_release, opened
from tests.commands.life import Life, events_of
from tests.commands.stages import promoted
from tests.git.builder import Folder


def history_of(
    folder: Folder, environment: str, application: str | None = None, n: int | None = None
) -> Report:
    """What `plmctl history` reports."""
    with opened(folder) as repo:
        return history(repo, HistoryOptions(environment=environment, application=application, count=n))


def copy_of(life: Life, path: Path) -> Folder:
    """A copy of the registry, to be changed."""
    shutil.copytree(life.folder.path, path, symlinks=True)
    return life.folder.at(path)


def noted(event: Mapping[str, Value]) -> tuple[Value, ...]:
    """An event in the words of the journal."""
    writers = event["writers"]
    assert isinstance(writers, list)
    who = str(writers[0]).partition(" <")[0]
    return event["commit"], event["kind"], event["from"], event["to"], who


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_history_is_the_journal_that_was_kept_by_hand(life: Life, environment: str) -> None:
    found = [noted(event) for event in events_of(history_of(life.folder, environment))]
    journal = [done for done in life.journal if done.environment == environment]
    assert found == [(done.commit, done.kind, done.old, done.new, done.who) for done in journal]


def test_a_history_reads_as_a_table_newest_first(life: Life) -> None:
    table = history_of(life.folder, "production", n=3).table
    assert table is not None
    short = {done.commit[:10]: number for number, done in enumerate(life.journal)}
    assert table.headings == ("when (UTC)", "application", "version", "what", "who", "commit", "why")
    assert [(row[:5], short[row[5]], row[6]) for row in table.rows] == [
        (
            ("2026-03-02 00:00", "desk", "1.2.0 -> 1.1.0", "rollback", "Bob"),
            6,
            'Revert "production: work"',
        ),
        (("2026-03-01 23:00", "desk", "1.1.0 -> 1.2.0", "promotion", "Ada"), 5, "production: work"),
        (
            ("2026-03-01 19:00", "desk", "1.0.0 -> 1.1.0", "promotion", "Bob, merged by Eve"),
            3,
            "Merge a pull request",
        ),
    ]


def test_80_columns_have_who_and_the_commit(life: Life) -> None:
    table = history_of(life.folder, "production", n=2).table
    assert table is not None
    paper = Paper(width=80, is_terminal=True)
    lines = [part.plain for part in rows_in_columns(table.headings, table.rows, paper, table.spare)]
    assert lines[0].split() == ["when", "(UTC)", "application", "version", "what", "who", "commit"]
    assert lines[-1] == "(why: not shown in 80 columns)"


def test_a_revert_restores_the_lock_that_it_names(life: Life) -> None:
    last = events_of(history_of(life.folder, "production"))[-1]
    merged = next(done for done in life.journal if (done.environment, done.new) == ("production", "1.1.0"))
    assert (last["kind"], last["restores"]) == ("rollback", merged.commit)


def test_what_was_broken_is_told_and_stops_nothing(life: Life) -> None:
    details = [event["details"] for event in events_of(history_of(life.folder, "staging"))[-2:]]
    assert details == [["it has conflict markers"], ["at the same release"]]


def test_a_bare_repository_and_any_folder_tell_the_same(life: Life, tmp_path: Path) -> None:
    expected = history_of(life.folder, "production").data
    life.folder.git("clone", "-q", "--bare", str(life.folder.path), str(tmp_path / "bare"))
    assert history_of(life.folder.at(tmp_path / "bare"), "environment/production").data == expected
    assert history_of(life.folder.at(life.folder.path / "prompts"), "production").data == expected


def test_a_shallow_clone_is_refused_with_the_line_that_completes_it(life: Life, tmp_path: Path) -> None:
    source = f"file://{life.folder.path}"
    life.folder.git("clone", "-q", "--depth=1", source, str(tmp_path / "shallow"))
    with pytest.raises(PlmctlError) as caught:
        history_of(life.folder.at(tmp_path / "shallow"), "production")
    assert (caught.value.exit_code, caught.value.hint) == (3, "run 'git fetch --unshallow --tags'")


def test_an_application_is_followed_through_a_new_name(life: Life, tmp_path: Path) -> None:
    folder = copy_of(life, tmp_path / "copy")
    with opened(folder) as repo:
        rename(repo, RenameOptions(artifact="application/desk", name="front-desk"))
    folder.commit({}, "rename")
    make_release(folder)
    made_locks(folder)
    folder.commit({}, "lock the new name")
    promoted(folder, "front-desk@1.2.0", "production")
    last = folder.git("rev-parse", "HEAD")
    for name in ("desk", "front-desk", "application/front-desk"):
        events = events_of(history_of(folder, "production", name))
        assert [noted(event)[:4] for event in events[-1:]] == [(last, "promotion", "1.1.0", "1.2.0")]
        assert {event["application"] for event in events} == {"application/front-desk"}
        assert len(events) == 5


@pytest.mark.parametrize(
    ("environment", "application", "n", "code", "message", "hint"),
    [
        ("prodution", None, None, 2, "no environment prodution, now or before", "did you mean 'production'?"),
        ("x", None, None, 2, "no environment x, now or before", "there are production, staging"),
        ("production", "dsk", None, 3, "dsk was never in production", "did you mean 'desk'?"),
        ("production", "desk.b", None, 3, "desk.b was never in production", "did you mean 'desk'?"),
        ("production", None, 0, 2, "-n 0 is no number of events", "write 1 or more"),
    ],
)
def test_what_there_never_was_is_refused(
    life: Life,
    environment: str,
    application: str | None,
    n: int | None,
    code: int,
    message: str,
    hint: str,
) -> None:
    with pytest.raises(PlmctlError) as caught:
        history_of(life.folder, environment, application, n)
    assert (caught.value.exit_code, caught.value.message, caught.value.hint) == (code, message, hint)


def test_an_environment_that_is_gone_still_has_its_history(life: Life, tmp_path: Path) -> None:
    folder = copy_of(life, tmp_path / "copy")
    folder.git("rm", "-q", "-r", "environments/production.yaml", "environments/production")
    last = folder.commit({}, "production is gone")
    events = history_of(folder, "production").data
    assert events is not None
    found = events["events"]
    assert isinstance(found, list)
    kinds = [(e["commit"], e["kind"], e["application"]) for e in found[:2] if isinstance(e, dict)]
    assert kinds == [(last, "removed", "application/desk"), (last, "removed", None)]


def test_an_environment_that_is_not_committed_yet_has_no_history(life: Life, tmp_path: Path) -> None:
    folder = copy_of(life, tmp_path / "copy")
    text = (folder.path / "environments/production.yaml").read_text(encoding="utf-8")
    folder.write("environments/canary.yaml", text.replace("name: production", "name: canary"))
    report = history_of(folder, "canary")
    assert (report.table, report.notes) == (None, ("nothing of environments/canary was committed yet",))
