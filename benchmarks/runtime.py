"""Loading a bundle of 1,000 prompts and rendering one, beside json.loads: python -m benchmarks.runtime.

Both in turn, seven times; printed are the medians in milliseconds of CPU and how many times longer loading
takes, and what importing plmctl.runtime adds to a bare Python, as JSON.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from plmctl.core.archive import unpacked
from plmctl.core.bundle import bundled
from plmctl.runtime import load
from tests.runtime.shelves import shelf

ROUNDS = 7
PROMPTS = 1000
IMPORT = "import time; start = time.process_time(); import plmctl.runtime; print(time.process_time() - start)"


def seconds(work: Callable[[], object]) -> float:
    """The CPU time of it."""
    start = time.process_time()
    work()
    return time.process_time() - start


def rendered(path: Path) -> object:
    """What a service does first."""
    return load(source=path).prompt("p0001").render(word="hello")


def imported() -> float:
    """The CPU time of the import in a process of its own."""
    done = subprocess.run([sys.executable, "-c", IMPORT], capture_output=True, text=True, check=True)
    return float(done.stdout)


def main() -> None:
    data = bundled(shelf(PROMPTS))
    text = bytes(unpacked("bundle", data)["bundle.json"])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "bundle.plmz")
        path.write_bytes(data)
        rendered(path)
        pairs = [(seconds(lambda: json.loads(text)), seconds(lambda: rendered(path))) for _ in range(ROUNDS)]
    imports = [imported() for _ in range(ROUNDS + 1)][1:]
    print(
        json.dumps(
            {
                "bytes": len(data),
                "json.loads": round(median(parse for parse, _ in pairs) * 1000, 1),
                "load and render": round(median(whole for _, whole in pairs) * 1000, 1),
                "ratio": round(median(whole / parse for parse, whole in pairs), 2),
                "import": round(median(imports) * 1000, 1),
            },
            indent=2,
        )
    )


if __name__ == "__main__":
    main()
