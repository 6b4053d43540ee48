from plmctl.core.change import Change, Fact
from plmctl.core.finding import Bump, Level, Rule
from plmctl.core.impact import web_of
from plmctl.core.judgement import Judgement, Reason
from plmctl.core.ports import MemoryTree
from plmctl.core.reach import Cost, Reach, Running
from plmctl.core.reaching import judged_of, reach_of
from plmctl.core.registry import load
from tests.rules.registries import SETTINGS

BREAKS = Rule(code="PRM011", name="input-removed", level=Level.ERROR, bump=Bump.MAJOR, meaning="It broke.")
BEHAVES = Rule(
    code="PRM040", name="text-changed", level=Level.WARNING, bump=Bump.MINOR, meaning="Other words."
)
SAFE = Rule(code="PRM053", name="description-changed", level=Level.INFO, bump=Bump.PATCH, meaning="A note.")
OWES = Rule(
    code="REG006", name="dependency-changed", level=Level.INFO, bump=Bump.PATCH, meaning="Others did."
)

PROMPT, APPLICATION, SUITE = "prompt/p", "application/a", "evalsuite/e"
EMPTY = load(MemoryTree({"plmctl.yaml": SETTINGS}))
WEB = web_of(EMPTY, [(APPLICATION, PROMPT, True), (APPLICATION, SUITE, False), (SUITE, PROMPT, False)])


def judged(rule: Rule, artifact: str = PROMPT, fact: Fact = Fact.CHANGED, *because: Reason) -> Judgement:
    return Judgement(
        rule=rule,
        change=Change(artifact=artifact, kind="Prompt", fact=fact),
        level=rule.level,
        bump=rule.bump or Bump.NONE,
        message="",
        because=because,
    )


def reached(*found: Judgement) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(r.artifact, r.bump.label, r.chain) for r in reach_of(WEB, judged_of(found), {})]


def test_the_largest_bump_counts_and_its_reason_is_first() -> None:
    (_, found, *_) = reach_of(WEB, judged_of([judged(SAFE), judged(BREAKS), judged(BEHAVES)]), {})
    assert found == Reach(
        artifact=PROMPT,
        bump=Bump.MAJOR,
        why=(
            "prompt/p PRM011 input-removed",
            "prompt/p PRM040 text-changed",
            "prompt/p PRM053 description-changed",
        ),
        chain=(PROMPT,),
    )


def test_an_environment_is_no_artifact_that_reaches_something() -> None:
    assert reached(judged(BEHAVES, "environment/live")) == []


def test_a_reference_that_leads_nowhere_now_is_no_change_of_its_own() -> None:
    dangling = Rule(
        code="REG001", name="dangling-reference", level=Level.ERROR, bump=Bump.NONE, meaning="Gone."
    )
    assert reached(judged(dangling, APPLICATION)) == []
    gone = judged(BREAKS, PROMPT, Fact.REMOVED)
    owes = judged(BREAKS, APPLICATION, Fact.CHANGED, Reason(artifact=PROMPT, said="PRM011 input-removed"))
    assert reached(gone, owes, judged(dangling, APPLICATION), judged(dangling, SUITE)) == [
        (APPLICATION, "major", (PROMPT, APPLICATION)),
        (PROMPT, "major", (PROMPT,)),
        (SUITE, "none", (PROMPT, SUITE)),
    ]


def test_an_evaluation_is_to_run_where_something_may_behave_differently() -> None:
    def to_run(*found: Judgement) -> list[str]:
        return [r.artifact for r in reach_of(WEB, judged_of(found), {}) if r.is_to_run]

    assert to_run(judged(BEHAVES)) == to_run(judged(BREAKS)) == [SUITE]
    assert to_run(judged(SAFE)) == []
    # The suite itself, and one that is gone.
    assert to_run(judged(BEHAVES, SUITE)) == [SUITE]
    assert to_run(judged(BEHAVES, SUITE, Fact.REMOVED), judged(BEHAVES)) == []
    # What an application owes to others is told where it happened.
    owes = judged(BEHAVES, APPLICATION, Fact.CHANGED, Reason(artifact=PROMPT, said="PRM040 text-changed"))
    assert to_run(owes) == []


def test_a_reason_that_leads_nowhere_leaves_the_artifact_alone() -> None:
    owes = judged(OWES, APPLICATION, Fact.CHANGED, Reason(artifact="tool/t", said="left its closure"))
    assert reached(owes) == [(APPLICATION, "patch", (APPLICATION,))]


def test_what_is_about_an_application_is_reached_through_what_it_owes() -> None:
    web = web_of(EMPTY, [(APPLICATION, PROMPT, True), (SUITE, APPLICATION, False)])
    owes = judged(BEHAVES, APPLICATION, Fact.CHANGED, Reason(artifact=PROMPT, said="PRM040 text-changed"))
    found = reach_of(web, judged_of([owes, judged(BEHAVES)], frozenset({APPLICATION})), {})
    assert [(r.artifact, r.chain, r.is_about, r.is_to_run) for r in found] == [
        (APPLICATION, (PROMPT, APPLICATION), False, False),
        (SUITE, (PROMPT, APPLICATION, SUITE), True, True),
    ]


def test_an_application_that_is_run_and_not_reached_is_told_too() -> None:
    running = Running(environment="environment/live", application="application/b", pin="^1")
    found = reach_of(WEB, judged_of([judged(SAFE)]), {"application/b": (running,)})
    assert found[0] == Reach(artifact="application/b", bump=Bump.NONE, running=(running,))


def test_what_was_counted_by_no_tokenizer_is_an_estimate() -> None:
    cost = Cost(artifact=PROMPT, counter="estimate", tokens_before=1, tokens_after=2)
    assert cost.is_estimate
    assert not Cost(artifact=PROMPT, counter="o200k_base", tokens_before=1, tokens_after=2).is_estimate
