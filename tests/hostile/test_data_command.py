"""Data of a stranger through the real `plmctl data` and the real DVC: refused before anything is written."""

import json
import os
from hashlib import md5
from pathlib import Path

import pytest

from tests.commands import data
from tests.git.builder import Folder
from tests.hostile.stranger import PLMCTL, Answer, answer, plmctl
from tests.programs import require_dvc

SECONDS = 120
POINTER = "datasets/faq.dvc"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A registry whose data is in a remote alone, beside a folder of somebody else."""
    require_dvc()
    made = data.data_shop(tmp_path / "registry")
    data.put_objects(made, data.REMOTE, {**data.FOLDER_OBJECTS, **data.WEIGHTS_OBJECTS})
    (tmp_path / "elsewhere").mkdir()
    return made


def pulled(folder: Folder) -> Answer:
    """What `plmctl data pull` says."""
    return answer([PLMCTL, "data", "pull"], folder.path, seconds=SECONDS)


def outside(folder: Folder) -> set[str]:
    """All that is beside the registry, and in its work tree: what DVC keeps for itself is left out."""
    top = folder.path.parent
    return {
        os.path.relpath(os.path.join(at, name), top)
        for at, _, names in os.walk(top, followlinks=False)
        for name in names
        if not os.path.relpath(at, folder.path).startswith((".git", ".dvc"))
    }


def test_what_nobody_touched_is_pulled(folder: Folder) -> None:
    said = pulled(folder)
    assert (said.code, said.err) == (0, ""), said
    assert {name: (folder.path / name).read_bytes() for name in data.FOLDER} == data.FOLDER


@pytest.mark.parametrize(
    "name", ["../../elsewhere/x", "/elsewhere/x", "sub/../../../elsewhere/x", "a\\..\\x"]
)
def test_d01_a_listing_that_leaves_its_folder_writes_nothing(name: str, folder: Folder) -> None:
    rows = json.dumps([{"md5": data.HELLO_MD5, "relpath": name}]).encode()
    listing = f"{md5(rows).hexdigest()}.dir"
    data.put_objects(folder, data.REMOTE, {listing: rows})
    text = (folder.path / POINTER).read_text().replace(data.FAQ_MD5, listing)
    folder.commit({POINTER: text.replace("size: 7", "size: 6").replace("nfiles: 2", "nfiles: 1")})
    before = outside(folder)
    said = pulled(folder)
    assert (said.code, "the listing of the folder is refused: row 1" in said.err) == (4, True), said
    assert outside(folder) == before


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("datasets/faq", "'datasets/faq' is a symbolic link to a folder, which DVC does not track"),
        (
            "datasets/faq/sub",
            "'datasets/faq/sub' is a symbolic link to a folder: data would be written elsewhere",
        ),
    ],
)
def test_d02_data_is_not_pulled_through_a_link(place: str, told: str, folder: Folder) -> None:
    (folder.path / place).parent.mkdir(exist_ok=True)
    (folder.path / place).symlink_to(folder.path.parent / "elsewhere")
    before = outside(folder)
    said = pulled(folder)
    assert (said.code, told in said.err) == (3, True), said
    assert outside(folder) == before


def test_d03_a_pull_request_that_redirects_data_is_not_followed(folder: Folder) -> None:
    theirs = f"['remote \"store\"']\n    url = {folder.path.parent}/elsewhere\n"
    folder.commit({".dvc/config": f"[core]\n    remote = store\n{theirs}"}, "theirs")
    said = plmctl(folder.path, "diff", "HEAD~1", "HEAD", "--format", "concise")
    assert said.out.startswith(".dvc/config: REG024 warning .dvc/config changed: data is fetched from "), said
    assert plmctl(folder.path, "validate").code == 0
    assert list((folder.path.parent / "elsewhere").iterdir()) == []


@pytest.mark.parametrize("where", [data.REMOTE, data.CACHE])
def test_d06_bytes_that_somebody_exchanged_do_not_reach_the_work_tree(where: str, folder: Folder) -> None:
    if where == data.CACHE:
        data.put_objects(folder, where, {**data.FOLDER_OBJECTS, **data.WEIGHTS_OBJECTS})
    # Of the same length, so that nothing but the sum tells.
    data.put_objects(folder, where, {data.HELLO_MD5: b"hellO\n"})
    said = pulled(folder)
    assert (said.code, "'datasets/faq/a.txt' is damaged" in said.err) == (4, True), said
    assert not (folder.path / "datasets/faq/a.txt").exists()
