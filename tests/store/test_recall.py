"""What is known of data from the run before: what of it is read again, and what is seen all the same."""

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from hashlib import md5
from pathlib import Path

import pytest

from plmctl.core.cache import MARGIN_NS, Cache, MemoryCache, stamp_of
from plmctl.core.finding import PlmctlError
from plmctl.core.inventory import Counted
from plmctl.store.dvc import DvcStore
from plmctl.store.recall import Recall
from tests.store.dvc import FOLDER_MD5, HELLO, ONE, Project, cached, file, folder, rewritten
from tests.store.opened import opened

CONTENTS = {"a.txt": b"hello\n", "sub/none": b"", "sub/é😀.txt": b"1"}


def later() -> int:
    """A time at which what was written by now has settled."""
    return time.time_ns() + 2 * MARGIN_NS


def looking(project: Project, cache: Cache, clock: Callable[[], int] = later) -> DvcStore:
    """The data as the next process sees it."""
    return DvcStore(str(project.path), project.environment, recall=Recall(cache=cache, clock=clock))


def in_full(project: Project, path: str = "data/faq") -> str | None:
    """The md5 of data, every file of it read."""
    found = DvcStore(str(project.path), project.environment).measured(path)
    return found.md5 if found is not None else None


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Data in work tree and cache, as DVC would have brought it."""
    project = Project.filled(tmp_path)
    for name, content in CONTENTS.items():
        project.write(f"data/faq/{name}", content)
    project.write("data/one.jsonl", b'{"q": 1}\n')
    return project


@pytest.fixture
def cache(project: Project) -> Cache:
    """What is known after the first look."""
    cache = MemoryCache()
    store = looking(project, cache)
    assert store.md5("data/faq") == FOLDER_MD5
    assert store.md5("data/one.jsonl") == in_full(project, "data/one.jsonl")
    assert store.not_in_cache([folder(project), file(project)]) == ()
    return cache


def test_of_data_that_did_not_change_no_file_is_opened(project: Project, cache: Cache) -> None:
    store = looking(project, cache)
    with opened(project.path) as found:
        assert store.counted("data/faq") == Counted(size=7, nfiles=3)
        assert store.md5("data/faq") == FOLDER_MD5
        assert store.md5("data/one.jsonl") == in_full_of(b'{"q": 1}\n')
        assert store.not_in_cache([folder(project), file(project)]) == ()
    # What else is read: rules of what is left out, DVC's configuration; and by the test itself the pointers.
    data = [path for path in found if not path.endswith((".dvcignore", "config", "config.local", ".dvc"))]
    assert data == []


def in_full_of(content: bytes) -> str:
    return md5(content, usedforsecurity=False).hexdigest()


def test_of_data_in_which_one_file_changed_this_one_is_opened(project: Project, cache: Cache) -> None:
    place = project.write("data/faq/sub/none", b"x")
    store = looking(project, cache)
    with opened(project.path / "data") as found:
        seen = store.md5("data/faq")
    assert [path for path in found if path != ".dvcignore"] == ["faq/sub/none"]
    assert seen == in_full(project) != FOLDER_MD5
    # And then it is known.
    with opened(project.path / "data") as found:
        assert looking(project, cache).md5("data/faq") == seen
    assert [path for path in found if path != ".dvcignore"] == []
    place.write_bytes(b"")
    assert looking(project, cache).md5("data/faq") == FOLDER_MD5


def removed(project: Project) -> None:
    (project.path / "data/faq/a.txt").unlink()


def added(project: Project) -> None:
    project.write("data/faq/sub/new", b"new")


def renamed(project: Project) -> None:
    (project.path / "data/faq/a.txt").rename(project.path / "data/faq/b.txt")


def of_the_same_size_and_time(project: Project) -> None:
    place = project.path / "data/faq/a.txt"
    status = place.stat()
    place.write_bytes(b"HELLO\n")
    os.utime(place, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert (place.stat().st_size, place.stat().st_mtime_ns) == (status.st_size, status.st_mtime_ns)


def replaced_with_its_time(project: Project) -> None:
    place = project.path / "data/faq/a.txt"
    status = place.stat()
    new = project.write("data/new", b"HELLO\n")
    os.utime(new, ns=(status.st_atime_ns, status.st_mtime_ns))
    new.rename(place)


def exchanged(project: Project) -> None:
    first, second = (project.path / "data/faq" / name for name in ("a.txt", "sub/none"))
    first.rename(first.with_name("c"))
    second.rename(first)
    first.with_name("c").rename(second)


def by_another_name(project: Project) -> None:
    """A hard link, through which somebody writes."""
    other = project.path / "other"
    os.link(project.path / "data/faq/a.txt", other)
    other.write_bytes(b"HELLO\n")


def left_out(project: Project) -> None:
    project.write(".dvcignore", "none\n")


@pytest.mark.parametrize(
    "change",
    [
        removed,
        added,
        renamed,
        of_the_same_size_and_time,
        replaced_with_its_time,
        exchanged,
        by_another_name,
        left_out,
    ],
)
def test_a_change_of_any_kind_is_seen(
    project: Project, cache: Cache, change: Callable[[Project], None]
) -> None:
    change(project)
    assert looking(project, cache).md5("data/faq") == in_full(project) != FOLDER_MD5


def test_what_a_link_leads_to_is_what_is_known(project: Project, cache: Cache) -> None:
    place = project.path / "data/faq/a.txt"
    place.unlink()
    place.symlink_to(cached(project, HELLO.md5))
    assert looking(project, cache).md5("data/faq") == FOLDER_MD5
    place.unlink()
    place.symlink_to(cached(project, ONE.md5))
    assert looking(project, cache).md5("data/faq") == in_full(project) != FOLDER_MD5


def test_a_file_that_was_just_written_is_read_again(project: Project) -> None:
    """Within a tick of the clock a second write leaves size and times as they are: Git calls it racy."""
    cache = MemoryCache()
    place = project.path / "data/faq/a.txt"
    for number in range(200):
        place.write_bytes(b"%06d" % number)
        assert looking(project, cache, time.time_ns).md5("data/faq") == in_full(project)
        place.write_bytes(b"%06d" % (number + 1))
        assert looking(project, cache, time.time_ns).md5("data/faq") == in_full(project)
    assert cache.named("md5", ["data/faq/a.txt"]) == cache.every("md5 of folders") == {}


def test_when_the_clock_is_set_back_nothing_is_believed(project: Project) -> None:
    cache = MemoryCache()
    for _ in range(2):
        store = looking(project, cache, lambda: 0)
        with opened(project.path / "data/faq") as found:
            assert store.md5("data/faq") == FOLDER_MD5
        assert sorted(found) == sorted(CONTENTS)


def test_a_file_that_settled_is_known_beside_one_that_did_not(project: Project) -> None:
    cache = MemoryCache()
    status = (project.path / "data/faq/a.txt").stat()
    newest = max(status.st_mtime_ns, status.st_ctime_ns)
    os.utime(project.path / "data/faq/sub/none", ns=(0, newest + 10 * MARGIN_NS))
    looking(project, cache, lambda: newest + 5 * MARGIN_NS).md5("data/faq")
    assert sorted(cache.every("md5")) == ["data/faq/a.txt", "data/faq/sub/é😀.txt"]
    assert cache.every("md5 of folders") == {}


def test_what_is_gone_is_forgotten(project: Project, cache: Cache) -> None:
    removed(project)
    looking(project, cache).md5("data/faq")
    assert sorted(cache.every("md5")) == ["data/faq/sub/none", "data/faq/sub/é😀.txt", "data/one.jsonl"]


def test_of_a_folder_of_too_many_files_the_whole_is_known_alone(project: Project) -> None:
    cache = MemoryCache()
    recall = Recall(cache=cache, clock=later, most=2)
    for _ in range(2):
        store = DvcStore(str(project.path), project.environment, recall=recall)
        assert store.md5("data/faq") == FOLDER_MD5
    assert (cache.every("md5"), list(cache.every("md5 of folders"))) == ({}, ["data/faq"])


def test_what_dvc_2_would_say_is_known_apart(project: Project, cache: Cache) -> None:
    project.write("data/faq/a.txt", b"hello\r\n")
    for _ in range(2):
        legacy = looking(project, cache).md5("data/faq", is_legacy=True)
        plain = looking(project, cache).md5("data/faq")
        assert (legacy, plain) == (FOLDER_MD5, in_full(project))
        assert plain != legacy


def test_nothing_and_what_is_no_data_are_told_as_ever(project: Project, cache: Cache) -> None:
    store = looking(project, cache)
    assert (store.counted("data/none"), store.md5("data/none")) == (None, None)
    os.mkfifo(project.path / "data/faq/pipe")
    for ask in (store.counted, store.md5, DvcStore(str(project.path), project.environment).md5):
        with pytest.raises(PlmctlError, match="'data/faq/pipe' is a special file, not data"):
            ask("data/faq")


def test_what_was_counted_is_not_looked_for_twice(project: Project, cache: Cache) -> None:
    store = looking(project, cache)
    store.counted("data/faq")
    added(project)
    assert store.md5("data/faq") == FOLDER_MD5
    # But only once.
    assert store.md5("data/faq") == in_full(project)


def gone(place: Path) -> None:
    place.unlink()


def a_folder(place: Path) -> None:
    place.unlink()
    place.mkdir()


def replaced_with_fewer_bytes(place: Path) -> None:
    place.unlink()
    place.write_bytes(b"")


def with_all_of_its_folder(place: Path) -> None:
    shutil.rmtree(place.parent)


@pytest.mark.parametrize("damage", [gone, a_folder, replaced_with_fewer_bytes, with_all_of_its_folder])
def test_an_object_that_the_cache_of_dvc_lost_is_missed(
    project: Project, cache: Cache, damage: Callable[[Path], None]
) -> None:
    place = cached(project, ONE.md5)
    damage(place)
    for _ in range(2):
        assert looking(project, cache).not_in_cache([folder(project)]) == (folder(project),)
    if place.is_dir():
        place.rmdir()
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(b"1")
    for _ in range(2):
        assert looking(project, cache).not_in_cache([folder(project)]) == ()


def test_what_is_overwritten_in_dvcs_cache_is_missed_within_the_hour(project: Project, cache: Cache) -> None:
    """Nobody may write there (mode 0444), and no folder tells of it: the bytes are a matter of verify."""
    rewritten(cached(project, ONE.md5), b"12")
    assert looking(project, cache).not_in_cache([folder(project)]) == ()
    for hours in (1, -1):
        clock = partial(in_hours, hours)
        assert looking(project, cache, clock).not_in_cache([folder(project)]) == (folder(project),)


def in_hours(hours: int) -> int:
    return later() + hours * 3600 * 1_000_000_000


def test_an_object_that_went_while_the_others_were_looked_at_is_missed_later(project: Project) -> None:
    """The folder was looked at after the object: it has just changed, and is not believed."""
    cache = MemoryCache()
    status = (cached(project, ONE.md5).parent).stat()
    newest = max(status.st_mtime_ns, status.st_ctime_ns)
    store = looking(project, cache, lambda: newest)
    assert store.not_in_cache([folder(project)]) == ()
    assert cache.every("listing, all of it there") == {}


def test_a_listing_that_is_gone_or_another_is_missed(project: Project, cache: Cache) -> None:
    place = cached(project, FOLDER_MD5)
    rewritten(place, place.read_bytes().replace(b"a.txt", b"b.txt"))
    assert looking(project, cache).not_in_cache([folder(project)]) == (folder(project),)
    place.unlink()
    assert looking(project, cache).not_in_cache([folder(project)]) == (folder(project),)


def test_a_listing_that_was_just_written_is_read_again(project: Project) -> None:
    cache = MemoryCache()
    for _ in range(2):
        with opened(project.path / ".dvc/cache") as found:
            assert looking(project, cache, time.time_ns).not_in_cache([folder(project)]) == ()
        assert found == [f"files/md5/{FOLDER_MD5[:2]}/{FOLDER_MD5[2:]}"]


def test_a_pointer_that_says_another_size_is_missed(project: Project, cache: Cache) -> None:
    other = replace(folder(project), size=8)
    assert looking(project, cache).not_in_cache([other]) == (other,)


def test_who_may_write_into_the_cache_decides_what_a_look_sees_and_nothing_else(
    project: Project, cache: Cache
) -> None:
    place = project.write("data/one.jsonl", b'{"q": 2}\n')
    cache.keep("md5", {"data/one.jsonl": (stamp_of(place.stat()), bytes.fromhex(HELLO.md5))})
    for kind in ("listing", "listing, all of it there"):
        cache.keep(kind, {str(cached(project, FOLDER_MD5)): (b"no stamp", b"\0\xff\0/\0/../..\n\0")})
    store = looking(project, cache)
    assert store.md5("data/one.jsonl") == HELLO.md5
    found = store.measured("data/one.jsonl")
    assert found is not None
    assert found.md5 == in_full_of(b'{"q": 2}\n')
    assert store.not_in_cache([folder(project)]) == ()


@pytest.mark.parametrize("value", [b"", b"\0", b"\xff" * 17, b"../" * 16])
def test_a_value_that_is_no_md5_is_that_of_no_data(project: Project, cache: Cache, value: bytes) -> None:
    for kind in ("md5", "md5 of folders", "listing", "listing, all of it there"):
        cache.keep(kind, {name: (stamp, value) for name, (stamp, _) in cache.every(kind).items()})
    store = looking(project, cache)
    assert store.md5("data/faq") == f"{value.hex()}.dir"
    assert store.md5("data/one.jsonl") == value.hex()
    assert store.not_in_cache([folder(project)]) == (folder(project),)
