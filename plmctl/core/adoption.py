"""The manifest of a prompt that was a text file."""

from collections.abc import Iterator, Mapping

from plmctl.core.dataclass import dataclass
from plmctl.core.draft import Draft, Message, NoDraft
from plmctl.core.fault import WIRE_WORDS
from plmctl.core.lines import block_text, entry, indented, section
from plmctl.core.placeholder import Converted, Syntax, converted
from plmctl.core.schema import Schema
from plmctl.core.template.infer import Inferred, inferred_inputs
from plmctl.core.value import Value, as_mapping

_METADATA = ("title", "description", "owners", "labels", "stability")
# What the caller decides with them: they are understood, and not copied.
_DECIDED = ("name", "model", "role")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a prompt is to be, beside its text; `content_file` is the text's file, None to write it out."""

    name: str
    model: str
    syntax: Syntax
    schema: Schema
    """The schema of prompts, which says what parameters there are."""
    content_file: str | None = None
    modeline: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption:
    """A manifest's text, the inputs that were found, and what its author should know."""

    text: str
    inputs: tuple[str, ...]
    is_raw: bool
    remarks: tuple[str, ...]


def adopted(draft: Draft, wanted: Wanted) -> Adoption:
    """The manifest of a draft. Raises NoDraft when it cannot be one."""
    texts = tuple(_converted(message, wanted.syntax) for message in draft.messages)
    if wanted.content_file is not None and not _is_kept(draft, texts):
        raise NoDraft("the manifest cannot point at it: its text has to be changed, or is only a part of it")
    inputs = _inputs(texts)
    names = tuple(as_mapping(inputs.get("properties")))
    lines = _lines(draft, wanted, texts, inputs if names else {})
    return Adoption(
        text="".join(f"{line}\n" for line in lines),
        inputs=names,
        is_raw=any(text.is_raw for text in texts),
        remarks=(*_left_out(draft.front, wanted.schema), *(r for text in texts for r in text.remarks)),
    )


def _converted(message: Message, syntax: Syntax) -> Converted:
    found = converted(message.text, syntax, message.line)
    if found is None:
        raise NoDraft("mustache cannot say what stands before one of its variables: a brace or a backslash")
    return found


def _is_kept(draft: Draft, texts: tuple[Converted, ...]) -> bool:
    return draft.is_whole and draft.messages[0].text == texts[0].text


def _inputs(texts: tuple[Converted, ...]) -> Mapping[str, Value]:
    found = inferred_inputs(program for text in texts if (program := text.program) is not None)
    return found.schema if isinstance(found, Inferred) else found.suggestion


def _lines(
    draft: Draft, wanted: Wanted, texts: tuple[Converted, ...], inputs: Mapping[str, Value]
) -> Iterator[str]:
    if wanted.modeline is not None:
        yield wanted.modeline
    yield from ("apiVersion: plmctl/v1", "kind: Prompt")
    yield from section("metadata", _metadata(draft, wanted.name))
    yield "spec:"
    yield from indented(entry("model", wanted.model))
    yield from indented(_message_lines(draft, wanted, texts))
    for key, fields in (("inputs", inputs), ("parameters", _parameters(draft.front, wanted.schema))):
        if fields:
            yield from indented(section(key, fields))


def _metadata(draft: Draft, name: str) -> Mapping[str, Value]:
    title: Mapping[str, Value] = {} if draft.title is None else {"title": draft.title}
    return {"name": name, **title, **{key: draft.front[key] for key in _METADATA if key in draft.front}}


def _message_lines(draft: Draft, wanted: Wanted, texts: tuple[Converted, ...]) -> Iterator[str]:
    is_all_raw = all(text.is_raw for text in texts)
    if is_all_raw:
        yield "templateFormat: raw"
    yield "messages:"
    for message, text in zip(draft.messages, texts, strict=True):
        yield f"  - role: {message.role}"
        if wanted.content_file is not None:
            content = entry("contentFile", wanted.content_file)
        else:
            # Without its last line break a text is the same one: the reader drops it.
            content = block_text("content", text.text.removesuffix("\n") + "\n")
        yield from indented(indented(content))
        if text.is_raw and not is_all_raw:
            yield "    templateFormat: raw"


def _parameters(front: Mapping[str, Value], schema: Schema) -> Mapping[str, Value]:
    """The parameters in the order of their schema, those that it does not know last."""
    known = _known_parameters(schema)
    own = {key: value for key, value in front.items() if WIRE_WORDS.get(key, key) in known}
    stated = {**as_mapping(front.get("parameters")), **own}
    found = {WIRE_WORDS.get(key, key): value for key, value in stated.items()}
    return {
        key: found[key]
        for key in sorted(found, key=lambda key: known.index(key) if key in known else len(known))
    }


def _known_parameters(schema: Schema) -> tuple[str, ...]:
    spec = schema.properties()["spec"]
    return tuple(spec.properties()["parameters"].properties())


def _left_out(front: Mapping[str, Value], schema: Schema) -> Iterator[str]:
    known = (*_METADATA, *_DECIDED, "parameters")
    parameters = _known_parameters(schema)
    others = sorted(key for key in front if key not in known and WIRE_WORDS.get(key, key) not in parameters)
    if others:
        yield f"left out of the front matter: {', '.join(others)}"
