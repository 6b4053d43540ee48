import pytest

from plmctl.render.markup import code, escaped, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("a < b && c > d", "a &lt; b &amp;&amp; c &gt; d"),
        ("\"quoted\" 'too'", "\"quoted\" 'too'"),
        ("::error::x", "&#58;&#58;error&#58;&#58;x"),
        ("##[error]x ###", "&#35;&#35;[error]x &#35;&#35;#"),
        ("a\nb\x1b", "a\\x0ab\\x1b"),
    ],
)
def test_a_text_is_no_markup_and_no_command(text: str, expected: str) -> None:
    assert escaped(text) == expected


def test_what_is_written_stands_in_code() -> None:
    assert code("<b>@team</b>") == "<code>&lt;b&gt;@team&lt;/b&gt;</code>"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("input 'channel' was removed", "input 'channel' was removed"),
        ("it's gone, isn't it? (yes)", "it's gone, isn't it? (yes)"),
        ("12 of 13 -> 14", "12 of 13 -> 14"),
        ("", ""),
        ("ask @team, or #12 here", "ask <code>@team,</code> or <code>#12</code> here"),
        ("ask @team #12", "ask <code>@team #12</code>"),
        ("see https://evil.example now", "see <code>https://evil.example</code> now"),
        ("see www.evil.example", "see <code>www.evil.example</code>"),
        ("prompt/support/triage changed", "<code>prompt/support/triage</code> changed"),
        ("from 0.3 to 0.2", "from <code>0.3</code> to <code>0.2</code>"),
        ("fixed in GH-12", "fixed in <code>GH-12</code>"),
        ("at deadbeef", "at <code>deadbeef</code>"),
        ("*bold* _it_ `x` <b>", "<code>*bold* _it_ `x` &lt;b&gt;</code>"),
        (":tada: yes", "<code>:tada:</code> yes"),
        ("größer als 漢", "<code>größer</code> als <code>漢</code>"),
        ("a\nb", "<code>a\\x0ab</code>"),
    ],
)
def test_of_a_message_what_may_mean_something_is_code(text: str, expected: str) -> None:
    assert words(text) == expected
