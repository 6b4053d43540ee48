import pytest

from plmctl.core.draft import Draft, Message, NoDraft, read_draft


def drafted(text: str, role: str = "user") -> Draft:
    return read_draft("a.md", text.encode(), role)


def said(text: str) -> list[tuple[str, str]]:
    return [(message.role, message.text) for message in drafted(text).messages]


def test_a_text_is_one_message_as_it_is() -> None:
    text = "\n  Say it.\n\n```\n# code\n```\n\n"
    assert drafted(text, "system") == Draft(
        front={}, title=None, messages=(Message(role="system", text=text),), is_whole=True
    )


def test_front_matter_is_read_and_is_no_part_of_the_text() -> None:
    found = drafted("---\nmodel: gpt-4o\nparameters: {seed: 1}\n---\n\nSay it.\n")
    assert found == Draft(
        front={"model": "gpt-4o", "parameters": {"seed": 1}},
        title=None,
        messages=(Message(role="user", text="Say it.\n", line=6),),
        is_whole=False,
    )


@pytest.mark.parametrize(
    "text",
    [
        "---\nno end: 1\n",
        "---\n- a list\n---\ntext\n",
        "---\na: [\n---\ntext\n",
        "text\n---\na: 1\n---\n",
        "---\n---\nt\n",
    ],
)
def test_what_only_looks_like_front_matter_is_text(text: str) -> None:
    assert (drafted(text).front, said(text)) == ({}, [("user", text)])


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# Write a  poem #\n\nabout it\n## Part\n", "Write a  poem"),
        ("\n# Poem\n", "Poem"),
        ("# One\n# Two\n", None),
        ("text\n# One\n", None),
        ("# One\n~~~\n# code\n~~~\n", "One"),
        ("#One\n", None),
        ("plain\n", None),
    ],
)
def test_a_title_is_the_only_heading_of_the_first_level_and_comes_first(text: str, title: str | None) -> None:
    assert drafted(text).title == title


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("## System\n\nBe kind.\n\n## User\n{{x}}\n", [("system", "Be kind.\n"), ("user", "{{x}}\n")]),
        ("\nSYSTEM:\n  a\n\nuser:\n\n b\n\n", [("system", "  a\n"), ("user", " b\n")]),
        (
            "# System prompt:\na\n# User message\nb\n# Assistant\nc\n",
            [("system", "a\n"), ("user", "b\n"), ("assistant", "c\n")],
        ),
        (
            "# Developer\na\n```\n# User\n```\n# User\nb",
            [("developer", "a\n```\n# User\n```\n"), ("user", "b\n")],
        ),
    ],
)
def test_headings_that_are_roles_divide_a_text_into_messages(
    text: str, messages: list[tuple[str, str]]
) -> None:
    assert said(text) == messages
    assert drafted(text).is_whole is False


def test_front_matter_says_whose_the_text_is() -> None:
    assert said("---\nrole: system\n---\ntext") == [("system", "text")]


def test_a_message_knows_its_line_of_the_file() -> None:
    found = drafted("---\na: 1\n---\n\n## System\n\nBe kind.\n\n## User\nHi.\n")
    assert [message.line for message in found.messages] == [7, 10]


@pytest.mark.parametrize(
    "text",
    [
        "## System\nonly one\n",
        "## System\na\n## System\nb\n",
        "Before.\n## System\na\n## User\nb\n",
        "## System\na\n# User\nb\n",
        "System:\na\n## User\nb\n",
        "## System\n\n## User\nb\n",
        "## System design\na\n## User research\nb\n",
        "System: a\nUser: b\n",
    ],
)
def test_a_text_whose_roles_are_not_clear_is_one_message(text: str) -> None:
    assert said(text) == [("user", text)]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it holds no text"),
        (b" \n\t\n", "it holds no text"),
        (b"---\nname: a\n---\n\n", "it holds no text"),
        (
            b"---\nrole: robot\n---\ntext",
            "its front matter has the role 'robot': there are system, developer, user, assistant",
        ),
        (b"\x89PNG\0", "it is no text but binary"),
        (b"caf\xe9", "it is not UTF-8 (byte 3)"),
        (b"a\nb\x07", "it has the control character U+0007 on line 2"),
    ],
)
def test_what_is_no_text_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(NoDraft) as error:
        read_draft("a.md", data, "user")
    assert str(error.value) == reason


def test_a_text_is_read_as_the_manifest_will_read_it() -> None:
    found = read_draft("a.md", "\ufeffcafe\u0301\r\n".encode(), "user")
    assert found.messages == (Message(role="user", text="café\n"),)
