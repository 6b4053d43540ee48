"""A small diff, made by hand, that has something of everything."""

from dataclasses import replace

from plmctl.core.change import Fact
from plmctl.core.finding import Bump
from plmctl.core.judgement import Acceptance
from plmctl.core.reach import Cost, Reach, Running
from plmctl.core.report import Moved, Problem, Report
from tests.render.sample import CHANGED_TEXT, DANGLING, INPUT_ADDED, PRICE, judged

OLD_TEXT = "You answer.\nBe brief.\n\nNever guess.\nAsk.\nSign.\n"
NEW_TEXT = "You answer.\nBe kind.\n\nNever guess.\nAsk.\nSign.\nSay goodbye.\n"

ADDED = replace(
    judged(
        INPUT_ADDED,
        "required input 'city' was added",
        pointer=("spec", "inputs", "properties", "city"),
        fact=Fact.ADDED,
        new={
            "type": "string",
            "description": "The city that the customer lives in, as it stands in the order.",
        },
    ),
    fingerprint="0123456789ab",
)
ACCEPTED = replace(
    judged(INPUT_ADDED, "required input 'zip' was added", fact=Fact.ADDED, new={"type": "string"}),
    fingerprint="ba9876543210",
    acceptance=Acceptance(reason="all callers send it", by="Ada", path=".plmctl/accepted/ba9876543210.yaml"),
)
TEXT = judged(CHANGED_TEXT, "the text of message 1 changed", old=OLD_TEXT, new=NEW_TEXT)
PRICED = judged(PRICE, "'pricing.input' changed from 3 to 2.7", artifact="model/small", old=3, new=2.7)
RENAMED = judged(PRICE, "'card.url' changed", artifact="model/small", old="a", new="b")
MOVED = Moved(artifact="tool/find", old="tools/find.yaml", new="tools/shop/find.yaml")

SMALL = Report(
    command="diff",
    judgements=(ADDED, ACCEPTED, TEXT, PRICED, RENAMED),
    moved=(MOVED,),
    findings=(DANGLING,),
    problems=(
        Problem(
            message="models/x.yaml cannot be read",
            hint="run 'plmctl validate' to see why",
        ),
    ),
    reach=(
        Reach(
            artifact="application/desk",
            bump=Bump.MAJOR,
            why=("prompt/greet PRM010 required-input-added",),
            chain=("prompt/greet", "application/desk"),
            running=(Running(environment="production", application="desk", pin="^1.0", locked="1.2.0"),),
        ),
    ),
    costs=(Cost(artifact="prompt/greet", counter="estimate", tokens_before=9, tokens_after=12),),
    summary={"artifacts": 2, "major": 1, "minor": 0, "patch": 1},
)
