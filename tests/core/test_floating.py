"""Floating data in locks, and the guards of it."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from plmctl.core.floating import (
    Guard,
    carried,
    guard_of,
    nights,
    placed,
    refusals,
    share_by_amount,
    share_changed,
    with_data,
)
from plmctl.core.inventory import Inventory, Row, compared
from plmctl.core.lock import DataEntry, Lock
from plmctl.core.locking import Wanted, closure_lock, now_of
from plmctl.core.pointer import Pointer
from plmctl.core.registry import Registry
from tests.commands.timeline import Timeline, registry_of

DATASET = """\
apiVersion: plmctl/v1
kind: Dataset
metadata: {name: kb}
spec:
  purpose: [rag]
  format: jsonl
  data: {dvc: kb.dvc}
  floating: true
"""
RETRIEVER = """\
apiVersion: plmctl/v1
kind: Retriever
metadata: {name: docs}
spec: {datasets: [kb], index: {engine: bm25, name: docs}}
"""
FILES: Mapping[str, str] = {
    "datasets/kb.yaml": DATASET,
    "datasets/kb.dvc": f"outs:\n- md5: {'e' * 32}\n  size: 12\n  hash: md5\n  path: kb\n",
    "retrievers/docs.yaml": RETRIEVER,
}
NIGHT = DataEntry(path="datasets/kb.dvc", md5="1" * 32, size=10)
COMMIT = "c" * 40


def released(files: Mapping[str, str] = FILES) -> tuple[Lock, Registry]:
    """A lock of the retriever, and the registry that it was read at."""
    timeline = Timeline()
    made = timeline.release(files)
    (release,) = timeline.past.releases
    now = now_of(registry_of(files))
    return closure_lock(Wanted(root="retriever/docs", bind={}), release, now, made.lock), now.registry


def night(lock: Lock, *data: DataEntry, artifact: str = "dataset/kb") -> Lock:
    return with_data(lock, {artifact: data})


def data(lock: Lock) -> tuple[DataEntry, ...]:
    return lock.artifacts["dataset/kb"].data


def test_what_is_released_says_no_night_and_a_lock_keeps_its_own() -> None:
    lock, registry = released()
    assert data(lock) == ()
    assert carried(lock, None, registry) is lock
    assert data(carried(lock, night(lock, NIGHT), registry)) == (NIGHT,)


def test_the_nights_of_a_lock_are_what_no_release_has() -> None:
    lock, _ = released()
    fixed, _ = released({**FILES, "datasets/kb.yaml": DATASET.replace("true", "false")})
    assert list(nights(lock)) == list(nights(fixed)) == []
    assert list(nights(night(lock, NIGHT))) == [("dataset/kb", NIGHT)]


def test_a_night_goes_with_its_dataset_and_with_its_pointer() -> None:
    lock, registry = released()
    elsewhere = replace(NIGHT, path="datasets/other.dvc")
    assert data(carried(lock, night(lock, elsewhere), registry)) == ()
    artifacts = {key: entry for key, entry in lock.artifacts.items() if key != "dataset/kb"}
    assert data(carried(lock, replace(lock, artifacts=artifacts), registry)) == ()
    fixed, anew = released({**FILES, "datasets/kb.yaml": DATASET.replace("true", "false")})
    assert carried(fixed, night(lock, NIGHT), anew) == fixed


def test_a_night_is_kept_under_another_name() -> None:
    lock, _ = released()
    renamed = DATASET.replace("{name: kb}", "{name: base, formerly: [kb]}")
    files = {"datasets/kb.yaml": renamed, "retrievers/docs.yaml": RETRIEVER.replace("[kb]", "[base]")}
    after, registry = released({**FILES, **files})
    assert carried(after, night(lock, NIGHT), registry).artifacts["dataset/base"].data == (NIGHT,)


def test_data_that_stood_beside_another_lock_says_where() -> None:
    lock, registry = released()
    there = replace(NIGHT, commit="d" * 40)
    assert data(placed(night(lock, NIGHT), registry, lambda: COMMIT)) == (replace(NIGHT, commit=COMMIT),)
    assert data(placed(night(lock, there), registry, lambda: COMMIT)) == (there,)
    assert data(placed(night(lock, NIGHT), registry, lambda: None)) == (NIGHT,)
    assert placed(lock, registry, lambda: COMMIT) == lock


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("", Guard()),
        ("  guard: {minFiles: 3}\n", Guard(min_files=3)),
        ("  guard: {maxChangePercent: 12.5}\n", Guard(max_change=12.5)),
    ],
)
def test_a_guard_is_what_the_manifest_says(said: str, expected: Guard) -> None:
    _, registry = released({**FILES, "datasets/kb.yaml": DATASET + said})
    assert guard_of(registry.manifests["dataset/kb"]) == expected


def inventory(**files: str) -> Inventory:
    return Inventory.of(Row(relpath=name, md5=md5 * 32) for name, md5 in files.items())


@pytest.mark.parametrize(
    ("old", "new", "share"),
    [
        (inventory(a="1", b="2", c="3", d="4"), inventory(a="1", b="2", c="3", d="4"), 0.0),
        (inventory(a="1", b="2", c="3", d="4"), inventory(a="1", b="2", c="3", d="5"), 25.0),
        (inventory(a="1", b="2", c="3"), inventory(a="1", b="2", c="3", d="4"), 25.0),
        (inventory(a="1", b="2", c="3", d="4"), inventory(a="1"), 75.0),
        (inventory(a="1", b="2", c="3", d="4"), inventory(a="1", b="2", c="3", e="4"), 25.0),
        (inventory(a="1"), inventory(b="2"), 100.0),
        (inventory(), inventory(), 0.0),
    ],
    ids=["same", "changed", "added", "removed", "moved", "other", "none"],
)
def test_the_share_is_of_all_files_of_both_nights(old: Inventory, new: Inventory, share: float) -> None:
    assert share_changed(compared(old, new)) == share


def pointer(size: int, nfiles: int | None = None) -> Pointer:
    return Pointer(
        path="kb.dvc",
        md5="2" * 32,
        size=size,
        nfiles=nfiles,
        is_legacy=False,
        out_path="kb",
        findings=(),
    )


@pytest.mark.parametrize(
    ("old", "new", "share"),
    [
        (DataEntry(path="p", md5="1", size=100), pointer(75), 25.0),
        (DataEntry(path="p", md5="1", size=100, nfiles=10), pointer(100, 5), 50.0),
        (DataEntry(path="p", md5="1", size=0), pointer(0), 0.0),
        (DataEntry(path="p", md5="1", size=0, nfiles=0), pointer(8, 4), 100.0),
    ],
)
def test_numbers_alone_tell_what_changed_at_least(old: DataEntry, new: Pointer, share: float) -> None:
    assert share_by_amount(old, new) == share


@pytest.mark.parametrize(
    ("guard", "new", "share", "expected"),
    [
        (Guard(), pointer(1, 0), 100.0, []),
        (Guard(min_files=2, max_change=20), pointer(1, 2), 20.0, []),
        (Guard(min_files=1), pointer(1), None, []),
        (Guard(min_files=2), pointer(1), None, ["1 file, and guard.minFiles is 2"]),
        (Guard(min_files=2), pointer(1, 0), None, ["0 files, and guard.minFiles is 2"]),
        (Guard(max_change=20), pointer(1, 2), None, []),
        (
            Guard(min_files=3, max_change=12.5),
            pointer(1, 2),
            12.6,
            ["2 files, and guard.minFiles is 3", "12.6 % changed, and guard.maxChangePercent is 12.5"],
        ),
    ],
)
def test_a_guard_says_each_thing_that_is_wrong(
    guard: Guard, new: Pointer, share: float | None, expected: list[str]
) -> None:
    assert list(refusals(guard, new, share)) == expected
