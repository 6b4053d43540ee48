"""The bodies that the real clients send for the calls in `calls/`."""

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.core.call.calls import ADAPTERS, CALLS, arguments_of

# What is imported here is none of this project's.
pytestmark = [pytest.mark.slow, pytest.mark.no_cover, pytest.mark.xdist_group("clients")]


def sent(adapter: str, calls: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The bodies that the client of an adapter sends for these arguments."""
    command = [sys.executable, "-m", "tests.core.call.clients", adapter]
    done = subprocess.run(command, input=json.dumps(calls), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    bodies: list[dict[str, Any]] = json.loads(done.stdout)
    return bodies


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_the_client_sends_the_body_written_by_hand_or_the_adapter_refuses(adapter: str) -> None:
    made: dict[str, dict[str, Any]] = {name: arguments_of(name, adapter) for name in CALLS}
    callable_ = {name: arguments for name, arguments in made.items() if "refused" not in arguments}
    bodies = dict(zip(callable_, sent(adapter, [*callable_.values()]), strict=True))
    assert {**made, **bodies} == {name: call["bodies"][adapter] for name, call in CALLS.items()}
