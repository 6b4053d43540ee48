"""What a page is made of, by Python's own HTML parser: an oracle that knows nothing of plmctl."""

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

EMPTY = frozenset({"br", "meta", "input", "link", "img"})


@dataclass(kw_only=True)
class Outline:
    """Elements and how often they are there, attributes by element, comments, texts by the element around."""

    elements: Counter[str] = field(default_factory=Counter)
    attributes: set[tuple[str, str]] = field(default_factory=set)
    values: list[tuple[str, str, str]] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    texts: list[tuple[tuple[str, ...], str]] = field(default_factory=list)
    is_balanced: bool = True

    def text_outside(self, *names: str) -> str:
        """What is written outside of these elements."""
        return "\n".join(text for path, text in self.texts if not set(path) & set(names))

    def text_inside(self, *names: str) -> str:
        """What is written inside of one of these elements."""
        return "".join(text for path, text in self.texts if set(path) & set(names))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.outline = Outline()
        self.path: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.outline.elements[tag] += 1
        for name, value in attrs:
            self.outline.attributes.add((tag, name))
            self.outline.values.append((tag, name, value or ""))
        if tag not in EMPTY:
            self.path.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.path or self.path.pop() != tag:
            self.outline.is_balanced = False

    def handle_data(self, data: str) -> None:
        self.outline.texts.append((tuple(self.path), data))

    def handle_comment(self, data: str) -> None:
        self.outline.comments.append(data)

    def handle_decl(self, decl: str) -> None:
        self.outline.others.append(decl)

    def handle_pi(self, data: str) -> None:
        self.outline.others.append(data)

    def unknown_decl(self, data: str) -> None:
        self.outline.others.append(data)


def outline(page: str) -> Outline:
    """The outline of a page or a part of one."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    reader.outline.is_balanced &= not reader.path
    return reader.outline
