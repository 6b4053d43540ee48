import sys
from pathlib import Path

import pytest

from benchmarks.measure import Command, Failed, Measured, Meter, Taken, medians, run


def taken(cpu: float, wall: float, memory: int = 1) -> Taken:
    return Taken(cpu=cpu, wall=wall, memory=memory)


def python(program: str, *, shown: str = "python", exits: int = 0, reports: bool = False) -> Command:
    return Command(
        shown=shown,
        arguments=[sys.executable, "-c", program],
        folder=Path.cwd(),
        environment={},
        exits=exits,
        reports=reports,
    )


def test_ratio_is_the_median_of_the_pairs_and_not_that_of_the_medians() -> None:
    pairs = [
        (taken(1, 2, 5), taken(1, 4, 7)),
        (taken(2, 3, 6), taken(4, 1, 8)),
        (taken(9, 9, 4), taken(3, 3, 9)),
    ]
    assert medians(pairs) == Measured(
        runs=3, ours=taken(2, 3, 6), peer=taken(3, 3, 9), ratio_cpu=1, ratio_wall=3
    )


def test_command_without_a_peer_has_no_ratio() -> None:
    assert medians([(taken(1, 2), None), (taken(3, 4), None)]) == Measured(runs=2, ours=taken(2, 3))


@pytest.mark.parametrize(("wall", "turns", "runs"), [(1.0, 8, 7), (30.0, 6, 5), (200.0, 1, 1)])
def test_commands_run_in_turn_after_one_run_each_and_slow_ones_less_often(
    wall: float, turns: int, runs: int
) -> None:
    ran: list[str] = []

    def take(command: Command) -> Taken:
        ran.append(command.shown)
        return taken(1, wall)

    ours, peer = python("", shown="ours"), python("", shown="peer")
    found = Meter(take=take, clock=lambda: len(ran) * wall).measured(ours, peer)
    assert ran == ["ours", *["ours", "peer"] * turns]
    assert found.runs == runs


def test_run_counts_what_a_process_used_and_what_it_started() -> None:
    started = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'bytearray(200_000_000)'])"
    assert run(python(started)).memory > 200_000_000


def test_process_may_report_the_seconds_itself() -> None:
    found = run(python("print(2.5)", reports=True))
    assert (found.cpu, found.wall) == (2.5, 2.5)


def test_another_exit_code_than_expected_fails() -> None:
    assert run(python("raise SystemExit(1)", exits=1)).wall > 0
    with pytest.raises(Failed, match=r"exited with 1\nno"):
        run(python("raise SystemExit('no')"))
