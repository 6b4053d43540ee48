"""The life of a registry with two environments, and a journal of it that is kept by hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from plmctl.commands.lock import LockOptions
from plmctl.core.report import Report
from plmctl.core.value import Value, as_items, as_mapping
from tests.commands.builder import ENVIRONMENT, FILES, made_locks, make_release
from tests.commands.ground import folder_at
from tests.git.builder import Folder

BEGIN = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
PRODUCTION = ENVIRONMENT + "  after: staging\n"
STAGING = ENVIRONMENT.replace("production", "staging").replace('"^1.0"', '">=1.0"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What somebody did to an application in an environment, as they noted it down themselves."""

    commit: str
    environment: str
    kind: str
    old: str | None
    new: str | None
    who: str


@dataclass(slots=True, kw_only=True)
class Life:
    """A registry, what was done to its environments, and the hour of its next commit."""

    folder: Folder
    journal: list[Done] = field(default_factory=list)
    running: dict[str, str | None] = field(default_factory=dict)
    states: list[tuple[str, datetime, Mapping[str, str | None]]] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        """An hour for each commit that was noted."""
        return BEGIN + timedelta(hours=len(self.states))

    def by(self, name: str) -> Folder:
        """The folder, where somebody writes commits now."""
        date = f"@{int(self.now.timestamp())} +0000"
        who = {
            "GIT_AUTHOR_NAME": name,
            "GIT_AUTHOR_EMAIL": f"{name.lower()}@example.com",
            "GIT_AUTHOR_DATE": date,
            "GIT_COMMITTER_DATE": date,
        }
        return replace(self.folder, environment={**self.folder.environment, **who})

    def noted(self, commit: str) -> None:
        """The state after a commit is remembered."""
        self.states.append((commit, self.now, dict(self.running)))

    def release(self, files: Mapping[str, str]) -> tuple[str, ...]:
        """The versions of a release of some changed files."""
        if files:
            self.noted(self.by("Ada").commit(files, "change"))
        made = make_release(self.by("Ada"))
        self.noted(self.folder.git("rev-parse", "HEAD"))
        return made

    def locked(
        self, environment: str, new: str | None, kind: str, who: str = "Ada", merger: str = ""
    ) -> None:
        """A lock that takes the newest version is committed; where there is a merger, on a branch."""
        made_locks(self.folder, LockOptions(environment=environment, update={}))
        self.put(environment, new, kind, who, merger)

    def put(self, environment: str, new: str | None, kind: str, who: str = "Ada", merger: str = "") -> None:
        """What is in the work tree is committed, and noted down."""
        if merger:
            self.folder.git("switch", "-q", "-c", "side")
        commit = self.by(who).commit({}, f"{environment}: work")
        if merger:
            self.folder.git("switch", "-q", "main")
            self.by(merger).git("merge", "-q", "--no-ff", "-m", "Merge a pull request", "side")
            self.folder.git("branch", "-q", "-d", "side")
            commit = self.folder.git("rev-parse", "HEAD")
        self.wrote(commit, environment, new, kind, who)

    def wrote(self, commit: str, environment: str, new: str | None, kind: str, who: str = "Ada") -> None:
        """A commit is noted down in the journal."""
        done = Done(
            commit=commit,
            environment=environment,
            kind=kind,
            old=self.running.get(environment),
            new=new,
            who=who,
        )
        self.journal.append(done)
        self.running[environment] = new
        self.noted(commit)


def begun(path: Path) -> Life:
    """A released registry with two environments, nothing locked."""
    path.mkdir()
    folder = folder_at(path)
    folder.git("init", "-q", "-b", "main")
    life = Life(folder=folder)
    files = {**FILES, "environments/production.yaml": PRODUCTION, "environments/staging.yaml": STAGING}
    life.release({str(name): text for name, text in files.items()})
    return life


def lived(path: Path) -> Life:
    """Three versions, promoted, rolled back, reverted, broken and mended."""
    life = begun(path)
    life.locked("staging", "1.0.0", "added")
    life.locked("production", "1.0.0", "added", who="Bob")
    life.release({"prompts/greet.md": "Greet {{name}} warmly.\n"})
    life.locked("staging", "1.1.0", "promotion", who="Bob")
    life.locked("production", "1.1.0", "promotion", who="Bob", merger="Eve")
    life.release({"prompts/greet.md": "Greet {{name}} very warmly.\n"})
    life.locked("staging", "1.2.0", "promotion")
    life.locked("production", "1.2.0", "promotion")
    life.by("Bob").git("revert", "--no-edit", "HEAD")
    life.wrote(life.folder.git("rev-parse", "HEAD"), "production", "1.1.0", "rollback", who="Bob")
    lock = life.folder.path / "environments/staging/desk.lock"
    good = lock.read_bytes()
    lock.write_bytes(b"<<<<<<< HEAD\n" + good)
    life.put("staging", "1.2.0", "broken")
    lock.write_bytes(good)
    life.put("staging", "1.2.0", "lock made anew")
    return life


def events_of(report: Report) -> list[Mapping[str, Value]]:
    """The events of applications in a history, oldest first."""
    events = [as_mapping(event) for event in as_items((report.data or {})["events"])]
    return [event for event in reversed(events) if event["application"] is not None]
