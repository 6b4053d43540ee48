"""What a prompt says, in its order, compiled: lines, and the places of what comes at run time."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile

from plmctl.core.call.artifact import Artifacts
from plmctl.core.call.intake import MEMORY
from plmctl.core.call.refusal import PromptError
from plmctl.core.call.request import INSTRUCTING, MEDIA, Media, Medium, Message, Text
from plmctl.core.call.wording import Printer, Wording
from plmctl.core.dataclass import dataclass
from plmctl.core.value import Value, as_items, as_mapping, as_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A part that is a text to fill."""

    printer: Printer


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """A part that is an image, audio or a file: what an input holds, one part for each item of a list."""

    medium: Medium
    input: str
    detail: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A message to fill."""

    role: str
    parts: tuple[Words | Exhibit, ...]

    def said(self, inputs: Mapping[str, Value], extra: Mapping[str, Value]) -> Message | None:
        """The message, None where it is blank; a blank part of one is left out."""
        parts: list[Text | Media] = []
        for part in self.parts:
            if isinstance(part, Exhibit):
                parts += _shown(part, inputs)
                continue
            text = part.printer(inputs, extra)
            if text and not text.isspace():
                parts.append(Text(text=text))
        return Message(role=self.role, parts=tuple(parts)) if parts else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Placeholder:
    """The place of messages that come at run time."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamplesPlace:
    """The place of the few-shot examples; `lines` are those after it that each example is said with."""

    lines: tuple[Line, ...]


Entry = Line | Placeholder | ExamplesPlace
Script = tuple[Entry, ...]


def wordings(messages: Value, language: str, place: str) -> Iterator[Wording]:
    """The texts of messages, in their order."""
    for index, message in enumerate(map(as_mapping, as_items(messages))):
        yield from (wording for _, wording in _worded(message, language, f"{place}[{index}]") if wording)


def exhibits(script: Script) -> Iterator[Exhibit]:
    """The media of all lines."""
    for entry in script:
        if isinstance(entry, Line):
            yield from (part for part in entry.parts if isinstance(part, Exhibit))


def placeholders(script: Script) -> Iterator[str]:
    """The names of all places of messages."""
    yield from (entry.name for entry in script if isinstance(entry, Placeholder))


def script_of(messages: Value, language: str, place: str, artifacts: Artifacts) -> Script:
    """Messages of a manifest, compiled; raises PlmctlError for a text that nothing can fill."""
    entries = tuple(
        _entry(as_mapping(message), language, f"{place}[{index}]", artifacts)
        for index, message in enumerate(as_items(messages))
    )
    return tuple(
        ExamplesPlace(lines=_lines_of_an_example(entries[index + 1 :])) if entry is None else entry
        for index, entry in enumerate(entries)
    )


def with_examples(script: Script) -> Script:
    """The script with a place for examples: where it stands, else after the last that instructs."""
    if any(isinstance(entry, ExamplesPlace) for entry in script):
        return script
    before, after = _parted(script)
    return (*before, ExamplesPlace(lines=_lines_of_an_example(after)), *after)


def with_memory(script: Script) -> Script:
    """The script with a place for memories: where it stands, else after the last that instructs."""
    if MEMORY in placeholders(script):
        return script
    before, after = _parted(script)
    return (*before, Placeholder(name=MEMORY), *after)


def _parted(script: Script) -> tuple[Script, Script]:
    instructing = [
        i for i, entry in enumerate(script) if isinstance(entry, Line) and entry.role in INSTRUCTING
    ]
    end = instructing[-1] + 1 if instructing else 0
    return script[:end], script[end:]


def _lines_of_an_example(after: Sequence[Entry | None]) -> tuple[Line, ...]:
    """The lines that lead to an answer: up to the last of a user, without instructions, which hold anyway."""
    lines = [entry for entry in after if isinstance(entry, Line) and entry.role not in INSTRUCTING]
    prefill = len([*takewhile(lambda line: line.role != "user", reversed(lines))])
    return tuple(lines[: len(lines) - prefill])


def _entry(message: Mapping[str, Value], language: str, place: str, artifacts: Artifacts) -> Entry | None:
    """An entry, None for the place of examples."""
    if "examples" in message:
        return None
    placeholder = as_text(message.get("placeholder"))
    if placeholder is not None:
        return Placeholder(name=placeholder)
    parts = tuple(
        _exhibit(part, place) if wording is None else Words(printer=wording.printer(artifacts))
        for part, wording in _worded(message, language, place)
    )
    return Line(role=as_text(message.get("role")) or "user", parts=parts)


def _worded(
    message: Mapping[str, Value], language: str, place: str
) -> Iterator[tuple[Mapping[str, Value], Wording | None]]:
    """The parts of a message, and the wording of each that is text."""
    own = as_text(message.get("templateFormat")) or language
    content = message.get("content")
    if isinstance(content, str):
        yield message, Wording(text=content, language=own, place=place)
    for index, part in enumerate(map(as_mapping, as_items(content))):
        text = as_text(part.get("text"))
        at = f"{place}.content[{index}]"
        yield part, None if text is None else Wording(text=text, language=own, place=at)


def _exhibit(part: Mapping[str, Value], place: str) -> Exhibit:
    medium = next((medium for medium in MEDIA if medium in part), None)
    if medium is None:
        kind = ", ".join(part)
        raise PromptError(
            f"{place}: this version knows no part that is {kind!r}",
            hint="a newer plmctl may know it: run pip install --upgrade plmctl",
        )
    return Exhibit(medium=medium, input=str(part[medium]), detail=as_text(part.get("detail")))


def _shown(part: Exhibit, inputs: Mapping[str, Value]) -> Iterator[Media]:
    held = inputs.get(part.input)
    for value in held if isinstance(held, list) else [held]:
        if isinstance(value, str):
            yield Media(medium=part.medium, value=value, detail=part.detail)
