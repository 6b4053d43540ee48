import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.measure import Measured, Taken
from benchmarks.results import Allowed, Result, markdown, read, table, verdicts, written

OURS, PEER = Taken(cpu=0.5, wall=1.0, memory=3 << 20), Taken(cpu=1.0, wall=0.5, memory=1 << 20)
DIFF = Result(
    name="diff",
    size=1_000,
    command="plmctl diff",
    peer="git diff | cat",
    allowed=Allowed(ratio=4),
    measured=Measured(runs=7, ours=OURS, peer=PEER, ratio_cpu=0.5, ratio_wall=2.0),
)
LIST = replace(DIFF, name="list", peer=None, allowed=Allowed(), measured=Measured(runs=7, ours=OURS))


def slower(result: Result, times: float) -> Result:
    found = result.measured
    ours = replace(found.ours, cpu=found.ours.cpu * times)
    ratio = found.ratio_cpu * times if found.ratio_cpu is not None else None
    return replace(result, measured=replace(found, ours=ours, ratio_cpu=ratio))


def test_table_tells_ratios_targets_and_growth() -> None:
    rows = (DIFF, LIST, replace(slower(LIST, 12.5), size=10_000))
    assert list(table(rows)) == [
        (
            "what                                         manifests    CPU s   wall s   MiB peer CPU"
            "   x CPU  x wall  target"
        ),
        (
            "diff                                             1,000    0.500    1.000     3    1.000"
            "    0.50    2.00  at most 4.00: met"
        ),
        (
            "list                                             1,000    0.500    1.000     3        -"
            "       -       -  "
        ),
        (
            "list                                            10,000    6.250    1.000     3        -"
            "       -       -  grows 12.5x TOO MUCH"
        ),
    ]


@pytest.mark.parametrize(
    ("allowed", "is_met"),
    [
        (Allowed(ratio=0.5), True),
        (Allowed(ratio=0.4), False),
        (Allowed(seconds=-0.5), True),
        (Allowed(seconds=-0.6), False),
        (Allowed(ratio=0.5, mebibytes=3), True),
        (Allowed(ratio=0.5, mebibytes=2), False),
        (Allowed(), None),
    ],
)
def test_target_is_met_by_cpu_time_and_memory(allowed: Allowed, is_met: bool | None) -> None:
    assert replace(DIFF, allowed=allowed).is_met is is_met


@pytest.mark.parametrize(
    ("times", "said"),
    [
        (1.26, "worse      diff at 1,000: 0.50 -> 0.63"),
        (1.25, "as it was  diff at 1,000: 0.50 -> 0.62"),
        (0.81, "as it was  diff at 1,000: 0.50 -> 1/2.5"),
        (0.5, "better     diff at 1,000: 0.50 -> 1/4.0"),
    ],
)
def test_ratio_beyond_the_tolerance_is_worse(times: float, said: str) -> None:
    found = list(verdicts((DIFF, LIST), (slower(DIFF, times), LIST)))
    assert [str(verdict) for verdict in found] == [said]
    assert [verdict.is_worse for verdict in found] == [said.startswith("worse")]


def test_row_that_is_new_is_not_compared() -> None:
    assert list(verdicts((DIFF,), (replace(DIFF, size=10_000), replace(DIFF, name="other")))) == []


def test_page_shows_what_has_a_peer(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    written((DIFF, LIST, replace(DIFF, name="import", allowed=Allowed(seconds=0.025, mebibytes=9))), file)
    value = json.loads(file.read_text())
    value["machine"] = {"cores": 2, "system": "Linux", "python": "3.11.7", "git": "2.39.5"}
    file.write_text(json.dumps({**value, "date": "2026-11-30"}))
    assert list(markdown(file)) == [
        "| job | manifests | plmctl | peer | peer's time | times | allowed |",
        "|---|--:|--:|---|--:|--:|--:|",
        "| diff | 1,000 | 0.500 s | `git diff \\| cat` | 1.000 s | 0.50 | 4.00 |",
        "| import | 1,000 | 0.500 s | `git diff \\| cat` | 1.000 s | 0.50 | 25 ms more, 9 MiB |",
        "",
        "CPU time, 2 cores, Linux, Python 3.11.7, git 2.39.5, 2026-11-30.",
    ]


def test_results_are_read_as_they_were_written(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    written((DIFF, LIST), file)
    assert read(file) == (DIFF, LIST)
    assert sorted(json.loads(file.read_text())["machine"]) == ["cores", "git", "python", "system"]


def test_the_readme_shows_what_was_measured() -> None:
    folder = Path(__file__).parent.parent.parent
    shown = "\n".join(markdown(folder / "benchmarks" / "results.json"))
    assert shown.count("\n") > 20
    assert f"\n{shown}\n" in (folder / "README.md").read_text(encoding="utf-8")
