"""Python blocks of a Markdown file, run one after another as a reader would type them."""

import re
from collections.abc import Iterator
from contextlib import chdir, redirect_stdout
from io import StringIO
from types import SimpleNamespace

from tests.acceptance.session import Session, is_true_of

_BLOCK = re.compile(
    r"^```python\n(?P<code>.*?)^```$(?:\n\n```text\n(?P<output>.*?)^```$)?", re.MULTILINE | re.DOTALL
)


class Client:
    """OpenAI's client, as far as the pages go: it takes a request, and gives the same answer to each."""

    def __init__(self, answer: str = "") -> None:
        message = SimpleNamespace(content=answer)
        self.chat = SimpleNamespace(completions=self)
        self.choices = [SimpleNamespace(message=message)]

    def create(self, *, model: str, messages: list[object], **more: object) -> "Client":
        assert model
        assert messages
        return self


def printed(markdown: str, session: Session, client: Client) -> Iterator[tuple[str, str]]:
    """Each block that prints something else than the page shows, with what it prints."""
    names: dict[str, object] = {"openai_client": client}
    with chdir(session.place):
        for block in _BLOCK.finditer(markdown):
            output = StringIO()
            with redirect_stdout(output):
                exec(block["code"], names)
            if not is_true_of(block["output"] or "", output.getvalue()):
                yield block["code"], output.getvalue()
