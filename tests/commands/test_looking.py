"""Whoever looks with what is known sees what he would see without it, whatever changed in between."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from plmctl.commands.graph import GraphOptions, graph
from plmctl.commands.impact import ImpactOptions, impact
from plmctl.commands.show import ShowOptions, show
from plmctl.core.memo import Memo
from plmctl.core.ports import Repo
from tests.commands.builder import BYE, copied, opened, released_shop
from tests.commands.remembering import LastingCache, later, memo
from tests.git.builder import Folder

Look = Callable[[Repo, Memo | None], object]
UPSTREAM = GraphOptions(artifact="model/small", is_upstream=True)
LOOKS: Mapping[str, Look] = {
    "show": lambda repo, known: show(repo, ShowOptions(artifact="prompt/greet"), known),
    "show a version": lambda repo, known: show(repo, ShowOptions(artifact="prompt/greet@1.1.0"), known),
    "show what all use": lambda repo, known: show(repo, ShowOptions(artifact="model/small"), known),
    "graph": lambda repo, known: graph(repo, GraphOptions(), known),
    "graph of one": lambda repo, known: graph(
        repo, GraphOptions(artifact="model/small", is_upstream=True), known
    ),
    "graph of a commit": lambda repo, known: graph(repo, GraphOptions(revision="HEAD"), known),
    "impact": lambda repo, known: impact(repo, ImpactOptions(artifacts=("model/small",)), known),
}


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Three releases; not to be changed."""
    return released_shop(tmp_path_factory.mktemp("looking") / "registry")


def seen(folder: Folder, look: Look, known: Memo | None) -> object:
    """What a run sees, which keeps what it knows."""
    with opened(folder) as repo:
        found = look(repo, known)
    if known is not None:
        known.keep()
    return found


@pytest.mark.parametrize("name", LOOKS)
def test_what_is_known_changes_nothing(name: str, history: Folder, tmp_path: Path) -> None:
    folder, look, cache = copied(history, tmp_path / "registry"), LOOKS[name], LastingCache()
    for more in (
        {},
        {},
        {"prompts/greet.md": "Greet {{name}} more warmly still.\n"},
        {"prompts/more.yaml": BYE.replace("name: bye", "name: more")},
        {},
    ):
        for path, text in more.items():
            folder.write(path, text)
        assert seen(folder, look, memo(cache, clock=later)) == seen(folder, look, None)
    assert cache.every("stock")
