"""`verify --data`: what is here is hashed, and the rest is not checked (data.md, hostile.md D06)."""

import re
from pathlib import Path

import pytest

from plmctl.commands.verify import VerifyOptions
from plmctl.core.report import Report, exit_code
from tests.commands.builder import answers, copied, made_locks, verified
from tests.commands.data import (
    CACHE,
    FAQ_MD5,
    FILES,
    FOLDER,
    FOLDER_OBJECTS,
    HELLO_MD5,
    ONE_MD5,
    REMOTE,
    RETRIEVER,
    TWO,
    TWO_MD5,
    WEIGHTS_OBJECTS,
    data_shop,
    object_path,
    put_files,
    put_objects,
    released_with_data,
    verified_with_data,
)
from tests.git.builder import Folder

APPLICATION = """\
apiVersion: plmctl/v1
kind: Application
metadata: {name: desk}
spec:
  uses: [retriever/docs, model/triage]
"""
ENVIRONMENT = """\
apiVersion: plmctl/v1
kind: Environment
metadata: {name: production}
spec:
  pins: {desk: "1.0.0"}
"""
LOCK = "environments/production/desk.lock"
FAQ, BIN = "dataset/faq datasets/faq.dvc", "model/triage models/triage.bin.dvc"
FIRST, GONE, NEW = (f"datasets/faq/{name}" for name in ("a.txt", "sub/b.txt", "new.txt"))
OK = [f"{FAQ}: ok: 2 files, sha256", f"{BIN}: ok: sha256"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A registry whose data is in work tree and cache, released, and locked for an environment."""
    shop = data_shop(tmp_path_factory.mktemp("whole") / "shop")
    shop.commit(
        {
            "retrievers/docs.yaml": RETRIEVER,
            "applications/desk.yaml": APPLICATION,
            "environments/production.yaml": ENVIRONMENT,
        }
    )
    for where in (CACHE, REMOTE):
        put_objects(shop, where, {**FOLDER_OBJECTS, **WEIGHTS_OBJECTS})
    put_files(shop, {**FOLDER, "models/triage.bin": TWO})
    assert released_with_data(shop).done == ("released v1.0.0",)
    made_locks(shop)
    shop.commit({}, "lock")
    return shop


@pytest.fixture
def shop(whole: Folder, tmp_path: Path) -> Folder:
    return copied(whole, tmp_path / "shop")


def data(report: Report, subject: str = "plm.lock") -> list[str]:
    """What is said of the data of one lock, as `artifact field: state: detail`."""
    return [
        f"{check.artifact} {check.field}: {check.state.value}: {check.detail}"
        for check in report.checks
        if check.name == "data" and check.subject == subject
    ]


def without(folder: Folder, *places: str) -> None:
    for place in places:
        (folder.path / place).unlink()


@pytest.mark.parametrize("name", ["plm.lock", LOCK, "v1.0.0", "dataset/faq@v1.0.0"])
def test_data_that_is_here_is_hashed(name: str, whole: Folder) -> None:
    report = verified_with_data(whole, name)
    assert data(report, name) == OK
    assert exit_code(report) == 0


def test_nothing_named_is_every_lock(whole: Folder) -> None:
    report = verified_with_data(whole)
    assert {check.subject for check in report.checks if check.name == "data"} == {"plm.lock", LOCK}


def test_not_asked_reads_nothing_and_says_so(whole: Folder) -> None:
    assert answers(verified(whole, LOCK, asked=VerifyOptions()), "data") == [
        f"{LOCK}: not checked: the pointers match, the bytes were not read"
    ]


@pytest.mark.parametrize("where", ["work tree", "cache"])
def test_one_place_is_enough(where: str, shop: Folder) -> None:
    if where == "cache":
        without(shop, *FOLDER, "models/triage.bin")
    else:
        (shop.path / CACHE).rename(shop.path / "../gone")
    assert data(verified_with_data(shop, "plm.lock")) == OK


def test_what_is_nowhere_here_is_not_checked(shop: Folder) -> None:
    without(shop, *FOLDER, "models/triage.bin")
    (shop.path / "datasets/faq/sub").rmdir()
    (shop.path / "datasets/faq").rmdir()
    (shop.path / CACHE).rename(shop.path / "../gone")
    report = verified_with_data(shop, "plm.lock")
    assert data(report) == [
        f"{FAQ}: not checked: datasets/faq not in the cache: 'plmctl data pull dataset/faq' fetches it",
        f"{BIN}: not checked: models/triage.bin not in the cache: 'plmctl data pull model/triage' fetches it",
    ]
    assert exit_code(report) == 3


def test_a_part_is_not_the_whole(shop: Folder) -> None:
    (shop.path / "datasets/faq").rename(shop.path / "../faq")
    without(shop, object_path(CACHE, ONE_MD5))
    report = verified_with_data(shop, "plm.lock")
    assert data(report)[0] == (
        "dataset/faq datasets/faq.dvc: not checked: datasets/faq/sub/b.txt not in the cache, "
        "of 1 file the hash is right: 'plmctl data pull dataset/faq' fetches it"
    )


def test_one_byte_in_the_cache_fails_and_names_the_file(shop: Folder) -> None:
    shop.write(object_path(CACHE, HELLO_MD5), b"hellO\n")
    report = verified_with_data(shop)
    for lock in ("plm.lock", LOCK):
        assert data(report, lock)[0] == (
            "dataset/faq datasets/faq.dvc: FAILED: in the cache changed: datasets/faq/a.txt"
        )
    assert exit_code(report) == 4


def test_one_byte_of_a_listing_fails_and_names_it(shop: Folder) -> None:
    listing = shop.path / object_path(CACHE, FAQ_MD5)
    listing.write_bytes(listing.read_bytes().replace(b"a.txt", b"A.txt"))
    report = verified_with_data(shop, "plm.lock")
    (said, _) = data(report)
    assert re.fullmatch(
        r"dataset/faq datasets/faq\.dvc: FAILED: the listing of 'datasets/faq' in \S+"
        + re.escape(f"files/md5/{FAQ_MD5[:2]}/{FAQ_MD5[2:]}")
        + r" is not the one that was added: its md5 is [0-9a-f]{32}\.dir",
        said,
    )
    assert exit_code(report) == 4


def test_files_of_the_work_tree_are_named_by_what_became_of_them(shop: Folder) -> None:
    put_files(
        shop, {"datasets/faq/a.txt": b"hellO\n", "datasets/faq/new.txt": b"2", "models/triage.bin": b""}
    )
    without(shop, GONE)
    report = verified_with_data(shop, "plm.lock")
    assert data(report) == [
        f"{FAQ}: FAILED: in the work tree changed: {FIRST}; gone: {GONE}; added: {NEW}",
        f"{BIN}: FAILED: in the work tree changed: models/triage.bin",
    ]
    assert exit_code(report) == 4


def test_a_folder_whose_listing_is_not_here_is_named_itself(shop: Folder) -> None:
    put_files(shop, {"datasets/faq/a.txt": b"hellO\n"})
    without(shop, object_path(CACHE, FAQ_MD5))
    assert data(verified_with_data(shop, "plm.lock"))[0] == (
        "dataset/faq datasets/faq.dvc: FAILED: in the work tree changed: datasets/faq"
    )


def test_many_files_are_counted(shop: Folder) -> None:
    put_files(shop, {f"datasets/faq/{name}": b"2" for name in "zyxw"})
    assert data(verified_with_data(shop, "plm.lock"))[0] == (
        "dataset/faq datasets/faq.dvc: FAILED: in the work tree added: "
        "datasets/faq/w, datasets/faq/x, datasets/faq/y and 1 more"
    )


def test_newer_data_in_the_work_tree_is_not_that_of_the_lock(shop: Folder) -> None:
    put_files(shop, {"models/triage.bin": b"1"})
    pointer = FILES["models/triage.bin.dvc"].replace(TWO_MD5, ONE_MD5).replace("size: 9", "size: 1")
    shop.commit({"models/triage.bin.dvc": pointer}, "newer weights")
    assert data(verified_with_data(shop, "plm.lock")) == OK


@pytest.mark.parametrize("is_cached", [True, False])
def test_data_of_before_in_the_work_tree_is_not_checked_and_no_damage(is_cached: bool, shop: Folder) -> None:
    """`git pull` brings the pointer alone; what reads the work tree reads the older data."""
    pointer = FILES["models/triage.bin.dvc"].replace(TWO_MD5, ONE_MD5).replace("size: 9", "size: 1")
    shop.commit({"models/triage.bin.dvc": pointer}, "newer weights")
    for where in (CACHE, REMOTE):
        put_objects(shop, where, {ONE_MD5: b"1"})
    assert released_with_data(shop).done == ("released v1.1.0",)
    if not is_cached:
        without(shop, object_path(CACHE, ONE_MD5))
    report = verified_with_data(shop, "plm.lock")
    absent = "" if is_cached else "; models/triage.bin not in the cache"
    assert data(report)[1] == (
        f"{BIN}: not checked: in the work tree is the data of 1.0.0, and not this{absent}: "
        "'plmctl data pull model/triage' fetches it"
    )
    assert exit_code(report) == 3
    shop.write(object_path(CACHE, ONE_MD5), b"2")
    assert exit_code(verified_with_data(shop, "plm.lock")) == 4


def test_what_fetches_data_of_before_names_the_commit_that_has_its_pointer(shop: Folder) -> None:
    """A pull without a revision brings the newer data, and the question stays open."""
    old = shop.git("rev-parse", "v1.0.0^{commit}").strip()
    without(shop, "models/triage.bin", object_path(CACHE, TWO_MD5))
    pointer = FILES["models/triage.bin.dvc"].replace(TWO_MD5, ONE_MD5).replace("size: 9", "size: 1")
    shop.commit({"models/triage.bin.dvc": pointer}, "newer weights")
    pulling = f"'plmctl data pull model/triage --rev {old[:12]} --to DIR' fetches it"
    assert data(verified_with_data(shop, "plm.lock"))[1] == (
        f"{BIN}: not checked: models/triage.bin not in the cache: {pulling}"
    )


def test_data_that_is_a_link_out_is_not_checked(shop: Folder) -> None:
    without(shop, "models/triage.bin", object_path(CACHE, TWO_MD5))
    (shop.path / "models/triage.bin").symlink_to("/etc/hostname")
    report = verified_with_data(shop, "plm.lock")
    assert data(report)[1].startswith("model/triage models/triage.bin.dvc: not checked: 'models/triage.bin'")
    assert exit_code(report) == 3
