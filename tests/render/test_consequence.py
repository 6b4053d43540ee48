from dataclasses import replace

from plmctl.core.finding import Bump
from plmctl.core.reach import Cost, Reach, Running
from plmctl.render.consequence import cost_rows, reach_rows

WHY = "prompt/a PRM011 input-removed"
CHANGED = Reach(artifact="prompt/a", bump=Bump.MAJOR, why=(WHY,), chain=("prompt/a",))
DESK = Reach(
    artifact="application/desk",
    bump=Bump.MINOR,
    why=(WHY,),
    chain=("prompt/a", "route/r", "application/desk"),
    running=(
        Running(environment="environment/production", application="desk", pin="^1.0", locked="1.2.0"),
        Running(environment="environment/staging", application="desk", pin="*"),
    ),
)
ROUTE = Reach(artifact="route/r", bump=Bump.NONE, chain=("prompt/a", "route/r"))
SUITE = Reach(
    artifact="evalsuite/e",
    bump=Bump.NONE,
    why=(WHY,),
    chain=("prompt/a", "evalsuite/e"),
    is_about=True,
    is_to_run=True,
)
PRODUCTION = "<code>environment/production</code> (<code>^1.0</code>, locked <code>1.2.0</code>)"
DESK_ROW = (
    "<code>application/desk</code>",
    "minor",
    "<code>prompt/a</code> PRM011 input-removed<br>through <code>route/r</code>",
    f"{PRODUCTION}<br><code>environment/staging</code> (<code>*</code>, not locked)",
)
COST = Cost(artifact="prompt/a", counter="o200k_base", tokens_before=1200, tokens_after=1180)


def test_a_dependent_says_what_it_needs_why_and_where_it_runs() -> None:
    assert list(reach_rows((CHANGED, DESK))) == [DESK_ROW]


def test_versions_are_told_where_they_are_known() -> None:
    released = replace(DESK, version="1.2.0", next_version="1.3.0")
    new = replace(DESK, next_version="1.0.0")
    assert [row[1] for row in reach_rows((released, new))] == [
        "minor: <code>1.2.0</code> → at least <code>1.3.0</code>",
        "minor: at least <code>1.0.0</code>",
    ]


def test_evaluations_follow_and_what_keeps_its_version_is_counted() -> None:
    other = replace(ROUTE, artifact="route/s")
    assert list(reach_rows((ROUTE, SUITE, DESK, other))) == [
        DESK_ROW,
        ("1 evaluation", "to be run", "<code>evalsuite/e</code>", ""),
        ("2 more artifacts in reach", "keep their versions", "", ""),
    ]
    assert list(reach_rows((ROUTE,))) == [("1 more artifact in reach", "keeps its version", "", "")]
    assert list(reach_rows((CHANGED, replace(SUITE, is_to_run=False)))) == []


def test_what_runs_somewhere_is_told_though_it_changed_itself() -> None:
    runs = replace(CHANGED, running=DESK.running[1:])
    assert [row[0] for row in reach_rows((runs,))] == ["<code>prompt/a</code>"]


def test_of_many_reasons_three_are_told() -> None:
    many = replace(DESK, why=tuple("abcd"), chain=("prompt/a", "application/desk"), running=())
    assert [row[2:] for row in reach_rows((many,))] == [("a<br>b<br>c<br>… 1 more", "")]


def test_tokens_and_costs_are_told_before_and_after() -> None:
    assert list(cost_rows((COST,))) == [
        ("<code>prompt/a</code>", "1,200 -&gt; 1,180 (-20) by <code>o200k_base</code>", "")
    ]
    priced = replace(
        COST,
        counter="estimate",
        variant="german",
        model="model/m",
        currency="USD",
        cost_before=3.0,
        cost_after=2.95,
    )
    assert list(cost_rows((priced,))) == [
        (
            "<code>prompt/a</code> (german)",
            "about 1,200 -&gt; 1,180 (-20)",
            "3.00 → 2.95 <code>USD</code> on <code>model/m</code>",
        )
    ]


def test_what_is_new_or_not_known_has_one_side() -> None:
    new = replace(COST, tokens_before=None, tokens_after=1, currency="USD", cost_after=0.5)
    assert [row[1:] for row in cost_rows((new,))] == [
        ("1 now by <code>o200k_base</code>", "0.50 <code>USD</code>")
    ]
    same = replace(COST, cost_before=0.5, cost_after=0.5, tokens_after=None)
    assert [row[1:] for row in cost_rows((same,))] == [
        ("1,200 -&gt; not known by <code>o200k_base</code>", "0.50")
    ]
