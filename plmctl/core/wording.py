"""The text of templates as it is sent: what the author wrote, without what the tags print."""

from collections.abc import Mapping

from plmctl.core.canonical import canonical_json
from plmctl.core.deferred import deferred
from plmctl.core.manifest import Manifest, TemplateText
from plmctl.core.registry import Registry
from plmctl.core.template.language import JINJA2
from plmctl.core.template.program import Template, Text
from plmctl.core.template.program import Value as PrintedValue
from plmctl.core.tokenizer import Tokenizer
from plmctl.core.value import Pointer, Value, as_items, as_mapping, as_text, value_at

_OPENING = deferred(r"\{[{%#]")
_CLOSING = {"{{": "}}", "{%": "%}", "{#": "#}"}
_LEADING_ROLES = frozenset({"system", "developer"})
# Partials that include each other twice make more than any number can count.
_MOST_TOKENS = 1_000_000_000
_MESSAGES: Pointer = ("spec", "messages")


def literal(template: TemplateText) -> str:
    """The text of a template without its tags; what stands in a section, once."""
    if template.format == JINJA2:
        text = _without_tags(template.text)
    else:
        text = _without_values(template.program) if template.program is not None else template.text
    return text.removesuffix("\n")


def _without_values(program: Template) -> str:
    parts: list[str] = []
    for instruction in program.instructions:
        match instruction:
            case Text(text=text):
                parts.append(text)
            case PrintedValue() if parts:
                # The space before a word is part of its token, and so goes with the value.
                parts[-1] = parts[-1].removesuffix(" ")
    return "".join(parts)


def _without_tags(text: str) -> str:
    parts: list[str] = []
    position = 0
    last = {closing: text.rfind(closing) for closing in _CLOSING.values()}
    while opening := _OPENING.search(text, position):
        closing = _CLOSING[opening.group()]
        # One that nothing closes is text; looking for its end each time would cost quadratic time.
        if last[closing] < opening.end():
            parts.append(text[position : opening.end()])
            position = opening.end()
            continue
        before = text[position : opening.start()]
        parts.append(before.removesuffix(" ") if closing == "}}" else before)
        position = text.index(closing, opening.end()) + len(closing)
    return "".join([*parts, text[position:]])


class Counting:
    """The tokens of the texts of one registry by one tokenizer, each partial counted once."""

    def __init__(self, registry: Registry, tokenizer: Tokenizer):
        self._registry = registry
        self._tokenizer = tokenizer
        self._partials: dict[str, int | None] = {}

    def whole(self, manifest: Manifest, variant: str | None = None) -> int | None:
        """The tokens that a prompt sends by itself, examples included, or those of a partial.

        None where a partial is missing or includes itself, and for a variant that it does not have.
        """
        if manifest.kind != "Prompt":
            return self._partial(manifest.id)
        at = _MESSAGES if variant is None else variants(manifest).get(variant)
        if at is None:
            return None
        return _sum([self._below(manifest, at), self._examples(manifest, at)])

    def _examples(self, manifest: Manifest, at: Pointer) -> int | None:
        """Each example as it is sent: the messages after its place, its inputs, its output."""
        examples = as_items(manifest.spec.get("examples"))
        if not examples:
            return 0
        first, count = _after_examples(manifest, at)
        repeated = _sum([self._below(manifest, (*at, index)) for index in range(first, count)])
        values = sum(self._tokenizer.count(text) for example in examples for text in _sent(example))
        return None if repeated is None else repeated * len(examples) + values

    def _below(self, manifest: Manifest, at: Pointer) -> int | None:
        """The tokens of the templates at a place and deeper, what they include among them."""
        size = len(at)
        own = sum(self._tokenizer.count(literal(t)) for t in manifest.templates if t.pointer[:size] == at)
        return _sum([own, *(self._partial(partial) for partial in _included(manifest, at))])

    def _partial(self, start: str) -> int | None:
        waiting, entered = [start], set[str]()
        while waiting:
            manifest = self._registry.manifests.get(waiting[-1])
            below = _included(manifest, ("spec",)) if manifest is not None else []
            wanted = [p for p in below if p not in self._partials and p not in entered]
            if wanted and waiting[-1] not in entered:
                entered.add(waiting[-1])
                waiting.extend(wanted)
                continue
            partial = waiting.pop()
            if partial not in self._partials:
                self._partials[partial] = self._counted(manifest, below)
        return self._partials[start]

    def _counted(self, manifest: Manifest | None, below: list[str]) -> int | None:
        """The tokens of a partial of which all that it includes is counted, but for a ring."""
        if manifest is None:
            return None
        own = sum(self._tokenizer.count(literal(template)) for template in manifest.templates)
        return _sum([own, *(self._partials.get(partial) for partial in below)])


def variants(manifest: Manifest) -> Mapping[str, Pointer]:
    """The variants of a prompt that have messages of their own, and where."""
    found: dict[str, Pointer] = {}
    for index, variant in enumerate(as_items(manifest.spec.get("variants"))):
        name = as_mapping(variant).get("name")
        if isinstance(name, str) and "messages" in as_mapping(variant):
            found[name] = ("spec", "variants", index, "messages")
    return found


def _included(manifest: Manifest, at: Pointer) -> list[str]:
    """The partials that templates at a place and deeper include, each as often as it is."""
    size = len(at)
    return [
        f"partial/{reference.written}"
        for reference in manifest.references
        if reference.is_partial and reference.pointer[:size] == at
    ]


def _after_examples(manifest: Manifest, at: Pointer) -> tuple[int, int]:
    """Which message is the first that each example repeats, and how many there are (templates.md)."""
    stated_there = manifest.spec.get("messages") if at == _MESSAGES else value_at(manifest.document.value, at)
    messages = [as_mapping(message) for message in as_items(stated_there)]
    places = [i for i, message in enumerate(messages) if message.get("examples") is True]
    leading = [i for i, message in enumerate(messages) if as_text(message.get("role")) in _LEADING_ROLES]
    place = places[0] if places else leading[-1] if leading else -1
    return place + 1, len(messages)


def _sent(example: Value) -> list[str]:
    """The values of an example's inputs, and its output, as text."""
    parts = as_mapping(example)
    values = [*as_mapping(parts.get("input")).values(), parts.get("output")]
    return [value if isinstance(value, str) else canonical_json(value).decode() for value in values]


def _sum(parts: list[int | None]) -> int | None:
    """A sum, None where a part is not known, or there is no end to it."""
    known = [part for part in parts if part is not None]
    total = sum(known)
    return total if len(known) == len(parts) and total <= _MOST_TOKENS else None
