"""What jinja2 knows and the subset has not, each refused where it stands: between « and »."""

import jinja2
import pytest

from plmctl.core.template.jinja import parse
from plmctl.core.template.tree import Walk

CALLED, COMPUTES = "'{}' is called", "'{}' computes"
STATEMENT, FILTER, TEST = (
    "'{}' is no statement here",
    "'{}' is no filter of the subset",
    "'{}' is no test of the subset",
)
PRIVATE, LOOP, TAKEN = (
    "'{}' begins with '_', and is no field",
    "'{}' is not in the subset",
    "'{}' is a word of jinja2 itself",
)
OUTSIDE, INLINE = "'{}' stands outside every loop", "'{}' stands inside an expression"
ARGUMENTS, NUMBER, ESCAPE = "'{}' takes no arguments", "'{}' is no plain number", "'{}' is no escape here"

REFUSED = [
    ("{{ «range»(3) }}", CALLED),
    ("{{ name.«upper»() }}", CALLED),
    ("{{ a.b.«items»() }}", CALLED),
    ("text\n  {{ '%s' | upper }} {{ «lipsum»() }}", CALLED),
    ("{% for x in «range»(10) %}{% endfor %}", CALLED),
    ("{% if «f»(a) %}{% endif %}", CALLED),
    ("{{ '{0}'.«format»(a) }}", CALLED),
    ("{{ (a or b)«(»c) }}", CALLED),
    ("{{ a.«__class__» }}", PRIVATE),
    ("{{ ''.«__class__» }}", PRIVATE),
    ("{{ a.b.«_private».c }}", PRIVATE),
    ("{{ a\n  .«__class__» }}", PRIVATE),
    ("{{ «__builtins__» }}", TAKEN),
    ("{{ «self» }}", TAKEN),
    ("{{ «caller» }} {{ a }}", TAKEN),
    ("{{ «and» }}", TAKEN),
    ("{% for «self» in a %}{% endfor %}", TAKEN),
    ("{% for «loop» in a %}{% endfor %}", TAKEN),
    ("{{ «loop».index }}", OUTSIDE),
    ("{% for x in a %}{% else %}{{ «loop».index }}{% endfor %}", OUTSIDE),
    ("{% for x in «loop» %}{% endfor %}", OUTSIDE),
    ("{% for x in a %}{{ «loop» }}{% endfor %}", LOOP),
    ("{% for x in a %}{{ «loop.cycle» }}{% endfor %}", LOOP),
    ("{% for x in a %}{{ «loop.index.x» }}{% endfor %}", LOOP),
    ("{% for x in a %}{{ loop.«cycle»('a', 'b') }}{% endfor %}", CALLED),
    ("{% «include» 'x' %}", STATEMENT),
    ("{% «import» 'x' as y %}", STATEMENT),
    ("{% «from» 'x' import y %}", STATEMENT),
    ("{% «extends» 'x' %}", STATEMENT),
    ("{% «block» x %}{% endblock %}", STATEMENT),
    ("{% «set» x = 1 %}", STATEMENT),
    ("{% «set» x %}a{% endset %}", STATEMENT),
    ("{% «macro» f(x) %}{% endmacro %}", STATEMENT),
    ("{% «call» f() %}{% endcall %}", STATEMENT),
    ("{% «filter» upper %}a{% endfilter %}", STATEMENT),
    ("{% «with» x = 1 %}{% endwith %}", STATEMENT),
    ("{% «autoescape» true %}{% endautoescape %}", STATEMENT),
    ("{% «print» a %}", STATEMENT),
    ("a\n{%- «raw» -%}{{ b }}{% endraw %}", STATEMENT),
    ("{% «do» a %}", STATEMENT),
    ("{% for x in a %}{% «break» %}{% endfor %}", STATEMENT),
    ("{% «trans» %}a{% endtrans %}", STATEMENT),
    ("{% «endmacro» %}", STATEMENT),
    ("{{ a | «center»(3000000000) }}", FILTER),
    ("{{ a | «format»(b) }}", FILTER),
    ("{{ a | «attr»('__class__') }}", FILTER),
    ("{{ a | upper | «safe» }}", FILTER),
    ("{{ a | «d»('x') }}", FILTER),
    ("{{ a | «map»('upper') | join }}", FILTER),
    ("{{ a | default(b | «count») }}", FILTER),
    ("{{ a | «upper»('x') }}", ARGUMENTS),
    ("{{ a | «trim»('x') }}", ARGUMENTS),
    ("{% if a is «mapping» %}{% endif %}", TEST),
    ("{% if a is not «divisibleby» 3 %}{% endif %}", TEST),
    ("{% if a is\n  «sameas»(b) %}{% endif %}", TEST),
    ("{{ 10 «**» 10 }}", COMPUTES),
    ("{{ a «+» 1 }}", COMPUTES),
    ("{{ a «-» b }}", COMPUTES),
    ("{{ «-»a }}", COMPUTES),
    ("{{ 'a' «*» 3000000000 }}", COMPUTES),
    ("{{ a «/» b }}", COMPUTES),
    ("{{ a «//» b }}", COMPUTES),
    ("{{ '%s' «%» a }}", COMPUTES),
    ("{{ a «~» b }}", "'{}' joins texts"),
    ("{{ a«[»'b'] }}", "'{}' begins a subscript"),
    ("{{ a«[»0] }}", "'{}' begins a subscript"),
    ("{{ a«[»1:2] }}", None),
    ("{{ a.«0» }}", "a number behind '.' is a subscript"),
    ("{{ «[»a, b] }}", None),
    ("{% for x in «[»1, 2] %}{% endfor %}", None),
    ("{{ «{»'a': 1} }}", None),
    ("{{ (a«,» b) }}", "'{}' makes a list"),
    ("{{ a«,» b }}", "'{}' makes a list"),
    ("{{ «(») }}", "'()' is an empty list"),
    ("{{ b «if» c else d }}", INLINE),
    ("{% for x in a «if» x.b %}{% endfor %}", INLINE),
    ("{% for x in a «recursive» %}{% endfor %}", "a loop is not recursive here"),
    ("{% for x«,» y in a %}{% endfor %}", "a loop has one name"),
    ("{% if a «in» b %}{% endif %}", "'{}' is not in the subset"),
    ("{% if 'x' not «in» b %}{% endif %}", "'{}' is not in the subset"),
    ("{% if a < b «<» c %}{% endif %}", "comparisons cannot be chained"),
    ("{{ a | join(d«=»', ') }}", "'{}' names an argument or sets a variable"),
    ("{{ 'a' «'b'» }}", "two strings stand side by side"),
    ("{{ '«\\d»' }}", ESCAPE),
    ("{{ 'é«\\u0041»' }}", None),
    ("{{ «0x1F» }}", NUMBER),
    ("{{ «1_000» }}", NUMBER),
    ("{{ «1e999» }}", NUMBER),
    ("{{ «1234567890123456» }}", NUMBER),
    ("{{ (a or b).«c» }}", "'{}' is read from an expression"),
    ("{{ (a | upper).«c» }}", "'{}' is read from an expression"),
    ("{{ «ﬁ» }}", "'{}' is no name here"),
    ("{% if a«:» %}{% endif %}", "'{}' stands for nothing"),
    ("{{ «a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q» }}", "'{}' has more than 16 parts"),
    ("{{ " + "(" * 16 + "«(»a" + ")" * 17 + " }}", "an expression nests deeper than 16"),
    ("{{ " + "not " * 17 + "«not» a }}", "an expression nests deeper than 16"),
    ("{% if a %}" * 32 + "{% «if» a %}", "statements nest deeper than 32"),
    ("{% for x in a %}" * 8 + "{% «for» x in a %}", "loops nest deeper than 8"),
    ("{% if a %}" + "{% elif a %}" * 100 + "{% «elif» a %}{% endif %}", "an 'if' has more than 100 branches"),
    ("{{ a" + " or a" * 49 + " or «a» }}", "a tag has more than 100 words"),
    ("{{ a }}" * 2000 + "«{{» a }}", "the text has more than 2000 tags"),
]


@pytest.mark.parametrize(("marked", "message"), REFUSED, ids=[case[0][:60] for case in REFUSED])
def test_what_the_subset_has_not_is_refused_where_it_stands(marked: str, message: str | None) -> None:
    before, thing = marked.split("«")[0], marked.split("«")[1].split("»")[0]
    error = parse(marked.replace("«", "").replace("»", "")).errors[0]
    line = before.count("\n")
    column = len(before.rpartition("\n")[2])
    assert (error.line, error.column, error.is_refusal) == (line, column, True)
    if message is not None:
        assert error.message == message.format(thing)
        assert error.end_column - error.column == error.length == len(thing)
    assert error.help


@pytest.mark.parametrize(
    "text",
    [
        "{% set x = 1 %}",
        "{% macro f() %}{% endmacro %}",
        "{% include 'x' %}",
        "{% import 'x' as y %}",
        "{% extends 'x' %}",
        "{% block x %}{% endblock %}",
        "{% filter upper %}a{% endfilter %}",
        "{% with x = 1 %}{% endwith %}",
        "{% autoescape true %}{% endautoescape %}",
        "{% for x, y in a %}{% endfor %}",
        "{% for x in a if b %}{% endfor %}",
        "{% for x in a recursive %}{% endfor %}",
        "{% if a in b %}{% endif %}",
        "{% if a < b < c %}{% endif %}",
        "{{ a if b else c }}",
        "{{ a + b }}",
        "{{ -a }}",
        "{{ a ** b }}",
        "{{ a ~ b }}",
        "{{ a[0] }}",
        "{{ a[1:2] }}",
        "{{ [a] }}",
        "{{ (a, b) }}",
        "{{ {'a': b} }}",
        "{{ a() }}",
        "{{ a | join(d=b) }}",
        "{{ a | join(*b) }}",
        "{{ a is defined(b) }}",
    ],
)
def test_the_tree_alone_would_be_refused_too(text: str) -> None:
    walk = Walk(text=text)
    walk.statements(jinja2.Environment(autoescape=True).parse(text).body)
    assert walk.spots
    assert all(spot.is_refusal for spot in walk.spots)
