"""The shipped schemas, held to manifests.md."""

from collections.abc import Iterator

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry

from plmctl.core.kinds import BUILT_IN
from plmctl.core.limits import LIMITS
from plmctl.core.schema import KINDS, VERSIONED_KINDS, Node, Schema
from plmctl.core.value import Value

SHAPES = (*KINDS, "Registry", "Lock")
# manifests.md: x-plm-digest: false.
LEFT_OUT = {
    "Prompt": ["samples"],
    "Model": ["retires", "pricing", "card"],
    "Dataset": ["source", "license", "sensitivity", "personalData", "quality"],
    "Application": ["repository", "risk", "monitoring", "compliance"],
}
# manifests.md: the fields of each kind, in its order.
FIELDS = {
    "Prompt": "model templateFormat messages inputs outputs tools examples samples retrieval"
    " context parameters variants guardrails",
    "Partial": "templateFormat content contentFile inputs",
    "Tool": "description parameters mcp openapi builtin returns strict effect approval",
    "Provider": "type endpoint apiVersion region project credential dataHandling",
    "Model": "provider model task pin retires revision deployment modalities capabilities limits"
    " parameters safety embeddingPrefix pricing fineTuning weights serving card",
    "Dataset": "purpose data floating guard format schema key splits source lineage license"
    " sensitivity personalData quality",
    "Retriever": "datasets chunking embedding index query reranker returns",
    "ContextPolicy": "window history memory session overflow",
    "Guardrail": "stage engine model action onError config",
    "Route": "strategy targets match fallbacks contextWindowFallbacks retries timeoutSeconds"
    " rateLimit budgets cache guardrails",
    "EvalSuite": "target dataset split cases metrics repeat runner",
    "Application": "uses files evals guardrails repository risk monitoring compliance",
    "Environment": "pins arms after bind registry hold",
    "Registry": "git requiredVersion manifests release profile rules limits schemas licenses",
}
REQUIRED: dict[str, list[Value]] = {
    "Prompt": ["model", "messages"],
    "Tool": ["description"],
    "Provider": ["type"],
    "Model": ["provider", "model"],
    "Dataset": ["purpose", "data", "format"],
    "Retriever": ["datasets", "index"],
    "Guardrail": ["stage", "engine"],
    "Route": ["strategy", "targets"],
    "EvalSuite": ["target", "metrics"],
    "Application": ["uses"],
    "Environment": ["pins"],
}
DEFAULTS = {
    "Prompt.spec.templateFormat": "mustache",
    "Prompt.spec.outputs.format": "text",
    "Prompt.spec.outputs.extensible": False,
    "Prompt.spec.tools[].strict": False,
    "Partial.spec.templateFormat": "mustache",
    "Tool.spec.strict": False,
    "Dataset.spec.floating": False,
    "Registry.spec.release.tag": "v{version}",
    "Registry.spec.release.branches": ["main"],
    "Registry.spec.release.commit": True,
    "Registry.spec.profile": "default",
    "Registry.spec.limits.fileBytes": LIMITS.file_bytes,
    "Registry.spec.limits.depth": LIMITS.depth,
    "Registry.spec.limits.nodes": LIMITS.nodes,
    "Registry.spec.limits.textBytes": LIMITS.text_bytes,
    "Registry.spec.limits.findings": LIMITS.findings,
}
ABOUT = {
    "Model.spec.fineTuning.base",
    "Model.spec.fineTuning.datasets[]",
    "Dataset.spec.lineage.derivedFrom[]",
    "EvalSuite.spec.target",
    "Application.spec.evals[]",
    "Environment.spec.pins{}",
    "Environment.spec.arms{}",
    "Environment.spec.bind{}",
    "Environment.spec.bind.*",
    "Environment.spec.hold{}",
}


def examples(kind: str) -> list[Value]:
    """The examples at the root of a schema."""
    value = BUILT_IN.bundled(kind)["examples"]
    assert isinstance(value, list)
    return value


def walked(schema: Schema, path: str, change: str | None = None) -> Iterator[tuple[str, Schema, str | None]]:
    """Every place of a kind but those inside JSON Schemas, with the change that holds there."""
    change = schema.change or change
    yield path, schema, change
    if schema.is_json_schema:
        return
    keys, item, other = schema.keys(), schema.item(), schema.property("any other")
    if keys is not None:
        yield f"{path}{{}}", keys, change
    if item is not None:
        yield from walked(item, f"{path}[]", change)
    if other is not None:
        yield from walked(other, f"{path}.*", change)
    for name, below in schema.properties().items():
        yield from walked(below, f"{path}.{name}", change)


def places(kind: str) -> list[tuple[str, Schema, str | None]]:
    """Every place of a kind."""
    return list(walked(BUILT_IN.schema_of(kind), kind))


def nodes(value: Value) -> Iterator[Node]:
    """Every mapping in a schema."""
    if isinstance(value, dict):
        yield value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from nodes(child)


@pytest.mark.parametrize("kind", SHAPES)
def test_schema_is_valid_json_schema(kind: str) -> None:
    Draft202012Validator.check_schema(BUILT_IN.bundled(kind))


@pytest.mark.parametrize("kind", SHAPES)
def test_every_example_is_valid_for_both_libraries(kind: str) -> None:
    oracle = Draft202012Validator(
        BUILT_IN.bundled(kind), format_checker=FormatChecker(["date"]), registry=Registry()
    )
    assert [[error.message for error in oracle.iter_errors(example)] for example in examples(kind)] == [
        [] for _ in examples(kind)
    ]
    assert [BUILT_IN.shape_of(kind).validator.is_valid(example) for example in examples(kind)] == [
        True for _ in examples(kind)
    ]
    assert len(examples(kind)) > 1


@pytest.mark.parametrize("kind", SHAPES)
def test_bundle_refers_to_nothing_outside(kind: str) -> None:
    defs = BUILT_IN.bundled(kind)["$defs"]
    assert isinstance(defs, dict)
    referred = {node["$ref"] for node in nodes(BUILT_IN.bundled(kind)) if isinstance(node.get("$ref"), str)}
    assert referred == {f"#/$defs/{name}" for name in defs}


@pytest.mark.parametrize("kind", [*KINDS, "Registry"])
def test_every_field_has_a_description(kind: str) -> None:
    assert [
        path
        for path, schema, _ in places(kind)
        for below in schema.properties().values()
        if not below.description
    ] == []


@pytest.mark.parametrize("kind", [*KINDS, "Registry"])
def test_every_field_says_what_a_change_means(kind: str) -> None:
    changes = {"breaking", "behavioural", "safe"}
    assert [path for path, _, change in places(kind)[1:] if change not in changes] == []


@pytest.mark.parametrize("kind", [*KINDS, "Registry"])
def test_every_described_object_is_closed(kind: str) -> None:
    open_ones = [
        path
        for path, schema, _ in places(kind)
        if schema.is_described
        and (schema.property("unknown") or (path != kind and not schema.property("x-own")))
    ]
    assert open_ones == []


@pytest.mark.parametrize("kind", FIELDS)
def test_spec_has_the_fields_of_the_design(kind: str) -> None:
    spec = BUILT_IN.schema_of(kind).property("spec")
    assert spec is not None
    assert list(spec.properties()) == FIELDS[kind].split()


@pytest.mark.parametrize("kind", [*KINDS, "Registry"])
def test_spec_requires_what_the_design_requires(kind: str) -> None:
    properties = BUILT_IN.bundled(kind)["properties"]
    assert isinstance(properties, dict)
    spec = properties["spec"]
    assert isinstance(spec, dict)
    assert spec.get("required", []) == REQUIRED.get(kind, [])


@pytest.mark.parametrize("kind", [*KINDS, "Registry"])
def test_digest_leaves_out_what_the_design_leaves_out(kind: str) -> None:
    left_out = [path for path, schema, _ in places(kind) if not schema.in_digest]
    assert left_out == [f"{kind}.spec.{name}" for name in LEFT_OUT.get(kind, [])]


def test_defaults_are_those_of_the_design() -> None:
    found = {
        path: schema.default
        for kind in (*KINDS, "Registry")
        for path, schema, _ in places(kind)
        if schema.has_default
    }
    stability = {f"{kind}.metadata.stability": "stable" for kind in KINDS}
    assert found == {**DEFAULTS, **stability}


def test_about_edges_are_those_of_the_design() -> None:
    assert {path for kind in KINDS for path, schema, _ in places(kind) if schema.is_about} == ABOUT


def test_references_name_kinds() -> None:
    kinds = {kind for kind in KINDS for _, schema, _ in places(kind) for kind in schema.refs}
    assert kinds == {*VERSIONED_KINDS, "Environment"}


def test_lists_with_names_are_matched_by_them() -> None:
    keyed = {path: schema.list_key for kind in KINDS for path, schema, _ in places(kind) if schema.list_key}
    yanked = {f"{kind}.metadata.yanked": "version" for kind in KINDS}
    assert keyed == {
        **yanked,
        "Prompt.spec.tools": "name",
        "Prompt.spec.examples": "name",
        "Prompt.spec.samples": "name",
        "Prompt.spec.variants": "name",
        "Route.spec.targets": "model",
        "Route.spec.match[].targets": "model",
        "Route.spec.budgets": "name",
        "EvalSuite.spec.cases": "name",
        "EvalSuite.spec.metrics": "name",
        "Application.spec.monitoring": "metric",
        "Environment.spec.arms.*": "name",
    }


def test_files_pointers_and_schemas_are_marked() -> None:
    found = {
        mark: {path for kind in KINDS for path, schema, _ in places(kind) if getattr(schema, mark)}
        for mark in ("is_file", "is_pointer", "is_json_schema")
    }
    assert found == {
        "is_file": {
            "Prompt.spec.messages[].contentFile",
            "Prompt.spec.variants[].messages[].contentFile",
            "Partial.spec.contentFile",
            "Tool.spec.openapi",
            "Model.spec.fineTuning.config",
            "Dataset.spec.data.git",
            "EvalSuite.spec.metrics[].judge.rubricFile",
            "EvalSuite.spec.runner.config",
            "Application.spec.files[]",
        },
        "is_pointer": {"Model.spec.weights.dvc", "Dataset.spec.data.dvc"},
        "is_json_schema": {
            "Prompt.spec.inputs",
            "Prompt.spec.outputs.schema",
            "Prompt.spec.tools[].parameters",
            "Partial.spec.inputs",
            "Tool.spec.parameters",
            "Tool.spec.returns",
            "Dataset.spec.schema",
            "Retriever.spec.returns",
            "ContextPolicy.spec.session",
        },
    }


def test_templates_are_prose() -> None:
    templates = [schema for path, schema, _ in places("Prompt") if schema.is_template]
    assert len(templates) == 6
    assert all(schema.is_prose for schema in templates)
