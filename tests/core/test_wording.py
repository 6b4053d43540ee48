import pytest

from plmctl.core.manifest import Manifest
from plmctl.core.ports import MemoryTree
from plmctl.core.registry import Registry, load
from plmctl.core.wording import Counting, literal, variants
from tests.core.test_picture import SETTINGS, manifest


class Characters:
    """Every character is a token, so that a test can count them."""

    name = "characters"

    def count(self, text: str) -> int:
        return len(text)


def registry_of(prompt: str, *partials: str) -> Registry:
    """A prompt `p` by its spec, and partials `0`, `1` ... by their texts."""
    files = {
        f"partials/{n}.yaml": manifest("Partial", f"'{n}'", f"{{content: '{text}'}}")
        for n, text in enumerate(partials)
    }
    return load(
        MemoryTree({"plmctl.yaml": SETTINGS, "prompts/p.yaml": manifest("Prompt", "p", prompt), **files})
    )


def prompt_of(registry: Registry) -> Manifest:
    return registry.manifests["prompt/p"]


def counted(spec: str, *partials: str, variant: str | None = None) -> int | None:
    registry = registry_of(spec, *partials)
    return Counting(registry, Characters()).whole(prompt_of(registry), variant)


def said(text: str, language: str = "mustache") -> str:
    registry = registry_of(
        f"{{model: m, templateFormat: {language}, messages: [{{role: user, content: '{text}'}}]}}"
    )
    (template,) = prompt_of(registry).templates
    return literal(template)


@pytest.mark.parametrize(
    ("text", "language", "left"),
    [
        ("Hi {{name}}, {{{x}}}!", "mustache", "Hi,!"),
        ("{{x}}  {{y}} z", "mustache", "  z"),
        ("{{#a}}yes{{/a}}{{^a}}no{{/a}}{{! why }}{{> b}}", "mustache", "yesno"),
        (r"\{{name}} {{x}}", "mustache", "{{name}}"),
        ("{{never closed", "mustache", "{{never closed"),
        ("a {{ b }}{% if c %}d{% endif %}{# e #}f", "jinja2", "adf"),
        ("{{ a }} {% b", "jinja2", " {% b"),
        ("{# a {{ b #} c }} d {{", "jinja2", " c }} d {{"),
        ("{{ x }} {% y %}", "raw", "{{ x }} {% y %}"),
    ],
)
def test_tags_are_no_words_of_a_text(text: str, language: str, left: str) -> None:
    assert said(text, language) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("{{" * 100_000, "{{" * 100_000),
        ("{%{{" * 50_000 + "}}", "{%"),
        ("{#" * 100_000 + "}}", "}"),
    ],
)
def test_the_end_of_a_tag_is_looked_for_once(text: str, left: str) -> None:
    # To look for it from every beginning would take minutes here.
    assert said(text, "jinja2") == left


def test_all_messages_count_and_what_stands_for_other_things_does_not() -> None:
    parts = "[{text: de}, {image: x}]"
    messages = f"{{role: system, content: abc}}, {{placeholder: history}}, {{role: user, content: {parts}}}"
    assert counted(f"{{model: m, messages: [{messages}]}}") == 5


def test_partials_count_as_often_as_they_are_included() -> None:
    assert (
        counted("{model: m, messages: [{role: user, content: 'a{{> 0}}{{> 0}}b'}]}", "12{{> 1}}", "345") == 12
    )


@pytest.mark.parametrize(
    "partials", [(), ("{{> 0}}",), ("{{> 1}}", "{{> 0}}"), ("{{> 1}}", "{{> 2}}", "{{> 1}}"), ("{{> gone}}",)]
)
def test_what_has_no_end_or_is_missing_cannot_be_counted(partials: tuple[str, ...]) -> None:
    assert counted("{model: m, messages: [{role: user, content: 'a{{> 0}}'}]}", *partials) is None


def test_partials_of_partials_are_counted_once_each_however_deep() -> None:
    chain = [f"{{{{> {n + 1}}}}}" for n in range(1_500)]
    assert counted("{model: m, messages: [{role: user, content: '{{> 0}}'}]}", *chain, "x") == 1
    doubling = [f"{{{{> {n + 1}}}}}{{{{> {n + 1}}}}}" for n in range(20)]
    text = "{model: m, messages: [{role: user, content: '{{> 0}}'}]}"
    assert counted(text, *doubling, "x") == 2**20
    many = [f"{{{{> {n + 1}}}}}{{{{> {n + 1}}}}}" for n in range(40)]
    assert counted(text, *many, "x") is None


def test_a_partial_is_counted_alone() -> None:
    registry = registry_of("{model: m, messages: [{role: user, content: x}]}", "ab{{> 1}}", "cde")
    counting = Counting(registry, Characters())
    assert [counting.whole(registry.manifests[f"partial/{n}"]) for n in (0, 1)] == [5, 3]


SYSTEM = "{role: system, content: sys}"
EXAMPLES = (
    "examples: [{name: one, input: {a: 12, b: 'xyz'}, output: 'ok'}, {name: two, input: {}, output: {c: 1}}]"
)


@pytest.mark.parametrize(
    ("messages", "tokens"),
    [
        # Each example repeats the user's message (4), then its inputs (2 + 3, 0) and its output (2, 7).
        (SYSTEM + ", {role: user, content: 'user{{a}}'}", 3 + 4 + 2 * 4 + 5 + 2 + 7),
        # Where it says so, they stand before what follows there.
        (
            SYSTEM + ", {role: user, content: '{{a}}fir'}, {examples: true}, {role: user, content: x}",
            3 + 3 + 1 + 2 * 1 + 14,
        ),
        # Without a system message they come first.
        ("{role: user, content: 'ab{{a}}'}", 2 + 2 * 2 + 14),
        ("{role: user, content: ab}, {role: developer, content: cd}", 4 + 14),
        ("{role: user, content: '{{> gone}}'}", None),
    ],
)
def test_examples_are_sent_with_the_messages_after_them(messages: str, tokens: int | None) -> None:
    assert counted(f"{{model: m, messages: [{messages}], {EXAMPLES}}}") == tokens


def test_a_variant_is_counted_with_its_own_messages_and_the_examples() -> None:
    variant = (
        "{name: de, when: {locale: de}, messages: [{role: user, content: zwei}]}, {name: hot, when: {x: y}}"
    )
    spec = f"{{model: m, messages: [{{role: user, content: a}}], variants: [{variant}], {EXAMPLES}}}"
    assert counted(spec, variant="de") == 4 + 2 * 4 + 14
    assert counted(spec, variant="fr") is None
    assert variants(prompt_of(registry_of(spec))) == {"de": ("spec", "variants", 0, "messages")}


@pytest.mark.parametrize("role", ["{type: object}", "[system]", "7"])
def test_a_role_that_is_none_comes_first_for_nobody(role: str) -> None:
    messages = f"{{role: {role}, content: abc}}, {{role: user, content: '{{{{a}}}}fir'}}"
    assert counted(f"{{model: m, messages: [{messages}], {EXAMPLES}}}") == 3 + 3 + 2 * (3 + 3) + 14


def test_a_prompt_that_is_wrong_has_what_can_be_read() -> None:
    assert counted("{model: m}") == 0
    assert (
        counted("{model: m, messages: x, variants: [3, {name: a, messages: 7}], examples: [4]}", variant="a")
        == 4
    )
