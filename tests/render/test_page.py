from plmctl.core.change import Change, Fact
from plmctl.core.finding import Bump, Finding, Level, Location, Rule
from plmctl.core.judgement import Judgement
from plmctl.core.page import Page, Trial
from plmctl.core.report import Report
from plmctl.render.line import Paper
from plmctl.render.text import text

CHECK = Rule(
    code="TPL002",
    name="unused-input",
    level=Level.WARNING,
    meaning="An input is declared,\nand nothing uses it.\n\nUse it, or delete it.",
)
CHANGE = Rule(
    code="PRM010", name="required-input-added", level=Level.ERROR, bump=Bump.MAJOR, meaning="Calls fail."
)
FOUND = Finding(
    rule=CHECK,
    message="nothing uses 'a'",
    location=Location(path="p.yaml", line=2, column=3, end_column=4),
    level=Level.WARNING,
    help="use it",
    source="  a: {}",
)


def shown(page: Page, width: int = 80) -> str:
    return text(Report(command="explain", page=page), Paper(width=width))


def test_a_page_says_from_where_to_where_a_rule_goes() -> None:
    rule = Rule(
        code="REG006",
        name="dependency-changed",
        level=Level.INFO,
        bump=Bump.PATCH,
        worst=(Level.WARNING, Bump.MAJOR),
        meaning="It depends.",
    )
    assert shown(Page(rules=(rule,))) == (
        "REG006 dependency-changed\n\nlevel  info to warning\nbump   patch to major\n\nIt depends.\n"
    )


def test_a_page_has_meaning_example_and_mending() -> None:
    diff = ("--- bad/p.yaml", " x", "-  a: {}", "+  b")
    page = Page(rules=(CHECK,), here=("info: shared",), example=FOUND, mending=diff)
    assert (
        shown(page)
        == """\
TPL002 unused-input

level  warning
here   info: shared

An input is declared, and nothing uses it.

Use it, or delete it.

An example:

warning[TPL002] unused-input: nothing uses 'a'
 --> p.yaml:2:3
  |
2 |   a: {}
  |   ^
  = help: use it

What mends it:

--- bad/p.yaml
 x
-  a: {}
+  b
"""
    )


def test_a_rule_about_changes_has_a_bump_and_may_have_no_example() -> None:
    assert shown(Page(rules=(CHANGE,))) == (
        "PRM010 required-input-added\n\nlevel  error\nbump   major\n\nCalls fail.\n"
    )


def judged(code: str, message: str, level: Level = Level.ERROR) -> Judgement:
    rule = Rule(code=code, name="a-name", level=level, bump=Bump.MAJOR, meaning="")
    change = Change(artifact="prompt/p", kind="Prompt", fact=Fact.CHANGED)
    return Judgement(rule=rule, change=change, level=level, bump=Bump.MAJOR, message=message)


FIRING = Trial(
    diff=("--- before/p.yaml", "+++ after/p.yaml", "-  a: {}"), judgements=(judged("PRM010", "it went"),)
)


def test_a_rule_about_changes_is_shown_firing_and_silent() -> None:
    harmless = Trial(diff=("--- before/p.yaml", "+++ silent/p.yaml", "+  b"), judgements=())
    assert (
        shown(Page(rules=(CHANGE,), pair_code="PRM010", firing=FIRING, harmless=harmless))
        == """\
PRM010 required-input-added

level  error
bump   major

Calls fail.

An example:

--- before/p.yaml
+++ after/p.yaml
-  a: {}

error[PRM010] a-name: prompt/p: it went

Where the rule is silent:

--- before/p.yaml
+++ silent/p.yaml
+  b

nothing to judge
"""
    )


def test_a_rule_of_every_kind_says_whose_example_it_shows() -> None:
    info = Trial(diff=("+  b",), judgements=(judged("PRM902", "fine", Level.INFO),))
    lines = shown(Page(rules=(CHANGE,), pair_code="PRM901", firing=FIRING, harmless=info)).split("\n")
    assert lines[7] == "An example, as PRM901:"
    assert lines[-2:] == ["info[PRM902] a-name: prompt/p: fine", ""]


def test_an_example_that_no_line_mends_ends_the_page() -> None:
    assert shown(Page(rules=(CHECK,), example=FOUND)).endswith("  = help: use it\n\n")


def test_what_is_long_is_folded_at_words() -> None:
    lines = shown(Page(rules=(CHECK,), here=("off for prompt/a/*: nobody has time",)), width=30).split("\n")
    assert lines[2:9] == [
        "level  warning",
        "here   off for prompt/a/*:",
        "       nobody has time",
        "",
        "An input is declared, and",
        "nothing uses it.",
        "",
    ]


def test_lines_of_prose_are_never_wider_than_people_read() -> None:
    long = Page(rules=(Rule(code="X", name="x", level=Level.INFO, meaning="word " * 60),))
    assert max(map(len, shown(long, width=200).split("\n"))) <= 100


def test_a_code_of_several_rules_has_each_with_its_level() -> None:
    safe = Rule(
        code="PRM010", name="required-input-added", level=Level.INFO, bump=Bump.PATCH, meaning="Safe."
    )
    assert shown(Page(rules=(CHANGE, safe), here=("off: why",))) == (
        "PRM010 required-input-added\n\n"
        "level  error\nbump   major\nhere   off: why\n\nCalls fail.\n\n"
        "level  info\nbump   patch\nhere   off: why\n\nSafe.\n"
    )
