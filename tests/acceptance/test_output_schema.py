"""The JSON of every command is what schemas/output/report.json publishes."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import jsonschema_rs
import pytest

from plmctl.core.value import Value
from tests.acceptance.test_help_examples import commands
from tests.cli.running import changed, git, plmctl
from tests.git.builder import Folder
from tests.programs import REPOSITORY

PUBLISHED = REPOSITORY / "schemas" / "output" / "report.json"
# Commands whose result is a script or a text by nature; they have no JSON.
TEXT_ALONE = frozenset({"completion"})
# What is a map by nature: any key may come and go.
MAPS = frozenset({"labels", "holds", "old", "new", "table", "parameters", "schema", "bound"})

# Stands for a digest that the example has.
LOCKED = "a digest"
LOOKS = (
    ("cache", "info"),
    ("changelog",),
    ("codeowners", "--check"),
    ("data", "status"),
    ("data", "pull", "dataset/product-docs"),
    ("data", "push"),
    ("diff", "v1.0.0", "v2.0.0"),
    ("diff",),
    ("explain", "REF001"),
    ("explain", "PRM011"),
    ("find", LOCKED),
    ("graph",),
    ("graph", "prompt/support/triage"),
    ("history", "production"),
    ("impact", "model/gpt-4o"),
    ("list",),
    ("list", "--versions"),
    ("lock", "--check"),
    ("log", "prompt/support/triage"),
    ("log", "application/support-bot"),
    ("promote", "support-bot", "--to", "staging", "--dry-run"),
    ("release", "--dry-run"),
    ("render", "prompt/support/damage-photo", "--sample", "broken-pole"),
    (
        "render",
        "prompt/support/reply",
        "--sample",
        "club-member-return",
        "--input",
        'session:={"locale": "de-AT"}',
    ),
    ("render", "prompt/support/reply"),
    ("rules",),
    ("schema",),
    ("schema", "prompt"),
    ("show", "prompt/support/reply"),
    ("show", "prompt/support/triage@1.0.0"),
    ("status",),
    ("status", "--uses", "model/gpt-4o"),
    ("validate",),
    ("verify",),
)
WRITES = (
    ("accept", "--reason", "it is meant"),
    ("bundle", "--lock", "plm.lock", "-o", "all.plmz"),
    ("cache", "clear"),
    ("codeowners",),
    ("data", "index-built", "docs-search"),
    ("fmt",),
    ("git-setup",),
    ("init", "elsewhere"),
    ("lock",),
    ("new", "prompt", "support/greet"),
    ("new", "prompt", "--from", "evals/rubrics", "--model", "gpt-4o-mini"),
    ("release", "--yes"),
    ("promote", "support-bot", "--to", "staging", "--yes"),
    ("rename", "prompt/support/reply", "support/answer", "--dry-run"),
    ("rename", "prompt/support/reply", "support/answer"),
    ("rollback", "staging", "support-bot", "--yes"),
    ("validate", "--fix"),
)


@pytest.fixture(scope="module")
def published() -> jsonschema_rs.Draft202012Validator:
    """The published schema."""
    return jsonschema_rs.Draft202012Validator(json.loads(PUBLISHED.read_text(encoding="utf-8")))


def report_of(arguments: tuple[str, ...], at: Path) -> dict[str, Value]:
    """What a command prints as JSON."""
    done = plmctl(*arguments, "--format", "json", at=at)
    assert done.out, (arguments, done.err)
    found = json.loads(done.out)
    assert isinstance(found, dict)
    return found


def problems(report: Value, published: jsonschema_rs.Draft202012Validator) -> list[str]:
    """What the schema says of it."""
    return [f"{'/'.join(map(str, e.instance_path))}: {e.message}" for e in published.iter_errors(report)]


@pytest.fixture
def copied(example: Folder, tmp_path: Path) -> Path:
    """A copy of the example registry after its history, to be changed."""
    return Path(shutil.copytree(example.path, tmp_path / "registry", symlinks=True))


@pytest.fixture(scope="module", params=LOOKS, ids=" ".join)
def report(request: pytest.FixtureRequest, example: Folder) -> dict[str, Value]:
    """What one of the commands that only look prints."""
    arguments = tuple(locked_digest(example.path) if word == LOCKED else word for word in request.param)
    found = report_of(arguments, example.path)
    assert " ".join(request.param).startswith(str(found["command"]))
    return found


@pytest.mark.slow
def test_what_a_command_prints_is_published(
    report: dict[str, Value], published: jsonschema_rs.Draft202012Validator
) -> None:
    assert problems(report, published) == []


@pytest.mark.slow
@pytest.mark.parametrize("arguments", WRITES, ids=" ".join)
def test_what_a_command_that_writes_prints_is_published(
    arguments: tuple[str, ...], copied: Path, published: jsonschema_rs.Draft202012Validator
) -> None:
    if arguments[0] == "accept":
        (copied / "prompts/support/classify.yaml").unlink()
        arguments = ("accept", only_fingerprint(copied), *arguments[1:])
    if arguments[0] == "release":
        changed(copied / "prompts/support/reply.yaml", {"title: ": "title: New "})
        git("commit", "-q", "-a", "-m", "reply: a title", at=copied)
    if arguments[0] == "rollback":
        plmctl("promote", "support-bot", "--to", "staging", "--yes", at=copied)
    place = copied.parent if arguments[0] == "init" else copied
    assert problems(report_of(arguments, place), published) == []


@pytest.mark.slow
def test_findings_and_mendings_and_problems_are_published(
    copied: Path, published: jsonschema_rs.Draft202012Validator
) -> None:
    changed(copied / "prompts/support/triage.yaml", {"model: triage-ft": "model: triage-fx"})
    (copied / "models" / "gpt-4o.yaml").write_text("kind: [\n", encoding="utf-8")
    for arguments in (("validate",), ("lock", "--check"), ("diff",), ("validate", "--fix"), ("list",)):
        assert problems(report_of(arguments, copied), published) == []


def locked_digest(path: Path) -> str:
    """The closure that production runs."""
    lock = json.loads((path / "environments/production/support-bot.lock").read_text(encoding="utf-8"))
    return str(lock["artifacts"]["application/support-bot"]["closure"])


def only_fingerprint(copied: Path) -> str:
    """The fingerprint of the one change that breaks."""
    (found,) = (
        line for line in plmctl("diff", "--format", "concise", at=copied).out.splitlines() if "[" in line
    )
    return found.rpartition(" ")[2].removesuffix("]")


def test_every_command_is_among_them() -> None:
    assert {arguments[0] for arguments in (*LOOKS, *WRITES)} | TEXT_ALONE == set(commands())


@pytest.mark.slow
def test_a_field_that_goes_or_comes_is_noticed(
    report: dict[str, Value], published: jsonschema_rs.Draft202012Validator
) -> None:
    unnoticed = [place for place, other in _mutants(report) if published.is_valid(other)]
    assert unnoticed == []


def _mutants(report: dict[str, Value]) -> Iterator[tuple[str, Value]]:
    """The report with each of its fields renamed, one at a time; of a list the first item stands for all."""
    for place in _places(report):
        yield "/".join(map(str, place)), _renamed(report, place)


def _renamed(value: Value, place: tuple[str | int, ...]) -> Value:
    """The value with the last key of a place renamed."""
    first, *rest = place
    if isinstance(value, list):
        return [_renamed(value[0], tuple(rest)), *value[1:]]
    assert isinstance(value, dict)
    if rest:
        return {**value, str(first): _renamed(value[str(first)], tuple(rest))}
    return {f"{key}2" if key == first else key: inner for key, inner in value.items()}


def _places(value: Value, above: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield (*above, name)
            if name not in MAPS:
                yield from _places(inner, (*above, name))
    elif isinstance(value, list) and value:
        yield from _places(value[0], (*above, 0))
