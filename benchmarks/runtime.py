"""What a service does first, and the least that it could be, as the rows of `benchmarks.rows` start them.

    python -m benchmarks.runtime make FOLDER    a bundle of 1,000 prompts, and the JSON in it
    python -m benchmarks.runtime load BUNDLE    loads it, and renders one
    python -m benchmarks.runtime parse JSON     json.loads of the same bytes

The last two print the seconds of CPU of the second time: imports are a row of their own.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

PROMPTS = 1000


def make(folder: Path) -> None:
    """Writes bundle.plmz and bundle.json."""
    from plmctl.core.archive import unpacked
    from plmctl.core.bundle import bundled
    from tests.runtime.shelves import shelf

    data = bundled(shelf(PROMPTS))
    (folder / "bundle.plmz").write_bytes(data)
    (folder / "bundle.json").write_bytes(unpacked("bundle", data)["bundle.json"])


def load(bundle: Path) -> None:
    """Loads a bundle and renders one of its prompts."""
    from plmctl.runtime import load

    load(source=bundle).prompt("p0001").render(word="hello")


def seconds(work: Callable[[], object]) -> float:
    """The CPU time of the second time."""
    work()
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    verb, path = sys.argv[1], Path(sys.argv[2])
    if verb == "make":
        make(path)
    elif verb == "load":
        print(seconds(lambda: load(path)))
    else:
        data = path.read_bytes()
        print(seconds(lambda: json.loads(data)))


if __name__ == "__main__":
    main()
