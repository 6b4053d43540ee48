import os
import subprocess
import sys
from pathlib import Path

import pytest

from plmctl import __version__
from tests.cli.running import MAIN, Done, changed, environment, git, plmctl

AROUND = """\
import os, signal
from plmctl.cli import program

def run() -> None:
    private = "hunter" + "2"
    {body}

program.app.command("own")(run)
program.main()
"""


def test_a_valid_registry_exits_0(registry: Path) -> None:
    assert plmctl("validate", at=registry) == Done(code=0, out="41 manifests are valid\n", err="")


def test_a_dangling_reference_exits_1_with_its_place(registry: Path) -> None:
    changed(registry / "prompts/support/triage.yaml", {"model: triage-ft": "model: triage-fx"})
    assert plmctl("validate", at=registry) == Done(
        code=1,
        out="""\
error[REF001] no-such-artifact: no Model or Route is named 'triage-fx'
  --> prompts/support/triage.yaml:10:10
   |
10 |   model: triage-fx
   |          ^^^^^^^^^
   = help: did you mean 'triage-ft'?

1 error in 41 manifests
""",
        err="",
    )


def test_a_wrong_command_exits_2_with_the_right_one(tmp_path: Path) -> None:
    done = plmctl("vaildate", at=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert done.err == "error: no such command 'vaildate'\nhint: did you mean 'validate'?\n"


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--push",),
        ("release", "--pre", "not-one"),
        ("release", "--abandon"),
        ("release", "--bump", "model/gpt-4o=huge"),
        ("validate", "--fail-on", "never"),
        ("validate", "--format", "yaml"),
        ("validate", "../outside.yaml"),
        ("validate", "--rev", "HEAD", "--staged"),
        ("validate", "--as-of", "2026-02-30"),
        ("validate", "--as-of", "20261001"),
        ("lock", "nowhere"),
        ("lock", "--check", "--update"),
        ("lock", "--staged"),
        ("new", "thing", "x"),
        ("-C", "nowhere", "validate"),
    ],
)
def test_wrong_usage_exits_2_and_prints_nothing_on_stdout(registry: Path, arguments: tuple[str, ...]) -> None:
    done = plmctl(*arguments, at=registry)
    assert (done.code, done.out) == (2, "")
    assert done.err


def test_a_broken_configuration_exits_2_with_its_line(registry: Path) -> None:
    (registry / "plmctl.yaml").write_text(
        "apiVersion: plmctl/v1\nkind: Registry\nmetadata: [\n", encoding="utf-8"
    )
    done = plmctl("validate", at=registry)
    assert (done.code, done.out) == (2, "")
    assert " --> plmctl.yaml:" in done.err
    assert done.err.endswith("error: plmctl.yaml cannot be used\n")


def test_no_repository_exits_3_with_what_helps(tmp_path: Path) -> None:
    done = plmctl("validate", at=tmp_path)
    assert done == Done(
        code=3,
        out="",
        err=f"error: not a Git repository: {tmp_path.resolve()}\n"
        "hint: run 'plmctl init' to make a registry here\n",
    )


def test_an_unknown_revision_exits_3_in_every_format(registry: Path) -> None:
    for form in ("text", "concise", "json"):
        done = plmctl("validate", "--rev", "v9", "--format", form, at=registry)
        assert (done.code, "no such revision: v9" in done.out) == (3, form == "json")
        assert done.err.startswith("error: no such revision: v9\nhint: ")


def test_a_registry_without_manifests_exits_3(registry: Path) -> None:
    for folder in sorted(p for p in registry.iterdir() if p.is_dir() and p.name != ".git"):
        git("rm", "-rq", folder.name, at=registry)
    assert plmctl("validate", at=registry).code == 3


def test_a_lock_that_was_changed_exits_4(released: Path) -> None:
    assert plmctl("verify", at=released).code == 0
    changed(released / "plm.lock", {'"version": "0.1.0"': '"version": "0.1.1"'})
    done = plmctl("verify", at=released)
    assert done.code == 4
    assert "FAILED" in done.out


def test_a_bug_exits_70_with_a_traceback_and_no_variables(tmp_path: Path) -> None:
    done = plmctl("own", at=tmp_path, program=AROUND.format(body='raise ValueError("x\\x1by" + private[:0])'))
    assert (done.code, done.out) == (70, "")
    assert done.err.startswith("Traceback (most recent call last):\n")
    assert done.err.endswith(
        "ValueError: x\\x1by\n"
        f"error: this is a bug in plmctl {__version__}\n"
        "hint: please report it with the lines above\n"
    )
    assert "hunter2" not in done.err


def test_ctrl_c_exits_130_without_a_word(tmp_path: Path) -> None:
    # A shell has its background jobs ignore the signal.
    heard = "signal.signal(signal.SIGINT, signal.default_int_handler)"
    program = AROUND.format(body=f"{heard}; os.kill(os.getpid(), signal.SIGINT)")
    assert plmctl("own", at=tmp_path, program=program) == Done(code=130, out="", err="")


def test_a_reader_who_left_ends_the_run_in_silence(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-c", MAIN, "schema", "prompt"],
        cwd=tmp_path,
        env=environment(),
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


def test_a_full_disk_is_an_error_and_not_a_finding(tmp_path: Path) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-c", MAIN, "schema", "prompt"],
            cwd=tmp_path,
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (done.returncode, done.stderr) == (
        3,
        b"error: the output cannot be written: No space left on device\n",
    )


def test_a_folder_that_is_gone_exits_3(tmp_path: Path) -> None:
    program = "import os, tempfile\np = tempfile.mkdtemp()\nos.chdir(p)\nos.rmdir(p)\n" + MAIN.replace(
        "; ", "\n"
    )
    assert plmctl("validate", at=tmp_path, program=program) == Done(
        code=3, out="", err="error: the working directory is gone\nhint: cd to a folder that exists\n"
    )
