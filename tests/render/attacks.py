"""Texts that strangers write to forge a report, and a report with one of them wherever a text can stand."""

import random
from dataclasses import replace

from plmctl.core.change import Change, Fact
from plmctl.core.finding import Bump, Finding, Level, Location
from plmctl.core.judgement import Acceptance, Judgement
from plmctl.core.reach import Cost, Reach, Running
from plmctl.core.report import Moved, Problem, Report
from plmctl.core.value import Value
from tests.render.sample import CHANGED_TEXT, DANGLING, INPUT_ADDED

ATTACKS: dict[str, str] = {
    "escape": "\x1b[31mred\x1b[0m \x1b]8;;https://evil.example\x07link\x1b]8;;\x07",
    "c1": "\x9b31m\x90q\x9c",
    "bell and backspace": "safe\x08\x08\x08\x08evil\x07\r\n\x0b\x0c",
    "nul": "a\x00b \\x00 \\0",
    "rich markup": "[/nope] [bold red]x[/] [link=https://evil.example]y[/link] :tada:",
    "fence": "```\n# out\n`````\n~~~\n``````` diff\n+ x\n```",
    "code span": "`a` ``b`` `",
    "mention": "@team @org/team cc @octocat, (@admin)",
    "image": "![pixel](https://evil.example/p.png) ![x][y]\n\n[y]: https://evil.example/p.png",
    "link": "[approve](https://evil.example) <https://evil.example> https://evil.example www.evil.example",
    "mail": "mailto:a@evil.example a@evil.example",
    "details": "</details></li></ul>\n\n<details open><summary>Approved</summary>\n\n# Fine\n\n</details>",
    "comment": "--> <!-- plmctl-diff --> <!-- --!> <![CDATA[ x ]]> <?php ?> <!DOCTYPE x>",
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)><svg/onload=alert(1)><a href=x>",
    "closing": "</code></pre></td></tr></table></style></script></title></body></html><iframe src=//x>",
    "attribute": "\" onmouseover=\"alert(1)\" x=' onfocus='alert(1)' autofocus",
    "entity": "&lt;b&gt; &#60;b&#62; &amp;lt; &copy",
    "workflow": "::error::forged\n::stop-commands::x\n  ::add-mask::a\n%0A::warning::x\n::debug::",
    "older workflow": "text ##[error]forged ##[add-mask]x\n##vso[task.complete result=1;]\n##teamcity[x]",
    "bidirectional": "\u202eevil\u202c \u2066x\u2069 \u061c\u200e\u200f",
    "zero width": "a\u200bb\u200dc\ufeffd\u2060e\u00ad f\u3164\u034f g\ufe00\ufe01",
    "tag characters": "\U000e0001\U000e0041\U000e007f \U000e0100\U000e0101",
    "separators": "a\u2028b\u2029c\u0085d",
    "half": "\ud800 \udcff \udc80",
    "autolink": "#123 org/repo#45 GH-7 0123456789abcdef0123456789abcdef01234567 deadbeef org/repo@deadbeef",
    "gitlab": "!12 ~bug %3 $45 &6 /close\n/approve\n>>>\nquote\n>>>\n[[_TOC_]] $$x$$ {+x+}",
    "table": "a | b | c\n|---|---|\n| x | y |\n\\|",
    "headings": "# One\n## Two\n===\n---\n* * *\n- item\n1. item\n> quote\n    code\n\ttab",
    "blank lines": "one\n\n\n\n \n\t\n<b>two</b>",
    "long line": "<" * 3000 + "x" * 3000,
    "emphasis": "*a* _b_ **c** __d__ ~~e~~ ==f==",
    "footnote": "[^1]\n\n[^1]: note\n\n*[HTML]: x\n\n$`x`$ ```math\nx\n```",
    "template": "{{{x}}} {{#a}}{{/a}} {% raw %} ${{ secrets.TOKEN }} $(id) `id`",
    "noncharacters": "\ufffe\uffff\U0001ffff\x7f",
}


def mixed(count: int) -> list[str]:
    """Pieces of several attacks, one after the other; the same ones each time."""
    chance = random.Random(4)
    names = sorted(ATTACKS)
    return ["".join(ATTACKS[name][:80] for name in chance.sample(names, 3)) for _ in range(count)]


def attacked(text: str) -> Report:
    """A diff in which the text stands wherever a manifest's, a file's name, or a person's can."""
    artifact = f"prompt/{text}"
    changes: list[tuple[Value, Value]] = [
        ("plain", text),
        (text, "plain"),
        (f"One. {text} Two.", f"One. {text} Three."),
        (None, {text: [text, {text: None}]}),
        ([text], [f"{text}."]),
        (text[:20], None),
    ]
    judgements = [
        Judgement(
            rule=rule,
            change=Change(
                artifact=artifact if n % 2 else f"model/{n}",
                kind="Prompt",
                fact=Fact.CHANGED,
                pointer=("spec", text),
                old=old,
                new=new,
            ),
            level=rule.level,
            bump=rule.bump or Bump.NONE,
            message=f"'{text}' was changed",
            fingerprint="0123456789ab" if rule is INPUT_ADDED else "",
        )
        for n, ((old, new), rule) in enumerate((c, r) for c in changes for r in (INPUT_ADDED, CHANGED_TEXT))
    ]
    accepted = Acceptance(reason=text, by=text, path=_name(text))
    judgements[0] = replace(judgements[0], acceptance=accepted)
    place = Running(environment=text, application=text, pin=text, locked=text)
    return Report(
        command="diff",
        findings=(_found(text), replace(_found(text), level=Level.WARNING, help=None, source=None)),
        judgements=tuple(judgements),
        moved=(Moved(artifact=artifact, old=text, new=f"{text}.yaml"),),
        reach=(Reach(artifact=text, bump=Bump.MAJOR, why=(text,) * 4, chain=(text,) * 3, running=(place,)),),
        costs=(
            Cost(
                artifact=text,
                counter=text,
                tokens_before=1,
                tokens_after=2,
                model=text,
                currency=text,
                cost_before=0.5,
                cost_after=1.0,
            ),
        ),
        problems=(Problem(message=text, hint=text),),
        summary={"artifacts": 7, "major": 7, "minor": 0, "patch": 0},
    )


def attacked_by_all() -> Report:
    """One diff with every hostile text in each of these places."""
    reports = tuple(map(attacked, ATTACKS.values()))
    return replace(
        reports[0],
        findings=tuple(finding for report in reports for finding in report.findings),
        judgements=tuple(judgement for report in reports for judgement in report.judgements),
        moved=tuple(move for report in reports for move in report.moved),
        reach=tuple(part for report in reports for part in report.reach),
        costs=tuple(cost for report in reports for cost in report.costs),
        problems=tuple(problem for report in reports for problem in report.problems),
    )


def _found(text: str) -> Finding:
    place = Location(path=_name(text), line=1, column=1)
    return replace(DANGLING, message=text, help=text, source=text, location=place)


def _name(text: str) -> str:
    # No name of a file has half a character of UTF-16: its bytes are UTF-8, or none of any text (PEP 383).
    return text.replace("\ud800", "")
