"""A registry whose knowledge base is another every night, as DVC leaves it on disk, written by hand."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from plmctl.commands.delivery import Delivery, delivered
from plmctl.commands.night import NightOptions, prepared
from plmctl.core.report import Report
from plmctl.store.dvc import DvcStore
from tests.commands.builder import (
    SETTINGS,
    checked_locks,
    failures,
    made_locks,
    make_release,
    opened,
    verified,
)
from tests.commands.data import CACHE, object_path
from tests.commands.ground import WHEN, folder_at
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


def begun_at(path: Path) -> Folder:
    """An application with floating data, released and locked."""
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
            ".dvc/.gitignore": "/config.local\n/tmp\n/cache\n",
            ".dvc/config": "[core]\n    remote = store\n['remote \"store\"']\n    url = ../../store\n",
        },
        "begin",
    )
    make_release(folder)
    first = made_locks(folder)
    mend = "'plmctl lock production desk --data' records the newest"
    assert first.notes == (f"the lock of desk in production says no night of dataset/kb: {mend}",)
    folder.commit({}, "lock")
    return folder


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


def assert_sound(folder: Folder) -> None:
    """No lock is stale, nothing FAILED, and the work tree is clean."""
    found = (checked_locks(folder).findings, failures(verified(folder)), folder.git("status", "--short"))
    assert found == ((), [], "")
