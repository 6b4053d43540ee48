from dataclasses import replace

from plmctl.core.report import Report
from plmctl.render.line import Paper
from plmctl.render.text import text
from tests.render.sample import ACCEPTED, INPUT_ADDED, judged


def test_what_is_accepted_says_by_whom_and_why() -> None:
    said = judged(INPUT_ADDED, "input 'tone' was added", acceptance=replace(ACCEPTED, reason="\x1b[0mmeant"))
    assert (
        text(Report(command="diff", judgements=(said,)), Paper())
        == """\
prompt/greet  breaking and accepted, needs major
└─ PRM010 required-input-added: input 'tone' was added
       accepted by Ada <ada@example.com>: \\x1b[0mmeant

1 artifact changed
"""
    )
