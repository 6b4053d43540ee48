"""Data and files that lie elsewhere, as facts of their own."""

import pytest

from plmctl.core.change import Fact
from plmctl.core.diff import compare
from tests.core.test_diff import facts, registry_of
from tests.rules.registries import manifest


def test_data_with_the_same_content_elsewhere_is_moved() -> None:
    text = manifest("Dataset", "d", "purpose: [rag]\nformat: x\ndata: {dvc: d.dvc}\n")
    pointer = "outs:\n- md5: 1f7df1abef5990681fab106996e6254b\n  size: 20\n  hash: md5\n  path: data\n"
    before = {"d.yaml": text, "d.dvc": pointer}
    after = {"d.yaml": text.replace("d.dvc", "sub/d.dvc"), "sub/d.dvc": f"{pointer}  remote: cold\n"}
    assert facts(before, after) == [
        "moved dataset/d /spec/data/dvc/path 'prompts/data' -> 'prompts/sub/data'",
        "moved dataset/d /spec/data/dvc/remote 'default' -> 'cold'",
    ]
    for change in compare(registry_of(before), registry_of(after)):
        assert (change.meaning, change.in_digest, change.place) == ("none", False, ("spec", "data", "dvc"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("data: {git: a.txt}", "data: {git: b.txt}"),
        ("data: {git: a.txt}", "data: {uri: x, version: '1'}"),
        ("data: {git: a.txt}", "data: {git: a.txt}"),
    ],
)
def test_data_with_other_content_or_of_another_sort_is_not_moved(old: str, new: str) -> None:
    texts = [f"purpose: [rag]\nformat: x\n{data}\n" for data in (old, new)]
    before, after = (
        registry_of({"d.yaml": manifest("Dataset", "d", text), "a.txt": "a", "b.txt": "b"}) for text in texts
    )
    assert [change.fact for change in compare(before, after) if change.fact is Fact.MOVED] == []


def test_files_in_another_order_or_texts_in_another_file_are_not_moved() -> None:
    files = {"a.txt": "a", "b.txt": "a"}
    before, after = (f"uses: [prompt/p]\nfiles: [{names}]\n" for names in ("a.txt, b.txt", "b.txt, a.txt"))
    sides = [{**files, "a.yaml": manifest("Application", "a", spec)} for spec in (before, after)]
    assert facts(*sides) == []
    sides = [{**files, "p.yaml": manifest("Partial", "p", f"contentFile: {n}.txt\n")} for n in "ab"]
    assert facts(*sides) == []
