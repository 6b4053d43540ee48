"""What a registry is of which not all documents are held: the same, and little of it at a time."""

import gc
from pathlib import Path

import pytest

from plmctl.core.document import Document
from plmctl.core.finding import PlmctlError
from plmctl.core.form import identities
from plmctl.core.manifest import Manifest
from plmctl.core.ports import MemoryTree
from plmctl.core.registry import Registry, load
from plmctl.rules.checks import findings
from plmctl.rules.surveys import looked_into
from tests.commands.remembering import LastingCache, memo
from tests.core.test_verdicts import FILES, UNDER, WINDOW
from tests.rules.registries import MODEL, SETTINGS, manifest

FOLDER = Path(__file__).parent.parent.parent / "example-registry"
EXAMPLE = {
    path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in FOLDER.rglob("*") if path.is_file()
}
WRONG: dict[str, bytes | str] = {**FILES, "prompts/u.yaml": UNDER, "contexts/long.yaml": WINDOW}
DAY = "2026-03-04"


@pytest.fixture
def alone() -> None:
    """What other tests hold, millions of objects, is looked through no more."""
    gc.freeze()


def documents() -> int:
    """How many documents of manifests are held by anybody."""
    gc.collect()
    return sum(isinstance(each, Document) and each.path != "plmctl.yaml" for each in gc.get_objects())


def test_all_is_held_of_a_small_registry() -> None:
    registry = load(MemoryTree(EXAMPLE))
    assert (registry.is_large, registry.portions) == (False, ())
    assert [*registry.parts()] == [registry]


@pytest.mark.parametrize("files", [EXAMPLE, WRONG], ids=["the example", "mistakes"])
@pytest.mark.parametrize("held", [1, 700])
def test_what_is_said_of_it_is_the_same(files: dict[str, bytes | str], held: int) -> None:
    small, large = load(MemoryTree(files)), load(MemoryTree(files), held=held)
    assert large.is_large
    assert frozenset().union(*large.portions) == large.manifests.keys()
    assert sum(map(len, large.portions)) == len(large.manifests)
    assert findings(large, DAY) == findings(small, DAY)
    assert identities(large) == identities(small)
    assert large == small


def test_what_is_said_of_some_is_the_same() -> None:
    cache = LastingCache()
    for files in (WRONG, WRONG | {"models/m.yaml": MODEL.replace("2024-08-06", "2024-05-13")}):
        run = memo(cache)
        registry = load(MemoryTree(files), briefs=run.briefs, held=1)
        found = findings(registry, DAY, None, run.verdicts)
        run.keep()
        assert found == findings(load(MemoryTree(files)), DAY)


@pytest.mark.usefixtures("alone")
def test_few_documents_are_held_at_a_time() -> None:
    count, size = 60, len(prompt(0))
    files = {
        "plmctl.yaml": SETTINGS,
        "models/m.yaml": MODEL,
        **{f"prompts/{n}.yaml": prompt(n) for n in range(count)},
    }
    before = documents()
    registry = load(MemoryTree(files), held=size * 40)
    assert [len(portion) for portion in registry.portions] == [10, 10, 10, 10, 10, 10, 1]
    held = [
        documents() - before if number == 5 else 0
        for number, _ in enumerate(map(looked_at, registry.parts()))
    ]
    assert findings(registry, DAY) == ()
    assert 10 <= max(held) <= 13
    # When all is said, what the last portion is about.
    assert documents() - before <= 2


@pytest.mark.usefixtures("alone")
def test_of_a_large_registry_no_more_is_held_with_each_dataset_looked_into() -> None:
    text = "purpose: [few-shot]\nformat: jsonl\ndata: {git: d.jsonl}\n"
    files = {
        "plmctl.yaml": SETTINGS,
        **{f"datasets/d{n}.yaml": manifest("Dataset", f"d{n}", text) for n in range(9)},
    }
    held = list[int]()

    def nowhere(dataset: Manifest) -> None:
        assert dataset.spec["format"] == "jsonl"
        held.append(documents())

    registry = load(MemoryTree(files), held=1)
    assert looked_into(registry, nowhere, None).absent == tuple(f"dataset/d{n}" for n in range(9))
    # Others hold documents too, and no more of them with each dataset.
    assert held == [held[0]] * 9


def prompt(number: int) -> str:
    return manifest("Prompt", f"p{number:02}", "model: m\nmessages: [{role: user, content: Hi}]\n")


def looked_at(registry: Registry) -> bool:
    """Whether the suspects could be looked at."""
    return all(suspect.spec for suspect in registry.judged())


class MovingTree(MemoryTree):
    """A tree that somebody writes to."""

    def write(self, path: str, text: str) -> None:
        self._files[path] = text.encode()


def test_a_file_that_was_changed_meanwhile_is_no_manifest_of_it() -> None:
    tree = MovingTree({"plmctl.yaml": SETTINGS, "models/m.yaml": MODEL})
    registry = load(tree, held=1)
    tree.write("models/m.yaml", f"{MODEL}# more\n")
    with pytest.raises(PlmctlError, match=r"^models/m\.yaml was changed meanwhile"):
        _ = registry.manifests["model/m"].spec
