import re
import subprocess
import sys

import pytest

from tests.programs import REPOSITORY

CORPUS = REPOSITORY.parent / "shared" / "corpora" / "prompts.jsonl.gz"


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus of real prompts is not here")
def test_225_real_prompts_validate_are_released_and_verify() -> None:
    done = subprocess.run(
        [sys.executable, str(REPOSITORY / "benchmarks" / "corpus.py"), str(CORPUS)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = re.sub(r" +[0-9]+\.[0-9]+ s", " N s", done.stdout)
    assert (seconds, done.stderr, done.returncode) == (
        (
            "225 prompts, 221 mustache, 229 raw\n"
            "validate N s wall N s CPU  manifests 226, warning 1\n"
            "release --yes N s wall N s CPU  artifacts 226, release v1.0.0, removed 0, unchanged 0\n"
            "verify N s wall N s CPU  failed 0, locks 1, notChecked 1, ok 8\n"
        ),
        "",
        0,
    )
