"""Hostile text in a diff, through every renderer (hostile.md O and U): neutralised, and nothing forged."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from plmctl.core.report import Report
from plmctl.core.value import Value
from plmctl.render.concise import concise
from plmctl.render.github import MOST, github
from plmctl.render.html import html
from plmctl.render.json import json_text
from plmctl.render.line import Paper
from plmctl.render.markdown import markdown
from plmctl.render.sarif import sarif
from plmctl.render.text import remarks, text
from plmctl.render.visible import visible
from tests.render.attacks import ATTACKS, attacked, mixed
from tests.render.elements import Outline, outline
from tests.render.flaws import commands, hidden
from tests.render.official import official

TEXTS = {**ATTACKS, **{f"mixed {n}": text for n, text in enumerate(mixed(12))}}
ANSI = re.compile(r"\x1b\[[0-9;]*m")
ASSETS = Path(__file__).parents[2] / "plmctl" / "render" / "assets"

COMMENT_ELEMENTS = "h3 p strong b code pre ins del br ul li table tr th td details summary"
PAGE_ELEMENTS = (
    "html head meta title style body a header div h1 h2 h3 p strong fieldset legend label input span button "
    "kbd nav ol ul li small code main section table thead tbody tr th td details summary del ins s i footer "
    "dialog dl dt dd br script"
)
PAGE_ATTRIBUTES = {
    "html": "lang",
    "meta": "charset http-equiv content name",
    "a": "class href",
    "div": "class hidden role aria-label",
    "input": "type name id autocomplete checked",
    "button": "type id",
    "nav": "aria-label",
    "main": "id tabindex",
    "ul": "class",
    "details": "class id open",
    "span": "class",
    "th": "scope",
    "td": "colspan",
    "strong": "class",
    "p": "class",
    "dialog": "id aria-labelledby",
    "h2": "id",
}
# The lines of a comment that are Markdown, and no HTML.
OURS = re.compile(
    r"7 artifacts changed: 7 major|"
    r"The next release needs a \*\*major\*\* version\.( \*\*\d+ breaking changes are not accepted\.\*\*)?|"
    r"\*\*Left out for want of room\*\*: [^@#<>`]*`plmctl diff` to see all\."
)
# What GitHub or GitLab makes something of in plain text: mentions, references, labels, links, ids, emoji.
ALIVE = re.compile(
    r"[@#!~$%&^|`*_<>\[\]{}\\]\w|\w[@#~$^|`*_\\<>\[\]{}]\w|://|www\.|:\w+:|\b[0-9a-f]{7,}\b|\b[A-Z]+-\d"
)


@pytest.fixture(scope="module", params=sorted(TEXTS))
def attack(request: pytest.FixtureRequest) -> str:
    """One hostile text."""
    return TEXTS[request.param]


@pytest.fixture(scope="module")
def report(attack: str) -> Report:
    """A diff that is full of it."""
    return attacked(attack)


def strings(value: Value) -> Iterator[str]:
    """Every string in a value, keys too."""
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from strings(inner)
    yield from value if isinstance(value, dict) else ()


def test_text_hides_nothing_and_commands_nobody(report: Report) -> None:
    for is_coloured in (False, True):
        paper = Paper(width=60, is_coloured=is_coloured, is_terminal=True)
        printed = text(report, paper) + remarks(report, paper)
        plain = ANSI.sub("", printed) if is_coloured else printed
        assert hidden(plain) == set()
        assert commands(plain) == []


def test_a_line_of_its_own_is_all_that_a_change_gets(report: Report) -> None:
    printed = concise(report)
    assert hidden(printed) == set()
    assert commands(printed) == []
    assert printed.count("\n") == len(report.findings) + len(report.judgements) + len(report.moved)


def test_json_says_it_all_in_ascii(report: Report, attack: str) -> None:
    printed = json_text(report)
    assert printed.isascii()
    assert hidden(printed) == set()
    assert commands(printed) == []
    assert attack in set(strings(json.loads(printed)))


def test_sarif_is_valid_and_links_nowhere(report: Report) -> None:
    printed = sarif(report)
    assert printed.isascii()
    assert commands(printed) == []
    log = json.loads(printed)
    messages = [result["message"]["text"] for result in log["runs"][0]["results"]]
    assert len(messages) == len(report.findings) + len(report.judgements)
    assert {flaw for message in messages for flaw in hidden(message)} == set()
    assert [message for message in messages if re.search(r"(?<!\\)\]\(", message)] == []
    assert official().is_valid(log)


def test_github_reads_our_annotations_and_no_other(report: Report) -> None:
    printed = github(report)
    assert hidden(printed) == set()
    lines = printed.splitlines()
    assert len(lines) == MOST
    ours = re.compile(r"::(error|warning|notice) (file|title)=[^:]*::.*")
    assert [line for line in lines if not ours.fullmatch(line)] == []


def test_a_comment_has_no_element_but_ours(report: Report, attack: str) -> None:
    printed = markdown(report)
    assert hidden(printed) == set()
    assert commands(printed) == []
    assert printed.startswith("<!-- plmctl-diff -->\n")
    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    tokens = reader.parse(printed)
    assert {token.type for token in tokens} <= {
        "html_block", "heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline"
    }  # fmt: skip
    assert [t.content for t in tokens if t.type == "inline" and not OURS.fullmatch(t.content)] == []
    page = outline(reader.renderer.render(tokens, reader.options, {}))
    assert set(page.elements) <= set(COMMENT_ELEMENTS.split())
    assert page.attributes <= {("details", "open")}
    assert page.comments == [" plmctl-diff "]
    assert (page.others, page.is_balanced) == ([], True)
    assert ALIVE.findall(page.text_outside("code", "pre")) == []
    assert visible(attack)[:60] in page.text_inside("code")


def test_a_page_has_no_element_but_ours(report: Report, attack: str) -> None:
    printed = html(report)
    assert hidden(printed) == set()
    assert commands(printed) == []
    page = outline(printed)
    assert set(page.elements) <= set(PAGE_ELEMENTS.split())
    assert page.attributes <= {(e, a) for e, names in PAGE_ATTRIBUTES.items() for a in names.split()}
    assert (page.comments, page.others, page.is_balanced) == ([], ["DOCTYPE html"], True)
    _require_only_our_code(page)
    assert visible(attack)[:60] in page.text_inside("code")


def _require_only_our_code(page: Outline) -> None:
    assert page.text_inside("script") == (ASSETS / "diff.js").read_text(encoding="utf-8")
    assert page.text_inside("style") == (ASSETS / "diff.css").read_text(encoding="utf-8")
    assert (page.elements["script"], page.elements["style"], page.elements["dialog"]) == (1, 1, 1)
    ids = [value for _, name, value in page.values if name == "id"]
    assert len(ids) == len(set(ids))
    links = [value for element, name, value in page.values if name in ("href", "src")]
    assert [link for link in links if not re.fullmatch(r"#(changes|a\d+)", link)] == []
