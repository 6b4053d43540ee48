import json
from pathlib import Path

import pytest

from plmctl import __version__
from plmctl.cli.screen import Color, is_coloured
from tests.cli.running import Done, changed, git, plmctl


@pytest.fixture
def broken(registry: Path) -> Path:
    """A registry with one finding: a reference that leads nowhere."""
    changed(registry / "prompts/support/triage.yaml", {"model: triage-ft": "model: nowhere"})
    return registry


def test_the_version_is_one_line(tmp_path: Path) -> None:
    assert plmctl("--version", at=tmp_path) == Done(code=0, out=f"plmctl {__version__}\n", err="")


@pytest.mark.parametrize(
    ("color", "environment", "is_terminal", "expected"),
    [
        ("auto", {}, False, False),
        ("auto", {}, True, True),
        ("auto", {"TERM": "dumb"}, True, False),
        ("auto", {"NO_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("auto", {"FORCE_COLOR": "1"}, False, True),
        ("auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
        ("always", {"NO_COLOR": "1"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
    ],
)
def test_the_flag_then_the_environment_then_the_terminal_decide(
    color: Color, environment: dict[str, str], is_terminal: bool, expected: bool
) -> None:
    assert is_coloured(color, environment, is_terminal=is_terminal) is expected


def test_colour_is_nothing_but_escape_sequences(broken: Path) -> None:
    plain = plmctl("validate", at=broken)
    for done in (
        plmctl("validate", at=broken, FORCE_COLOR="1"),
        plmctl("--color", "always", "validate", at=broken, NO_COLOR="1"),
    ):
        assert done.code == plain.code == 1
        assert done.out.startswith("\x1b[1;31merror[REF001] no-such-artifact\x1b[0m")
    assert plmctl("validate", at=broken, NO_COLOR="1", FORCE_COLOR="1") == plain


def test_the_locale_changes_no_byte(broken: Path) -> None:
    changed(broken / "prompts/support/triage.yaml", {"model: nowhere": "model: \u6f22\u5b57"})
    here = plmctl("validate", at=broken)
    assert "\u6f22\u5b57" in here.out
    assert plmctl("validate", at=broken, LC_ALL="C") == here
    assert plmctl("validate", at=broken, LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="ascii") == here


def test_json_says_what_text_says_with_the_same_exit_code(broken: Path) -> None:
    done = plmctl("validate", "--format", "json", at=broken)
    report = json.loads(done.out)
    assert (done.code, done.err) == (1, "")
    assert [report[key] for key in ("schemaVersion", "command")] == [1, "validate"]
    assert report["findings"][0]["location"] == {
        "path": "prompts/support/triage.yaml",
        "line": 10,
        "column": 10,
        "endColumn": 17,
    }


def test_concise_is_a_line_for_each_finding(broken: Path) -> None:
    done = plmctl("validate", "--format", "concise", at=broken)
    assert done.code == 1
    assert done.out.startswith("prompts/support/triage.yaml:10:10: REF001 error ")
    assert done.out.count("\n") == 1


def test_a_path_argument_is_relative_to_where_one_stands(broken: Path) -> None:
    changed(broken / "prompts/support/summarize.yaml", {"model: ": "model: x-"})
    prompts = broken / "prompts"
    one = plmctl("validate", "--format", "concise", "support/triage.yaml", at=prompts)
    other = plmctl(
        "-C", "prompts", "-C", "support", "validate", "--format", "concise", "triage.yaml", at=broken
    )
    assert one == other
    assert one.out.count("\n") == 1
    assert plmctl("validate", "--format", "concise", ".", at=broken).out.count("\n") == 2


def test_paths_after_two_dashes_are_paths(broken: Path) -> None:
    done = plmctl("validate", "--format", "concise", "--", "models", at=broken)
    assert done == Done(code=0, out="", err="")


def test_staged_is_what_is_judged(broken: Path) -> None:
    assert plmctl("validate", "--staged", at=broken).code == 0
    git("add", "--all", at=broken)
    assert plmctl("validate", "--staged", at=broken).code == 1
    assert plmctl("validate", "--rev", "HEAD", at=broken).code == 0


def test_a_diff_exits_0_unless_asked(broken: Path) -> None:
    assert plmctl("diff", at=broken).code == 0
    assert plmctl("diff", "--exit-code", at=broken).code == 1
    assert plmctl("diff", "--exit-code", "HEAD", "HEAD", at=broken).code == 0
    assert plmctl("diff", "--fail-on", "behavioural", at=broken).code == 1
    assert plmctl("diff", "--fail-on", "safe", "--", "model/gpt-4o", at=broken).code == 0


def test_a_diff_reads_ids_after_two_dashes(broken: Path) -> None:
    done = plmctl("diff", "--", "model/gpt-4o", at=broken)
    assert done == Done(code=0, out="nothing changed\n", err="")
    assert plmctl("diff", "HEAD", "--", "prompt/support/triage", at=broken).out.startswith(
        "prompt/support/triage  behavioural, needs minor\n"
    )


def test_a_manifest_forges_no_line_of_the_output(registry: Path) -> None:
    path = registry / "prompts/support/reply.md"
    path.write_text("::error::forged\n\x1b[2J" + path.read_text(encoding="utf-8"), encoding="utf-8")
    done = plmctl("diff", at=registry)
    assert not any(line.lstrip().startswith("::") for line in done.out.split("\n"))
    assert "\x1b" not in done.out
