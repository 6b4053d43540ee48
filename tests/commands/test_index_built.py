"""`plmctl data index-built`: what an index was built from goes into its manifest, comments kept."""

import re
from pathlib import Path

import pytest

from plmctl.commands.index_built import IndexBuiltOptions, index_built
from plmctl.core.finding import PlmctlError, UsageError
from plmctl.core.report import Report
from tests.commands.builder import opened, shop, validated
from tests.git.builder import Folder

DATASET = """\
apiVersion: plmctl/v1
kind: Dataset
metadata: {name: faq}
spec:
  purpose: [rag]
  format: jsonl
  data: {uri: s3://corpora/faq, version: "1"}
"""
RETRIEVER = """\
apiVersion: plmctl/v1
kind: Retriever
metadata: {name: docs}
spec:
  datasets: [faq] # all of it
  index:
    # Where it lies.
    engine: bm25
    name: docs
  query: {topK: 3}
"""
PATH = "retrievers/docs.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = shop(tmp_path / "shop")
    made.write("datasets/faq.yaml", DATASET)
    made.write(PATH, RETRIEVER)
    return made


def built(folder: Folder, written: str = "docs", name: str | None = None) -> Report:
    with opened(folder) as repo:
        return index_built(repo, IndexBuiltOptions(retriever=written, name=name))


def text(folder: Folder) -> str:
    """The manifest, with the digits of hashes left out."""
    return re.sub("sha256:[0-9a-f]{64}", "SHA", (folder.path / PATH).read_text())


def codes(folder: Folder) -> list[str]:
    return [finding.code for finding in validated(folder).findings]


def test_the_closures_are_written_and_kept_up_to_date(folder: Folder) -> None:
    report = built(folder)
    assert report.done == (f"wrote {PATH}: what the index of retriever/docs was built from",)
    assert report.notes == ("dataset/faq is new in it",)
    assert text(folder) == RETRIEVER.replace(
        "    name: docs\n", '    name: docs\n    build: {closures: {dataset/faq: "SHA"}}\n'
    )
    assert codes(folder) == []
    again = built(folder)
    assert (again.done, again.notes) == ((), (f"{PATH} says so already",))
    folder.write("datasets/faq.yaml", DATASET.replace('"1"', '"2"'))
    assert codes(folder) == ["LNT021"]
    assert built(folder, name="of today").notes == ("dataset/faq is another version",)
    assert '    build: {closures: {dataset/faq: "SHA"}, name: of today}\n' in text(folder)
    assert codes(folder) == []


def test_a_name_that_is_there_stays_beside_the_closures(folder: Folder) -> None:
    folder.write(PATH, RETRIEVER.replace("    name: docs\n", "    build: '2026-10-01'\n    name: docs\n"))
    built(folder, "retriever/docs")
    assert text(folder) == RETRIEVER.replace(
        "    name: docs\n",
        '    name: docs\n    build: {name: "2026-10-01", closures: {dataset/faq: "SHA"}}\n',
    )
    folder.write("datasets/wiki.yaml", DATASET.replace("faq", "wiki"))
    folder.write(PATH, (folder.path / PATH).read_text().replace("datasets: [faq]", "datasets: [wiki]"))
    assert built(folder).notes == ("dataset/faq is not in it any more", "dataset/wiki is new in it")


def test_only_a_retriever_whose_sources_are_there_can_be_built(folder: Folder) -> None:
    with pytest.raises(UsageError, match=r"^'dataset/faq' is no retriever(?m:$)"):
        built(folder, "dataset/faq")
    (folder.path / "datasets/faq.yaml").unlink()
    with pytest.raises(PlmctlError, match=r"^retriever/docs names what is not there(?m:$)") as caught:
        built(folder)
    assert caught.value.hint == f"run 'plmctl validate {PATH}'"


@pytest.mark.parametrize("index", ["", "  index: {build: one}\n", "  index: []\n"])
def test_a_retriever_that_names_no_index_is_refused(folder: Folder, index: str) -> None:
    before, _, after = RETRIEVER.partition("  index:\n")
    folder.write(PATH, f"{before}{index}  query: {after.partition('  query: ')[2]}")
    with pytest.raises(PlmctlError) as refused:
        built(folder)
    assert refused.value.message == "retriever/docs does not say which index it has"
    assert refused.value.hint == f"run 'plmctl validate {PATH}'"
