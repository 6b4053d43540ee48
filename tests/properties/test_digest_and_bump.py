"""A digest or metadataDigest differs exactly when some fact bumps at least patch (release.md, Bumps)."""

import json
from collections.abc import Iterator, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plmctl.core.change import Fact
from plmctl.core.diff import Pairs, compare
from plmctl.core.finding import Bump
from plmctl.core.form import closure, identity_of
from plmctl.core.judgement import Judgement
from plmctl.core.kinds import BUILT_IN
from plmctl.core.ports import MemoryTree
from plmctl.core.registry import Registry, load
from plmctl.core.schema import KINDS, VERSIONED_KINDS
from plmctl.core.value import Value
from plmctl.rules.judge import judgements
from tests.properties.donors import of_the_example
from tests.properties.edits import EDITS, Edit, What
from tests.properties.states import State

Verdict = tuple[str, bool, bool]
"""An artifact, whether an identity of it differs, whether a fact bumps it."""


def verdicts(before: Registry, after: Registry) -> Iterator[Verdict]:
    """What is to agree, for every artifact that is on both sides."""
    judged = judgements(compare(before, after), after.settings)
    pairs = Pairs(before, after)
    for artifact in after.manifests:
        former = pairs.old(artifact)
        if former is not None:
            manifest = after.manifests[artifact]
            old = identity_of(before.manifests[former], before)
            is_told = any(_counts(j, manifest.kind) for j in judged if j.change.artifact == artifact)
            yield artifact, identity_of(manifest, after) != old, is_told


def _counts(judgement: Judgement, kind: str) -> bool:
    # An Environment has no version to bump: there it is enough that something is said.
    if kind not in VERSIONED_KINDS:
        return judgement.bump is Bump.NONE
    return judgement.bump >= Bump.PATCH


def disagreements(before: State, after: State) -> list[Verdict]:
    """The artifacts whose identity and whose bump do not agree."""
    found = verdicts(load(before.tree()), load(after.tree()))
    return [verdict for verdict in found if verdict[1] is not verdict[2]]


PAIRS = [(kind, what) for kind in KINDS for what in What]


@pytest.mark.parametrize(("kind", "what"), PAIRS, ids=[f"{kind}-{what.name.lower()}" for kind, what in PAIRS])
def test_identity_differs_exactly_when_a_fact_bumps(kind: str, what: What) -> None:
    wrong: dict[str, list[Verdict]] = {}
    for edit in EDITS[kind]:
        if edit.what is what:
            before = edit.before()
            found = disagreements(before, edit.apply(before))
            if found:
                wrong[edit.name] = found
    assert wrong == {}


EXAMPLE = [state for kind in KINDS for state in of_the_example(kind)]
"""The manifests of the example registry, each with its own files."""


def drawn_edits(state: State) -> st.SearchStrategy[tuple[State, Edit]]:
    """A manifest of the example registry, and an edit of it."""
    return st.tuples(st.just(state), st.sampled_from(EDITS[state.kind]))


@settings(max_examples=25)
@given(st.lists(st.sampled_from(EXAMPLE).flatmap(drawn_edits), min_size=1, max_size=4))
def test_identity_differs_exactly_when_a_fact_bumps_all_over_the_example(
    edits: list[tuple[State, Edit]],
) -> None:
    before = {state.path: state for state in EXAMPLE}
    for state, edit in edits:
        before[state.path] = edit.arrange(before[state.path])
    after = dict(before)
    for state, edit in edits:
        after[state.path] = edit.apply(after[state.path])
    older, newer = load(together(before)), load(together(after))
    found = tuple(verdicts(older, newer))
    assert [verdict for verdict in found if verdict[1] is not verdict[2]] == []
    assert changed_closures(older, newer) == changed_members(older, newer)


def together(states: Mapping[str, State]) -> MemoryTree:
    """One registry of several manifests; where two have a file in common, one that an edit wrote wins."""
    original = {path: text for state in EXAMPLE for path, text in state.files.items()}
    files: dict[str, str] = dict(original)
    for state in states.values():
        files.update((path, text) for path, text in state.files.items() if original.get(path) != text)
    files = {path: text for path, text in files.items() if path not in states}
    written = {state.path: json.dumps(state.value, ensure_ascii=False) for state in states.values()}
    return MemoryTree({**files, **written})


def changed_closures(before: Registry, after: Registry) -> set[str]:
    """The artifacts whose closure is another one."""
    sides = []
    for registry in (before, after):
        digests = {
            manifest.id: identity_of(manifest, registry).digest for manifest in registry.manifests.values()
        }
        sides.append({a: closure(a, registry.dependencies, digests) for a in registry.manifests})
    return {
        artifact for artifact in sides[0].keys() & sides[1].keys() if sides[0][artifact] != sides[1][artifact]
    }


def changed_members(before: Registry, after: Registry) -> set[str]:
    """The artifacts that have lost or won a member, or one of whose members has another digest."""
    sides = [dict(members(registry)) for registry in (before, after)]
    return {
        artifact for artifact in sides[0].keys() & sides[1].keys() if sides[0][artifact] != sides[1][artifact]
    }


def members(registry: Registry) -> Iterator[tuple[str, dict[str, str]]]:
    """For each artifact all that it depends on, by the plainest of searches, with digests."""
    for artifact in registry.manifests:
        found, size = {artifact}, 0
        while len(found) > size:
            size = len(found)
            found |= {e.target for e in registry.edges if e.source in found and e.is_dependency}
        yield artifact, {a: identity_of(registry.manifests[a], registry).digest for a in found}


EVERY_EDIT = [edit for kind in KINDS for edit in EDITS[kind]]


def several(kind: str) -> st.SearchStrategy[list[Edit]]:
    """Two to four edits of one manifest."""
    return st.lists(st.sampled_from(EDITS[kind]), min_size=2, max_size=4, unique_by=lambda edit: edit.name)


@settings(max_examples=150)
@given(st.sampled_from(KINDS).flatmap(several))
def test_identity_differs_exactly_when_a_fact_of_several_edits_bumps(edits: list[Edit]) -> None:
    before = edits[0].before()
    for edit in edits[1:]:
        before = edit.arrange(before)
    after = before
    for edit in edits:
        after = edit.apply(after)
    assert disagreements(before, after) == []


def test_every_edit_is_drawn() -> None:
    same = [edit.name for edit in EVERY_EDIT if edit.what is not What.WRITTEN_OUT and is_idle(edit)]
    assert same == []


def is_idle(edit: Edit) -> bool:
    """Whether the edit leaves its manifest as it was: then it was never drawn."""
    before = edit.before()
    return edit.apply(before) == before


PARTS = {"apiVersion", "kind", "metadata", "name", "spec"}
"""What no edit takes away: without them it is no manifest. A name is only ever renamed, with `formerly`."""


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_a_schema_is_added_removed_and_changed(kind: str) -> None:
    names = set(properties(BUILT_IN.bundled(kind)))
    for what in (What.ADDED, What.REMOVED, What.CHANGED):
        drawn = {edit.target.path[-1] for edit in EDITS[kind] if edit.what is what and edit.target.path}
        # The parts of every manifest; a name is only ever renamed, with `formerly`.
        assert names - drawn <= PARTS


def properties(node: Value) -> Iterator[str]:
    """Every name of a field in a schema, by the plainest of walks."""
    if isinstance(node, Mapping):
        described = node.get("properties")
        fields = described if isinstance(described, Mapping) else {}
        yield from fields
        others = (below for key, below in node.items() if key not in ("properties", "examples"))
        for below in (*fields.values(), *others):
            yield from properties(below)
    elif isinstance(node, list):
        for below in node:
            yield from properties(below)


def test_every_annotation_of_a_schema_has_its_edit() -> None:
    fields = {edit.target for edit in EVERY_EDIT if edit.target.path}
    expected = {
        (field.name, what)
        for field in fields
        for what, is_drawn in (
            (What.REORDERED, field.is_list),
            (What.WRITTEN_OUT, "default" in field.node),
            (What.RENAMED, "x-plm-ref" in field.node),
            (What.MOVED, any(field.says(f"x-plm-{word}") for word in ("file", "template", "pointer"))),
        )
        if is_drawn
    }
    always = {(f"{kind}:", what) for kind in KINDS for what in (What.MOVED, What.RENAMED)}
    inferred = {("Prompt:spec.inputs", What.WRITTEN_OUT), ("Partial:spec.inputs", What.WRITTEN_OUT)}
    plain = {What.ADDED, What.REMOVED, What.CHANGED}
    drawn = {(edit.target.name, edit.what) for edit in EVERY_EDIT if edit.what not in plain}
    assert drawn == expected | always | inferred


def test_a_move_is_no_fact_that_counts() -> None:
    edit = next(edit for edit in EDITS["Prompt"] if edit.what is What.MOVED and not edit.target.path)
    before = load(edit.before().tree())
    changes = compare(before, load(edit.apply(edit.before()).tree()))
    assert [change.fact for change in changes] == [Fact.MOVED]
    assert judgements(changes, before.settings) == ()
