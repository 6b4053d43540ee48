"""Templates: that their syntax is right, and that everything they ask for is there."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain

from plmctl.core.finding import Edit, Level
from plmctl.core.inputs import inference_of, provided_names
from plmctl.core.manifest import TemplateText, tag_place
from plmctl.core.splice import as_edit, value_splices
from plmctl.core.template.dialect import BRACE
from plmctl.core.template.grammar import LITERAL, shown
from plmctl.core.template.infer import Inferred, NotInferred
from plmctl.core.template.language import JINJA2
from plmctl.core.template.program import SyntaxProblem, Tag, Template
from plmctl.core.template.refusal import TooLarge, Uncompilable
from plmctl.core.template.rendering import compiled
from plmctl.core.template.resolve import Problem, resolve_uses, uncovered_inputs
from plmctl.core.template.scope import Schema
from plmctl.core.template.uses import partials
from plmctl.core.value import Value
from plmctl.rules.filling import Filling, NamedInput, filling_rule, read_templates, required_names
from plmctl.rules.foreign import FOREIGN_RULES, single_braced
from plmctl.rules.mend import name_edits, tags_of
from plmctl.rules.rule import CheckRule, Fault
from plmctl.rules.snippet import snippet

_FEWER = "include partials in fewer levels, or fewer times"
DECLARE = "declare it in spec.inputs.properties"


@filling_rule("TPL001", "undeclared-variable", Level.ERROR)
def undeclared_variable(filling: Filling) -> Iterator[Fault]:
    """A template prints a name that is no input, no variable of retrieval and no part of the session.

    Every render of it fails. Correct the name, or declare the input.
    """
    for template, program in filling.programs if filling.inputs else ():
        for problem in resolve_uses(program, filling.inputs, filling.extra):
            cure = _undeclared_cure(filling, template, problem)
            fault = _at_tag(filling, template, problem.tag, problem.message, cure)
            yield replace(fault, fix=_renamed(filling, template, program, problem))


@filling_rule("TPL002", "unused-input", Level.WARNING)
def unused_input(filling: Filling) -> Iterator[Fault]:
    """An input is declared, and nothing uses it: no text, media part, tool, query or partial.

    Callers send it in vain, and often it was to be in the text. Use it, or delete it.
    """
    braced = single_braced(filling)
    for name in filling.unused:
        cure = "use it in the text, or delete it"
        if name in braced:
            written = braced[name][1][0]
            cure = f"'{shown(written)}' in the text looks like it: write '{{{{{shown(name)}}}}}'"
        yield Fault(
            manifest=filling.manifest,
            location=filling.manifest.document.key_location(("spec", "inputs", "properties", name)),
            message=f"nothing uses the input '{shown(name)}'",
            help=cure,
        )


@filling_rule("TPL003", "template-syntax", Level.ERROR)
def template_syntax(filling: Filling) -> Iterator[Fault]:
    """A tag of a template cannot be read: it has no end, no name, or is of another template language.

    Nothing can be rendered. Close the tag, or write it as its language has it, in mustache `{{name}}`,
    `{{#name}}` to `{{/name}}`, `{{> partial}}`. The names in it are checked when its syntax is right.
    """
    for template, error in _errors(filling):
        if not error.is_refusal:
            yield _at_tag(filling, template, error, error.message, error.help)


@filling_rule("TPL004", "inputs-not-inferable", Level.ERROR)
def inputs_not_inferable(filling: Filling) -> Iterator[Fault]:
    """`inputs` was left out, and the text alone does not tell what they are.

    Nobody could say what to send, or whether a change breaks callers. Paste the suggested schema and
    correct it.
    """
    inference = inference_of(filling.manifest)
    if inference is None or not filling.is_sound:
        return
    asked = _asked_by_partials(filling)
    match inference:
        case NotInferred(template=index, tag=tag, reason=reason, suggestion=suggestion):
            template = read_templates(filling.manifest)[index]
            cure = _suggested(_with_partials(filling, suggestion, asked))
            yield _at_tag(filling, template, tag, f"the text does not tell the inputs: {reason}", cure)
        case Inferred(schema=schema) if asked:
            template, tag = _first_inclusion(filling, asked)
            cure = _suggested(_with_partials(filling, schema, asked))
            message = f"partial '{tag.dotted}' has inputs, so they must be declared here"
            yield _at_tag(filling, template, tag, message, cure)


@filling_rule("TPL005", "partial-inputs-uncovered", Level.ERROR)
def partial_inputs_uncovered(filling: Filling) -> Iterator[Fault]:
    """A partial needs an input that whoever includes it does not have.

    Every render of it fails. Declare the input in the manifest that includes the partial.
    """
    if not filling.is_declared or not filling.inputs:
        return
    needed = {name: required_names(inputs) for name, inputs in filling.partials.items() if inputs is not None}
    for template, program in filling.programs if any(needed.values()) else ():
        for problem in uncovered_inputs(program, filling.inputs, needed, filling.extra):
            yield _at_tag(filling, template, problem.tag, problem.message, DECLARE)


@filling_rule("TPL006", "undeclared-input", Level.ERROR)
def undeclared_input(filling: Filling) -> Iterator[Fault]:
    """A media part, an argument of a tool or the query of retrieval names an input that is not declared.

    Nothing would fill it. Such inputs cannot be read off the text: declare them.
    """
    for named in filling.named_inputs() if filling.inputs else ():
        if named.name not in filling.names:
            meant = filling.guesses.near(named.name, filling.names)
            yield Fault(
                manifest=filling.manifest,
                location=filling.manifest.document.location(named.pointer),
                message=f"'{shown(named.name)}' is not a declared input",
                help=f"did you mean '{meant}'?" if meant else DECLARE,
                fix=_rewritten(filling, named, filling.guesses.certain(named.name, filling.names)),
            )


@filling_rule("TPL008", "placeholder-not-filled", Level.WARNING)
def placeholder_not_filled(filling: Filling) -> Iterator[Fault]:
    """Nothing fills a `{placeholder: ...}`: no messages will stand there.

    The model answers without the conversation that was to be there. `history` is filled under a context
    policy, `memory` under one that has a memory, any other by the input of that name: name the policy in
    `context`, or declare the input.
    """
    filled = {*filling.names, *filling.conversation}
    for named in filling.placeholders() if filling.inputs else ():
        if named.name not in filled:
            is_history = named.name == "history"
            yield Fault(
                manifest=filling.manifest,
                location=filling.manifest.document.location(named.pointer),
                message=f"nothing fills the placeholder '{shown(named.name)}'",
                help="name a ContextPolicy in spec.context" if is_history else DECLARE,
            )


@filling_rule("TPL011", "jinja2-outside-the-subset", Level.ERROR)
def outside_the_subset(filling: Filling) -> Iterator[Fault]:
    """A jinja2 text says more than the subset that means the same wherever it is rendered.

    It cannot be rendered. There are `{{ name }}` with fields, the filters default, join, length, lower,
    tojson, trim and upper, comparisons, `and`, `or`, `not`, the tests defined and none, `{% if %}` and
    `{% for %}`. What calls, computes, sets or includes is done before, and passed as an input.
    """
    for template, error in _errors(filling):
        if error.is_refusal:
            yield _at_tag(filling, template, error, error.message, error.help)


@filling_rule("TPL012", "text-too-large", Level.ERROR)
def text_too_large(filling: Filling) -> Iterator[Fault]:
    """Partials that include partials make a text of more than 10 MiB, or nest too deep, whatever fills it.

    Every render of it fails, and no model takes such a text. A partial that includes another twice doubles
    it with each level. Include partials in fewer levels.
    """
    for template, program in filling.programs:
        included = partials(program)
        if filling.may_unfold(included):
            try:
                compiled(program, filling.reached(included), name=filling.manifest.id)
            except TooLarge as error:
                message = f"{error.reason}, whatever fills it"
                yield _at_tag(filling, template, included[0].tag, message, _FEWER)
            except Uncompilable:
                continue  # a partial that is missing, wrong or a ring: each has a finding of its own


TEMPLATE_RULES: tuple[CheckRule, ...] = (
    undeclared_variable,
    unused_input,
    template_syntax,
    inputs_not_inferable,
    partial_inputs_uncovered,
    undeclared_input,
    placeholder_not_filled,
    outside_the_subset,
    text_too_large,
    *FOREIGN_RULES,
)


def _errors(filling: Filling) -> Iterator[tuple[TemplateText, SyntaxProblem]]:
    for template in filling.manifest.templates:
        for error in template.program.errors if template.program is not None else ():
            yield template, error


def _at_tag(
    filling: Filling, template: TemplateText, tag: Tag | SyntaxProblem, message: str, cure: str
) -> Fault:
    location = tag_place(filling.manifest.document, template, tag)
    return Fault(manifest=filling.manifest, location=location, message=message, help=cure)


def _undeclared_cure(filling: Filling, template: TemplateText, problem: Problem) -> str:
    missing = problem.missing
    meant = None if filling.guesses.is_over else filling.guesses.near(missing.part, problem.candidates)
    if meant is not None:
        return f"did you mean '{meant}'?"
    if missing.owner is not None:
        return f"it has: {', '.join(problem.candidates[:10])}" if problem.candidates else "it has no fields"
    if missing.part == ".":
        return "write the name of an input"
    if missing.part == "session" and "context" in filling.manifest.spec:
        return "describe it in the context policy's 'session'"
    return f"{DECLARE}; {BRACE if template.format == JINJA2 else LITERAL}"


def _renamed(
    filling: Filling, template: TemplateText, program: Template, problem: Problem
) -> tuple[Edit, ...]:
    """The name that was meant, in the tag, and in the one that ends its section."""
    missing, manifest = problem.missing, filling.manifest
    meant = None if filling.guesses.is_over else filling.guesses.certain(missing.part, problem.candidates)
    if meant is None:
        return ()
    behind = f"{missing.owner}." if missing.owner is not None else ""
    tags = tags_of(program, problem.tag)
    found = [name_edits(manifest, template, tag, missing.part, meant, behind) for tag in tags]
    # Half of a section's tags would be worse than none.
    return tuple(chain(*found)) if all(found) else ()


def _rewritten(filling: Filling, named: NamedInput, meant: str | None) -> tuple[Edit, ...]:
    document = filling.manifest.document
    return as_edit(document, value_splices(document, named.pointer, meant)) if meant is not None else ()


def _properties(schema: Schema) -> Mapping[str, Value]:
    properties = schema.get("properties")
    return properties if isinstance(properties, dict) else {}


def _asked_by_partials(filling: Filling) -> Mapping[str, Schema]:
    """The included partials that ask for inputs, not only for what retrieval and session provide."""
    provided = provided_names(filling.manifest)
    return {
        name: inputs
        for name, inputs in filling.partials.items()
        if inputs is not None
        and f"partial/{name}" != filling.manifest.id
        and not provided.issuperset(_properties(inputs))
    }


def _first_inclusion(filling: Filling, names: Mapping[str, Schema]) -> tuple[TemplateText, Tag]:
    return next(
        (template, inclusion.tag)
        for template, program in filling.programs
        for inclusion in partials(program)
        if inclusion.name in names
    )


def _with_partials(filling: Filling, schema: Mapping[str, Value], asked: Mapping[str, Schema]) -> Value:
    """A schema to start from: what the text tells, and what the partials ask for."""
    provided = provided_names(filling.manifest)
    properties = dict(_properties(schema))
    required = set(required_names(schema))
    for inputs in asked.values():
        properties.update({k: v for k, v in _properties(inputs).items() if k not in provided})
        required.update(name for name in required_names(inputs) if name not in provided)
    return {"type": "object", "properties": properties, "required": [*sorted(required)]}


def _suggested(schema: Value) -> str:
    return "\n".join(("declare them in spec, for example:", *snippet("inputs", schema, "  ")))
