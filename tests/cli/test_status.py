import json
from pathlib import Path

import pytest

from tests.cli.running import git, plmctl


@pytest.fixture
def locked(released: Path) -> Path:
    """The example registry after its first release, with the locks of its environments."""
    assert plmctl("lock", at=released).code == 0
    git("add", "--all", at=released)
    git("commit", "-q", "-m", "lock", at=released)
    return released


def test_what_runs_what_ran_and_what_a_digest_is_are_printed(locked: Path) -> None:
    head = git("rev-parse", "HEAD", at=locked)[:10]
    status = plmctl("status", at=locked / "prompts")
    assert (status.code, status.err) == (0, "")
    assert status.out == (
        "application  development  staging  production\n"
        "agent-desk   1.0.0        1.0.0    1.0.0\n"
        "support-bot  1.0.0        1.0.0    1.0.0\n"
    )
    history = plmctl("history", "production", "support-bot", at=locked)
    assert (history.code, history.err) == (0, "")
    assert history.out == (
        "when (UTC)        application  version        what   who         commit      why\n"
        f"2026-01-02 03:04  support-bot  none -> 1.0.0  added  Ada Author  {head}  lock\n"
    )
    lock = json.loads((locked / "environments/production/support-bot.lock").read_text(encoding="utf-8"))
    digest = lock["artifacts"]["application/support-bot"]["closure"]
    found = plmctl("find", digest[7:19], at=locked)
    assert (found.code, found.err) == (0, f"note: the whole hash is {digest}\n")
    assert [row.partition("  ")[0] for row in found.out.split("\n")[1:-1]] == ["closure"] * 4
    assert "  production support-bot   2026-01-02 03:04  now " in found.out


def test_status_at_a_date_and_who_uses_what_are_for_programs_too(locked: Path) -> None:
    asked = ("staging", "--at", "2026-02-01", "--uses", "model/gpt-4o", "--format", "json")
    done = plmctl("status", *asked, at=locked)
    data = json.loads(done.out)["data"]
    assert (done.code, data["artifact"]) == (0, "model/gpt-4o")
    assert {use["environment"] for use in data["uses"]} == {"environment/staging"}


def test_a_digest_that_is_nowhere_exits_3_and_says_what_was_looked_through(released: Path) -> None:
    gone = plmctl("find", "0" * 64, at=released)
    assert (gone.code, gone.out) == (3, "")
    assert gone.err.startswith(f"error: sha256:{'0' * 64} is no hash of this registry\nhint: looked through ")
