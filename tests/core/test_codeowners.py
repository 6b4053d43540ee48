import pytest

from plmctl.core.codeowners import BadOwner, BrokenMarkers, bad_owners, merged, owner_lines, owners_of_files
from plmctl.core.ports import MemoryTree
from plmctl.core.registry import Registry, load

SETTINGS = "apiVersion: plmctl/v1\nkind: Registry\nmetadata: {name: shop}\n"


def prompt(name: str, owners: str, file: str) -> str:
    return (
        f"apiVersion: plmctl/v1\nkind: Prompt\nmetadata: {{name: {name}{owners}}}\n"
        f"spec: {{model: m, messages: [{{role: user, contentFile: {file}}}]}}\n"
    )


def registry(**files: str) -> Registry:
    texts = {"prompts/a.md": "A", "prompts/b #1 [x].md": "B"}
    named = {f"prompts/{name}.yaml": text for name, text in files.items()}
    return load(MemoryTree({"plmctl.yaml": SETTINGS, **texts, **named}))


def test_files_have_the_owners_of_every_manifest_that_includes_them() -> None:
    found = registry(
        b=prompt("b", ", owners: [team-b, '@acme/all', a@example.com]", "a.md"),
        a=prompt("a", ", owners: [team-a, team-b]", "a.md"),
        c=prompt("c", "", "'b #1 [x].md'"),
    )
    assert owners_of_files(found) == {
        "prompts/a.md": ("team-a", "team-b", "@acme/all", "a@example.com"),
        "prompts/a.yaml": ("team-a", "team-b"),
        "prompts/b.yaml": ("team-b", "@acme/all", "a@example.com"),
    }


def test_a_manifest_of_a_taken_name_has_its_owners_too() -> None:
    found = registry(a=prompt("a", ", owners: [x]", "a.md"), b=prompt("a", ", owners: [y]", "a.md"))
    assert owners_of_files(found)["prompts/b.yaml"] == ("y",)


def test_owners_without_an_at_sign_get_the_prefix() -> None:
    owners = {"prompts/a.yaml": ("team", "@acme/all", "a@example.com")}
    assert owner_lines(owners, "@") == ("/prompts/a.yaml @team @acme/all a@example.com",)
    assert owner_lines(owners, "@acme/") == ("/prompts/a.yaml @acme/team @acme/all a@example.com",)


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        ("my prompts/a b.yaml", r"/my\ prompts/a\ b.yaml"),
        ("b #1 [x].md", r"/b\ ?1\ ?x?.md"),
        ("!a.yaml", "/?a.yaml"),
        ("über/漢.yaml", "/über/漢.yaml"),
    ],
)
def test_a_path_is_written_as_both_services_read_it(path: str, pattern: str) -> None:
    assert owner_lines({path: ("@x",)}, "@") == (f"{pattern} @x",)


@pytest.mark.parametrize("owner", ["a", "@a", "@acme/all_1", "a/b/c.d", "@@maintainer", "a.b+c@x.example"])
def test_a_team_a_user_and_an_address_are_owners(owner: str) -> None:
    assert list(bad_owners(registry(a=prompt("a", f", owners: ['{owner}']", "a.md")))) == []


@pytest.mark.parametrize(
    "owner",
    ["Support Team", "#1", "a\\b", "", "a\u202eb", "*", "@", "!x", "/etc", "a/", "a//b", "a@", "@@@a"],
)
def test_an_owner_that_cannot_be_written_is_told(owner: str) -> None:
    text = prompt("a", f", owners: [ok, {owner!a}]", "a.md").replace("'", '"')
    assert list(bad_owners(registry(a=text))) == [BadOwner(owner=owner, path="prompts/a.yaml")]


OWN = "# begin plmctl\n/a.yaml @x\n# end plmctl\n"


@pytest.mark.parametrize(
    ("existing", "expected"),
    [
        ("", OWN),
        ("* @all\n", f"* @all\n\n{OWN}"),
        ("* @all\n\n", f"* @all\n\n{OWN}"),
        ("* @all", f"* @all\n\n{OWN}"),
        ("* @all\r\n", f"* @all\r\n\r\n{OWN}".replace("\n", "\r\n").replace("\r\r", "\r")),
        (OWN, OWN),
        ("* @all\n# begin plmctl\n/b @y\n/c @z\n  # end plmctl \n/d @w\n", f"* @all\n{OWN}/d @w\n"),
        ("# begin plmctl\n# end plmctl", OWN),
        ("a\x0cb\u2028c\n", f"a\x0cb\u2028c\n\n{OWN}"),
    ],
)
def test_the_rest_of_the_file_stays(existing: str, expected: str) -> None:
    assert merged(existing, ["/a.yaml @x"]) == expected
    assert merged(expected, ["/a.yaml @x"]) == expected


def test_without_owners_a_file_of_others_is_left_alone_and_ours_is_emptied() -> None:
    assert merged("", []) == ""
    assert merged("* @all", []) == "* @all"
    assert merged(f"* @all\n{OWN}", []) == "* @all\n# begin plmctl\n# end plmctl\n"


@pytest.mark.parametrize(
    "existing",
    [
        "# begin plmctl\n",
        "# end plmctl\n",
        "# end plmctl\n# begin plmctl\n",
        f"{OWN}{OWN}",
        f"# begin plmctl\n{OWN}",
    ],
)
def test_markers_that_are_not_a_pair_are_refused(existing: str) -> None:
    with pytest.raises(BrokenMarkers):
        merged(existing, ["/a.yaml @x"])
