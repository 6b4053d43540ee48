"""Registries with releases in real repositories, and the commands run on them."""

import hashlib
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from plmctl.commands.accept import AcceptOptions, accept
from plmctl.commands.diff import DiffOptions, diff
from plmctl.commands.lock import LockOptions, check, lock
from plmctl.commands.release import Prepared, ReleaseOptions, prepared, release
from plmctl.commands.validate import ValidateOptions, validate
from plmctl.commands.verify import VerifyOptions, verify
from plmctl.core.finding import Bump
from plmctl.core.report import Report, State
from plmctl.git.repository import Repository
from tests.commands.ground import WHEN, folder_at
from tests.commands.remembering import again
from tests.git.builder import Folder
from tests.once import once
from tests.programs import REPOSITORY
from tests.warm import run

EXAMPLE = REPOSITORY / "example-registry"
SETTINGS = "apiVersion: plmctl/v1\nkind: Registry\nmetadata: {name: shop}\n"
MODEL = """\
apiVersion: plmctl/v1
kind: Model
metadata: {name: small}
spec:
  provider: openai
  model: gpt-4o-mini-2024-07-18
"""
LARGE = MODEL.replace("name: small", "name: large").replace("gpt-4o-mini", "gpt-4o")
GREET = """\
apiVersion: plmctl/v1
kind: Prompt
metadata: {name: greet}
spec:
  model: small
  messages:
    - {role: user, contentFile: greet.md}
"""
BYE = """\
apiVersion: plmctl/v1
kind: Prompt
metadata: {name: bye}
spec:
  model: small
  messages:
    - {role: user, content: Say goodbye.}
"""
APPLICATION = """\
apiVersion: plmctl/v1
kind: Application
metadata: {name: desk}
spec:
  uses: [prompt/greet]
"""
ENVIRONMENT = """\
apiVersion: plmctl/v1
kind: Environment
metadata: {name: production}
spec:
  pins: {desk: "^1.0"}
"""
FILES: Mapping[str, str] = {
    "plmctl.yaml": SETTINGS,
    "models/small.yaml": MODEL,
    "prompts/greet.yaml": GREET,
    "prompts/greet.md": "Greet {{name}}.\n",
    "prompts/bye.yaml": BYE,
    "applications/desk.yaml": APPLICATION,
    "environments/production.yaml": ENVIRONMENT,
}
LOCK = "environments/production/desk.lock"
NOTHING_ASKED = VerifyOptions()


@once
def shop(path: Path, *, below: str = "", object_format: str = "sha1") -> Folder:
    """A committed registry that was never released, at the top or in a folder of its repository."""
    path.mkdir(parents=True)
    folder = folder_at(path)
    folder.git("init", "-q", "-b", "main", f"--object-format={object_format}")
    folder.commit({f"{below}{name}": text for name, text in FILES.items()}, "begin")
    return folder


@once
def released_shop(path: Path) -> Folder:
    """A registry with three releases, each with another text of one prompt, and a lock at the second."""
    folder = shop(path)
    make_release(folder)
    folder.commit({"prompts/greet.md": "Greet {{name}} warmly.\n"}, "warmer")
    make_release(folder)
    made_locks(folder)
    folder.commit({}, "lock")
    folder.commit({"prompts/greet.md": "Greet {{name}} very warmly.\n"}, "warmer still")
    make_release(folder)
    return folder


@contextmanager
def opened(folder: Folder) -> Iterator[Repository]:
    """The repository of a folder, in the folder's own environment."""
    with Repository.discover(str(folder.path), folder.environment) as repository:
        yield repository


def options(*artifacts: str, raised: Mapping[str, Bump] | None = None) -> ReleaseOptions:
    """A release of these artifacts, or of all that changed."""
    return ReleaseOptions(artifacts=artifacts, raised=raised or {}, when=WHEN, run="0" * 32)


def planned_release(folder: Folder, *artifacts: str, raised: Mapping[str, Bump] | None = None) -> Prepared:
    """A release that is planned and checked, and not made: what `--dry-run` shows."""
    with opened(folder) as repo:
        return prepared(repo, options(*artifacts, raised=raised))


def attempted_release(folder: Folder, *artifacts: str, raised: Mapping[str, Bump] | None = None) -> Report:
    """What came of a release, made or refused."""
    with opened(folder) as repo:
        return release(repo, prepared(repo, options(*artifacts, raised=raised)))


def make_release(folder: Folder, *artifacts: str) -> tuple[str, ...]:
    """The versions that a release made, as `id version`."""
    report = attempted_release(folder, *artifacts)
    assert report.problems == ()
    assert report.findings == ()
    assert report.plan is not None
    return tuple(f"{planned.artifact} {planned.version}" for planned in report.plan.planned)


def accept_all(folder: Folder, reason: str = "it is meant", *, since: str | None = None) -> tuple[str, ...]:
    """Accept all that breaks: since the release, or in the diff of a revision; the fingerprints, sorted."""
    revisions = DiffOptions(is_since_release=True) if since is None else DiffOptions(revisions=(since,))
    with opened(folder) as repo:
        found = diff(repo, revisions).judgements
        names = tuple(sorted({judgement.fingerprint for judgement in found if judgement.is_unaccepted}))
        accept(repo, AcceptOptions(fingerprints=names, reason=reason, revision=since))
    return names


def made_locks(folder: Folder, wanted: LockOptions | None = None) -> Report:
    """What `plmctl lock` reports."""
    with opened(folder) as repo:
        return lock(repo, wanted or LockOptions())


def checked_locks(folder: Folder) -> Report:
    """What `plmctl lock --check` reports."""
    with opened(folder) as repo:
        return check(repo, LockOptions())


def verified(folder: Folder, *names: str, asked: VerifyOptions = NOTHING_ASKED) -> Report:
    """What `plmctl verify` reports."""
    with opened(folder) as repo:
        return verify(repo, replace(asked, names=names))


def answers(report: Report, name: str) -> list[str]:
    """What came of one of the checks, as `subject: state: detail`."""
    found = (check for check in report.checks if check.name == name)
    return [f"{check.subject}: {check.state.value}: {check.detail}" for check in found]


def failures(report: Report) -> list[str]:
    """The checks that FAILED, as `subject name artifact field: detail`."""
    found = []
    for line in report.checks:
        if line.state is State.FAILED:
            place = " ".join(word for word in (line.artifact, line.field) if word)
            found.append(f"{line.subject} {line.name}{f' {place}' if place else ''}: {line.detail}")
    return found


def problems(report: Report) -> list[str]:
    """What stops a command, as `code: message`."""
    return [f"{problem.exit_code}: {problem.message}" for problem in report.problems]


def told(report: Report) -> list[str]:
    """Findings, as `code place: message`."""
    return [f"{finding.code} {finding.location}: {finding.message}" for finding in report.findings]


def validated(folder: Folder, wanted: ValidateOptions | None = None) -> Report:
    """What `plmctl validate` reports."""
    options = wanted or ValidateOptions()
    if options.memo is None:
        with opened(folder) as repo:
            return validate(repo, options)
    memo = again(options.memo)
    with opened(folder) as repo:
        report = validate(repo, replace(options, memo=memo))
    memo.keep()
    return report


def changes_of(folder: Folder, wanted: DiffOptions | None = None) -> Report:
    """What `plmctl diff` reports."""
    options = wanted or DiffOptions()
    if options.memo is None:
        with opened(folder) as repo:
            return diff(repo, options)
    memo = again(options.memo)
    with opened(folder) as repo:
        report = diff(repo, replace(options, memo=memo))
    memo.keep()
    return report


def differences(folder: Folder, wanted: DiffOptions | None = None) -> list[str]:
    """What `plmctl diff` tells, as `code artifact: message`."""
    report = changes_of(folder, wanted)
    return [f"{j.code} {j.change.artifact}: {j.message}" for j in report.judgements]


def between(folder: Folder, *revisions: str, artifacts: tuple[str, ...] | None = None) -> list[str]:
    """What changed between revisions."""
    return differences(folder, replace(DiffOptions(), revisions=revisions, artifacts=artifacts))


def footprint(path: Path) -> dict[str, str]:
    """The sha256 of every file in a folder, its `.git` included, and where every link leads."""
    return {
        file.relative_to(path).as_posix(): _footprint(file)
        for file in sorted(path.rglob("*"))
        if file.is_symlink() or file.is_file()
    }


def _footprint(file: Path) -> str:
    return str(file.readlink()) if file.is_symlink() else hashlib.sha256(file.read_bytes()).hexdigest()


def copied(folder: Folder, path: Path) -> Folder:
    """A copy of a repository, byte for byte, with the times that Git's index knows."""
    shutil.copytree(folder.path, path, symlinks=True)
    return folder.at(path)


def cloned(folder: Folder, path: Path, *arguments: str) -> Folder:
    """A clone of a repository."""
    folder.git("clone", "-q", *arguments, folder.path.as_uri(), str(path))
    return folder.at(path)


@once
def example_history(path: Path) -> Folder:
    """The example registry with its history: five releases, and the locks of its environments."""
    shutil.copytree(EXAMPLE, path, ignore=shutil.ignore_patterns("demo"))
    folder = folder_at(path)
    folder.git("init", "-q", "-b", "main")
    folder.commit({}, "begin")
    for line in (path / ".history" / "series").read_text(encoding="utf-8").splitlines():
        step, subject, reason = (*line.split("\t"), "", "")[:3]
        if step == "release":
            make_release(folder)
            continue
        folder.git("apply", f".history/{step}")
        if reason:
            accept_all(folder, reason)
        folder.commit({}, subject)
    make_release(folder)
    made_locks(folder)
    folder.commit({}, "lock")
    # Few files are copied sooner than many.
    folder.git("repack", "-a", "-d", "-q")
    return folder


def plmctl(folder: Folder, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    """A run of the console script in a folder, which exits as expected."""
    done = run(arguments, folder.path, folder.environment)
    out, err = done.stdout.decode(), done.stderr.decode()
    assert done.returncode == code, (done.returncode, out, err)
    return subprocess.CompletedProcess(done.args, done.returncode, out, err)
