"""`verify --not-older-than`: an older valid lock where a newer one was seen (hostile.md L08)."""

import re
from pathlib import Path

import pytest

from plmctl.commands.age import Seen
from plmctl.commands.verify import VerifyOptions
from plmctl.core.report import State, exit_code
from tests.commands.builder import LOCK, answers, copied, made_locks, make_release, plmctl, verified
from tests.git.builder import Folder


def age(folder: Folder, subject: str, name: str, data: bytes | None = None) -> tuple[list[str], int]:
    """What is said of the age of a lock, and the exit code."""
    report = verified(folder, subject, asked=VerifyOptions(seen=Seen(name=name, data=data)))
    (check,) = (check for check in report.checks if check.name == "age")
    assert check.field == (None if check.state is State.NOT_CHECKED else "source.release")
    return answers(report, "age"), exit_code(report)


@pytest.mark.parametrize(
    "bound", ["v1.0.0", "v1.1.0", "v1.1.0^{commit}", "v1.1.0^{commit}^", "v1.0.0^{commit}"]
)
def test_a_lock_as_new_as_what_was_seen_is_ok(bound: str, released: Folder) -> None:
    assert age(released, LOCK, bound) == ([f"{LOCK}: ok: not older than {bound}"], 0)


@pytest.mark.parametrize("bound", ["v1.2.0", "v1.2.0^{commit}", "HEAD"])
def test_a_valid_lock_that_is_older_fails(bound: str, released: Folder) -> None:
    assert age(released, LOCK, bound) == ([f"{LOCK}: FAILED: v1.1.0 is older than {bound}"], 4)


def test_a_lock_is_older_than_another_lock(released: Folder) -> None:
    """What was seen may be a plm.lock or an environment's, here or from elsewhere."""
    newest, own = (released.path / "plm.lock").read_bytes(), (released.path / LOCK).read_bytes()
    first = released.git("show", "v1.0.0:plm.lock").encode() + b"\n"
    assert age(released, LOCK, "seen.lock", newest) == (
        [f"{LOCK}: FAILED: v1.1.0 is older than v1.2.0 of seen.lock"],
        4,
    )
    assert age(released, LOCK, "seen.lock", own) == (
        [f"{LOCK}: ok: not older than v1.1.0 of seen.lock"],
        0,
    )
    assert age(released, "plm.lock", "seen.lock", first)[1] == 0


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("v9.9.9", None, "no such revision: v9.9.9"),
        ("seen.lock", b"{}\n", 'seen.lock: the whole file: "lockVersion" is a required property'),
    ],
)
def test_what_cannot_be_read_of_what_was_seen_is_not_checked(
    name: str, data: bytes | None, why: str, released: Folder
) -> None:
    assert age(released, LOCK, name, data) == ([f"{LOCK}: not checked: {why}"], 3)


@pytest.mark.parametrize(
    ("field", "other", "why"),
    [
        ("release", "v7.0.0", "v7.0.0 of seen.lock is not here"),
        ("name", "shop-two", "v1.1.0 of seen.lock is not here"),
        ("tagObject", "0" * 40, "seen.lock is not of the v1.1.0 that is here"),
    ],
)
def test_a_seen_lock_of_what_is_not_here_is_not_checked(
    field: str, other: str, why: str, released: Folder
) -> None:
    text = (released.path / LOCK).read_text(encoding="utf-8")
    data = re.sub(f'"{field}": "[^"]*"', f'"{field}": "{other}"', text, count=1).encode()
    assert age(released, LOCK, "seen.lock", data) == ([f"{LOCK}: not checked: {why}"], 3)


def test_a_release_on_another_line_is_no_descendant(released: Folder, tmp_path: Path) -> None:
    folder = copied(released, tmp_path / "registry")
    folder.git("reset", "-q", "--hard", "v1.1.0^{commit}")
    other = folder.commit({"prompts/bye.yaml": (folder.path / "prompts/bye.yaml").read_bytes() + b"\n"})
    assert age(folder, "v1.2.0", other) == (
        [f"v1.2.0: FAILED: v1.2.0 does not descend from {other}"],
        4,
    )


def test_what_is_no_release_was_seen_after_one_that_it_descends_from(
    released: Folder, tmp_path: Path
) -> None:
    folder = copied(released, tmp_path / "registry")
    later = folder.commit({"prompts/greet.md": "Greet {{name}} once more.\n"}, "once more")
    assert age(folder, "v1.2.0", later) == ([f"v1.2.0: FAILED: v1.2.0 is older than {later}"], 4)


def test_of_two_releases_of_one_commit_the_version_tells(released: Folder, tmp_path: Path) -> None:
    folder = copied(released, tmp_path / "registry")
    text = folder.git("for-each-ref", "--format=%(contents)", "refs/tags/v1.2.0")
    folder.git("tag", "-f", "-a", "-m", text, "v1.2.0", "v1.1.0^{commit}")
    assert age(folder, "v1.1.0", "v1.2.0")[0] == ["v1.1.0: FAILED: v1.1.0 is older than v1.2.0"]
    for bound in ("v1.1.0", "v1.1.0^{commit}", "v1.2.0"):
        assert age(folder, "v1.2.0", bound)[0] == [f"v1.2.0: ok: not older than {bound}"]


def test_the_command_reads_a_lock_that_was_seen_from_anywhere(released: Folder, tmp_path: Path) -> None:
    folder = copied(released, tmp_path / "registry")
    seen = tmp_path / "seen.lock"
    seen.write_bytes((folder.path / "plm.lock").read_bytes())
    folder.commit({"prompts/greet.md": "Greet {{name}} once more.\n"}, "once more")
    make_release(folder)
    made_locks(folder)

    plmctl(folder, "verify", "plm.lock", "--not-older-than", "../seen.lock")
    told = plmctl(folder, "verify", LOCK, "--not-older-than", str(seen), code=4).stdout
    assert "FAILED       source.release: v1.1.0 is older than v1.2.0 of" in told
    plmctl(folder, "verify", "--not-older-than", "../gone.lock", code=2)
