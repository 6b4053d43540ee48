"""Every renderer, on the reports of diffs and validations of changed registries."""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache, lru_cache
from itertools import groupby
from xml.etree import ElementTree
from zlib import crc32

import jsonschema_rs

from plmctl.core.finding import PlmctlError
from plmctl.core.kinds import report_schema
from plmctl.core.report import Check, Problem, Report, State, Table, refused
from plmctl.render.form import Form, written
from plmctl.render.line import Paper
from plmctl.render.text import remarks
from tests.fuzz.target import PART, Came, Input, Target, demand, is_text
from tests.fuzz.targets.registries import (
    moments_of,
    pair_made,
    report_of_diff,
    report_of_validate,
)
from tests.render.elements import outline
from tests.render.flaws import commands, hidden
from tests.render.official import official
from tests.render.test_hostile_diff import ANSI, COMMENT_ELEMENTS, PAGE_ELEMENTS

_CATEGORIES = ("Cc", "Cf", "Cs", "Zl", "Zp")
_PAPER = Paper(width=60, is_terminal=True)
_COLOURED = replace(_PAPER, is_coloured=True)


def _class_of_hidden() -> str:
    codes = [c for c in range(0x110000) if c != 10 and unicodedata.category(chr(c)) in _CATEGORIES]
    runs = [[c for _, c in run] for _, run in groupby(enumerate(codes), lambda pair: pair[1] - pair[0])]
    return "".join(f"\\U{run[0]:08x}-\\U{run[-1]:08x}" for run in runs)


# Most outputs have neither: the oracles, which look at each character, are asked about the others.
_HIDDEN = re.compile(f"[{_class_of_hidden()}]")
# A page has thousands of characters, and a search looks at each.
_SEEN = bytes(code for code in range(128) if not _HIDDEN.match(chr(code)))
_COMMAND = re.compile(r"^\s*::|##", re.MULTILINE)


def _may_hide(printed: str) -> bool:
    if printed.isascii():
        return bool(printed.encode().translate(None, _SEEN))
    return _HIDDEN.search(printed) is not None


def _require_harmless(printed: str) -> None:
    if _may_hide(printed):
        demand(hidden(printed) == set(), f"hidden characters: {sorted(hidden(printed))}")
    if ("::" in printed or "##" in printed) and _COMMAND.search(printed):
        demand(commands(printed) == [], f"a command: {commands(printed)[:1]}")


def _text(report: Report, is_asked: bool) -> None:
    printed = written(report, "text", _PAPER) + remarks(report, _PAPER)
    _require_harmless(printed)
    if is_asked:
        coloured = written(report, "text", _COLOURED) + remarks(report, _COLOURED)
        demand(ANSI.sub("", coloured) == printed, "in colour it says something else")


def _concise(report: Report, is_asked: bool) -> None:
    printed = written(report, "concise", _PAPER)
    _require_harmless(printed)
    is_diff = report.command == "diff"
    lines = len(report.findings) + (len(report.judgements) + len(report.moved) if is_diff else 0)
    demand(lines <= printed.count("\n") <= lines + len(report.checks), "more lines than things to say")


@cache
def _shape() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(report_schema(), offline=True)


def _json(report: Report, is_asked: bool) -> None:
    printed = written(report, "json", _PAPER)
    demand(printed.isascii(), "JSON beyond ASCII")
    _require_harmless(printed)
    value = json.loads(printed)
    demand(len(value["findings"]) == len(report.findings), "findings are lost")
    demand(len(value["changes"]) == len(report.judgements), "changes are lost")
    if is_asked:
        demand(_shape().is_valid(value), "JSON of another shape than schemas/output/report.json")


def _markdown(report: Report, is_asked: bool) -> None:
    printed = written(report, "markdown", _PAPER)
    _require_harmless(printed)
    demand(len(printed) <= 65_536, "a comment that no host takes")
    if is_asked:
        page = outline(printed)
        demand(set(page.elements) <= set(COMMENT_ELEMENTS.split()), f"elements of others: {page.elements}")
        demand(page.attributes <= {("details", "open")}, f"attributes of others: {page.attributes}")


def _github(report: Report, is_asked: bool) -> None:
    printed = written(report, "github", _PAPER)
    demand(not _may_hide(printed) or hidden(printed) == set(), "hidden characters")
    ours = re.compile(r"::(error|warning|notice) (file|title)=[^:]*::.*")
    demand(all(map(ours.fullmatch, printed.splitlines())), "a line that is no annotation of ours")


def _sarif(report: Report, is_asked: bool) -> None:
    printed = written(report, "sarif", _PAPER)
    demand(printed.isascii(), "SARIF beyond ASCII")
    _require_harmless(printed)
    log = json.loads(printed)
    for result in log["runs"][0]["results"]:
        message = result["message"]["text"]
        demand(not _may_hide(message) or hidden(message) == set(), "hidden characters in a message")
        demand(not re.search(r"(?<!\\)\]\(", message), "a link in a message")
    if is_asked:
        demand(official().is_valid(log), "SARIF of another shape than 2.1.0")


def _junit(report: Report, is_asked: bool) -> None:
    printed = written(report, "junit", _PAPER)
    _require_harmless(printed)
    root = ElementTree.fromstring(printed)
    cases = sum(1 for _ in root.iter("testcase"))
    demand(cases >= len(report.findings), "findings are lost")


def _html(report: Report, is_asked: bool) -> None:
    printed = written(report, "html", _PAPER)
    _require_harmless(printed)
    demand(printed.count("<script") == 1, "a script of others")
    if is_asked:
        page = outline(printed)
        demand(page.is_balanced, "elements that do not close")
        demand(set(page.elements) <= set(PAGE_ELEMENTS.split()), f"elements of others: {page.elements}")
        demand(all(not name.startswith("on") for _, name in page.attributes), "a handler of others")


RENDERERS: Mapping[Form, Callable[[Report, bool], None]] = {
    "text": _text,
    "concise": _concise,
    "json": _json,
    "markdown": _markdown,
    "github": _github,
    "sarif": _sarif,
    "junit": _junit,
    "html": _html,
}
_REQUIRED = {form.encode(): require for form, require in RENDERERS.items()}


def _rendered(given: Input) -> Came:
    form, files = given[PART], tuple((path, data) for path, data in given.items() if path != PART)
    report, is_parsed, read = _reported(files)
    number = crc32(read + form)
    if number % 4 == 1:
        report = _with_words(report, read)
    # The oracles that look at everything are dear: of some they are asked.
    _REQUIRED[form](report, number // 4 % 8 == 0)
    is_valid = is_parsed and bool(report.judgements or report.findings)
    return Came(is_decoded=is_text(read), is_parsed=is_parsed, is_valid=is_valid, value=report)


# It takes ten times as long as to print it, and is printed in each format, one input after another.
@lru_cache(maxsize=1)
def _reported(files: tuple[tuple[str, bytes], ...]) -> tuple[Report, bool, bytes]:
    """The report of a diff, whether there is one, and all that was read.

    Some reports have all that is wrong in the newer registry besides.
    """
    given = dict(files)
    moments, read = moments_of(given), b"".join(given.values())
    try:
        report = report_of_diff(moments)
        if crc32(read) % 4 == 0:
            report = replace(report, findings=report_of_validate(moments).findings)
    except PlmctlError as error:
        report = refused("diff", error)
    return report, not report.problems, read


def _with_words(report: Report, data: bytes) -> Report:
    """The report with pieces of the input where commands put what they read from elsewhere."""
    read = data.decode(errors="replace")
    words = [read[at : at + 40] for at in range(0, len(read), max(1, len(read) // 6))][:6]
    one, two, three, *_ = (*words, "", "", "")
    return replace(
        report,
        checks=(
            Check(subject=one, name=two, state=State.FAILED, detail=three, artifact=one, field=two),
            Check(subject=one, name=two, state=State.NOT_CHECKED, detail=three, is_asked=True),
            Check(subject=two, name=one, state=State.OK),
        ),
        table=Table(headings=("a", "b", "c"), rows=((one, two, three), (three, one, two))),
        problems=(Problem(message=one, hint=two), Problem(message=three, exit_code=0)),
        notes=(one, two),
        done=(three,),
        next=(two,),
    )


RENDERING = Target(
    name="renderers",
    expected="in each format a text; no control or hidden character, no command of a CI service, no element "
    "or script of others; JSON, SARIF and JUnit in their shapes",
    modules=tuple(
        f"render/{name}.py"
        for name in (
            "text",
            "concise",
            "json",
            "markdown",
            "github",
            "sarif",
            "junit",
            "html",
            "mark",
            "visible",
            "value",
        )
    ),
    make=pair_made,
    run=_rendered,
    parts=tuple(RENDERERS),
)
