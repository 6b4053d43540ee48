import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import typer
from typer.exceptions import TyperException

from plmctl.cli.program import program, understood
from tests.house.mentions import mentions, pages
from tests.programs import REPOSITORY

_LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")
_HEADING = re.compile(r"^#+ (?P<words>.+)$", re.MULTILINE)
_CODE = re.compile(r"^```.*?^```$|`[^`\n]+`", re.MULTILINE | re.DOTALL)


def problem(command: str) -> str | None:
    """Why this build would not take a command; None when it would. A name alone may lack its arguments."""
    tree = program()
    words, _ = understood(shlex.split(command))
    at = next((n for n, word in enumerate(words) if word in tree.commands), len(words))
    try:
        tree.make_context("plmctl", words[:at])
        if len(words) > at + 1:
            tree.commands[words[at]].make_context(words[at], words[at + 1 :])
    except typer.Exit:
        return None  # --help
    except TyperException as error:
        return str(error)
    return None if at < len(words) or command.startswith("-") else "no such command"


def test_every_command_that_a_reader_sees_is_one_of_this_build() -> None:
    shown = {m for m in mentions() if not m.command.startswith(("...", "COMMAND"))}
    assert len(shown) > 100
    wrong = [f"{m.place}: plmctl {m.command}: {why}" for m in shown if (why := problem(m.command))]
    assert sorted(wrong) == []


def test_a_command_or_an_option_that_this_build_lacks_is_found() -> None:
    assert problem("validate --staged") is None
    assert problem("new") is None
    assert problem("-C here diff v1 v2 -- prompt/x") is None
    assert problem("--version") is None
    assert problem("promote x") is not None
    assert problem("validate --stage-it") is not None
    assert problem("lock one two three") is not None
    assert problem("validate --format yaml") is not None


def _slug(heading: str) -> str:
    """The anchor that GitHub and GitLab give a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _dead_links(page: Path) -> Iterator[str]:
    for match in _LINK.finditer(_CODE.sub("", page.read_text(encoding="utf-8"))):
        name, _, anchor = match["target"].partition("#")
        if name.startswith(("https://", "http://", "mailto:")):
            continue
        target = page.parent / name if name else page
        if not target.exists():
            yield f"{page.relative_to(REPOSITORY)}: {match['target']}"
        elif anchor:
            headings = _HEADING.findall(target.read_text(encoding="utf-8"))
            if anchor not in map(_slug, headings):
                yield f"{page.relative_to(REPOSITORY)}: {match['target']}: no such heading"


def test_every_link_leads_to_a_file_and_a_heading_that_exist() -> None:
    assert [dead for page in pages() for dead in _dead_links(page)] == []
