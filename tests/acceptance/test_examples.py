"""The examples run as their READMEs say, in a fresh folder."""

import re
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from tests.acceptance.session import begun, is_true_of, steps
from tests.programs import REPOSITORY, require, require_modules

_BLOCK = re.compile(r"^```console\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_PORTS = ("8021", "8022")
_MARK = "-- the next step --"


def free_ports() -> list[str]:
    """Ports on which nobody listens."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in _PORTS]
    numbers = [str(held.getsockname()[1]) for held in sockets]
    for held in sockets:
        held.close()
    return numbers


@pytest.mark.slow
@pytest.mark.parametrize("name", ["service", "batch"])
def test_an_example_runs_as_its_readme_says(name: str, tmp_path: Path) -> None:
    require_modules("examples", "fastapi", "uvicorn", "openai")
    text = (REPOSITORY / "examples" / name / "README.md").read_text(encoding="utf-8")
    for written, free in zip(_PORTS, free_ports(), strict=True):
        text = text.replace(written, free)
    session = begun(tmp_path)
    shutil.copytree(REPOSITORY / "examples", session.place / "examples")
    told = [step for block in _BLOCK.finditer(text) for step in steps(block["body"])]
    # One shell for all of it: the programs that it begins are its jobs. What is left of them ends with it.
    lines = [line for step in told for line in (step.command, f"kept=$?; echo '{_MARK}'; (exit $kept)")]
    script = "\n".join(["trap 'kill $(jobs -p) 2>/dev/null' EXIT", *lines])
    done = subprocess.run(
        [require("bash", "bash"), "-c", script],
        cwd=session.place,
        env=session.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
    )
    outputs = done.stdout.replace(str(session.place), "/tmp").split(f"{_MARK}\n")
    logs = [path.read_text(encoding="utf-8") for path in session.place.glob("*.log")]
    wrong = [
        (step.command, output)
        for step, output in zip(told, outputs, strict=False)
        if not is_true_of(step.output, output)
    ]
    assert (wrong, outputs[len(told) :]) == ([], [""]), "\n".join(logs)
