from dataclasses import replace

from plmctl.core.finding import Bump, Level
from plmctl.core.judgement import Acceptance
from plmctl.core.report import Moved
from plmctl.render.section import Section, sections
from tests.render.sample import CHANGED_TEXT, INPUT_ADDED, PIN, PRICE, judged

TEXT = judged(CHANGED_TEXT, "the text changed")
INPUT = replace(judged(INPUT_ADDED, "input 'a' was added"), fingerprint="0123456789ab")
OFF = replace(TEXT, level=Level.OFF)
MODEL = judged(PRICE, "cheaper", artifact="model/small")
PINNED = judged(PIN, "the pin rose", artifact="environment/live")
MOVE = Moved(artifact="model/large", old="a.yaml", new="b.yaml")
ACCEPTED = replace(INPUT, acceptance=Acceptance(reason="meant", by="Ada", path="x"))


def test_an_artifact_has_its_judgements_in_their_order_and_its_moves() -> None:
    moves = (MOVE, replace(MOVE, artifact="model/small"))
    assert sections((TEXT, MODEL, INPUT, OFF), moves) == (
        Section(artifact="prompt/greet", judgements=(TEXT, INPUT)),
        Section(artifact="model/small", judgements=(MODEL,), moves=(moves[1],)),
        Section(artifact="model/large", moves=(MOVE,)),
    )
    assert sections((OFF,), ()) == ()


def test_its_worst_judgement_says_what_it_means() -> None:
    said = {
        section.artifact: (section.meaning, section.bump, section.worst, section.changes)
        for section in sections((TEXT, INPUT, MODEL, PINNED), (MOVE,))
    }
    assert said == {
        "prompt/greet": ("breaking", Bump.MAJOR, INPUT, 2),
        "model/small": ("safe", Bump.PATCH, MODEL, 1),
        "environment/live": ("changed", Bump.NONE, PINNED, 1),
        "model/large": ("moved", Bump.NONE, None, 1),
    }
    assert Section(artifact="a", judgements=(TEXT,)).meaning == "behavioural"
    assert Section(artifact="a", judgements=(replace(TEXT, level=Level.INFO),)).meaning == "safe"


def test_what_breaks_or_is_an_error_is_severe() -> None:
    error = replace(PINNED, level=Level.ERROR)
    raised = replace(TEXT, bump=Bump.MAJOR)
    found = [
        Section(artifact="a", judgements=(MODEL, one)).is_severe for one in (error, raised, TEXT, PINNED)
    ]
    assert found == [True, True, False, False]


def test_what_breaks_and_nobody_accepted_is_counted() -> None:
    assert Section(artifact="a", judgements=(INPUT, ACCEPTED, INPUT, TEXT)).unaccepted == 2
