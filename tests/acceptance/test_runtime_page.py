from pathlib import Path

import pytest

from tests.acceptance.session import begun_in, filled
from tests.acceptance.snippets import Client, printed
from tests.git.builder import Folder
from tests.programs import REPOSITORY

ANSWER = (
    '{"category": "order_status", "priority": "high", "escalate": false, '
    '"language": "en", "summary": "Is late."}'
)


@pytest.mark.slow
def test_what_the_page_of_the_runtime_shows_is_what_happens(example: Folder, tmp_path: Path) -> None:
    text = (REPOSITORY / "docs" / "runtime.md").read_text(encoding="utf-8")
    session = begun_in(example.path, tmp_path)
    assert filled(text, session) == text
    assert list(printed(text, session, Client(ANSWER))) == []
