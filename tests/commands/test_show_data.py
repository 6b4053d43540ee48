"""`show` and `graph` of what has data: what its pointer says, and what a release recorded of it (data.md)."""

import json
from pathlib import Path

import jsonschema_rs
import pytest

from plmctl.commands.graph import GraphOptions, graph
from plmctl.commands.show import ShowOptions, show
from plmctl.core.report import Report
from plmctl.core.value import Value, as_items, as_mapping
from plmctl.render.json import json_text
from plmctl.render.line import Paper
from plmctl.render.text import text
from tests.commands.builder import copied, opened
from tests.commands.data import (
    CACHE,
    DATASET,
    FAQ_MD5,
    FAQ_SHA256,
    FILES,
    FOLDER_OBJECTS,
    ONE_MD5,
    REMOTE,
    RETRIEVER,
    TWO_MD5,
    TWO_SHA256,
    WEIGHTS_OBJECTS,
    data_shop,
    put_objects,
    released_with_data,
)
from tests.git.builder import Folder
from tests.programs import REPOSITORY

FAQ: dict[str, Value] = {
    "pointer": "datasets/faq.dvc",
    "path": "datasets/faq",
    "md5": FAQ_MD5,
    "bytes": 7,
    "files": 2,
}
WEIGHTS: dict[str, Value] = {
    "pointer": "models/triage.bin.dvc",
    "path": "models/triage.bin",
    "md5": TWO_MD5,
    "bytes": 9,
    "files": None,
}
NO_WORD: dict[str, Value] = {"sha256": None, "remote": None, "floating": False}
# Another content of the folder, of which there are no bytes.
OTHER = "0123456789abcdef0123456789abcdef.dir"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A registry whose data was in the cache when it was released."""
    made = data_shop(tmp_path_factory.mktemp("whole") / "shop")
    made.commit({"retrievers/docs.yaml": RETRIEVER})
    for where in (CACHE, REMOTE):
        put_objects(made, where, {**FOLDER_OBJECTS, **WEIGHTS_OBJECTS})
    assert released_with_data(made).done == ("released v1.0.0",)
    return made


@pytest.fixture
def shop(whole: Folder, tmp_path: Path) -> Folder:
    return copied(whole, tmp_path / "shop")


def shown(folder: Folder, artifact: str) -> Report:
    with opened(folder) as repo:
        return show(repo, ShowOptions(artifact=artifact))


def facts(report: Report) -> list[str]:
    """What is said of data: from its files to its versions."""
    lines = (report.text or "").partition("\n\n")[0].splitlines()
    begin = next(n for n, row in enumerate(lines) if row.startswith("files"))
    return [row for row in lines[begin:] if not row.startswith("versions")]


def values(report: Report) -> Value:
    return (report.data or {})["data"]


def is_published(report: Report) -> bool:
    published = REPOSITORY / "schemas" / "output" / "report.json"
    schema = jsonschema_rs.Draft202012Validator(json.loads(published.read_text(encoding="utf-8")))
    return schema.is_valid(json.loads(json_text(report)))


def test_a_dataset_shows_what_its_pointer_says_and_what_its_release_recorded(whole: Folder) -> None:
    report = shown(whole, "dataset/faq")
    assert facts(report) == [
        "files           datasets/faq.dvc",
        "data            datasets/faq, 2 files, 7 bytes",
        "pointer         datasets/faq.dvc",
        f"md5             {FAQ_MD5}",
        f"sha256          {FAQ_SHA256}",
    ]
    assert values(report) == [{**FAQ, **NO_WORD, "sha256": FAQ_SHA256}]
    assert report.notes == ()
    assert is_published(report)


def test_a_model_shows_its_weights(whole: Folder) -> None:
    report = shown(whole, "model/triage@1.0.0")
    assert facts(report) == [
        "files           models/triage.bin.dvc",
        "data            models/triage.bin, 9 bytes",
        "pointer         models/triage.bin.dvc",
        f"md5             {TWO_MD5}",
        f"sha256          {TWO_SHA256}",
    ]
    assert values(report) == [{**WEIGHTS, **NO_WORD, "sha256": TWO_SHA256}]


def test_what_has_no_data_shows_none(whole: Folder) -> None:
    report = shown(whole, "retriever/docs")
    assert "\ndata " not in (report.text or "")
    assert values(report) == []
    assert is_published(report)


def test_what_no_release_recorded_has_no_sha256(shop: Folder) -> None:
    shop.write("datasets/faq.dvc", FILES["datasets/faq.dvc"].replace(FAQ_MD5, OTHER))
    assert values(shown(shop, "faq")) == [{**FAQ, **NO_WORD, "md5": OTHER}]
    # The version is still what it was.
    assert values(shown(shop, "faq@1.0.0")) == [{**FAQ, **NO_WORD, "sha256": FAQ_SHA256}]


def test_data_that_came_back_has_the_sha256_of_the_version_that_had_it(shop: Folder) -> None:
    weights = FILES["models/triage.bin.dvc"]
    put_objects(shop, REMOTE, FOLDER_OBJECTS)
    shop.commit({"models/triage.bin.dvc": weights.replace(TWO_MD5, ONE_MD5).replace("size: 9", "size: 1")})
    assert released_with_data(shop).done == ("released v1.1.0",)
    shop.write("models/triage.bin.dvc", weights)
    assert values(shown(shop, "triage")) == [{**WEIGHTS, **NO_WORD, "sha256": TWO_SHA256}]
    # As sha256sum prints it of the one byte `1`.
    one = "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b"
    assert values(shown(shop, "triage@1.1.0")) == [
        {**WEIGHTS, **NO_WORD, "md5": ONE_MD5, "bytes": 1, "sha256": one}
    ]


def test_a_version_says_what_its_own_tag_recorded(tmp_path: Path) -> None:
    shop = data_shop(tmp_path / "shop")
    put_objects(shop, REMOTE, {**FOLDER_OBJECTS, **WEIGHTS_OBJECTS})
    assert released_with_data(shop).done == ("released v1.0.0",)
    # The bytes are at hand only when the same data is released again.
    put_objects(shop, CACHE, FOLDER_OBJECTS)
    shop.commit({"datasets/faq.yaml": DATASET.replace("name: faq", "name: faq, title: Questions")})
    assert released_with_data(shop).done == ("released v1.0.1",)
    assert values(shown(shop, "faq@1.0.0")) == [{**FAQ, **NO_WORD}]
    assert values(shown(shop, "faq")) == [{**FAQ, **NO_WORD, "sha256": FAQ_SHA256}]


def test_a_pointer_that_names_a_remote_and_data_that_floats_say_so(shop: Folder) -> None:
    shop.write("datasets/faq.yaml", f"{DATASET}  floating: true\n")
    shop.write("datasets/faq.dvc", FILES["datasets/faq.dvc"].replace(FAQ_MD5, OTHER) + "  remote: archive\n")
    report = shown(shop, "faq")
    assert facts(report)[3:] == [
        f"md5             {OTHER}",
        "remote          archive",
        "floating        yes, no version holds these bytes",
    ]
    assert values(report) == [{**FAQ, "md5": OTHER, "sha256": None, "remote": "archive", "floating": True}]
    assert is_published(report)


def test_a_pointer_that_cannot_be_used_is_told(shop: Folder) -> None:
    shop.write("datasets/faq.dvc", "outs: []\n")
    report = shown(shop, "faq")
    assert values(report) == []
    assert report.notes == ("a DVC pointer cannot be used, and its data is not shown: run 'plmctl validate'",)


def test_a_graph_says_how_much_data_there_is(whole: Folder) -> None:
    with opened(whole) as repo:
        report, _ = graph(repo, GraphOptions(artifact="retriever/docs"))
        every, _ = graph(repo, GraphOptions())
    assert text(report, Paper()) == "retriever/docs\n└─ dataset/faq  2 files, 7 bytes\n"
    assert text(every, Paper()).splitlines()[0] == "model/triage  9 bytes"
    nodes = [as_mapping(node) for node in as_items((every.data or {})["nodes"])]
    assert {str(node["id"]): node["data"] for node in nodes} == {
        "dataset/faq": [FAQ],
        "model/triage": [WEIGHTS],
        "retriever/docs": [],
    }
    assert is_published(every)


def test_of_what_is_missing_a_graph_knows_no_data(shop: Folder) -> None:
    for name in ("faq.yaml", "faq.dvc"):
        (shop.path / "datasets" / name).unlink()
    with opened(shop) as repo:
        report, _ = graph(repo, GraphOptions(artifact="docs"))
    (missing, _) = as_items((report.data or {})["nodes"])
    assert as_mapping(missing) == {
        "id": "faq",
        "kind": None,
        "path": None,
        "problem": "missing",
        "data": [],
    }
