"""Who can push tags can put a version on any commit: on one in which its artifact is odd, or is not there."""

import json
from collections.abc import Mapping

import pytest

from tests.commands.builder import BYE, SETTINGS, released_shop
from tests.git.builder import Folder
from tests.hostile.stranger import plmctl

ID = "prompt/bye"
HEAD: Mapping[str, object] = {"apiVersion": "plmctl/v1", "kind": "Prompt", "metadata": {"name": "bye"}}
# What the commit has where the artifact was; None for nothing.
ABSENT: Mapping[str, str | None] = {
    "no file": None,
    "no manifest": "[]\n",
    "an odd kind": json.dumps({**HEAD, "kind": ["Prompt"], "spec": {}}),
    "odd metadata": json.dumps({**HEAD, "metadata": ["name"], "spec": {}}),
    "an odd name": json.dumps({**HEAD, "metadata": {"name": {"bye": 1}}, "spec": {}}),
    "another name": BYE.replace("name: bye", "name: other"),
    "what cannot be read": "a: [\n",
}
ODD: Mapping[str, str] = {
    "no specification": json.dumps(HEAD),
    "a list of nothing": json.dumps({**HEAD, "spec": [None]}),
    "odd messages": json.dumps({**HEAD, "spec": {"model": {"a": []}, "messages": {"role": 7}}}),
    "odd inputs": json.dumps(
        {**HEAD, "spec": {"messages": [[], 7], "inputs": "", "samples": [{"name": {}}]}}
    ),
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A registry with releases."""
    return released_shop(tmp_path_factory.mktemp("elsewhere") / "shop")


def tags_moved(shop: Folder, commit: str) -> None:
    """Put every tag on a commit, and name in each the others by the ids that they have there."""
    rows = shop.git("for-each-ref", "--format=%(refname) %(objectname)", "refs/tags/").splitlines()
    ids: dict[str, str] = {}
    # Those of registries, which name the others, come last.
    for ref, known in (row.split(" ") for row in sorted(rows, key=lambda row: row.startswith("refs/tags/v"))):
        _, gap, message = shop.git("cat-file", "tag", known).partition("\ntype commit\n")
        for old, new in ids.items():
            message = message.replace(old, new)
        raw = f"object {commit}{gap}{message}\n".encode()
        ids[known] = shop.git("hash-object", "-w", "-t", "tag", "--stdin", stdin=raw)
        shop.git("update-ref", ref, ids[known])


def tagged(shop: Folder, text: str | None) -> str:
    """The short id of a commit beside HEAD, with all tags on it, in which the artifact's file says this."""
    path, head = shop.path / "prompts/bye.yaml", shop.git("rev-parse", "HEAD")
    if text is None:
        path.unlink()
    else:
        path.write_text(text)
    commit = shop.commit({"plmctl.yaml": SETTINGS})
    shop.git("reset", "-q", "--hard", head)
    tags_moved(shop, commit)
    return commit[:10]


@pytest.mark.parametrize("name", ABSENT)
def test_a_version_on_a_commit_without_its_artifact_is_refused(name: str, shop: Folder) -> None:
    commit = tagged(shop, ABSENT[name])
    message = f"error: the tag {ID}@v1.0.0 is on commit {commit}, which has no {ID}\nhint: "
    for command in ("show", "render"):
        said = plmctl(shop.path, command, f"{ID}@1.0.0")
        assert (said.code, said.out, said.err[: len(message)]) == (4, "", message)


@pytest.mark.parametrize("name", [*ABSENT, *ODD])
def test_whatever_a_version_was_put_on_there_is_an_answer(name: str, shop: Folder) -> None:
    tagged(shop, {**ABSENT, **ODD}[name])
    asked = (
        ("show", f"{ID}@1.0.0", "--format", "json"),
        ("render", f"{ID}@1.0.0", "--format", "json"),
        ("diff", f"{ID}@1.0.0", "--format", "json"),
        ("log", ID, "--format", "json"),
        ("impact", ID, "--format", "json"),
        ("changelog",),
    )
    answers = {words[0]: plmctl(shop.path, *words) for words in asked}
    assert {command: said.err for command, said in answers.items() if said.code not in range(5)} == {}
