"""Text that hides from people what a model reads: LNT022 to LNT026 (hostile.md, U)."""

from collections.abc import Iterable, Iterator
from itertools import chain

from plmctl.core.concealed import Concealed, Concealment, concealed, controls
from plmctl.core.finding import Finding, Level, Rule
from plmctl.core.registry import Registry
from plmctl.rules.writings import Writing, other_writings, writings_of

TAG_CHARACTERS = Rule(
    code="LNT022",
    name="tag-characters",
    level=Level.ERROR,
    meaning="A text has tag characters (U+E0000 to U+E007F): letters that no screen shows.\n\n"
    "Models read them, so somebody may give orders that no reviewer sees; the finding says what they spell. "
    "Delete them. The flags of England, Scotland and Wales need theirs, and are not told.",
)
BIDIRECTIONAL_CONTROL = Rule(
    code="LNT023",
    name="bidirectional-control",
    level=Level.ERROR,
    meaning="A text has a sign that sets the direction of writing: it is shown in another order than it is "
    "sent.\n\n"
    "A reviewer approves one sentence and the model reads another. Delete it. In an artifact whose label "
    "`language`, or the `locale` of one of its variants, is written from right to left, such signs are taken "
    "where each is ended on its line.",
)
UNSEEN_CHARACTERS = Rule(
    code="LNT024",
    name="unseen-characters",
    level=Level.ERROR,
    meaning="A word has characters in it that no screen shows, or a row of them hides a message.\n\n"
    "The model reads another word than the reviewer: one that no filter and no search finds, or bytes that "
    "an emoji carries. Delete them. Where a script or an emoji needs one (joiners in Persian and in the "
    "scripts of India, breaks in Khmer and Thai, selectors after ideographs) none is told. In a text file "
    "that is included the control characters by which a terminal hides what follows are told too.",
)
TEXT_OUT_OF_SIGHT = Rule(
    code="LNT025",
    name="text-out-of-sight",
    level=Level.WARNING,
    meaning="A text stands below 40 blank lines, or on its line behind 80 columns of blanks: who looks at "
    "the file does not see it.\n\n"
    "Whatever it says is approved unread. Move it to the rest of the text, or delete it. Columns of tables, "
    "and an indent like that of the line before, are not told.",
)
STRAY_CHARACTER = Rule(
    code="LNT026",
    name="stray-unseen-character",
    level=Level.WARNING,
    meaning="A text has a character that no screen shows, beside its words.\n\n"
    "It mostly came along with something that was copied from a web page. It costs a token, and makes texts "
    "differ that look the same. Delete it. The first of each file is told, with how many more there are.",
)

HIDDEN_RULES = (
    TAG_CHARACTERS,
    BIDIRECTIONAL_CONTROL,
    UNSEEN_CHARACTERS,
    TEXT_OUT_OF_SIGHT,
    STRAY_CHARACTER,
)

_RULES = {
    Concealment.TAGS: (TAG_CHARACTERS, "delete them: a model reads what nobody sees"),
    Concealment.ORDER: (BIDIRECTIONAL_CONTROL, "delete it: a model reads another order than people"),
    Concealment.INSIDE: (UNSEEN_CHARACTERS, "delete it: a model reads other words than people"),
    Concealment.AWAY: (TEXT_OUT_OF_SIGHT, "move it to the rest of the text, or delete it"),
    Concealment.STRAY: (STRAY_CHARACTER, "delete it: it often comes along with text from web pages"),
}
_LABEL = "delete it; of a language that is written so, say it: metadata.labels.language: ar"
_END = "delete it, or end on its line each that begins there"


def hidden_text(registry: Registry) -> Iterator[Finding]:
    """What the manifests that are judged, and the files that they include, hide from those who look."""
    return _hidden(writing for manifest in registry.judged() for writing in writings_of(manifest))


def hidden_elsewhere(registry: Registry) -> Iterator[Finding]:
    """What the settings, what is accepted, and second manifests of one name hide."""
    return _hidden(other_writings(registry))


def _hidden(texts: Iterable[Writing]) -> Iterator[Finding]:
    for writing in texts:
        found = concealed(writing.text)
        if writing.document is None:
            found = chain(found, controls(writing.text))
        for concealment in found:
            if not _is_meant(concealment, writing):
                yield _finding(concealment, writing)


def _finding(found: Concealed, writing: Writing) -> Finding:
    rule, mend = _RULES[found.how]
    if found.how is Concealment.ORDER:
        mend = _LABEL if found.is_balanced else _END
    return writing.finding(rule, found.told, (found.start, found.end), mend)


def _is_meant(found: Concealed, writing: Writing) -> bool:
    if found.how is Concealment.STRAY:
        # As an escape it is seen, and no page of the web has it so.
        return writing.source[writing.read.place(found.start)] != writing.text[found.start]
    return found.how is Concealment.ORDER and found.is_balanced and writing.is_right_to_left
