"""What a command does, counted: `python -m benchmarks.counts SIZE...`, where times would be noise.

The same twenty manifests are changed in generated registries of each size, and one is staged. What is read of
them has to be the same at each size; exit code 1 where it is not.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType

from benchmarks.repository import repository
from benchmarks.scene import PROGRAMS, PROJECT, Scene

TOGETHER = 20
# All that is in the smallest registry is in the larger ones too.
TEAM = "team-0003"
# Others refer to the first, and theirs to these; nobody does to the second.
USED, UNUSED = f"prompts/{TEAM}/prompt-0.yaml", f"environments/{TEAM}-staging.yaml"
SAME = ("documents", "blobs", "git", "files")


def main(words: Sequence[str]) -> int:
    """Count at each size, and say whether it is all the same."""
    if words and words[0] == "--inside":
        return _inside(Path(words[1]), words[2:])
    told: dict[str, list[Mapping[str, int]]] = {}
    for size in map(int, words):
        for name, counts in _counted(size).items():
            print(f"{name} at {size:,}: {', '.join(f'{counts[what]} {what}' for what in SAME)}", flush=True)
            told.setdefault(name, []).append({what: counts[what] for what in SAME})
    return 0 if all(each == counts[0] for counts in told.values() for each in counts) else 1


def _counted(size: int) -> Mapping[str, Mapping[str, int]]:
    place = repository(size)
    with tempfile.TemporaryDirectory(dir=place.parent, prefix="count-") as scratch:
        scene = Scene(count=size, place=place, scratch=Path(scratch))
        (scene.scratch / "home").mkdir()
        tree = scene.scratch / "tree"
        scene.git(scene.registry, "worktree", "prune")
        scene.git(scene.registry, "worktree", "add", "--quiet", "--detach", str(tree), "HEAD")
        found = {}
        for name, paths, command in (
            ("diff, 20 changed", _some(tree), ("diff", "HEAD~1", "HEAD")),
            ("hook, one that is used", [USED], ("validate", "--staged", "--", USED)),
            ("hook, one that is not", [UNUSED], ("validate", "--staged", "--", UNUSED)),
        ):
            # Once to know all, once to know what a change asks of the others, and once more to be counted.
            for word in ("one", "another", "a third"):
                for path in paths:
                    _write(tree / path, f"{name} {word}")
                scene.git(tree, "add", "--all")
                if command[0] == "diff":
                    _commit(scene, tree, word)
                if word != "a third":
                    # To count takes ten times as long: what the runs before read is not counted.
                    _run(scene, tree, [str(PROGRAMS / "plmctl"), *command])
            found[name] = _counts(scene, tree, command)
        return found


def _commit(scene: Scene, tree: Path, word: str) -> None:
    scene.git(tree, "-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "--quiet", "-m", word)


def _some(tree: Path) -> list[str]:
    """Twenty manifests of a team."""
    return sorted(path.relative_to(tree).as_posix() for path in tree.glob(f"*/{TEAM}/*.yaml"))[:TOGETHER]


def _write(path: Path, word: str) -> None:
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"(?m)^(  description: ).*", rf"\g<1>{word}", text, count=1), encoding="utf-8")


def _run(scene: Scene, tree: Path, line: Sequence[str]) -> None:
    around = {**scene.environment, "PYTHONPATH": str(PROJECT)}
    done = subprocess.run(line, cwd=tree, env=around, stdout=subprocess.DEVNULL, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{' '.join(line)} exited with {done.returncode}")


def _counts(scene: Scene, tree: Path, command: Sequence[str]) -> Mapping[str, int]:
    said = scene.scratch / "counts.json"
    _run(scene, tree, [sys.executable, "-m", "benchmarks.counts", "--inside", str(said), *command])
    counts: Mapping[str, int] = Counter(json.loads(said.read_text(encoding="utf-8")))
    return counts


def _inside(said: Path, words: Sequence[str]) -> int:
    """Run plmctl in this process, and count."""
    from plmctl.cli import main as program
    from plmctl.core.document import read_document
    from plmctl.git.objects import ObjectReader

    counts, top = Counter[str](), f"{Path.cwd()}{os.sep}"

    def looked(frame: FrameType, event: str, value: object) -> None:
        if event == "return" and frame.f_code is read_document.__code__:
            counts["documents"] += 1
        elif event == "return" and frame.f_code is ObjectReader.read.__code__:
            counts["blobs"] += getattr(value, "type", "") == "blob"

    def heard(event: str, arguments: tuple[object, ...]) -> None:
        counts["git"] += event in ("subprocess.Popen", "os.posix_spawn")
        is_file = event == "open" and isinstance(arguments[0], str) and "/.git/" not in arguments[0]
        counts["files"] += is_file and os.path.abspath(str(arguments[0])).startswith(top)

    sys.addaudithook(heard)
    sys.setprofile(looked)
    sys.argv = ["plmctl", *words]
    try:
        program()
    finally:
        sys.setprofile(None)
        said.write_text(json.dumps(counts), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
