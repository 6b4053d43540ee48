"""A file that is shared with other processes, and that anything may have happened to."""

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from plmctl.cache.file import LIMIT, TABLE, UNUSED, CacheFile
from plmctl.core.cache import Known
from tests.programs import REPOSITORY

ROWS: Mapping[str, Known] = {"data/a": (b"1", b"x"), "data/é": (b"", b"\0\xff"), "data0": (b"2", b"y")}
WRITER = """\
import sys
from plmctl.cache.file import CacheFile
for number in range(40):
    with CacheFile(sys.argv[1]) as cache:
        cache.keep(sys.argv[2], {f"{number}": (b"s", b"v" * 5000), "last": (b"", b"%d" % number)})
        values = {value for name, (_, value) in cache.every(sys.argv[3]).items() if name != "last"}
        assert values <= {b"v" * 5000}
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a cache is to be, in a folder that is not there yet."""
    return tmp_path / "plmctl" / "known" / "r.sqlite"


def keep(path: Path, rows: Mapping[str, Known] = ROWS, kind: str = "md5") -> None:
    with CacheFile(str(path)) as cache:
        cache.keep(kind, rows)


def every(path: Path, kind: str = "md5") -> Mapping[str, Known]:
    with CacheFile(str(path)) as cache:
        return cache.every(kind)


def test_what_one_process_keeps_the_next_one_knows(path: Path) -> None:
    keep(path)
    keep(path, {"data/a": (b"z", b"z")}, kind="blob")
    assert every(path) == ROWS
    with CacheFile(str(path)) as cache:
        assert cache.named("md5", ["data/a", "data/b"]) == {"data/a": (b"1", b"x")}
        assert cache.below("md5", "data") == {name: ROWS[name] for name in ("data/a", "data/é")}
        assert cache.every("blob") == {"data/a": (b"z", b"z")}


def test_what_is_made_when_it_is_written_is_kept_once_and_written_anew_where_no_file_was(path: Path) -> None:
    made: list[str] = []

    def rows() -> Iterator[tuple[str, Known]]:
        for name, known in ROWS.items():
            made.append(name)
            yield name, known

    keep(path)
    no_database(path)
    with CacheFile(str(path)) as cache:
        cache.keep_made("md5", rows)
        assert made == []
    assert every(path) == ROWS
    # The file that was none is found out by writing to it, before anything is made.
    assert made == [*ROWS]
    with CacheFile(str(path)) as cache:
        cache.keep("md5", {"data/b": (b"9", b"9")})
        cache.keep_made("md5", rows)
    assert every(path) == {**ROWS, "data/b": (b"9", b"9")}


def test_what_is_forgotten_or_kept_anew_is_another(path: Path) -> None:
    keep(path)
    with CacheFile(str(path)) as cache:
        cache.keep("md5", {"data/a": (b"9", b"9")})
        cache.forget("md5", ["data/é", "data/b"])
    assert every(path) == {"data/a": (b"9", b"9"), "data0": (b"2", b"y")}


def test_many_names_are_asked_for_at_once(path: Path) -> None:
    rows = {f"{number:05}": (b"s", b"%d" % number) for number in range(1_234)}
    keep(path, rows)
    with CacheFile(str(path)) as cache:
        assert cache.named("md5", (*rows, "none")) == rows


def test_a_name_that_is_not_utf8_is_not_known(path: Path) -> None:
    keep(path, {**ROWS, "\udcff": (b"1", b"1")})
    with CacheFile(str(path)) as cache:
        assert cache.named("md5", ["\udcff", "data0"]) == {"data0": (b"2", b"y")}
        assert cache.below("md5", "\udcff") == {}
        cache.forget("md5", ["\udcff"])
    assert every(path) == ROWS


def test_only_its_owner_reads_it_or_lists_its_folder(path: Path) -> None:
    previous = os.umask(0)
    try:
        keep(path)
    finally:
        os.umask(previous)
    assert [stat.S_IMODE(p.stat().st_mode) for p in (path, path.parent)] == [0o600, 0o700]
    assert [p.name for p in path.parent.iterdir()] == ["r.sqlite"]


def test_nothing_is_made_before_something_is_kept(path: Path) -> None:
    assert every(path) == {}
    assert not path.parent.parent.exists()


def test_the_name_of_a_folder_is_no_option_of_sqlite(tmp_path: Path) -> None:
    path = tmp_path / "a?mode=memory#%20b" / "r.sqlite"
    keep(path)
    assert every(path) == ROWS
    assert path.is_file()


def test_two_processes_write_at_the_same_time(path: Path) -> None:
    words = [sys.executable, "-c", WRITER, str(path)]
    running = [
        subprocess.Popen([*words, kind, other], cwd=REPOSITORY, stderr=subprocess.PIPE)
        for kind, other in (("one", "two"), ("two", "one"))
    ]
    assert [process.communicate()[1] for process in running] == [b"", b""]
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()
    # Whoever had to wait for too long has kept nothing, and nothing was mixed.
    for kind in ("one", "two"):
        found = every(path, kind)
        assert {known for name, known in found.items() if name != "last"} <= {(b"s", b"v" * 5000)}
        assert found.keys() <= {"last", *map(str, range(40))}
    assert every(path, "one") or every(path, "two")


def test_while_another_process_writes_nothing_is_waited_for(path: Path) -> None:
    keep(path)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    assert every(path) == {}
    keep(path, {"data/a": (b"9", b"9")})
    connection.execute("ROLLBACK")
    connection.close()
    assert every(path) == ROWS


def nothing(path: Path) -> None:
    path.write_bytes(b"")


def no_database(path: Path) -> None:
    path.write_bytes(b"not a database" * 1000)


def cut_off(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def overwritten(path: Path) -> None:
    with open(path, "r+b") as file:
        # The second page, in which the rows begin.
        file.seek(16384)
        file.write(b"\xaa" * 4096)


def another_table(path: Path) -> None:
    path.unlink()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE known (kind TEXT, name TEXT)")
    connection.close()
    path.chmod(0o600)


def open_to_others(path: Path) -> None:
    path.chmod(0o622)


def under_two_names(path: Path) -> None:
    os.link(path, path.with_name("other"))


def a_link(path: Path) -> None:
    path.rename(path.with_name("other"))
    path.symlink_to("other")


def a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path, 0o600)


def too_large(path: Path) -> None:
    os.truncate(path, LIMIT + 1)


@pytest.mark.parametrize(
    "damage",
    [
        nothing,
        no_database,
        cut_off,
        overwritten,
        another_table,
        open_to_others,
        under_two_names,
        a_link,
        a_pipe,
        too_large,
    ],
)
def test_what_is_no_cache_of_ours_knows_nothing_and_is_replaced(
    path: Path, damage: Callable[[Path], None]
) -> None:
    keep(path, {f"data/{number}": (b"s", b"v" * 100) for number in range(500)})
    damage(path)
    assert every(path) == {}
    keep(path)
    assert every(path) == ROWS
    assert stat.S_IMODE(path.lstat().st_mode) == 0o600


def test_what_a_link_leads_to_stays_as_it_is(path: Path, tmp_path: Path) -> None:
    keep(path)
    other = tmp_path / "other"
    other.write_bytes(b"mine")
    path.unlink()
    path.symlink_to(other)
    keep(path)
    assert other.read_bytes() == b"mine"
    assert every(path) == ROWS


def test_a_file_in_a_folder_that_others_write_to_is_not_read(path: Path) -> None:
    keep(path)
    path.parent.chmod(0o777)
    assert every(path) == {}
    keep(path, {"data/a": (b"9", b"9")})
    path.parent.chmod(0o700)
    assert every(path) == ROWS


# What lets root read and write where permissions let nobody.
POWERLESS = """\
import ctypes
libc = ctypes.CDLL(None)
libc.capset((ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)())
"""
READER = """\
import sys
from plmctl.cache.file import CacheFile
for path in sys.argv[1:]:
    with CacheFile(path) as cache:
        print(sorted(cache.every("md5")))
        cache.keep("md5", {"new": (b"", b"")})
"""


def said(program: str, *paths: Path) -> list[str]:
    """What another process says, which must not fail."""
    words = [sys.executable, "-c", program, *map(str, paths)]
    done = subprocess.run(words, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert (done.stderr, done.returncode) == ("", 0)
    return done.stdout.splitlines()


def test_where_nothing_can_be_written_it_is_read(path: Path) -> None:
    keep(path)
    path.chmod(0o400)
    path.parent.chmod(0o500)
    try:
        assert said(POWERLESS + READER, path, path.with_name("new")) == [str(sorted(ROWS)), "[]"]
    finally:
        path.parent.chmod(0o700)
    assert every(path) == ROWS
    assert [p.name for p in path.parent.iterdir()] == ["r.sqlite"]


def test_a_file_that_cannot_be_read_is_no_cache(path: Path) -> None:
    keep(path)
    path.chmod(0)
    assert said(POWERLESS + READER, path) == ["[]"]
    path.chmod(0o600)
    assert every(path) == ROWS


def test_a_python_without_sqlite_keeps_nothing(path: Path) -> None:
    keep(path)
    assert said("import sys; sys.modules['sqlite3'] = None\n" + READER, path) == ["[]"]
    assert every(path) == ROWS


def test_where_a_folder_cannot_be_made_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    keep(tmp_path / "file" / "r.sqlite")
    (tmp_path / "r.sqlite").mkdir()
    keep(tmp_path / "r.sqlite")
    assert every(tmp_path / "r.sqlite") == {}


def test_a_folder_that_is_deleted_meanwhile_is_no_trouble(path: Path) -> None:
    keep(path)
    with CacheFile(str(path)) as cache:
        assert cache.every("md5") == ROWS
        path.unlink()
        path.parent.rmdir()
        assert cache.every("md5") == ROWS
        cache.keep("md5", {"data/b": (b"", b"")})
    assert not path.parent.exists()
    keep(path)
    assert every(path) == ROWS


def rewrite(path: Path, change: str, *values: object) -> None:
    connection = sqlite3.connect(path)
    connection.execute(change, values)
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ("UPDATE known SET value = ? WHERE name = 'data/a'", b"y"),
        ("UPDATE known SET value = ? WHERE name = 'data/a'", "x"),
        ("UPDATE known SET value = ? WHERE name = 'data/a'", None),
        ("UPDATE known SET stamp = ? WHERE name = 'data/a'", 1),
        ("UPDATE known SET stamp = ? WHERE name = 'data/a'", b"2"),
        ("UPDATE known SET name = ? WHERE name = 'data/a'", "data/b"),
        ("UPDATE known SET kind = ? WHERE name = 'data/a'", "blob"),
        # A byte that stood there moved from the stamp to the value.
        ("UPDATE known SET stamp = ?, value = x'3178' WHERE name = 'data/a'", b""),
    ],
)
def test_a_row_that_is_not_as_it_was_written_is_none(path: Path, change: str, value: object) -> None:
    keep(path)
    rewrite(path, change, value)
    assert every(path) == {name: known for name, known in ROWS.items() if name != "data/a"}
    assert every(path, "blob") == {}


def test_a_name_that_is_no_text_any_more_makes_it_no_cache(path: Path) -> None:
    keep(path)
    rewrite(path, "UPDATE known SET name = CAST(x'ff' AS TEXT) WHERE name = 'data/a'")
    assert every(path) == {}
    assert not path.exists()


def test_files_that_nobody_writes_to_go_when_another_is_made(path: Path) -> None:
    keep(path)
    for name, age in (("old.sqlite", UNUSED + 100), ("new.sqlite", UNUSED - 100)):
        place = path.with_name(name)
        place.touch()
        os.utime(place, (place.stat().st_mtime - age,) * 2)
    keep(path, {"data/a": (b"9", b"9")})
    assert sorted(p.name for p in path.parent.iterdir()) == ["new.sqlite", "old.sqlite", "r.sqlite"]
    keep(path.with_name("another.sqlite"))
    found = sorted(p.name for p in path.parent.iterdir())
    assert found == ["another.sqlite", "new.sqlite", "r.sqlite"]


def test_the_table_is_the_one_that_is_said(path: Path) -> None:
    keep(path)
    connection = sqlite3.connect(path)
    said = connection.execute("SELECT sql FROM sqlite_master").fetchall()
    connection.close()
    assert said == [(TABLE.replace("IF NOT EXISTS ", ""),)]
