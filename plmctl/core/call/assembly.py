"""A prompt put together from the artifacts of a lock."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from plmctl.core.call.answer import Promise
from plmctl.core.call.artifact import Artifact, Artifacts
from plmctl.core.call.context import Policy, passage_of, policy_of
from plmctl.core.call.intake import MEMORY, SESSION, Intake
from plmctl.core.call.pledge import Pledge
from plmctl.core.call.prompt import Edition, Example, Prompt, Retrieval
from plmctl.core.call.refusal import PromptError, named
from plmctl.core.call.request import Identity, ResponseFormat
from plmctl.core.call.script import (
    ExamplesPlace,
    Script,
    exhibits,
    placeholders,
    script_of,
    with_examples,
    with_memory,
    wordings,
)
from plmctl.core.call.target import asked_of
from plmctl.core.call.tool import tools_of
from plmctl.core.canonical import canonical_json
from plmctl.core.dataclass import dataclass
from plmctl.core.template.infer import Inferred, inferred_inputs
from plmctl.core.template.language import MUSTACHE
from plmctl.core.template.uses import partials
from plmctl.core.value import Value, as_items, as_mapping, as_text


def prompt_of(
    artifact: Artifact, artifacts: Artifacts, *, lock: str | None = None, arm: str | None = None
) -> Prompt:
    """The prompt of an artifact, compiled; `lock` (the sha256 of its bytes) and `arm` go into its identity.

    Raises PromptError, RenderError and what `artifacts` raises for one that no inputs can make renderable.
    """
    if artifact.kind != "prompt":
        raise PromptError(f"{named(artifact)} is no prompt")
    policy = policy_of(artifact, artifacts)
    identity = Identity(
        artifact=artifact.id,
        version=artifact.version,
        variant=None,
        arm=arm,
        digest=artifact.digest,
        closure=artifact.closure,
        lock=lock,
    )
    base, *variants = _editions(artifact, artifacts, policy, identity)
    retrieval = _retrieval(artifact, artifacts)
    return Prompt(
        artifact=artifact,
        intake=_intake(artifact, (base, *variants), retrieval, policy),
        base=base,
        variants=tuple(variants),
        examples=tuple(_examples(artifact)),
        tools=tuple(tools_of(artifact, artifacts)),
        asked=asked_of(artifact, artifacts),
        retrieval=retrieval,
        policy=policy,
        promise=Promise(prompt=named(artifact), form=_response_format(artifact)),
    )


def _language(prompt: Artifact) -> str:
    return as_text(prompt.spec.get("templateFormat")) or MUSTACHE


def _stated(prompt: Artifact) -> Iterator[tuple[Mapping[str, Value], str]]:
    """The base and the variants as they are written, each with what errors call its messages."""
    yield prompt.spec, f"{named(prompt)} messages"
    for index, variant in enumerate(map(as_mapping, as_items(prompt.spec.get("variants")))):
        yield variant, f"{named(prompt)} variants[{index}].messages"


def _editions(
    prompt: Artifact, artifacts: Artifacts, policy: Policy, identity: Identity
) -> Iterator[Edition]:
    base: Script = ()
    for stated, place in _stated(prompt):
        if "messages" in stated:
            script = script_of(stated["messages"], _language(prompt), place, artifacts)
            script = _completed(prompt, script, policy)
        else:
            script = base
        base = base or script
        yield Edition(
            name=as_text(stated.get("name")),
            when=as_mapping(stated.get("when")),
            script=script,
            parameters=as_mapping(stated.get("parameters")),
            identity=replace(identity, variant=as_text(stated.get("name"))),
        )


def _completed(prompt: Artifact, script: Script, policy: Policy) -> Script:
    """A script with the places that it does not state."""
    if prompt.spec.get("examples"):
        script = with_examples(script)
        if any(isinstance(entry, ExamplesPlace) and not entry.lines for entry in script):
            raise PromptError(
                f"{named(prompt)}: no message of a user comes after the examples to say their inputs",
                hint="put {examples: true} before it",
            )
    return with_memory(script) if policy.memory is not None else script


def _examples(prompt: Artifact) -> Iterator[Example]:
    is_json = as_mapping(prompt.spec.get("outputs")).get("format") == "json"
    for example in map(as_mapping, as_items(prompt.spec.get("examples"))):
        output = example.get("output")
        is_text = isinstance(output, str) and not is_json
        yield Example(
            input=example.get("input"), answer=str(output) if is_text else canonical_json(output).decode()
        )


def _response_format(prompt: Artifact) -> ResponseFormat | None:
    if "outputs" not in prompt.spec:
        return None
    outputs = as_mapping(prompt.spec["outputs"])
    schema = outputs.get("schema")
    return ResponseFormat(
        kind=as_text(outputs.get("format")) or "text",
        schema=schema if isinstance(schema, dict) else None,
        is_extensible=outputs.get("extensible") is True,
    )


def _retrieval(prompt: Artifact, artifacts: Artifacts) -> Retrieval | None:
    if "retrieval" not in prompt.spec:
        return None
    stated = as_mapping(prompt.spec["retrieval"])
    ref, query, into = (as_text(stated.get(key)) or "" for key in ("ref", "query", "into"))
    return Retrieval(retriever=artifacts(ref), query=query, into=into)


def _intake(
    prompt: Artifact, editions: tuple[Edition, ...], retrieval: Retrieval | None, policy: Policy
) -> Intake:
    media = {(part.input, part.medium): None for e in editions for part in exhibits(e.script)}
    places = {name: None for e in editions for name in placeholders(e.script)}
    inputs = _Inputs.of(prompt, retrieval)
    return Intake(
        prompt=named(prompt),
        inputs=Pledge(owner=named(prompt), schema=inputs.schema, is_inferred="inputs" not in prompt.spec),
        known=_known(inputs, {name for name, _ in media} | _named_inputs(prompt, retrieval)),
        session=policy.session,
        passages=retrieval.into if retrieval else None,
        passage=passage_of(retrieval.retriever) if retrieval else None,
        memory=policy.memory,
        placeholders=tuple(name for name in places if policy.memory is None or name != MEMORY),
        media=tuple(media),
    )


def _known(inputs: "_Inputs", elsewhere: set[str]) -> frozenset[str] | None:
    return None if inputs.names is None else inputs.names | elsewhere


def _named_inputs(prompt: Artifact, retrieval: Retrieval | None) -> set[str]:
    """The inputs that the prompt names elsewhere than in its texts."""
    tools = map(as_mapping, as_items(prompt.spec.get("tools")))
    bound = {str(name) for tool in tools for name in as_mapping(tool.get("with")).values()}
    return bound | ({retrieval.query} if retrieval else set())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Inputs:
    """The inputs' schema, empty (anything goes) where nobody knows it; `names`, where the text tells all."""

    schema: Mapping[str, Value]
    names: frozenset[str] | None

    @classmethod
    def of(cls, prompt: Artifact, retrieval: Retrieval | None) -> "_Inputs":
        """Those that a prompt declares, else those that its texts tell."""
        if "inputs" in prompt.spec:
            return cls(schema=as_mapping(prompt.spec["inputs"]), names=None)
        found = [
            w for s, place in _stated(prompt) for w in wordings(s.get("messages"), _language(prompt), place)
        ]
        templates = [template for wording in found if (template := wording.template) is not None]
        beside = ({retrieval.into} if retrieval else set()) | (
            {SESSION} if "context" in prompt.spec else set()
        )
        told = inferred_inputs(templates, beside)
        if not isinstance(told, Inferred):
            return cls(schema={}, names=None)
        names = frozenset(as_mapping(told.schema["properties"]))
        return cls(schema=told.schema, names=None if any(map(partials, templates)) else names)
