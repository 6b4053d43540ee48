from pathlib import Path

import pytest

from plmctl.core.call.ways import ways_of
from plmctl.core.value import as_items, as_mapping
from plmctl.runtime import load
from tests.acceptance.session import EXAMPLE, begun, begun_in, filled
from tests.acceptance.snippets import Client, printed
from tests.git.builder import Folder
from tests.programs import REPOSITORY

ANSWER = (
    '{"category": "order_status", "priority": "high", "escalate": false, '
    '"language": "en", "summary": "Is late."}'
)


@pytest.mark.slow
def test_the_registry_of_the_pages_can_be_made_by_a_reader(example: Folder, tmp_path: Path) -> None:
    session = begun(tmp_path)
    play = EXAMPLE / ".history" / "play"
    assert session.run(f"sh {play} made") == ""
    made = example.at(session.place / "made")
    assert said_of(made) == said_of(example)
    assert (
        session.run(f"sh {play} made; echo $?") == "usage: play FOLDER, where nothing has that name yet\n2\n"
    )


def said_of(folder: Folder) -> list[str]:
    """What a registry has and how it came to be, but its locks: tags hold a random number."""
    files = [line for line in folder.git("ls-tree", "-r", "HEAD").splitlines() if not line.endswith(".lock")]
    locks = folder.git("ls-files", "*.lock").splitlines()
    return [*files, *locks, folder.git("tag", "--list"), folder.git("log", "--format=%s")]


@pytest.mark.slow
def test_a_reply_of_the_example_can_be_asked_of_each_model_by_its_own_client(example: Folder) -> None:
    lock = example.path / "environments" / "production" / "support-bot.lock"
    registry = load(lock, source=example.path)
    reply = registry.prompt("support/reply")
    sample = as_items(registry.artifact("prompt/support/reply").unhashed["samples"])[0]
    asked = {}
    for model in registry.route("chat-default").models:
        inputs = {**as_mapping(as_mapping(sample)["input"]), "session": {"locale": "en"}}
        call = reply.render(inputs, model=model)
        clients = {"anthropic": call.as_anthropic, "openai": call.as_openai}
        asked[model] = clients[ways_of(call.model)[0]]()["model"]
    assert asked == {
        "model/gpt-4o": "gpt-4o-2024-08-06",
        "model/claude-sonnet": "claude-sonnet-4-5-20250929",
    }


@pytest.mark.slow
def test_what_the_page_of_the_runtime_shows_is_what_happens(example: Folder, tmp_path: Path) -> None:
    text = (REPOSITORY / "docs" / "runtime.md").read_text(encoding="utf-8")
    session = begun_in(example.path, tmp_path)
    assert filled(text, session) == text
    assert list(printed(text, session, Client(ANSWER))) == []
