"""Floating data: every night another knowledge base, and no version of anything (data.md)."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import jsonschema_rs
import pytest

from plmctl.commands.delivery import Delivery, Ready, delivered
from plmctl.commands.history import HistoryOptions, history
from plmctl.commands.lock import LockOptions
from plmctl.commands.night import NightOptions, prepared
from plmctl.commands.status import StatusOptions, status
from plmctl.commands.verify import VerifyOptions
from plmctl.core.finding import UsageError
from plmctl.core.report import Report
from plmctl.store.dvc import DvcStore
from tests.commands.builder import (
    answers,
    copied,
    failures,
    made_locks,
    make_release,
    opened,
    plmctl,
    released_shop,
    verified,
)
from tests.commands.data import CACHE, object_path, verified_with_data
from tests.commands.ground import WHEN
from tests.commands.nights import (
    BY_HAND,
    ENVIRONMENT,
    LOCK,
    POINTER,
    RETRIEVER,
    TODAY,
    Files,
    assert_sound,
    begun_at,
    done,
    entry,
    exported,
    listing_of,
    locked,
    md5_of,
    night_of,
    refreshed,
)
from tests.commands.remotes import clone_of, with_remote
from tests.commands.stages import made, way_back
from tests.git.builder import Folder
from tests.programs import REPOSITORY
from tests.store.dvc import Project


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """An application with floating data; not to be changed."""
    return begun_at(tmp_path_factory.mktemp("nights") / "shop")


@pytest.fixture
def shop(begun: Folder, tmp_path: Path) -> Folder:
    """A copy of it, to be changed."""
    return copied(begun, tmp_path / "shop")


@pytest.mark.slow
def test_thirty_nights_are_thirty_commits_and_each_can_be_restored(shop: Folder) -> None:
    start, tags = shop.git("rev-parse", "HEAD"), shop.git("tag")
    assert locked(shop) is None
    commits = []
    for number in range(1, 31):
        exported(shop, night_of(number))
        done(shop)
        commits.append(shop.git("rev-parse", "HEAD"))
    assert shop.git("rev-list", "--count", f"{start}..HEAD") == "30"
    assert shop.git("tag") == tags
    assert [locked(shop, commit) for commit in commits] == [entry(number) for number in range(1, 31)]
    assert shop.git("show", "--format=", "--name-only", commits[7]).split() == [POINTER, LOCK]
    assert_sound(shop)
    done(shop, commits[11])
    assert locked(shop) == entry(12, commit=commits[11])
    assert shop.git("show", f"HEAD:{POINTER}") == shop.git("show", f"{commits[11]}:{POINTER}")
    assert_sound(shop)
    shop.git("revert", "--no-edit", "HEAD")
    shop.git("revert", "--no-edit", commits[29])
    assert locked(shop) == entry(29)
    assert shop.git("show", f"HEAD:{POINTER}") == shop.git("show", f"{commits[28]}:{POINTER}")
    assert_sound(shop)


def test_a_pointer_that_is_committed_is_named_by_its_commit(shop: Folder) -> None:
    exported(shop, night_of(1))
    pointer = shop.commit({}, "the export of tonight")
    shop.commit({"README.md": "hello\n"}, "something else")
    report = done(shop)
    assert report.notes == ("dataset/kb: 10 files, 82 bytes",)
    assert locked(shop) == entry(1, commit=pointer)
    assert shop.git("show", "--format=", "--name-only", "HEAD").split() == [LOCK]
    assert shop.git("log", "-1", "--format=%B") == (
        "Refresh the data of desk in production\n\ndataset/kb: 10 files, 82 bytes\n\n"
        "Environment: production\nApplication: desk\n"
    )
    again = refreshed(shop)
    assert (again.done, again.notes) == ((), ("desk in production runs this data already",))
    assert_sound(shop)


@pytest.mark.parametrize(
    ("files", "why"),
    [
        (
            {"page-0.md": b"page 0\n"},
            "1 file, and guard.minFiles is 3; 100.0 % changed, and guard.maxChangePercent is 50",
        ),
        (
            {f"page-{page}.md": b"\n" for page in range(10)},
            "100.0 % changed, and guard.maxChangePercent is 50",
        ),
    ],
    ids=["few", "other"],
)
def test_a_guard_refuses_a_broken_export_and_a_person_may_take_it(
    shop: Folder, files: Files, why: str
) -> None:
    exported(shop, night_of(0))
    done(shop)
    head = shop.git("rev-parse", "HEAD")
    md5 = exported(shop, files)
    report = refreshed(shop)
    assert [(p.message, p.hint, p.exit_code) for p in report.problems] == [
        (
            f"dataset/kb is refused: {why}",
            f"look at the export; if it is meant, commit {POINTER} and run '{BY_HAND}'",
            1,
        )
    ]
    assert shop.git("rev-parse", "HEAD") == head
    pointer = shop.commit({}, "it is meant")
    done(shop, "HEAD")
    data = locked(shop)
    assert isinstance(data, list)
    assert (data[0]["md5"], data[0]["commit"]) == (md5, pointer)


def test_without_listings_the_guard_judges_by_numbers(shop: Folder) -> None:
    exported(shop, night_of(0))
    done(shop)
    md5 = exported(shop, {f"page-{page}.md": b"p\n" for page in range(8)})
    (shop.path / object_path(CACHE, md5)).unlink()
    report = refreshed(shop)
    assert [p.message for p in report.problems] == [
        "dataset/kb is refused: 80.5 % changed, and guard.maxChangePercent is 50"
    ]


def test_another_version_keeps_the_night_and_names_its_commit(shop: Folder) -> None:
    exported(shop, night_of(1))
    done(shop)
    night = shop.git("rev-parse", "HEAD")
    shop.commit({"retrievers/docs.yaml": f"{RETRIEVER}  query: {{topK: 3}}\n"}, "more")
    make_release(shop)
    assert_sound(shop)
    made_locks(shop, LockOptions(update={}))
    shop.commit({}, "take the newer version")
    assert locked(shop) == entry(1, commit=night)
    assert_sound(shop)


def test_a_rollback_brings_back_the_night_and_its_pointer(shop: Folder) -> None:
    exported(shop, night_of(1))
    done(shop)
    night = shop.git("rev-parse", "HEAD")
    shop.commit({"retrievers/docs.yaml": f"{RETRIEVER}  query: {{topK: 3}}\n"}, "more")
    make_release(shop)
    made_locks(shop, LockOptions(update={}))
    shop.commit({}, "take the newer version")
    exported(shop, night_of(2))
    done(shop)
    report = made(shop, way_back("production"))
    assert report.problems == ()
    assert locked(shop) == entry(1)
    assert shop.git("show", f"HEAD:{POINTER}") == shop.git("show", f"{night}:{POINTER}")
    assert_sound(shop)
    held = refreshed(shop)
    assert [(p.exit_code, "production holds application/desk" in p.message) for p in held.problems] == [
        (1, True)
    ]


def test_history_tells_the_nights(shop: Folder) -> None:
    for number in (1, 2):
        exported(shop, night_of(number))
        done(shop)
    with opened(shop) as repo:
        report = history(repo, HistoryOptions(environment="production", application="desk"))
    assert report.table is not None
    md5s = [md5_of(listing_of(night_of(number)))[:12] for number in (2, 1)]
    subject = "Refresh the data of desk in production"
    assert [(row[2], row[3], row[6]) for row in report.table.rows] == [
        ("1.0.0", "data", f"{subject} (dataset/kb: 10 files, md5 {md5s[0]})"),
        ("1.0.0", "data", f"{subject} (dataset/kb: 10 files, md5 {md5s[1]})"),
        ("none -> 1.0.0", "added", "lock"),
    ]


def test_status_tells_which_night_runs(shop: Folder) -> None:
    exported(shop, night_of(1))
    done(shop)
    with opened(shop) as repo:
        report = status(repo, StatusOptions(environment="production"))
    md5 = f"{md5_of(listing_of(night_of(1)))}.dir"
    assert report.table is not None
    assert report.table.headings == ("application", "version", "pin", "release", "data", "lock")
    assert report.table.rows == (("desk", "1.0.0", "^1.0", "v1.0.0", f"kb {md5[:10]}", LOCK),)
    text = plmctl(shop, "status", "--format", "json").stdout
    assert json.loads(text)["data"]["environments"][0]["applications"][0]["data"] == [
        {"artifact": "dataset/kb", "path": POINTER, "md5": md5, "commit": None}
    ]


def test_verify_tells_a_night_that_no_commit_has(shop: Folder) -> None:
    exported(shop, night_of(1))
    pointer = shop.commit({}, "the export of tonight")
    done(shop)
    text = (shop.path / LOCK).read_text().replace(md5_of(listing_of(night_of(1))), "0" * 32)
    shop.commit({LOCK: text}, "a forged night")
    there = f"{md5_of(listing_of(night_of(1)))}.dir"
    assert failures(verified(shop, LOCK)) == [
        f"{LOCK} night data: dataset/kb: the lock says {'0' * 32}.dir, {POINTER} at {pointer} has {there}"
    ]


def test_the_copy_of_a_lock_is_verified_wherever_it_lies(shop: Folder) -> None:
    exported(shop, night_of(1))
    done(shop)
    night = shop.git("rev-parse", "HEAD")
    asked = VerifyOptions(given={"../copy.lock": (shop.path / LOCK).read_bytes()})
    found = verified(shop, "../copy.lock", asked=asked)
    assert answers(found, "night") == [f"../copy.lock: ok: dataset/kb: {POINTER} at {night[:10]}"]
    there = answers(verified_with_data(shop, LOCK), "data")
    assert there == [f"{LOCK}: ok: 10 files, sha256"]
    shop.git("checkout", "-q", "HEAD~1")
    unknown = "dataset/kb: no commit has this lock, and its data beside it"
    again = verified(shop, "../copy.lock", asked=asked)
    assert answers(again, "night") == [f"../copy.lock: not checked: {unknown}"]


def test_a_night_whose_commit_is_not_here_is_not_checked(shop: Folder) -> None:
    exported(shop, night_of(1))
    pointer = shop.commit({}, "the export of tonight")
    done(shop)
    text = (shop.path / LOCK).read_text()
    shop.write(LOCK, text.replace(pointer, "1" * 40))
    unknown = f"dataset/kb: the commit {'1' * 40} of its pointer is not here"
    assert answers(verified(shop, LOCK), "night") == [f"{LOCK}: not checked: {unknown}"]


def test_only_floating_data_of_a_pinned_application_has_nights(tmp_path: Path) -> None:
    folder = released_shop(tmp_path / "shop")
    with pytest.raises(UsageError, match=r"^desk in production has no floating data(?m:$)"):
        refreshed(folder)
    folder.commit({"environments/production.yaml": ENVIRONMENT.replace('desk: "^1.0"', "")}, "no pin")
    with pytest.raises(UsageError, match=r"^production pins no application/desk(?m:$)"):
        refreshed(folder)


def test_what_cannot_have_a_night_is_told(shop: Folder) -> None:
    shop.write(POINTER, "outs: []\n")
    assert [p.message for p in refreshed(shop).problems] == [
        "dataset/kb: data/kb.dvc: the pointer has 0 outputs, not one"
    ]
    (shop.path / POINTER).unlink()
    assert [p.message for p in refreshed(shop).problems] == [
        "dataset/kb: its pointer data/kb.dvc cannot be read: no such file"
    ]
    shop.git("checkout", "-q", "--", POINTER)
    shop.commit({"environments/production.yaml": ENVIRONMENT.replace("^1.0", "1.0.0")}, "another pin")
    assert [(p.message, p.hint) for p in refreshed(shop).problems] == [
        (
            "the lock of desk in production is stale",
            "run 'plmctl lock production desk' and commit it first",
        )
    ]
    shop.git("rm", "-q", LOCK)
    shop.git("commit", "-qm", "no lock")
    assert [p.exit_code for p in refreshed(shop).problems] == [1]


def pushing(folder: Folder, remote: Folder) -> tuple[Ready, Report]:
    """A night that is planned in a clone, and what came of it after somebody else pushed `remote` first."""
    delivery = Delivery(when=WHEN, is_pushed=True)
    options = NightOptions(environment="production", application="desk", today=TODAY, delivery=delivery)
    with opened(folder) as repo:
        ready = prepared(repo, DvcStore(repo.top, folder.environment), options)
        remote.git("push", "-q", "origin", "main")
        return ready, delivered(repo, ready)


def test_a_night_is_pushed_upon_what_others_pushed_and_over_no_other_night(
    shop: Folder, tmp_path: Path
) -> None:
    bare = with_remote(shop, tmp_path / "bare.git")
    other, late = clone_of(bare, tmp_path / "other"), clone_of(bare, tmp_path / "late")
    exported(shop, night_of(1))
    other.commit({"README.md": "hello\n"}, "something else")
    _, report = pushing(shop, other)
    assert report.problems == ()
    assert (
        bare.git("log", "-2", "--format=%s", "main")
        == "Refresh the data of desk in production\nsomething else"
    )
    assert locked(bare, "main") == entry(1)
    other.git("pull", "-q")
    exported(other, night_of(2))
    done(other)
    late.git("pull", "-q")
    exported(late, night_of(3))
    _, report = pushing(late, other)
    assert [(p.message, p.exit_code) for p in report.problems] == [
        ("somebody else changed data/kb.dvc first", 3)
    ]
    assert locked(bare, "main") == entry(2)


@pytest.mark.slow
def test_a_night_of_the_real_dvc_is_the_one_that_was_written_by_hand(shop: Folder, tmp_path: Path) -> None:
    project = replace(Project.made(tmp_path / "dvc"), path=shop.path)
    exported(shop, night_of(1))
    by_hand = (shop.path / POINTER).read_text()
    shop.git("checkout", "-q", "--", POINTER)
    shutil.rmtree(shop.path / CACHE)
    project.dvc("add", "-q", "data/kb")
    assert (shop.path / POINTER).read_text() == by_hand
    done(shop)
    assert locked(shop) == entry(1)
    night = shop.git("rev-parse", "HEAD")
    for name, content in night_of(2).items():
        shop.write(f"data/kb/{name}", content)
    project.dvc("add", "-q", "data/kb")
    assert done(shop).notes == ("dataset/kb: 10 files, 82 bytes; 20.0 % of the files changed",)
    assert locked(shop) == entry(2)
    done(shop, night)
    project.dvc("checkout", "-q", POINTER)
    assert {p.name: p.read_bytes() for p in (shop.path / "data/kb").iterdir()} == dict(night_of(1))
    assert_sound(shop)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("production", "--data"), "error: --data is of one application"),
        (("production", "desk", "--data", "--check"), "error: --data records data and nothing else"),
        (
            ("production", "desk", "--data", "--push", "--no-commit"),
            "error: --no-commit makes nothing to push",
        ),
        (("production", "desk", "--data", "--format", "sarif"), "error: --data prints text or JSON"),
        (("production", "desk", "--push"), "error: --push is for --data"),
    ],
)
def test_a_night_is_asked_for_in_one_way(begun: Folder, words: tuple[str, ...], said: str) -> None:
    assert plmctl(begun, "lock", *words, code=2).stderr.splitlines()[0].startswith(said)


def test_a_night_at_the_command_line(shop: Folder) -> None:
    exported(shop, night_of(1))
    staged = plmctl(shop, "lock", "production", "desk", "--data", "--no-commit")
    assert staged.stdout == f"staged {POINTER}\nstaged {LOCK}\n"
    assert shop.git("status", "--short") == f"M  {POINTER}\nM  {LOCK}"
    shop.git("commit", "-q", "-m", "by hand")
    assert_sound(shop)
    exported(shop, {"page-0.md": b"page 0\n"})
    refused = plmctl(shop, "lock", "production", "desk", "--data", "--format", "json", code=1)
    assert json.loads(refused.stdout)["problems"][0]["message"].startswith("dataset/kb is refused: 1 file")
    exported(shop, night_of(2))
    report = json.loads(plmctl(shop, "lock", "production", "desk", "--data", "--format", "json").stdout)
    assert report["data"]["data"][0]["changedPercent"] == 20.0
    published = json.loads((REPOSITORY / "schemas/output/report.json").read_text(encoding="utf-8"))
    assert jsonschema_rs.Draft202012Validator(published).is_valid(report)


def test_a_lock_is_told_of_the_night_that_it_does_not_say(shop: Folder, tmp_path: Path) -> None:
    done(shop)
    assert made_locks(shop).notes == ()
    file = str(tmp_path / "desk.lock")
    told = plmctl(shop, "lock", "-o", file, "desk").stderr
    assert "note: dataset/kb floats: no lock of -o says which data it is, nor does a release" in told
