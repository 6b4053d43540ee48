"""Hashing 10,000 small files, beside `dvc status`, in one run: python benchmarks/hashing.py [FILES].

DVC knows the files already and trusts their times; plmctl reads them all. Printed are seconds, as JSON: the
fastest of three each, plmctl as a process of its own, too, with the start of Python.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

REPOSITORY = Path(__file__).resolve().parent.parent
DVC = Path(sys.executable).with_name("dvc")
PROGRAM = """\
import os
from plmctl.store.dvc import DvcStore
found = DvcStore(os.getcwd()).measured("data")
print(found.md5, found.size, found.nfiles)
"""
ROUNDS = 3


def fastest(run: Callable[[], object]) -> float:
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        run()
        taken.append(time.perf_counter() - begun)
    return min(taken)


def main() -> None:
    files = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with TemporaryDirectory() as folder:
        top = Path(folder).resolve()
        for number in range(files):
            path = top / "repo" / "data" / f"{number // 100:04}" / f"{number:06}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{number:07} " * 128)
        outside = {
            f"DVC_{name}_DIR": str(top / name) for name in ("SITE_CACHE", "GLOBAL_CONFIG", "SYSTEM_CONFIG")
        }
        environment = {
            **os.environ,
            **outside,
            "HOME": str(top),
            "CI": "1",
            "DVC_NO_ANALYTICS": "1",
            "PYTHONPATH": str(REPOSITORY),
        }

        def ran(*words: str | Path) -> str:
            done = subprocess.run(words, cwd=top / "repo", env=environment, check=True, capture_output=True)
            return done.stdout.decode()

        ran("git", "init", "-q")
        ran(DVC, "init", "-q")
        ran(DVC, "add", "-q", "data")
        pointer = (top / "repo" / "data.dvc").read_text()
        assert ran(sys.executable, "-c", PROGRAM).split()[0] in pointer, "not the hash of DVC"
        seconds = {
            "dvc status": fastest(lambda: ran(DVC, "status")),
            "dvc data status": fastest(lambda: ran(DVC, "data", "status")),
            "plmctl": fastest(lambda: ran(sys.executable, "-c", PROGRAM)),
        }
    times = seconds["dvc status"] / seconds["plmctl"]
    print(json.dumps({"files": files, "seconds": seconds, "times": round(times, 1)}, indent=2))


if __name__ == "__main__":
    main()
