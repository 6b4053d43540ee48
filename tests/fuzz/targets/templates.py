"""The two languages of templates: parsed, analysed, compiled, filled."""

import json
from collections.abc import Callable, Mapping
from functools import cache
from random import Random
from zlib import crc32

from plmctl.core.finding import PlmctlError
from plmctl.core.template import jinja, mustache
from plmctl.core.template.cost import MAX_OUTPUT
from plmctl.core.template.infer import inferred_inputs
from plmctl.core.template.program import SyntaxProblem, Tag, Template
from plmctl.core.template.refusal import RenderError
from plmctl.core.template.rendering import compiled
from plmctl.core.template.resolve import resolve_uses, uncovered_inputs, used_inputs
from plmctl.core.template.uses import partials, uses
from plmctl.core.value import Value, as_mapping
from tests.fuzz import pieces, values
from tests.fuzz.corpus import listed, manifests
from tests.fuzz.target import REFUSED, Broken, Came, Input, Target, demand
from tests.fuzz.values import Donors
from tests.properties.templates import PARTIALS, VALUES, template

_TEXT, _VALUES = "text", "values"
_SCHEMA: Mapping[str, Value] = {
    "type": "object",
    "required": ["name", "items"],
    "properties": {
        "name": {"type": "string"},
        "amount": {"type": "integer"},
        "texts": {"type": "array", "items": {"type": "string"}},
        "owner": {"type": "object", "properties": {"name": {"type": "string"}, "team": {"type": "object"}}},
        "items": {"type": "array", "items": {"type": "object", "properties": {"name": {}, "rank": {}}}},
    },
}
_DONORS = Donors((VALUES, {"name": "x", "items": [{"name": ["a"], "rank": {"name": 1.5}}]}))
_WORDS = listed("templates")

_EXPRESSIONS = (
    "name",
    "owner.name",
    "amount",
    "name | upper",
    "texts | join(', ')",
    "items | length",
    "missing | default('none')",
    "owner | tojson",
    "item.name",
    "item",
    "loop.index",
    "name | trim | lower",
    "session.id",
    "lines",
    "zero",
)
_TESTS = (
    "name",
    "not yes",
    "amount > 1",
    "name == 'Ada'",
    "missing is defined",
    "owner.missing is none",
    "yes and no or name",
    "texts",
    "amount >= zero",
    "name != tag",
    "(yes or no) and name",
    "item is defined",
)


def jinja_text(chance: Random, levels: int = 2) -> str:
    """A text in the subset."""
    return "".join(_jinja_piece(chance, levels) for _ in range(1 + int(chance.random() * 4)))


def _jinja_piece(chance: Random, levels: int) -> str:
    what = int(chance.random() * (6 if levels else 4))
    if what == 0:
        return chance.choice((" words\n", "\r\n", "é", "{ }", "{# x #}", "  ", "\n\n"))
    if what < 4:
        return chance.choice(("{{ %s }}", "{{- %s -}}", "{{%s}}")) % chance.choice(_EXPRESSIONS)
    inner = jinja_text(chance, levels - 1)
    if what == 4:
        otherwise = f"{{% else %}}{jinja_text(chance, 0)}" if chance.random() < 0.3 else ""
        return f"{{% if {chance.choice(_TESTS)} %}}{inner}{otherwise}{{% endif %}}"
    return f"{{%- for item in {chance.choice(('items', 'texts', 'lists', 'none'))} %}}{inner}{{% endfor %}}\n"


@cache
def _shown() -> tuple[str, ...]:
    """The texts of prompts and partials that lie in the repository."""
    found: list[str] = []
    for value in manifests():
        spec = as_mapping(as_mapping(value).get("spec"))
        messages = spec.get("messages")
        inner = [as_mapping(m).get("content") for m in messages] if isinstance(messages, list) else []
        found += [text for text in (spec.get("content"), *inner) if isinstance(text, str)]
    return tuple(dict.fromkeys(found))


def _maker(written: Callable[[Random], str]) -> Callable[[Random], Input]:
    def made(chance: Random) -> Input:
        what = chance.random()
        text = written(chance) if what < 0.85 else chance.choice(_shown())
        data = text.encode(errors="surrogatepass")
        if what > 0.4:
            data = pieces.changed(data, chance, _WORDS)
        if what > 0.9995:
            data = pieces.grown(data, chance)
        filling = dict(VALUES)
        if chance.random() < 0.5:
            filling = dict(as_mapping(values.changed(filling, chance, _DONORS)))
        return {_TEXT: data, _VALUES: json.dumps(filling).encode()}

    return made


def _require_sound(program: Template) -> None:
    """Places that a reader can go to, and instructions that are well nested."""
    lines = program.text.split("\n")
    placed: tuple[Tag | SyntaxProblem, ...] = (*program.tags, *program.errors)
    for tag in placed:
        if not (0 <= tag.line < len(lines) and 0 <= tag.column <= len(lines[tag.line])):
            raise Broken(f"{tag} is nowhere")
    at = 0
    for instruction in program.instructions:
        demand(instruction.start == at, "the spans of the instructions are not the text")
        at = instruction.end
    demand(not program.instructions or at == len(program.text), "the end of the text is in no instruction")


def _analysed(program: Template) -> None:
    inferred_inputs([program], exclude=("session",))
    found = [*resolve_uses(program, _SCHEMA, {"session": {}})]
    for problem in found[:3]:
        demand(isinstance(problem.candidates, tuple), "no candidates")
    used_inputs(program, _SCHEMA)
    uses(program)
    tuple(
        uncovered_inputs(program, _SCHEMA, {inclusion.name: {"name", "x"} for inclusion in partials(program)})
    )


def _filled(render: Callable[[Value], str], given: Value) -> bool:
    try:
        text = render(given)
    except RenderError:
        return False
    demand(len(text.encode()) <= MAX_OUTPUT, "more text than a render may make")
    return True


_PARTIALS = {name: mustache.parse(text) for name, text in PARTIALS.items()}


def _mustache(given: Input) -> Came:
    text = _decoded(given[_TEXT])
    if text is None:
        return REFUSED
    program = mustache.parse(text)
    _require_sound(program)
    _analysed(program)
    if program.errors:
        return Came(is_decoded=True)
    if crc32(given[_TEXT]) % 8 == 0:
        renamed = mustache.map_partials(text, {"voice": "other"})
        demand(mustache.map_partials(renamed, {"other": "voice"}) == text, "renamed and back is another text")
    try:
        ready = compiled(program, _PARTIALS)
    except RenderError:
        return Came(is_decoded=True, is_parsed=True)
    is_valid = _filled(ready.render, json.loads(given[_VALUES]))
    return Came(is_decoded=True, is_parsed=True, is_valid=is_valid, value=program)


def _jinja(given: Input) -> Came:
    text = _decoded(given[_TEXT])
    if text is None:
        return REFUSED
    try:
        ready = jinja.compiled(text)
    except PlmctlError:
        refused = jinja.parse(text)
        _require_sound(refused)
        _analysed(refused)
        demand(bool(refused.errors), "it parses, and cannot be compiled")
        return Came(is_decoded=True)
    # What is compiled was parsed: of some it is parsed again.
    program = ready.template
    demand(crc32(given[_TEXT]) % 8 != 0 or jinja.parse(text) == program, "it is parsed as something else")
    demand(not program.errors, "it has errors, and is compiled")
    _require_sound(program)
    _analysed(program)
    is_valid = _filled(lambda value: ready.render(as_mapping(value)), json.loads(given[_VALUES]))
    return Came(is_decoded=True, is_parsed=True, is_valid=is_valid, value=program)


def _decoded(data: bytes) -> str | None:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


_MODULES = tuple(f"core/template/{name}.py" for name in ("infer", "resolve", "scope", "uses"))
MUSTACHE = Target(
    name="mustache",
    expected="a program whose spans are the text, with its mistakes; compiled, or a RenderError; a text of "
    "at most 10 MiB, or a RenderError",
    modules=(
        *_MODULES,
        *(
            f"core/template/{name}.py"
            for name in ("mustache", "scan", "grammar", "rendering", "step", "context", "printing")
        ),
    ),
    make=_maker(template),
    run=_mustache,
)
JINJA = Target(
    name="jinja",
    expected="names, or mistakes; compiled just where there are none; a text of at most 10 MiB, or a "
    "RenderError",
    modules=tuple(
        f"core/template/{name}.py"
        for name in ("reading", "words", "phrase", "tree", "run", "cost", "sandbox")
    ),
    make=_maker(jinja_text),
    run=_jinja,
)
