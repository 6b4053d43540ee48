"""What an editor shows of a registry: the real YAML language server over the schemas that plmctl writes."""

from pathlib import Path

import pytest

from tests.editor.server import Server, as_list, as_object

NAME_PATTERN = "^[a-z0-9]([a-z0-9_-]*[a-z0-9])?(/[a-z0-9]([a-z0-9_-]*[a-z0-9])?)*$"
# One server for all of them.
pytestmark = pytest.mark.xdist_group("editor")


def wrong(first_line: int) -> list[tuple[int, str]]:
    """What is wrong with the broken prompt, whose text begins on a line."""
    found = (
        (4, f'String does not match the pattern of "{NAME_PATTERN}".'),
        (5, "Property titel is not allowed."),
        (6, 'Missing property "model".'),
        (7, "Property modle is not allowed."),
        (9, 'Value is not accepted. Valid values: "system", "developer", "user", "assistant", "tool".'),
    )
    return [(line + first_line - 1, message) for line, message in found]


def test_every_manifest_is_right_in_an_editor_and_a_broken_one_wrong_where_it_is(
    server: Server, registry: Path
) -> None:
    paths = sorted(path.relative_to(registry).as_posix() for path in registry.rglob("*.yaml"))
    said = server.diagnostics(paths)
    assert len(said) > 50
    assert {path: found for path, found in said.items() if found} == {
        "prompts/broken.yaml": wrong(1),
        "drafts/broken.yaml": wrong(2),
    }


@pytest.mark.parametrize("path", ["prompts/support/triage.yaml", "drafts/prompt-draft.yaml"])
def test_a_field_under_the_mouse_is_described(server: Server, registry: Path, path: str) -> None:
    server.diagnostics([path])
    lines = (registry / path).read_text(encoding="utf-8").splitlines()
    hover = as_object(server.at("hover", path, lines.index("spec:"), 1))
    assert "What is said to a model, and the contract" in str(as_object(hover["contents"])["value"])


def test_the_fields_that_may_stand_in_a_place_are_offered(server: Server, registry: Path) -> None:
    (registry / "prompts/begun.yaml").write_text(
        "apiVersion: plmctl/v1\nkind: Prompt\nmetadata: {name: begun}\nspec:\n  model: gpt-4o\n  \n",
        encoding="utf-8",
    )
    server.diagnostics(["prompts/begun.yaml"])
    offered = as_list(as_object(server.at("completion", "prompts/begun.yaml", 5, 2))["items"])
    labels = {str(as_object(item)["label"]) for item in offered}
    assert {"messages", "inputs", "outputs", "parameters", "tools"} <= labels
    assert "model" not in labels
