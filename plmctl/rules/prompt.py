"""What a change of a Prompt or a Partial means to callers, to consumers, and to the model."""

from collections.abc import Iterator

from plmctl.core.change import ANY, Change, Fact, Side
from plmctl.core.diff import item_key
from plmctl.core.finding import Bump, Level
from plmctl.core.value import Value
from plmctl.rules.anykind import STABILITIES, stability_step
from plmctl.rules.contract import Contract, enum_value_added, is_wording, keyword
from plmctl.rules.prompt_text import TEXT_RULES
from plmctl.rules.rule import BEHAVIOURAL, BREAKING, SAFE, Meaning, change_rule
from plmctl.rules.verdicts import PROMISED
from plmctl.rules.words import item_name, told

MINOR = Meaning(level=Level.INFO, bump=Bump.MINOR)
WARNED = Meaning(level=Level.WARNING, bump=Bump.PATCH)

_OUTPUTS = ("spec", "outputs")
_TOOL = ("spec", "tools", ANY)
_INPUTS = Contract(place=("spec", "inputs"), noun="input")
_ANSWER = Contract(place=("spec", "outputs", "schema"), noun="output field", wording=PROMISED)
_ARGUMENTS = Contract(place=(*_TOOL, "parameters"), noun="argument")
_SUNSET = ("metadata", "deprecation", "sunset")
_NO_PROMISE: Value = {"format": "text", "extensible": False}


@change_rule("PRM061", "removed-after-sunset", MINOR)
def removed_after_sunset(change: Change) -> Iterator[str]:
    """A prompt or partial is gone after the day that its deprecation named: callers had notice.

    Whoever still calls it keeps the last version, or moves to the replacement.
    """
    if change.at() and change.fact is Fact.REMOVED:
        yield f"{change.artifact} was removed after its sunset"


@change_rule("PRM002", "renamed-without-formerly", BREAKING)
def renamed_without_formerly(change: Change) -> Iterator[str]:
    """A prompt or partial went, and one with the same spec came: calls by the old name fail, its numbers end.

    Write `metadata.formerly: [old]` in the new one: then it is a rename, the old name stays reserved and is
    answered with a warning, and the version goes on.
    """
    if change.at() and change.fact is Fact.REMOVED and change.twin is not None:
        name = change.artifact.partition("/")[2]
        yield f"{change.artifact} is {change.twin} now, which has no 'formerly: [{name}]'"


@change_rule("PRM001", "prompt-removed", BREAKING)
def prompt_removed(change: Change) -> Iterator[str]:
    """A prompt or partial is gone: calls by its name fail, and what refers to it no longer resolves.

    Deprecate it with a sunset and remove it after that, or keep the old name with `formerly`.
    """
    if change.at() and change.fact is Fact.REMOVED:
        yield f"{change.artifact} was removed"


@change_rule("PRM010", "required-input-added", BREAKING)
def required_input_added(change: Change) -> Iterator[str]:
    """Callers do not send the new input: their calls fail validation.

    Make it optional, or give it a default.
    """
    for name in _INPUTS.added(change):
        if _INPUTS.needs(change, name):
            yield f"required input '{name}' was added"


@change_rule("PRM050", "optional-input-added", SAFE)
def optional_input_added(change: Change) -> Iterator[str]:
    """Callers may send one more input.

    Those who do not are served as before.
    """
    if not change.at(*_INPUTS.place):
        for name in _INPUTS.added(change):
            yield f"optional input '{name}' was added"


@change_rule("PRM011", "input-removed", BREAKING)
def input_removed(change: Change) -> Iterator[str]:
    """An input that callers send is gone: their calls fail validation, or what they send no longer matters.

    Keep it and ignore it, deprecate it, or add a new prompt.
    """
    for name in _INPUTS.removed(change):
        yield f"input '{name}' was removed"


@change_rule("PRM012", "input-became-required", BREAKING)
def input_became_required(change: Change) -> Iterator[str]:
    """Callers that leave the input out fail validation.

    Keep it optional, and say in the text what holds without it.
    """
    for name in _INPUTS.newly_required(change):
        yield f"input '{name}' became required"


@change_rule("PRM013", "input-narrowed", BREAKING)
def input_narrowed(change: Change) -> Iterator[str]:
    """A value that callers send is no longer accepted: their calls fail validation.

    Accept it still, and treat it as another one. What cannot be compared counts as narrowed.
    """
    yield from _INPUTS.narrowed(change)


@change_rule("PRM051", "input-widened", SAFE)
def input_widened(change: Change) -> Iterator[str]:
    """More is accepted than before.

    Old calls stay right.
    """
    yield from _INPUTS.widened(change)


@change_rule("PRM044", "input-default-changed", BEHAVIOURAL)
def input_default_changed(change: Change) -> Iterator[str]:
    """Callers that leave the input out get another answer.

    The contract holds; evaluate calls without it.
    """
    if keyword(change, *_INPUTS.place) == "default":
        yield told(change)


@change_rule("PRM053", "description-changed", SAFE)
def description_changed(change: Change) -> Iterator[str]:
    """The words about an input changed; they are for people.

    The model does not see them.
    """
    if is_wording(change, *_INPUTS.place):
        yield told(change)


@change_rule("PRM023", "output-format-changed", BREAKING)
def output_format_changed(change: Change) -> Iterator[str]:
    """The answer is text where it was JSON, or the other way round: consumers that parse it fail.

    Add a new prompt with the other format, move consumers to it, then deprecate this one.
    """
    old, new = _format(change.before), _format(change.after)
    if old != new and (change.at(*_OUTPUTS) or change.at(*_OUTPUTS, "format")):
        yield f"the output format changed from {old} to {new}"


def _format(side: Side | None) -> str:
    stated = side.value(*_OUTPUTS, "format") if side is not None else None
    return stated if isinstance(stated, str) else "text"


@change_rule("PRM906", "written-differently", SAFE)
def promise_written_out(change: Change) -> Iterator[str]:
    """The outputs say what holds without them, plain text and no more: nothing is different for consumers.

    Nothing to do: the digest is another one, so it is released as a patch.
    """
    if change.at(*_OUTPUTS) and _NO_PROMISE in (change.old, change.new):
        yield "'outputs' is written differently and means the same"


@change_rule("PRM020", "output-field-removed", BREAKING)
def output_field_removed(change: Change) -> Iterator[str]:
    """A field that consumers read is no longer promised.

    Promise it still, or add a new prompt.
    """
    for name in _ANSWER.removed(change):
        yield f"output field '{name}' was removed"
    yield from _ANSWER.inner_removed(change)


@change_rule("PRM022", "output-field-became-optional", BREAKING)
def output_field_became_optional(change: Change) -> Iterator[str]:
    """A field that consumers read may be missing.

    Keep it required, and let the model say that there is nothing.
    """
    if keyword(change, *_ANSWER.place) == "required" and change.fact is Fact.REMOVED:
        yield from _ANSWER.widened(change)


@change_rule("PRM900", "changed", BEHAVIOURAL)
def extensible_output_grew(change: Change) -> Iterator[str]:
    """The answer may have one more field or value, which consumers of an extensible output accept."""
    sides = (change.before, change.after)
    if all(side is not None and side.value(*_OUTPUTS, "extensible") is True for side in sides):
        yield from _grown(change)
        if enum_value_added(change, *_ANSWER.place):
            yield from _ANSWER.widened(change)


def _grown(change: Change) -> Iterator[str]:
    """The fields that consumers have not met; a whole schema is told as that."""
    if not change.at(*_ANSWER.place):
        yield from (f"output field '{name}' was added" for name in _ANSWER.added(change))
        yield from _ANSWER.inner_added(change)


@change_rule("PRM024", "output-enum-value-added", BREAKING)
def output_enum_value_added(change: Change) -> Iterator[str]:
    """The answer may be a value that consumers do not know.

    Teach consumers first, or promise less: `outputs.extensible: true`.
    """
    if enum_value_added(change, *_ANSWER.place):
        yield from _ANSWER.widened(change)


@change_rule("PRM021", "output-widened", BREAKING)
def output_widened(change: Change) -> Iterator[str]:
    """The answer may be something that was ruled out, or has a field more, which consumers do not expect.

    Teach consumers first, or add a new prompt. What cannot be compared counts as widened. Consumers of an
    extensible output accept new fields and new values of an enum: those are no widening.
    """
    if change.at(*_OUTPUTS, "extensible") and change.new is True:
        yield "the output became extensible"
    yield from _grown(change)
    # A field inside another is told by that it was added, not by the set.
    if change.verdict is not None:
        yield from _ANSWER.widened(change)


@change_rule("PRM052", "output-narrowed", SAFE)
def output_narrowed(change: Change) -> Iterator[str]:
    """The answer is promised more exactly.

    Consumers of the old promise stay right.
    """
    for name in _ANSWER.newly_required(change):
        yield f"output field '{name}' is always there"
        return
    yield from _ANSWER.narrowed(change)
    if change.at(*_OUTPUTS, "extensible"):
        yield "the output is no longer extensible"


@change_rule("PRM030", "tool-added", BREAKING)
def tool_added(change: Change) -> Iterator[str]:
    """The model may call a tool that callers do not answer: the conversation stops there.

    Teach callers the tool before it is released, or add a new prompt that has it.
    """
    if change.fact is Fact.ADDED:
        for name in _tools(change, change.new):
            yield f"tool '{name}' was added"


@change_rule("PRM045", "tool-removed", BEHAVIOURAL)
def tool_removed(change: Change) -> Iterator[str]:
    """The model can no longer call a tool, and answers without what it told: users may get worse answers.

    Callers need not change: they are not asked for it any more. Run the evaluations before it is released.
    """
    if change.fact is Fact.REMOVED:
        for name in _tools(change, change.old):
            yield f"tool '{name}' was removed"


def _tools(change: Change, value: Value) -> Iterator[str]:
    if change.at(*_TOOL):
        yield item_name(change.pointer[2])
    elif change.at(*_TOOL[:2]) and isinstance(value, list):
        yield from (item_key(item, "name") or "" for item in value)


@change_rule("PRM046", "tool-description-changed", BEHAVIOURAL)
def tool_description_changed(change: Change) -> Iterator[str]:
    """The words by which the model picks a tool and fills its arguments are others: it may call it elsewhere.

    The contract with callers holds. Run the evaluations, and look at what is called when.
    """
    if change.at(*_TOOL, "description") or is_wording(change, *_ARGUMENTS.place):
        yield told(change)


@change_rule("PRM031", "tool-arguments-changed", BREAKING)
def tool_arguments_changed(change: Change) -> Iterator[str]:
    """A tool is called with other arguments than callers are ready for.

    It is callers who answer the call: with more, something comes that they do not know; with less, something
    that they count on never comes again. Let callers take both first, or add a second tool.
    """
    if change.below(*_TOOL, "with"):
        yield f"the arguments of tool '{item_name(change.pointer[2])}' changed"
    if change.below(*_ARGUMENTS.place) and keyword(change, *_ARGUMENTS.place) != "default":
        yield f"tool '{item_name(change.pointer[2])}': {_argument_told(change)}"


def _argument_told(change: Change) -> str:
    for name in (*_ARGUMENTS.added(change), *_ARGUMENTS.removed(change)):
        return f"argument '{name}' was {change.fact.value}"
    told_so = (*_ARGUMENTS.narrowed(change), *_ARGUMENTS.widened(change))
    return told_so[0] if told_so else told(change)


@change_rule("PRM900", "changed", BEHAVIOURAL)
def tools_reordered(change: Change) -> Iterator[str]:
    """The tools are offered in another order, which can sway which one the model picks.

    The contract holds. Run the evaluations before it is released, or keep the order.
    """
    if change.at(*_TOOL[:2]) and change.fact is Fact.REORDERED:
        yield told(change)


@change_rule("PRM063", "stability-lowered", WARNED)
def stability_lowered(change: Change) -> Iterator[str]:
    """It is less settled than those who depend on it were told: experimental again, or retired.

    Tell them before it is released. To take it out of use, deprecate it with a sunset first.
    """
    if stability_step(change) < 0 and change.new != STABILITIES[1]:
        yield told(change, "stability")


@change_rule("PRM062", "sunset-shortened", WARNED)
def sunset_shortened(change: Change) -> Iterator[str]:
    """Callers have less time to move than they were told: who planned by the old day is late.

    Keep the old day while somebody still calls it.
    """
    if change.at(*_SUNSET) and change.fact is not Fact.REMOVED and _is_earlier(change):
        yield told(change, "the sunset")


def _is_earlier(change: Change) -> bool:
    return change.fact is Fact.ADDED or str(change.new) < str(change.old)


@change_rule("PRM060", "deprecated", SAFE)
def deprecated(change: Change) -> Iterator[str]:
    """It should no longer be used; it answers as before, and callers have until its sunset.

    Name the replacement in `deprecation.replacedBy` and a day in `sunset`: callers move until then.
    """
    if stability_step(change) < 0:
        yield f"{change.artifact} is deprecated"
    elif change.at("metadata", "deprecation") and change.fact is Fact.ADDED:
        yield "a deprecation notice was added"


PROMPT_RULES = (
    removed_after_sunset,
    renamed_without_formerly,
    prompt_removed,
    required_input_added,
    optional_input_added,
    input_removed,
    input_became_required,
    input_narrowed,
    input_widened,
    input_default_changed,
    description_changed,
    output_format_changed,
    promise_written_out,
    output_field_removed,
    output_field_became_optional,
    extensible_output_grew,
    output_enum_value_added,
    output_widened,
    output_narrowed,
    tool_added,
    tool_removed,
    tool_description_changed,
    tool_arguments_changed,
    tools_reordered,
    *TEXT_RULES,
    stability_lowered,
    sunset_shortened,
    deprecated,
)
