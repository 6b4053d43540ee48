import pytest

from plmctl.core.document import Document, read_document
from plmctl.core.unescaped import unescaped


def document(text: str) -> Document:
    read = read_document("a.yaml", text.encode())
    assert isinstance(read, Document)
    return read


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r'a: "x\u200by"', 'a: "x\u200by"'),
        (r'a: "\xad\U000E0041"', 'a: "\u00ad\U000e0041"'),
        (r'"k\u200b": [1, "\u2060"]', '"k\u200b": [1, "\u2060"]'),
        (r'{a: "\"\\\/\t\_\u0041"}', '{a: ""\\/\t\u00a0A"}'),
        ('a: "x\\u0041\\\n   y"', 'a: "xAy"'),
        ('? "k\\u0041\n  l"\n: 1', '? "kA\n  l"\n: 1'),
        (r"""a: '\u200b'""" + "\n" + r"b: \u200b", r"""a: '\u200b'""" + "\n" + r"b: \u200b"),
        (r'a: "\d"'.replace(r"\d", r"\n"), r'a: "\n"'),
        ('a: |\n  "\\u200b"\n', 'a: |\n  "\\u200b"\n'),
        ('- "' + r"\n" * 40 + 'x"', '- "' + "\n" * 40 + 'x"'),
    ],
)
def test_escapes_of_texts_in_double_quotes_are_read(text: str, expected: str) -> None:
    assert unescaped(document(text)).text == expected


def test_each_character_is_where_it_is_written() -> None:
    text = 'b: "x\\u200by\\U000E0041z"\na: "\\u0041b"\n'
    read = unescaped(document(text))
    places = {character: read.place(index) for index, character in enumerate(read.text)}
    wanted = {"x": "x", "\u200b": "\\u200b", "y": "y\\U", "\U000e0041": "\\U", "z": "z", "A": "\\u0041"}
    assert {c: places[c] for c in wanted} == {c: text.index(written) for c, written in wanted.items()}
    assert read.place(len(read.text)) == len(text)
