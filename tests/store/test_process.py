import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from plmctl.core.finding import PlmctlError
from plmctl.core.pointer import Pointer
from plmctl.store.premises import answer, named
from plmctl.store.process import Dvc, Said

NOWHERE = "/nowhere/bin/python"


def program(folder: Path, text: str = "") -> Path:
    """A program called `dvc`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "dvc").write_text(f"#!/bin/sh\n{text}\n")
    (folder / "dvc").chmod(0o755)
    return folder / "dvc"


def installed(top: Path, environment: Mapping[str, str], python: str = NOWHERE) -> Dvc:
    return Dvc.installed(str(top), environment, str(top), python)


def test_the_dvc_beside_python_comes_before_that_of_the_path(tmp_path: Path) -> None:
    beside, other = program(tmp_path / "venv"), program(tmp_path / "path")
    environment = {"PATH": str(other.parent)}
    assert installed(tmp_path / "repo", environment, f"{beside.parent}/python").executable == str(beside)
    assert installed(tmp_path / "repo", environment).executable == str(other)


def test_no_dvc_is_taken_from_the_repository(tmp_path: Path) -> None:
    repo = tmp_path / "repo"
    program(repo / "bin")
    for path in (f"{repo}/bin", "bin", "", f".:{tmp_path}/nothing"):
        with pytest.raises(PlmctlError) as caught:
            installed(repo, {"PATH": path})
        assert caught.value.message == "DVC is not installed, and it is what moves data"
        assert caught.value.hint == "run pip install 'plmctl[dvc]'"


def test_dvc_has_the_environment_of_the_user_and_reports_nothing(tmp_path: Path) -> None:
    program(tmp_path / "bin")
    environment = {
        "PATH": str(tmp_path / "bin"),
        "AWS_PROFILE": "work",
        "DVC_ROOT": "/elsewhere",
        "PYTHONPATH": f":lib:{tmp_path}/lib",
        "PYTHONSTARTUP": "x.py",
    }
    assert installed(tmp_path / "repo", environment).environment() == {
        "PATH": str(tmp_path / "bin"),
        "AWS_PROFILE": "work",
        "PYTHONPATH": f"{tmp_path}/lib",
        "CI": "1",
        "DVC_NO_ANALYTICS": "1",
        "PYTHONSAFEPATH": "1",
    }
    assert "PYTHONPATH" not in installed(tmp_path / "repo", {"PATH": str(tmp_path / "bin")}).environment()


def test_a_target_is_never_taken_for_an_option(tmp_path: Path) -> None:
    program(tmp_path / "bin", 'printf "%s\\n" "$@"; echo "ERROR: no" >&2; exit 3')
    dvc = installed(tmp_path, {"PATH": os.defpath}, f"{tmp_path}/bin/python")
    said = dvc.run("push", "-q", targets=["--help", "a b"])
    assert said == Said(code=3, out=b"push\n-q\n--\n--help\na b\n", err="ERROR: no\n")
    assert dvc.run("gc").out == b"gc\n"


def test_what_is_shown_meanwhile_is_not_kept(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    program(tmp_path / "bin", "echo halfway >&2; exit 1")
    said = installed(tmp_path, {"PATH": os.defpath}, f"{tmp_path}/bin/python").run("push", is_shown=True)
    assert said == Said(code=1, out=b"", err="")
    assert capfd.readouterr().err == "halfway\n"


@pytest.mark.parametrize(
    ("err", "reason"),
    [
        ("", "exit code 255"),
        ("\x20\nfirst\nlast words\n", "last words"),
        ("ERROR: one\nERROR: two - why\nHaving any troubles?\n", "two - why"),
    ],
)
def test_the_reason_is_the_last_error(err: str, reason: str) -> None:
    assert Said(code=255, out=b"", err=err).reason == reason


def test_an_answer_that_is_no_json_is_told() -> None:
    assert answer(Said(code=0, out=b'{"not_in_remote": []}', err="")) == {"not_in_remote": []}
    with pytest.raises(PlmctlError, match="DVC gave no answer that can be read"):
        answer(Said(code=0, out=b"Usage: dvc", err=""))


def test_of_many_pointers_the_first_are_named() -> None:
    def pointer(name: str) -> Pointer:
        return Pointer(
            path=name, md5="", size=0, nfiles=None, is_legacy=False, out_path="", remote=None, findings=()
        )

    assert named([pointer(name) for name in "abcde"]) == "'a', 'b', 'c' and 2 more"
    assert named([pointer("a")]) == "'a'"
