"""Values that a schema refuses, and the words for it."""

import pytest
from jsonschema import Draft202012Validator

from plmctl.core.document import Document, read_document
from plmctl.core.explanation import refusal_of
from plmctl.core.fault import faults
from plmctl.core.kinds import BUILT_IN
from plmctl.core.phrase import listed, path_of, shown
from plmctl.core.schema import findings_of
from plmctl.core.shape import Node
from plmctl.core.value import Value

Told = tuple[str, int | None, int | None, str, str | None]
PROVIDERS = [
    "openai",
    "azure-openai",
    "anthropic",
    "google",
    "bedrock",
    "mistral",
    "cohere",
    "huggingface",
    "vllm",
    "ollama",
    "litellm",
    "custom",
]


def found(text: str, kind: str) -> list[Told]:
    """Code, line, column, message and help of what is wrong with a manifest."""
    document = read_document("a.yaml", text.encode())
    assert isinstance(document, Document)
    return [
        (f.code, f.location.line, f.location.column, f.message, f.help)
        for f in findings_of(document, kind, BUILT_IN)
    ]


def in_spec(spec: str, kind: str) -> list[Told]:
    """The same for a spec that stands on line 4."""
    return found(f"apiVersion: plmctl/v1\nkind: {kind}\nmetadata: {{name: a}}\nspec: {spec}\n", kind)


def in_metadata(metadata: str) -> list[Told]:
    """The same for metadata that stand on line 3."""
    return found(
        f"apiVersion: plmctl/v1\nkind: Partial\nmetadata: {metadata}\nspec: {{content: a}}\n", "Partial"
    )


def refused(schema: Node, value: Value) -> list[tuple[str, str]]:
    """Code and message of what a schema of somebody's own refuses."""
    errors = Draft202012Validator(schema).iter_errors(value)
    return [(fault.rule.code, fault.message) for error in errors for fault in faults(refusal_of(error, {}))]


def test_choice_of_words() -> None:
    assert in_spec("{model: gpt, messages: [{role: uesr, content: hi}]}", "Prompt") == [
        (
            "SCH005",
            4,
            38,
            "spec.messages[0].role is 'uesr': it must be system, developer, user, assistant or tool",
            "did you mean 'user'?",
        )
    ]
    assert in_spec("{stage: never, engine: x}", "Guardrail") == [
        ("SCH005", 4, 15, "spec.stage is 'never': it must be input, retrieval, tool or output", None)
    ]


def test_choice_of_words_and_a_form() -> None:
    types = ", ".join(PROVIDERS)
    assert in_spec("{provider: opnai, model: x}", "Model") == [
        (
            "SCH005",
            4,
            18,
            f"spec.provider is 'opnai': it must be {types} or provider/NAME",
            "did you mean 'openai'?",
        )
    ]


def test_only_value() -> None:
    assert found("apiVersion: plmctl/v1\nkind: Regsitry\nmetadata: {name: a}\n", "Registry") == [
        ("SCH005", 2, 7, "kind is 'Regsitry': it must be 'Registry'", None)
    ]
    assert found("apiVersion: 1\nkind: Registry\nmetadata: {name: a}\n", "Registry") == [
        ("SCH004", 1, 13, "apiVersion must be text, not 1", 'quote it: "1"')
    ]


def test_name_is_explained_in_words_and_mended() -> None:
    form = "lower case letters and digits, with '-' and '_' inside, in segments divided by '/'"
    assert in_metadata("{name: Support Bot}") == [
        ("SCH006", 3, 18, f"metadata.name is 'Support Bot': it must be {form}", "write 'support-bot'")
    ]
    assert in_metadata("{name: '?'}") == [("SCH006", 3, 18, f"metadata.name is '?': it must be {form}", None)]
    assert in_metadata('{name: "a\\n"}')[0][0] == "SCH006"


def test_name_does_not_begin_with_a_kind() -> None:
    assert in_metadata("{name: prompt/support/a}") == [
        (
            "SCH010",
            3,
            18,
            "metadata.name begins with the kind's word 'prompt'",
            "write 'support/a': the kind is said by 'kind'",
        )
    ]


def test_environment_pins_ranges_of_applications() -> None:
    form = "a name in lower case, or a kind, a slash and a name"
    versions = "a whole version such as 1.4.0, or a range such as ^1.4 or '>=1.2, <2'"
    assert in_spec("{pins: {Bot: 1.0.0, b: '1.4'}}", "Environment") == [
        ("SCH006", 4, 15, f"'Bot' cannot be a key of spec.pins: it must be {form}", None),
        (
            "SCH006",
            4,
            30,
            f"spec.pins.b is '1.4': it must be {versions}",
            None,
        ),
    ]
    assert in_spec(f"{{pins: {{{'b' * 121}: 1.0.0}}}}", "Environment") == [
        (
            "SCH006",
            4,
            15,
            f"'{'b' * 56}... cannot be a key of spec.pins: it must be of at most 120 characters",
            None,
        )
    ]


@pytest.mark.parametrize(
    ("spec", "kind", "told"),
    [
        ("{provider: openai, model: ''}", "Model", (33, "spec.model is '': at least 1 character is needed")),
        ("{uses: []}", "Application", (14, "spec.uses is empty: at least 1 item is needed")),
        ("{uses: [a, b, a]}", "Application", (21, "spec.uses has 'a' twice")),
        (
            "{strategy: failover, targets: [{model: a, weight: -1}]}",
            "Route",
            (57, "spec.targets[0].weight is -1: at least 0 is needed"),
        ),
        (
            "{strategy: failover, targets: [{model: a}], timeoutSeconds: 0}",
            "Route",
            (67, "spec.timeoutSeconds is 0: more than 0 is needed"),
        ),
        (
            "{strategy: failover, targets: [{model: a}], match: [{when: {}, targets: [{model: a}]}]}",
            "Route",
            (66, "spec.match[0].when is empty: at least 1 field is needed"),
        ),
        (
            "{provider: openai, model: x, parameters: {topP: 2}}",
            "Model",
            (55, "spec.parameters.topP is 2: at most 1 is allowed"),
        ),
        (
            "{provider: openai, model: x, retires: 2026-02-30}",
            "Model",
            (45, "spec.retires is '2026-02-30': there is no such date"),
        ),
    ],
)
def test_constraints(spec: str, kind: str, told: tuple[int, str]) -> None:
    assert in_spec(spec, kind) == [("SCH007", 4, told[0], told[1], None)]


def test_name_that_is_too_long() -> None:
    assert in_metadata(f"{{name: {'a' * 101}}}") == [
        ("SCH007", 3, 18, "metadata.name is longer than 100 characters", None)
    ]


def test_git_url_has_no_user() -> None:
    urls = ["https://me:pw@example.com/a.git", "ssh://git@example.com/a.git", "git@example.com:a.git"]
    good = ["https://example.com/a.git", "ssh://example.com:22/a.git", "example.com:a.git", "file:///a"]
    registry = "apiVersion: plmctl/v1\nkind: Registry\nmetadata: {{name: a}}\nspec: {{git: '{}'}}\n"
    assert [found(registry.format(url), "Registry")[0][:3] for url in urls] == [("SCH006", 4, 13)] * 3
    assert [found(registry.format(url), "Registry") for url in good] == [[]] * 4


def test_alternatives_of_own_kinds_are_explained_too() -> None:
    two: list[Value] = [{"type": "string"}, {"type": "array"}]
    assert refused({"oneOf": two}, 3) == [("SCH004", "the manifest must be text or a list, not 3")]
    assert refused({"oneOf": [{"minimum": 0}, {"maximum": 9}]}, 3) == [
        ("SCH007", "the manifest is not valid: 3 is valid under each of {'maximum': 9}, {'minimum': 0}")
    ]
    assert refused({"multipleOf": 2}, 3) == [
        ("SCH007", "the manifest is not valid: 3 is not a multiple of 2")
    ]
    assert refused({"pattern": "^b"}, "a") == [
        ("SCH006", "the manifest is 'a': it must be text that matches ^b")
    ]
    assert refused({"required": ["a"]}, {}) == [("SCH003", "'a' is missing from the manifest")]
    assert refused({"dependentRequired": {"a": ["b", "c"], "d": ["e"]}}, {"a": 1, "c": 1}) == [
        ("SCH003", "'a' needs 'b' beside it")
    ]


@pytest.mark.parametrize(
    ("schema", "value", "told"),
    [
        ({"minLength": 2}, "a", "is 'a': at least 2 characters are needed"),
        ({"maxLength": 1}, "ab", "is longer than 1 character"),
        ({"minItems": 2}, ["a"], "has 1: at least 2 items are needed"),
        ({"minItems": 2.0}, [], "is empty: at least 2 items are needed"),
        ({"maxItems": 1.0}, ["a", "b"], "has 2: at most 1 item is allowed"),
        ({"minProperties": 2}, {"a": 1}, "has 1: at least 2 fields are needed"),
        ({"maxProperties": 0}, {"a": 1}, "has 1: at most 0 fields are allowed"),
        ({"minimum": 3.0}, 2, "is 2: at least 3 is needed"),
        ({"maximum": -0.0}, 2, "is 2: at most 0 is allowed"),
        ({"minimum": 0.5}, 0, "is 0: at least 0.5 is needed"),
        ({"minimum": 1e300}, 0, "is 0: at least 1e+300 is needed"),
    ],
)
def test_a_limit_reads_well_with_each_number(schema: Node, value: Value, told: str) -> None:
    assert refused(schema, value) == [("SCH007", f"the manifest {told}")]


def choices(count: int) -> tuple[str, str | None, str | None]:
    """What is told, advised and put right of a value that nearly is one of so many."""
    error = next(Draft202012Validator({"enum": [f"w{n:03}" for n in range(count)]}).iter_errors("W007"))
    (fault,) = faults(refusal_of(error, {}))
    return fault.message.removeprefix("the manifest is 'W007': it must be "), fault.help, fault.mends


def test_of_many_choices_some_are_shown_and_of_too_many_none_is_guessed() -> None:
    words = [f"w{n:03}" for n in range(20)]
    some = ", ".join(words)
    assert choices(20) == (listed(words), "did you mean 'w007'?", "w007")
    assert choices(21) == (f"{some} or one of 1 more", "did you mean 'w007'?", "w007")
    assert choices(200) == (f"{some} or one of 180 more", "did you mean 'w007'?", "w007")
    assert choices(201) == (f"{some} or one of 181 more", None, None)


def test_a_long_choice_is_cut() -> None:
    assert refused({"enum": ["x" * 61, "y" * 60]}, "a") == [
        ("SCH005", f"the manifest is 'a': it must be '{'x' * 56}... or {'y' * 60}")
    ]


def test_words_of_a_message() -> None:
    assert path_of(("spec", "messages", 0, "a b", "a/b")) == "spec.messages[0].'a b'.a/b"
    assert path_of(()) == "the manifest"
    assert shown("x" * 100) == "'" + "x" * 56 + "..."
    assert shown({"a": [None, "\u00e4"]}) == '{"a": [null, "\u00e4"]}'
    assert [listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])] == ["a", "a or b", "a, b or c"]


@pytest.mark.parametrize(("count", "mended"), [(1, True), (99, True), (100, False)])
def test_of_over_a_hundred_unknown_fields_none_is_mended(count: int, mended: bool) -> None:
    """What two of them meant would be written twice, and so many are no slips of the pen."""
    others = "".join(f"  unheard-{number}: x\n" for number in range(count))
    head = "apiVersion: plmctl/v1\nkind: Partial\nspec: {content: x}\nmetadata:\n  name: a\n  titel: x\n"
    text = head + others
    document = read_document("a.yaml", text.encode())
    assert isinstance(document, Document)
    first, *rest = findings_of(document, "Partial", BUILT_IN)
    assert (first.message, first.help) == ("'titel' is not a field of metadata", "did you mean 'title'?")
    assert (bool(first.fix), len(rest)) == (mended, min(count, 99))
