import re
from dataclasses import replace
from itertools import pairwise

from plmctl import __version__
from plmctl.core.report import Problem, Report
from plmctl.render.html import LIMIT, html
from tests.render.diffs import OLD_TEXT, PRICED, SMALL
from tests.render.elements import outline
from tests.render.sample import CHANGED_TEXT, INPUT_ADDED, judged

CHANGES = """\
<section><h2>Changes</h2>
<details class="artifact" id="a1" open><summary><span class="tag major">major</span>\
<h3><code>prompt/greet</code></h3><strong>breaking</strong><span class="count">3 changes</span></summary>
<ul class="judgements">
<li><p><span class="tag major">major</span> <span class="rule">PRM010 required-input-added</span>: \
required input 'city' was added</p><p><strong class="open">Not accepted.</strong> If it is meant, run \
<code>plmctl accept 0123456789ab --reason "..."</code></p><div class="text"><div class="inline">\
<div class="n"><i>+</i>{</div>\
<div class="n"><i>+</i>  "type": "string",</div>\
<div class="n"><i>+</i>  "description": "The city that the customer lives in, as it stands in the order."\
</div>\
<div class="n"><i>+</i>}</div></div></div></li>
<li><p><span class="tag major">major</span> <span class="rule">PRM010 required-input-added</span>: \
required input 'zip' was added</p><p>Accepted by <code>Ada</code>: all callers send it</p>\
<div class="text brief"><ins>{"type": "string"}</ins></div></li>
<li><p><span class="tag minor">minor</span> <span class="rule">PRM040 text-changed</span>: \
the text of message 1 changed</p><div class="text"><div class="split">\
<div class="same"><div><i> </i>You answer.</div><div><i> </i>You answer.</div></div>\
<div><div class="o"><i>-</i>Be <del>brief</del>.</div><div class="n"><i>+</i>Be <ins>kind</ins>.</div></div>\
<div class="same"><div><i> </i></div><div><i> </i></div></div>\
<div class="f"><i>…</i>2 unchanged lines</div>\
<div class="same"><div><i> </i>Sign.</div><div><i> </i>Sign.</div></div>\
<div><div></div><div class="n"><i>+</i>Say goodbye.</div></div></div>\
<div class="inline"><div><i> </i>You answer.</div>\
<div><i>~</i>Be <del>brief</del><ins>kind</ins>.</div><div><i> </i></div>\
<div class="f"><i>…</i>2 unchanged lines</div><div><i> </i>Sign.</div>\
<div class="n"><i>+</i>Say goodbye.</div></div></div></li>
</ul></details>
<details class="artifact" id="a2" open><summary><span class="tag patch">patch</span>\
<h3><code>model/small</code></h3><span>safe</span><span class="count">2 changes</span></summary>
<ul class="judgements">
<li><p><span class="tag patch">patch</span> <span class="rule">MDL032 price-changed</span>: \
<code>'pricing.input'</code> changed from 3 to <code>2.7</code></p></li>
<li><p><span class="tag patch">patch</span> <span class="rule">MDL032 price-changed</span>: \
<code>'card.url'</code> changed</p><div class="text brief"><del>"a"</del> → <ins>"b"</ins></div></li>
</ul></details>
<details class="artifact" id="a3" open><summary><h3><code>tool/find</code></h3><span>moved</span>\
<span class="count">1 change</span></summary>
<ul class="judgements">
<li><p>moved from <code>tools/find.yaml</code> to <code>tools/shop/find.yaml</code></p></li>
</ul></details>
</section>
"""
LINKS = """\
<li><a href="#a1"><span class="tag major">major</span> <code>prompt/greet</code>\
<small>PRM010 required-input-added</small></a></li>
<li><a href="#a2"><span class="tag patch">patch</span> <code>model/small</code>\
<small>MDL032 price-changed</small></a></li>
<li><a href="#a3"> <code>tool/find</code><small>moved</small></a></li>
"""
AROUND = """\
<section><h2>Not answered</h2>
<ul class="found">
<li><p><code>models/x.yaml</code> cannot be read</p><p>run 'plmctl validate' to see why</p></li>
</ul></section>
<section><h2>Findings</h2>
<ul class="found">
<li><p><span class="rule">error REF001 no-such-artifact</span> no Model is named <code>'gpt-5'</code></p>\
<p><code>prompts/greet.yaml:12:10</code></p><p>did you mean <code>'gpt-4'?</code></p>\
<p>run 'plmctl list model' to see all</p></li>
</ul></section>
<section><h2>Impact</h2>
<div class="scroll"><table><thead><tr><th scope="col">artifact</th><th scope="col">needs</th>\
<th scope="col">because of</th><th scope="col">runs in</th></tr></thead>
<tbody>
<tr><td><code>application/desk</code></td><td>major</td>\
<td><code>prompt/greet</code> PRM010 required-input-added</td>\
<td><code>production</code> (<code>^1.0</code>, locked <code>1.2.0</code>)</td></tr>
</tbody></table></div></section>
"""


def between(page: str, first: str, last: str) -> str:
    """What stands between two marks in a page."""
    return page.partition(first)[2].partition(last)[0]


def test_a_page_says_what_changed_for_whom_and_what_to_do() -> None:
    page = html(SMALL)
    assert between(page, "<h1>", "</h1>") == "3 artifacts changed: 1 major, 1 patch"
    assert between(page, "<ol>\n", "</ol>") == LINKS
    body = between(page, '<main id="changes" tabindex="-1">\n', "</main>")
    assert body.startswith(AROUND + CHANGES + "<section><h2>Tokens and costs</h2>\n")
    assert "<td><code>prompt/greet</code></td><td>about 9 -&gt; 12 (+3)</td><td></td>" in body
    assert "The next release needs a <strong>major</strong> version.</p>" in page
    assert '<strong class="open">1 breaking change is not accepted.</strong>' in page
    assert f"Made by plmctl {__version__}." in page


def test_the_same_diff_is_the_same_page() -> None:
    assert html(SMALL) == html(SMALL)


def test_a_page_may_load_nothing_and_run_nothing_but_its_own() -> None:
    policy = next(v for _, name, v in outline(html(SMALL)).values if name == "content")
    own = r"'sha256-[A-Za-z0-9+/]{43}='"
    assert re.fullmatch(
        rf"default-src 'none'; style-src {own}; script-src {own}; base-uri 'none'; form-action 'none'", policy
    )


def test_headings_go_down_by_one() -> None:
    levels = [int(level) for level in re.findall(r"<h(\d)", html(SMALL).partition("<dialog")[0])]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_nothing_changed_and_no_answer_are_pages_too() -> None:
    nothing = html(Report(command="diff", summary={}))
    assert between(nothing, "<h1>", "</h1>") == "nothing changed"
    assert "<p>Nothing changed.</p>" in nothing
    refused = html(Report(command="diff", problems=(Problem(message="no such revision: main"),)))
    assert between(refused, "<h1>", "</h1>") == "plmctl diff has no answer"
    assert "<li><p>no such revision: main</p></li>" in refused
    assert "Nothing changed" not in refused


def test_of_many_artifacts_only_what_breaks_is_open() -> None:
    many = (
        *(judged(CHANGED_TEXT, "a", artifact=f"prompt/p{n}") for n in range(20)),
        judged(INPUT_ADDED, "b", artifact="prompt/q"),
    )
    page = html(Report(command="diff", judgements=many))
    assert re.findall(r'id="(a\d+)" open', page) == ["a21"]
    few = html(Report(command="diff", judgements=many[1:]))
    assert len(re.findall(r'id="(a\d+)" open', few)) == 20


def test_a_long_table_is_folded() -> None:
    few, many = (html(replace(SMALL, reach=SMALL.reach * count)) for count in (12, 13))
    assert "<section><h2>Impact</h2>\n<div" in few
    assert '<section><h2>Impact</h2>\n<details class="long"><summary>13 rows</summary><div' in many


def test_where_only_line_breaks_changed_nothing_is_quoted() -> None:
    spaced = judged(CHANGED_TEXT, "blanks", old=OLD_TEXT, new=OLD_TEXT.replace(" ", "\n"))
    assert "<p>(no word changed; 6 lines before, 9 lines now)</p></li>" in html(
        Report(command="diff", judgements=(spaced,))
    )


def test_of_a_long_text_and_of_a_long_line_the_beginning_is_shown() -> None:
    lines = judged(CHANGED_TEXT, "a", old=None, new="\n".join(f"line {n}" for n in range(450)))
    line = judged(CHANGED_TEXT, "b", old=None, new="x" * 4100)
    page = html(Report(command="diff", judgements=(lines, line)))
    assert '<i>+</i>line 399</div><div class="f"><i>…</i>50 more lines</div></div>' in page
    assert f"{'x' * 4000}<s> … 100 more characters</s>" in page


def test_a_page_of_any_length_stays_within_the_limit() -> None:
    text = "<" * 3000
    changes = tuple(
        judged(CHANGED_TEXT, f"changed {n}", artifact=f"prompt/p{n}", old=None, new=text) for n in range(600)
    )
    page = html(replace(SMALL, judgements=(*changes, PRICED), problems=(Problem(message=text),) * 100))
    assert 4_600_000 < len(page.encode()) <= LIMIT
    without = int(between(page, "<p>Without values for want of room: ", " changes.</p>"))
    assert page.count("<i>+</i>") + without == 600
    assert outline(page).is_balanced


def test_what_there_is_no_room_for_is_counted() -> None:
    changes = tuple(
        judged(CHANGED_TEXT, "<" * 2000, artifact=f"prompt/p{n // 2}", old=None, new="x") for n in range(1000)
    )
    page = html(Report(command="diff", judgements=changes))
    assert len(page.encode()) <= LIMIT
    left = between(page, "<p>Left out for want of room: ", ".</p>")
    found = re.fullmatch(r"(\d+) changes, (\d+) whole artifacts", left)
    assert found
    assert page.count('<span class="rule">') + int(found[1]) == 1000
    assert page.count('<details class="artifact"') + int(found[2]) == 500
