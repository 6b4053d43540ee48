"""Data in a work tree that DVC would not take, or takes in its own way; no DVC is run."""

import os
import threading
from hashlib import md5
from pathlib import Path

import pytest

from plmctl.core.finding import PlmctlError
from plmctl.core.inventory import Counted, Measured
from plmctl.store.dvc import DvcStore
from tests.store.dvc import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project.made(tmp_path)


def files(project: Project, path: str = "data") -> dict[str, str]:
    """The files of the data there, and their md5."""
    found = DvcStore(str(project.path), project.environment).measured(path)
    assert found is not None
    assert found.inventory is not None
    counted = DvcStore(str(project.path), project.environment).counted(path)
    assert counted == Counted(size=found.size, nfiles=found.nfiles)
    return {row.relpath: row.md5 for row in found.inventory.rows}


def refusal(project: Project, path: str = "data") -> str:
    """Why the data there is refused, by a look as by reading."""
    said = []
    for ask in (
        DvcStore(str(project.path), project.environment).measured,
        DvcStore(str(project.path)).counted,
    ):
        with pytest.raises(PlmctlError) as caught:
            ask(path)
        said.append(caught.value.message)
    assert said[0] == said[1]
    return said[0]


def hexadecimal(content: bytes) -> str:
    return md5(content).hexdigest()


def test_large_files_are_hashed_beside_small_ones(project: Project) -> None:
    contents = {f"{n}.bin": bytes([n]) * (n * 700_001) for n in range(6)}
    for name, content in contents.items():
        project.write(f"data/{name}", content)
    assert files(project) == {name: hexadecimal(content) for name, content in contents.items()}


def test_what_no_hash_has_is_passed_over(project: Project) -> None:
    project.write(".dvcignore", b"*.tmp\n/data/sub/\n")
    for name in (
        "a.txt",
        "b.tmp",
        "sub/c.txt",
        "own/.dvc/config",
        "own/d.txt",
        ".git/config",
        "e/f.tmp",
        "e/g",
    ):
        project.write(f"data/{name}", b"1")
    os.symlink("e", project.path / "data/link")
    os.symlink("a.txt", project.path / "data/here")
    passed = ("data/b.tmp", "data/e/f.tmp", "data/link", "data/own/d.txt", "data/sub/c.txt")
    store = DvcStore(str(project.path), project.environment)
    assert store.passed_over("data") == passed
    assert sorted(files(project)) == ["a.txt", "e/g", "here"]
    assert [store.passed_over(path) for path in ("data/a.txt", "data/gone", "data/sub")] == [(), (), ()]


def test_whoever_watches_hears_of_each_file(project: Project) -> None:
    class Counter:
        def __init__(self) -> None:
            self.heard: list[object] = []

        def announced(self, count: int) -> None:
            self.heard.append(count)

        def read(self) -> None:
            self.heard.append("read")

        def moved(self, what: str, done: int, total: int) -> None:
            raise AssertionError

        def clear(self) -> None:
            raise AssertionError

    for name in "abc":
        project.write(f"data/{name}", name)
    watch = Counter()
    DvcStore(str(project.path), project.environment, watch).measured("data")
    assert watch.heard == [3, "read", "read", "read"]


def test_a_link_to_a_file_in_the_repository_is_that_file(project: Project) -> None:
    project.write("else/where.txt", "1")
    project.write("data/a", "2")
    (project.path / "data/link").symlink_to("../else/where.txt")
    (project.path / "data/folder").symlink_to("../else")
    assert files(project) == {"a": hexadecimal(b"2"), "link": hexadecimal(b"1")}


def test_a_link_to_an_object_of_the_cache_is_data_wherever_the_cache_is(
    project: Project, tmp_path: Path
) -> None:
    (project.path / ".dvc/config").write_text("[cache]\n    dir = ../../shared\n")
    name = hexadecimal(b"1")
    shared = tmp_path / "shared/files/md5" / name[:2] / name[2:]
    shared.parent.mkdir(parents=True)
    shared.write_bytes(b"1")
    (project.path / "data").mkdir()
    (project.path / "data/a").symlink_to(shared)
    assert files(project) == {"a": name}
    other = tmp_path / "shared/files/md5/no-object"
    other.write_bytes(b"1")
    (project.path / "data/b").symlink_to(other)
    assert refusal(project) == "'data/b' is a symbolic link that leaves the repository"


def test_a_link_out_of_the_repository_is_not_followed(project: Project, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    project.write("data/a", "1")
    (project.path / "data/b").symlink_to(tmp_path / "secret")
    assert refusal(project) == "'data/b' is a symbolic link that leaves the repository"
    (project.path / "one").symlink_to(tmp_path / "secret")
    assert refusal(project, "one") == "'one' is a symbolic link that leaves the repository"


def test_a_link_that_leads_nowhere_is_named(project: Project) -> None:
    project.write("data/a", "1")
    (project.path / "data/b").symlink_to("nothing")
    assert refusal(project) == "'data/b' cannot be read: a symbolic link that leads nowhere"


def test_data_that_is_a_link_to_a_folder_is_none(project: Project) -> None:
    project.write("else/a", "1")
    (project.path / "data").symlink_to("else")
    assert refusal(project) == "'data' is a symbolic link to a folder, which DVC does not track"
    (project.path / "way").symlink_to("else")
    assert refusal(project, "way/a") == "'way/a' leads through the symbolic link 'way'"


def test_a_pipe_is_no_data_and_does_not_hang(project: Project) -> None:
    project.write("data/a", "1")
    os.mkfifo(project.path / "data/pipe")
    assert refusal(project) == "'data/pipe' is a special file, not data"
    assert refusal(project, "data/pipe") == "'data/pipe' is a special file, not data"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (b"a\nb", "'data/a\\nb' cannot be data: the path has a control character, or is not UTF-8"),
        (b"a\\b", "'data/a\\\\b' cannot be data: the path has a backslash"),
        (b"\xff", "'data/\\udcff' cannot be data: it is not UTF-8"),
    ],
)
def test_a_name_that_no_listing_may_have_is_refused(project: Project, name: bytes, said: str) -> None:
    (project.path / "data").mkdir()
    Path(os.fsdecode(os.fsencode(project.path) + b"/data/" + name)).write_bytes(b"1")
    assert refusal(project) == said


def test_a_file_that_grows_while_it_is_read_is_told(project: Project) -> None:
    path = project.write("data/growing", bytes(1 << 20))
    project.write("data/a", "1")
    stop = threading.Event()

    def grow() -> None:
        with path.open("ab") as file:
            while not stop.is_set() and file.tell() < 1 << 28:
                file.write(bytes(1 << 12))
                file.flush()

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        said = next(filter(None, (unless_read(project) for _ in range(1000))))
    finally:
        stop.set()
        writer.join()
    assert said == "'data/growing' changed while it was read"


def unless_read(project: Project) -> str | None:
    try:
        DvcStore(str(project.path), project.environment).measured("data")
    except PlmctlError as error:
        return error.message
    return None


def test_a_path_that_is_too_long_for_the_system_is_told(project: Project) -> None:
    name, at = "d" * 200, os.open(project.path, os.O_RDONLY)
    for folder in ["data", *[name] * 19]:
        os.mkdir(folder, dir_fd=at)
        below = os.open(folder, os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = below
    os.close(os.open("f" * 250, os.O_CREAT | os.O_WRONLY, dir_fd=at))
    assert refusal(project).endswith("cannot be read: File name too long")
    os.unlink("f" * 250, dir_fd=at)
    os.mkdir("e" * 250, dir_fd=at)
    os.close(at)
    assert refusal(project).endswith("cannot be read: File name too long")


def test_every_dvcignore_on_the_way_counts(project: Project) -> None:
    project.write(".dvcignore", "*.tmp\n*.log\n")
    project.write("a/.dvcignore", "!keep.log\n/data/x\n")
    project.write("a/data/inner/.dvcignore", "*.txt\n.dvcignore\n")
    for name in ("x", "y", "k.tmp", "keep.log", "other.log", "inner/b.txt", "inner/c"):
        project.write(f"a/data/{name}", "1")
    one = hexadecimal(b"1")
    assert files(project, "a/data") == {"inner/c": one, "keep.log": one, "y": one}


def test_a_dvcignore_in_the_data_is_refused_as_dvc_does(project: Project) -> None:
    project.write("data/a", "1")
    project.write("data/sub/.dvcignore", "*.tmp\n")
    assert refusal(project) == "'data/sub/.dvcignore' lies in data, which DVC refuses"


def test_data_that_is_left_out_is_told(project: Project) -> None:
    project.write(".dvcignore", "/data/\n*.csv\n")
    project.write("data/a", "1")
    project.write("x.csv", "1")
    assert refusal(project) == "'data' is left out by a .dvcignore, so DVC does not track it"
    assert refusal(project, "x.csv") == "'x.csv' is left out by a .dvcignore, so DVC does not track it"
    assert refusal(project, "data/a") == "'data/a' is left out by a .dvcignore, so DVC does not track it"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff", ".dvcignore: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
        (b"a\n" * 40_000, ".dvcignore is over 65536 bytes"),
    ],
)
def test_a_dvcignore_that_cannot_be_read_is_named(project: Project, content: bytes, said: str) -> None:
    project.write("data/a", "1")
    project.write(".dvcignore", content)
    assert refusal(project) == said


def test_a_dvcignore_that_is_no_file_is_named(project: Project) -> None:
    project.write("data/a", "1")
    (project.path / ".dvcignore").symlink_to("/etc/passwd")
    assert refusal(project) == ".dvcignore cannot be read: a symbolic link"
    (project.path / ".dvcignore").unlink()
    os.mkfifo(project.path / ".dvcignore")
    assert refusal(project) == ".dvcignore is not a file"


def test_folders_that_are_repositories_are_left_out(project: Project) -> None:
    project.write("data/a", "1")
    project.write("data/inner/.dvc/config", "")
    project.write("data/inner/b", "1")
    project.write("data/.git/HEAD", "ref")
    assert files(project) == {"a": hexadecimal(b"1")}


def test_the_nearest_dvc_repository_above_the_data_is_asked(project: Project) -> None:
    project.write(".dvcignore", "*.txt\n")
    project.write("sub/.dvc/config", "[cache]\n    dir = ../elsewhere\n")
    project.write("sub/.dvcignore", "*.csv\n")
    for name in ("a.txt", "b.csv"):
        project.write(f"sub/data/{name}", "1")
    assert files(project, "sub/data") == {"a.txt": hexadecimal(b"1")}


def test_a_folder_whose_files_are_all_left_out_is_empty(project: Project) -> None:
    project.write(".dvcignore", "*.txt\n")
    project.write("data/a.txt", "1")
    found = DvcStore(str(project.path), project.environment).measured("data", with_sha256=True)
    assert found is not None
    # printf '[]' | sha256sum
    sha256 = "sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"
    assert found == Measured(
        md5="d751713988987e9331980363e24189ce.dir", size=0, sha256=sha256, inventory=found.inventory
    )
