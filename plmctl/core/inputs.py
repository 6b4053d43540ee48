"""What a prompt or a partial takes: its declared inputs, or those that its own text tells."""

from collections.abc import Mapping

from plmctl.core.manifest import Manifest, TemplateText
from plmctl.core.template.infer import Inference, Inferred, inferred_inputs
from plmctl.core.template.language import JINJA2, MUSTACHE, RAW
from plmctl.core.value import Value

_SAYS_FIELDS = frozenset({"$ref", "allOf", "anyOf", "oneOf", "properties", "type"})


def inference_of(manifest: Manifest) -> Inference | None:
    """What the text tells of the inputs; None when they are declared, or kind or language have none.

    A jinja2 text with a mistake in it tells nothing.
    """
    spec = manifest.schema.property("spec")
    takes = spec.property("inputs") if spec is not None else None
    if takes is None or not takes.is_json_schema or "inputs" in manifest.spec:
        return None
    if not all(map(_tells, manifest.templates)):
        return None
    programs = [template.program for template in manifest.templates if template.program is not None]
    return inferred_inputs(programs, provided_names(manifest))


def _tells(template: TemplateText) -> bool:
    if template.format == JINJA2:
        return template.program is not None and not template.program.errors
    return template.format in (MUSTACHE, RAW)


def inferred_inputs_of(manifest: Manifest) -> Value:
    """The inputs' JSON Schema that the text tells, None when it does not."""
    inference = inference_of(manifest)
    return inference.schema if isinstance(inference, Inferred) else None


def inputs_of(manifest: Manifest) -> Mapping[str, Value]:
    """The inputs' JSON Schema, declared or inferred; empty (anything goes) when neither is known."""
    declared = manifest.spec.get("inputs")
    schema = declared if declared is not None else inferred_inputs_of(manifest)
    # Names and their types without a schema around them say nothing that could be relied upon.
    is_schema = isinstance(schema, dict) and not _SAYS_FIELDS.isdisjoint(schema)
    return schema if isinstance(schema, dict) and is_schema else {}


def provided_names(manifest: Manifest) -> frozenset[str]:
    """Variables that are no inputs: what retrieval fills, and the session of a context policy."""
    retrieval = manifest.spec.get("retrieval")
    into = retrieval.get("into") if isinstance(retrieval, dict) else None
    session = {"session"} if "context" in manifest.spec else set()
    return frozenset(session | ({into} if isinstance(into, str) else set()))
