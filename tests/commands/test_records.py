import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import pytest

from plmctl.commands.records import records_notes
from plmctl.commands.validate import ValidateOptions, validate
from plmctl.core.finding import IntegrityError, UsageError
from plmctl.core.inventory import BrokenListing, Inventory, Row
from plmctl.core.pointer import Pointer
from plmctl.core.survey import EXCERPT, TRACKED, Survey
from plmctl.rules.surveys import Looked
from tests.commands.builder import copied, plmctl
from tests.commands.ground import folder_at, opened
from tests.git.builder import Folder
from tests.rules.registries import SETTINGS, manifest, registry_of

GOOD, BAD = '{"id": 2}\n', '{"id": 1}\n{"id": 1}\n'


def dataset(name: str, where: str) -> dict[str, str]:
    spec = f"purpose: [rag]\ndata: {{{where}}}\nformat: jsonl\nkey: id\n"
    return {f"datasets/{name}.yaml": manifest("Dataset", name, spec)}


def pointer(path: str, md5: str, nfiles: int | None = None) -> str:
    count = "" if nfiles is None else f", nfiles: {nfiles}"
    return f"outs:\n- {{md5: {md5}, size: 1{count}, hash: md5, path: {path}}}\n"


def md5_of(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


LISTING = Inventory.of([Row(relpath="a.jsonl", md5=md5_of(BAD)), Row(relpath="b/c.jsonl", md5=md5_of(GOOD))])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A registry with data in Git, and with data of which only the pointers are. Read it, or copy it."""
    path = tmp_path_factory.mktemp("records") / "registry"
    path.mkdir()
    made = folder_at(path)
    made.git("init", "-q", "-b", "main")
    made.commit(
        {
            "plmctl.yaml": SETTINGS,
            ".gitignore": "/datasets/file.jsonl\n/datasets/folder\n",
            **dataset("tracked", "git: tracked.jsonl"),
            "datasets/tracked.jsonl": BAD,
            **dataset("file", "dvc: file.jsonl.dvc"),
            "datasets/file.jsonl.dvc": pointer("file.jsonl", md5_of(BAD)),
            **dataset("folder", "dvc: folder.dvc"),
            "datasets/folder.dvc": pointer("folder", LISTING.md5, 2),
            **dataset("away", "uri: 's3://corpora/x', version: '1'"),
        }
    )
    return made


class Cache:
    """DVC's cache as a dictionary; data of the other md5 in it was tampered with."""

    def __init__(self, files: Mapping[str, str], listing: Inventory | BrokenListing | None = None):
        self._files = files
        self._listing = listing

    def not_in_cache(self, pointers: Sequence[Pointer]) -> tuple[Pointer, ...]:
        return tuple(p for p in pointers if not p.is_folder and p.md5 not in self._files)

    def listing(self, pointer: Pointer) -> Inventory | BrokenListing | None:
        return self._listing

    def content(self, pointer: Pointer, md5: str) -> Iterator[bytes] | None:
        return self._pieces(md5) if md5 in self._files else None

    def _pieces(self, md5: str) -> Iterator[bytes]:
        yield self._files[md5].encode()
        if md5_of(self._files[md5]) != md5:
            raise IntegrityError(f"the cache has other content than {md5}")


def found(folder: Folder, options: ValidateOptions) -> tuple[list[str], list[str]]:
    """What is found in data, and the notes."""
    with opened(folder) as repo:
        done = validate(repo, options)
    return [f"{f.location} {f.code} {f.message}" for f in done.findings], list(done.notes)


def repeated(path: str) -> str:
    return f"datasets/{path}:2 REC005 record 2: the record has the key 'id' of record 1"


def absent(*names: str) -> str:
    where = f"neither in the work tree nor in .dvc/cache: 'plmctl data pull {' '.join(names)}' brings it"
    return f"not checked: the data of {', '.join(names)} is {where}"


def test_data_that_is_not_here_is_named_and_nothing_fails(folder: Folder) -> None:
    assert found(folder, ValidateOptions()) == (
        [repeated("tracked.jsonl")],
        [absent("dataset/file", "dataset/folder")],
    )


def test_a_file_that_git_ignores_is_read_from_the_work_tree(folder: Folder, tmp_path: Path) -> None:
    here = copied(folder, tmp_path / "here")
    here.write("datasets/file.jsonl", BAD)
    here.write("datasets/folder/a.jsonl", BAD)
    assert found(here, ValidateOptions()) == (
        [repeated("file.jsonl"), repeated("tracked.jsonl")],
        [absent("dataset/folder")],
    )
    # A commit has only what is tracked in it.
    assert found(here, ValidateOptions(revision="HEAD", has_all_records=True)) == (
        [repeated("tracked.jsonl")],
        [absent("dataset/file", "dataset/folder")],
    )


def test_a_file_that_is_too_large_for_the_work_tree_is_read_from_the_cache(
    folder: Folder, tmp_path: Path
) -> None:
    here = copied(folder, tmp_path / "here")
    here.write("datasets/file.jsonl", "")
    # A hole has no bytes on the disk.
    os.truncate(here.path / "datasets" / "file.jsonl", 64 * 1024 * 1024 + 1)
    _, notes = found(here, ValidateOptions())
    assert notes[1] == (
        "not checked: datasets/file.jsonl: 67,108,865 bytes, and of the work tree at most 67,108,864 are "
        "read; 'dvc commit datasets/file.jsonl.dvc' brings it into .dvc/cache, where more is read"
    )
    cached = ValidateOptions(store=lambda: Cache({md5_of(BAD): BAD, md5_of(GOOD): GOOD}, LISTING))
    assert repeated("file.jsonl") in found(here, cached)[0]


def test_no_link_is_followed(folder: Folder, tmp_path: Path) -> None:
    here = copied(folder, tmp_path / "here")
    outside = tmp_path / "secret.jsonl"
    outside.write_text(BAD)
    (here.path / "datasets" / "file.jsonl").symlink_to(outside)
    (here.path / "datasets" / "folder").symlink_to(tmp_path)
    assert found(here, ValidateOptions(has_all_records=True)) == (
        [repeated("tracked.jsonl")],
        [absent("dataset/file", "dataset/folder")],
    )


def test_what_the_cache_has_is_read_from_there(folder: Folder) -> None:
    store = Cache({md5_of(BAD): BAD, md5_of(GOOD): GOOD}, LISTING)
    for options in (
        ValidateOptions(store=lambda: store),
        ValidateOptions(revision="HEAD", has_all_records=True, store=lambda: store),
    ):
        assert found(folder, options) == (
            [repeated("file.jsonl"), repeated("folder/a.jsonl"), repeated("tracked.jsonl")],
            [],
        )


def test_who_waits_hears_how_much_was_read(folder: Folder) -> None:
    waiting = Waiting()
    found(
        folder,
        ValidateOptions(store=lambda: Cache({md5_of(BAD): BAD, md5_of(GOOD): GOOD}, LISTING), watch=waiting),
    )
    assert waiting.heard == [
        ("records of dataset/file", 20, 0),
        ("records of dataset/folder", 20, 0),
        ("records of dataset/folder", 10, 0),
        ("records of dataset/tracked", 20, 0),
    ]


class Waiting:
    """Writes down what a Watch hears."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, int, int]] = []

    def announced(self, count: int) -> None:
        self.heard.append(("announced", count, 0))

    def read(self) -> None:
        self.heard.append(("read", 0, 0))

    def moved(self, what: str, done: int, total: int) -> None:
        self.heard.append((what, done, total))

    def clear(self) -> None:
        self.heard.append(("clear", 0, 0))


def test_what_the_cache_has_not_or_not_whole_is_named(folder: Folder) -> None:
    store = Cache({md5_of(BAD): GOOD}, LISTING)
    assert found(folder, ValidateOptions(store=lambda: store)) == (
        [repeated("tracked.jsonl")],
        [
            f"not checked: datasets/file.jsonl: the cache has other content than {md5_of(BAD)}",
            f"not checked: datasets/folder/a.jsonl: the cache has other content than {md5_of(BAD)}",
            "not checked: datasets/folder/b/c.jsonl: it is not in the cache",
        ],
    )
    for listing in (None, BrokenListing(message="it leaves its folder", help="make it again")):
        _, notes = found(folder, ValidateOptions(store=partial(Cache, {md5_of(BAD): GOOD}, listing)))
        assert notes[0] == absent("dataset/folder")


@pytest.mark.parametrize(
    "options",
    [
        ValidateOptions(is_staged=True),
        ValidateOptions(revision="HEAD"),
        ValidateOptions(paths=("datasets/tracked.yaml",)),
        ValidateOptions(paths=("datasets/file.yaml",), has_all_records=True),
    ],
)
def test_hooks_commits_and_named_paths_leave_the_records_alone(
    folder: Folder, options: ValidateOptions
) -> None:
    assert found(folder, options)[0] == []


def test_all_records_may_be_asked_for_by_path(folder: Folder) -> None:
    options = ValidateOptions(paths=("datasets/tracked.yaml",), has_all_records=True)
    assert found(folder, options) == ([repeated("tracked.jsonl")], [])


def test_staged_and_all_records_are_two_wishes(folder: Folder) -> None:
    with pytest.raises(UsageError) as error:
        found(folder, ValidateOptions(is_staged=True, has_all_records=True))
    assert (
        error.value.message
        == "--staged is for hooks and leaves data alone, and --all-records reads all of it"
    )
    assert error.value.hint == "leave one of them out"


def test_an_excerpt_says_that_it_is_one_and_all_records_are_read_on_demand(
    folder: Folder, tmp_path: Path
) -> None:
    here = copied(folder, tmp_path / "here")
    rows = [f'{{"id": {number}}}\n' for number in range(6_000)]
    here.write("datasets/tracked.jsonl", "".join([*rows, rows[0]]))
    here.write("datasets/file.jsonl", GOOD)
    notes = [
        absent("dataset/folder"),
        (
            "of dataset/tracked the first records and a sample were checked: "
            "'plmctl validate --all-records' checks all"
        ),
    ]
    assert found(here, ValidateOptions()) == ([], notes)
    done = plmctl(here, "validate", "--all-records", code=1)
    assert done.stdout.splitlines()[:2] == [
        "error[REC005] record-key-repeated: record 6001: the record has the key 'id' of record 1",
        "    --> datasets/tracked.jsonl:6001",
    ]
    assert done.stderr == f"note: {absent('dataset/folder')}\n"
    assert EXCERPT.first + EXCERPT.sample < 6_000


def test_many_datasets_are_named_in_part_and_what_was_too_much_too() -> None:
    files: dict[str, str] = {}
    for number in range(7):
        name = f"d{number}"
        files |= dataset(name, f"dvc: {name}.dvc") | {f"datasets/{name}.dvc": pointer(name, md5_of(GOOD))}
    registry = registry_of(files)
    ids = tuple(registry.manifests)[:7]
    looked = Looked(surveys={"dataset/d0": survey_of(is_tracked=False)}, absent=ids, left=("dataset/d1",))
    assert list(records_notes(registry, looked)) == [
        (
            "not checked: the data of dataset/d0, dataset/d1, dataset/d2, dataset/d3, dataset/d4 and 2 more "
            "is neither in the work tree nor in .dvc/cache: 'plmctl data pull' brings it"
        ),
        (
            "not checked: the records of dataset/d1, for there is much data here: "
            "'plmctl validate --all-records' checks all"
        ),
        f"dataset/d0 has over {TRACKED:,} records: the first of them were compared with each other",
    ]


def survey_of(*, is_tracked: bool) -> Survey:
    return Survey(
        flaws=(),
        misfits=(),
        keyless=(),
        doubles=(),
        overlaps=(),
        absent=(),
        empty=(),
        identities={},
        unread=(),
        count=0,
        size=0,
        is_whole=True,
        is_tracked=is_tracked,
    )
