"""Generated registries in real Git repositories, kept where seed and generator are the same.

A repository has the manifests in commits of 20 files, releases with their tags, the locks of environments,
and 20 changes at HEAD that no release has; the branch `faulty`, checked out beside it, has planted errors.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

from benchmarks.manifests import BLOCK, Slot, files, manifest, slots
from benchmarks.planted import planted_files
from benchmarks.releases import Releases, sample
from benchmarks.stream import Stream

PROJECT = Path(__file__).resolve().parent.parent
SEED = 8
TOGETHER = 20
"""How many files a commit has, and how many change in one step."""
MOST_TAGS = 5000
PRODUCTION = 2
# What a generated repository depends on, besides its size and seed, and what plmctl writes.
_SOURCES = (
    "benchmarks/manifests.py",
    "benchmarks/planted.py",
    "benchmarks/releases.py",
    "benchmarks/repository.py",
    "benchmarks/stream.py",
    "benchmarks/words.py",
)


def work_folder() -> Path:
    """Where generated repositories are kept: below TMPDIR where that is set, else here, ignored by Git."""
    chosen = os.environ.get("TMPDIR")
    return Path(chosen, "plmctl-benchmarks") if chosen else PROJECT / "benchmarks" / ".work"


def repository(count: int, seed: int = SEED, folder: Path | None = None) -> Path:
    """The folder of the generated registry of so many manifests, made where it is not there yet.

    In it are `registry` and `faulty`, two work trees, and `made.json`, which says what is in them.
    """
    place = (folder or work_folder()) / f"{count}-{seed}-{_fingerprint()}"
    if not (place / "made.json").exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place.parent) as draft:
            told = _make(count, seed, Path(draft, "made"))
            Path(draft, "made", "made.json").write_text(json.dumps(told))
            # What an older generator made is measured no more.
            for stale in place.parent.glob(f"{count}-{seed}-*"):
                shutil.rmtree(stale)
            Path(draft, "made").rename(place)
        # The other work tree is found by its path, which was another one.
        git(place / "registry", "worktree", "repair", str(place / "faulty"))
        for tree in ("registry", "faulty"):
            git(place / tree, "status", "--short")
    return place


def _fingerprint() -> str:
    """The sha256 over the generator, and what plmctl makes of one block; its first digits."""
    sources = [PROJECT.joinpath(path).read_bytes() for path in _SOURCES]
    return sha256(b"\0".join((*sources, sample(dict(files(BLOCK, SEED)))))).hexdigest()[:12]


def git(folder: Path, *arguments: str) -> str:
    """What a Git command prints, with no configuration of the user's. Raises CalledProcessError."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    fixed = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
    done = subprocess.run(
        ["git", *arguments],
        cwd=folder,
        env={**outside, **fixed},
        check=True,
        capture_output=True,
        encoding="utf-8",
    )
    return done.stdout


def _make(count: int, seed: int, place: Path) -> dict[str, object]:
    registry = place / "registry"
    registry.mkdir(parents=True)
    git(registry, "init", "--quiet", "--initial-branch=main")
    for name, value in (("user.name", "Ada Example"), ("user.email", "ada@example.com"), ("gc.auto", "0")):
        git(registry, "config", name, value)
    everything = dict(files(count, seed))
    with Stream(registry, "refs/heads/main") as stream:
        for number, batch in enumerate(_batches(everything.items())):
            stream.commit(dict(batch), f"manifests: add batch {number + 1}\n")
        releases = Releases(stream, everything)
        changed, promotable = _history(count, seed, stream, releases)
        faults, errors = planted_files(count, seed)
        stream.commit(faults, "manifests: a hundred errors\n", "refs/heads/faulty")
        for tag in releases.tags:
            stream.tag(tag)
    git(registry, "pack-refs", "--all")
    # fast-import stores the newest trees as what differs from up to 50 older ones (git-fast-import: Packfile
    # Optimization). A clone has them whole, and Git reads them in a third of the time.
    git(registry, "repack", "-a", "-d", "-f", "-q")
    git(registry, "checkout", "--quiet", "--force", "main")
    git(registry, "worktree", "add", "--quiet", "../faulty", "faulty")
    return {
        "changed": changed,
        "promotable": promotable,
        "tags": len(releases.tags),
        "planted": [asdict(error) for error in errors],
    }


def _batches(items: Iterable[tuple[str, str]]) -> Iterable[list[tuple[str, str]]]:
    found = list(items)
    return (found[at : at + TOGETHER] for at in range(0, len(found), TOGETHER))


def _history(count: int, seed: int, stream: Stream, releases: Releases) -> tuple[list[str], tuple[str, str]]:
    """Releases, changes between them, and 20 that are not released.

    The ids of these, and an Application with the environment that does not run its newest version yet.
    """
    most = min(MOST_TAGS, count // 2)
    later = 1 if count > 10_000 else min(9, most // 50)
    # A later release has the 20, four Applications that use them, and the registry's own tag.
    blocks = max((most - 25 * later - 1) // (BLOCK - 3), 3)
    found = slots(count)
    released = [slot for slot in found if slot.block < blocks]
    releases.release({slot.artifact for slot in released if slot.kind != "Environment"})
    environments = [slot for slot in released if slot.kind == "Environment"]
    releases.lock_all(environments)
    touched: set[int] = set()
    for edition in range(1, later + 1):
        changed = _changed(blocks, edition)
        stream_files = {slot.path: manifest(slot, seed, edition) for slot in changed}
        stream.commit(stream_files, f"manifests: edition {edition} of twenty\n")
        applications = {slot.artifact for slot in released if slot.kind == "Application"}
        touched = {slot.block for slot in changed if slot.kind == "Prompt"}
        users = {a for a in applications if int(a.split("/")[1].removeprefix("team-")) in touched}
        releases.change(stream_files)
        releases.release({slot.artifact for slot in changed} | users)
        # Production waits.
        releases.lock_all([s for s in environments if s.block in touched and s.member < PRODUCTION])
    behind = min(touched)
    promotable = (
        Slot(kind="Application", block=behind, member=0).name,
        Slot(kind="Environment", block=behind, member=PRODUCTION).name,
    )
    last = _changed(blocks, later + 1)
    stream.commit({slot.path: manifest(slot, seed, later + 1) for slot in last}, "manifests: twenty more\n")
    return [slot.artifact for slot in last], promotable


def _changed(blocks: int, edition: int) -> list[Slot]:
    """Twenty that change together: the texts of 12 prompts of two teams, and what is said of 8 others."""
    # The first team changes every time: what is asked of it has as long a past in any registry.
    other = 2 + (edition * 7) % max(blocks - 2, 1)
    prompts = [
        Slot(kind="Prompt", block=block, member=member)
        for block in (1, other)
        for member in (0, 1, 2, 3, 4, 5)
    ]
    others = [("Tool", 0), ("Tool", 1), ("Dataset", 0), ("Dataset", 1), ("Model", 1), ("Model", 2)]
    others += [("Guardrail", 0), ("Guardrail", 1), ("Route", 0), ("Route", 1)]
    told = [Slot(kind=kind, block=other, member=member) for kind, member in others]
    return (prompts + told)[:TOGETHER]


if __name__ == "__main__":
    # A process of its own: what it holds in memory would count for what is measured by it.
    print(repository(int(sys.argv[1])))
