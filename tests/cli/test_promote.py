import json
from pathlib import Path

import pytest

from tests.cli.running import answered, git, plmctl
from tests.commands.stages import stages
from tests.git.builder import Folder

PLAN = "staging  desk 1.0.0 -> 1.1.0  the version asked for\n"
SHOWN = f"""\
{PLAN}
artifact          from   to     changes
application/desk  1.0.0  1.1.0  REG006 dependency-changed
prompt/greet      1.0.0  1.1.0  PRM040 text-changed

2 artifacts change
"""
PROMOTE = ("promote", "desk@1.1.0", "--to", "staging")


@pytest.fixture
def shop(tmp_path: Path) -> Folder:
    """Two environments at the first of four versions."""
    return stages(tmp_path / "shop")


def test_off_a_terminal_it_needs_yes_and_a_dry_run_writes_nothing(shop: Folder) -> None:
    head = shop.git("rev-parse", "HEAD")
    done = plmctl(*PROMOTE, at=shop.path)
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "error: a promotion asks before it begins, and nobody can answer here\n"
        "hint: say --yes, or --dry-run\n"
    )
    dry = plmctl(*PROMOTE, "--dry-run", at=shop.path)
    assert (dry.code, dry.err, dry.out) == (0, "", SHOWN)
    assert shop.git("rev-parse", "HEAD") == head


def test_at_a_terminal_it_asks_and_does_what_is_answered(shop: Folder) -> None:
    code, out, seen = answered(b"\n", *PROMOTE, at=shop.path)
    assert (code, out.startswith(PLAN)) == (130, True)
    assert seen.endswith("Promote desk 1.1.0 to staging? [y/N] nothing was changed\n")
    code, out, seen = answered(b"y\n", *PROMOTE, "--format", "json", at=shop.path)
    assert (code, json.loads(out)["data"]["to"]) == (0, "1.1.0")
    assert PLAN in seen
    code, out, seen = answered(b"y\n", "rollback", "staging", "desk", "--until", "2099-01-31", at=shop.path)
    assert (code, "Roll desk in staging back to 1.0.0? [y/N] " in seen) == (0, True)
    assert out.count("staging  desk 1.1.0 -> 1.0.0") == 1
    assert 'until: "2099-01-31"' in git("show", "HEAD:environments/staging.yaml", at=shop.path)


def test_what_stops_it_is_its_exit_code(shop: Folder) -> None:
    assert plmctl("promote", "desk@1.1.0", "--to", "production", "--yes", at=shop.path).code == 1
    assert plmctl("promote", "desk@9.0.0", "--to", "staging", "--yes", at=shop.path).code == 3
    assert plmctl("promote", "desk", "--to", "nowhere", "--yes", at=shop.path).code == 2
    done = plmctl(*PROMOTE, "--no-commit", "--push", at=shop.path)
    assert (done.code, done.err) == (
        2,
        "error: --no-commit makes nothing to push\nhint: leave out --push and --branch\n",
    )
