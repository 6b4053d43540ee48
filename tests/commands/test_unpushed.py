"""`release` of data: refused where nobody could fetch it, and its sha256 recorded (data.md, release.md)."""

import json
import shutil
from dataclasses import replace
from hashlib import md5
from pathlib import Path

import pytest

from plmctl.commands.data_push import DataPushOptions, data_push
from plmctl.core.report import exit_code
from plmctl.core.trailer import trailers
from plmctl.store.dvc import DvcStore
from tests.commands.builder import opened, options, problems, verified
from tests.commands.data import (
    CACHE,
    FAQ_MD5,
    FAQ_SHA256,
    FILES,
    FOLDER,
    FOLDER_OBJECTS,
    HELLO_MD5,
    REMOTE,
    TWO,
    TWO_MD5,
    TWO_SHA256,
    WEIGHTS_OBJECTS,
    data_shop,
    object_path,
    planned_with_data,
    put_files,
    put_objects,
    released_with_data,
)
from tests.git.builder import Folder

NO_BYTES = "no sha256 is recorded of the data of dataset/faq, model/triage: its bytes are not here"
FAQ_LACKING = (
    "1: dataset/faq: nobody could fetch its data 'datasets/faq.dvc': the DVC remote 'store' has it not"
)
WEIGHTS_LACKING = (
    "1: model/triage: nobody could fetch its data 'models/triage.bin.dvc': the DVC remote 'store' has it not"
)
NONE_CONFIGURED = (
    "1: dataset/faq: nobody could fetch its data 'datasets/faq.dvc': no DVC remote is configured",
    "1: model/triage: nobody could fetch its data 'models/triage.bin.dvc': no DVC remote is configured",
)


@pytest.fixture
def shop(tmp_path: Path) -> Folder:
    return data_shop(tmp_path / "shop")


def configured(folder: Folder, text: str) -> None:
    folder.commit({".dvc/config": text}, "where data is kept")


def recorded(folder: Folder, tag: str) -> str | None:
    message = folder.git("for-each-ref", "--format=%(contents)", f"refs/tags/{tag}")
    return trailers(message).get("Data")


def locked_data(folder: Folder) -> dict[str, object]:
    lock = json.loads((folder.path / "plm.lock").read_bytes())
    return {name: entry.get("data") for name, entry in lock["artifacts"].items()}


def test_data_that_no_remote_has_stops_a_release(shop: Folder) -> None:
    put_objects(shop, CACHE, FOLDER_OBJECTS)
    report = planned_with_data(shop).report
    assert problems(report) == [FAQ_LACKING, WEIGHTS_LACKING]
    assert report.problems[0].hint == (
        "run 'plmctl data push dataset/faq', or 'plmctl release --allow-unpushed-data'"
    )
    assert exit_code(report) == 1


@pytest.mark.parametrize("wrong", [b"hell0\n", b"he"])
def test_data_that_is_damaged_in_a_folder_stops_a_release(wrong: bytes, shop: Folder) -> None:
    """What has the right name and size, too: who fetches it gets something else, or nothing."""
    put_objects(shop, REMOTE, {**FOLDER_OBJECTS, HELLO_MD5: wrong, **WEIGHTS_OBJECTS})
    put_objects(shop, CACHE, {**FOLDER_OBJECTS, **WEIGHTS_OBJECTS})
    (problem,) = planned_with_data(shop).report.problems
    found = md5(wrong, usedforsecurity=False).hexdigest()
    said = f"the DVC remote 'store' holds other bytes than those of md5 {HELLO_MD5}: theirs is {found}"
    of = "dataset/faq: nobody could fetch its data: 'datasets/faq.dvc': 'datasets/faq/a.txt' is damaged"
    assert (problem.message, problem.exit_code) == (f"{of}: {said}", 4)
    place, listing = (shop.path.parent / object_path("store", each) for each in (HELLO_MD5, FAQ_MD5))
    assert problem.hint == (
        f"find out who wrote {place}; delete {place} and {listing}, then run 'plmctl data push' where the "
        "data is whole, or 'plmctl release --allow-unpushed-data'"
    )
    # Who allows it, and a release that has this data already, reads nothing.
    assert released_with_data(shop, replace(options(), allows_unpushed=True)).done == ("released v1.0.0",)
    shop.commit({"datasets/faq.yaml": FILES["datasets/faq.yaml"].replace("rag", "few-shot")}, "other")
    assert planned_with_data(shop).report.problems == ()


def test_data_that_was_cut_in_the_cache_is_not_called_missing(shop: Folder) -> None:
    put_objects(shop, CACHE, {**FOLDER_OBJECTS, TWO_MD5: b"{}"})
    with opened(shop) as repo:
        report = data_push(repo, DvcStore(repo.top, shop.environment), DataPushOptions())
    found = md5(b"{}", usedforsecurity=False).hexdigest()
    said = f"the cache holds other bytes than those of md5 {TWO_MD5}: theirs is {found}"
    of = "model/triage: 'models/triage.bin.dvc': 'models/triage.bin' is damaged"
    assert problems(report) == [f"4: {of}: {said}"]


@pytest.mark.parametrize("lacking", [HELLO_MD5, FAQ_MD5])
def test_a_folder_is_there_when_every_file_and_the_listing_are(lacking: str, shop: Folder) -> None:
    there = {**FOLDER_OBJECTS, **WEIGHTS_OBJECTS}
    put_objects(shop, REMOTE, {md5: content for md5, content in there.items() if md5 != lacking})
    put_objects(shop, CACHE, FOLDER_OBJECTS)
    assert problems(planned_with_data(shop).report) == [FAQ_LACKING]


def test_data_in_the_remote_is_released_without_its_bytes_here(shop: Folder) -> None:
    put_objects(shop, REMOTE, {**FOLDER_OBJECTS, **WEIGHTS_OBJECTS})
    report = released_with_data(shop)
    assert (report.problems, report.done) == ((), ("released v1.0.0",))
    assert report.notes == (NO_BYTES,)
    assert recorded(shop, "dataset/faq@v1.0.0") is None
    assert "sha256" not in json.dumps(locked_data(shop))


def test_no_remote_stops_a_release(shop: Folder) -> None:
    configured(shop, "")
    report = planned_with_data(shop).report
    assert tuple(problems(report)) == NONE_CONFIGURED
    assert report.problems[0].hint == (
        "run 'dvc remote add -d NAME URL' and 'plmctl data push dataset/faq', "
        "or 'plmctl release --allow-unpushed-data'"
    )


def test_remote_of_a_pointer_that_is_not_configured_stops_a_release(shop: Folder) -> None:
    pointer = FILES["models/triage.bin.dvc"]
    shop.commit({"models/triage.bin.dvc": f"{pointer}  remote: cold\n"}, "elsewhere")
    put_objects(shop, REMOTE, FOLDER_OBJECTS)
    assert problems(planned_with_data(shop).report) == [
        "1: model/triage: nobody could fetch its data 'models/triage.bin.dvc': there is no DVC remote 'cold'"
    ]


def test_who_allows_it_is_not_asked(shop: Folder) -> None:
    configured(shop, "")
    report = released_with_data(shop, replace(options(), allows_unpushed=True))
    assert (report.problems, report.done) == ((), ("released v1.0.0",))


def test_a_remote_elsewhere_is_not_asked_without_push(shop: Folder) -> None:
    configured(shop, "[core]\n    remote = far\n['remote \"far\"']\n    url = s3://bucket/data\n")
    report = planned_with_data(shop).report
    assert report.problems == ()
    assert report.notes == (
        NO_BYTES,
        "not checked: whether the DVC remote 'far' has the data of dataset/faq, model/triage; --push asks it",
    )


def test_data_that_git_has_is_fetched_with_git(shop: Folder) -> None:
    configured(shop, "")
    for name in ("datasets", "models"):
        (shop.path / name / ".gitignore").unlink()
    shop.commit({**FOLDER, "models/triage.bin": TWO}, "the bytes too")
    assert planned_with_data(shop).report.problems == ()
    # Other bytes than those of the pointer are of no use.
    shop.commit({"datasets/faq/a.txt": "other\n", "models/triage.bin": b"{}"}, "others")
    assert tuple(problems(planned_with_data(shop).report)) == NONE_CONFIGURED


def test_data_of_another_repository_is_its_own(shop: Folder) -> None:
    put_objects(shop, REMOTE, FOLDER_OBJECTS)
    imported = f"{FILES['models/triage.bin.dvc']}deps:\n- path: x\n  repo: {{url: ../other, rev_lock: abc}}\n"
    shop.commit({"models/triage.bin.dvc": imported}, "imported")
    assert planned_with_data(shop).report.problems == ()


def test_what_a_release_leaves_as_it_was_is_not_asked_for(shop: Folder) -> None:
    put_objects(shop, REMOTE, {**FOLDER_OBJECTS, **WEIGHTS_OBJECTS})
    released_with_data(shop)
    configured(shop, "")
    shop.commit({"datasets/faq.yaml": FILES["datasets/faq.yaml"].replace("rag", "few-shot")}, "other")
    report = planned_with_data(shop).report
    assert report.plan is not None
    assert [planned.artifact for planned in report.plan.planned] == ["dataset/faq"]
    assert report.problems == ()


def test_floating_data_is_not_of_the_release(shop: Folder) -> None:
    configured(shop, "")
    put_files(shop, {"models/triage.bin": TWO})
    shop.commit({"datasets/faq.yaml": f"{FILES['datasets/faq.yaml']}  floating: true\n"}, "floating")
    assert problems(planned_with_data(shop).report) == [NONE_CONFIGURED[1]]


def test_sha256_is_recorded_and_every_lock_copies_it(shop: Folder) -> None:
    put_objects(shop, REMOTE, {**FOLDER_OBJECTS, **WEIGHTS_OBJECTS})
    put_objects(shop, CACHE, FOLDER_OBJECTS)
    put_files(shop, {"models/triage.bin": TWO})
    assert released_with_data(shop).notes == ()
    assert recorded(shop, "dataset/faq@v1.0.0") == f"{FAQ_MD5}=sha256:{FAQ_SHA256}"
    assert recorded(shop, "model/triage@v1.0.0") == f"{TWO_MD5}=sha256:{TWO_SHA256}"
    assert locked_data(shop) == {
        "dataset/faq": [
            {"path": "datasets/faq.dvc", "md5": FAQ_MD5, "size": 7, "nfiles": 2, "sha256": FAQ_SHA256}
        ],
        "model/triage": [{"path": "models/triage.bin.dvc", "md5": TWO_MD5, "size": 9, "sha256": TWO_SHA256}],
    }
    # The bytes are gone: the next release copies what was recorded, for the one that has a new version too.
    (shop.path / "models/triage.bin").unlink()
    (shop.path / CACHE).rename(shop.path / "../gone")
    shop.commit({"datasets/faq.yaml": FILES["datasets/faq.yaml"].replace("rag", "few-shot")}, "other")
    before = locked_data(shop)
    assert released_with_data(shop).done == ("released v1.1.0",)
    assert recorded(shop, "dataset/faq@v1.1.0") == f"{FAQ_MD5}=sha256:{FAQ_SHA256}"
    assert locked_data(shop) == before
    assert exit_code(verified(shop)) == 0


@pytest.mark.parametrize(
    "changed",
    [
        {"models/triage.bin": b'{"q": 3}\n', f"{CACHE}/files/md5/{TWO_MD5[:2]}/{TWO_MD5[2:]}": b'{"q": 3}\n'},
        {"models/triage.bin": b"", f"{CACHE}/files/md5/{TWO_MD5[:2]}/{TWO_MD5[2:]}": b""},
    ],
)
def test_no_sha256_of_other_bytes_is_recorded(changed: dict[str, bytes], shop: Folder) -> None:
    put_objects(shop, REMOTE, {**FOLDER_OBJECTS, **WEIGHTS_OBJECTS})
    put_files(shop, changed)
    put_objects(shop, CACHE, {**FOLDER_OBJECTS, FAQ_MD5: b"[]"})
    assert planned_with_data(shop).report.notes[0] == NO_BYTES


def test_who_completes_a_prepared_release_needs_no_bytes(shop: Folder) -> None:
    put_objects(shop, REMOTE, {**FOLDER_OBJECTS, **WEIGHTS_OBJECTS})
    put_files(shop, {**FOLDER, "models/triage.bin": TWO})
    assert released_with_data(shop, replace(options(), is_preparing=True)).done == ("staged plm.lock",)
    shop.commit({}, "prepared")
    (shop.path / "models/triage.bin").unlink()
    (shop.path / "datasets/faq/a.txt").unlink()
    assert released_with_data(shop).done == ("released v1.0.0",)
    assert recorded(shop, "dataset/faq@v1.0.0") == f"{FAQ_MD5}=sha256:{FAQ_SHA256}"
    assert exit_code(verified(shop)) == 0


def test_a_release_that_was_prepared_asks_again(shop: Folder) -> None:
    allowed = replace(options(), is_preparing=True, allows_unpushed=True)
    assert released_with_data(shop, allowed).done == ("staged plm.lock",)
    shop.commit({}, "prepared")
    assert problems(planned_with_data(shop).report) == [FAQ_LACKING, WEIGHTS_LACKING]


def test_what_a_lock_says_of_data_beyond_its_tag_fails(shop: Folder) -> None:
    """A sha256 that no release recorded: `plm.lock` is what the tag names, a lock of one root is not."""
    put_objects(shop, REMOTE, {**FOLDER_OBJECTS, **WEIGHTS_OBJECTS})
    put_objects(shop, CACHE, {**FOLDER_OBJECTS, **WEIGHTS_OBJECTS})
    released_with_data(shop)
    lock = (shop.path / "plm.lock").read_text(encoding="utf-8")
    shop.write("plm.lock", lock.replace(TWO_SHA256, FAQ_SHA256))
    report = verified(shop, "plm.lock")
    assert exit_code(report) == 4
    assert "data.0.sha256" in [check.field for check in report.checks]


def test_data_that_differs_from_its_pointer_is_noted_and_its_pointer_released(shop: Folder) -> None:
    put_objects(shop, REMOTE, {**FOLDER_OBJECTS, **WEIGHTS_OBJECTS})
    put_files(shop, {**FOLDER, "datasets/faq/new.txt": b"new", "models/triage.bin": TWO})
    note = "datasets/faq differs from its pointer, which is what is released: 'plmctl data status' says how"
    ready = planned_with_data(shop)
    assert note in ready.report.notes
    assert exit_code(released_with_data(shop)) == 0
    # Nothing is to be released any more, and the note is of use all the same.
    assert [n for n in planned_with_data(shop).report.notes if "pointer" in n] == [note]
    (shop.path / "datasets/faq/new.txt").unlink()
    assert [n for n in planned_with_data(shop).report.notes if "pointer" in n] == []
    shutil.rmtree(shop.path / "datasets/faq")
    (shop.path / "datasets/faq/sub").mkdir(parents=True)
    assert [n for n in planned_with_data(shop).report.notes if "pointer" in n] == []
    shutil.rmtree(shop.path / "datasets/faq")
    (shop.path / "datasets/faq").symlink_to("nowhere")
    assert [n for n in planned_with_data(shop).report.notes if "pointer" in n] == []


def test_of_much_data_that_differs_the_first_is_named(shop: Folder) -> None:
    pointer, manifest = FILES["models/triage.bin.dvc"], FILES["models/triage.yaml"]
    for n in range(6):
        files = {f"models/m{n}.yaml": manifest.replace("triage", f"m{n}")}
        files[f"models/m{n}.bin.dvc"] = pointer.replace("triage", f"m{n}")
        shop.commit({**files, "models/.gitignore": "*.bin\n"})
        put_files(shop, {f"models/m{n}.bin": b"other"})
    found = [n for n in planned_with_data(shop).report.notes if "pointer" in n]
    assert len(found) == 6
    assert found[-1] == "1 more data differ from their pointers: 'plmctl data status' names them"
