"""The road through a registry wherever it lies: clones, CRLF, subfolders, worktrees, SHA-256, detached."""

import json
import subprocess
from pathlib import Path

import pytest

from plmctl.commands.diff import DiffOptions
from plmctl.commands.moment import current
from plmctl.core.report import exit_code
from plmctl.core.tag import history
from tests.commands.builder import (
    APPLICATION,
    ENVIRONMENT,
    GREET,
    LOCK,
    SETTINGS,
    between,
    checked_locks,
    cloned,
    copied,
    differences,
    failures,
    made_locks,
    make_release,
    opened,
    plmctl,
    problems,
    shop,
    told,
    validated,
    verified,
)
from tests.git.builder import Folder
from tests.programs import require_gto

LOCKS = tuple(
    f"environments/{environment}/{application}.lock"
    for environment in ("development", "production", "staging")
    for application in ("agent-desk", "support-bot")
)


@pytest.mark.parametrize("attributes", ["", "* text=auto eol=crlf\n"])
def test_crlf_checkout_gives_the_same_locks(attributes: str, example: Folder, tmp_path: Path) -> None:
    clone = cloned(example, tmp_path / "clone", "-c", "core.autocrlf=true", "--no-checkout")
    (clone.path / ".git" / "info" / "attributes").write_text(attributes, encoding="utf-8")
    clone.git("checkout", "-q", "main")
    assert b"\r\n" in (clone.path / "prompts/support/reply.md").read_bytes()

    for path in LOCKS:
        (clone.path / path).unlink()
    report = made_locks(clone)

    assert report.summary == {"written": 6, "unchanged": 0}
    for path in LOCKS:
        assert (clone.path / path).read_bytes() == (example.path / path).read_bytes()
    assert told(validated(clone)) == []
    assert differences(clone) == []
    assert failures(verified(clone)) == []


def test_crlf_checkout_releases_the_same_plm_lock(released: Folder, tmp_path: Path) -> None:
    plain = cloned(released, tmp_path / "plain")
    crlf = cloned(released, tmp_path / "crlf", "-c", "core.autocrlf=true")
    assert b"\r\n" in (crlf.path / "prompts/greet.yaml").read_bytes()
    for folder, end in ((plain, "\n"), (crlf, "\r\n")):
        folder.commit({"prompts/greet.md": f"Greet {{{{name}}}}{end}in a hurry.{end}"}, "hurry")
        make_release(folder)

    first, second = (folder.git("show", "HEAD:plm.lock") for folder in (plain, crlf))

    assert first == second
    assert plain.git("rev-parse", "v1.3.0^{tree}") == crlf.git("rev-parse", "v1.3.0^{tree}")
    assert failures(verified(crlf)) == []


def test_two_applications_at_releases_with_other_versions_of_a_prompt_stand_together(tmp_path: Path) -> None:
    folder = shop(tmp_path / "registry")
    folder.commit({"applications/kiosk.yaml": APPLICATION.replace("name: desk", "name: kiosk")}, "kiosk")
    make_release(folder)
    folder.commit({"prompts/greet.md": "Greet {{name}} warmly.\n"}, "warmer")
    make_release(folder)
    pins = ENVIRONMENT.replace('{desk: "^1.0"}', '{desk: "1.0.0", kiosk: "1.1.0"}')
    folder.commit({"environments/production.yaml": pins}, "pins")
    made_locks(folder)

    locks = {
        name: json.loads((folder.path / f"environments/production/{name}.lock").read_text(encoding="utf-8"))
        for name in ("desk", "kiosk")
    }

    assert {name: lock["artifacts"]["prompt/greet"]["version"] for name, lock in locks.items()} == {
        "desk": "1.0.0",
        "kiosk": "1.1.0",
    }
    assert {name: lock["source"]["release"] for name, lock in locks.items()} == {
        "desk": "v1.0.0",
        "kiosk": "v1.1.0",
    }
    report = verified(folder)
    assert (failures(report), exit_code(report)) == ([], 0)
    assert told(checked_locks(folder)) == []


def test_gto_lists_the_same_versions(example: Folder) -> None:
    done = subprocess.run(
        [require_gto(), "history", "--json", "--repo", str(example.path)],
        env=example.environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    events = [row for row in json.loads(done.stdout) if row["event"] == "registration"]
    with opened(example) as repo:
        past = history(repo.tags(), current(repo.work_tree()).settings)

    assert {(row["artifact"], row["version"], row["commit"]) for row in events} == {
        (tag.artifact, f"v{tag.version}", tag.commit) for tag in past.confirmed
    }
    assert len(events) == len(past.confirmed)
    assert [str(release.version) for release in past.releases] == [
        "1.0.0",
        "1.1.0",
        "1.2.0",
        "1.3.0",
        "2.0.0",
    ]


def test_gto_shows_the_newest_version_of_everything(example: Folder) -> None:
    done = subprocess.run(
        [require_gto(), "show", "--json", "--repo", str(example.path)],
        env=example.environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    with opened(example) as repo:
        past = history(repo.tags(), current(repo.work_tree()).settings)

    shown = {name: row["version"] for name, row in json.loads(done.stdout).items()}

    assert shown == {artifact: f"v{tags[-1].version}" for artifact, tags in past.versions.items()}


def _whole_road(folder: Folder, below: str = "") -> None:
    """Release, lock, verify, change, diff, release again, verify."""
    assert told(validated(folder)) == []
    assert make_release(folder) == (
        "application/desk 1.0.0",
        "model/small 1.0.0",
        "prompt/bye 1.0.0",
        "prompt/greet 1.0.0",
    )
    assert made_locks(folder).done == (f"wrote {below}{LOCK}",)
    folder.commit({f"{below}prompts/greet.md": "Greet {{name}} warmly.\n"}, "warmer")
    assert between(folder, "v1.0.0", "HEAD") == [
        "REG006 application/desk: prompt/greet PRM040 text-changed",
        "PRM040 prompt/greet: the text of message 1 changed",
    ]
    assert make_release(folder) == ("application/desk 1.1.0", "prompt/greet 1.1.0")
    report = verified(folder)
    assert (failures(report), problems(report), exit_code(report)) == ([], [], 0)
    assert [name for name in folder.git("ls-tree", "-r", "--name-only", "HEAD").split("\n") if "lock" in name]


def test_registry_in_a_sha256_repository(tmp_path: Path) -> None:
    folder = shop(tmp_path / "registry", object_format="sha256")

    _whole_road(folder)

    lock = json.loads((folder.path / LOCK).read_text(encoding="utf-8"))
    assert len(lock["source"]["tagObject"]) == len(lock["source"]["commit"]) == 64


def test_registry_in_a_folder_of_its_repository(tmp_path: Path) -> None:
    folder = shop(tmp_path / "registry", below="services/prompts/")

    _whole_road(folder, "services/prompts/")

    lock = json.loads((folder.path / "services/prompts/plm.lock").read_text(encoding="utf-8"))
    assert lock["artifacts"]["prompt/greet"]["path"] == "services/prompts/prompts/greet.yaml"
    assert not (folder.path / "plm.lock").exists()


def test_registry_in_a_worktree(tmp_path: Path) -> None:
    folder = shop(tmp_path / "main")
    folder.git("switch", "-q", "-c", "other")
    folder.git("worktree", "add", "-q", str(tmp_path / "tree"), "main")

    _whole_road(folder.at(tmp_path / "tree"))

    assert not (folder.path / "plm.lock").exists()
    assert folder.git("status", "--porcelain") == ""


def test_console_script_works_from_a_subfolder(released: Folder) -> None:
    below = released.at(released.path / "environments" / "production")

    assert (
        plmctl(below, "validate", "--format", "concise").stdout
        == plmctl(released, "validate", "--format", "concise").stdout
    )
    assert plmctl(below, "verify", "desk.lock").stdout == plmctl(released, "verify", LOCK).stdout
    assert (
        plmctl(below, "diff", "v1.0.0", "v1.1.0").stdout
        == plmctl(released, "diff", "v1.0.0", "v1.1.0").stdout
    )


def test_read_commands_work_on_a_detached_head(released: Folder, tmp_path: Path) -> None:
    folder = copied(released, tmp_path / "registry")
    folder.git("switch", "-q", "--detach", "v1.1.0")
    folder.write("prompts/greet.md", "Hail {{name}}.\n")

    assert told(validated(folder)) == []
    assert differences(folder, DiffOptions(is_since_release=True)) == [
        "REG006 application/desk: prompt/greet PRM040 text-changed",
        "PRM040 prompt/greet: the text of message 1 changed",
    ]
    assert failures(verified(folder)) == []


def test_release_leaves_a_clean_work_tree_and_the_tags_of_its_plan(tmp_path: Path) -> None:
    folder = shop(tmp_path / "registry")

    make_release(folder)

    assert folder.git("status", "--porcelain") == ""
    assert folder.git("for-each-ref", "--format=%(refname) %(objecttype) %(*objectname)").split("\n") == [
        "refs/heads/main commit ",
        *(
            f"refs/tags/{tag} tag {folder.git('rev-parse', 'HEAD')}"
            for tag in (
                "application/desk@v1.0.0",
                "model/small@v1.0.0",
                "prompt/bye@v1.0.0",
                "prompt/greet@v1.0.0",
                "v1.0.0",
            )
        ),
    ]
    assert folder.git("log", "--format=%s") == "Release v1.0.0\nbegin"
    assert folder.git("fsck", "--strict", "--no-dangling") == ""


def test_requires_a_plmctl_of_the_range(tmp_path: Path) -> None:
    folder = shop(tmp_path / "registry")
    folder.write("plmctl.yaml", SETTINGS + 'spec: {requiredVersion: ">=9.0"}\n')

    done = plmctl(folder, "validate", code=2)

    assert "plmctl.yaml requires plmctl >=9.0" in done.stderr
    assert "pip install 'plmctl>=9.0'" in done.stderr


def test_uncommitted_lock_of_a_new_release_is_made_alike_twice(tmp_path: Path) -> None:
    folder = shop(tmp_path / "registry")
    make_release(folder)
    made_locks(folder)
    first = (folder.path / LOCK).read_bytes()

    again = made_locks(folder)

    assert again.summary == {"written": 0, "unchanged": 1}
    assert (folder.path / LOCK).read_bytes() == first
    assert GREET in (folder.path / "prompts/greet.yaml").read_text(encoding="utf-8")
    with opened(folder) as repo:
        assert repo.pending() == ()
