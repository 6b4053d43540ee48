"""list --versions by names alone, against what is read of every manifest; and what it costs."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from plmctl.commands.listing import ListOptions, version_listing
from plmctl.commands.versions import versions
from plmctl.core.document import read_document
from plmctl.core.finding import PlmctlError
from plmctl.core.memo import Memo
from plmctl.core.ports import Repo
from plmctl.core.report import Report
from plmctl.git.disk import read_file
from plmctl.git.objects import ObjectReader
from plmctl.git.process import Git
from tests.commands.counting import counted
from tests.commands.ground import MODEL, PROMPT, REGISTRY, opened, released, small_registry
from tests.commands.remembering import LastingCache, later, memo
from tests.commands.test_read_once import CHANGED, prompt, with_prompts
from tests.git.builder import Folder
from tests.store.test_recall_edits import next_tick

RENAMED = MODEL.replace("name: small", "name: tiny\n  formerly: [small]")
STRANGE = MODEL.replace("name: small", "name: tiny\n  formerly: [small, 'x y', \"a\\tb\"]")


def tag_moved(folder: Folder) -> None:
    folder.git("tag", "-f", "model/small@v1.0.0", "prompt/greet@v0.1.0^{}")


def tag_deleted(folder: Folder) -> None:
    folder.git("tag", "-d", "prompt/greet@v0.1.0")


def lock_of_more(folder: Folder) -> None:
    lock = (folder.path / "plm.lock").read_text()
    folder.write("plm.lock", lock.replace('"version": "1.0.0"', '"version": "9.9.9"'))


def second_release(folder: Folder) -> None:
    folder.commit({"models/small.yaml": MODEL.replace("2024-07-18", "2025-01-01")})
    released(folder)


def third_release(folder: Folder) -> None:
    prompt = PROMPT.replace("model: small", "model: tiny")
    folder.commit({"models/small.yaml": RENAMED, "prompts/greet.yaml": prompt})
    released(folder)


EDITS: dict[str, Callable[[Folder], object]] = {
    "nothing": lambda folder: None,
    "a title": lambda folder: folder.write("models/small.yaml", MODEL.replace("Small", "Tiny")),
    "another release": second_release,
    "a third one, of another name": third_release,
    "names before that are none": lambda folder: folder.write("models/small.yaml", STRANGE),
    "a second file of one id": lambda folder: folder.write("models/a.yaml", RENAMED.replace("small,", "b,")),
    "a broken file": lambda folder: folder.write("models/broken.yaml", "kind: [\n"),
    "a file of others": lambda folder: folder.write("models/other.yaml", "just: text\n"),
    "a kind that is none": lambda folder: folder.write(
        "models/none.yaml", "apiVersion: plmctl/v1\nkind: Nothing\n"
    ),
    "a lock of versions without tags": lock_of_more,
    "a lock that is none": lambda folder: folder.write("plm.lock", "{"),
    "a lock with any text": lambda folder: folder.write(
        "plm.lock", '{"artifacts": {"a@v1\\nb": {"version": "1\\t2"}, "c": {"version": 3}}}'
    ),
    "no lock": lambda folder: (folder.path / "plm.lock").unlink(),
    "a tag that is another": tag_moved,
    "a tag less": tag_deleted,
    "tags of others": lambda folder: folder.git("tag", "v7.0.0"),
    "another name of the registry": lambda folder: folder.write(
        "plmctl.yaml", REGISTRY.replace("acme", "other")
    ),
    "less that is read": lambda folder: folder.write(
        "plmctl.yaml", REGISTRY + "spec: {manifests: {exclude: ['models/*']}}\n"
    ),
    "nothing that is read": lambda folder: folder.write(
        "plmctl.yaml", REGISTRY + "spec: {manifests: {exclude: ['*/*']}}\n"
    ),
    "another plmctl": lambda folder: folder.write(
        "plmctl.yaml", REGISTRY + "spec: {requiredVersion: '^9'}\n"
    ),
}


def told(folder: Folder, ask: Callable[[Repo], Report]) -> object:
    try:
        with opened(folder) as repo:
            report = ask(repo)
    except PlmctlError as error:
        return error.message, error.hint
    return report.table, report.summary, report.notes


def test_names_alone_say_what_whole_manifests_say(tmp_path: Path) -> None:
    """After each edit, by what a run before found out, and by what is known to nobody."""
    folder = small_registry(tmp_path / "registry")
    released(folder)
    cache, seen = LastingCache(), set()
    for name, edit in EDITS.items():
        edit(folder)
        next_tick(tmp_path)
        for revision, kind in ((None, None), (None, "model"), ("HEAD", None), ("HEAD~1", "dataset")):
            whole = told(folder, partial(version_listing, options=ListOptions(kind=kind, revision=revision)))
            for known in (kept(cache), kept(cache), memo()):
                found = told(folder, partial(versions, revision=revision, kind=kind, memo=known))
                known.keep()
                assert found == whole, (name, revision, kind)
            seen.add(repr(whole))
    assert len(seen) >= len(EDITS)


def kept(cache: LastingCache) -> Memo:
    """What a run knows that begins now."""
    return memo(cache, clock=later)


def took(folder: Folder, known: Memo) -> dict[str, int]:
    with (
        opened(folder) as repo,
        counted(read_document, ObjectReader.read, read_file, Git.command) as found,
    ):
        versions(repo, None, None, known)
    known.keep()
    return found


@pytest.mark.parametrize("count", [50, 500])
def test_what_is_known_is_not_read_again(tmp_path: Path, count: int) -> None:
    folder = with_prompts(tmp_path / "registry", count)
    released(folder)
    cache = LastingCache()
    tags = 1 + 2 * count + 1
    first = took(folder, kept(cache))
    # The settings and the manifests; each file once, the lock too; every tag, and what none has.
    assert first == {"read_document": 2 + 2 * count, "read": tags, "read_file": 3 + 2 * count, "command": 4}
    # The settings: they say what is a manifest. The files, and the tags by their ids.
    assert took(folder, kept(cache)) == {"read_document": 1, "read": 0, "read_file": 1, "command": 3}
    for number in range(CHANGED):
        folder.write(f"prompts/p{number}.yaml", prompt(number, "Good night."))
    next_tick(tmp_path)
    # What changed is read once: to see that, and for its name.
    changed = {"read_document": 1 + CHANGED, "read": 0, "read_file": 1 + CHANGED, "command": 3}
    assert took(folder, kept(cache)) == changed
