import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from plmctl.core.template.mustache import MAX_ERRORS, MAX_NESTING, MAX_TAGS, map_partials, parse
from plmctl.core.template.program import (
    Comment,
    End,
    Inverted,
    Partial,
    Section,
    SyntaxProblem,
    Tag,
    TagKind,
    Template,
    Text,
    Value,
)

LITERAL = r"write '\{{' for a literal '{{'"


def complaints(text: str) -> list[tuple[int, int, int, str, str]]:
    """Line, column, end column, message and help of each mistake."""
    return [(e.line, e.column, e.end_column, e.message, e.help) for e in parse(text).errors]


def printed(text: str) -> str:
    """The literal text of a template."""
    return "".join(i.text for i in parse(text).instructions if isinstance(i, Text))


def tag(kind: TagKind, name: tuple[str, ...], start: int, length: int, line: int, column: int) -> Tag:
    """A tag that stands on one line."""
    return Tag(
        kind=kind,
        name=name,
        start=start,
        length=length,
        line=line,
        column=column,
        end_column=column + length,
    )


def test_a_template_becomes_a_flat_program() -> None:
    text = (
        "Hi {{name}}!\n  {{#items}}  \n- {{.}}\n{{/items}}\n"
        "{{^items}}none{{/items}}\n{{! a }}\n  {{> tone/x}}\n"
    )
    section = tag(TagKind.SECTION, ("items",), 15, 10, 1, 2)
    inverted = tag(TagKind.INVERTED, ("items",), 47, 10, 4, 0)
    comment = tag(TagKind.COMMENT, (), 72, 8, 5, 0)
    assert parse(text).instructions == (
        Text(start=0, end=3, text="Hi "),
        Value(start=3, end=11, tag=tag(TagKind.VALUE, ("name",), 3, 8, 0, 3)),
        Text(start=11, end=13, text="!\n"),
        Section(start=13, end=28, tag=section, close=7),
        Text(start=28, end=30, text="- "),
        Value(start=30, end=35, tag=tag(TagKind.VALUE, (".",), 30, 5, 2, 2)),
        Text(start=35, end=36, text="\n"),
        End(start=36, end=47, opening=3),
        Inverted(start=47, end=57, tag=inverted, close=10),
        Text(start=57, end=61, text="none"),
        End(start=61, end=71, opening=8),
        Text(start=71, end=72, text="\n"),
        Comment(start=72, end=81, tag=comment),
        Partial(start=81, end=96, tag=tag(TagKind.PARTIAL, ("tone/x",), 83, 12, 6, 2), indent="  "),
    )


def test_tags_are_listed_in_order_with_their_ends() -> None:
    assert parse("{{#a}}\n{{{ b.c }}}{{&d}}{{/a}}").tags == (
        tag(TagKind.SECTION, ("a",), 0, 6, 0, 0),
        tag(TagKind.VALUE, ("b", "c"), 7, 11, 1, 0),
        tag(TagKind.VALUE, ("d",), 18, 6, 1, 11),
        tag(TagKind.END, ("a",), 24, 6, 1, 17),
    )


def test_a_tag_over_several_lines_ends_on_its_first() -> None:
    (comment,) = parse("x {{! one\ntwo }}\n").tags
    assert (comment.line, comment.column, comment.end_column, comment.length) == (0, 2, 9, 14)


def test_an_error_after_a_comment_over_several_lines_has_the_right_line() -> None:
    assert complaints("{{!\n\n}}\n {{}}")[0][:3] == (3, 1, 5)


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        (r"\{{x}}", "{{x}}"),
        (r"\{{{x}}}", "{{{x}}}"),
        (r"\{{\{{", "{{{{"),
        (r"a\{{b{{c}}\{{d", "a{{b{{d"),
        (r"\\{{x}}", r"\{{x}}"),
        ("{x}} }} {", "{x}} }} {"),
        ("{{x}}}}", "}}"),
    ],
)
def test_a_backslash_makes_two_braces_literal(text: str, literal: str) -> None:
    assert parse(text).errors == ()
    assert printed(text) == literal


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("| This Is\n{{#b}}\n|\n{{/b}}\n| A Line", "| This Is\n|\n| A Line"),
        ("|\r\n{{#b}}\r\n{{/b}}\r\n|", "|\r\n|"),
        ("  {{#b}}\n#{{/b}}\n/", "#\n/"),
        ("#{{#b}}\n/\n  {{/b}}", "#\n/\n"),
        (" {{^b}}x{{/b}}\n {{^b}}y{{/b}}\n", " x\n y\n"),
        ("Begin.\n  {{! Indented }}\nEnd.\n", "Begin.\nEnd.\n"),
        ("Begin.\n{{!\nSomething's going on here...\n}}\nEnd.\n", "Begin.\nEnd.\n"),
        ("  12 {{! 34 }}\n", "  12 \n"),
        ("  {{value}}\n", "  \n"),
        ("{{#a}}{{/a}}\n", "\n"),
        ("{{#a}}\t \n\t{{/a}}", ""),
        ("a\n  {{>p}}  \nb", "a\nb"),
        ("{{!x}}\n \\{{\n", " {{\n"),
    ],
)
def test_a_tag_alone_on_its_line_takes_the_line_with_it(text: str, literal: str) -> None:
    assert parse(text).errors == ()
    assert printed(text) == literal


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a {{x", (0, 2, 4, "this tag is never closed", f"end it with '}}}}'; {LITERAL}")),
        ("{{{x}}", (0, 0, 2, "this tag is never closed", f"end it with '}}}}'; {LITERAL}")),
        ("{{x {{y}}", (0, 0, 2, "this tag is never closed", f"end it with '}}}}'; {LITERAL}")),
        ("{{! x", (0, 0, 2, "this tag is never closed", f"end it with '}}}}'; {LITERAL}")),
        ("\n{{#a}}", (1, 0, 6, "section 'a' is never closed", "end it with '{{/a}}'")),
        ("{{/a}}", (0, 0, 6, "no section 'a' is open here", "begin it with '{{#a}}'")),
        ("{{ }}", (0, 0, 5, "the tag is empty", f"name an input in it; {LITERAL}")),
        ("{{{}}}", (0, 0, 6, "the tag is empty", f"name an input in it; {LITERAL}")),
        ("{{>}}", (0, 0, 5, "the tag is empty", f"name an input in it; {LITERAL}")),
        (
            "{{=<% %>=}}",
            (0, 0, 11, "delimiters cannot be changed", f"use '{{{{' and '}}}}'; {LITERAL}"),
        ),
        (
            "{{$a}}",
            (
                0,
                0,
                6,
                "blocks are not supported",
                "make the text a Partial and include it with '{{> name}}'",
            ),
        ),
        ("{{<a}}", (0, 0, 6, "parents are not supported", "include a Partial with '{{> name}}'")),
        (
            "{{x | upper}}",
            (
                0,
                0,
                13,
                "'x | upper' is not a name",
                f"a tag holds one name: mustache has no helpers, filters or arguments; {LITERAL}",
            ),
        ),
        (
            "{{a..b}}",
            (
                0,
                0,
                8,
                "'a..b' is not a name",
                f"a name is letters, digits, '_' and '-', with dots to reach into objects; {LITERAL}",
            ),
        ),
        (
            "{{" + "a." * 16 + "a}}",
            (
                0,
                0,
                37,
                "the name 'a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a' has more than 16 parts",
                "give the inputs fewer levels",
            ),
        ),
        (
            "{{> partial/tone}}",
            (0, 0, 18, "'partial/tone' is not a partial's bare name", "write '{{> tone}}'"),
        ),
        (
            "{{> *name}}",
            (
                0,
                0,
                11,
                "'*name' is not a partial's name",
                "a name is lower-case letters, digits, '_', '-' and '/', at most 100 characters",
            ),
        ),
        (
            "{{> .}}",
            (
                0,
                0,
                7,
                "'.' is not a partial's name",
                "a name is lower-case letters, digits, '_', '-' and '/', at most 100 characters",
            ),
        ),
        (
            "{{>" + "a" * 101 + "}}",
            (
                0,
                0,
                106,
                "'" + "a" * 39 + "…' is not a partial's name",
                "a name is lower-case letters, digits, '_', '-' and '/', at most 100 characters",
            ),
        ),
    ],
)
def test_a_syntax_error_says_where_what_and_what_to_do(
    text: str, expected: tuple[int, int, int, str, str]
) -> None:
    assert complaints(text) == [expected]


def test_every_error_is_reported_at_once_and_in_order() -> None:
    assert [(line, message) for line, _, _, message, _ in complaints("{{#a}}\n{{/b}}\n{{}}\n{{c")] == [
        (0, "section 'a' is never closed"),
        (1, "no section 'b' is open here"),
        (2, "the tag is empty"),
        (3, "this tag is never closed"),
    ]


def test_a_wrong_end_names_the_section_to_end_first() -> None:
    assert complaints("{{#a}}{{/b}}{{/a}}") == [(0, 6, 12, "no section 'b' is open here", "end 'a' first")]


def test_an_outer_end_closes_what_stands_open_inside() -> None:
    template = parse("{{#a}}{{#b}}x{{/a}}")
    assert [e.message for e in template.errors] == ["section 'b' is never closed"]
    assert [type(i) for i in template.instructions] == [Section, Section, Text, End, End]
    assert template.instructions[3] == End(start=13, end=13, opening=1)


def test_the_end_of_a_section_with_a_wrong_name_is_no_second_error() -> None:
    template = parse("{{#if x}}\ny\n{{/if}}\n")
    assert [e.message for e in template.errors] == ["'if' is a helper of Handlebars, not of mustache"]
    assert template.instructions == (
        Text(start=0, end=12, text="{{#if x}}\ny\n"),
        Text(start=12, end=20, text="{{/if}}\n"),
    )


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ("{{#if x}}{{/if}}", "write '{{#x}}', and end it with '{{/x}}'"),
        ("{{#each items}}{{/each}}", "write '{{#items}}', and end it with '{{/items}}'"),
        ("{{#unless x}}{{/unless}}", "write '{{^x}}', and end it with '{{/x}}'"),
    ],
)
def test_a_helper_is_told_what_stands_for_it(text: str, cure: str) -> None:
    assert [e.help for e in parse(text).errors] == [cure]


def test_a_section_with_a_wrong_name_that_is_never_closed_is_one_error() -> None:
    assert [e.message for e in parse("{{#}}{{#a b}}x").errors] == ["the tag is empty", "'a b' is not a name"]


def test_nesting_stops_at_its_limit() -> None:
    fits = "{{#a}}" * MAX_NESTING + "{{/a}}" * MAX_NESTING
    assert parse(fits).errors == ()
    deeper = "{{#a}}" * 30_000 + "{{/a}}" * 30_000
    assert complaints(deeper) == [
        (0, 384, 390, "sections nest deeper than 64", "split the text into Partials"),
    ]


def test_the_number_of_tags_has_a_limit() -> None:
    assert parse("{{a}}" * MAX_TAGS).errors == ()
    assert [e.message for e in parse("{{a}}" * (MAX_TAGS + 1)).errors] == [
        "the text has more than 50000 tags"
    ]


@pytest.mark.parametrize("text", ["{{", "{{/a}}", "{{{", "{{!", "{{#}}", "{{#a}} {{", "{{#a}}{{/b}}"])
def test_errors_stop_at_their_limit(text: str) -> None:
    assert len(parse(text * 100_000).errors) <= MAX_ERRORS


def test_a_name_in_a_message_stays_on_one_line_and_short() -> None:
    (error,) = parse("{{a\nb" + "c" * 100 + "}}").errors
    assert error.message == "'a b" + "c" * 36 + "…' is not a name"


def test_renaming_partials_touches_nothing_else() -> None:
    text = "{{a/b}}{{>a/b}} {{> a/b }}\n{{>  c}}{{! > c }}\\{{>c}} a/b"
    assert (
        map_partials(text, {"a/b": "x", "c": "long/name"})
        == "{{a/b}}{{>x}} {{> x }}\n{{>  long/name}}{{! > c }}\\{{>c}} a/b"
    )


def test_renaming_no_partial_gives_the_text() -> None:
    assert map_partials("{{>a}} {{", {"b": "c"}) == "{{>a}} {{"


HARD: dict[str, str] = {
    "value": "{{a}}",
    "dotted": "{{a.b}}",
    "triple": "{{{a}}}",
    "ampersand": "{{&a}}",
    "iterator": "{{.}}",
    "section": "{{#a}}",
    "inverted": "{{^a}}",
    "end": "{{/a}}",
    "other end": "{{/b}}",
    "partial": "{{> p/q}}",
    "comment": "{{! a\n{{b}}",
    "escape": "\\{{",
    "delimiters": "{{=<% %>=}}",
    "block": "{{$a}}",
    "empty": "{{}}",
    "bad name": "{{#if a}}",
    "unclosed": "{{",
    "unclosed triple": "{{{",
    "unclosed comment": "{{!",
    "stray close": "}}",
    "newline": "\n",
    "crlf": "\r\n",
    "indent": " \t",
    "text": "é",
}


def templates() -> st.SearchStrategy[str]:
    """Hard fragments in any order, and any characters between them."""
    fragment = st.one_of(st.sampled_from(sorted(HARD.values())), st.text(max_size=3))
    return st.lists(fragment, max_size=20).map("".join)


@pytest.mark.parametrize("fragment", HARD.values(), ids=HARD.keys())
@pytest.mark.no_cover
def test_the_strategy_draws_every_hard_case(fragment: str) -> None:
    # The first that is found does: nobody reads the smallest.
    wanted = settings(max_examples=20_000, phases=[Phase.generate])
    assert fragment in find(templates(), lambda text: fragment in text, settings=wanted)


def pairs(template: Template) -> list[tuple[int, int]]:
    """Each section's index and its End's."""
    return [(n, i.close) for n, i in enumerate(template.instructions) if isinstance(i, Section | Inverted)]


@given(templates())
def test_the_source_of_all_instructions_is_the_text(text: str) -> None:
    assert "".join(text[i.start : i.end] for i in parse(text).instructions) == text


@given(templates())
def test_every_section_has_its_end(text: str) -> None:
    template = parse(text)
    ends = [(i.opening, n) for n, i in enumerate(template.instructions) if isinstance(i, End)]
    assert sorted(ends) == pairs(template)


@given(templates())
def test_a_tag_stands_where_it_says(text: str) -> None:
    template = parse(text)
    lines = text.split("\n")
    places: list[Tag | SyntaxProblem] = [*template.tags, *template.errors]
    for place in places:
        shown = lines[place.line][place.column : place.end_column]
        assert shown == text[place.start : place.start + place.length].split("\n")[0]
        assert shown.startswith("{{")


@given(templates())
def test_renaming_and_back_gives_the_text(text: str) -> None:
    assert map_partials(map_partials(text, {"p/q": "zzz"}), {"zzz": "p/q"}) == text


@given(templates())
def test_text_of_a_sound_template_holds_no_tag(text: str) -> None:
    template = parse(text)
    literals = [
        text[i.start : i.end] for i in template.instructions if isinstance(i, Text) and not template.errors
    ]
    assert [t for t in literals if "{{" in t.replace("\\{{", "")] == []
