"""What somebody wrote for the name of a credential is printed by nothing."""

import re
from pathlib import Path

import pytest

from plmctl.core.document import BrokenDocument, read_document
from plmctl.core.ports import MemoryTree
from plmctl.core.registry import load
from plmctl.rules.checks import findings
from tests.cli.running import plmctl
from tests.commands.ground import folder_at

SETTINGS = "apiVersion: plmctl/v1\nkind: Registry\nmetadata: {name: acme}\n"
HEAD = "apiVersion: plmctl/v1\nkind: Provider\nmetadata: {name: p}\nspec:\n  type: openai\n"
SECRET = "Zx9Q7secretValue42"
# Put together here, so that no scanner takes this file for a leak.
KEY = "sk-" + "proj-Ab12Cd34Ef56Gh78Ij90"

UNREADABLE = [
    f"!x {SECRET}",
    f"&{SECRET} a",
    f'{{env: "{SECRET}}}',
    f"{SECRET}\n  credential: {SECRET}",
    f"{SECRET}: {SECRET}: x",
    f"{SECRET * 6}: {SECRET}: x",
    f"[{SECRET}, *{SECRET}]",
    f"{{{SECRET}: 1, {SECRET}: 2}}",
    f"\n    env: &a {SECRET}\n\n    b: c: {SECRET}",
    f"\n  - &{SECRET} {SECRET}",
    f"'{SECRET}\n{SECRET}",
    f"\n    {SECRET}\n   {SECRET}: {SECRET}",
    f"@{SECRET}",
    f"{{{{{SECRET}}}}}",
    f"\t{SECRET}: {SECRET}",
    f"| {SECRET}\n    {SECRET}",
]


def printed(data: str) -> str:
    read = read_document("providers/p.yaml", data.encode())
    assert isinstance(read, BrokenDocument)
    return repr([(f.message, f.help, f.source, f.fix) for f in read.findings])


@pytest.mark.parametrize("credential", UNREADABLE)
def test_an_unreadable_credential_is_not_told(credential: str) -> None:
    assert SECRET[:8] not in printed(f"{HEAD}  credential: {credential}\n")


@pytest.mark.parametrize(
    "text",
    [
        f"spec: {{credential:\n{SECRET}: {SECRET}: x",
        f"spec: {{\ncredential:\n*{SECRET}\n}}",
        f"? credential\n: &{SECRET} {SECRET}\n",
        f'{{"credential": &{SECRET} b}}',
        f"credential:\n\n\n  !{SECRET} b",
    ],
)
def test_the_key_may_stand_anywhere(text: str) -> None:
    assert SECRET[:8] not in printed(text)


def test_what_stands_beside_a_credential_is_told() -> None:
    told = printed(f"{HEAD}  credential: {{env: A}}\n  region: !x eu\n")
    assert "region: !x eu" in told
    assert "'credential' is already on line 6" in printed(f"{HEAD}  credential: a\n  credential: b\n")


@pytest.mark.parametrize(
    "credential",
    [f"{{{SECRET}: x}}", f"{{env: {{{SECRET}: x}}}}", f"[{{{SECRET}: 1}}]", f"{{? '{SECRET}\n    b' : x}}"],
)
def test_a_secret_that_is_a_key_is_not_told(credential: str) -> None:
    tree = MemoryTree({"plmctl.yaml": SETTINGS, "providers/p.yaml": f"{HEAD}  credential: {credential}\n"})
    found = findings(load(tree))
    assert {f.code[:3] for f in found} == {"LNT", "SCH"}
    assert SECRET not in repr([(f.message, f.help, f.source, f.fix) for f in found])


@pytest.fixture
def leaked(tmp_path: Path) -> Path:
    """A registry whose last commit and work tree put credentials where names belong."""
    (tmp_path / "r").mkdir()
    folder = folder_at(tmp_path / "r")
    folder.git("init", "-q")
    folder.write("plmctl.yaml", SETTINGS)
    path = "providers/p.yaml"
    folder.write(path, f"{HEAD}  credential: {{env: OPENAI_API_KEY}}\n  x-k: a\n")
    folder.commit({})
    folder.write(
        path,
        f"{HEAD}  x-k: {KEY}\n  x-m: {{{KEY}: [{KEY}]}}\n  credential: {{{SECRET}: a, env: '{SECRET} !'}}\n",
    )
    return folder.path


@pytest.mark.parametrize("form", ["text", "json", "sarif", "concise", "github"])
def test_a_diff_tells_no_credential(form: str, leaked: Path) -> None:
    done = plmctl("diff", "--format", form, at=leaked)
    assert "PRV011" in done.out
    assert not re.search(f"{SECRET}|{KEY}", done.out + done.err)


def test_a_diff_tells_names(leaked: Path) -> None:
    out = plmctl("diff", "--format", "json", at=leaked).out
    assert '"old": "OPENAI_API_KEY"' in out
    assert '"new": "***"' in out


@pytest.mark.parametrize("form", ["text", "json"])
def test_fmt_tells_no_credential(form: str, leaked: Path) -> None:
    done = plmctl("fmt", "--diff", "--format", form, at=leaked)
    assert "credential" in done.out
    assert not re.search(f"{SECRET}|{KEY}", done.out + done.err)


@pytest.mark.parametrize("name", [".git/config", ".git", ".git/x/y", ".GIT/config", "link"])
def test_no_report_goes_into_the_folder_of_git(name: str, leaked: Path) -> None:
    (leaked / "link").symlink_to(".git/config")
    before = (leaked / ".git/config").read_bytes()
    done = plmctl("validate", "--report", f"json={name}", at=leaked)
    assert (done.code, done.out) == (2, "")
    assert f"{name} is in Git's own folder" in done.err
    assert (leaked / ".git/config").read_bytes() == before


def test_no_report_goes_into_a_bare_repository(leaked: Path) -> None:
    (leaked / ".git").rename(leaked.parent / "store")
    (leaked / ".git").write_text("gitdir: ../store\n", encoding="utf-8")
    done = plmctl("validate", "--report", "json=../store/refs/x", at=leaked)
    assert (done.code, "Git's own folder" in done.err) == (2, True)


def test_thousands_of_tags_are_renamed_at_once(tmp_path: Path) -> None:
    (tmp_path / "r").mkdir()
    folder = folder_at(tmp_path / "r")
    folder.git("init", "-q")
    folder.write("plmctl.yaml", SETTINGS)
    folder.write(
        "partials/a.yaml", "apiVersion: plmctl/v1\nkind: Partial\nmetadata: {name: a}\nspec: {content: A}\n"
    )
    tags = "{{> a}}\n" * 4_000
    body = "".join(f"        {line}\n" for line in tags.splitlines())
    head = "apiVersion: plmctl/v1\nkind: Prompt\nmetadata: {name: p}\nspec:\n  model: m\n  messages:\n"
    folder.write("prompts/t.md", tags)
    folder.write(
        "prompts/p.yaml",
        f"{head}    - role: user\n      content: |\n{body}    - {{role: user, contentFile: t.md}}\n",
    )
    folder.commit({})
    assert plmctl("rename", "partial/a", "b", at=folder.path).code == 0
    assert (folder.path / "prompts/t.md").read_text() == tags.replace("a", "b")
    assert (folder.path / "prompts/p.yaml").read_text().count("        {{> b}}\n") == 4_000
