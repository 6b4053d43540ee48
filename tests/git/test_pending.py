import json

import pytest

from plmctl.core.finding import IntegrityError, PlmctlError
from plmctl.core.ports import TagObject
from plmctl.git.drafts import ObjectWriter
from plmctl.git.objects import ObjectReader
from plmctl.git.process import Git
from tests.git.builder import WHEN, Folder, Opener

REF = "refs/plmctl/pending/v1"


def recorded(folder: Folder, opened: Opener) -> dict[str, object]:
    """The plan of a release that was recorded."""
    transaction = opened(folder).transaction(WHEN)
    tag = transaction.tag(TagObject(name="v1", message="x"), transaction.parent)
    transaction.record(
        commit=transaction.parent, files=[], tags=[], registry_tag=tag, notes={"b": "2", "a": "1"}
    )
    plan = json.loads(folder.git("cat-file", "blob", f"{REF}:plan.json"))
    assert isinstance(plan, dict)
    return plan


def rewrite(folder: Folder, plan: str, *, with_tag: bool = True) -> None:
    """Another pending ref, with this plan."""
    blob = folder.git("hash-object", "-w", "--stdin", stdin=plan.encode())
    listing = f"100644 blob {blob}\tplan.json\n"
    if with_tag:
        listing += f"040000 tree {folder.git('rev-parse', f'{REF}:tags')}\ttags\n"
    tree = folder.git("mktree", stdin=listing.encode())
    folder.git("update-ref", REF, folder.git("commit-tree", "-m", "x", tree))


def test_the_plan_holds_all_that_finishing_takes(committed: Folder, opened: Opener) -> None:
    parent = committed.git("rev-parse", "HEAD")
    plan = recorded(committed, opened)
    raw = committed.git("cat-file", "blob", f"{REF}:tags/0") + "\n"
    assert plan == {
        "pendingVersion": 1,
        "branch": "refs/heads/main",
        "parent": parent,
        "commit": parent,
        "files": [],
        "tags": ["v1"],
        "objects": [committed.git("hash-object", "-t", "tag", "--stdin", stdin=raw.encode())],
        "notes": {"a": "1", "b": "2"},
    }


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"pendingVersion": 3}, "written by another version of plmctl"),
        ({"files": "x"}, "a list was expected"),
        ({"files": [1]}, "a text was expected"),
        ({"objects": ["0" * 40]}, "a tag object is not the planned one"),
        ({"notes": []}, "a mapping was expected"),
        ({"notes": {"a": 1}}, "a text was expected"),
        ({"tags": ["v1", "v2"]}, "no such file"),
        ({"tags": [], "objects": []}, "a registry tag was expected"),
    ],
)
def test_a_plan_that_plmctl_did_not_write_is_refused(
    change: dict[str, object], why: str, committed: Folder, opened: Opener
) -> None:
    rewrite(committed, json.dumps({**recorded(committed, opened), **change}))
    with pytest.raises(IntegrityError) as caught:
        opened(committed).pending()
    assert caught.value.message == f"the pending release {REF} cannot be read: {why}"
    assert caught.value.hint == f"if no release is under way, run 'git update-ref -d {REF}'"


@pytest.mark.parametrize("plan", ["[]", "{}", "not JSON", '{"pendingVersion": 1}'])
def test_a_plan_that_is_none_is_refused(plan: str, committed: Folder, opened: Opener) -> None:
    recorded(committed, opened)
    rewrite(committed, plan, with_tag=False)
    with pytest.raises(IntegrityError, match=f"the pending release {REF} cannot be read: "):
        opened(committed).pending()


def test_a_plan_under_another_name_is_refused(committed: Folder, opened: Opener) -> None:
    recorded(committed, opened)
    committed.git("update-ref", "refs/plmctl/pending/v2", REF)
    with pytest.raises(IntegrityError, match="refs/plmctl/pending/v2 keeps the release v1"):
        opened(committed).pending()


def test_a_ref_that_git_refuses_says_why(committed: Folder, opened: Opener) -> None:
    transaction = opened(committed).transaction(WHEN)
    tag = transaction.tag(TagObject(name="a..b", message="x"), transaction.parent)
    with pytest.raises(
        PlmctlError, match=r"git update-ref failed: invalid ref format: refs/plmctl/pending/a\.\.b"
    ):
        transaction.record(commit=transaction.parent, files=[], tags=[], registry_tag=tag, notes={})


def test_git_that_stores_something_else_is_told(committed: Folder) -> None:
    git = Git.installed(str(committed.path), committed.environment)
    writer = ObjectWriter(git=git, objects=ObjectReader(git, "sha256"), object_format="sha256")
    with pytest.raises(IntegrityError, match="git stored something else than it was given"):
        writer.write("blob", [b"x"])
