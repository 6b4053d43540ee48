"""What a change of what is sent means: messages, examples, variants, the model and its settings."""

from collections.abc import Iterator

from plmctl.core.change import ANY, Change, Fact, Side
from plmctl.core.diff import item_key
from plmctl.core.value import Value
from plmctl.rules.rule import BEHAVIOURAL, BREAKING, SAFE, change_rule
from plmctl.rules.words import item_name, step_name, told

_MESSAGES = (("spec", "messages"), ("spec", "variants", ANY, "messages"))
_VARIANTS = ("spec", "variants")


@change_rule("PRM032", "template-format-changed", BREAKING)
def template_format_changed(change: Change) -> Iterator[str]:
    """The text is read as another template language: services that cannot render it fail at the first call.

    Make sure that every service that loads it can, or add a new prompt in that language.
    """
    if change.at("spec", "templateFormat"):
        yield told(change, "the template format")
    for place in _MESSAGES:
        if change.at(*place, ANY, "templateFormat"):
            yield told(change, f"the template format of {_message(change)}")


@change_rule("PRM033", "placeholder-removed", BREAKING)
def placeholder_removed(change: Change) -> Iterator[str]:
    """Messages that callers hand over, such as the history, have no place any more: they are refused or lost.

    Keep the placeholder, or teach callers to hand nothing over before it is released.
    """
    for name in _gone_placeholders(change):
        yield f"placeholder '{name}' was removed"


def _gone_placeholders(change: Change) -> Iterator[str]:
    for place in _MESSAGES:
        if change.at(*place, ANY, "placeholder"):
            gone = _placeholders([{"placeholder": change.old}])
        elif change.at(*place, ANY):
            gone = _placeholders([change.old])
        elif change.at(*place) and change.fact is Fact.REMOVED:
            gone = _placeholders(change.old)
        else:
            continue
        yield from sorted(gone - _placeholders(_messages_beside(change)))


def _placeholders(messages: Value) -> frozenset[str]:
    items = messages if isinstance(messages, list) else []
    names = (item.get("placeholder") for item in items if isinstance(item, dict))
    return frozenset(name for name in names if isinstance(name, str))


def _messages_beside(change: Change) -> Value:
    """The newer messages of the base or of the variant that the change is in."""
    if not change.below(*_VARIANTS):
        return change.after.value("spec", "messages") if change.after is not None else None
    variant = _variant(change.after, item_name(change.pointer[2]))
    return variant.get("messages") if isinstance(variant, dict) else None


def _variant(side: Side | None, name: str) -> Value:
    variants = side.value(*_VARIANTS) if side is not None else None
    found = (
        (item for item in variants if item_key(item, "name") == name) if isinstance(variants, list) else ()
    )
    return next(iter(found), None)


@change_rule("PRM054", "whitespace-only", SAFE)
def whitespace_only(change: Change) -> Iterator[str]:
    """The words are the same, blanks and line breaks are not: a model hardly notices, and nobody has to move.

    Nothing to do, unless the layout carries meaning, as in code or tables: then run the evaluations. The
    tokens are others all the same, so a cache of prompts begins anew.
    """
    is_text = _is_text(change) and isinstance(change.old, str) and isinstance(change.new, str)
    if is_text and str(change.old).split() == str(change.new).split():
        yield f"only whitespace changed in {_text(change)}"


@change_rule("PRM040", "text-changed", BEHAVIOURAL)
def text_changed(change: Change) -> Iterator[str]:
    """The model is told something else: users get other answers.

    The contract with callers and consumers holds. Run the evaluations before it is released.
    """
    if _is_text(change):
        yield f"the text of {_text(change)} changed"


def _is_text(change: Change) -> bool:
    if change.at("spec", "content"):
        return True
    # Text that takes the place of a placeholder is another message, not another text.
    is_inside = any(change.below(*place, ANY, "content", ANY) for place in _MESSAGES)
    return is_inside or (change.fact in (Fact.CHANGED, Fact.REORDERED) and _is_content(change))


def _is_content(change: Change) -> bool:
    return any(change.at(*place, ANY, "content") for place in _MESSAGES)


def _text(change: Change) -> str:
    return change.artifact if change.at("spec", "content") else _message(change)


@change_rule("PRM041", "message-roles-changed", BEHAVIOURAL)
def message_roles_changed(change: Change) -> Iterator[str]:
    """Messages came, went, changed places or are said by somebody else: the model weighs them in another way.

    The contract with callers and consumers holds. Run the evaluations before it is released.
    """
    for place in _MESSAGES:
        if change.at(*place):
            yield told(change)
        elif change.at(*place, ANY):
            yield told(change, _message(change))
        elif change.below(*place):
            yield told(change, f"{change.key} of {_message(change)}")


def _message(change: Change) -> str:
    if change.below(*_VARIANTS):
        return f"message {step_name(change.place[4])} of variant '{item_name(change.pointer[2])}'"
    return f"message {step_name(change.place[2])}"


@change_rule("PRM034", "variant-removed", BREAKING)
def variant_removed(change: Change) -> Iterator[str]:
    """Calls that had a text of their own, those of a language for example, get the base text instead.

    Make sure that the base text serves them, or keep the variant until nobody needs it.
    """
    if change.fact is Fact.REMOVED:
        for name in _named(change, change.old, "variants"):
            yield f"variant '{name}' was removed"


@change_rule("PRM055", "variant-added", SAFE)
def variant_added(change: Change) -> Iterator[str]:
    """Some calls get a text of their own under the same contract; all others are served as before.

    Run the evaluations for the calls that it is for.
    """
    if change.fact is Fact.ADDED:
        for name in _named(change, change.new, "variants"):
            yield f"variant '{name}' was added"


def _named(change: Change, value: Value, field: str) -> Iterator[str]:
    """The names of the items that a keyed list gained or lost, one or all of them."""
    if change.at("spec", field, ANY):
        yield item_name(change.pointer[2])
    elif change.at("spec", field) and isinstance(value, list):
        yield from (item_key(item, "name") or "" for item in value)


@change_rule("PRM043", "examples-reordered", BEHAVIOURAL)
def examples_reordered(change: Change) -> Iterator[str]:
    """The examples come in another order: models lean on the last ones, so users may get other answers.

    Run the evaluations before it is released, or keep the order.
    """
    if change.at("spec", "examples") and change.fact is Fact.REORDERED:
        yield told(change)


@change_rule("PRM042", "example-changed", BEHAVIOURAL)
def example_changed(change: Change) -> Iterator[str]:
    """The model is shown other examples, and answers follow them more than they follow the text.

    The contract holds. Run the evaluations before it is released.
    """
    if change.at("spec", "examples", ANY):
        yield told(change, f"example '{item_name(change.pointer[2])}'")
    elif change.below("spec", "examples"):
        yield told(change)


@change_rule("PRM056", "samples-changed", SAFE)
def samples_changed(change: Change) -> Iterator[str]:
    """The inputs for rendering, tests and docs changed: they are never sent, so no answer is another one.

    Nothing to do for callers; look at what is rendered from them.
    """
    if change.below("spec", "samples"):
        yield told(change)


@change_rule("PRM047", "model-reference-changed", BEHAVIOURAL)
def model_reference_changed(change: Change) -> Iterator[str]:
    """Another model, or another route, answers: users get other answers, at another price and speed.

    The contract holds. Run the evaluations with the new model before it is released.
    """
    if change.at("spec", "model"):
        yield told(change, "the model")


@change_rule("PRM048", "parameters-changed", BEHAVIOURAL)
def parameters_changed(change: Change) -> Iterator[str]:
    """Answers are chosen in another way: more or less varied, longer or shorter, cut off sooner or later.

    The contract holds. Run the evaluations before it is released.
    """
    if change.below("spec", "parameters") or change.below(*_VARIANTS, ANY, "parameters"):
        yield told(change)


@change_rule("PRM049", "retrieval-or-context-changed", BEHAVIOURAL)
def retrieval_or_context_changed(change: Change) -> Iterator[str]:
    """Other passages, or another part of the conversation, reach the model: it answers from something else.

    The contract holds. Run the evaluations before it is released, those of retrieval too.
    """
    if change.below("spec", "retrieval") or change.at("spec", "context"):
        yield told(change)


TEXT_RULES = (
    template_format_changed,
    placeholder_removed,
    whitespace_only,
    text_changed,
    message_roles_changed,
    variant_removed,
    variant_added,
    examples_reordered,
    example_changed,
    samples_changed,
    model_reference_changed,
    parameters_changed,
    retrieval_or_context_changed,
)
