from dataclasses import replace

import pytest

from plmctl.core.report import Problem, Report
from plmctl.render.markdown import LIMIT, markdown, size
from tests.render.diffs import OLD_TEXT, PRICED, SMALL
from tests.render.sample import CHANGED_TEXT, DANGLING, INPUT_ADDED, SILENCED, UNUSED_INPUT, judged

COMMENT = """\
<!-- plmctl-diff -->

### 3 artifacts changed: 1 major, 1 patch

The next release needs a **major** version. **1 breaking change is not accepted.**

<p><b>Not answered</b></p>
<ul>
<li><code>models/x.yaml</code> cannot be read<br>run 'plmctl validate' to see why</li>
</ul>

<p><b>Findings</b></p>
<ul>
<li><b>error REF001 no-such-artifact</b>: no Model is named <code>'gpt-5'</code><br>\
<code>prompts/greet.yaml:12:10</code><br>did you mean <code>'gpt-4'?</code><br>\
run 'plmctl list model' to see all</li>
</ul>

<p><b>Artifacts</b></p>
<table>
<tr><th>artifact</th><th>needs</th><th>what weighs most</th></tr>
<tr><td><code>prompt/greet</code></td><td>major, <b>breaking</b></td>\
<td>PRM010 required-input-added and 2 more</td></tr>
<tr><td><code>model/small</code></td><td>patch, safe</td><td>MDL032 price-changed and 1 more</td></tr>
<tr><td><code>tool/find</code></td><td>moved</td><td>another file</td></tr>
</table>

<p><b>Impact</b></p>
<table>
<tr><th>artifact</th><th>needs</th><th>because of</th><th>runs in</th></tr>
<tr><td><code>application/desk</code></td><td>major</td>\
<td><code>prompt/greet</code> PRM010 required-input-added</td>\
<td><code>production</code> (<code>^1.0</code>, locked <code>1.2.0</code>)</td></tr>
</table>

<details open>
<summary><code>prompt/greet</code> <b>breaking</b>, needs major (3 changes)</summary>
<ul>
<li><b>PRM010 required-input-added</b> (major): required input 'city' was added<br>\
not accepted; if it is meant, run <code>plmctl accept 0123456789ab --reason "..."</code><pre>+ {
+   "type": "string",
+   "description": "The city that the customer lives in, as it stands in the order."
+ }</pre></li>
<li><b>PRM010 required-input-added</b> (major): required input 'zip' was added<br>\
accepted by <code>Ada</code>: all callers send it<br><ins><code>{"type": "string"}</code></ins></li>
<li><b>PRM040 text-changed</b> (minor): the text of message 1 changed<pre>  You answer.
~ Be <del>brief</del><ins><b>kind</b></ins>.
 &#32;
… 2 unchanged lines
  Sign.
+ <ins><b>Say goodbye.</b></ins></pre></li>
</ul>
</details>

<details>
<summary><code>model/small</code> safe, needs patch (2 changes)</summary>
<ul>
<li><b>MDL032 price-changed</b> (patch): <code>'pricing.input'</code> changed from 3 to <code>2.7</code></li>
<li><b>MDL032 price-changed</b> (patch): <code>'card.url'</code> changed: \
<del><code>"a"</code></del> → <ins><code>"b"</code></ins></li>
</ul>
</details>

<details>
<summary><code>tool/find</code> moved (1 change)</summary>
<ul>
<li>moved from <code>tools/find.yaml</code> to <code>tools/shop/find.yaml</code></li>
</ul>
</details>

<p><b>Tokens and costs</b></p>
<table>
<tr><th>text</th><th>tokens</th><th>cost of 1,000 calls</th></tr>
<tr><td><code>prompt/greet</code></td><td>about 9 -&gt; 12 (+3)</td><td></td></tr>
</table>
"""


def test_a_comment_says_what_changed_for_whom_and_what_to_do() -> None:
    assert markdown(SMALL) == COMMENT


def test_nothing_changed_is_said_in_a_line() -> None:
    assert markdown(Report(command="diff", summary={})) == "<!-- plmctl-diff -->\n\n### nothing changed\n"


def test_a_refused_command_says_why() -> None:
    refused = Report(command="diff", problems=(Problem(message="no such revision: main"),))
    assert markdown(refused) == (
        "<!-- plmctl-diff -->\n\n### plmctl diff has no answer\n\n"
        "<p><b>Not answered</b></p>\n<ul>\n<li>no such revision: main</li>\n</ul>\n"
    )


def test_findings_are_listed_the_worst_first() -> None:
    findings = (UNUSED_INPUT, SILENCED, replace(DANGLING, help=None))
    found = Report(command="validate", findings=findings, summary={"manifests": 2})
    assert markdown(found) == (
        "<!-- plmctl-validate -->\n\n### 1 error, 1 warning in 2 manifests\n\n<p><b>Findings</b></p>\n<ul>\n"
        "<li><b>error REF001 no-such-artifact</b>: no Model is named <code>'gpt-5'</code><br>"
        "<code>prompts/greet.yaml:12:10</code></li>\n"
        "<li><b>warning TPL003 unused-input</b>: input 'name' is never used<br>"
        "<code>prompts/greet.yaml:3</code></li>\n</ul>\n"
    )


def test_one_artifact_needs_no_table() -> None:
    alone = Report(command="diff", judgements=(PRICED,), summary={"patch": 1})
    assert markdown(alone) == (
        "<!-- plmctl-diff -->\n\n### 1 artifact changed: 1 patch\n\n"
        "The next release needs a **patch** version.\n\n"
        "<details>\n<summary><code>model/small</code> safe, needs patch (1 change)</summary>\n<ul>\n"
        "<li><b>MDL032 price-changed</b> (patch): <code>'pricing.input'</code> changed from 3 to "
        "<code>2.7</code></li>\n</ul>\n</details>\n"
    )


def test_where_only_line_breaks_changed_nothing_is_quoted() -> None:
    spaced = judged(CHANGED_TEXT, "only blanks changed", old=f"{OLD_TEXT}\n", new=OLD_TEXT.replace(" ", "\n"))
    comment = markdown(Report(command="diff", judgements=(spaced,)))
    assert "(minor): only blanks changed (no word changed; 7 lines before, 9 lines now)</li>" in comment


def test_of_a_long_text_and_of_a_long_line_the_beginning_is_shown() -> None:
    lines = judged(CHANGED_TEXT, "a", old="x", new="\n".join(f"line {n}" for n in range(60)))
    line = judged(CHANGED_TEXT, "b", old=None, new="\u6f22" * 700)
    comment = markdown(Report(command="diff", judgements=(lines, line)))
    assert "\n+ <ins><b>line 38</b></ins>\n… 21 more lines</pre>" in comment
    assert "\n… 100 more characters</pre>" in comment


def test_a_long_table_is_folded() -> None:
    many = tuple(replace(PRICED, change=replace(PRICED.change, artifact=f"model/m{n}")) for n in range(9))
    assert "<p><b>Artifacts</b></p>" in markdown(Report(command="diff", judgements=many[:8]))
    folded = markdown(Report(command="diff", judgements=many))
    assert "<details>\n<summary><b>Artifacts</b></summary>\n<table>" in folded


def test_a_character_counts_as_the_tighter_of_two_limits() -> None:
    assert [size(text) for text in ("", "abc", "\u6f22\u5b57", "\u00e9")] == [0, 3, 6, 2]


@pytest.mark.parametrize("letter", ["x", "\u6f22", "<", "\x1b"])
def test_a_comment_of_any_length_stays_within_the_limits(letter: str) -> None:
    text = f"{letter * 30} " * 20
    changes = tuple(
        judged(
            INPUT_ADDED if n % 3 else CHANGED_TEXT,
            f"{text[:90]} {n}",
            artifact=f"prompt/p{n // 4}",
            old=text,
            new=f"{n} {text}",
        )
        for n in range(2000)
    )
    report = replace(
        SMALL,
        judgements=changes,
        findings=(replace(DANGLING, message=text),) * 200,
        problems=(Problem(message=text),) * 200,
        reach=SMALL.reach * 300,
        costs=SMALL.costs * 300,
    )
    comment = markdown(report)
    assert 50_000 < max(len(comment), len(comment.encode()) * 60_000 / 65_536) <= LIMIT
    assert "**Left out for want of room**: " in comment
