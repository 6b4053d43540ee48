from dataclasses import replace

from plmctl.core.finding import Bump
from plmctl.core.reach import Cost, Reach, Running
from plmctl.render.consequence import cost_cells, reach_cells, told_reach

WHY = "prompt/a PRM011 input-removed"
CHANGED = Reach(artifact="prompt/a", bump=Bump.MAJOR, why=(WHY,), chain=("prompt/a",))
DESK = Reach(
    artifact="application/desk",
    bump=Bump.MINOR,
    why=(WHY,),
    chain=("prompt/a", "route/r", "application/desk"),
    running=(
        Running(environment="production", application="desk", pin="^1.0", locked="1.2.0"),
        Running(environment="staging", application="desk", pin="*"),
    ),
)
PRODUCTION = "<code>production</code> pins <code>^1.0</code>, locked at <code>1.2.0</code>"
COST = Cost(artifact="prompt/a", counter="o200k_base", tokens_before=1200, tokens_after=1180)


def test_what_changed_and_runs_nowhere_has_no_row() -> None:
    near = replace(CHANGED, artifact="evalsuite/e", chain=("prompt/a", "evalsuite/e"))
    runs = replace(CHANGED, running=DESK.running)
    assert told_reach((CHANGED, DESK, near, runs)) == (DESK, near, runs)


def test_a_dependent_says_what_it_needs_why_and_where_it_runs() -> None:
    assert reach_cells(DESK) == (
        "<code>application/desk</code>",
        "minor",
        "<code>prompt/a</code> PRM011 input-removed<br>by way of <code>route/r</code>",
        f"{PRODUCTION}<br><code>staging</code> pins <code>*</code>, not locked",
    )


def test_of_many_reasons_three_are_told() -> None:
    many = replace(CHANGED, why=tuple("abcde"))
    assert reach_cells(many)[2:] == ("a<br>b<br>c<br>… 2 more", "")


def test_tokens_and_costs_are_told_before_and_after() -> None:
    assert cost_cells(COST) == (
        "<code>prompt/a</code>",
        "1,200 → 1,180 (-20)",
        "",
        "<code>o200k_base</code>",
    )
    priced = replace(COST, counter="estimate", currency="USD", cost_before=3.0, cost_after=2.95)
    assert cost_cells(priced)[2:] == ("<code>USD</code> 3 → 2.95", "an estimate")


def test_one_side_alone_is_told_alone() -> None:
    new = replace(COST, tokens_before=None, tokens_after=1, currency="USD", cost_after=0.0025)
    assert cost_cells(new)[1:3] == ("1 token", "<code>USD</code> 0.0025")
    old = replace(COST, tokens_before=1200, tokens_after=None, currency="USD", cost_before=3.0)
    assert cost_cells(old)[1:3] == ("1,200 tokens", "<code>USD</code> 3")
    assert cost_cells(replace(COST, tokens_before=None, tokens_after=None))[1] == "0 tokens"
