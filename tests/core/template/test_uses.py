from plmctl.core.template.mustache import parse
from plmctl.core.template.program import Role
from plmctl.core.template.uses import Enclosing, Inclusion, partials, uses

TEXT = "{{a.b}}{{#c}}{{.}}{{^d}}{{> tone}}{{e}}{{/d}}{{/c}}{{> tone}}{{! f }}"


def test_uses_carry_their_role_and_the_sections_around_them() -> None:
    c, d = Enclosing(name=("c",), is_inverted=False), Enclosing(name=("d",), is_inverted=True)
    assert [(u.name, u.role, u.within, u.tag.column) for u in uses(parse(TEXT))] == [
        (("a", "b"), Role.VALUE, (), 0),
        (("c",), Role.SECTION, (), 7),
        ((".",), Role.VALUE, (c,), 13),
        (("d",), Role.INVERTED, (c,), 18),
        (("e",), Role.VALUE, (c, d), 34),
    ]


def test_partials_are_found_where_they_are_included() -> None:
    template = parse(TEXT)
    c, d = Enclosing(name=("c",), is_inverted=False), Enclosing(name=("d",), is_inverted=True)
    first, second = (tag for tag in template.tags if tag.name == ("tone",))
    assert partials(template) == (
        Inclusion(name="tone", within=(c, d), tag=first),
        Inclusion(name="tone", within=(), tag=second),
    )


def test_a_template_with_errors_still_tells_its_uses() -> None:
    assert [u.name for u in uses(parse("{{a}}{{}}{{#b}}{{c}}"))] == [("a",), ("b",), ("c",)]
