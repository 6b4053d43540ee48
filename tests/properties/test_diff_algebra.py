"""What holds of any two registries: a diff turned around, and the bump of several changes together."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from plmctl.commands.diff import judge
from plmctl.core.canonical import canonical_json
from plmctl.core.change import Change, Fact
from plmctl.core.diff import compare
from plmctl.core.finding import Bump
from plmctl.core.judgement import Judgement
from plmctl.core.registry import Registry, load
from plmctl.core.schema import KINDS
from plmctl.core.value import Pointer
from plmctl.rules.judge import judgements
from tests.properties.donors import donors
from tests.properties.edits import EDITS, Edit, What
from tests.properties.states import State
from tests.properties.test_digest_and_bump import EXAMPLE, together

DAY = "2026-01-15"
TURNED = {Fact.ADDED: Fact.REMOVED, Fact.REMOVED: Fact.ADDED}
# `formerly` is read in one direction only: turned around, a rename is a removal and an addition.
TURNABLE = {kind: [edit for edit in EDITS[kind] if edit.what is not What.RENAMED] for kind in KINDS}

Told = tuple[str, Fact, Pointer, bytes, bytes]


def told(changes: Iterable[Change]) -> Counter[Told]:
    """Each fact: artifact, what, where, old, new; items without a key have the position of the newer side."""
    return Counter(
        (c.artifact, c.fact, keys(c.pointer), canonical_json(c.old), canonical_json(c.new)) for c in changes
    )


def turned(facts: Counter[Told]) -> Counter[Told]:
    """The facts with old and new swapped."""
    return Counter(
        {
            (artifact, TURNED.get(fact, fact), pointer, new, old): count
            for (artifact, fact, pointer, old, new), count in facts.items()
        }
    )


def keys(pointer: Pointer) -> Pointer:
    return tuple(step for step in pointer if isinstance(step, str))


def edits_of_one() -> st.SearchStrategy[list[Edit]]:
    """One to four edits of one manifest."""
    return st.sampled_from(KINDS).flatmap(
        lambda kind: st.lists(
            st.sampled_from(TURNABLE[kind]), min_size=1, max_size=4, unique_by=lambda edit: edit.name
        )
    )


def edited(edits: Sequence[Edit]) -> tuple[State, State]:
    """A manifest to which all of them can happen, and what they make of it."""
    before = edits[0].before()
    for edit in edits[1:]:
        before = edit.arrange(before)
    after = before
    for edit in edits:
        after = edit.apply(after)
    return before, after


@settings(max_examples=70)
@given(edits_of_one())
def test_a_diff_turned_around_is_the_diff_of_the_other_direction(edits: list[Edit]) -> None:
    before, after = (load(state.tree()) for state in edited(edits))
    assert told(compare(after, before)) == turned(told(compare(before, after)))


def strangers() -> st.SearchStrategy[tuple[State, State]]:
    """Two manifests of one kind that have little in common, as if one had become the other."""
    pairs = [
        (as_one(old, (*donors(kind),)), as_one(new, (*donors(kind),)))
        for kind in KINDS
        for old in donors(kind)
        for new in donors(kind)
        if old is not new
    ]
    return st.sampled_from(pairs)


def as_one(state: State, all_of_kind: Sequence[State]) -> State:
    files = {path: text for one in all_of_kind for path, text in one.files.items()}
    renamed = state.put(("metadata", "name"), "same")
    return replace(renamed, path=all_of_kind[0].path, files={**files, **state.files})


@settings(max_examples=40)
@given(strangers())
def test_a_diff_of_strangers_turned_around_is_the_diff_of_the_other_direction(
    pair: tuple[State, State],
) -> None:
    before, after = (load(state.tree()) for state in pair)
    assert told(compare(after, before)) == turned(told(compare(before, after)))


def test_every_sort_of_fact_is_turned_around() -> None:
    facts = {
        change.fact
        for kind, what in (("Dataset", What.MOVED), *(("Application", what) for what in What))
        for edit in EDITS[kind]
        if edit.what is what
        for change in between([edit])
    }
    assert facts == set(Fact)


def test_a_rename_turned_around_is_a_removal_and_an_addition() -> None:
    edit = next(edit for edit in EDITS["Guardrail"] if edit.what is What.RENAMED and not edit.target.path)
    before, after = (load(state.tree()) for state in edited([edit]))
    assert {change.fact for change in compare(after, before) if not change.pointer} == set(TURNED)


def bump_of(found: Iterable[Judgement]) -> Bump:
    return max((judgement.bump for judgement in found), default=Bump.NONE)


def judged(before: Registry, after: Registry) -> tuple[Judgement, ...]:
    return judge(before, after, compare(before, after), DAY)


def between(edits: Sequence[Edit]) -> tuple[Change, ...]:
    before, after = edited(edits)
    return compare(load(before.tree()), load(after.tree()))


@settings(max_examples=40)
@given(edits_of_one(), edits_of_one())
def test_no_change_is_judged_by_what_is_told_beside_it(one: list[Edit], two: list[Edit]) -> None:
    first, second = between(one), between(two)
    rules = load(edited(one)[0].tree()).settings
    apart = (*judgements(first, rules, DAY), *judgements(second, rules, DAY))
    union = judgements((*first, *second), rules, DAY)
    # Equal facts are told apart by counting, which only those who see both can do.
    assert [replace(j, fingerprint="") for j in union] == [replace(j, fingerprint="") for j in apart]
    assert bump_of(union) == max(
        bump_of(judgements(first, rules, DAY)), bump_of(judgements(second, rules, DAY))
    )


def edits_of_several() -> st.SearchStrategy[list[tuple[State, Edit]]]:
    """An edit of each of two to four manifests of the example registry."""
    one = st.sampled_from(EXAMPLE).flatmap(
        lambda state: st.tuples(st.just(state), st.sampled_from(TURNABLE[state.kind]))
    )
    return st.lists(one, min_size=2, max_size=4, unique_by=lambda pair: pair[0].path)


@settings(max_examples=8)
@given(edits_of_several())
def test_the_bump_of_changes_together_is_the_largest_of_theirs(edits: list[tuple[State, Edit]]) -> None:
    states = {state.path: state for state in EXAMPLE}
    states.update((state.path, edit.arrange(state)) for state, edit in edits)
    before = load(together(states))
    changed = {state.path: edit.apply(states[state.path]) for state, edit in edits}
    apart = [judged(before, load(together({**states, path: state}))) for path, state in changed.items()]
    union = judged(before, load(together({**states, **changed})))
    assert bump_of(union) == max(map(bump_of, apart))
    for artifact in before.manifests:
        of_it = [bump_of(j for j in found if j.change.artifact == artifact) for found in (union, *apart)]
        assert of_it[0] == max(of_it[1:])
