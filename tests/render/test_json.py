import json
from dataclasses import replace

from plmctl import __version__
from plmctl.core.canonical import sha256_of
from plmctl.core.finding import Bump
from plmctl.core.reach import Cost, Reach, Running
from plmctl.core.report import Check, Moved, Problem, Report, State, Table
from plmctl.core.value import pointer_text
from plmctl.core.verdict import Instance, Verdict
from plmctl.core.version import FIRST
from plmctl.render.json import json_text, json_value
from tests.render.sample import ACCEPTED, CHANGED_TEXT, DANGLING, DIGEST, judged, plan_of, planned

CHANGE = {
    "artifact": "prompt/greet",
    "kind": "Prompt",
    "path": None,
    "code": "PRM040",
    "name": "text-changed",
    "level": "warning",
    "bump": "minor",
    "message": "the text changed",
    "fact": "changed",
    "pointer": "/spec/x",
    "old": "a",
    "new": "b",
    "verdict": None,
    "witness": None,
    "fingerprint": "3f9a1c22b0de",
    "accepted": None,
}


def test_an_empty_report_has_every_part() -> None:
    assert (
        json_text(Report(command="validate", summary={"warning": 1, "manifests": 2}))
        == f"""\
{{
  "schemaVersion": 1,
  "tool": {{
    "name": "plmctl",
    "version": "{__version__}"
  }},
  "command": "validate",
  "summary": {{
    "manifests": 2,
    "warning": 1
  }},
  "findings": [],
  "changes": [],
  "moved": [],
  "contents": [],
  "reach": [],
  "costs": [],
  "plan": null,
  "checks": [],
  "table": null,
  "data": null,
  "text": null,
  "problems": [],
  "notes": [],
  "done": [],
  "next": []
}}
"""
    )


def test_every_part_has_its_own_shape() -> None:
    judgement = judged(CHANGED_TEXT, "the text changed", old="a", new="b")
    report = Report(
        command="all",
        findings=(DANGLING,),
        judgements=(judgement,),
        moved=(Moved(artifact="prompt/bye", old="a.yaml", new="b.yaml"),),
        problems=(Problem(message="no", hint="yes", exit_code=4),),
        checks=(Check(subject="plm.lock", name="data", state=State.NOT_CHECKED, detail="d"),),
        table=Table(headings=("id", "title"), rows=(("a", "b"),)),
        data={"id": "a"},
        text="t",
        notes=("n",),
        done=("d",),
        next=("x",),
    )
    assert json_value(report) == {
        "schemaVersion": 1,
        "tool": {"name": "plmctl", "version": __version__},
        "command": "all",
        "summary": None,
        "findings": [
            {
                "code": "REF001",
                "name": "no-such-artifact",
                "level": "error",
                "message": "no Model is named 'gpt-5'",
                "help": "did you mean 'gpt-4'?\nrun 'plmctl list model' to see all",
                "artifact": "prompt/greet",
                "location": {"path": "prompts/greet.yaml", "line": 12, "column": 10, "endColumn": 15},
                "fix": None,
            }
        ],
        "changes": [CHANGE],
        "moved": [{"artifact": "prompt/bye", "old": "a.yaml", "new": "b.yaml"}],
        "contents": [],
        "reach": [],
        "costs": [],
        "plan": None,
        "checks": [
            {
                "subject": "plm.lock",
                "name": "data",
                "state": "not-checked",
                "detail": "d",
                "artifact": None,
                "field": None,
                "asked": False,
            }
        ],
        "table": [{"id": "a", "title": "b"}],
        "data": {"id": "a"},
        "text": "t",
        "problems": [{"message": "no", "hint": "yes", "exitCode": 4}],
        "notes": ["n"],
        "done": ["d"],
        "next": ["x"],
    }


def test_what_is_reached_is_told_whole() -> None:
    running = Running(environment="environment/live", application="application/desk", pin="^1.0")
    desk = Reach(
        artifact="application/desk",
        bump=Bump.MINOR,
        why=("prompt/greet PRM040 text-changed",),
        chain=("prompt/greet", "application/desk"),
        running=(running, replace(running, environment="environment/test", locked="1.2.0")),
        version="1.2.0",
        next_version="1.3.0",
    )
    suite = Reach(
        artifact="evalsuite/e", bump=Bump.NONE, chain=("evalsuite/e",), is_about=True, is_to_run=True
    )
    assert json_value(Report(command="diff", reach=(desk, suite)))["reach"] == [
        {
            "artifact": "application/desk",
            "bump": "minor",
            "changed": False,
            "about": False,
            "toRun": False,
            "why": ["prompt/greet PRM040 text-changed"],
            "chain": ["prompt/greet", "application/desk"],
            "environments": [
                {"id": "environment/live", "pin": "^1.0", "locked": None},
                {"id": "environment/test", "pin": "^1.0", "locked": "1.2.0"},
            ],
            "version": "1.2.0",
            "nextVersion": "1.3.0",
        },
        {
            "artifact": "evalsuite/e",
            "bump": "none",
            "changed": True,
            "about": True,
            "toRun": True,
            "why": [],
            "chain": ["evalsuite/e"],
            "environments": [],
            "version": None,
            "nextVersion": None,
        },
    ]


def test_a_cost_says_what_counted_it() -> None:
    cost = Cost(
        artifact="prompt/greet",
        counter="o200k_base",
        tokens_before=None,
        tokens_after=4,
        model="model/small",
        currency="USD",
        cost_before=None,
        cost_after=0.0006,
        variant="german",
    )
    told = {
        "artifact": "prompt/greet",
        "variant": "german",
        "counter": "o200k_base",
        "estimate": False,
        "tokensBefore": None,
        "tokensAfter": 4,
        "model": "model/small",
        "currency": "USD",
        "costBefore": None,
        "costAfter": 0.0006,
    }
    report = Report(command="diff", costs=(cost, replace(cost, counter="estimate")))
    assert json_value(report)["costs"] == [told, {**told, "counter": "estimate", "estimate": True}]


def test_a_plan_says_what_each_version_is() -> None:
    judgement = judged(CHANGED_TEXT, "the text changed", old="a", new="b")
    plan = plan_of(
        planned("prompt/greet", judgement, version=FIRST.bumped(Bump.MINOR), previous=FIRST),
        replace(planned("tool/new", version=FIRST, previous=None), elsewhere=FIRST),
        removed=("prompt/old",),
        kept=3,
    )
    plan = replace(plan, left=("prompt/other",))
    digests = {"digest": DIGEST, "metadataDigest": DIGEST, "closure": DIGEST}
    assert json_value(Report(command="release", plan=plan))["plan"] == {
        "registry": "acme",
        "tag": "v1.1.0",
        "version": "1.1.0",
        "previous": "3" * 40,
        "artifacts": [
            {
                "artifact": "prompt/greet",
                "version": "1.1.0",
                "previous": "1.0.0",
                "bump": "minor",
                "hotfix": False,
                "tag": "prompt/greet@v1.1.0",
                **digests,
                "changes": [CHANGE],
            },
            {
                "artifact": "tool/new",
                "version": "1.0.0",
                "previous": None,
                "bump": "patch",
                "hotfix": True,
                "tag": "tool/new@v1.0.0",
                **digests,
                "changes": [],
            },
        ],
        "removed": ["prompt/old"],
        "removals": [],
        "unchanged": 3,
        "left": ["prompt/other"],
        "lock": sha256_of(plan.lock_bytes),
    }


def test_nothing_but_ascii_is_written_and_nothing_is_lost() -> None:
    data = {"x": "\x1b\x9b\u202e\u6f22\udcff\n::error::"}
    written = json_text(Report(command="show", data=dict(data)))
    assert written.isascii()
    assert json.loads(written)["data"] == data


def test_a_pointer_is_a_json_pointer() -> None:
    assert pointer_text(("spec", "tools", "name=a/b~c", 0)) == "/spec/tools/name=a~1b~0c/0"


def test_what_is_accepted_says_so() -> None:
    accepted = judged(CHANGED_TEXT, "the text changed", acceptance=ACCEPTED)
    (change,) = json.loads(json_text(Report(command="diff", judgements=(accepted,))))["changes"]
    assert change["accepted"] == {
        "reason": "nobody calls it",
        "by": "Ada <ada@example.com>",
        "path": ".plmctl/accepted/3f9a1c22b0de.yaml",
    }


def test_a_verdict_stands_with_the_values_that_show_it() -> None:
    narrowed = Verdict(refused=Instance(None), is_narrowed=True, is_widened=True)
    plain = judged(CHANGED_TEXT, "the text changed")
    judgement = replace(plain, change=replace(plain.change, verdict=narrowed))
    value = json.loads(json_text(Report(command="diff", judgements=(judgement,))))["changes"][0]
    assert value["verdict"] == {"narrowed": True, "widened": True, "decided": False}
    # Null is a value: it stands in a list.
    assert value["witness"] == {"refused": [None], "accepted": []}
