import pytest

from plmctl.core.attributes import attribute_lines, with_block
from plmctl.core.kinds import FOLDERS
from plmctl.core.settings import Settings

LINES = ("/a/*.yaml diff=plmctl merge=plmctl", "/b.yaml !diff !merge")
OLD, END = "# plmctl git-setup: begin\n", "# plmctl git-setup: end\n"
BLOCK = (
    "# plmctl git-setup: begin\n"
    "/a/*.yaml diff=plmctl merge=plmctl\n"
    "/b.yaml !diff !merge\n"
    "# plmctl git-setup: end\n"
)


def test_the_folders_of_the_kinds_go_through_the_drivers() -> None:
    expected = tuple(
        f"/{folder}/**/*.{end} diff=plmctl merge=plmctl" for folder in FOLDERS for end in ("yaml", "yml")
    )
    assert attribute_lines(Settings(folder="", name="shop")) == expected


def test_what_plmctl_yaml_names_goes_through_them_instead() -> None:
    settings = Settings(
        folder="ml registry", name="shop", include=("all/**", "x[1]?.yaml", "a**b"), exclude=('no "q"\\',)
    )
    assert attribute_lines(settings) == (
        '"/ml registry/all/**" diff=plmctl merge=plmctl',
        r'"/ml registry/x\\[1\\]?.yaml" diff=plmctl merge=plmctl',
        '"/ml registry/a*b" diff=plmctl merge=plmctl',
        r'"/ml registry/no \"q\"\\\\" !diff !merge',
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", BLOCK),
        ("*.md text", f"*.md text\n{BLOCK}"),
        ("*.md text\n", f"*.md text\n{BLOCK}"),
        (f"one\n{BLOCK}two\n", f"one\n{BLOCK}two\n"),
        (
            f"one\n{OLD}old\n{END}two\n{OLD}{END}three",
            f"one\n{BLOCK}two\nthree",
        ),
        ("# plmctl git-setup: begin\nno end\n", f"# plmctl git-setup: begin\nno end\n{BLOCK}"),
    ],
)
def test_the_block_is_there_once_and_the_rest_stays(before: str, after: str) -> None:
    assert with_block(before, LINES) == after


def test_without_lines_there_is_no_block() -> None:
    assert with_block(f"one\n{BLOCK}two\n", ()) == "one\ntwo\n"
    assert with_block("one", ()) == "one"
    assert with_block("", ()) == ""
