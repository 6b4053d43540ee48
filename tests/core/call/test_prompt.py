"""What a render says: texts, media, variants, examples, what comes at run time."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from plmctl.core.call.assembly import prompt_of
from plmctl.core.call.refusal import InputError, Problem, PromptError
from plmctl.core.call.request import Identity, Media, Text
from plmctl.core.call.situation import Situation
from plmctl.core.finding import PlmctlError, UsageError
from plmctl.core.template.refusal import RenderError
from plmctl.core.value import Value
from tests.core.call.artifacts import artifact, lookup, message, prompt, said, told


def test_an_identity_is_a_short_line_in_a_log() -> None:
    whole = Identity(
        artifact="prompt/p",
        version="1.2.0",
        variant="german\n",
        arm="b",
        digest="sha256:0123456789abcdef",
        closure="sha256:123456789abcdef0",
        lock="sha256:23456789abcdef01",
    )
    hashes = "digest=0123456789 closure=123456789a"
    assert str(whole) == f"prompt/p@1.2.0 variant=german\\n arm=b {hashes} lock=23456789ab"
    bare = replace(whole, version=None, variant=None, arm=None, lock=None)
    assert str(bare) == f"prompt/p {hashes}"


def test_messages_are_filled_with_the_inputs() -> None:
    found = prompt({"messages": said({"role": "system", "content": "Be kind."}, "Greet {{name}}.")})
    assert found.render({"name": "Ada"}).messages == (
        message("system", "Be kind."),
        message("user", "Greet Ada."),
    )


def test_a_value_is_not_read_as_a_template() -> None:
    found = prompt({"messages": said("{{a}}"), "inputs": {"type": "object"}})
    assert told(found.render({"a": "{{secret}} {{> p}}"}).messages) == [("user", "{{secret}} {{> p}}")]


def test_each_message_has_its_language() -> None:
    messages = said("{{a}}", {"role": "user", "content": "{{a}}", "templateFormat": "raw"})
    assert told(prompt({"messages": messages}).render({"a": "x"}).messages) == [
        ("user", "x"),
        ("user", "{{a}}"),
    ]
    raw = prompt({"templateFormat": "raw", "messages": said("{{a}}")})
    assert told(raw.render({}).messages) == [("user", "{{a}}")]


def test_partials_come_from_the_lock() -> None:
    partials: dict[str, dict[str, Value]] = {
        "partial/outer": {"content": "<{{> inner}}{{> braces}}>"},
        "partial/inner": {"content": "{{a}}"},
        "partial/braces": {"content": "{{b}}", "templateFormat": "raw"},
    }
    found = prompt({"messages": said("{{> outer}} {{> outer}}")}, partials)
    assert told(found.render({"a": 1}).messages) == [("user", "<1{{b}}> <1{{b}}>")]


@pytest.mark.parametrize(
    ("partial", "error"),
    [
        (None, "'partial/x' is not in the lock"),
        (
            {"content": "{{ a }}", "templateFormat": "jinja2"},
            "partial/x@1.0.0 is written in jinja2: mustache cannot include it",
        ),
        ({"content": "{{> x}}"}, "partial/x: line 1, column 1: partial 'x' includes itself: x -> x"),
    ],
)
def test_a_partial_that_cannot_be_included_is_told_when_the_prompt_is_read(
    partial: dict[str, Value] | None, error: str
) -> None:
    with pytest.raises(PlmctlError) as caught:
        prompt({"messages": said("{{> x}}")}, {} if partial is None else {"partial/x": partial})
    assert caught.value.message == error


def test_a_message_that_renders_blank_is_left_out_and_so_is_a_blank_part() -> None:
    parts: Value = [{"text": "{{#a}}x{{/a}} "}, {"text": "{{b}}"}]
    found = prompt({"messages": said("{{#a}}x{{/a}}\n", {"role": "user", "content": parts})})
    assert found.render({"b": "y"}).messages == (message("user", "y"),)
    assert found.render({"b": "y", "a": True}).messages[1].parts == (Text(text="x "), Text(text="y"))


@pytest.mark.parametrize("text", ["{{a}}", "\\{{", "{{{", "{{{{{", "{{! x", "\n {{#a}}\n", "\\\\{{{{/a}}"])
def test_a_raw_partial_is_printed_as_it_is(text: str) -> None:
    found = prompt({"messages": said("<{{> x}}>")}, {"partial/x": {"content": text, "templateFormat": "raw"}})
    assert told(found.render({}).messages) == [("user", f"<{text}>")]


def test_an_input_fills_media_parts_one_for_each_item() -> None:
    parts: Value = [
        {"text": "Look."},
        {"image": "photos", "detail": "low"},
        {"audio": "voice"},
        {"file": "paper"},
    ]
    properties: Value = {"photos": {}, "voice": {}, "paper": {}}
    found = prompt(
        {"messages": said({"role": "user", "content": parts}), "inputs": {"properties": properties}}
    )
    assert found.render({"photos": ["a", "b"], "voice": "c", "paper": None}).messages[0].parts == (
        Text(text="Look."),
        Media(medium="image", value="a", detail="low"),
        Media(medium="image", value="b", detail="low"),
        Media(medium="audio", value="c"),
    )


def test_a_message_of_absent_media_alone_is_left_out() -> None:
    messages = said("Hi", {"role": "user", "content": [{"image": "photo"}]})
    assert told(prompt({"messages": messages}).render({}).messages) == [("user", "Hi")]


def test_a_text_that_values_cannot_fill_is_told_with_its_place() -> None:
    found = prompt(
        {
            "messages": said("Hi"),
            "inputs": {"properties": {"a": {}}},
            "variants": [
                {
                    "name": "v",
                    "when": {"x": 1},
                    "messages": said({"role": "user", "content": [{"text": "\n {{a}}"}]}),
                }
            ],
        }
    )
    with pytest.raises(RenderError) as caught:
        found.render({}, Situation(select={"x": 1}))
    assert caught.value.message == (
        "prompt/p@1.0.0 variants[0].messages[0].content[0]: line 2, column 2: 'a' has no value"
    )


VARIED: dict[str, Value] = {
    "messages": said("Hello"),
    "parameters": {"temperature": 0.5, "topP": 1, "stop": ["x"]},
    "variants": [
        {"name": "german", "when": {"locale": ["de", "de-AT"]}, "messages": said("Hallo")},
        {
            "name": "cool",
            "when": {"tenant": "acme", "beta": True},
            "parameters": {"temperature": 0, "topP": None},
        },
        {"name": "late", "when": {"locale": "de"}, "messages": said("Moin")},
        {"name": "ours", "when": {"model": "m", "provider": "openai", "x": 1}, "messages": said("Ours")},
    ],
}


@pytest.mark.parametrize(
    ("select", "variant", "text", "parameters"),
    [
        ({}, None, "Hello", {"temperature": 0.5, "topP": 1, "stop": ["x"]}),
        ({"locale": "en"}, None, "Hello", {"temperature": 0.5, "topP": 1, "stop": ["x"]}),
        ({"locale": "de"}, "german", "Hallo", {"temperature": 0.5, "topP": 1, "stop": ["x"]}),
        ({"locale": "de-AT"}, "german", "Hallo", {"temperature": 0.5, "topP": 1, "stop": ["x"]}),
        ({"tenant": "acme"}, None, "Hello", {"temperature": 0.5, "topP": 1, "stop": ["x"]}),
        ({"tenant": "acme", "beta": 1}, None, "Hello", {"temperature": 0.5, "topP": 1, "stop": ["x"]}),
        ({"tenant": "acme", "beta": True}, "cool", "Hello", {"temperature": 0, "stop": ["x"]}),
        ({"x": 1.0}, "ours", "Ours", {"temperature": 0.5, "topP": 1, "stop": ["x"]}),
        ({"x": 1, "provider": "anthropic"}, None, "Hello", {"temperature": 0.5, "topP": 1, "stop": ["x"]}),
    ],
)
def test_the_first_variant_that_matches_is_said_else_the_base(
    select: dict[str, Value], variant: str | None, text: str, parameters: dict[str, Value]
) -> None:
    request = prompt(VARIED).render({}, Situation(select=select))
    assert told(request.messages) == [("user", text)]
    assert (request.identity.variant, request.parameters) == (variant, parameters)


def test_the_inputs_of_a_variant_are_inputs_of_the_prompt() -> None:
    found = prompt(
        {"messages": said("a"), "variants": [{"name": "v", "when": {"x": 1}, "messages": said("{{b}}")}]}
    )
    with pytest.raises(InputError) as caught:
        found.render({})
    assert caught.value.problems == (
        Problem(input="b", rule="required", message="'b' is missing from inputs"),
    )


def test_the_identity_says_what_ran() -> None:
    spec: dict[str, Value] = {"model": "model/m", "messages": said("a")}
    found = prompt_of(artifact("prompt/p", spec), lookup({}), lock="sha256:l", arm="b")
    assert (
        found.render({}).identity
        == found.identity
        == Identity(
            artifact="prompt/p",
            version="1.0.0",
            variant=None,
            arm="b",
            digest="sha256:digest of prompt/p",
            closure="sha256:closure of prompt/p",
            lock="sha256:l",
        )
    )


def test_threads_share_a_prompt() -> None:
    found = prompt({"messages": said("{{n}}"), "inputs": {"properties": {"n": {"default": "none"}}}})

    def text_of(number: int) -> str:
        return found.render({"n": number} if number % 2 else {}).messages[0].text

    with ThreadPoolExecutor(4) as threads:
        texts = list(threads.map(text_of, range(200)))
    assert texts == [str(n) if n % 2 else "none" for n in range(200)]


def test_only_a_prompt_is_rendered() -> None:
    with pytest.raises(PromptError) as caught:
        prompt_of(artifact("partial/p", {"content": "a"}, version=None), lookup({}))
    assert caught.value.message == "partial/p is no prompt"


EXAMPLES: Value = [
    {"name": "one", "input": {"a": "1"}, "output": "eins"},
    {"name": "two", "input": {"a": "2"}, "output": {"z": 2.0, "b": ["ü"]}},
]


def test_examples_stand_at_their_place_as_pairs_that_say_the_lines_after_it() -> None:
    messages = said(
        {"role": "system", "content": "s {{a}}"},
        "before",
        {"examples": True},
        {"role": "developer", "content": "d"},
        "of {{a}}",
        {"placeholder": "history"},
        {"role": "assistant", "content": "{"},
    )
    found = prompt({"messages": messages, "examples": EXAMPLES}).render({"a": "x"})
    assert told(found.messages) == [
        ("system", "s x"),
        ("user", "before"),
        ("user", "of 1"),
        ("assistant", "eins"),
        ("user", "of 2"),
        ("assistant", '{"b":["ü"],"z":2}'),
        ("developer", "d"),
        ("user", "of x"),
        ("assistant", "{"),
    ]


def test_examples_without_a_place_follow_the_last_that_instructs() -> None:
    system: Value = {"role": "system", "content": "s"}
    examples: Value = [{"name": "one", "input": {"a": "1"}, "output": "eins"}]
    late = prompt({"messages": said("first", system, "{{a}}"), "examples": examples}).render({"a": "x"})
    assert told(late.messages) == [
        ("user", "first"),
        ("system", "s"),
        ("user", "1"),
        ("assistant", "eins"),
        ("user", "x"),
    ]
    none = prompt({"messages": said("{{a}}"), "examples": examples}).render({"a": "x"})
    assert told(none.messages) == [("user", "1"), ("assistant", "eins"), ("user", "x")]


def test_a_place_for_examples_that_are_not_there_is_nothing() -> None:
    assert told(prompt({"messages": said({"examples": True}, "a")}).render({}).messages) == [("user", "a")]


def test_an_example_has_defaults_and_the_session_and_no_passages() -> None:
    found = prompt(
        {
            "messages": said("{{a}} {{session.l}} {{#found}}{{.}}{{/found}}"),
            "inputs": {"properties": {"a": {"default": "d"}}},
            "examples": [{"name": "one", "input": {}, "output": "e"}],
            "context": "contextpolicy/c",
            "retrieval": {"ref": "retriever/r", "query": "a", "into": "found"},
        },
        {"contextpolicy/c": {"session": {"type": "object"}}, "retriever/r": {}},
    )
    request = found.render({"a": "x", "session": {"l": "de"}, "found": ["p", "q"]})
    assert told(request.messages) == [("user", "d de "), ("assistant", "e"), ("user", "x de pq")]


def test_the_output_of_an_example_of_a_json_prompt_is_json_though_it_is_text() -> None:
    spec: dict[str, Value] = {
        "messages": said("a"),
        "outputs": {"format": "json"},
        "examples": [{"name": "one", "input": {}, "output": "yes"}],
    }
    assert told(prompt(spec).render({}).messages) == [("user", "a"), ("assistant", '"yes"'), ("user", "a")]


def test_examples_that_nothing_says_are_refused() -> None:
    with pytest.raises(PromptError) as caught:
        prompt({"messages": said("a", {"examples": True}), "examples": EXAMPLES})
    assert (caught.value.message, caught.value.hint) == (
        "prompt/p@1.0.0: no message of a user comes after the examples to say their inputs",
        "put {examples: true} before it",
    )


def test_what_retrieval_asks_for_is_known_before_a_call() -> None:
    spec: dict[str, Value] = {
        "messages": said("{{q}}"),
        "retrieval": {"ref": "retriever/r", "query": "q", "into": "found"},
    }
    found = prompt(spec, {"retriever/r": {}}).retrieval
    assert found is not None
    assert (found.retriever.id, found.query, found.into) == ("retriever/r", "q", "found")
    assert prompt({"messages": said("a")}).retrieval is None


def test_a_language_that_this_version_does_not_know_is_refused() -> None:
    with pytest.raises(PromptError) as caught:
        prompt({"messages": said("a"), "templateFormat": "erb"})
    assert caught.value.message == "prompt/p@1.0.0 messages[0]: this version cannot render erb"


def test_jinja2_texts_are_filled_and_their_names_are_inputs() -> None:
    found = prompt(
        {
            "templateFormat": "jinja2",
            "messages": said("{{ a | upper }}", "{% for b in c %}{{ b }}{% endfor %}"),
        }
    )
    assert told(found.render({"a": "x", "c": ["y", "z"]}).messages) == [("user", "X"), ("user", "yz")]
    with pytest.raises(InputError) as caught:
        found.render({"b": 1, "c": []})
    assert [(problem.input, problem.rule) for problem in caught.value.problems] == [
        ("a", "required"),
        ("b", "unknown"),
    ]


def test_a_jinja2_text_with_a_mistake_is_refused_with_its_place() -> None:
    with pytest.raises(RenderError) as caught:
        prompt({"messages": said({"role": "user", "content": "{{ a() }}", "templateFormat": "jinja2"})})
    assert caught.value.message.startswith("prompt/p@1.0.0 messages[0]: line 1, column ")


@pytest.mark.usefixtures("_without_jinja2")
def test_a_prompt_in_a_language_that_is_not_installed_says_which_message() -> None:
    with pytest.raises(UsageError) as caught:
        prompt({"messages": said("a", "b"), "templateFormat": "jinja2"})
    assert (caught.value.message, caught.value.hint) == (
        "prompt/p@1.0.0 messages[0]: jinja2 is not installed, and this text is written in it",
        "run pip install 'plmctl[jinja2]'",
    )


def test_a_part_that_a_later_version_knows_is_told() -> None:
    with pytest.raises(PromptError) as caught:
        prompt({"messages": said({"role": "user", "content": [{"text": "a"}, {"video": "clip"}]})})
    assert (caught.value.message, caught.value.hint) == (
        "prompt/p@1.0.0 messages[0]: this version knows no part that is 'video'",
        "a newer plmctl may know it: run pip install --upgrade plmctl",
    )
