import json
import os
import subprocess
import sys

import pytest

from tests.programs import REPOSITORY

CORPUS = REPOSITORY.parent / "shared" / "corpora" / "prompt-edits.jsonl.gz"


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus of real edits is not here")
def test_403_real_edits_are_marked_more_closely_than_by_git() -> None:
    done = subprocess.run(
        [sys.executable, str(REPOSITORY / "benchmarks" / "edits.py"), str(CORPUS)],
        cwd=REPOSITORY,
        capture_output=True,
        check=True,
        # Measuring coverage of every step of these comparisons takes five times as long as they do.
        env={name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
        | {"PYTHONPATH": str(REPOSITORY)},
    )
    figures = json.loads(done.stdout)
    assert figures["edits"] == figures["exact"] == 403
    assert figures["beginning inside a word or a tag"] == 0
    assert figures["characters of git"] > 150_000
    assert figures["at most git's"] >= 0.95 * 403
    assert figures["most times git's"] <= 1.2
    assert figures["marked where git marks nothing"] == 0
    assert figures["stretches, median"] <= figures["stretches of git, median"]
