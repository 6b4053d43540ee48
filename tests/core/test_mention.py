import pytest

from plmctl.core.mention import code_span, marked


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("the text of message 1 changed", "the text of message 1 changed"),
        ("input 'x' was removed (twice)", "input 'x' was removed (twice)"),
        ("ask @team about #12", "ask `@team` about `#12`"),
        ("see https://example.com now", "see `https://example.com` now"),
        ("<b> *bold* [a](b) |x|", "`<b> *bold* [a](b) |x|`"),
        ("a `tick` and ``two``", "a `` `tick` `` and ``` ``two`` ```"),
        ("commit 0123abc JIRA-1", "commit `0123abc JIRA-1`"),
    ],
)
def test_message_in_markdown_has_its_plain_words_and_the_rest_as_code(text: str, written: str) -> None:
    assert marked(text) == written


@pytest.mark.parametrize(
    ("text", "span"),
    [("a", "`a`"), ("a`b", "``a`b``"), ("`", "`` ` ``"), (" a", "`  a `"), ("``a", "``` ``a ```")],
)
def test_code_span_holds_any_text(text: str, span: str) -> None:
    assert code_span(text) == span
