import json
import subprocess
from pathlib import Path

import pytest

from plmctl.commands.find import FindOptions, find
from plmctl.commands.history import HistoryOptions, history
from plmctl.commands.status import StatusOptions, status
from plmctl.commands.verify import VerifyOptions, verify
from plmctl.core.value import Value, as_items, as_mapping
from tests.acceptance.long_run import ENVIRONMENTS, Note, Run, Size, begun, driven
from tests.commands.builder import failures, opened, problems
from tests.measuring import unmeasured
from tests.programs import IS_FULL, require_gto

# `make test-full` drives the registry of 225 prompts through 50 releases; it takes about ten minutes.
FULL = Size(prompts=225, partials=30, models=5, applications=4, releases=50)
SMALL = Size(prompts=12, partials=6, models=2, applications=2, releases=6)
SIZE = FULL if IS_FULL else SMALL
SEED = 1
# Each answer takes a second where there are 500 commits: so many moments and closures are asked for.
ASKED = 40 if IS_FULL else 10

pytestmark = [pytest.mark.slow, pytest.mark.no_cover, pytest.mark.xdist_group("long_run")]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A registry after its long run. Read it."""
    made = begun(tmp_path_factory.mktemp("long") / "registry", SIZE, SEED)
    with unmeasured():
        driven(made)
    return made


def test_the_run_was_long_enough_to_tell(run: Run) -> None:
    assert len(run.releases) == SIZE.releases
    assert {note.kind for note in run.notes} == {"added", "promotion", "rollback"}
    assert {note.environment for note in run.notes} == set(ENVIRONMENTS)
    assert run.counts.keys() == {"promotions", "merged", "rollbacks", "reverts", "accepted"}


def test_every_tag_and_every_lock_that_ever_ran_verifies(run: Run) -> None:
    tags = run.folder.git("tag", "--list").split("\n")
    assert len(tags) == len(run.releases) + sum(map(len, run.versions.values()))
    given = {f"journal/{number}.lock": note.lock for number, note in enumerate(run.notes)}
    with opened(run.folder) as repo:
        whole = verify(repo, VerifyOptions())
        tagged = verify(repo, VerifyOptions(names=tuple(tags)))
        locked = verify(repo, VerifyOptions(names=tuple(given), given=given))
    for report in (whole, tagged, locked):
        assert (problems(report), failures(report)) == ([], [])
    assert (tagged.summary or {})["locks"] == len(tags)


def test_history_is_the_journal(run: Run) -> None:
    for environment in ENVIRONMENTS:
        with opened(run.folder) as repo:
            report = history(repo, HistoryOptions(environment=environment))
        events = [as_mapping(event) for event in as_items((report.data or {})["events"])]
        found = [
            (e["commit"], e["application"], e["kind"], e["from"], e["to"])
            for e in reversed(events)
            if e["application"] is not None
        ]
        assert found == [_told(note) for note in run.notes if note.environment == environment]


def _told(note: Note) -> tuple[Value, ...]:
    return note.commit, f"application/{note.application}", note.kind, note.old, note.new


def test_status_at_any_moment_is_the_journal(run: Run) -> None:
    step = max(1, len(run.states) // ASKED)
    for commit, when, running in run.states[::step]:
        for at in (commit, when.isoformat()):
            with opened(run.folder) as repo:
                report = status(repo, StatusOptions(at=at, today="2026-03-04"))
            assert as_mapping((report.data or {})["at"])["commit"] == commit
            found = {
                (str(e["id"]).removeprefix("environment/"), str(a["application"]).partition("/")[2]): a[
                    "version"
                ]
                for e in map(as_mapping, as_items((report.data or {})["environments"]))
                for a in map(as_mapping, as_items(e["applications"]))
            }
            assert found == running


def test_find_tells_of_a_closure_what_the_journal_does(run: Run) -> None:
    step = max(1, len(run.notes) // ASKED)
    for note in run.notes[::step]:
        root = f"application/{note.application}"
        closure = json.loads(note.lock)["artifacts"][root]["closure"]
        with opened(run.folder) as repo:
            report = find(repo, FindOptions(digest=closure))
        places = [as_mapping(place) for place in as_items((report.data or {})["places"])]
        assert {(p["field"], p["artifact"], p["version"]) for p in places} == {("closure", root, note.new)}
        periods = {(p["name"], p["commit"], p["until"]) for p in places if p["kind"] == "environment"}
        assert periods == _periods(run, note.application, note.new)
        assert [p["name"] for p in places if p["kind"] == "version"] == [
            json.loads(note.lock)["source"]["release"]
        ]


def _periods(run: Run, application: str, version: str) -> set[tuple[str, str, str | None]]:
    """From when until when each environment ran a version of an application."""
    found: set[tuple[str, str, str | None]] = set()
    for environment in ENVIRONMENTS:
        notes = [n for n in run.notes if (n.environment, n.application) == (environment, application)]
        for note, later in zip(notes, (*notes[1:], None), strict=True):
            if note.new == version:
                until = later.commit if later is not None else None
                found.add((f"{environment} {application}", note.commit, until))
    return found


def test_gto_agrees_on_the_newest_version_of_everything(run: Run) -> None:
    shown = _gto(run.folder.path, "show")
    found = {name: as_mapping(told)["version"] for name, told in as_mapping(shown).items()}
    assert found == {artifact: f"v{versions[-1]}" for artifact, versions in run.versions.items()}


def test_gto_agrees_on_every_version(run: Run) -> None:
    told = [as_mapping(row) for row in as_items(_gto(run.folder.path, "history"))]
    found = sorted((str(row["artifact"]), str(row["version"])) for row in told)
    made = sorted((a, f"v{version}") for a, versions in run.versions.items() for version in versions)
    assert found == made


def _gto(path: Path, command: str) -> Value:
    done = subprocess.run(
        [require_gto(), command, "--json", "--repo", str(path)], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    told: Value = json.loads(done.stdout)
    return told
