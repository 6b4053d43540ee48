"""What real jinja2 makes of templates of the subset, the subset makes too."""

import json
from pathlib import Path

import jinja2
import pytest

from plmctl.core.template.jinja import compiled
from plmctl.core.template.refusal import MissingValue, RenderError
from plmctl.core.value import Value

_FIRST, *_OTHERS = Path(__file__).with_name("jinja_rendered.jsonl").read_text("utf-8").splitlines()
INPUTS: dict[str, Value] = json.loads(_FIRST)
CASES: list[tuple[str, dict[str, Value]]] = [tuple(json.loads(line)) for line in _OTHERS]

# Nothing of plmctl's is in it: the white space of a text is kept as this one keeps it.
REAL = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False, keep_trailing_newline=True)


def test_there_are_150_of_them_and_no_two_alike() -> None:
    assert len(set(_OTHERS)) == len(_OTHERS) >= 150


@pytest.mark.parametrize(("text", "values"), CASES)
def test_a_template_of_the_subset_renders_as_jinja2_has_it(text: str, values: dict[str, Value]) -> None:
    values = {**INPUTS, **values}
    assert compiled(text).render(values) == REAL.from_string(text).render(values)


@pytest.mark.parametrize(
    "text",
    [
        "{{ missing }}",
        "{{ missing.name }}",
        "{{ missing.name | default('x') }}",
        "{{ customer.phone.code | default('x') }}",
        "{{ name.first }}",
        "{{ missing | upper }}",
        "{{ missing | join }}",
        "{{ missing | length }}",
        "{{ missing | default(other) }}",
        "{% if missing %}{% endif %}",
        "{% if missing == 'a' %}{% endif %}",
        "{% if 'a' != missing %}{% endif %}",
        "{% if not missing %}{% endif %}",
        "{% if yes and missing %}{% endif %}",
        "{% if missing.name is defined %}{% endif %}",
        "{% for x in missing %}{% endfor %}",
        "{% for x in tags %}{% endfor %}{{ x }}",
    ],
)
def test_what_has_no_value_fails_as_in_jinja2(text: str) -> None:
    with pytest.raises(jinja2.UndefinedError):
        REAL.from_string(text).render(INPUTS)
    with pytest.raises(MissingValue):
        compiled(text).render(INPUTS)


@pytest.mark.parametrize(
    "text", ["{{ missing | tojson }}", "{{ count | join }}", "{% if name < 1 %}{% endif %}"]
)
def test_what_does_not_fit_fails_as_in_jinja2(text: str) -> None:
    with pytest.raises(TypeError):
        REAL.from_string(text).render(INPUTS)
    with pytest.raises(RenderError):
        compiled(text).render(INPUTS)
