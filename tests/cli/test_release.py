import json
from pathlib import Path

import pytest

from plmctl.cli.releasing import raised
from plmctl.core.finding import Bump, UsageError
from tests.cli.running import answered, changed, git, plmctl


def test_off_a_terminal_a_release_needs_yes(registry: Path) -> None:
    done = plmctl("release", at=registry)
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "error: a release asks before it begins, and nobody can answer here\nhint: say --yes, or --dry-run\n"
    )
    assert git("tag", at=registry) == ""


def test_a_dry_run_shows_the_plan_and_makes_nothing(registry: Path) -> None:
    done = plmctl("release", "--dry-run", at=registry)
    assert done.code == 0
    assert done.out.endswith("\nv1.0.0  38 new versions\n")
    assert git("tag", at=registry) == ""


def test_a_release_that_is_agreed_to_is_made(registry: Path) -> None:
    code, out, seen = answered(b"y\n", "release", at=registry)
    assert code == 0
    assert out.endswith("\nv1.0.0  38 new versions\nreleased v1.0.0\n")
    assert "Release v1.0.0 with 38 artifacts? [y/N] " in seen
    assert git("tag", "--list", "v*", at=registry) == "v1.0.0\n"


def test_a_release_that_is_refused_is_not_made(registry: Path) -> None:
    code, _, seen = answered(b"\n", "release", at=registry)
    assert code == 130
    assert seen.endswith("nothing was released\n")
    assert git("tag", at=registry) == ""


def test_in_json_the_plan_is_shown_beside_the_result(registry: Path) -> None:
    code, out, seen = answered(b"yes\n", "release", "--format", "json", at=registry)
    assert code == 0
    assert json.loads(out)["done"] == ["released v1.0.0"]
    assert "v1.0.0  38 new versions\n" in seen


def test_nothing_to_release_exits_0(released: Path) -> None:
    done = plmctl("release", at=released)
    assert (done.code, done.out) == (0, "")
    assert done.err == "note: nothing changed since the last release\n"


def test_a_problem_stops_a_dry_run_as_it_stops_the_release(released: Path) -> None:
    changed(released / "models/gpt-4o.yaml", {"temperature: 0.3": "temperature: 0.4"})
    dry, real = (plmctl("release", flag, at=released) for flag in ("--dry-run", "--yes"))
    assert dry.code == real.code == 1
    assert "files of the registry are not committed: models/gpt-4o.yaml" in real.err


def test_bumps_are_read() -> None:
    assert raised(["prompt/a=major", "model/b=patch"]) == {"prompt/a": Bump.MAJOR, "model/b": Bump.PATCH}


@pytest.mark.parametrize("text", ["prompt/a", "=major", "prompt/a=none", "prompt/a=Major"])
def test_a_bump_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="not ID=BUMP"):
        raised([text])


def test_locks_are_written_checked_and_verified(released: Path) -> None:
    assert plmctl("lock", "--check", at=released).code == 1
    assert plmctl("lock", "production", "support-bot", at=released).code == 1
    made = plmctl("lock", "development", "support-bot", at=released)
    assert (made.code, made.out) == (0, "wrote environments/development/support-bot.lock\n")
    assert plmctl("lock", at=released).code == 0
    assert plmctl("lock", "--check", at=released).code == 0
    again = plmctl("lock", "--update", at=released)
    assert (again.code, again.out) == (0, "6 locks are up to date\n")
    git("add", "--all", at=released)
    assert plmctl("verify", "production/support-bot.lock", at=released / "environments").code == 0
    assert plmctl("verify", "v1.0.0", at=released).code == 0


def test_an_abandoned_release_is_asked_about_and_undone(released: Path) -> None:
    tip = git("rev-parse", "HEAD~1", at=released).strip()
    code, out, seen = answered(b"y\n", "release", "--abandon", "v1.0.0", at=released)
    assert (code, out) == (0, "abandoned v1.0.0\n")
    assert seen.endswith(f"main goes back to\n      {tip[:10]}\nAbandon the release v1.0.0? [y/N] ")
    assert git("tag", at=released) == ""


def test_abandoning_is_refused_where_nobody_agrees(released: Path) -> None:
    code, _, seen = answered(b"\n", "release", "--abandon", "v1.0.0", at=released)
    assert (code, seen.endswith("nothing was abandoned\n")) == (130, True)
    done = plmctl("release", "--abandon", "v1.0.0", at=released)
    assert (done.code, done.err) == (
        2,
        "error: --abandon asks before it begins, and nobody can answer here\nhint: say --yes, or --dry-run\n",
    )
    dry = plmctl("release", "--abandon", "v1.0.0", "--dry-run", at=released)
    assert (dry.code, dry.out) == (0, "")
    both = plmctl("release", "--abandon", "v1.0.0", "--pre", "rc", at=released)
    assert both.err.startswith("error: --abandon undoes a whole release\n")
    assert git("tag", "--list", "v*", at=released) == "v1.0.0\n"


def test_the_question_says_where_a_release_goes(registry: Path) -> None:
    git("init", "-q", "--bare", "../acme.git", at=registry)
    git("remote", "add", "origin", "../acme.git", at=registry)
    assert (
        "Release v1.0.0 with 38 artifacts and push it to origin? [y/N] "
        in answered(b"\n", "release", "--push", at=registry)[2]
    )
    plmctl("release", "--yes", at=registry)
    code, out, seen = answered(b"y\n", "release", "--push", at=registry)
    assert (code, out) == (0, "pushed v1.0.0 to origin\n")
    assert "Push 1 release to origin? [y/N] " in seen
