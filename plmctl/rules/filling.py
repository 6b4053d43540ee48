"""An artifact that has texts, and what fills the variables of its texts."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property
from inspect import cleandoc
from itertools import islice

from plmctl.core.dataclass import dataclass
from plmctl.core.finding import Level, Rule
from plmctl.core.inputs import inputs_of
from plmctl.core.manifest import Manifest, TemplateText
from plmctl.core.registry import Registry
from plmctl.core.template.language import JINJA2, MUSTACHE, RAW
from plmctl.core.template.program import Template
from plmctl.core.template.resolve import used_inputs
from plmctl.core.template.scope import OPEN, Schema, fields_of, resolved
from plmctl.core.template.step import MAX_OUTPUT
from plmctl.core.template.uses import Inclusion, includes_any, partials
from plmctl.core.value import Pointer, Value, as_mapping, as_texts
from plmctl.rules.guess import Guesses
from plmctl.rules.rule import CheckRule, Fault

MEDIA = ("image", "audio", "file")
"""Parts of a message that hold an input instead of text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedInput:
    """A field that names an input instead of printing it."""

    pointer: Pointer
    name: str


@dataclass(frozen=True, kw_only=True)
class Filling:
    """An artifact with texts among the others; `known` are inputs' schemas by id, worked out once for all."""

    registry: Registry
    manifest: Manifest
    known: dict[str, Schema]
    guesses: Guesses

    @cached_property
    def inputs(self) -> Schema:
        """The inputs' schema, declared or inferred; empty when neither is known."""
        return self._inputs_of(self.manifest)

    @property
    def is_declared(self) -> bool:
        """Whether the manifest says what its inputs are."""
        return "inputs" in self.manifest.spec

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The inputs' names."""
        return _names(self.inputs)

    @cached_property
    def programs(self) -> tuple[tuple[TemplateText, Template], ...]:
        """The mustache and jinja2 texts whose syntax is sound."""
        return tuple(
            (t, t.program) for t in self.manifest.templates if t.program is not None and not t.program.errors
        )

    @property
    def is_sound(self) -> bool:
        """Whether no text has a mistake in its syntax, which would hide what it uses."""
        return not any(t.program.errors for t in self.manifest.templates if t.program is not None)

    @cached_property
    def extra(self) -> Mapping[str, Schema]:
        """Variables that are no inputs: retrieval's passages, and the session of the context policy."""
        found: dict[str, Schema] = {}
        retrieval = as_mapping(self.manifest.spec.get("retrieval"))
        into = retrieval.get("into")
        if isinstance(into, str):
            returns = self._field_of(retrieval.get("ref"), "Retriever", "returns")
            found[into] = {"type": "array", "items": dict(returns or OPEN)}
        if "context" in self.manifest.spec:
            session = self._field_of(self.manifest.spec["context"], "ContextPolicy", "session")
            found.update({} if session is None else {"session": session})
        return found

    @property
    def conversation(self) -> tuple[str, ...]:
        """The placeholders that the context policy fills."""
        if "context" not in self.manifest.spec:
            return ()
        memory = self._field_of(self.manifest.spec["context"], "ContextPolicy", "memory")
        return ("history",) if memory is None else ("history", "memory")

    @cached_property
    def partials(self) -> Mapping[str, Schema | None]:
        """The partials that are included, and their inputs; None when nobody knows them."""
        found: dict[str, Schema | None] = {}
        for reference in self.manifest.references:
            if reference.is_partial and reference.written not in found:
                partial = self.registry.manifests.get(f"partial/{reference.written}")
                found[reference.written] = (self._inputs_of(partial) or None) if partial is not None else None
        return found

    def may_unfold(self, included: Collection[Inclusion]) -> bool:
        """Whether partials that are included may make much of little: they include others, or are long."""
        texts = [text for inclusion in included if (text := self._text_of(inclusion.tag.dotted)) is not None]
        return any(map(includes_any, texts)) or sum(len(text.text) for text in texts) > MAX_OUTPUT

    def reached(self, included: Collection[Inclusion]) -> Mapping[str, Template]:
        """The texts of partials that are included, and of those that they include, by their names."""
        found: dict[str, Template] = {}
        waiting = [inclusion.tag.dotted for inclusion in included]
        while waiting:
            name = waiting.pop()
            program = None if name in found else self._text_of(name)
            if program is not None:
                found[name] = program
                waiting += [inclusion.tag.dotted for inclusion in partials(program)]
        return found

    def named_inputs(self) -> Iterator[NamedInput]:
        """The fields that name an input: media parts, arguments of tools, retrieval's query."""
        for at, message in self._messages():
            for below, part in entries(message.get("content"), (*at, "content")):
                yield from _texts(part, below, MEDIA)
        for at, tool in entries(self.manifest.spec.get("tools"), ("spec", "tools")):
            arguments = as_mapping(tool.get("with"))
            yield from _texts(arguments, (*at, "with"), arguments)
        retrieval = as_mapping(self.manifest.spec.get("retrieval"))
        yield from _texts(retrieval, ("spec", "retrieval"), ("query",))

    def placeholders(self) -> Iterator[NamedInput]:
        """The places of messages that come at run time."""
        for at, message in self._messages():
            yield from _texts(message, at, ("placeholder",))

    @cached_property
    def unused(self) -> tuple[str, ...]:
        """The declared inputs that nothing uses; none where something that may use them cannot be read."""
        is_static = all(t.format in (MUSTACHE, JINJA2, RAW) for t in self.manifest.templates)
        if not (self.is_declared and is_static and self.is_sound) or None in self.partials.values():
            return ()
        named = (named.name for named in (*self.named_inputs(), *self.placeholders()))
        by_text = (used_inputs(program, self.inputs, self.extra) for _, program in self.programs)
        by_partials = (as_mapping((inputs or {}).get("properties")) for inputs in self.partials.values())
        used = frozenset(named).union(*by_text, *by_partials)
        return tuple(name for name in self.names if name not in used)

    def _messages(self) -> Iterator[tuple[Pointer, Mapping[str, Value]]]:
        spec = self.manifest.spec
        yield from entries(spec.get("messages"), ("spec", "messages"))
        for at, variant in entries(spec.get("variants"), ("spec", "variants")):
            yield from entries(variant.get("messages"), (*at, "messages"))

    def _text_of(self, partial: str) -> Template | None:
        manifest = self.registry.manifests.get(f"partial/{partial}")
        texts = manifest.templates if manifest is not None else ()
        return next((template.program for template in texts if template.format == MUSTACHE), None)

    def _inputs_of(self, manifest: Manifest) -> Schema:
        if manifest.id not in self.known:
            self.known[manifest.id] = inputs_of(manifest)
        return self.known[manifest.id]

    def _field_of(self, written: Value, kind: str, field: str) -> Schema | None:
        """A schema in another artifact: None when it has none, OPEN when there is no such artifact."""
        found = self.registry.candidates_of(written, (kind,)) if isinstance(written, str) else ()
        if not found:
            return OPEN
        schema = self.registry.manifests[found[0]].spec.get(field)
        return schema if isinstance(schema, dict) else None


FillingFaults = Callable[[Filling], Iterator[Fault]]
"""What a rule over one artifact with texts yields."""


def filling_rule(code: str, name: str, level: Level) -> Callable[[FillingFaults], CheckRule]:
    """Makes a rule of a generator over one prompt or partial."""

    def made(faults: FillingFaults) -> CheckRule:
        def of_all(registry: Registry, _today: str | None) -> Iterator[Fault]:
            for filling in fillings(registry):
                yield from islice(faults(filling), registry.settings.limits.findings)

        rule = Rule(code=code, name=name, level=level, meaning=cleandoc(faults.__doc__ or ""))
        return CheckRule(rule=rule, faults=of_all)

    return made


def fillings(registry: Registry) -> Sequence[Filling]:
    """The artifacts of a registry: prompts and partials, and what has texts in kinds of its own.

    One rule after another asks for them, and each finds out what another one has found out already.
    """
    found: Sequence[Filling] | None = registry.found_out.get("fillings")
    if found is None:
        known: dict[str, Schema] = {}
        guesses = Guesses()
        found = registry.found_out["fillings"] = tuple(
            Filling(registry=registry, manifest=manifest, known=known, guesses=guesses)
            for manifest in registry.judged()
        )
    return found


def required_names(inputs: Schema) -> tuple[str, ...]:
    """The inputs that must be given."""
    return as_texts(inputs.get("required"))


def mustache_templates(manifest: Manifest) -> tuple[TemplateText, ...]:
    """The templates in mustache."""
    return tuple(t for t in manifest.templates if t.format == MUSTACHE)


def read_templates(manifest: Manifest) -> tuple[TemplateText, ...]:
    """The templates that inference counts, in its order."""
    return tuple(t for t in manifest.templates if t.program is not None)


def _names(inputs: Schema) -> tuple[str, ...]:
    return tuple(fields_of(resolved(inputs, inputs)) or ())


def entries(value: Value, pointer: Pointer) -> Iterator[tuple[Pointer, Mapping[str, Value]]]:
    """The mappings in a list, and where they stand."""
    for index, entry in enumerate(value if isinstance(value, list) else ()):
        if isinstance(entry, dict):
            yield (*pointer, index), entry


def _texts(value: Mapping[str, Value], pointer: Pointer, keys: Collection[str]) -> Iterator[NamedInput]:
    for key in keys:
        text = value.get(key)
        if isinstance(text, str):
            yield NamedInput(pointer=(*pointer, key), name=text)
