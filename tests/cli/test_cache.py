"""The cache changes no byte of an answer: cold, warm or poisoned; and who must not believe it never asks."""

import random
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest

from plmctl.cache.place import cache_file
from tests.cli.running import Done, git, plmctl
from tests.house.sources import sources

RUNS = (
    ("validate",),
    ("validate", "--staged"),
    ("validate", "--rev", "HEAD"),
    ("validate", "prompts/support"),
    ("validate", "models/gpt-4o.yaml", "--staged", "--fail-on", "warning"),
    ("validate", "--as-of", "2027-06-01"),
    ("validate", "--staged", "--format", "json"),
    ("validate", "--staged", "--format", "sarif"),
    ("validate", "--staged", "--format", "github"),
    ("validate", "--staged", "--format", "junit"),
    ("validate", "--staged", "--format", "markdown"),
    ("validate", "--staged", "--format", "concise"),
    ("validate", "--staged", "--color", "always"),
    ("data", "status"),
    ("list", "--versions"),
)
MENDED = (RUNS[0], RUNS[2], RUNS[7], *RUNS[-2:])
"""One of each way to ask."""
# One of each kind of place that findings come from: reading, schema, files, references, texts, names, days.
WRONG = {
    "models/broken.yaml": "kind: [\n",
    "models/gpt-4o.yaml": "apiVersion: plmctl/v1\nkind: Model\nmetadata: {name: gpt-4o}\n"
    'spec: {provdr: openai, model: gpt-4o, retires: "2027-07-01"}\n',
    "prompts/support/new.yaml": "apiVersion: plmctl/v1\nkind: Prompt\nmetadata: {name: new}\n"
    'spec:\n  model: gpt-4\n  messages:\n    - {role: user, content: "{{a}} {{#b}}"}\n'
    "    - {role: user, contentFile: none.md}\n",
    "prompts/support/New.yaml": "apiVersion: plmctl/v1\nkind: Prompt\nmetadata: {name: new}\nspec: {}\n",
    "partials/notes.yml": "just: notes\n",
}


@pytest.fixture
def wrong(registry: Path) -> Path:
    """The example registry with mistakes of many kinds, staged."""
    for name, text in WRONG.items():
        (registry / name).write_text(text, encoding="utf-8")
    git("add", "--all", at=registry)
    git("commit", "--quiet", "--message", "Mistakes", at=registry)
    return registry


def answers(registry: Path, cache: Path, runs: Iterable[Sequence[str]] = RUNS) -> list[Done]:
    return [plmctl(*run, at=registry, XDG_CACHE_HOME=str(cache)) for run in runs]


def rows_under_other_keys(file: Path) -> None:
    with sqlite3.connect(file) as rows:
        found = rows.execute("SELECT kind, name, stamp, value, sum FROM known").fetchall()
        names = [name for _, name, *_ in found]
        for (kind, name, stamp, value, said), other in zip(found, [*names[1:], "x"], strict=True):
            rows.execute("DELETE FROM known WHERE kind = ? AND name = ?", (kind, name))
            rows.execute(
                "INSERT OR REPLACE INTO known VALUES (?, ?, ?, ?, ?)", (kind, other, stamp, value, said)
            )
        rows.executemany(
            "INSERT OR REPLACE INTO known VALUES (?, ?, ?, ?, ?)",
            [(*row[:3], b'{"told": [], "paths": ""}', row[4]) for row in found],
        )


def another_schema(file: Path) -> None:
    with sqlite3.connect(file) as rows:
        rows.execute("DROP TABLE known")
        rows.execute("CREATE TABLE known (kind TEXT, name TEXT, value TEXT)")
        rows.execute("INSERT INTO known VALUES ('answer', 'validate', 'valid')")
        rows.execute("PRAGMA user_version = 99")


def flipped(file: Path) -> None:
    data = bytearray(file.read_bytes())
    chance = random.Random(7)
    for _ in range(len(data) // 100):
        data[chance.randrange(100, len(data))] ^= 1 << chance.randrange(8)
    file.write_bytes(data)


POISONS: dict[str, Callable[[Path], object]] = {
    "random bytes": lambda file: file.write_bytes(random.Random(7).randbytes(20_000)),
    "cut off": lambda file: file.write_bytes(file.read_bytes()[: file.stat().st_size // 2]),
    "empty": lambda file: file.write_bytes(b""),
    "bits flipped": flipped,
    "rows under other keys": rows_under_other_keys,
    "another schema": another_schema,
    "read-only": lambda file: file.chmod(0o400),
    "deleted": lambda file: file.unlink(),
}


# Three hundred runs of what other tests measure.
@pytest.mark.slow
@pytest.mark.no_cover
def test_no_cache_changes_a_byte_of_an_answer(wrong: Path, tmp_path: Path) -> None:
    """With none, an empty, a full, and a poisoned one."""
    cache = tmp_path / "cache"
    plain = [plmctl(*run, at=wrong, PLMCTL_CACHE="0") for run in RUNS]
    assert [done.code for done in plain[:6]] == [1] * 6
    assert not cache.exists()
    assert answers(wrong, cache) == plain
    assert answers(wrong, cache) == plain
    file = Path(cache_file(str(wrong), {"XDG_CACHE_HOME": str(cache)}) or "")
    shutil.copy(file, tmp_path / "good")
    for name, poison in POISONS.items():
        shutil.copy(tmp_path / "good", file)
        poison(file)
        assert (name, answers(wrong, cache)) == (name, plain)
        # What was mended by that is good again.
        assert (name, answers(wrong, cache, MENDED)) == (name, [plain[RUNS.index(run)] for run in MENDED])


def test_only_what_looks_asks_what_is_known() -> None:
    """Never lock, release or verify: those check for themselves."""
    asking = {
        s.path for s in sources("plmctl/cli") if "cache_of(repo)" in s.text or "memo_of(repo)" in s.text
    }
    # Data status; validate and diff; log; list; status; the dry run of release.
    names = ("place", "data", "judge", "follow", "look", "status", "publish")
    assert asking == {f"plmctl/cli/{name}.py" for name in names}
    (publish,) = (source for source in sources("plmctl/cli") if source.path == "plmctl/cli/publish.py")
    assert publish.text.count("memo_of(repo)") == 1
    assert (
        "if is_dry:\n            options = replace(options, memo=stack.enter_context(memo_of(repo)))"
        in publish.text
    )


def test_what_is_kept_can_be_seen_and_deleted(registry: Path, tmp_path: Path) -> None:
    home = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    file = Path(cache_file(str(registry), home) or "")
    before = f"file    {file}\nsize    nothing is kept yet\nuse     on\n"
    assert plmctl("cache", "info", at=registry, **home) == Done(code=0, out=before, err="")
    assert plmctl("cache", "clear", at=registry, **home) == Done(code=0, out="nothing was kept\n", err="")
    assert plmctl("validate", "--staged", at=registry, **home).code == 0
    assert file.exists()
    other = file.with_name("other.sqlite")
    other.write_bytes(b"x" * 1200)
    seen = plmctl("cache", "info", at=registry / "prompts", **home, CI="true").out.splitlines()
    assert (seen[0], seen[2:]) == (f"file    {file}", ["use     off", "others  1.2 kB"])
    assert plmctl("cache", "clear", at=registry, **home).out.startswith("deleted ")
    assert (file.exists(), other.exists()) == (False, True)
    assert plmctl("cache", "clear", "--all", at=registry, **home).out == (
        "deleted 1.2 kB: the next run finds it out again\n"
    )
    assert not other.exists()


def test_a_user_without_a_home_has_no_cache(registry: Path) -> None:
    done = plmctl("cache", "info", at=registry, HOME="", PLMCTL_CACHE="1")
    assert done == Done(
        code=0,
        out="file    no home folder outside of the repository\nsize    nothing is kept yet\nuse     on\n",
        err="",
    )


def test_cache_alone_is_wrong_usage_and_shows_its_commands(registry: Path) -> None:
    done = plmctl("cache", at=registry)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("Usage: plmctl cache [OPTIONS] COMMAND [ARGS]...\n")
