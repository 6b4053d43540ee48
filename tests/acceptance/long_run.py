"""A registry that is released, promoted and rolled back for long, and the journal that its driver keeps."""

import gzip
import json
import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.commands.builder import MODEL, accept_all, attempted_release, problems
from tests.commands.ground import folder_at
from tests.commands.stages import made, promotion, way_back
from tests.git.builder import Folder
from tests.programs import REPOSITORY

CORPUS = REPOSITORY.parent / "shared/corpora/prompts.jsonl.gz"
BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
ENVIRONMENTS = ("development", "staging", "production")
WORDS = ("always", "never", "briefly", "kindly", "in order", "with sources", "as a list", "in one sentence")
PARTIAL = (
    "apiVersion: plmctl/v1\nkind: Partial\nmetadata: {{name: {name}}}\nspec:\n  contentFile: {name}.md\n"
)
PROMPT = """\
apiVersion: plmctl/v1
kind: Prompt
metadata: {{name: {name}, title: Title 0}}
spec:
  model: {model}
  inputs: {{type: object, required: [question], properties: {{question: {{type: string}}}}}}
  messages:
    - {{role: system, contentFile: {name}.md, templateFormat: raw}}
    - {{role: user, content: "{{{{> {partial}}}}} {{{{question}}}}"}}
"""
APPLICATION = (
    "apiVersion: plmctl/v1\nkind: Application\nmetadata: {{name: {name}}}\nspec:\n  uses: [{uses}]\n"
)
ENVIRONMENT = (
    "apiVersion: plmctl/v1\nkind: Environment\nmetadata: {{name: {name}}}\nspec:\n  pins: {{}}\n{after}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much of everything there is, and how often it is released."""

    prompts: int
    partials: int
    models: int
    applications: int
    releases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What the driver did: where, from which version to which, by what commit, and the lock's bytes then."""

    commit: str
    environment: str
    application: str
    kind: str
    old: str | None
    new: str
    lock: bytes


@dataclass(slots=True, kw_only=True)
class Run:
    """The registry and its journal: what was done, what ran after each commit, which versions were made."""

    folder: Folder
    size: Size
    chance: random.Random
    notes: list[Note] = field(default_factory=list)
    courses: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    states: list[tuple[str, datetime, Mapping[tuple[str, str], str]]] = field(default_factory=list)
    versions: dict[str, list[str]] = field(default_factory=dict)
    releases: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        """A minute for each commit that was noted."""
        return BEGIN + timedelta(minutes=len(self.states))

    @property
    def applications(self) -> list[str]:
        """Their names."""
        return [f"app{n}" for n in range(self.size.applications)]

    def dated(self) -> Folder:
        """The folder, where commits are made now."""
        date = f"@{int(self.now.timestamp())} +0000"
        dates = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
        return replace(self.folder, environment={**self.folder.environment, **dates})

    def counted(self, what: str) -> None:
        """One more of something."""
        self.counts[what] = self.counts.get(what, 0) + 1

    def committed(self) -> str:
        """The commit that is checked out; what runs after it is remembered."""
        commit = self.folder.git("rev-parse", "HEAD")
        running = {place: course[-1] for place, course in self.courses.items()}
        self.states.append((commit, self.now, running))
        return commit

    def released(self) -> None:
        """A release of what is committed, made by plmctl; every breaking change is accepted first."""
        report = attempted_release(self.dated())
        if any("nobody has accepted" in problem for problem in problems(report)):
            accept_all(self.folder)
            self.dated().commit({}, "accept")
            self.committed()
            self.counted("accepted")
            report = attempted_release(self.dated())
        assert problems(report) == []
        assert report.plan is not None
        self.committed()
        self.releases.append(report.plan.tag)
        for planned in report.plan.planned:
            self.versions.setdefault(planned.artifact, []).append(str(planned.version))

    def promoted(self, application: str, environment: str, version: str) -> None:
        """A promotion of the version; now and then on a branch that is merged."""
        course = self.courses.get((environment, application), [])
        is_merged = self.chance.random() < 0.3
        if is_merged:
            self.folder.git("switch", "-q", "-c", "side")
        options = promotion(f"{application}@{version}", environment, is_hold_lifted=True)
        report = made(self.dated(), options)
        assert problems(report) == []
        assert report.done
        if is_merged:
            self.folder.git("switch", "-q", "main")
            self.dated().git("merge", "-q", "--no-ff", "-m", "merge", "side")
            self.folder.git("branch", "-q", "-D", "side")
            self.counted("merged")
        self.noted(application, environment, "promotion" if course else "added", version)
        self.counted("promotions")

    def went_back(self, application: str, environment: str) -> None:
        """A rollback: one version, or to one that is named; or `git revert` of a promotion at the tip."""
        course = self.courses[environment, application]
        last = self.notes[-1]
        is_tip = self._is_of(last, environment, application) and last.commit == self.states[-1][0]
        is_plain = is_tip and last.kind == "promotion" and self._parents() == 1
        if is_plain and self.chance.random() < 0.6:
            self.dated().git("revert", "--no-edit", "HEAD")
            self.counted("reverts")
            target = course[-2]
        else:
            target = self.chance.choice(course[:-1]) if self.chance.random() < 0.4 else course[-2]
            written = application if target == course[-2] else f"{application}@{target}"
            report = made(self.dated(), way_back(environment, written, reason="worse answers"))
            assert problems(report) == []
            assert report.done
            self.counted("rollbacks")
        del course[course.index(target) :]
        self.noted(application, environment, "rollback", target)

    def _parents(self) -> int:
        return len(self.folder.git("rev-list", "--parents", "-1", "HEAD").split()) - 1

    def noted(self, application: str, environment: str, kind: str, version: str) -> None:
        """The journal's line of what is committed now."""
        course = self.courses.setdefault((environment, application), [])
        before = next((n for n in reversed(self.notes) if self._is_of(n, environment, application)), None)
        course.append(version)
        lock = self.folder.path / f"environments/{environment}/{application}.lock"
        self.notes.append(
            Note(
                commit=self.committed(),
                environment=environment,
                application=application,
                kind=kind,
                old=before.new if before is not None else None,
                new=version,
                lock=lock.read_bytes(),
            )
        )

    @staticmethod
    def _is_of(note: Note, environment: str, application: str) -> bool:
        return (note.environment, note.application) == (environment, application)


def begun(path: Path, size: Size, seed: int) -> Run:
    """A committed registry of that size, never released."""
    path.mkdir()
    folder = folder_at(path)
    folder.git("init", "-q", "-b", "main")
    run = Run(folder=folder, size=size, chance=random.Random(seed))
    run.dated().commit(dict(_files(run)), "begin")
    run.committed()
    return run


def _texts(count: int) -> list[str]:
    """Texts of prompts: real ones where there are some, else made up."""
    if not CORPUS.exists():
        return [f"You answer questions of kind {n}.\n" for n in range(count)]
    with gzip.open(CORPUS, "rt", encoding="utf-8") as lines:
        found = [str(json.loads(line)["system"]) for _, line in zip(range(count), lines, strict=False)]
    return found + [f"You answer questions of kind {n}.\n" for n in range(len(found), count)]


def _files(run: Run) -> Iterator[tuple[str, str]]:
    size, chance = run.size, run.chance
    yield "plmctl.yaml", "apiVersion: plmctl/v1\nkind: Registry\nmetadata: {name: long}\n"
    for n in range(size.models):
        yield f"models/m{n}.yaml", MODEL.replace("name: small", f"name: m{n}")
    # A third of the partials includes one of the next third, and that one of the last.
    third = size.partials // 3
    for n in range(size.partials):
        yield f"partials/p{n}.yaml", PARTIAL.format(name=f"p{n}")
        below = f" {{{{> p{n + third}}}}}" if n + third < size.partials else ""
        yield f"partials/p{n}.md", f"Answer {chance.choice(WORDS)}.{below}\n"
    for n, text in enumerate(_texts(size.prompts)):
        model, partial = f"m{chance.randrange(size.models)}", f"p{chance.randrange(third)}"
        yield f"prompts/q{n}.yaml", PROMPT.format(name=f"q{n}", model=model, partial=partial)
        yield f"prompts/q{n}.md", text
    for name in run.applications:
        uses = sorted(chance.sample(range(size.prompts), size.prompts // 3))
        yield (
            f"applications/{name}.yaml",
            APPLICATION.format(name=name, uses=", ".join(f"q{n}" for n in uses)),
        )
    for before, name in zip((None, *ENVIRONMENTS), ENVIRONMENTS, strict=False):
        after = f"  after: {before}\n" if before else ""
        yield f"environments/{name}.yaml", ENVIRONMENT.format(name=name, after=after)


def driven(run: Run) -> None:
    """Releases, and after each some promotions and rollbacks."""
    for number in range(run.size.releases):
        if number:
            for _ in range(run.chance.randint(1, 6)):
                _change(run)
            run.dated().commit({}, "changes")
            run.committed()
        run.released()
        for application in run.applications:
            _deploy(run, application)


def _deploy(run: Run, application: str) -> None:
    source = run.versions[f"application/{application}"][-1]
    for environment, likely in zip(ENVIRONMENTS, (0.8, 0.5, 0.35), strict=True):
        course = run.courses.get((environment, application), [])
        is_newer = not course or _order(source) > _order(course[-1])
        if is_newer and run.chance.random() < likely:
            run.promoted(application, environment, source)
        course = run.courses.get((environment, application), [])
        if len(course) > 1 and run.chance.random() < 0.2:
            run.went_back(application, environment)
        if not course:
            return
        source = run.courses[environment, application][-1]


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _change(run: Run) -> None:
    """One change of one manifest or text."""
    chance, size, top = run.chance, run.size, run.folder.path
    prompt = f"prompts/q{chance.randrange(size.prompts)}"
    word = f"{chance.choice(WORDS)} {chance.randrange(10**6)}"
    match chance.randrange(16):
        case 0 | 1 | 2 | 3 | 4:
            _append(top / f"{prompt}.md", f"Answer {word}.\n")
        case 5 | 6 | 7:
            _append(top / f"partials/p{chance.randrange(size.partials)}.md", f"Also {word}.\n")
        case 8 | 9 | 10:
            _replace(top / f"{prompt}.yaml", r"title: .*?}", f"title: Title {chance.randrange(10**6)}}}")
        case 11 | 12:
            model = top / f"models/m{chance.randrange(size.models)}.yaml"
            _replace(
                model,
                r"spec:\n(  parameters: .*\n)?",
                f"spec:\n  parameters: {{seed: {chance.randrange(10**6)}}}\n",
            )
        case 13 | 14:
            more = f"properties: {{in{chance.randrange(10**6)}: {{type: string}}, "
            _replace(top / f"{prompt}.yaml", r"properties: \{", more)
        case _:
            name = f"need{chance.randrange(10**6)}"
            _replace(top / f"{prompt}.yaml", r"required: \[", f"required: [{name}, ")
            _replace(top / f"{prompt}.yaml", r"properties: \{", f"properties: {{{name}: {{type: string}}, ")


def _append(path: Path, text: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def _replace(path: Path, old: str, new: str) -> None:
    text, count = re.subn(old, new, path.read_text(encoding="utf-8"), count=1)
    assert count == 1, path
    path.write_text(text, encoding="utf-8")
