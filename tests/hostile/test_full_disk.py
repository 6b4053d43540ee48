"""A disk that is full once a release is at the remote: it is made, and what is not here is told (K07)."""

import subprocess
from pathlib import Path

import pytest

from tests.commands.builder import released_shop
from tests.commands.remotes import HURRY, refs, with_remote
from tests.git.builder import Folder
from tests.hostile.stranger import PLMCTL, Answer, answer
from tests.programs import require

RELEASE = (PLMCTL, "release", "--push", "--yes")
TAG = "refs/tags/v1.3.0"
# What cannot be made any more, and what is said of it.
FULL = {
    (f"{TAG}.lock",): "v1.3.0 is published at origin, and could not be made here",
    ("index.lock",): "v1.3.0 is published at origin, and could not be made here",
    ("refs/heads/main.lock", f"{TAG}.lock"): "v1.3.0 is published at origin, and could not be made here",
    ("refs/remotes/origin/main.lock",): "it is published, and origin cannot be followed here",
}


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A registry that is whole at its remote, and has one unreleased change."""
    made = released_shop(tmp_path / "registry")
    with_remote(made, tmp_path / "bare.git")
    made.commit(HURRY, "hurry")
    return made


def released(folder: Folder, full: tuple[str, ...]) -> Answer:
    """What the real command says where these files of its Git directory find no space."""
    strace = require("strace", "strace")
    places = [word for path in full for word in ("-P", str(folder.path / ".git" / path))]
    injected = ("--seccomp-bpf", "-e", "trace=openat", "-e", "inject=openat:error=ENOSPC")
    done = subprocess.run(
        [strace, "-f", "-qq", "-o", str(folder.path.parent / "trace"), *places, *injected, *RELEASE],
        cwd=folder.path,
        capture_output=True,
        timeout=120,
        check=False,
    )
    return Answer(code=done.returncode, out=done.stdout.decode(), err=done.stderr.decode())


@pytest.mark.parametrize("full", FULL)
def test_k07_a_disk_that_is_full_after_the_push_is_a_warning(full: tuple[str, ...], folder: Folder) -> None:
    bare = folder.at(folder.path.parent / "bare.git")
    said = released(folder, full)
    assert (said.code, "released v1.3.0 and pushed it to origin\n" in said.out) == (0, True), said
    warning = next(line for line in said.err.splitlines() if line.startswith("warning: "))
    assert warning.startswith(f"warning: {FULL[full]}: git update-")
    assert warning.endswith(f"{full[0]}': No space left on device")
    published = refs(bare)
    assert TAG in published
    # Once there is space the next run makes the same here.
    again = answer(RELEASE, folder.path, seconds=60)
    assert (again.code, refs(bare)) == (0, published), again
    here = refs(folder)
    assert {ref: here.get(ref) for ref in published} == published
