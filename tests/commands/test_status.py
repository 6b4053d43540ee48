import shutil
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from plmctl.commands.lock import LockOptions
from plmctl.commands.status import StatusOptions, status
from plmctl.core.drift import DriftKind
from plmctl.core.finding import PlmctlError
from plmctl.core.ports import TagObject
from plmctl.core.report import Report, exit_code
from plmctl.core.value import Value, as_items, as_mapping
from tests.commands.builder import made_locks, make_release, opened, problems, shop
from tests.commands.ground import WHEN
from tests.commands.life import Life, begun
from tests.git.builder import Folder

LOCK = "environments/production/desk.lock"
STAGED = "environments/staging/desk.lock"


def status_of(
    folder: Folder, environment: str | None = None, at: str | None = None, uses: str | None = None
) -> Report:
    """What `plmctl status` reports on a day in March."""
    with opened(folder) as repo:
        options = StatusOptions(environment=environment, at=at, uses=uses, today="2026-03-04")
        return status(repo, options)


def rows_of(report: Report) -> list[Mapping[str, Value]]:
    """The applications of all environments."""
    environments = as_items((report.data or {})["environments"])
    return [as_mapping(r) for e in environments for r in as_items(as_mapping(e)["applications"])]


def running(report: Report) -> dict[str, Value]:
    """The version of the desk in each environment."""
    environments = [as_mapping(e) for e in as_items((report.data or {})["environments"])]
    return {
        str(e["id"]).removeprefix("environment/"): as_mapping(as_items(e["applications"])[0])["version"]
        for e in environments
    }


def drifted(report: Report) -> list[str]:
    """Every drift as `subject kind: message`."""
    return [f"{d.subject} {d.kind.value}: {d.message}" for d in report.drifts]


def iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture
def folder(life: Life, tmp_path: Path) -> Folder:
    """A copy of the registry, to be changed."""
    return life.folder.at(Path(shutil.copytree(life.folder.path, tmp_path / "copy", symlinks=True)))


def test_status_is_a_matrix_in_the_order_of_promotions(life: Life) -> None:
    report = status_of(life.folder)
    assert report.table is not None
    assert report.table.headings == ("application", "staging", "production")
    assert report.table.rows == (("desk", "1.2.0", "1.1.0, behind"),)
    assert drifted(report) == [
        "production desk behind: staging has 1.2.0",
        "production desk newer: 1.2.0 is released: 'plmctl promote desk@1.2.0 --to production' takes it",
    ]
    assert (report.notes, report.problems, report.summary) == ((), (), {"applications": 2, "drifted": 0})


def test_status_at_every_commit_and_every_hour_is_what_the_journal_says(life: Life) -> None:
    for commit, when, expected in life.states[1:]:
        wanted = {"staging": None, "production": None, **expected}
        if _is_broken(life, commit):
            wanted["staging"] = None
        assert running(status_of(life.folder, at=commit)) == wanted
        for moment in (when, when + timedelta(minutes=59)):
            report = status_of(life.folder, at=iso(moment))
            assert as_mapping((report.data or {})["at"]) == {"commit": commit, "date": iso(when)}
            assert running(report) == wanted


def _is_broken(life: Life, commit: str) -> bool:
    return any(done.commit == commit and done.kind == "broken" for done in life.journal)


def test_of_a_past_moment_only_what_was_released_then_is_newer(life: Life) -> None:
    promoted = next(
        done.commit for done in life.journal if (done.environment, done.new) == ("staging", "1.1.0")
    )
    assert drifted(status_of(life.folder, at=promoted)) == [
        "production desk behind: staging has 1.1.0",
        "production desk newer: 1.1.0 is released: 'plmctl promote desk@1.1.0 --to production' takes it",
    ]


def test_a_date_before_the_first_commit_is_refused(life: Life) -> None:
    with pytest.raises(PlmctlError) as caught:
        status_of(life.folder, at="2026-02-28")
    assert (caught.value.exit_code, caught.value.message) == (
        3,
        "nothing was committed here by 2026-02-28T23:59:59Z",
    )


def test_a_clock_that_went_backwards_is_told(folder: Folder, life: Life) -> None:
    late = {"GIT_COMMITTER_DATE": "@1500000000 +0000"}
    commit = Folder(path=folder.path, environment={**folder.environment, **late}).commit({"x": "1"}, "late")
    report = status_of(folder, at="2026-03-01T12:30Z")
    assert as_mapping((report.data or {})["at"])["commit"] == commit
    count = sum(when > datetime(2026, 3, 1, 12, 30, 59, tzinfo=UTC) for _, when, _ in life.states)
    assert report.notes == (
        f"as of commit {commit[:10]} of 2017-07-14T02:40:00Z",
        f"clocks went backwards: {count} commits before it say a later time",
    )


def test_a_date_that_is_a_revision_too_is_refused(folder: Folder) -> None:
    folder.git("branch", "2026-03-04")
    with pytest.raises(PlmctlError) as caught:
        status_of(folder, at="2026-03-04")
    assert (caught.value.exit_code, caught.value.message) == (2, "'2026-03-04' is a date, and a revision")
    assert status_of(folder, at="2026-03-04^0").table is not None


@pytest.mark.parametrize("written", ["yesterday", "v9", "04.03.2026"])
def test_what_is_no_date_and_no_revision_is_told_how_to_write_a_date(written: str, life: Life) -> None:
    with pytest.raises(PlmctlError) as caught:
        status_of(life.folder, at=written)
    told = (caught.value.exit_code, caught.value.message)
    assert told == (3, f"'{written}' is no date, and no revision here")
    assert caught.value.hint == (
        "write a date as 2026-03-04 or 2026-03-04T12:00Z; for a revision, run 'git fetch --tags' if it is at "
        "the remote, 'git log --all --oneline' to see what is here"
    )


def test_before_the_first_commit_there_is_nothing_to_date(tmp_path: Path) -> None:
    folder = shop(tmp_path / "shop")
    folder.git("update-ref", "-d", "HEAD")
    with pytest.raises(PlmctlError, match="there is no commit yet"):
        status_of(folder, at="HEAD")


def test_a_bare_repository_tells_what_head_has(life: Life, tmp_path: Path) -> None:
    life.folder.git("clone", "-q", "--bare", str(life.folder.path), str(tmp_path / "bare"))
    bare = status_of(life.folder.at(tmp_path / "bare"))
    assert bare.data == status_of(life.folder).data


def test_a_shallow_clone_tells_what_it_has_and_that_it_is_shallow(life: Life, tmp_path: Path) -> None:
    source = f"file://{life.folder.path}"
    life.folder.git("clone", "-q", "--depth=1", source, str(tmp_path / "shallow"))
    shallow = life.folder.at(tmp_path / "shallow")
    report = status_of(shallow)
    assert running(report) == {"staging": "1.2.0", "production": "1.1.0"}
    assert report.notes[0].startswith("this clone is shallow")
    # The releases before are cut off: nobody moved a tag.
    assert [drift for drift in report.drifts if drift.kind is DriftKind.MOVED] == []
    with pytest.raises(PlmctlError) as caught:
        status_of(shallow, at="2026-03-01")
    assert caught.value.hint == "run 'git fetch --unshallow --tags'"


def test_what_is_in_the_work_tree_counts_and_is_told_to_be_uncommitted(folder: Folder) -> None:
    (folder.path / LOCK).unlink()
    manifest = folder.path / "environments/staging.yaml"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace(">=1.0", "^2"), encoding="utf-8")
    assert drifted(status_of(folder)) == [
        "staging desk stale: 1.2.0 is not in the pin '^2': run 'plmctl lock staging desk'",
        "production desk missing: there is no lock: run 'plmctl lock production desk'",
        f"production desk uncommitted: {LOCK} is not as it is committed",
    ]


def test_a_broken_lock_exits_4_and_a_conflict_0_and_the_others_are_shown(folder: Folder) -> None:
    good = (folder.path / LOCK).read_bytes()
    folder.write(STAGED, b"<<<<<<< HEAD\n" + good)
    assert exit_code(status_of(folder)) == 0
    folder.write(LOCK, good[:-2])
    report = status_of(folder)
    assert report.table is not None
    assert report.table.rows == (("desk", "conflict", "broken"),)
    assert problems(report) == [f"4: {LOCK} is no lock: nobody knows what runs there"]
    assert exit_code(report) == 4


def test_a_lock_behind_a_link_is_broken(folder: Folder) -> None:
    (folder.path / LOCK).unlink()
    (folder.path / LOCK).symlink_to("/etc/passwd")
    assert drifted(status_of(folder, "production")) == [
        f"production desk broken: {LOCK}: a lock is a file, this is a symbolic link"
    ]


def test_one_environment_is_told_with_its_pins(life: Life) -> None:
    report = status_of(life.folder, "environment/production")
    assert report.table is not None
    assert report.table.headings == ("application", "version", "pin", "release", "lock")
    assert report.table.rows == (("desk", "1.1.0, behind", "^1.0", "v1.1.0", LOCK),)


@pytest.mark.parametrize(
    ("name", "hint"), [("prodction", "did you mean 'production'?"), ("x", "there are staging, production")]
)
def test_an_environment_that_is_none_is_refused(life: Life, name: str, hint: str) -> None:
    with pytest.raises(PlmctlError) as caught:
        status_of(life.folder, name)
    assert (caught.value.exit_code, caught.value.message) == (2, f"no environment {name}")
    assert caught.value.hint == hint


def test_holds_arms_and_locks_without_a_pin_are_told(folder: Folder) -> None:
    manifest = folder.path / "environments/production.yaml"
    text = manifest.read_text(encoding="utf-8")
    more = (
        "  hold: {desk: {reason: wrong answers, until: 2026-03-03}}\n"
        "  arms: {desk: [{name: b, version: ^1.0, until: 2026-03-01}]}\n"
    )
    manifest.write_text(text + more, encoding="utf-8")
    shutil.copyfile(folder.path / LOCK, folder.path / "environments/production/old.lock")
    shutil.copytree(folder.path / "environments/staging", folder.path / "environments/gone")
    report = status_of(folder)
    assert report.table is not None
    assert report.table.headings == ("application", "staging", "production", "gone")
    assert [row[0] for row in report.table.rows] == ["desk", "desk.b", "old"]
    kinds = [drift.partition(":")[0] for drift in drifted(report) if " newer" not in drift]
    assert kinds == [
        "production desk hold expired",
        "production desk behind",
        "production desk.b missing",
        "production desk.b arm ended",
        "production old unpinned",
        "production old uncommitted",
        "gone desk unpinned",
        "gone desk uncommitted",
    ]


def test_what_the_newest_release_yanked_is_told_of_all_that_is_locked(folder: Folder) -> None:
    model = folder.path / "models/small.yaml"
    text = model.read_text(encoding="utf-8").replace(
        "{name: small}", "{name: small, yanked: [{version: 1.0.0, reason: wrong region}]}"
    )
    model.write_text(text, encoding="utf-8")
    folder.commit({}, "yank")
    assert "yanked" not in " ".join(drifted(status_of(folder)))
    make_release(folder)
    said = [drift for drift in drifted(status_of(folder)) if "yanked" in drift]
    assert said == [
        "staging desk yanked: model/small 1.0.0: wrong region",
        "production desk yanked: model/small 1.0.0: wrong region",
    ]


def test_releases_that_were_left_unfinished_are_told(folder: Folder) -> None:
    folder.git("tag", "-d", "v1.2.0")
    tags = folder.git("tag", "--list", "*@v1.2.0").split("\n")
    report = status_of(folder)
    left = [as_mapping(drift) for drift in as_items((report.data or {})["releases"])]
    assert [(drift["kind"], drift["release"]) for drift in left] == [
        ("unfinished", "v1.2.0"),
        ("unconfirmed", tags[0]),
    ]
    more = f", and {len(tags) - 1} more like it" if len(tags) > 1 else ""
    assert left[1]["message"] == f"REG015: no registry release names '{tags[0]}'{more}"
    assert "no release: the tag v1.2.0 is not here" in " ".join(drifted(report))
    assert as_items((status_of(folder, at="HEAD").data or {})["releases"]) == []


def test_a_plm_lock_that_is_none_is_told(folder: Folder) -> None:
    folder.commit({"plm.lock": "{}\n"}, "broken")
    assert "plm.lock broken: it is no lock: run 'plmctl verify plm.lock'" in drifted(status_of(folder))


def test_a_release_that_was_begun_is_told(folder: Folder) -> None:
    folder.commit({"prompts/greet.md": "Greet {{name}} at once.\n"}, "at once")
    with opened(folder) as repo:
        begun_release = repo.transaction(WHEN)
        commit = begun_release.commit({"plm.lock": b"x"}, "release")
        tag = begun_release.tag(TagObject(name="v9.0.0", message="m"), commit)
        begun_release.record(commit=commit, files=("plm.lock",), tags=(), registry_tag=tag, notes={})
    assert "v9.0.0 unfinished: it was begun here and not finished: run 'plmctl release'" in drifted(
        status_of(folder)
    )


def test_a_plm_lock_that_is_no_file_is_told(folder: Folder) -> None:
    (folder.path / "plm.lock").unlink()
    (folder.path / "plm.lock").symlink_to("README.md")
    folder.commit({}, "a link")
    assert "plm.lock broken: plm.lock: a lock is a file, this is a symbolic link" in drifted(
        status_of(folder)
    )


def test_before_the_first_release_nothing_is_offered(tmp_path: Path) -> None:
    folder = shop(tmp_path / "shop")
    assert drifted(status_of(folder)) == [
        "production desk unreleased: no released version fits the pin '^1.0'"
    ]


def test_a_pending_release_is_told_whether_it_can_be_read_or_not(folder: Folder) -> None:
    folder.git("update-ref", "refs/plmctl/pending/v9.0.0", "HEAD")
    assert [d for d in drifted(status_of(folder)) if d.startswith("a release broken: the pending release")]


def test_nothing_to_run_is_told(tmp_path: Path) -> None:
    life = begun(tmp_path / "registry")
    for name in ("staging", "production"):
        (life.folder.path / f"environments/{name}.yaml").unlink()
    report = status_of(life.folder)
    assert report.table is None
    assert report.notes == (
        "no environment pins an application: run 'plmctl new environment staging' to write the first",
    )


def test_before_the_first_commit_nothing_is_committed(tmp_path: Path) -> None:
    life = begun(tmp_path / "registry")
    made_locks(life.folder)
    shutil.rmtree(life.folder.path / ".git")
    life.folder.git("init", "-q", "-b", "main")
    kinds = {drift.kind.value for drift in status_of(life.folder).drifts}
    assert kinds == {"no release", "uncommitted"}


def test_uses_tells_who_runs_an_artifact_and_through_what(life: Life) -> None:
    report = status_of(life.folder, uses="small")
    assert report.table is not None
    assert report.table.headings == ("environment", "application", "version", "through")
    assert report.table.rows == (
        ("production", "desk 1.1.0", "1.0.0", "prompt/greet > model/small"),
        ("staging", "desk 1.2.0", "1.0.0", "prompt/greet > model/small"),
    )
    assert report.summary == {"uses": 2}
    only = status_of(life.folder, environment="staging", uses="application/desk")
    assert only.table is not None
    assert only.table.rows == (("staging", "desk 1.2.0", "1.2.0", "-"),)


def test_uses_of_a_version_are_those_of_that_version(life: Life) -> None:
    report = status_of(life.folder, uses="prompt/greet@1.1.0")
    assert report.table is not None
    assert report.table.rows == (("production", "desk 1.1.0", "1.1.0", "prompt/greet"),)
    nobody = status_of(life.folder, uses="prompt/greet@1.0.0")
    assert nobody.table is None
    assert nobody.notes == ("no environment runs prompt/greet@1.0.0; 1.1.0, 1.2.0 of it are in use",)
    unused = status_of(life.folder, uses="prompt/bye")
    assert unused.notes == ("no environment runs prompt/bye",)


def test_uses_of_the_past_are_those_of_then(life: Life) -> None:
    first = next(done.commit for done in life.journal if done.environment == "production")
    report = status_of(life.folder, at=first, uses="prompt/greet")
    assert report.table is not None
    assert [row[2] for row in report.table.rows] == ["1.0.0", "1.0.0"]


@pytest.mark.parametrize(
    ("uses", "code", "message"),
    [
        ("prompt/nothing", 3, "there is no artifact 'prompt/nothing'"),
        ("prompt/greet@new", 2, "'new' is no version"),
    ],
)
def test_what_nobody_could_run_is_refused(life: Life, uses: str, code: int, message: str) -> None:
    with pytest.raises(PlmctlError) as caught:
        status_of(life.folder, uses=uses)
    assert (caught.value.exit_code, caught.value.message) == (code, message)


def test_what_stands_in_for_an_artifact_is_told(folder: Folder) -> None:
    large = (folder.path / "models/small.yaml").read_text(encoding="utf-8")
    more = {
        "models/large.yaml": large.replace("name: small", "name: large"),
        "prompts/greet.md": "Hi {{name}}.\n",
    }
    folder.commit(more, "a model")
    make_release(folder)
    made_locks(folder, LockOptions(environment="staging", update={}))
    folder.commit({}, "staging")
    manifest = folder.path / "environments/production.yaml"
    text = manifest.read_text(encoding="utf-8") + "  bind: {model/small: model/large}\n"
    manifest.write_text(text, encoding="utf-8")
    made_locks(folder, LockOptions(environment="production", update={}))
    folder.write(STAGED, "{}")
    assert status_of(folder, uses="model/small").notes == (
        "no environment runs model/small",
        "production desk runs model/large in its place",
        f'{STAGED} was not looked at: the whole file: "lockVersion" is a required property',
    )
