import json
import stat
from pathlib import Path
from typing import get_args
from xml.etree import ElementTree

import pytest

from plmctl.cli.outlet import Outlet, outlets
from plmctl.cli.screen import DiffFormat, Format
from plmctl.core.finding import PlmctlError, UsageError
from tests.cli.running import changed, plmctl


@pytest.fixture
def broken(registry: Path) -> Path:
    """A registry with one finding: a reference that leads nowhere."""
    changed(registry / "prompts/support/triage.yaml", {"model: triage-ft": "model: nowhere"})
    return registry


def test_reports_are_written_beside_what_is_printed_with_the_same_exit_code(
    broken: Path, tmp_path: Path
) -> None:
    forms = ("json", "sarif", "junit", "github", "concise", "text")
    options = [word for form in forms for word in ("--report", f"{form}={tmp_path}/{form}.out")]
    done = plmctl("validate", *options, at=broken)
    assert (done.code, done.out) == (1, plmctl("validate", at=broken).out)
    for form in forms:
        alone = plmctl("validate", "--format", form, at=broken)
        assert (tmp_path / f"{form}.out").read_text(encoding="utf-8") == alone.out
        assert alone.code == 1
    sarif = json.loads((tmp_path / "sarif.out").read_text(encoding="utf-8"))
    assert [result["ruleId"] for result in sarif["runs"][0]["results"]] == ["REF001"]
    suite = ElementTree.parse(tmp_path / "junit.out").getroot()
    assert suite.get("failures") == "1"


def test_a_second_run_writes_the_same_bytes_anywhere(broken: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        for form in ("json", "sarif", "junit", "github"):
            plmctl("validate", "--report", f"{form}={tmp_path / name / form}", at=broken, TZ="Asia/Tokyo")
    for form in ("json", "sarif", "junit", "github"):
        first, second = ((tmp_path / name / form).read_bytes() for name in ("one", "two"))
        assert first == second
        assert str(tmp_path).encode() not in first


def test_a_file_is_named_from_where_one_stands(broken: Path) -> None:
    done = plmctl("-C", "prompts", "validate", "--report", "json=here.json", at=broken)
    assert done.code == 1
    assert json.loads((broken / "prompts" / "here.json").read_text(encoding="utf-8"))["command"] == "validate"


def test_each_command_with_findings_writes_reports(released: Path) -> None:
    changed(released / "prompts/support/triage.yaml", {"model: triage-ft": "model: gpt-4o"})
    for arguments, form, word, code in (
        (("diff",), "sarif", "prompts/support/triage.yaml", 0),
        (("lock", "--check"), "junit", "REG008 lock-stale", 1),
        (("verify",), "junit", "plm.lock", 0),
    ):
        assert plmctl(*arguments, "--report", f"{form}=out", at=released).code == code
        assert word in (released / "out").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("report", "said"),
    [
        ("sarif", "error: --report sarif: not FORMAT=FILE\nhint: write '--report json=report.json'\n"),
        (
            "=x",
            f"error: --report =x: no format ''\nhint: the formats here are {', '.join(get_args(Format))}\n",
        ),
        ("sarfi=x", "error: --report sarfi=x: no format 'sarfi'\nhint: did you mean 'sarif'?\n"),
        ("json=-", "error: --report json=-: stdout belongs to --format\nhint: write '--format json'\n"),
        ("json=no/x", "error: --report json=no/x: there is no folder no\nhint: run 'mkdir -p no'\n"),
        ("json=models", "error: --report json=models: models is a folder\nhint: name a file in it\n"),
        ("json=x/", "error: --report json=x/: x/ is a folder\nhint: name a file in it\n"),
    ],
)
def test_a_report_that_cannot_be_written_ends_the_run_before_any_work(
    tmp_path: Path, report: str, said: str
) -> None:
    # Here is no repository: whoever looked for one would say so.
    (tmp_path / "models").mkdir()
    done = plmctl("validate", "--report", report, at=tmp_path)
    assert (done.code, done.out, done.err) == (2, "", said)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["models"]


def test_two_reports_go_to_two_files(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("a")
    with pytest.raises(UsageError, match="another report goes to that file"):
        outlets((f"json={tmp_path}/a", f"sarif={tmp_path}/link"), Format)


def test_what_fits_no_command_is_refused(registry: Path) -> None:
    assert plmctl("diff", "--format", "junit", at=registry).code == 2
    assert plmctl("verify", "--report", "sarif=x", at=registry).code == 2
    for arguments in (("lock", "--format", "sarif"), ("lock", "--report", "json=x")):
        done = plmctl(*arguments, at=registry)
        assert (done.code, done.err) == (
            2,
            "error: there is only something to report with --check\nhint: run 'plmctl lock --check'\n",
        )


@pytest.mark.parametrize("name", ["/proc/version", "/proc/report"])
def test_what_may_not_be_written_is_refused(name: str) -> None:
    with pytest.raises(UsageError) as refused:
        outlets((f"json={name}",), DiffFormat)
    assert (refused.value.message, refused.value.hint) == (
        f"--report json={name}: {name} cannot be written",
        "name another file",
    )


def test_what_may_be_written_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "old").write_text("old", encoding="utf-8")
    names = (str(tmp_path / "old"), str(tmp_path / "new"), "/dev/null")
    assert [outlet.name for outlet in outlets((f"json={name}" for name in names), Format)] == list(names)
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == {"old": "old"}


def test_a_file_is_replaced_whole_keeps_its_mode_and_is_reached_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "old").write_text("old", encoding="utf-8")
    (tmp_path / "old").chmod(0o640)
    (tmp_path / "link").symlink_to("old")
    Outlet(form="json", name=str(tmp_path / "link")).write("new \udcff\n")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "old").read_text(encoding="utf-8") == "new \\udcff\n"
    assert stat.S_IMODE((tmp_path / "old").stat().st_mode) == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "old"]


def test_a_device_is_written_to_and_not_replaced() -> None:
    Outlet(form="json", name="/dev/null").write("x")
    assert Path("/dev/null").is_char_device()
    with pytest.raises(PlmctlError, match="the report /dev/full cannot be written: No space left on device"):
        Outlet(form="json", name="/dev/full").write("x")


def test_a_folder_that_went_meanwhile_leaves_nothing_half_done(tmp_path: Path) -> None:
    with pytest.raises(PlmctlError, match="cannot be written: No such file or directory"):
        Outlet(form="json", name=str(tmp_path / "gone" / "x")).write("x")


def test_a_report_is_written_though_the_reader_of_stdout_left(broken: Path) -> None:
    program = (
        "import os, sys; r, w = os.pipe(); os.close(r); os.dup2(w, 1); from plmctl.cli import main; main()"
    )
    done = plmctl("validate", "--report", "json=out.json", at=broken, program=program)
    assert done.code == 141
    assert json.loads((broken / "out.json").read_text(encoding="utf-8"))["findings"]
