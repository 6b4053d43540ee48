"""What is validated is what is tagged, whatever happens to the work tree meanwhile (hostile.md C06)."""

import threading
from pathlib import Path

from tests.commands.builder import shop
from tests.git.builder import Folder
from tests.hostile.stranger import plmctl

NAME = "prompts/greet.md"
ROUNDS = 6


def test_what_is_tagged_is_what_was_committed_and_valid(tmp_path: Path) -> None:
    folder = shop(tmp_path / "shop")
    codes = []
    for number in range(ROUNDS):
        folder.commit({NAME: f"Greet {{{{name}}}}, {number}.\n"}, f"text {number}")
        before = set(folder.git("tag").split())
        codes.append(_released_on_moving_ground(folder))
        for tag in set(folder.git("tag").split()) - before:
            assert folder.git("show", f"{tag}^{{}}:{NAME}") == f"Greet {{{{name}}}}, {number}."
            assert plmctl(folder.path, "validate", "--rev", tag).code == 0
            assert plmctl(folder.path, "verify", tag).code == 0
        folder.write(NAME, f"Greet {{{{name}}}}, {number}.\n")
    # It is made, or refused because of what was changed just then.
    assert set(codes) <= {0, 1, 3}
    folder.git("reset", "-q", "--hard")
    assert plmctl(folder.path, "release", "--yes").code == 0


def _released_on_moving_ground(folder: Folder) -> int:
    """The exit code of a release while a text of it is written again and again."""
    is_over = threading.Event()
    path = folder.path / NAME
    good = path.read_bytes()

    def written() -> None:
        while not is_over.is_set():
            path.write_bytes(b"Insult {{nobody}}.\n")
            is_over.wait(0.01)
            path.write_bytes(good)
            is_over.wait(0.05)

    thread = threading.Thread(target=written)
    thread.start()
    try:
        return plmctl(folder.path, "release", "--yes").code
    finally:
        is_over.set()
        thread.join()
