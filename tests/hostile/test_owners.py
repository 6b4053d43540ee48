"""Owners of a stranger through every command that prints them, and into CODEOWNERS (hostile.md O)."""

import json
import os
from pathlib import Path

import pytest

from tests.commands.builder import FILES, made_locks, make_release
from tests.commands.ground import folder_at
from tests.git.builder import Folder
from tests.hostile.stranger import REGISTRY, plmctl
from tests.render.flaws import commands, hidden

OWNERS = (
    "::error::forged",
    "x\n* @attacker",
    "x\n::stop-commands::x",
    "a @attacker",
    "x #",
    "\t@a",
    "[/nope]",
    "<script>x</script>",
    "![p](https://evil.example/p.png)",
    "--> ``` | x",
    "@te\u0430m",
)
# These are told by `validate` besides, and nothing is released.
INVISIBLE = ("\u202elive", "te\u200bam")
# Commands that print owners, and their exit codes.
SAYS = {
    "list": 0,
    "list --format json": 0,
    "list --owner x": 0,
    "show application/desk": 0,
    "show application/desk --format json": 0,
    "diff": 0,
    "diff --format markdown": 0,
    "diff --format html": 0,
    "diff --format json": 0,
    "diff --format github": 0,
    "release prompt/greet --dry-run": 1,
    "promote desk --to production --dry-run": 0,
    "promote desk --to production --dry-run --format json": 0,
    "codeowners --check": 2,
    "codeowners": 2,
}


def with_owners(text: str, owners: tuple[str, ...]) -> str:
    """A manifest of these owners."""
    return text.replace("metadata: {", f"metadata: {{owners: {json.dumps(owners)}, ", 1)


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A registry with releases, whose owners attack whoever reads of them."""
    folder = folder_at(tmp_path_factory.mktemp("owners"))
    folder.git("init", "-q", "-b", "main")
    owned = {
        name: with_owners(text, OWNERS) if name.endswith(".yaml") and name != "plmctl.yaml" else text
        for name, text in FILES.items()
    }
    folder.commit(owned, "begin")
    make_release(folder)
    made_locks(folder)
    folder.commit({"prompts/greet.md": "Greet {{name}}, please.\n"}, "change")
    make_release(folder)
    for name, text in owned.items():
        if "metadata: {owners" in text:
            folder.write(name, with_owners(FILES[name], OWNERS + INVISIBLE))
    return folder


@pytest.mark.parametrize("command", SAYS)
def test_no_owner_is_a_line_a_sign_or_a_command(command: str, registry: Folder) -> None:
    said = plmctl(registry.path, *command.split())
    assert said.code == SAYS[command], said
    for printed in (said.out, said.err):
        assert hidden(printed) == set()
        if "--format github" not in command:
            assert commands(printed) == []


@pytest.mark.parametrize("owner", [*OWNERS, *INVISIBLE])
@pytest.mark.parametrize("path", ["partials/first.yaml", "partials/second.yaml"])
def test_no_owner_writes_a_line_of_its_own_into_codeowners(owner: str, path: str, tmp_path: Path) -> None:
    partial = "apiVersion: plmctl/v1\nkind: Partial\nmetadata: {name: a}\nspec: {content: Be kind.}\n"
    other = ({"partials/first.yaml", "partials/second.yaml"} - {path}).pop()
    folder = Folder(path=tmp_path, environment=os.environ)
    folder.git("init", "-q")
    # The second one has a name that is taken: it is a manifest as well, and its owners are asked.
    files = {other: with_owners(partial, ("ada",)), path: with_owners(partial, (owner,))}
    folder.commit({"plmctl.yaml": REGISTRY, **files})
    said = plmctl(folder.path, "codeowners")
    assert (said.code, f"in {path} is no name that CODEOWNERS can hold" in said.err) == (2, True), said
    assert list(tmp_path.rglob("CODEOWNERS")) == []
