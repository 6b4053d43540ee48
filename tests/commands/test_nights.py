"""Floating data: every night another knowledge base, and no version of anything (data.md)."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from plmctl.commands.delivery import Delivery, delivered
from plmctl.commands.history import HistoryOptions, history
from plmctl.commands.lock import LockOptions
from plmctl.commands.night import NightOptions, prepared
from plmctl.core.report import Report
from plmctl.store.dvc import DvcStore
from tests.commands.builder import (
    SETTINGS,
    checked_locks,
    copied,
    failures,
    made_locks,
    make_release,
    opened,
    verified,
)
from tests.commands.data import CACHE, object_path
from tests.commands.ground import WHEN, folder_at
from tests.commands.stages import made, way_back
from tests.git.builder import Folder

TODAY = "2026-03-04"
LOCK = "environments/production/desk.lock"
POINTER = "data/kb.dvc"
BY_HAND = "plmctl lock production desk --data --at HEAD"
GUARD = "  guard: {minFiles: 3, maxChangePercent: 50}\n"
DATASET = """\
apiVersion: plmctl/v1
kind: Dataset
metadata: {name: kb}
spec:
  purpose: [rag]
  format: markdown
  data: {dvc: ../data/kb.dvc}
  floating: true
"""
RETRIEVER = """\
apiVersion: plmctl/v1
kind: Retriever
metadata: {name: docs}
spec:
  datasets: [kb]
  index: {engine: bm25, name: docs}
"""
APPLICATION = """\
apiVersion: plmctl/v1
kind: Application
metadata: {name: desk}
spec:
  uses: [retriever/docs]
"""
ENVIRONMENT = """\
apiVersion: plmctl/v1
kind: Environment
metadata: {name: production}
spec:
  pins: {desk: "^1.0"}
"""
Files = Mapping[str, bytes]


def night_of(number: int) -> Files:
    """Ten pages, of which one is another every night."""
    pages = {f"page-{page}.md": f"page {page}\n".encode() for page in range(10)}
    return {**pages, f"page-{number % 10}.md": f"page as of night {number}\n".encode()}


def md5_of(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def listing_of(files: Files) -> bytes:
    """The listing as DVC writes it."""
    return json.dumps([{"md5": md5_of(c), "relpath": n} for n, c in sorted(files.items())]).encode()


def sha256_of(files: Files) -> str:
    """What a lock says of a folder: over the pairs of path and sha256, without spaces (RFC 8785)."""
    pairs = [[name, hashlib.sha256(content).hexdigest()] for name, content in sorted(files.items())]
    return hashlib.sha256(json.dumps(pairs, separators=(",", ":")).encode()).hexdigest()


def exported(folder: Folder, files: Files) -> str:
    """An export of the knowledge base as `dvc add` leaves it: work tree, cache and pointer; its md5."""
    for old in (folder.path / "data" / "kb").glob("*"):
        old.unlink()
    for name, content in files.items():
        folder.write(f"data/kb/{name}", content)
        folder.write(object_path(CACHE, md5_of(content)), content)
    listing = listing_of(files)
    md5 = f"{md5_of(listing)}.dir"
    folder.write(object_path(CACHE, md5), listing)
    size, count = sum(map(len, files.values())), len(files)
    folder.write(
        POINTER, f"outs:\n- md5: {md5}\n  size: {size}\n  nfiles: {count}\n  hash: md5\n  path: kb\n"
    )
    return md5


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """An application with floating data, released and locked; not to be changed."""
    path = tmp_path_factory.mktemp("nights") / "shop"
    path.mkdir()
    folder = folder_at(path)
    folder.git("init", "-q", "-b", "main")
    exported(folder, night_of(0))
    folder.commit(
        {
            "plmctl.yaml": SETTINGS,
            "datasets/kb.yaml": DATASET + GUARD,
            "retrievers/docs.yaml": RETRIEVER,
            "applications/desk.yaml": APPLICATION,
            "environments/production.yaml": ENVIRONMENT,
            "data/.gitignore": "/kb\n",
            ".dvc/.gitignore": "/cache\n",
            ".dvc/config": "[core]\n    remote = store\n['remote \"store\"']\n    url = ../../store\n",
        },
        "begin",
    )
    make_release(folder)
    made_locks(folder)
    folder.commit({}, "lock")
    return folder


@pytest.fixture
def shop(begun: Folder, tmp_path: Path) -> Folder:
    """A copy of it, to be changed."""
    return copied(begun, tmp_path / "shop")


def refreshed(folder: Folder, revision: str | None = None, *, is_staged: bool = False) -> Report:
    """What came of `lock production desk --data`."""
    delivery = Delivery(when=WHEN, is_staged=is_staged)
    options = NightOptions(
        environment="production", application="desk", today=TODAY, delivery=delivery, revision=revision
    )
    with opened(folder) as repo:
        ready = prepared(repo, DvcStore(repo.top, folder.environment), options)
        refused = any(problem.exit_code for problem in ready.report.problems)
        return ready.report if refused or ready.is_nothing else delivered(repo, ready)


def done(folder: Folder, revision: str | None = None) -> Report:
    report = refreshed(folder, revision)
    assert report.problems == ()
    return report


def locked(folder: Folder, revision: str = "HEAD") -> object:
    """The data in the lock of a commit."""
    lock = json.loads(folder.git("show", f"{revision}:{LOCK}"))
    return lock["artifacts"]["dataset/kb"].get("data")


def entry(number: int, **more: object) -> object:
    files = night_of(number)
    return [
        {
            "path": POINTER,
            "md5": f"{md5_of(listing_of(files))}.dir",
            "size": sum(map(len, files.values())),
            "nfiles": 10,
            "sha256": sha256_of(files),
            **more,
        }
    ]


def sound(folder: Folder) -> bool:
    """Whether no lock is stale, nothing FAILED, and the work tree is clean."""
    assert (checked_locks(folder).findings, failures(verified(folder))) == ((), [])
    return folder.git("status", "--short") == ""


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
    assert sound(shop)
    done(shop, commits[11])
    assert locked(shop) == entry(12, commit=commits[11])
    assert shop.git("show", f"HEAD:{POINTER}") == shop.git("show", f"{commits[11]}:{POINTER}")
    assert sound(shop)
    shop.git("revert", "--no-edit", "HEAD")
    shop.git("revert", "--no-edit", commits[29])
    assert locked(shop) == entry(29)
    assert shop.git("show", f"HEAD:{POINTER}") == shop.git("show", f"{commits[28]}:{POINTER}")
    assert sound(shop)


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
    assert sound(shop)


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
    assert sound(shop)
    made_locks(shop, LockOptions(update={}))
    shop.commit({}, "take the newer version")
    assert locked(shop) == entry(1, commit=night)
    assert sound(shop)


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
    assert sound(shop)
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
