"""What is asked of all artifacts at once: the same of a registry that was read, and of one that is known."""

import pytest

from plmctl.core.ports import MemoryTree
from plmctl.core.registry import Registry, load
from plmctl.core.whole import having_data, including, versioned_ids
from tests.commands.remembering import LastingCache
from tests.core.test_brief import FILES, known
from tests.rules.registries import MODEL

ENVIRONMENT = "apiVersion: plmctl/v1\nkind: Environment\nmetadata: {name: production}\nspec: {pins: {}}\n"
HERE = FILES | {"environments/production.yaml": ENVIRONMENT}
EDITS = {
    "nothing": dict[str, str](),
    "a manifest": {"models/m.yaml": f"{MODEL}# another\n"},
    "a text": {"prompts/more.md": "Or {{more}}.\n"},
    "one that includes a text": {"prompts/p.yaml": FILES["prompts/p.yaml"] + "# another\n"},
    "one that comes": {"models/n.yaml": MODEL.replace("name: m", "name: n")},
}


def said(registry: Registry) -> tuple[object, ...]:
    """All that is asked."""
    return (
        versioned_ids(registry),
        [manifest.id for manifest in having_data(registry)],
        {manifest.id: manifest.summary.hashes for manifest in including(registry)},
    )


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_what_is_known_of_a_registry_is_what_is_read_of_it(edit: dict[str, str]) -> None:
    cache = LastingCache()
    known(cache, HERE)
    found, plain = known(cache, HERE | edit), load(MemoryTree(HERE | edit))
    assert (found.view is not None, plain.view) == (True, None)
    assert said(found) == said(plain)


def test_what_is_asked_is_answered() -> None:
    ids, data, files = said(load(MemoryTree(HERE)))
    assert ids == ("dataset/d", "model/m", "partial/voice", "prompt/p")
    assert data == ["dataset/d"]
    assert isinstance(files, dict)
    assert {artifact: [path for path, _ in hashes] for artifact, hashes in files.items()} == {
        "dataset/d": ["datasets/d.csv.dvc"],
        "prompt/p": ["prompts/more.md"],
    }
