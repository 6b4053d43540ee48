from pathlib import Path

import pytest

from plmctl.commands.codeowners import CodeownersOptions, codeowners
from plmctl.core.finding import PlmctlError
from plmctl.core.report import Problem, Report, exit_code
from tests.commands.ground import FILES, MODEL, opened, small_registry
from tests.git.builder import Folder

OWN = """\
# begin plmctl
/models/small.yaml @platform
/prompts/greet.md @support-team @platform
/prompts/greet.yaml @support-team @platform
# end plmctl
"""
DEFAULT = CodeownersOptions()


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return small_registry(tmp_path / "registry")


def written(folder: Folder, options: CodeownersOptions = DEFAULT) -> Report:
    with opened(folder) as repo:
        return codeowners(repo, options)


def text(folder: Folder, path: str = ".github/CODEOWNERS") -> str:
    return (folder.path / path).read_bytes().decode()


def test_the_file_is_made_and_then_is_up_to_date(folder: Folder) -> None:
    report = written(folder)
    assert report.done == ("wrote .github/CODEOWNERS",)
    assert report.data == {"path": ".github/CODEOWNERS", "files": 3, "stale": True}
    assert text(folder) == OWN
    assert written(folder).done == (".github/CODEOWNERS is up to date",)
    assert written(folder, CodeownersOptions(is_check=True)) == Report(
        command="codeowners",
        data={"path": ".github/CODEOWNERS", "files": 3, "stale": False},
        done=(".github/CODEOWNERS is up to date",),
    )


@pytest.mark.parametrize("path", ["CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"])
def test_the_file_that_is_there_is_taken_and_the_rest_of_it_stays(path: str, folder: Folder) -> None:
    folder.write(path, "* @all\r\n# \xfcber\r\n")
    assert written(folder).done == (f"wrote {path}",)
    assert text(folder, path) == "* @all\r\n# \xfcber\r\n\r\n" + OWN.replace("\n", "\r\n")


def test_bytes_that_are_no_text_stay(folder: Folder) -> None:
    (folder.path / "CODEOWNERS").write_bytes(b"# \xff\n")
    written(folder)
    assert (folder.path / "CODEOWNERS").read_bytes() == b"# \xff\n\n" + OWN.encode()


def test_another_file_and_another_prefix_can_be_named(folder: Folder) -> None:
    written(folder, CodeownersOptions(path="OWNERS", prefix="@acme/"))
    assert text(folder, "OWNERS") == OWN.replace("@", "@acme/")


def test_a_check_writes_nothing_and_fails_where_the_file_is_stale(folder: Folder) -> None:
    for prefix, again in (("@", ""), ("@acme/", " --prefix @acme/")):
        report = written(folder, CodeownersOptions(is_check=True, prefix=prefix))
        assert report.problems == (
            Problem(
                message=".github/CODEOWNERS is not what the manifests' owners say",
                hint=f"run 'plmctl codeowners{again}' and commit it",
                exit_code=1,
            ),
        )
        assert exit_code(report) == 1
    assert not (folder.path / ".github").exists()


def test_without_owners_there_is_nothing_to_write(tmp_path: Path, folder: Folder) -> None:
    for name, content in FILES.items():
        folder.write(name, content.replace("owners:", "x-owners:"))
    report = written(folder)
    assert (report.done, report.notes) == ((), ("no manifest names an owner",))
    assert not (folder.path / ".github").exists()
    folder.write("CODEOWNERS", OWN)
    assert written(folder).done == ("wrote CODEOWNERS",)
    assert text(folder, "CODEOWNERS") == "# begin plmctl\n# end plmctl\n"


def refused(folder: Folder, options: CodeownersOptions = DEFAULT) -> tuple[str, str | None, int]:
    with pytest.raises(PlmctlError) as error:
        written(folder, options)
    assert not (folder.path / ".github/CODEOWNERS").is_file()
    return error.value.message, error.value.hint, error.value.exit_code


def test_lines_are_not_lost_where_a_manifest_cannot_be_read(folder: Folder) -> None:
    folder.write("models/a.yaml", "apiVersion: plmctl/v1\nkind: [\n")
    assert refused(folder) == (
        "models/a.yaml cannot be read, so its owners are not known",
        "run 'plmctl validate'",
        3,
    )


def test_an_owner_that_cannot_be_written_is_refused(folder: Folder) -> None:
    folder.write("models/small.yaml", MODEL.replace("[platform]", "[The Platform]"))
    assert refused(folder) == (
        "the owner 'The Platform' in models/small.yaml is no name that CODEOWNERS can hold",
        "write a team, a user or an e-mail address, without spaces",
        2,
    )


def test_a_file_whose_part_is_unclear_is_refused(folder: Folder) -> None:
    folder.write("CODEOWNERS", "# end plmctl\n")
    assert refused(folder) == (
        "CODEOWNERS has not one '# begin plmctl' and, after it, one '# end plmctl'",
        "delete these lines and what is between them, and run 'plmctl codeowners'",
        2,
    )
    assert text(folder, "CODEOWNERS") == "# end plmctl\n"


@pytest.mark.parametrize("prefix", ["", "acme/", "@a b", "@a#", "@\x1b"])
def test_a_prefix_begins_an_owner(prefix: str, folder: Folder) -> None:
    assert refused(folder, CodeownersOptions(prefix=prefix))[1:] == ("write '--prefix @acme/'", 2)


def test_a_link_and_a_folder_are_no_file(folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("mine\n", encoding="utf-8")
    (folder.path / ".github").mkdir()
    (folder.path / "CODEOWNERS").symlink_to(tmp_path / "elsewhere")
    assert refused(folder) == ("CODEOWNERS is no file, this is a symbolic link", "name a file with '-o'", 2)
    assert (tmp_path / "elsewhere").read_text(encoding="utf-8") == "mine\n"
    assert refused(folder, CodeownersOptions(path="models"))[0] == "models is no file, this is a folder"


def test_a_file_that_is_too_large_is_refused(folder: Folder) -> None:
    folder.write("CODEOWNERS", "#" * (4 * 1024 * 1024 + 1))
    assert refused(folder)[0] == "CODEOWNERS cannot be read: 4194305 bytes, over the limit of 4194304"
