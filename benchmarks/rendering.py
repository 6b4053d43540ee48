"""Rendering, with plmctl, chevron or jinja2 on equal templates: python -m benchmarks.rendering ENGINE CASE.

Printed are the seconds of CPU of 500 renders, as the rows of `benchmarks.rows` compare them.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import chevron
import jinja2

from plmctl.core.template.mustache import parse
from plmctl.core.template.rendering import compiled
from plmctl.core.value import Value

RENDERS = 500
TEN = [f"name{number}" for number in range(10)]
PASSAGES: list[Value] = [{"title": f"Title {n}", "text": "Some words. " * 10, "rank": n} for n in range(50)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A template in both languages; no value needs escaping, and nothing is escaped."""

    mustache: str
    jinja: str
    values: dict[str, Value]
    partials: dict[str, tuple[str, str]]


CASES = {
    "ten values": Case(
        mustache=" and more words of a prompt, ".join(f"{{{{{{{name}}}}}}}" for name in TEN),
        jinja=" and more words of a prompt, ".join(f"{{{{ {name} }}}}" for name in TEN),
        values={name: f"the value of {name}" for name in TEN},
        partials={},
    ),
    "a list of 50 texts": Case(
        mustache="{{#items}}\n- {{{.}}}\n{{/items}}\n",
        jinja="{% for item in items %}- {{ item }}\n{% endfor %}",
        values={"items": [f"item {number}" for number in range(50)]},
        partials={},
    ),
    "a list of 50 objects": Case(
        mustache="{{#passages}}\n{{{rank}}}. {{{title}}} for {{{who}}}: {{{text}}}\n{{/passages}}\nBrief.\n",
        jinja="{% for p in passages %}{{ p.rank }}. {{ p.title }} for {{ who }}: {{ p.text }}\n{% endfor %}"
        "Brief.\n",
        values={"passages": PASSAGES, "who": "Ada"},
        partials={},
    ),
    "three partials": Case(
        mustache="{{> voice}}\nTicket: {{{ticket}}}\n{{> rules}}\n{{> voice}}\n",
        jinja="{% include 'voice' %}Ticket: {{ ticket }}\n{% include 'rules' %}{% include 'voice' %}",
        values={"persona": "Ada", "company": "Acme", "thing": "a refund", "ticket": "It is broken."},
        partials={
            "voice": (
                "You are {{{persona}}} of {{{company}}}.\nBe kind.\n",
                "You are {{ persona }} of {{ company }}.\nBe kind.\n",
            ),
            "rules": ("- Never promise {{{thing}}}.\n", "- Never promise {{ thing }}.\n"),
        },
    ),
}


def renderers(case: Case) -> dict[str, Callable[[], str]]:
    """The three, each with its template compiled as far as it can."""
    ours = compiled(parse(case.mustache), {name: parse(text) for name, (text, _) in case.partials.items()})
    loader = jinja2.DictLoader({name: text for name, (_, text) in case.partials.items()})
    environment = jinja2.Environment(
        loader=loader, undefined=jinja2.StrictUndefined, keep_trailing_newline=True, autoescape=False
    )
    theirs = environment.from_string(case.jinja)
    partials = {name: text for name, (text, _) in case.partials.items()}
    return {
        "plmctl": lambda: ours.render(case.values),
        "jinja2": lambda: theirs.render(case.values),
        "chevron": lambda: chevron.render(case.mustache, case.values, partials_dict=partials),
    }


def seconds(render: Callable[[], str]) -> float:
    begun = time.process_time()
    for _ in range(RENDERS):
        render()
    return time.process_time() - begun


def main() -> None:
    engine, name = sys.argv[1:]
    renders = renderers(CASES[name])
    texts = {other: render() for other, render in renders.items()}
    assert len(set(texts.values())) == 1, texts
    print(seconds(renders[engine]))


if __name__ == "__main__":
    main()
