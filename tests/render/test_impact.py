from dataclasses import replace

import pytest

from plmctl.core.finding import Bump
from plmctl.core.reach import Cost, Reach, Running
from plmctl.core.report import Report
from plmctl.render.impact import impact_lines
from plmctl.render.line import Paper
from plmctl.render.text import text

WIDE = Paper(width=160, is_terminal=True)
NARROW = Paper(width=80, is_terminal=True)
TEXT = "prompt/support/triage PRM040 text-changed"


def shown(*found: Reach | Cost, paper: Paper = WIDE) -> str:
    reach = [each for each in found if isinstance(each, Reach)]
    costs = [each for each in found if isinstance(each, Cost)]
    return "".join(f"{part.plain}\n" for part in impact_lines(reach, costs, paper))


def running(environment: str, pin: str, locked: str | None) -> Running:
    return Running(
        environment=f"environment/{environment}", application="application/bot", pin=pin, locked=locked
    )


BOT = Reach(
    artifact="application/bot",
    bump=Bump.MINOR,
    why=(TEXT,),
    chain=("prompt/support/triage", "application/bot"),
    running=(running("production", "^1.4", "1.4.2"), running("dev", ">=1.0, <2", None)),
)
TRIAGE = Reach(
    artifact="prompt/support/triage", bump=Bump.MINOR, why=(TEXT,), chain=("prompt/support/triage",)
)
SUITE = Reach(
    artifact="evalsuite/book",
    bump=Bump.NONE,
    chain=("prompt/support/triage", "evalsuite/book"),
    is_about=True,
    is_to_run=True,
)
COST = Cost(
    artifact="prompt/support/triage",
    counter="estimate",
    tokens_before=1_412,
    tokens_after=1_431,
    model="model/gpt-4o",
    currency="USD",
    cost_before=3.53,
    cost_after=3.5775,
)


def kept(artifact: str) -> Reach:
    return Reach(artifact=artifact, bump=Bump.NONE, chain=("prompt/support/triage", artifact))


def test_applications_come_first_then_evaluations_then_the_rest_then_tokens() -> None:
    found = (BOT, TRIAGE, SUITE, kept("retriever/docs"), COST)
    assert shown(*found) == (
        "impact\n"
        "  application/bot  needs minor: prompt/support/triage PRM040 text-changed\n"
        "    pinned by environment/production (^1.4, locked 1.4.2), environment/dev (>=1.0, <2, not locked)\n"
        "  evaluations to run: evalsuite/book\n"
        "  1 more artifact in reach keeps its version: retriever/docs\n"
        "  tokens, and their cost in 1,000 calls\n"
        "    prompt/support/triage  about 1,412 -> 1,431 (+19), 3.53 -> 3.58 USD on model/gpt-4o\n"
        "\n"
    )
    assert shown(*found, paper=NARROW) == (
        "impact\n"
        "  application/bot  needs minor: prompt/support/triage PRM040 text-changed\n"
        "    pinned by environment/production (^1.4, locked 1.4.2), environment/dev\n"
        "      (>=1.0, <2, not locked)\n"
        "  evaluations to run: evalsuite/book\n"
        "  1 more artifact in reach keeps its version: retriever/docs\n"
        "  tokens, and their cost in 1,000 calls\n"
        "    prompt/support/triage  about 1,412 -> 1,431 (+19), 3.53 -> 3.58 USD on\n"
        "      model/gpt-4o\n"
        "\n"
    )


def test_where_there_is_nothing_to_say_nothing_is_said() -> None:
    assert shown() == ""
    assert shown(TRIAGE, replace(SUITE, is_to_run=False), replace(BOT, bump=Bump.NONE, chain=())) == ""
    assert text(Report(command="diff", reach=(TRIAGE,), summary={}), WIDE) == "nothing changed\n"
    assert text(Report(command="diff", reach=(BOT,), summary={}), WIDE).startswith(
        "impact\n  application/bot"
    )


def test_an_application_tells_its_own_change_its_way_and_its_versions() -> None:
    own = replace(
        BOT, why=("application/bot APP010 use-removed", TEXT), chain=("application/bot",), running=()
    )
    assert shown(own) == "impact\n  application/bot  needs minor: APP010 use-removed and 1 more\n\n"
    far = replace(BOT, chain=("partial/a", "prompt/b", "prompt/c", "application/bot"), running=())
    assert shown(far).splitlines()[1] == (
        f"  application/bot  needs minor: {TEXT}, through prompt/b and prompt/c"
    )
    old = replace(BOT, version="1.4.2", next_version="1.5.0", running=())
    assert shown(old).splitlines()[1] == f"  application/bot  needs minor, 1.4.2 -> at least 1.5.0: {TEXT}"
    new = replace(BOT, next_version="1.0.0", why=("application/bot APP904 added",), running=())
    assert shown(new).splitlines()[1] == "  application/bot  needs minor, at least 1.0.0: APP904 added"


def test_many_are_counted() -> None:
    bumps = (*[Bump.MAJOR] * 9, Bump.MINOR, Bump.PATCH, Bump.PATCH)
    applications = [
        replace(BOT, artifact=f"application/{n:02}", bump=bump, running=()) for n, bump in enumerate(bumps)
    ]
    lines = shown(*applications).splitlines()
    assert lines[8] == f"  application/07  needs major: {TEXT}"
    assert lines[9:] == ["  4 more applications: 1 major, 1 minor, 2 patch", ""]
    five = [kept(f"route/{n}") for n in range(5)]
    assert shown(*five) == (
        "impact\n  5 more artifacts in reach keep their versions: route/0, route/1, route/2 and 2 more\n\n"
    )
    assert shown(*five[:4]).splitlines()[1].endswith(": route/0, route/1, route/2, route/3")


def test_of_many_texts_those_that_differ_most_are_told() -> None:
    rows = [replace(COST, artifact=f"prompt/{n}", tokens_after=1_412 + n) for n in range(-1, 11)]
    lines = shown(*rows).splitlines()
    assert [line.split()[0] for line in lines[2:10]] == [f"prompt/{n}" for n in range(3, 11)]
    assert lines[10:] == ["    4 more texts: +2 tokens in all", ""]


@pytest.mark.parametrize(
    ("cost", "told"),
    [
        (
            replace(COST, counter="o200k_base"),
            "1,412 -> 1,431 (+19) by o200k_base, 3.53 -> 3.58 USD on model/gpt-4o",
        ),
        (
            replace(COST, tokens_after=1_400, cost_after=3.5),
            "about 1,412 -> 1,400 (-12), 3.53 -> 3.50 USD on model/gpt-4o",
        ),
        (replace(COST, tokens_before=None, cost_before=None), "about 1,431 now, 3.58 USD on model/gpt-4o"),
        (replace(COST, tokens_after=None, cost_after=None), "about 1,412 -> not known"),
        (
            replace(COST, tokens_after=1_412, cost_after=1.765),
            "about 1,412, 3.53 -> 1.76 USD on model/gpt-4o",
        ),
        (replace(COST, cost_after=3.53), "about 1,412 -> 1,431 (+19), 3.53 USD on model/gpt-4o"),
        (
            replace(COST, cost_before=0.061, cost_after=0.06104),
            "about 1,412 -> 1,431 (+19), 0.06100 -> 0.06104 USD on model/gpt-4o",
        ),
        (
            replace(COST, cost_before=0.0, cost_after=0.0004),
            "about 1,412 -> 1,431 (+19), 0.0000 -> 0.0004 USD on model/gpt-4o",
        ),
        (
            replace(COST, cost_before=None, cost_after=0.000012),
            "about 1,412 -> 1,431 (+19), 0.00001 USD on model/gpt-4o",
        ),
        (
            replace(COST, cost_before=1e-7, cost_after=2e-7),
            "about 1,412 -> 1,431 (+19), 0.000000 -> 0.000000 USD on model/gpt-4o",
        ),
        (
            replace(COST, cost_before=1000.0, cost_after=2500.5),
            "about 1,412 -> 1,431 (+19), 1,000.00 -> 2,500.50 USD on model/gpt-4o",
        ),
    ],
)
def test_a_cost_is_told_with_as_few_digits_as_say_it(cost: Cost, told: str) -> None:
    assert shown(cost).splitlines()[2] == f"    prompt/support/triage  {told}"


def test_a_variant_has_its_name_and_without_prices_tokens_are_all() -> None:
    bare = replace(COST, variant="german", model=None, currency=None, cost_before=None, cost_after=None)
    assert (
        shown(bare) == "impact\n  tokens\n    prompt/support/triage (german)  about 1,412 -> 1,431 (+19)\n\n"
    )
