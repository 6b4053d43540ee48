import gzip
import json
from collections.abc import Iterator, Mapping

import pytest

from plmctl.core.adoption import Adoption, Wanted, adopted
from plmctl.core.document import Document, read_document
from plmctl.core.draft import NoDraft, read_draft
from plmctl.core.kinds import BUILT_IN
from plmctl.core.layout import formatted
from plmctl.core.placeholder import Syntax
from plmctl.core.schema import findings_of
from plmctl.core.template.mustache import parse
from plmctl.core.template.program import Text, Value
from plmctl.core.value import as_items, as_mapping, as_text
from tests.programs import REPOSITORY

CORPUS = REPOSITORY.parent / "shared" / "corpora" / "prompts.jsonl.gz"


def adoption(text: str, syntax: Syntax = Syntax.MUSTACHE, content_file: str | None = None) -> Adoption:
    wanted = Wanted(
        name="greet",
        model="gpt-4o",
        syntax=syntax,
        schema=BUILT_IN.schema_of("Prompt"),
        content_file=content_file,
    )
    return adopted(read_draft("greet.md", text.encode(), "user"), wanted)


def contents(manifest: str) -> list[tuple[str, bool]]:
    """The text of each message, and whether it is raw, of a manifest that is valid and in order."""
    document = read_document("greet.yaml", manifest.encode())
    assert isinstance(document, Document), document
    assert (document.findings, findings_of(document, "Prompt", BUILT_IN)) == ((), ())
    assert formatted(document, BUILT_IN.schema_of("Prompt")) == manifest
    spec = as_mapping(as_mapping(document.value)["spec"])
    return [
        (
            str(message["content"]).removesuffix("\n"),
            message.get("templateFormat", spec.get("templateFormat")) == "raw",
        )
        for message in map(as_mapping, as_items(spec["messages"]))
    ]


def printed(content: str, is_raw: bool) -> str:
    """What a message prints when each variable's value is the tag that it was in the file."""
    if is_raw:
        return content
    return "".join(
        instruction.text if isinstance(instruction, Text) else content[instruction.start : instruction.end]
        for instruction in parse(content).instructions
        if isinstance(instruction, Text | Value)
    )


def test_a_text_with_front_matter_becomes_a_manifest() -> None:
    found = adoption(
        "---\ntitle: Greet\nowners: [us]\ndescription: |\n  One.\n  Two.\ntemperature: 0.2\n"
        "max_tokens: 9\nparameters: {seed: 7}\nmodel: x\nauthor: me\ndate: now\n---\n"
        "Hi {{ name }},\n\n{{#items}}- {{.}}\n{{/items}}\n"
    )
    assert found == Adoption(
        text=(
            "apiVersion: plmctl/v1\n"
            "kind: Prompt\n"
            "metadata:\n"
            "  name: greet\n"
            "  title: Greet\n"
            "  description: |\n"
            "    One.\n"
            "    Two.\n"
            "  owners: [us]\n"
            "spec:\n"
            "  model: gpt-4o\n"
            "  messages:\n"
            "    - role: user\n"
            "      content: |\n"
            "        Hi {{ name }},\n"
            "\n"
            "        {{#items}}- {{.}}\n"
            "        {{/items}}\n"
            "  inputs:\n"
            "    type: object\n"
            "    properties: {items: {}, name: {type: string}}\n"
            "    required: [name]\n"
            "  parameters:\n"
            "    temperature: 0.2\n"
            "    maxOutputTokens: 9\n"
            "    seed: 7\n"
        ),
        inputs=("items", "name"),
        is_raw=False,
        remarks=("left out of the front matter: author, date",),
    )
    contents(found.text)


def test_inputs_that_a_section_hides_are_declared_as_far_as_they_show() -> None:
    found = adoption("{{#people}}{{name}}{{/people}}\n")
    assert found.inputs == ("people",)
    assert "      people:\n        type: array\n        items:\n          type: object\n" in found.text


def test_each_message_has_its_own_language() -> None:
    found = adoption("## System\nUse {{}}.\n## User\n{{x}}\n")
    assert contents(found.text) == [("Use {{}}.", True), ("{{x}}", False)]
    assert (found.inputs, found.is_raw) == (("x",), True)
    assert found.remarks == (
        "the text became raw, because '{{}}' on line 2 is no mustache: the tag is empty",
    )


def test_a_whole_raw_prompt_says_so_once() -> None:
    found = adoption("## System\n{{}}\n## User\n{{#if}}\n")
    assert "  templateFormat: raw\n  messages:\n" in found.text
    assert contents(found.text) == [("{{}}", True), ("{{#if}}", True)]


def test_a_manifest_can_point_at_the_file() -> None:
    found = adoption("Hi {{name}}.\n", content_file="texts/greet.md")
    assert "    - role: user\n      contentFile: texts/greet.md\n" in found.text
    assert found.inputs == ("name",)


@pytest.mark.parametrize(
    ("text", "syntax"),
    [
        ("---\na: 1\n---\ntext\n", Syntax.MUSTACHE),
        ("## System\na\n## User\nb\n", Syntax.MUSTACHE),
        ("{a}", Syntax.PYTHON),
    ],
)
def test_a_manifest_cannot_point_at_a_file_that_it_does_not_take_whole(text: str, syntax: Syntax) -> None:
    with pytest.raises(NoDraft, match="the manifest cannot point at it"):
        adoption(text, syntax, "greet.md")


def test_what_mustache_cannot_say_is_refused() -> None:
    with pytest.raises(NoDraft, match="mustache cannot say what stands before one of its variables"):
        adoption("{{{name}}}", Syntax.PYTHON)


def test_the_line_for_editors_comes_first() -> None:
    line = "# yaml-language-server: $schema=../x.json"
    wanted = Wanted(
        name="a", model="m", syntax=Syntax.NONE, schema=BUILT_IN.schema_of("Prompt"), modeline=line
    )
    assert adopted(read_draft("a.md", b"text", "user"), wanted).text.startswith(f"{line}\napiVersion")


def prompts() -> Iterator[Mapping[str, str]]:
    with gzip.open(CORPUS, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus of real prompts is not here")
def test_real_prompts_are_kept_to_the_letter() -> None:
    texts = [
        prompt[role] for prompt in prompts() for role in ("system", "user") if prompt.get(role, "").strip()
    ]
    assert len(texts) > 225
    with_inputs = 0
    for text in texts:
        draft = read_draft("greet.md", text.encode(), "user")
        found = adoption(text)
        with_inputs += bool(found.inputs)
        expected = [message.text.removesuffix("\n") for message in draft.messages]
        assert [printed(*content) for content in contents(found.text)] == expected, text
        assert as_text(draft.front.get("model")) is None
    assert with_inputs >= 5
