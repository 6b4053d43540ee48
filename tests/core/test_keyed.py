"""Places by the names of list items."""

import pytest

from plmctl.core.keyed import keyed
from plmctl.core.manifest import Manifest
from plmctl.core.ports import MemoryTree
from plmctl.core.registry import load
from plmctl.core.value import Pointer
from tests.rules.registries import SETTINGS, manifest

PROMPT = """\
model: m
messages:
  - role: user
    content: hi
tools:
  - name: search
    description: Look it up.
  - ref: tool/mail
  - description: It has no name.
x-notes: [[one]]
"""


def prompt() -> Manifest:
    tree = MemoryTree(
        {"plmctl.yaml": SETTINGS + "spec: {}\n", "prompts/a.yaml": manifest("Prompt", "a", PROMPT)}
    )
    return load(tree).manifests["prompt/a"]


@pytest.mark.parametrize(
    ("pointer", "named"),
    [
        ((), ()),
        (("spec", "model"), ("spec", "model")),
        (("spec", "tools", 0, "description"), ("spec", "tools", "name=search", "description")),
        (("spec", "tools", 1, "ref"), ("spec", "tools", "name=mail", "ref")),
        (("spec", "tools", 2), ("spec", "tools", 2)),
        (("spec", "messages", 0, "content"), ("spec", "messages", 0, "content")),
        (("spec", "x-notes", 0, 0), ("spec", "x-notes", 0, 0)),
        (("spec", "model", "none"), ("spec", "model", "none")),
    ],
)
def test_an_item_of_a_list_with_a_key_goes_by_its_name(pointer: Pointer, named: Pointer) -> None:
    assert keyed(prompt(), pointer) == named
