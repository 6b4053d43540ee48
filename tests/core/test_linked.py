import shlex
from pathlib import Path

import pytest

from plmctl.core.finding import Finding
from plmctl.core.linked import LINKED_DATA
from plmctl.core.ports import EntryKind, MemoryTree, Tree
from plmctl.core.registry import load
from tests.commands.cellar import DATASET, pointer_text, registry_with_data
from tests.commands.ground import REGISTRY, opened

MD5 = "a" * 32
LINK = EntryKind.LINK


def told(tree: Tree) -> list[Finding]:
    return [finding for finding in load(tree).findings if finding.rule is LINKED_DATA]


def registry(path: str, *links: str, more: str = "") -> MemoryTree:
    """A registry whose data/faq.dvc points to that path, in a tree that has these links."""
    files = {
        "plmctl.yaml": REGISTRY,
        "datasets/faq.yaml": DATASET.format(name="faq", data="faq", format="markdown") + more,
        "data/faq.dvc": pointer_text(f"{MD5}.dir", 9, path, 3),
    }
    return MemoryTree(files, dict.fromkeys(links, LINK))


@pytest.mark.parametrize("more", ["", "  floating: true\n"])
@pytest.mark.parametrize(
    ("path", "link"), [("faq", "data/faq"), ("in/faq", "data/in"), ("faq", "data/faq/a b/c.md")]
)
def test_a_link_on_the_way_at_the_place_or_inside_is_told(path: str, link: str, more: str) -> None:
    found = told(registry(path, link, "data/faq0", "data/f", "zz", more=more))
    assert [(str(f.location), f.message, f.help, f.artifact) for f in found] == [
        (
            "data/faq.dvc:6:9",
            f"'{link}' is a symbolic link, where data is put",
            f"run 'git rm {shlex.quote(f':/{link}')}', or give the data another path",
            "dataset/faq",
        )
    ]


def test_links_beside_data_are_no_matter() -> None:
    assert told(registry("faq", "data/faq.md", "data/faq0", "data/fa", "data-faq", "faq")) == []


def test_what_git_ignores_may_be_linked_to_the_cache(tmp_path: Path) -> None:
    folder = registry_with_data(tmp_path / "registry")
    folder.commit({"data/.gitignore": "/tickets.jsonl\n"})
    (folder.path / "data/tickets.jsonl").symlink_to("../.dvc/cache/files/md5/aa/aa")
    with opened(folder) as repo:
        assert told(repo.work_tree()) == []
    folder.git("add", "-f", "data/tickets.jsonl")
    with opened(folder) as repo:
        assert [(str(f.location), f.artifact) for f in (*told(repo.work_tree()), *told(repo.index()))] == [
            ("data/tickets.jsonl.dvc:5:9", "dataset/tickets")
        ] * 2
