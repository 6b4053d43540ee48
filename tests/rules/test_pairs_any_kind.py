"""What every kind has, 900 to 906: one change for all kinds, and what is judged of it, exactly."""

import pytest

from plmctl.commands.diff import judge
from plmctl.core.diff import compare
from plmctl.core.ports import MemoryTree
from plmctl.core.registry import Registry, load
from plmctl.core.schema import KINDS
from plmctl.rules.pairs import pair_of
from tests.rules.judging import BASES
from tests.rules.registries import SETTINGS, manifest
from tests.rules.test_judge import PREFIXES

LETTERS = {**PREFIXES, "Persona": "OWN"}
"""The kinds, one of a registry's own, and the letters of their rules."""
OWN_KIND = "kinds/persona.json"


def nothing() -> dict[str, bytes | str]:
    """The files of a registry without an artifact, and with a kind of its own."""
    persona = pair_of("OWN001")
    assert persona is not None
    return {
        "plmctl.yaml": SETTINGS + "spec: {schemas: [kinds]}\n",
        OWN_KIND: persona.before.files[OWN_KIND],
    }


def one(kind: str, metadata: str = "", name: str = "a", note: str = "one") -> Registry:
    """A registry of one artifact, which has a field that no schema describes."""
    fields = BASES.get(kind, {"speaks": "prompt/p"})
    lines = "".join(f"{field}: {text}\n" for field, text in fields.items())
    path = "environments/a.yaml" if kind == "Environment" else "prompts/a.yaml"
    return load(MemoryTree({**nothing(), path: manifest(kind, name, f"{lines}x-note: {note}\n", metadata)}))


def told(before: Registry, after: Registry) -> list[str]:
    judged = judge(before, after, compare(before, after))
    return [f"{j.code} {j.level.value} {j.bump.label}: {j.message}" for j in judged]


def changes(kind: str) -> dict[str, tuple[Registry, Registry, list[str]]]:
    """By number: what fires the rule, and all that is judged; the bumps are those of versioned kinds."""
    artifact = f"{kind.lower()}/a"
    # Whatever changes of a Tool, callers may not be ready for.
    undescribed = "error {major}" if kind == "Tool" else "warning {minor}"
    yanked = ", yanked: [{version: 1.0.0, reason: leaked}]"
    return {
        "900": (
            one(kind),
            one(kind, note="two"),
            [f"900 {undescribed}: 'x-note' changed from 'one' to 'two'"],
        ),
        "901": (one(kind), one(kind, ", title: A"), ["901 info {patch}: 'metadata.title' was added"]),
        "902": (
            one(kind, ", stability: experimental"),
            one(kind),
            ["902 info {patch}: stability changed from 'experimental' to 'stable'"],
        ),
        "903": (one(kind), one(kind, yanked), ["903 info {patch}: version 1.0.0 was yanked: leaked"]),
        "904": (load(MemoryTree(nothing())), one(kind), [f"904 info {{minor}}: {artifact} was added"]),
        "905": (
            one(kind),
            one(kind, ", formerly: [a]", "b"),
            [
                f"905 info {{minor}}: {artifact} was renamed to {kind.lower()}/b",
                "901 info {patch}: 'metadata.formerly' was added",
            ],
        ),
        "906": (
            one(kind),
            one(kind, ", stability: stable"),
            ["906 info {patch}: metadata is written differently and means the same"],
        ),
    }


@pytest.mark.parametrize("kind", LETTERS)
def test_the_rules_of_every_kind_fire_under_its_own_letters(kind: str) -> None:
    bumps = ("major", "minor", "patch")
    named = {bump: "none" if kind == "Environment" else bump for bump in bumps}
    wrong = {}
    for number, (before, after, expected) in changes(kind).items():
        found = told(before, after)
        if found != [f"{LETTERS[kind]}{line.format(**named)}" for line in expected]:
            wrong[number] = found
    assert wrong == {}


@pytest.mark.parametrize("kind", LETTERS)
def test_the_rules_of_every_kind_are_silent_when_a_file_moves_or_is_laid_out_anew(kind: str) -> None:
    before = one(kind, ", title: A, labels: {a: b}, stability: stable")
    assert (
        told(before, one(kind, ', "labels": {"a": "b"}, stability: "stable", title: "A"', note='"one"')) == []
    )


def test_every_kind_is_tried() -> None:
    assert {*LETTERS} == {*KINDS, "Persona"}
