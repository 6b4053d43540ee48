"""What a service logs of a lock that somebody wrote: no line, sign or secret of it (O01, O03, X01)."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from plmctl import runtime
from plmctl.core.finding import PlmctlError
from plmctl.core.value import Value
from tests.commands.builder import LOCK, made_locks, released_shop
from tests.git.builder import Folder
from tests.render.flaws import hidden

SECRET = "A1b2C3d4E5f6G7h8I9j0"
EVIL = f"\x1b[31m\n::error::forged\r\u202e\x9b glpat-{SECRET}"


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A registry with releases and a lock."""
    folder = released_shop(tmp_path_factory.mktemp("log") / "registry")
    made_locks(folder)
    return folder


def spoilt(value: Value) -> Iterator[tuple[str, Value]]:
    """A value with hostile text for each part of it, and for each key; and where that is."""
    yield "", EVIL
    if isinstance(value, dict):
        for key, child in value.items():
            yield f"key {key}", {EVIL if each == key else each: value[each] for each in value}
            yield from ((f"{key}/{place}", {**value, key: made}) for place, made in spoilt(child))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            for place, made in spoilt(child):
                yield f"{index}/{place}", [*value[:index], made, *value[index + 1 :]]


def test_of_no_place_in_a_lock_a_log_has_a_line_a_sign_or_a_secret(registry: Folder, tmp_path: Path) -> None:
    lock = json.loads((registry.path / LOCK).read_bytes())
    path, said = tmp_path / "evil.lock", dict[str, str]()
    for place, made in spoilt(lock):
        path.write_text(json.dumps(made, indent=2) + "\n")
        with pytest.raises(PlmctlError) as refused:
            runtime.load(path, source=str(registry.path))
        # As a service logs it.
        said[place] = str(refused.value)
    assert len(said) > 80
    assert [(place, text) for place, text in said.items() if hidden(text) or SECRET[4:] in text] == []
    lines = {line for text in said.values() for line in text.split("\n")}
    assert {
        line for line in lines if not line.startswith((str(path), "  hint: ", "\\x1b[31m\\n::error"))
    } == set()
