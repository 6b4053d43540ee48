import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.repository import git, repository
from tests.measuring import unmeasured

PROGRAM = Path(sys.executable).with_name("plmctl")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A generated registry of 200 manifests."""
    with unmeasured():
        return repository(200, seed=5, folder=tmp_path_factory.mktemp("generated"))


def plmctl(tree: Path, *arguments: str) -> Any:
    """The JSON that a command prints."""
    command = [str(PROGRAM), arguments[0], "--format", "json", *arguments[1:]]
    done = subprocess.run(command, cwd=tree, capture_output=True, encoding="utf-8", check=False)
    return json.loads(done.stdout)


def made(place: Path) -> Any:
    return json.loads((place / "made.json").read_text())


def test_every_planted_error_is_found_and_nothing_else(place: Path) -> None:
    planted = [(error["path"], error["line"], error["code"]) for error in made(place)["planted"]]
    found = [
        (finding["location"]["path"], finding["location"]["line"], finding["code"])
        for finding in plmctl(place / "faulty", "validate")["findings"]
    ]
    assert sorted(found) == sorted(planted)
    assert len({code for _, _, code in planted}) == 10
    assert plmctl(place / "registry", "validate")["findings"] == []


def test_tags_are_read_as_versions(place: Path) -> None:
    tags = git(place / "registry", "tag").split()
    assert len(tags) == made(place)["tags"]
    table = plmctl(place / "registry", "list", "--versions")["table"]
    artifacts = [tag for tag in tags if "@" in tag]
    assert sorted(f"{row['id']}@v{row['version']}" for row in table if row["version"]) == sorted(artifacts)
    assert sorted(tag for tag in tags if "@" not in tag) == ["v1.0.0", "v1.1.0", "v1.2.0"]


def test_what_changed_last_is_what_a_release_would_make(place: Path) -> None:
    changed = made(place)["changed"]
    plan = plmctl(place / "registry", "release", "--dry-run", *changed)["plan"]
    assert [planned["artifact"] for planned in plan["artifacts"]] == sorted(changed)
    found = plmctl(place / "registry", "diff", "HEAD~1", "HEAD", "--", *changed)["changes"]
    assert sorted({change["artifact"] for change in found}) == sorted(changed)


def test_locks_and_the_newest_release_verify(place: Path) -> None:
    newest = plmctl(place / "registry", "verify", "plm.lock", "v1.2.0")
    assert newest["summary"]["failed"] == 0


def test_commits_have_twenty_files_each(place: Path) -> None:
    log = git(place / "registry", "log", "--format=%s", "--shortstat", "--reverse")
    sizes = re.findall(r"add batch [0-9]+\n\n ([0-9]+) files? changed", log)
    assert sizes == ["20"] * 10 + ["1"]


def test_repository_is_made_once_and_the_same_again(place: Path, tmp_path: Path) -> None:
    before = (place / "made.json").stat().st_mtime_ns
    assert repository(200, seed=5, folder=place.parent) == place
    assert (place / "made.json").stat().st_mtime_ns == before
    again = repository(200, seed=5, folder=tmp_path)
    refs = [git(tree / "registry", "for-each-ref") for tree in (place, again)]
    assert refs[0] == refs[1]
