"""What a render promises for any template and any values."""

from random import Random

import chevron
from hypothesis import given
from hypothesis import strategies as st

from plmctl.core.template.mustache import parse
from plmctl.core.template.refusal import RenderError
from plmctl.core.template.rendering import compiled
from plmctl.core.value import Value
from tests.properties.templates import HARD, PARTIALS, VALUES, template

SEEDS = st.integers(0, 10**9)
TEXTS = st.text(max_size=8) | st.sampled_from(["{{a}}", "}}", "{{/a}}", "{{> voice}}", "\\{{a}}", "\ud800"])
JSON: st.SearchStrategy[Value] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=12,
)
PARSED = {name: parse(text) for name, text in PARTIALS.items()}
ANY = "{{#a}}{{^b}}-{{.}}{{/b}}{{#b}}{{.}}{{c}}{{/b}}{{/a}}{{^a}}{{#c}}{{.}}{{/c}}{{/a}}"


def rendered(text: str, values: Value) -> str:
    """The text of a template with the partials here."""
    return compiled(parse(text), PARSED).render(values)


@given(SEEDS)
def test_it_is_what_chevron_makes(seed: int) -> None:
    text = template(Random(seed))
    assert rendered(text, VALUES) == chevron.render(text, VALUES, partials_dict=PARTIALS)


def test_every_hard_case_is_drawn() -> None:
    texts = [template(Random(seed)) for seed in range(200)]
    assert {case for case, form in HARD.items() if any(map(form.search, texts))} == HARD.keys()


@given(st.lists(st.text(max_size=8) | TEXTS.filter(lambda text: text != "\ud800"), min_size=1, max_size=4))
def test_a_value_is_never_read_as_a_template(items: list[str]) -> None:
    sound = [item.encode("utf-8", "replace").decode() for item in items]
    values: Value = {"a": list(sound), "b": sound[0], "c": {"d": sound[-1]}}
    text = rendered("<{{b}}>{{#a}}[{{.}}]{{/a}}<{{c.d}}>", values)
    assert text == f"<{sound[0]}>{''.join(f'[{item}]' for item in sound)}<{sound[-1]}>"


@given(JSON)
def test_any_json_gives_a_text_or_a_named_error(values: Value) -> None:
    for text in (ANY, "{{a}}{{b}}", "{{#.}}{{.}}{{/.}}", "{{a.b.c}}"):
        try:
            made = rendered(text, values)
        except RenderError as error:
            made = str(error)
        assert made.encode().decode() == made
