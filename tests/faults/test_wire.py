"""A network or a server that dies in the middle, at any byte: the same as after a kill (hostile.md K04)."""

import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

import pytest

from plmctl.core.report import Report
from plmctl.git.address import Addresses
from plmctl.git.remote import Remote
from plmctl.git.repository import Repository
from tests.commands.ground import folder_at
from tests.commands.remotes import hook, unhook
from tests.faults.commands import (
    FOLLOWED,
    REGISTRY,
    SERVED,
    Case,
    deployed,
    promoted_there,
    pushed,
)
from tests.faults.ground import CLONE, INTERRUPTED, REMOTE, outcome_of, restored, workshop
from tests.faults.sizes import Campaigns, grouped
from tests.faults.state import faults_of, state_of
from tests.faults.verdict import Reference, broken, is_done, reference
from tests.faults.wire import Cut, Way, Wire
from tests.programs import OUTSIDE

# Bytes at which each way of breaking is tried; each silent one is waited for.
CUTS = int(OUTSIDE.get("PLMCTL_CUTS", "2"))
BOTH = (REMOTE, CLONE)


class Hasty(Repository):
    """A repository whose remotes are given up after a second of silence."""

    def _remote(self, addresses: Addresses) -> Remote:
        remote = super()._remote(addresses)
        return replace(remote, connection=replace(remote.connection, patience=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wired:
    """A command whose remote is behind a wire; how many bytes pass when nothing breaks."""

    case: Case
    run: Path
    hasty: Callable[[Path, int], Report]
    known: Reference
    passed: int


Wires = Callable[[str], Wired]


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    """A server of the folder of the run."""
    with workshop() as folder:
        (folder / "run").mkdir()
        with Wire(folder / "run") as made:
            yield made


@pytest.fixture(scope="module")
def wires(wire: Wire) -> Wires:
    """Each command made ready once."""

    def elsewhere(run: Path, attempt: int, kind: type[Repository] = Repository) -> Report:
        return deployed(run, wire.address(REGISTRY), kind)

    commands: dict[str, tuple[Callable[[Path], None], tuple[str, ...], Callable[..., Report]]] = {
        "push": (FOLLOWED["packed"], BOTH, pushed),
        "promote --push": (FOLLOWED["packed"], BOTH, promoted_there),
        "lock elsewhere": (SERVED["packed"], (CLONE,), elsewhere),
    }

    @cache
    def made(name: str) -> Wired:
        build, repositories, command = commands[name]
        run, template = wire.folder, Path(tempfile.mkdtemp(dir=wire.folder.parent)) / "template"
        shutil.rmtree(run)
        run.mkdir()
        build(run)
        if REMOTE in repositories:
            folder_at(run / CLONE).git("remote", "set-url", "origin", wire.address(REMOTE))
        run.rename(template)
        patient, hasty = (partial(command, kind=kind) for kind in (Repository, Hasty))
        case = Case(command=patient, registries={}, repositories=repositories)
        known = reference(case, template, run)
        restored(template, run)
        wire.set(None)
        assert outcome_of(case.command, run, 1).code == 0
        return Wired(case=case, run=run, hasty=hasty, known=known, passed=wire.passed)

    return made


@pytest.mark.slow
@pytest.mark.xdist_group("faults wire")
@pytest.mark.parametrize("way", Way, ids=lambda way: way.name.lower())
@pytest.mark.parametrize("name", ["push", "promote --push", "lock elsewhere"])
def test_a_wire_that_breaks_leaves_nothing_half(
    name: str, way: Way, wire: Wire, wires: Wires, record_property: Callable[[str, object], None]
) -> None:
    made, found = wires(name), []
    count = CUTS if way is not Way.SILENT else -(-CUTS // 3)
    # From the greeting to the answer, each way at bytes of its own.
    cuts = [made.passed * (3 * n + list(Way).index(way) + 1) // (3 * count + 1) for n in range(count)]
    for after in cuts:
        restored(made.known.template, made.run)
        wire.set(Cut(way=way, after=after))
        begun = time.monotonic()
        outcome = outcome_of(made.hasty, made.run, 1)
        seconds = time.monotonic() - begun
        assert wire.mend(), after
        if outcome.code not in (0, 3) or (outcome.code == 0) != (outcome.message == ""):
            found.append(f"{after}: {outcome}")
        if outcome.code == 0 and not is_done(made.case, made.run, made.known):
            found.append(f"{after}: it said that it was done")
        if seconds > 20:
            found.append(f"{after}: it took {seconds} s")
        found += [f"{after}: {line}" for line in broken(made.case, made.run, made.known)]
    record_property(
        "faults", f"wire: {name}: {len(cuts)} of {made.passed} bytes, {way.value}: {len(found)} broken"
    )
    assert found == []


# What runs at the server, in the order in which it does.
DEADLY = {
    "pre-receive": "kill -9 $PPID",
    "update": "kill -9 $PPID",
    "reference-transaction": '[ "$1" != prepared ] || kill -9 $PPID',
    "post-receive": "kill -9 $PPID",
}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "registry"), grouped([("push", "packed"), ("promote --push", "packed")]))
def test_a_hook_that_kills_the_server_leaves_nothing_half(
    name: str, registry: str, campaigns: Campaigns
) -> None:
    made, found = campaigns(name, registry), []
    for deadly, script in DEADLY.items():
        restored(made.known.template, made.run)
        bare = folder_at(made.run / REMOTE)
        hook(bare, deadly, script)
        outcome = outcome_of(made.case.command, made.run, 1)
        unhook(bare, deadly)
        if (outcome.code == 0) != (deadly == "post-receive"):
            found.append(f"{deadly}: {outcome}")
        found += [f"{deadly}: {line}" for line in broken(made.case, made.run, made.known)]
    assert found == []


WORDS = {
    "push": ("release", "--push", "--yes"),
    "promote --push": ("promote", "desk@1.1.0", "--to", "production", "--push", "--yes"),
}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "registry"), grouped((name, "packed") for name in WORDS))
def test_ctrl_c_while_the_remote_hangs_ends_it_and_the_next_run_finishes(
    name: str, registry: str, campaigns: Campaigns
) -> None:
    made = campaigns(name, registry)
    restored(made.known.template, made.run)
    bare, clone = folder_at(made.run / REMOTE), folder_at(made.run / CLONE)
    marker = made.run / "hangs"
    hook(bare, "pre-receive", f"echo $$ > {marker}.new; mv {marker}.new {marker}; exec sleep 600")
    before = state_of(bare.path), state_of(clone.path)
    command = [sys.executable, "-c", "from plmctl.cli import main; main()", *WORDS[name]]
    process = subprocess.Popen(
        command,
        cwd=clone.path,
        env=clone.environment,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        # Whoever runs the tests in the background may have it ignored.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )
    _wait_until(marker.exists)

    process.send_signal(signal.SIGINT)
    # Long before the remote would end.
    said = process.communicate(timeout=60)[1]

    assert (process.returncode, said) == (INTERRUPTED, "")
    _wait_until(lambda: not Path("/proc", marker.read_text().strip()).exists())
    # Of what was begun there is only a record.
    there, here = state_of(bare.path), state_of(clone.path)
    kept = {ref: oid for ref, oid in here.refs.items() if not ref.startswith("refs/plmctl/")}
    assert (there, replace(here, refs=kept)) == before
    unhook(bare, "pre-receive")
    done = subprocess.run(command, cwd=clone.path, env=clone.environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert state_of(bare.path).refs == {
        ref: oid for ref, oid in state_of(clone.path).refs.items() if not ref.startswith("refs/remotes/")
    }
    assert (faults_of(bare.path), faults_of(clone.path)) == ((), ())


def _wait_until(is_so: Callable[[], bool]) -> None:
    for _ in range(600):
        if is_so():
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen")
