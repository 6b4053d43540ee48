"""Prose as a reviewer reads it: sentences are matched first, then the words inside those that changed."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise

from plmctl.core.alignment import BUDGET, Aligner, Pairs
from plmctl.core.change import Change
from plmctl.core.dataclass import dataclass
from plmctl.core.value import Value
from plmctl.core.words import LINE, SEPARATORS, Word, begins_sentence, parts_of, words_of

# To compare a character takes about 1 us, as a step of an alignment does. What may be spent on all texts of a
# report is divided among them; each has at least the second, at most alignment.BUDGET.
_TOTAL = 1_000_000
_LEAST = 6_000
_LONG = 60

# Characters of words that went in one place and came in another: about a short sentence.
_CROSSING = 40
# Up to so many characters are an island where on either side so many times as many went or came. (With these
# and STRETCH, 2.5 % of 403 real edits have more marked than by git's word diff, none 1.08 times as much.)
_ISLAND = 20
_WATER = 5

Words = tuple[Word, ...]
Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of two texts: the same in both, or what the old one has there and what the new one has.

    All `old` together are the old text, all `new` together the new one.
    """

    old: str
    new: str

    @property
    def is_same(self) -> bool:
        """Whether nothing changed here."""
        return self.old == self.new

    @property
    def is_spacing(self) -> bool:
        """Whether only blanks and line breaks changed here."""
        return not self.is_same and not self.old.strip() and not self.new.strip()


def prose_runs(old: str, new: str, effort: int = BUDGET) -> tuple[Run, ...]:
    """Two texts as runs, in order; a run that changed begins and ends between words, and outside tags.

    Of texts with more characters than `effort`, paragraphs that stay are found first, then lines, then
    sentences; between them words are compared as long as it lasts, and what is left is replaced as a whole.
    """
    if len(old) + len(new) <= effort:
        return _by_words(old, new, Aligner(effort))
    return tuple(_joined(_Divided(effort).runs(old, new)))


def effort_for(changes: Iterable[Change]) -> int:
    """What each text of a report may cost to compare: the same for all, whatever is shown of them."""
    count = sum(_is_long(change.old) and _is_long(change.new) for change in changes)
    return min(BUDGET, max(_LEAST, _TOTAL // max(count, 1)))


def _is_long(value: Value) -> bool:
    return len(value) > _LONG if isinstance(value, str) else isinstance(value, (dict, list))


class _Divided:
    """The comparison of two long texts, within an effort."""

    def __init__(self, effort: int):
        self._left = effort
        self._aligner = Aligner(effort)

    def runs(self, old: str, new: str, separators: Sequence[re.Pattern[str]] = SEPARATORS) -> Iterator[Run]:
        """The runs of two stretches, divided by the first of these, by the next where that is too long."""
        size = len(old) + len(new)
        if size <= self._left:
            self._left -= size
            yield from _by_words(old, new, self._aligner)
        elif not separators:
            yield from self._begun(old, new)
        else:
            first, *finer = separators
            yield from self._between(parts_of(old, first), parts_of(new, first), finer)

    def _begun(self, old: str, new: str) -> Iterator[Run]:
        """The runs of as many lines of two stretches as there is effort for; the others were replaced."""
        older, newer = ("".join(parts_of(text[: self._left // 2], LINE)[:-1]) for text in (old, new))
        self._left = 0
        yield from _by_words(older, newer, self._aligner)
        yield Run(old[len(older) :], new[len(newer) :])

    def _between(self, old: list[str], new: list[str], finer: Sequence[re.Pattern[str]]) -> Iterator[Run]:
        at = (0, 0)
        for i, j in (*self._aligner.pairs(old, new), (len(old), len(new))):
            gone, come = "".join(old[at[0] : i]), "".join(new[at[1] : j])
            yield from self.runs(gone, come, finer) if gone and come else (Run(gone, come),)
            same = "".join(old[i : i + 1])
            yield Run(same, same)
            at = (i + 1, j + 1)


def _by_words(old: str, new: str, aligner: Aligner) -> tuple[Run, ...]:
    (before, old_end), (after, new_end) = words_of(old), words_of(new)
    pairs = _slid(_paired(before, after, aligner), before, after)
    runs = _joined(_runs((*before, Word("", old_end)), (*after, Word("", new_end)), pairs))
    return tuple(_without_islands(list(runs)))


def _paired(old: Words, new: Words, aligner: Aligner) -> Pairs:
    """The words that stay: those of sentences that both have, and in what is between them the most.

    Where sentences changed places, words alone may leave less over.
    """
    found = _by_sentences(old, new, aligner)
    texts = [word.text for word in old], [word.text for word in new]
    if _crossing(found, *texts) < _CROSSING:
        return found
    flat = aligner.pairs(*texts)
    return flat if _kept(flat, texts[0]) > _kept(found, texts[0]) else found


def _crossing(pairs: Pairs, old: list[str], new: list[str]) -> int:
    """The characters of words that are left over on both sides."""
    gone = Counter(old) - Counter(old[i] for i, _ in pairs)
    come = Counter(new) - Counter(new[j] for _, j in pairs)
    return sum(len(text) * count for text, count in (gone & come).items())


def _kept(pairs: Pairs, texts: list[str]) -> int:
    return sum(len(texts[i]) for i, _ in pairs)


def _by_sentences(old: Words, new: Words, aligner: Aligner) -> Pairs:
    older, newer = _sentences(old), _sentences(new)
    keys = [tuple(word.text for word in old[start:end]) for start, end in older]
    others = [tuple(word.text for word in new[start:end]) for start, end in newer]
    found: Pairs = []
    at = (0, 0)
    for i, j in (*aligner.pairs(keys, others), (len(older), len(newer))):
        start, end = _start(older, i, len(old)), _start(newer, j, len(new))
        left = [word.text for word in old[at[0] : start]], [word.text for word in new[at[1] : end]]
        found.extend((at[0] + p, at[1] + q) for p, q in aligner.pairs(*left))
        length = len(keys[i]) if i < len(keys) else 0
        found.extend((start + k, end + k) for k in range(length))
        at = (start + length, end + length)
    return found


def _start(sentences: list[Range], index: int, end: int) -> int:
    return sentences[index][0] if index < len(sentences) else end


def _sentences(words: Words) -> list[Range]:
    starts = [index for index in range(len(words)) if begins_sentence(words, index)]
    return list(pairwise([*starts, len(words)]))


def _slid(pairs: Pairs, old: Words, new: Words) -> Pairs:
    """The pairs, so that what only came or only went begins where a sentence does, if it can."""
    moved = [(-1, -1), *pairs, (len(old), len(new))]
    for index in range(1, len(moved)):
        (i, j), (k, m) = moved[index - 1], moved[index]
        if (k - i == 1) is not (m - j == 1):
            is_new = k - i == 1
            _slide(moved, index, new if is_new else old, side=1 if is_new else 0)
    return moved[1:-1]


def _slide(pairs: Pairs, index: int, words: Words, *, side: int) -> None:
    """Move the extra words before pair `index` to the best place that the same words around them allow."""
    first, last = pairs[index - 1][side] + 1, pairs[index][side]
    left, right = 0, 0
    while _follows(pairs, index - 1 - left) and words[first - 1 - left].text == words[last - 1 - left].text:
        left += 1
    while _follows(pairs, index + 1 + right) and words[first + right].text == words[last + right].text:
        right += 1
    steps = max(range(-left, right + 1), key=lambda step: (_strength(words, first + step), -abs(step)))
    for at in range(index + steps, index) if steps < 0 else range(index, index + steps):
        pair = list(pairs[at])
        pair[side] += (last - first) * (1 if steps < 0 else -1)
        pairs[at] = (pair[0], pair[1])


def _follows(pairs: Pairs, at: int) -> bool:
    """Whether nothing stands between a pair and the one before it, so that one of them may move."""
    if not 0 < at < len(pairs):
        return False
    before, here = pairs[at - 1], pairs[at]
    return here[0] - before[0] == 1 == here[1] - before[1]


def _strength(words: Words, index: int) -> int:
    """How well something that changed may begin with a word."""
    lines = words[index].gap.count("\n")
    if index == 0 or lines:
        return 2 + min(lines, 2)
    return int(begins_sentence(words, index))


def _runs(old: Words, new: Words, pairs: Pairs) -> Iterator[Run]:
    """The runs; the last word on each side is empty, and stands for the end."""
    at = (0, 0)
    for i, j in (*pairs, (len(old) - 1, len(new) - 1)):
        gone, come = old[at[0] : i], new[at[1] : j]
        before = "".join(word.gap + word.text for word in gone) + old[i].gap
        after = "".join(word.gap + word.text for word in come) + new[j].gap
        yield from _changed(before, after) if gone or come else (Run(before, after),)
        yield Run(old[i].text, new[j].text)
        at = (i + 1, j + 1)


def _changed(old: str, new: str) -> Iterator[Run]:
    """What changed, without the blanks that stand around it on both sides."""
    head = _common_blanks(old, new)
    old, new, blanks = old[head:], new[head:], old[:head]
    tail = _common_blanks(old[::-1], new[::-1])
    yield Run(blanks, blanks)
    yield Run(old[: len(old) - tail], new[: len(new) - tail])
    yield Run(old[len(old) - tail :], new[len(new) - tail :])


def _common_blanks(old: str, new: str) -> int:
    most = min(len(old), len(new))
    return next((k for k in range(most) if old[k] != new[k] or not old[k].isspace()), most)


def _joined(runs: Iterable[Run]) -> Iterator[Run]:
    """The runs without empty ones; no two that are the same stand beside each other."""
    for is_same, group in groupby((run for run in runs if run.old or run.new), lambda run: run.is_same):
        if is_same:
            text = "".join(run.old for run in group)
            yield Run(text, text)
        else:
            yield from group


def _without_islands(runs: list[Run]) -> list[Run]:
    """The runs, a few words that stayed by chance in the middle of what was rewritten taken with it."""
    stretches = [_Stretch(run) for run in runs]
    while True:
        kept: list[_Stretch] = []
        for stretch in stretches:
            if len(kept) > 1 and _is_island(kept[-2], kept[-1], stretch):
                island, before = kept.pop(), kept.pop()
                stretch = before.with_more(island, stretch)
            kept.append(stretch)
        if len(kept) == len(stretches):
            return [stretch.run for stretch in kept]
        stretches = kept


class _Stretch:
    """One or more runs that are shown as one; how long they are is counted once."""

    def __init__(self, run: Run):
        self.parts = [run]
        self.stays = run.is_same or run.is_spacing
        self.size = _size(run.old) if run.is_same else _size(run.old) + _size(run.new)

    def with_more(self, *others: "_Stretch") -> "_Stretch":
        """This one, grown by those behind it."""
        for other in others:
            self.parts.extend(other.parts)
            self.size += other.size * (2 if other.stays else 1)
        return self

    @property
    def run(self) -> Run:
        """All of it as one run."""
        if len(self.parts) == 1:
            return self.parts[0]
        return Run("".join(part.old for part in self.parts), "".join(part.new for part in self.parts))


def _is_island(before: _Stretch, stretch: _Stretch, after: _Stretch) -> bool:
    # A long stretch is none, however many blanks are in it.
    if before.stays or not stretch.stays or after.stays or len(stretch.parts[0].old) > 4 * _ISLAND:
        return False
    return stretch.size <= _ISLAND and 2 * stretch.size * _WATER <= min(before.size, after.size)


def _size(text: str) -> int:
    return len("".join(text.split()))
