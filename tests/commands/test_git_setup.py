from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from plmctl.commands.git_setup import SETTINGS, GitSetupOptions, git_setup
from plmctl.core.configuration import NoRegistry
from plmctl.core.kinds import FOLDERS
from plmctl.core.report import Report
from plmctl.git.clone import Clone
from tests.commands.ground import folder_at, small_registry
from tests.git.builder import Folder

DRIVER = (
    "if command -v plmctl >/dev/null; then plmctl git-merge-driver -- %O %A %B %L %P; "
    "else git merge-file --marker-size=%L -L ours -L base -L theirs %A %O %B; fi"
)


@pytest.fixture
def registry(tmp_path: Path) -> Folder:
    return small_registry(tmp_path / "registry")


@contextmanager
def opened(folder: Folder) -> Iterator[Clone]:
    with Clone.discover(str(folder.path), folder.environment) as clone:
        yield clone


def run(folder: Folder, *, is_remove: bool = False, is_print: bool = False) -> Report:
    with opened(folder) as clone:
        return git_setup(clone, GitSetupOptions(is_remove=is_remove, is_print=is_print))


def attributes(folder: Folder) -> Path:
    return folder.path / ".git" / "info" / "attributes"


def drivers(folder: Folder, *paths: str) -> list[str]:
    """The words for each path that goes to the merge driver, and to the one that shows."""
    lines = folder.git("check-attr", "diff", "merge", "--", *paths).splitlines()
    return [line.rpartition(": ")[2] for line in lines]


def test_git_is_told_in_this_clone_alone(registry: Folder) -> None:
    assert run(registry) == Report(
        command="git-setup",
        done=(
            "set diff.plmctl.command in .git/config",
            "set merge.plmctl.name in .git/config",
            "set merge.plmctl.driver in .git/config",
            f"wrote {2 * len(FOLDERS)} lines into .git/info/attributes",
        ),
        next=("git log -p --ext-diff -1",),
    )
    assert registry.git("config", "--local", "diff.plmctl.command") == "plmctl git-diff-driver --"
    assert registry.git("config", "--local", "merge.plmctl.driver") == DRIVER
    assert drivers(registry, "prompts/a.yaml", "prompts/b/c.yml", "environments/x.yaml") == ["plmctl"] * 6
    assert set(drivers(registry, "prompts/a.md", "docs/prompts/a.yaml", "plmctl.yaml")) == {"unspecified"}
    assert registry.git("status", "--porcelain") == ""


def test_a_second_time_changes_nothing(registry: Folder) -> None:
    run(registry)
    before = attributes(registry).read_bytes(), (registry.path / ".git" / "config").read_bytes()
    assert run(registry) == Report(command="git-setup", done=("all is set up already",))
    assert (attributes(registry).read_bytes(), (registry.path / ".git" / "config").read_bytes()) == before


def test_what_others_wrote_stays_and_all_of_ours_goes(registry: Folder) -> None:
    attributes(registry).write_bytes(b"*.md text\xff")
    registry.git("config", "diff.plmctl.xfuncname", "^spec")
    run(registry)
    assert attributes(registry).read_bytes().startswith(b"*.md text\xff\n# plmctl git-setup: begin\n")
    assert run(registry, is_remove=True).done == (
        "removed diff.plmctl.command in .git/config",
        "removed merge.plmctl.name in .git/config",
        "removed merge.plmctl.driver in .git/config",
        "took our lines out of .git/info/attributes",
    )
    assert attributes(registry).read_bytes() == b"*.md text\xff\n"
    kept = registry.git("config", "--local", "--list").splitlines()
    assert [line for line in kept if "plmctl" in line] == ["diff.plmctl.xfuncname=^spec"]
    assert run(registry, is_remove=True) == Report(
        command="git-setup", done=("there is nothing to take out",)
    )


def test_it_is_taken_out_where_there_is_no_registry_any_more(registry: Folder) -> None:
    run(registry)
    (registry.path / "plmctl.yaml").unlink()
    assert len(run(registry, is_remove=True).done) == 4


def test_it_prints_what_it_would_write_and_writes_nothing(registry: Folder) -> None:
    text = run(registry, is_print=True).text or ""
    assert text.splitlines()[:7] == [
        "# .git/config, as these commands write it",
        "git config --local diff.plmctl.command 'plmctl git-diff-driver --'",
        "git config --local merge.plmctl.name 'manifests of plmctl, by their schemas'",
        f"git config --local merge.plmctl.driver '{DRIVER}'",
        "# .git/info/attributes",
        "# plmctl git-setup: begin",
        "/prompts/**/*.yaml diff=plmctl merge=plmctl",
    ]
    assert not attributes(registry).exists() or b"plmctl" not in attributes(registry).read_bytes()
    registry.git("config", "--local", "merge.plmctl.driver", code=1)


def test_the_printed_commands_are_what_it_writes() -> None:
    assert not any("'" in value for value in SETTINGS.values())


def test_the_globs_of_a_registry_in_a_subfolder_mean_the_same_to_git(tmp_path: Path) -> None:
    folder = folder_at(tmp_path)
    folder.git("init", "-q", "-b", "main")
    settings = (
        "apiVersion: plmctl/v1\nkind: Registry\nmetadata: {name: shop}\n"
        "spec:\n  manifests:\n    include: ['my files/**', 'x[1]?.yaml']\n    exclude: ['my files/old/*']\n"
    )
    folder.write("ml/plmctl.yaml", settings)
    assert run(folder).done[-1] == "wrote 3 lines into .git/info/attributes"
    yes = ("ml/my files/a/b.yaml", "ml/x[1]2.yaml")
    no = ("ml/my files/old/b.yaml", "my files/a.yaml", "ml/x12.yaml", "ml/b/x[1]2.yaml")
    assert drivers(folder, *yes) == ["plmctl"] * 4
    assert set(drivers(folder, *no)) == {"unspecified"}


def test_one_line_is_one_line(tmp_path: Path) -> None:
    folder = folder_at(tmp_path)
    folder.git("init", "-q", "-b", "main")
    settings = (
        "apiVersion: plmctl/v1\nkind: Registry\nmetadata: {name: shop}\nspec: {manifests: {include: [a]}}\n"
    )
    folder.write("plmctl.yaml", settings)
    assert run(folder).done[-1] == "wrote 1 line into .git/info/attributes"


def test_without_a_registry_there_is_nothing_to_set_up(tmp_path: Path) -> None:
    folder = folder_at(tmp_path)
    folder.git("init", "-q")
    with pytest.raises(NoRegistry):
        run(folder)
