import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from plmctl.commands.find import FindOptions, find
from plmctl.commands.moment import current
from plmctl.core.canonical import sha256_of
from plmctl.core.finding import PlmctlError
from plmctl.core.locking import now_of
from plmctl.core.report import Report
from plmctl.core.value import Value, as_items, as_mapping
from tests.commands.builder import made_locks, opened
from tests.commands.life import Life
from tests.git.builder import Folder

LOCK = "environments/production/desk.lock"


def found(folder: Folder, digest: str) -> Report:
    """What `plmctl find` reports."""
    with opened(folder) as repo:
        return find(repo, FindOptions(digest=digest))


def refusal(folder: Folder, digest: str) -> PlmctlError:
    """Why `plmctl find` finds nothing."""
    with pytest.raises(PlmctlError) as caught:
        found(folder, digest)
    return caught.value


def places(report: Report) -> list[Mapping[str, Value]]:
    """Where it was seen."""
    return [as_mapping(place) for place in as_items((report.data or {})["places"])]


def short(report: Report) -> list[tuple[Value, ...]]:
    """The places as kind, name, version, commits."""
    return [(p["kind"], p["name"], p["version"], p["commit"], p["until"]) for p in places(report)]


def locked(folder: Folder, commit: str, path: str, artifact: str) -> Mapping[str, Value]:
    """An artifact of a lock at a commit."""
    lock = json.loads(folder.git("show", f"{commit}:{path}"))
    return as_mapping(lock["artifacts"][artifact])


@pytest.fixture
def folder(life: Life, tmp_path: Path) -> Folder:
    """A copy of the registry, to be changed."""
    return life.folder.at(Path(shutil.copytree(life.folder.path, tmp_path / "copy", symlinks=True)))


@pytest.mark.parametrize("field", ["digest", "metadataDigest", "closure"])
def test_every_hash_of_every_lock_is_found_with_its_versions_and_periods(life: Life, field: str) -> None:
    for environment in ("staging", "production"):
        path = f"environments/{environment}/desk.lock"
        done = [d for d in life.journal if d.environment == environment and d.kind != "broken"]
        for version in ("1.0.0", "1.1.0", "1.2.0"):
            commit = next(d.commit for d in done if d.new == version)
            digest = str(locked(life.folder, commit, path, "prompt/greet")[field])
            report = found(life.folder, digest)
            assert (report.data or {})["digest"] == digest
            periods = [
                (p["commit"], p["until"])
                for p in places(report)
                if (p["artifact"], p["name"], p["version"])
                == ("prompt/greet", f"{environment} desk", version)
            ]
            assert periods == _periods(life, environment, version)
            made = [(p["kind"], p["version"]) for p in places(report) if p["kind"] == "version"]
            assert ("version", version) in made


def _periods(life: Life, environment: str, version: str) -> list[tuple[str, str | None]]:
    """From when until when an environment ran a version, by the journal; what is broken runs nothing."""
    steps = [d for d in life.journal if d.environment == environment]
    periods: list[tuple[str, str | None]] = []
    for number, done in enumerate(steps):
        before = steps[number - 1] if number else None
        is_running = done.new == version and done.kind != "broken"
        was_running = before is not None and before.new == version and before.kind != "broken"
        if was_running and not is_running:
            periods[-1] = (periods[-1][0], done.commit)
        elif is_running and not was_running:
            periods.append((done.commit, None))
    return periods


def test_a_closure_is_told_with_release_environment_and_time(life: Life) -> None:
    merged = next(d.commit for d in life.journal if (d.environment, d.new) == ("production", "1.1.0"))
    closure = str(locked(life.folder, merged, LOCK, "application/desk")["closure"])
    release = life.folder.git("rev-parse", "v1.1.0^{commit}")
    after = life.folder.git("rev-parse", "v1.2.0^{commit}")
    promoted = [d.commit for d in life.journal if (d.environment, d.new) == ("production", "1.2.0")]
    staged = [d.commit for d in life.journal if (d.environment, d.new) == ("staging", "1.1.0")]
    unstaged = [d.commit for d in life.journal if (d.environment, d.new) == ("staging", "1.2.0")]
    back = [d.commit for d in life.journal if d.kind == "rollback"]
    report = found(life.folder, closure)
    assert short(report) == [
        ("version", "v1.1.0", "1.1.0", release, None),
        ("environment", "production desk", "1.1.0", merged, promoted[0]),
        ("environment", "production desk", "1.1.0", back[0], None),
        ("environment", "staging desk", "1.1.0", staged[0], unstaged[0]),
        ("registry", "plm.lock", "1.1.0", release, after),
    ]
    assert report.table is not None
    assert report.table.rows[2] == (
        "closure",
        "application/desk",
        "1.1.0",
        "production desk",
        "2026-03-02 00:00",
        "now",
        back[0][:10],
    )


def test_a_narrow_terminal_keeps_what_the_digest_is_of(life: Life) -> None:
    digest = locked(life.folder, "HEAD", "plm.lock", "application/desk")["closure"]
    table = found(life.folder, str(digest)).table
    assert table is not None
    assert set(table.headings) - set(table.spare) == {"of", "version", "where", "until"}


def test_a_beginning_of_8_digits_is_enough_with_or_without_its_kind(life: Life) -> None:
    digest = str(locked(life.folder, "HEAD", LOCK, "application/desk")["closure"])
    whole = found(life.folder, digest)
    for written in (digest[7:15], digest[:15], digest[7:].upper()):
        report = found(life.folder, written)
        assert report.data == whole.data
        assert report.notes == (() if len(written) == 64 else (f"the whole hash is {digest}",))


def test_a_file_and_a_whole_lock_are_found(life: Life) -> None:
    text = (life.folder.path / "prompts/greet.md").read_bytes()
    files = places(found(life.folder, sha256_of(text)))
    assert {(p["field"], p["path"], p["artifact"]) for p in files} == {
        ("file", "prompts/greet.md", "prompt/greet")
    }
    lock = life.folder.git("show", "v1.1.0:plm.lock") + "\n"
    (whole,) = places(found(life.folder, sha256_of(lock.encode())))
    assert (whole["field"], whole["artifact"], whole["name"]) == ("lock", None, "v1.1.0")


def test_a_closure_that_an_environment_made_is_found_in_its_locks_alone(folder: Folder, life: Life) -> None:
    large = (folder.path / "models/small.yaml").read_text(encoding="utf-8")
    later = Life(folder=folder, journal=[], running=dict(life.running), states=list(life.states))
    later.release(
        {
            "models/large.yaml": large.replace("name: small", "name: large"),
            "prompts/greet.md": "Hi {{name}}.\n",
        }
    )
    later.locked("staging", "1.3.0", "promotion")
    manifest = folder.path / "environments/production.yaml"
    text = manifest.read_text(encoding="utf-8") + "  bind: {model/small: model/large}\n"
    manifest.write_text(text, encoding="utf-8")
    later.locked("production", "1.3.0", "promotion")
    commit = later.journal[-1].commit
    closure = str(locked(folder, commit, LOCK, "application/desk")["closure"])
    assert short(found(folder, closure)) == [
        ("environment", "production desk", "1.3.0", commit, None),
    ]


def test_what_is_only_in_the_work_tree_is_unreleased_or_not_committed(folder: Folder) -> None:
    lock = json.loads((folder.path / LOCK).read_bytes())
    other = "sha256:" + "e" * 64
    lock["artifacts"]["application/desk"]["closure"] = other
    folder.write(LOCK, json.dumps(lock))
    assert short(found(folder, other)) == [
        ("work tree", "production desk, not committed", "1.1.0", None, None)
    ]
    folder.write("prompts/greet.md", "Something {{name}} else.\n")
    with opened(folder) as repo:
        now = now_of(current(repo.work_tree()))
    assert short(found(folder, now.identities["prompt/greet"].digest)) == [
        ("work tree", "work tree, unreleased", None, None, None)
    ]


def test_a_lock_that_goes_back_to_an_earlier_one_is_not_committed_again(folder: Folder) -> None:
    made_locks(folder)
    digest = str(locked(folder, "HEAD", LOCK, "application/desk")["closure"])
    assert "work tree" not in [kind for kind, *_ in short(found(folder, digest))]


def test_a_bare_repository_finds_the_same(life: Life, tmp_path: Path) -> None:
    life.folder.git("clone", "-q", "--bare", str(life.folder.path), str(tmp_path / "bare"))
    bare = life.folder.at(tmp_path / "bare")
    digest = str(locked(life.folder, "HEAD", LOCK, "prompt/greet")["digest"])
    assert found(bare, digest).data == found(life.folder, digest).data


def test_a_release_off_the_line_is_found_by_its_tag(folder: Folder) -> None:
    digest = str(locked(folder, "v1.2.0", "plm.lock", "application/desk")["closure"])
    folder.git("reset", "-q", "--hard", "v1.1.0")
    kinds = [(kind, name) for kind, name, *_ in short(found(folder, digest))]
    assert kinds == [("version", "v1.2.0"), ("release", "v1.2.0")]


def test_a_tag_that_no_release_confirms_is_told(folder: Folder) -> None:
    digest = str(locked(folder, "v1.2.0", "plm.lock", "prompt/greet")["digest"])
    folder.git("reset", "-q", "--hard", "v1.1.0")
    folder.git("tag", "-d", "v1.2.0")
    commit = folder.git("rev-parse", "prompt/greet@v1.2.0^{commit}")
    assert short(found(folder, digest)) == [
        ("unconfirmed", "tag prompt/greet@v1.2.0, unconfirmed", "1.2.0", commit, None)
    ]


def test_nothing_found_says_what_was_looked_through(life: Life) -> None:
    error = refusal(life.folder, "0" * 64)
    assert (error.exit_code, error.message) == (3, f"sha256:{'0' * 64} is no hash of this registry")
    assert error.hint is not None
    assert error.hint.startswith("looked through 8 versions, ")
    assert error.hint.endswith(" locks of the past and now, and the work tree")


def test_what_is_no_digest_is_wrong_usage(life: Life) -> None:
    error = refusal(life.folder, "v1.0.0")
    assert (error.exit_code, error.message) == (2, "'v1.0.0' is no digest")


@pytest.mark.parametrize("written", ["prompt/greet", "greet", "prompt/greet@1.0.0"])
def test_an_artifact_is_no_digest_and_other_commands_tell_of_it(written: str, life: Life) -> None:
    error = refusal(life.folder, written)
    assert (error.exit_code, error.message) == (2, f"'{written}' is an artifact, and no digest")
    assert error.hint == (
        "run 'plmctl log prompt/greet' for its versions, 'plmctl status --uses prompt/greet' for who runs it"
    )


def test_digits_that_several_hashes_begin_with_are_refused_with_a_list(folder: Folder) -> None:
    lock = json.loads((folder.path / LOCK).read_bytes())
    for number, entry in enumerate(lock["artifacts"].values()):
        entry["digest"] = f"sha256:{'d' * 8}{number:056}"
        entry["files"] = {f"f{n}": f"sha256:{'d' * 9}{number}{n:054}" for n in range(4)}
    folder.write(LOCK, json.dumps(lock))
    error = refusal(folder, "d" * 8)
    assert (error.exit_code, error.message) == (2, "15 hashes begin with sha256:dddddddd")
    assert error.hint is not None
    lines = error.hint.split("\n")
    assert lines[0] == "write more digits, to mean one of"
    assert lines[1] == f"sha256:{'d' * 8}{0:056}: digest of application/desk"
    assert lines[4] == f"sha256:{'d' * 9}0{0:054}: file f0 of application/desk"
    assert (len(lines), lines[-1]) == (12, "and 5 more")


def test_a_shallow_clone_is_refused(life: Life, tmp_path: Path) -> None:
    source = f"file://{life.folder.path}"
    life.folder.git("clone", "-q", "--depth=1", source, str(tmp_path / "shallow"))
    assert refusal(life.folder.at(tmp_path / "shallow"), "0" * 8).hint == "run 'git fetch --unshallow --tags'"
