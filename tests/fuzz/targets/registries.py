"""Pairs of registries: what changed between them, and how that is printed."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from random import Random
from typing import cast
from zlib import crc32

from plmctl.commands.diff import DiffOptions, diff
from plmctl.commands.faults import answered
from plmctl.commands.validate import ValidateOptions
from plmctl.core.document import Document, read_document
from plmctl.core.finding import PlmctlError
from plmctl.core.ports import Head, MemoryTree, Repo, Tree
from plmctl.core.report import Report
from plmctl.core.value import Value, as_mapping
from tests.fuzz import pieces, values
from tests.fuzz.corpus import SETTINGS, donors, files, manifests, words
from tests.fuzz.manifests import encoded, large
from tests.fuzz.odd import oddity
from tests.fuzz.target import Came, Input, Target, demand, is_text
from tests.fuzz.targets.reading import is_schema_valid

TODAY = "2026-01-15"
_BEFORE, _AFTER = "before/", "after/"
_MOST_FILES = 5
_GROWN = 0.002
_ODD = 0.2
_COMPARED_AGAIN = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """A repository of two commits, of which nothing else is known."""

    before: MemoryTree
    after: MemoryTree

    is_bare = True

    def resolve(self, revision: str) -> str:
        return revision

    def commit_tree(self, commit: str) -> Tree:
        return self.before if commit == "A" else self.after

    def head(self) -> Head:
        return Head(commit="B", branch="main")


@cache
def _pairs() -> Sequence[tuple[Input, Input]]:
    """Registries of the rules' examples, each with one that differs from it a little."""
    folders: dict[str, dict[str, dict[str, bytes]]] = {}
    own: dict[str, bytes] = {}
    for path, data in files().items():
        if not path.startswith("tests/examples/"):
            continue
        _, _, code, *rest = path.split("/")
        if rest == ["registry.yaml"]:
            own[code] = data
        elif len(rest) > 1:
            folders.setdefault(code, {}).setdefault(rest[0], {})["/".join(rest[1:])] = data
    return [
        pair
        for code, sides in sorted(folders.items())
        for pair in _each(
            {name: {"plmctl.yaml": own.get(code, SETTINGS), **side} for name, side in sides.items()}
        )
    ]


def _each(sides: Mapping[str, Input]) -> Iterator[tuple[Input, Input]]:
    for first, second in (
        ("before", "after"),
        ("before", "silent"),
        ("after", "before"),
        ("bad", "good"),
        ("good", "bad"),
    ):
        if first in sides and second in sides and len({**sides[first], **sides[second]}) <= _MOST_FILES:
            yield sides[first], sides[second]


# Most files are those that others begin as, and come again.
@lru_cache(maxsize=4096)
def _value(data: bytes) -> Value:
    document = read_document("seed.yaml", data)
    return document.value if isinstance(document, Document) else None


def pair_made(chance: Random) -> Input:
    before, after = chance.choice(_pairs())
    what = chance.random()
    if what < 0.15:
        before = _changed(before, chance)
    if what < 0.95:
        after = _changed(after, chance)
    if what > 1 - _GROWN:
        before, after = _grown(before, after, chance)
    # Drawn last: the others are what they are without these.
    if chance.random() < _ODD:
        before, after = _with_oddity(chance)
    return {
        **{f"{_BEFORE}{path}": data for path, data in before.items()},
        **{f"{_AFTER}{path}": data for path, data in after.items()},
    }


def _with_oddity(chance: Random) -> tuple[Input, Input]:
    """A registry twice, with something odd at one place of a manifest: before, after, or on both sides."""
    if chance.random() < 0.5:
        given: Input = {"plmctl.yaml": SETTINGS}
        path, value = "x.yaml", chance.choice(manifests())
    else:
        given = chance.choice(chance.choice(_pairs()))
        path = chance.choice([path for path in given if path.endswith(".yaml")])
        value = _value(given[path])
    made = oddity(value, chance)
    older, newer = (
        json.dumps(each, ensure_ascii=False).encode(errors="surrogatepass")
        for each in (made.before, made.after)
    )
    return {**given, path: older}, {**given, path: newer}


def _grown(before: Input, after: Input, chance: Random) -> tuple[Input, Input]:
    """Both with the same large file, in the second one with changes."""
    path = chance.choice(
        [path for path in after if path.endswith(".yaml") and path != "plmctl.yaml"] or ["x.yaml"]
    )
    value = values.grown(_value(after.get(path, SETTINGS)), chance, large(chance))
    once, again = (
        json.dumps(each, ensure_ascii=False) for each in (value, values.changed(value, chance, donors()))
    )
    if chance.random() < 0.5:
        # In every line, and more than once in each.
        again = again.replace(chance.choice("aeiot "), chance.choice("xyz"))
    older, newer = (text.encode(errors="surrogatepass") for text in (once, again))
    return {**before, path: older}, {**after, path: newer}


def _changed(given: Input, chance: Random) -> Input:
    """The files with one or two of them changed; one may go, come, or move."""
    found = dict(given)
    for _ in range(1 + (chance.random() < 0.3)):
        path = chance.choice([*found])
        # What all of the others are read by stays, most of the time.
        is_settings = path == "plmctl.yaml"
        if is_settings and chance.random() < 0.7:
            continue
        what = chance.random()
        if what < 0.03 and not is_settings:
            del found[path]
        elif what < 0.06 and not is_settings:
            found[chance.choice((f"x/{path}", path.replace(".", "-2.")))] = found.pop(path)
        elif what < 0.1:
            found[f"prompts/x{int(chance.random() * 9)}.yaml"] = encoded(chance.choice(manifests()), chance)
        else:
            found[path] = _changed_file(found[path], chance)
    return found


def _changed_file(data: bytes, chance: Random) -> bytes:
    value, what = _value(data), chance.random()
    if as_mapping(value).get("kind") == "Registry" and what < 0.5:
        return encoded(_with_rules(dict(as_mapping(value)), chance), chance)
    if value is None or what > 0.9:
        changed = pieces.changed(data, chance, words())
        return pieces.grown(changed, chance) if what > 0.9995 else changed
    return encoded(values.changed(value, chance, donors()), chance)


def _with_rules(settings: dict[str, Value], chance: Random) -> Value:
    """Settings that say something else of half of the rules, or, as most do, of some."""
    share = 0.5 if chance.random() < 0.2 else 0.05
    codes = [code for code in _codes() if chance.random() < share]
    said: list[dict[str, Value]] = [{"code": code, "reason": "x", **chance.choice(_SAID)} for code in codes]
    spec: dict[str, Value] = {**as_mapping(settings.get("spec")), "rules": [*said]}
    spec["profile"] = chance.choice(("strict", "default", "lenient"))
    return {**settings, "spec": spec}


@cache
def _codes() -> Sequence[str]:
    """The codes that the examples are named for."""
    return sorted(
        {path.split("/")[2] for path in files() if re.match(r"tests/examples/[A-Z]{3}\d{3}/", path)}
    )


_SAID: Sequence[Mapping[str, Value]] = (
    {"level": "off"},
    {"level": "error"},
    {"level": "info", "artifacts": ["prompt/*"]},
    {"bump": "patch"},
    {"bump": "major", "until": "2020-01-01"},
    {"level": "warning", "bump": "minor", "until": "2099-01-01"},
)


def moments_of(given: Input) -> Moments:
    before, after = (
        MemoryTree({path.removeprefix(side): data for path, data in given.items() if path.startswith(side)})
        for side in (_BEFORE, _AFTER)
    )
    return Moments(before=before, after=after)


_OPTIONS = DiffOptions(revisions=("A", "B"), today=TODAY)
_ALL = ValidateOptions(revision="B", today=TODAY, has_all_records=True)


def report_of_diff(moments: Moments) -> Report:
    """What `plmctl diff A B` reports. Raises PlmctlError."""
    return diff(cast(Repo, moments), _OPTIONS)


def report_of_validate(moments: Moments) -> Report:
    """What `plmctl validate --rev B --all-records` reports. Raises PlmctlError."""
    answer = answered(cast(Repo, moments), moments.after, _ALL)
    found = tuple(told.finding for told in answer.told)
    return Report(
        command="validate", findings=found, summary={"manifests": answer.manifests}, notes=answer.notes
    )


def _is_valid(given: Input) -> bool:
    """Whether the files that came or changed are what the schemas of their kinds want."""
    return all(
        is_schema_valid(_value(data))
        for path, data in given.items()
        if path.startswith(_AFTER) and path.endswith(".yaml")
    )


def _compared(given: Input) -> Came:
    moments, is_decoded = moments_of(given), all(map(is_text, given.values()))
    try:
        report = report_of_diff(moments)
    except PlmctlError as error:
        demand(error.exit_code in (1, 2, 3), "an answer that is none")
        return Came(is_decoded=is_decoded)
    is_parsed, data = not report.problems, b"".join(given.values())
    # A large one takes its time once: twice as long would be no measure of it.
    if is_parsed and len(data) < _COMPARED_AGAIN and crc32(data) % 16 == 0:
        same = report_of_diff(replace(moments, before=moments.after))
        demand(not same.judgements and not same.moved, "what is the same differs")
    is_valid = is_parsed and _is_valid(given)
    return Came(is_decoded=is_decoded, is_parsed=is_parsed, is_valid=is_valid, value=report)


DIFF = Target(
    name="diff",
    expected="the report of a diff, or a PlmctlError; of a registry and itself an empty one",
    modules=(
        "core/diff.py",
        "core/schema_facts.py",
        "core/jsonschema_diff.py",
        "commands/diff.py",
        "rules/judge.py",
    ),
    make=pair_made,
    run=_compared,
)
