from pathlib import Path

import pytest

from plmctl.commands.log import LogOptions, log
from plmctl.core.finding import PlmctlError
from plmctl.core.report import Report, Table
from tests.commands.builder import (
    APPLICATION,
    FILES,
    GREET,
    accept_all,
    make_release,
    opened,
    released_shop,
    shop,
)
from tests.git.builder import Folder

RENAMED = GREET.replace("{name: greet}", "{name: hello, formerly: [greet]}")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Three releases, each with another text of prompt/greet."""
    return released_shop(tmp_path_factory.mktemp("log") / "repo")


def logged(folder: Folder, artifact: str, count: int | None = None, *, is_short: bool = False) -> Report:
    with opened(folder) as repo:
        return log(repo, LogOptions(artifact=artifact, count=count, is_short=is_short))


def told(report: Report) -> list[str]:
    """Versions, each with its bump and what it changed."""
    return [
        f"{e.tag.version} {e.bump} {'; '.join(f'{j.code} {j.message}' for j in e.judgements)}".rstrip()
        for e in report.versions
    ]


def test_versions_are_told_newest_first_with_their_changes(folder: Folder) -> None:
    report = logged(folder, "greet")
    assert told(report) == [
        "1.2.0 minor PRM040 the text of message 1 changed",
        "1.1.0 minor PRM040 the text of message 1 changed",
        "1.0.0",
    ]
    assert (report.summary, report.notes, report.table) == ({"versions": 3}, (), None)


def test_an_application_has_changed_with_what_it_depends_on(folder: Folder) -> None:
    assert told(logged(folder, "application/desk", 2)) == [
        "1.2.0 minor REG006 prompt/greet PRM040 text-changed",
        "1.1.0 minor REG006 prompt/greet PRM040 text-changed",
    ]


def test_programs_are_told_all_of_it(folder: Folder) -> None:
    tag = folder.git("rev-parse", "prompt/greet@v1.1.0^{commit}")
    data = logged(folder, "prompt/greet").data
    assert data is not None
    versions = data["versions"]
    assert isinstance(versions, list)
    assert (data["artifact"], len(versions)) == ("prompt/greet", 3)
    digest = folder.git("cat-file", "tag", "prompt/greet@v1.1.0").partition("\nDigest: ")[2].split("\n")[0]
    assert versions[1] == {
        "version": "1.1.0",
        "artifact": "prompt/greet",
        "previous": "1.0.0",
        "bump": "minor",
        "date": "2026-01-02T03:04:05+00:00",
        "tagger": "Carl Committer <carl@example.com>",
        "release": "v1.1.0",
        "commit": tag,
        "digest": digest,
        "codes": ["PRM040"],
        "changes": [
            {
                "code": "PRM040",
                "name": "text-changed",
                "level": "warning",
                "bump": "minor",
                "message": "the text of message 1 changed",
                "fact": "changed",
                "pointer": "/spec/messages/0/content",
                "old": "Greet {{name}}.",
                "new": "Greet {{name}} warmly.",
            }
        ],
    }
    first = versions[2]
    assert isinstance(first, dict)
    assert (first["previous"], first["bump"], first["changes"]) == (None, None, [])


def test_in_a_line_each_the_codes_are_those_that_the_release_said(folder: Folder) -> None:
    report = logged(folder, "prompt/greet", 2, is_short=True)
    commits = [folder.git("rev-parse", f"v{version}^{{commit}}")[:10] for version in ("1.2.0", "1.1.0")]
    assert report.table == Table(
        headings=("version", "date", "bump", "release", "commit", "changes"),
        rows=(
            ("1.2.0", "2026-01-02", "minor", "v1.2.0", commits[0], "PRM040"),
            ("1.1.0", "2026-01-02", "minor", "v1.1.0", commits[1], "PRM040"),
        ),
        spare=("commit",),
    )
    assert report.versions == ()
    assert logged(folder, "model/small", is_short=True).table == Table(
        headings=("version", "date", "bump", "release", "commit", "changes"),
        rows=(("1.0.0", "2026-01-02", "-", "v1.0.0", folder.git("rev-parse", "v1.0.0^{commit}")[:10], ""),),
        spare=("commit",),
    )


def test_a_renamed_artifact_has_the_versions_of_its_former_name(tmp_path: Path) -> None:
    folder = shop(tmp_path / "repo")
    make_release(folder)
    folder.git("mv", "prompts/greet.yaml", "prompts/hello.yaml")
    use = APPLICATION.replace("prompt/greet", "prompt/hello")
    folder.commit({"prompts/hello.yaml": RENAMED, "applications/desk.yaml": use}, "rename")
    make_release(folder)
    expected = [
        "1.1.0 minor PRM905 prompt/greet was renamed to prompt/hello; PRM901 'metadata.formerly' was added",
        "1.0.0",
    ]
    assert told(logged(folder, "prompt/hello")) == expected
    assert told(logged(folder, "application/desk"))[0] == (
        "1.0.1 patch APP906 spec is written differently and means the same; "
        "REG006 prompt/hello PRM905 artifact-renamed"
    )
    former = logged(folder, "prompt/greet")
    assert (told(former), former.notes) == (expected, ("prompt/greet is prompt/hello now",))


def test_a_removed_artifact_keeps_its_log(tmp_path: Path) -> None:
    folder = shop(tmp_path / "repo")
    make_release(folder)
    folder.git("rm", "-q", "prompts/bye.yaml")
    accept_all(folder)
    folder.commit({}, "no bye")
    make_release(folder)
    report = logged(folder, "prompt/bye")
    assert (told(report), report.notes) == (["1.0.0"], ("v2.0.0 removed prompt/bye",))


def test_what_was_never_released_has_an_empty_log(tmp_path: Path) -> None:
    folder = shop(tmp_path / "repo")
    for is_short in (False, True):
        report = logged(folder, "prompt/greet", is_short=is_short)
        assert (report.versions, report.table, report.summary) == ((), None, {"versions": 0})
        assert report.notes == (
            "prompt/greet was never released: run 'plmctl release --dry-run' to see its first version",
        )


def test_files_that_cannot_be_read_are_counted(tmp_path: Path) -> None:
    folder = shop(tmp_path / "repo")
    make_release(folder)
    folder.write("models/a.yaml", "apiVersion: plmctl/v1\nkind: [\n")
    assert logged(folder, "prompt/greet").notes == ("1 file could not be read: run 'plmctl validate'",)


def test_a_change_that_is_off_is_not_told(tmp_path: Path) -> None:
    folder = shop(tmp_path / "repo")
    make_release(folder)
    rules = "spec: {rules: [{code: PRM040, level: 'off', reason: calm}]}\n"
    folder.commit(
        {"plmctl.yaml": FILES["plmctl.yaml"] + rules, "prompts/greet.md": "Hi {{name}}.\n"}, "other"
    )
    make_release(folder)
    assert told(logged(folder, "prompt/greet")) == ["1.1.0 minor", "1.0.0"]


@pytest.mark.parametrize(
    ("artifact", "count", "message", "hint", "code"),
    [
        (
            "prompt/gret",
            None,
            "there is no artifact 'prompt/gret'",
            "the nearest are prompt/greet, prompt/bye, environment/production",
            3,
        ),
        (
            "prompt/greet@1.0.0",
            None,
            "'prompt/greet@1.0.0' is one version",
            "run 'plmctl log prompt/greet'",
            2,
        ),
        ("prompt/greet", 0, "-n 0 is no number of versions", "write 1 or more", 2),
    ],
)
def test_wrong_questions_are_refused(
    artifact: str, count: int | None, message: str, hint: str, code: int, folder: Folder
) -> None:
    with pytest.raises(PlmctlError) as error:
        logged(folder, artifact, count)
    assert (error.value.message, error.value.hint, error.value.exit_code) == (message, hint, code)
