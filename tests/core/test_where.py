import pytest

from plmctl.core.kinds import BUILT_IN
from plmctl.core.ports import MemoryTree
from plmctl.core.registry import Registry, load
from plmctl.core.where import Condition, is_field, likely_field, parsed_condition

FILES = {
    "plmctl.yaml": "apiVersion: plmctl/v1\nkind: Registry\nmetadata: {name: shop}\n",
    "models/m.yaml": """\
apiVersion: plmctl/v1
kind: Model
metadata: {name: m, labels: {tier: cheap, app.kubernetes.io/part-of: desk}}
spec:
  provider: openai
  model: "1.10"
  limits: {contextTokens: 128000}
  parameters: {temperature: 0.7, stop: [a, b], seed: 1, extra: {openai: {logprobs: true}}}
""",
    "tools/look.yaml": """\
apiVersion: plmctl/v1
kind: Tool
metadata: {name: orders/look}
spec: {description: Looks., parameters: {type: object}}
""",
    "prompts/p.yaml": """\
apiVersion: plmctl/v1
kind: Prompt
metadata: {name: p, stability: deprecated}
spec:
  model: model/m
  tools: [{ref: orders/look}, {name: other, description: Other., parameters: {type: object}}]
  messages: [{role: system, content: "{{> gone}}"}, {role: user, content: Hi.}]
  parameters: {topK: null}
  x-note: 2026-01-01
""",
}


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load(MemoryTree(FILES))


def condition(text: str) -> Condition:
    found = parsed_condition(text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "path", "operator", "value"),
    [
        ("spec.model=a=b", ("spec", "model"), "=", "a=b"),
        ("spec.model != a ", ("spec", "model"), "!=", "a"),
        ("spec.model=", ("spec", "model"), "=", ""),
        ("spec.context", ("spec", "context"), "", ""),
    ],
)
def test_a_condition_is_a_field_and_a_value(
    text: str, path: tuple[str, ...], operator: str, value: str
) -> None:
    assert condition(text) == Condition(path=path, operator=operator, text=value)
    assert condition(text).field == ".".join(path)


@pytest.mark.parametrize("text", ["", "=x", "!=x", "spec.", "spec..model=x", ".=1"])
def test_a_condition_names_a_field(text: str) -> None:
    assert parsed_condition(text) is None


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("spec.model=1.10", True),
        ("spec.model='1.10'", True),
        ('spec.model="1.10"', True),
        ("spec.model=1.1", False),
        ("spec.model='", False),
        ("spec.limits.contextTokens=128000", True),
        ("spec.limits.contextTokens=0x1F400", True),
        ("spec.limits.contextTokens=128001", False),
        ("spec.limits.contextTokens=.nan", False),
        ("spec.parameters.temperature=.70", True),
        ("spec.parameters.stop=b", True),
        ("spec.parameters.stop.1=b", True),
        ("spec.parameters.stop.0=b", False),
        ("spec.parameters.stop.2=b", False),
        (f"spec.parameters.stop.{'1' * 5000}=b", False),
        ("spec.parameters.stop!=c", True),
        ("spec.parameters.stop!=a", False),
        ("spec.parameters.seed=1", True),
        ("spec.parameters.seed=true", False),
        ("spec.parameters.extra.openai.logprobs=true", True),
        ("spec.parameters.extra.openai.logprobs=1", False),
        ("spec.parameters.extra.openai=1", False),
        ("spec.parameters.topP!=1", False),
        ("metadata.labels.tier=cheap", True),
        ("metadata.labels.app.kubernetes.io/part-of=desk", True),
        ("metadata.labels.tier.cheap=x", False),
        ("metadata.stability=stable", True),
        ("metadata.stability!=stable", False),
        ("metadata.stability", False),
        ("metadata.labels.tier", True),
        ("spec.limits", True),
        ("kind=Model", True),
    ],
)
def test_a_field_of_a_model_is_compared(text: str, holds: bool, registry: Registry) -> None:
    assert condition(text).holds(registry.manifests["model/m"], registry) is holds


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("spec.model=m", True),
        ("spec.model=model/m", True),
        ("spec.model=prompt/m", False),
        ("spec.model=gone", False),
        ("spec.tools.ref=orders/look", True),
        ("spec.tools.ref=tool/orders/look", True),
        ("spec.tools.1.ref=orders/look", False),
        ("spec.tools.name=other", True),
        ("spec.messages.0.role=system", True),
        ("spec.parameters.topK=null", True),
        ("spec.parameters.topK=~", True),
        ("spec.templateFormat=mustache", True),
        ("spec.x-note=2026-01-01", True),
        ("metadata.stability=deprecated", True),
    ],
)
def test_a_reference_is_known_by_its_name_and_its_id(text: str, holds: bool, registry: Registry) -> None:
    assert condition(text).holds(registry.manifests["prompt/p"], registry) is holds


def test_a_reference_to_nothing_is_compared_as_it_is_written() -> None:
    files = {**FILES, "prompts/p.yaml": FILES["prompts/p.yaml"].replace("model/m", "gone")}
    registry = load(MemoryTree(files))
    assert condition("spec.model=gone").holds(registry.manifests["prompt/p"], registry)
    assert not condition("spec.model=m").holds(registry.manifests["prompt/p"], registry)


SCHEMAS = [BUILT_IN.schema_of(kind) for kind in BUILT_IN.names]


@pytest.mark.parametrize(
    ("field", "is_one", "likely"),
    [
        ("spec.model", True, None),
        ("spec.tools.ref", True, None),
        ("spec.tools.0.ref", True, None),
        ("spec.inputs.properties.x.type", True, None),
        ("spec.parameters.extra.openai.x", True, None),
        ("spec.x-own.thing", True, None),
        ("metadata.labels.app.kubernetes.io/x", True, None),
        ("spec.modle", False, "spec.model"),
        ("spec.tools.refs", False, "spec.tools.ref"),
        ("spec.tools.0.refs", False, "spec.tools.0.ref"),
        ("spec.limits.contextToken", False, "spec.limits.contextTokens"),
        ("metadta.name", False, "metadata.name"),
        ("model", False, "spec.model"),
        ("labels.tier", False, "metadata.labels.tier"),
        ("zzz", False, None),
        ("spec.modle.zzz.yyy", False, "spec.model.zzz.yyy"),
        ("spec.toolz.zzz", False, None),
    ],
)
def test_a_field_is_one_that_a_schema_has(field: str, is_one: bool, likely: str | None) -> None:
    path = tuple(field.split("."))
    assert any(is_field(schema, path) for schema in SCHEMAS) is is_one
    if not is_one:
        assert likely_field(SCHEMAS, path) == likely
